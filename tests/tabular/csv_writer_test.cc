// Delimited text and JSON lines out.
#include "tabular/csv_writer.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <sstream>

#include "tabular/header.h"
#include "tabular/jsonl_writer.h"
#include "tabular/reader.h"

namespace tanmiao::tabular::csv_writer_test {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string temporary(const std::string& name) {
  return (std::filesystem::path(testing::TempDir()) / (std::to_string(::getpid()) + "_" + name)).string();
}

std::string file_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string write(const Rows& rows, const CsvWriteOptions& options = {}) {
  const std::string path = temporary("w.csv");
  auto writer = CsvWriter::create(path, options);
  EXPECT_TRUE(writer);
  for (const auto& row : rows) EXPECT_TRUE(writer->row(row));
  EXPECT_TRUE(writer->finish());
  const std::string bytes = file_bytes(path);
  std::filesystem::remove(path);
  return bytes;
}

Rows read(std::string bytes) {
  ReadOptions options;
  options.dialect.delimiter = ',';
  auto reader = read_rows(std::move(bytes), "t.csv", options);
  Rows rows;
  Row row;
  while ((*reader)->next(row).value()) {
    EXPECT_FALSE(row.bad()) << row.problem;
    rows.emplace_back(row.cells.begin(), row.cells.end());
  }
  return rows;
}

TEST(CsvWriter, WritesRfc4180WithAMarkForSpreadsheets) {
  EXPECT_EQ(write({{"a", "b,c", "d\"e", "f\ng"}}),
            "\xEF\xBB\xBF"
            "a,\"b,c\",\"d\"\"e\",\"f\ng\"\r\n");
  EXPECT_EQ(write({{"a"}}, {false, true}), "a\r\n");
}

TEST(CsvWriter, GuardsWhatASpreadsheetWouldRun) {
  for (const std::string formula : {"=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0",
                                    "=HYPERLINK(\"http://x\",\"y\")", "＝1+1", "-2+3+cmd|' /C calc'!A0", "=", "--1"}) {
    EXPECT_TRUE(looks_like_formula(formula)) << formula;
    const Rows back = read(write({{"x", formula}}));
    EXPECT_EQ(back[0][1], "'" + formula);
    EXPECT_EQ(unguarded(back[0][1]), formula);
  }
}

TEST(CsvWriter, LeavesNumbersAndOrdinaryTextAlone) {
  for (const std::string text : {"-12.5", "+3", "91371600MA3WPBLW37", "a=b", "'quoted", "", "1-2"}) {
    EXPECT_FALSE(looks_like_formula(text)) << text;
    EXPECT_EQ(unguarded(guarded(text)), text);
  }
}

RC_GTEST_PROP(CsvProperty, WhatIsWrittenIsRead, ()) {
  const auto cell = rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab01 ,;\t|.\"'\r\n-=")));
  const auto rows = *rc::gen::container<Rows>(rc::gen::container<std::vector<std::string>>(3, cell));
  const Rows got = read(write(rows, {true, false}));
  RC_ASSERT(got == rows);
}

RC_GTEST_PROP(CsvProperty, AnyBytesAreReadToTheEnd, ()) {
  const auto bytes = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
  auto reader = read_rows(bytes, "t");
  if (!reader) return;
  Row row;
  std::uint32_t last = 0;
  for (;;) {
    auto more = (*reader)->next(row);
    if (!more || !*more) break;
    RC_ASSERT(row.line > last);
    last = row.line;
  }
}

TEST(JsonlWriter, WritesOneObjectALineWithNullForUnknown) {
  const std::string path = temporary("w.jsonl");
  auto writer = JsonlWriter::create(path, {"name", "n", "m"});
  ASSERT_TRUE(writer->row(std::vector<JsonCell>{{"滨\"州\n", false}, {"3", true}, {"", true}}));
  ASSERT_TRUE(writer->finish());
  EXPECT_EQ(file_bytes(path), "{\"name\":\"滨\\\"州\\n\",\"n\":3,\"m\":null}\n");
  std::filesystem::remove(path);
}

const std::vector<WantedColumn> kWanted = {{"code", {"统一社会信用代码", "信用代码", "社会信用代码"}, true},
                                           {"name", {"企业名称", "单位名称"}, true},
                                           {"capital", {"注册资本", "注册资金"}, false}};

Result<Header> header_of(std::string text) {
  auto reader = read_rows(std::move(text), "名单.csv");
  return read_header(**reader, kWanted);
}

TEST(Header, IsFoundBySynonymsAndFoldedForms) {
  auto header = header_of("\n某市名单,,,\n序 号,企业　名称,信用代码,注册资本（万元）\n1,甲,x,5\n");
  ASSERT_TRUE(header) << header.error().text();
  EXPECT_EQ(header->line, 3U);
  EXPECT_EQ(header->position, (std::vector<int>{2, 1, 3}));
  ASSERT_EQ(header->unknown.size(), 1U);
  EXPECT_EQ(header->unknown[0].heading, "序 号");
  EXPECT_TRUE(header->missing.empty());
}

TEST(Header, ARequiredColumnThatIsMissingIsNamedWithTheNearest) {
  auto header = header_of("企业名称,统一社会信用号码,注册资本\n甲,x,5\n");
  ASSERT_FALSE(header);
  EXPECT_EQ(
      header.error().text(),
      "名单.csv:1: no column for code (expected 统一社会信用代码 or 信用代码 or 社会信用代码; the nearest here is "
      "\"统一社会信用号码\")");
}

TEST(Header, WhereThereIsNoneTheErrorShowsWhatStandsThere) {
  auto header = header_of("甲,乙,丙\n1,2,3\n");
  ASSERT_FALSE(header);
  EXPECT_NE(header.error().text().find("the first row is \"甲 乙 丙\""), std::string::npos) << header.error().text();
  EXPECT_NE(header_of("").error().text().find("the table is empty"), std::string::npos);
}

}  // namespace
}  // namespace tanmiao::tabular::csv_writer_test
