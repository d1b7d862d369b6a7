#include "tests/crawler/reading_fixture.h"

namespace tanmiao::crawler::reading_test {
namespace {

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

TEST(Reading, AListWithoutADayIsKnownSinceTheEndOfItsYear) {
  const Gathered out = read(source_of(R"([[page]]
reader = "csv"
kind = "recognition"
key = ["program", "firm_name", "year"]
required = ["firm_name"]
[page.columns]
firm_name = "企业名称"
issued = "发证日期"
year = "年度"
[page.rules.program]
constant = "srdi"
[page.public]
field = "issued"
)"),
                            "企业名称,发证日期,年度\n甲有限公司,2024-05-06,2024\n乙有限公司,,2023\n丙有限公司,,\n");
  ASSERT_EQ(out.records.size(), 3u);
  EXPECT_EQ(out.records[0].public_date, make_date(2024, 5, 6));
  EXPECT_FALSE(out.records[0].public_estimated);
  EXPECT_EQ(out.records[1].public_date, make_date(2023, 12, 31));
  EXPECT_TRUE(out.records[1].public_estimated);
  EXPECT_EQ(out.records[2].public_date, make_date(2026, 1, 2)) << "nothing but the day it was read";
  EXPECT_TRUE(out.records[2].public_estimated);
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

// "甲乙科技有限公司" in GB18030.
constexpr const char* kNameInGb = "\xBC\xD7\xD2\xD2\xBF\xC6\xBC\xBC\xD3\xD0\xCF\xDE\xB9\xAB\xCB\xBE";
constexpr const char* kNames = R"([[page]]
reader = "html"
kind = "signal"
rows = "//tr[td]"
key = ["firm_name"]
required = ["firm_name"]
[page.columns]
firm_name = "td[1]"
[page.rules.signal_type]
constant = "rd_project"
)";

std::string table_of(const std::vector<std::string>& names, const std::string& meta) {
  std::string out = "<html><head><meta charset=\"" + meta + "\"></head><table>";
  for (const std::string& name : names) out += "<tr><td>" + name + "</td></tr>";
  return out + "</table></html>";
}

TEST(Reading, PageThatIsNotInTheCharsetItClaimsIsReadInTheOneItIsIn) {
  struct Case {
    std::string http, meta, name, told;
  };
  for (const Case& c :
       {Case{"utf-8", "utf-8", kNameInGb, "utf-8 gb18030"}, Case{"utf-8", "gb2312", kNameInGb, "utf-8 gb18030"},
        Case{"ISO-8859-1", "gbk", kNameInGb, "iso-8859-1 gb18030"}, Case{"", "utf-8", kNameInGb, "utf-8 gb18030"},
        Case{"gbk", "utf-8", "甲乙科技有限公司", "gb18030 utf-8"}, Case{"no-such", "gbk", kNameInGb, ""},
        Case{"gb2312", "utf-8", kNameInGb, ""}, Case{"utf-8", "gbk", "甲乙科技有限公司", ""}}) {
    const Gathered out = read(source_of(kNames), table_of({c.name}, c.meta), c.http);
    ASSERT_EQ(out.records.size(), 1u) << c.http << " " << c.meta;
    EXPECT_EQ(out.records[0].get(Field::kFirmName), "甲乙科技有限公司") << c.http << " " << c.meta;
    EXPECT_THAT(out.charsets, c.told.empty() ? testing::Matcher<std::vector<std::string>>(testing::IsEmpty())
                                             : testing::ElementsAre(c.told));
  }
}

TEST(Reading, BrokenRowOfAPageIsRejectedAndTheOthersAreRead) {
  const Gathered out = read(source_of(kNames), table_of({"甲乙科技有限公司", kNameInGb, "丙丁科技有限公司"}, "utf-8"));
  ASSERT_EQ(out.rejects.size(), 1u);
  EXPECT_EQ(out.rejects[0].line, 2u);
  EXPECT_THAT(out.rejects[0].expected, testing::HasSubstr("乱码"));
  EXPECT_EQ(out.records.size(), 2u);
}

// Valid in neither: cut characters. Nothing is guessed.
TEST(Reading, PageThatIsInNoCharsetGivesRejectsOnly) {
  const std::string cut = std::string(kNameInGb) + "\xFF";
  const Gathered out = read(source_of(kNames), table_of({cut, cut}, "utf-8"), "utf-8");
  EXPECT_TRUE(out.records.empty());
  EXPECT_EQ(out.rejects.size(), 2u);
  EXPECT_TRUE(out.charsets.empty());
}

// What the source's description says was written by a person: it is not overruled.
TEST(Reading, CharsetOfTheDescriptionHolds) {
  const std::string declared = std::string(kNames).replace(0, 8, "[[page]]\ncharset = \"utf-8\"");
  const Gathered out = read(source_of(declared), table_of({kNameInGb}, "gbk"), "gbk");
  EXPECT_TRUE(out.records.empty());
  ASSERT_EQ(out.rejects.size(), 1u);
  EXPECT_THAT(out.rejects[0].expected, testing::HasSubstr("乱码"));
}

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

TEST(Sources, AnIdIsAWordThatCanNameAFolder) {
  for (const char* id : {"", "..", "a/b", "a\\\\b", "a b", ".hidden"}) {
    const auto source = parse_source("id = \"" + std::string(id) + "\"\ntitle = \"t\"\nnot_yet = \"x\"\n", "s.toml");
    ASSERT_FALSE(source) << id;
    EXPECT_THAT(source.error().text(), testing::HasSubstr("must be a word that can name a folder")) << id;
  }
  EXPECT_TRUE(parse_source("id = \"名单-2\"\ntitle = \"t\"\nnot_yet = \"x\"\n", "s.toml"));
}

}  // namespace
}  // namespace tanmiao::crawler::reading_test
