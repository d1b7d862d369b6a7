// Lists in PDF, through the real tanmiao-pdf; and what a child process may not do.
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

#include "crawler/child.h"
#include "crawler/reader_parts.h"
#include "tests/crawler/archives.h"
#include "tests/crawler/pdf_fixture.h"
#include "tests/crawler/reading_fixture.h"

namespace tanmiao::crawler::pdf_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kPdfList = R"([[page]]
reader = "pdf"
kind = "recognition"
key = ["certificate_no"]
required = ["firm_name", "certificate_no"]
[page.columns]
firm_name = "企业名称"
certificate_no = "证书编号"
county = "县区"
[page.rules.program]
constant = "hnte"
)";

std::string certificate(int i) { return "GR2024370" + std::to_string(100000 + i).substr(1); }
std::string firm(int i) { return "试验" + std::to_string(i) + "科技有限公司"; }

// Columns at 50, 90, 300, 420, 500; rows of 20 points from 700 downwards.
void grid(PdfPage& page, int rows) {
  for (int r = 0; r <= rows; ++r) page.line(50, 700 - 20 * r, 500, 700 - 20 * r);
  for (const double x : {50.0, 90.0, 300.0, 420.0}) page.line(x, 700, x, 700 - 20 * rows);
  page.bar(499.5, 700 - 20 * rows, 1, 20 * rows);
}
void row(PdfPage& page, int at, const std::vector<std::string>& cells) {
  const double columns[] = {55, 95, 305, 425};
  for (std::size_t c = 0; c < cells.size(); ++c)
    if (!cells[c].empty()) page.text(columns[c], 706 - 20 * (at + 1), cells[c], 8);
}

std::vector<std::string> given(const Gathered& got) {
  std::vector<std::string> out;
  for (const Record& record : got.records)
    out.push_back(std::string(record.get(Field::kFirmName)) + " " + std::string(record.get(Field::kCertificateNo)) +
                  " " + std::string(record.get(Field::kCounty)) + " " + std::to_string(record.origin.line));
  return out;
}

std::string fault_of(const std::string& bytes) {
  const Source source = source_of(kPdfList);
  Document document;
  document.part = "a.pdf";
  document.bytes = bytes;
  Gathered out;
  const Status done =
      read_document(source, source.pages.at(0), document, {no_tables(), "key", make_date(2026, 1, 2)}, out);
  return done ? "" : done.error().message;
}

TEST(Pdf, ARuledTableOverTwoPagesIsOneList) {
  PdfPage one, two;
  one.text(200, 750, "高新技术企业名单", 16);
  grid(one, 3);
  row(one, 0, {"序号", "企业名称", "证书编号", "县区"});
  row(one, 1, {"1", firm(1), certificate(1), "博兴县"});
  row(one, 2, {"2", firm(2), certificate(2)});
  two.text(200, 750, "高新技术企业名单（续）", 16);
  grid(two, 2);
  row(two, 0, {"序号", "企业名称", "证书编号", "县区"});
  // A name of two lines in one cell.
  two.text(95, 670, "试验", 8).text(95, 662, "3科技有限公司", 8);
  row(two, 1, {"3", "", certificate(3), "惠民县"});
  const Gathered got = read(source_of(kPdfList), pdf_of({one, two}));
  EXPECT_THAT(got.rejects, IsEmpty());
  EXPECT_THAT(given(got),
              ElementsAre(firm(1) + " " + certificate(1) + " 博兴县 2", firm(2) + " " + certificate(2) + "  3",
                          firm(3) + " " + certificate(3) + " 惠民县 5"));
}

TEST(Pdf, APageThatLiesOnItsSideIsReadAsItIsShown) {
  PdfPage page;
  // Drawn sideways: what stands at (x, y) of the shown page is drawn at (600 - y, x) of the turned one.
  const auto shown = [&](double x0, double y0, double x1, double y1) { page.line(600 - y0, x0, 600 - y1, x1); };
  for (int r = 0; r <= 2; ++r) shown(50, 500 - 20 * r, 500, 500 - 20 * r);
  for (const double x : {50.0, 300.0, 500.0}) shown(x, 500, x, 460);
  const auto words = [&](double x, double y, const std::string& text) {
    std::string content = PdfPage().text(0, 0, text).content();
    char matrix[64];
    std::snprintf(matrix, sizeof matrix, "0 1 -1 0 %.0f %.0f Tm", 600 - y, x);
    page.raw(content.replace(content.find("0.00 0.00 Td"), 12, matrix));
  };
  words(55, 486, "企业名称");
  words(305, 486, "证书编号");
  words(55, 466, firm(1));
  words(305, 466, certificate(1));
  const std::string file = pdf_of({page.rotate(90)});
  EXPECT_THAT(given(read(source_of(kPdfList), file)), ElementsAre(firm(1) + " " + certificate(1) + "  2"));
}

TEST(Pdf, WithoutLinesTheGapsAreTheColumns) {
  PdfPage page;
  page.text(200, 750, "名单", 16);
  row(page, 0, {"序号", "企业名称", "证书编号", "县区"});
  for (int i = 1; i <= 4; ++i) row(page, i, {std::to_string(i), firm(i), certificate(i), "博兴县"});
  const Gathered got = read(source_of(kPdfList), pdf_of({page}));
  EXPECT_EQ(got.records.size(), 4u);
  EXPECT_EQ(got.records.at(3).get(Field::kFirmName), firm(4));
}

TEST(Pdf, WhatCannotBeReadSaysWhy) {
  EXPECT_EQ(fault_of("%PDF-1.5\nnothing"), "is no PDF, or a damaged one");
  EXPECT_EQ(fault_of(pdf_of({PdfPage().line(0, 0, 10, 10)})), "has no text (a scanned picture)");
  EXPECT_EQ(fault_of(pdf_of({PdfPage().text(100, 100, "一句话")})), "is a document without a table");
}

TEST(Pdf, AnyTableReadsItToo) {
  PdfPage page;
  grid(page, 2);
  row(page, 0, {"序号", "企业名称", "证书编号", "县区"});
  row(page, 1, {"1", firm(1), certificate(1), "博兴县"});
  std::string source = kPdfList;
  source.replace(source.find("\"pdf\""), 5, "\"table\"");
  EXPECT_EQ(read(source_of(source), pdf_of({page})).records.size(), 1u);
}

// The reader may die of a file, hang on it or never stop talking: that file alone is in error.
TEST(Pdf, AReaderThatDiesOfAFileCostsThatFile) {
  const auto dir = std::filesystem::temp_directory_path() / ("pdf_" + std::to_string(getpid()));
  std::ofstream(dir) << "#!/bin/sh\nkill -SEGV $$\n";
  std::filesystem::permissions(dir, std::filesystem::perms::owner_all);
  ::setenv("TANMIAO_PDF", dir.c_str(), 1);
  EXPECT_EQ(fault_of("%PDF-"), "the reader of PDF died of it (signal 11)");
  ::setenv("TANMIAO_PDF", "/nowhere/tanmiao-pdf", 1);
  EXPECT_THAT(fault_of("%PDF-"), HasSubstr("cannot be started"));
  ::unsetenv("TANMIAO_PDF");
  std::filesystem::remove(dir);
}

TEST(Child, IsKilledWithItsWholeGroupWhenItTakesTooLong) {
  ChildLimits limits;
  limits.most_time = std::chrono::seconds(1);
  const auto began = std::chrono::steady_clock::now();
  const auto end = run_child("/bin/sh", {"-c", "sleep 60 & echo $!; wait"}, "/dev/null", limits);
  ASSERT_TRUE(end);
  EXPECT_TRUE(end->too_slow);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
  const pid_t grandchild = std::stoi(end->output);
  for (int i = 0; i < 100 && ::kill(grandchild, 0) == 0; ++i) ::usleep(10'000);
  const std::string state = "/proc/" + std::to_string(grandchild) + "/stat";
  std::ifstream in(state);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  EXPECT_TRUE(text.empty() || text.find(") Z ") != std::string::npos) << text;
}

TEST(Child, GivesItsOutputItsComplaintAndItsEnd) {
  const auto file = std::filesystem::temp_directory_path() / ("child_" + std::to_string(getpid()));
  std::ofstream(file) << "in";
  const auto end = run_child("/bin/sh", {"-c", "cat; echo why >&2; exit 7"}, file, {});
  std::filesystem::remove(file);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->output, "in");
  EXPECT_EQ(end->complaint, "why");
  EXPECT_EQ(end->exit_code, 7);
}

TEST(Child, IsStoppedWhenItSaysTooMuch) {
  ChildLimits limits;
  limits.most_output = 100'000;
  const auto end = run_child("/bin/sh", {"-c", "yes"}, "/dev/null", limits);
  ASSERT_TRUE(end);
  EXPECT_TRUE(end->too_much);
  EXPECT_LE(end->output.size(), 100'000u);
}

}  // namespace
}  // namespace tanmiao::crawler::pdf_test
