#include "crawler/reading.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace tanmiao::crawler {
namespace {

class Gathered : public ReadingSink {
 public:
  Status record(Record&& r) override { return records.push_back(std::move(r)), Status(); }
  Status reject(store::Reject&& r) override { return rejects.push_back(std::move(r)), Status(); }
  Status link(std::string&& url, std::string_view role) override {
    links.push_back(std::string(role) + " " + url);
    return {};
  }
  void row() override { ++rows; }
  void unknown_word(Field, std::string_view word) override { words.emplace_back(word); }
  std::vector<Record> records;
  std::vector<store::Reject> rejects;
  std::vector<std::string> links, words;
  int rows = 0;
};

const Reference& no_tables() {
  static const Reference reference = [] {
    Reference out;
    out.finish();
    return out;
  }();
  return reference;
}

Source source_of(const std::string& page) {
  const auto file = std::filesystem::temp_directory_path() / ("reading_" + std::to_string(getpid()) + ".toml");
  std::ofstream(file) << "id = \"t\"\ntitle = \"t\"\nkind = \"folder\"\ninbox = \"x\"\n" << page;
  auto source = load_source(file);
  std::filesystem::remove(file);
  EXPECT_TRUE(source) << (source ? "" : source.error().text());
  return source ? *source : Source{};
}

Gathered read(const Source& source, const std::string& bytes, const std::string& part = "http://h/a/b.html") {
  Gathered out;
  Document document;
  document.part = part;
  document.bytes = bytes;
  const ReadContext context{no_tables(), "key", make_date(2026, 1, 2)};
  const Status status = read_document(source, source.pages.at(0), document, context, out);
  EXPECT_TRUE(status) << (status ? "" : status.error().text());
  return out;
}

constexpr const char* kFirms = R"([[page]]
reader = "csv"
kind = "firm"
key = ["credit_code"]
required = ["firm_name", "credit_code"]
[page.columns]
firm_name = "企业名称"
credit_code = "统一社会信用代码"
established = "成立日期"
capital = "注册资本"
[page.public]
field = "established"
)";

TEST(Reading, TableBelowATitleGivesFirmsWithAnEstimatedPublicDate) {
  const Gathered out = read(source_of(kFirms),
                            "名录,,,\n企业名称,统一社会信用代码,成立日期,注册资本\n"
                            "甲乙科技有限公司,91370900166400901G,1980.02.06,63.5万人民币\n");
  ASSERT_EQ(out.records.size(), 1u) << (out.rejects.empty() ? "" : out.rejects[0].expected);
  EXPECT_EQ(out.records[0].key, "91370900166400901G");
  EXPECT_EQ(out.records[0].get(Field::kEstablished), "1980-02-06");
  EXPECT_EQ(out.records[0].get(Field::kCapital), "63500000 CNY");
  EXPECT_EQ(out.records[0].public_date, make_date(1980, 2, 6));
  EXPECT_TRUE(out.records[0].public_estimated);
}

TEST(Reading, WrongCodeShiftedRowAndBrokenTextAreRejectedWithReasons) {
  const Gathered out = read(source_of(kFirms),
                            "企业名称,统一社会信用代码,成立日期,注册资本\n"
                            "甲有限公司,91370900166400901H,,\n甲有限公司,91370900166400901G,,,多\n"
                            "\xEF\xBF\xBD\xEF\xBF\xBD公司,91370900166400901G,,\n");
  EXPECT_TRUE(out.records.empty());
  ASSERT_EQ(out.rejects.size(), 3u);
  EXPECT_EQ(out.rejects[0].field, "credit_code");
  EXPECT_EQ(out.rejects[0].line, 2u);
  EXPECT_THAT(out.rejects[1].expected, testing::HasSubstr("列错位"));
  EXPECT_THAT(out.rejects[2].expected, testing::HasSubstr("乱码"));
}

TEST(Reading, PageGivesRowsAndAbsoluteLinks) {
  const Gathered out = read(source_of(R"([[page]]
reader = "html"
kind = "signal"
rows = "//tr[td]"
key = ["firm_name"]
required = ["firm_name"]
[page.columns]
firm_name = "td[1]"
[page.rules.signal_type]
constant = "rd_project"
[[page.link]]
xpath = "//a/@href"
role = "file"
)"),
                            "<table><tr><td>甲乙科技有限公司</td></tr></table><a href='../c?x=1&amp;y=2'>下一页</a>");
  ASSERT_EQ(out.records.size(), 1u);
  EXPECT_EQ(out.records[0].get(Field::kSignalType), "rd_project");
  EXPECT_THAT(out.links, testing::ElementsAre("file http://h/c?x=1&y=2"));
}

constexpr const char* kPatents = R"([[page]]
reader = "patent_xml"
kind = "patent"
key = ["publication_no", "kind_code"]
required = ["application_no", "title"]
[page.columns]
application_no = "application_no"
publication_no = "publication_no"
kind_code = "kind_code"
title = "title"
applicant = "applicant"
inventor_hash = "inventor_hash"
inventor_count = "inventor_count"
publication_date = "publication_date"
)";

TEST(Reading, OlderPatentFormGivesNumbersAndHashesInsteadOfInventors) {
  const Gathered out = read(source_of(kPatents),
                            "<cn-patent-document><cn-bibliographic-data><cn-publication-reference><document-id>"
                            "<country>CN</country><doc-number>104731421</doc-number><kind>A</kind><date>20150624</date>"
                            "</document-id></cn-publication-reference><application-reference><document-id><doc-number>"
                            "201510163325.6</doc-number></document-id></application-reference><invention-title>方法"
                            "</invention-title><cn-inventors><cn-inventor><name>发明人甲</name></cn-inventor>"
                            "</cn-inventors></cn-bibliographic-data></cn-patent-document>");
  ASSERT_EQ(out.records.size(), 1u) << (out.rejects.empty() ? "" : out.rejects[0].expected);
  EXPECT_EQ(out.records[0].key, "CN104731421A|A");
  EXPECT_EQ(out.records[0].get(Field::kInventorCount), "1");
  EXPECT_EQ(out.records[0].get(Field::kInventorHash).size(), 16u);
  EXPECT_FALSE(out.records[0].public_estimated);
}

TEST(Reading, HostileXmlIsRejected) {
  const Gathered entity = read(source_of(kPatents), "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>");
  ASSERT_EQ(entity.rejects.size(), 1u);
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += "<a>";
  for (int i = 0; i < 5000; ++i) deep += "</a>";
  EXPECT_EQ(read(source_of(kPatents), deep).rejects.size(), 1u);
}

}  // namespace
}  // namespace tanmiao::crawler
