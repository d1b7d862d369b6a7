// XML by path.
#include "tests/crawler/reading_fixture.h"

namespace tanmiao::crawler::reader_xml_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string firms_at(const std::string& rows) {
  return "[[page]]\nreader = \"xml\"\nrows = \"" + rows + R"("
kind = "firm"
key = ["firm_name"]
required = ["firm_name"]
[page.columns]
firm_name = "name"
credit_code = "@code"
established = "on/day"
capital = "capital/@amount"
former_name = "former"
scope = "scope"
)";
}

std::vector<std::string> names(const Gathered& got) {
  std::vector<std::string> out;
  for (const Record& record : got.records) out.emplace_back(record.get(Field::kFirmName));
  return out;
}

constexpr const char* kTwoFirms = R"(<?xml version="1.0"?>
<g:list xmlns:g="urn:g"><head><name>不是企业</name></head>
<g:firm code="N/A"><g:name>甲&#x79D1;技有限公司</g:name><on><day>2019-07-13</day></on><capital amount="500万元"/>
<former>乙科技有限公司</former><former><![CDATA[丙<科技>有限公司]]></former><scope>铝<b>材</b>加工</scope></g:firm>
<g:firm><name>丁科技有限公司</name><name/></g:firm><other><firm><name>戊科技有限公司</name></firm></other></g:list>)";

TEST(XmlByPath, RowsFromTheRootOrAnywhere) {
  const Gathered root = read(source_of(firms_at("/list/firm")), kTwoFirms);
  EXPECT_THAT(names(root), ElementsAre("甲科技有限公司", "丁科技有限公司"));
  EXPECT_EQ(root.records[0].get(Field::kEstablished), "2019-07-13");
  EXPECT_EQ(root.records[0].get(Field::kCapital), "500000000 CNY");
  EXPECT_EQ(root.records[0].get(Field::kScope), "铝材加工");
  EXPECT_THAT(root.records[0].all(Field::kFormerName), ElementsAre("乙科技有限公司", "丙<科技>有限公司"));
  EXPECT_EQ(root.records[1].origin.line, 2u);
  EXPECT_THAT(names(read(source_of(firms_at("//firm")), kTwoFirms)),
              ElementsAre("甲科技有限公司", "丁科技有限公司", "戊科技有限公司"));
  EXPECT_THAT(names(read(source_of(firms_at("/*/*/firm")), kTwoFirms)), ElementsAre("戊科技有限公司"));
}

TEST(XmlByPath, TheDeclaredCharsetHolds) {
  const Gathered got =
      read(source_of(firms_at("//firm")),
           "<?xml version=\"1.0\" encoding=\"GB2312\"?><l><firm><name>\xBC\xD7\xBF\xC6\xBC\xBC\xD3\xD0"
           "\xCF\xDE\xB9\xAB\xCB\xBE</name></firm><firm><name>\xFF\xFF\xB9\xAB\xCB\xBE</name></firm></l>");
  EXPECT_THAT(names(got), ElementsAre("甲科技有限公司"));
  ASSERT_EQ(got.rejects.size(), 1u);
  EXPECT_EQ(got.rejects[0].line, 2u);
}

TEST(XmlByPath, WhatIsDamagedOrAsksForMoreIsNoDocument) {
  const Source source = source_of(firms_at("//firm"));
  for (const std::string bytes :
       {"<l><firm><name>甲科技有限公司</name></firm><firm>", "<!DOCTYPE l [<!ENTITY a \"b\">]><l><firm/></l>",
        "<l><firm><name>甲</nome></firm></l>", "<l></l>", "{}"}) {
    Gathered got;
    Document document;
    document.part = "a.xml";
    document.bytes = bytes;
    const ReadContext context{no_tables(), "key", make_date(2026, 1, 2)};
    const Status done = read_document(source, source.pages.at(0), document, context, got);
    ASSERT_FALSE(done) << bytes;
    EXPECT_EQ(done.error().code, Errc::kFormat) << bytes;
  }
}

TEST(XmlByPath, ARowIsBoundedAndTheOthersGoOn) {
  std::string bytes = "<l><firm><name>甲科技有限公司</name></firm><firm><name>乙科技有限公司</name>";
  for (int i = 0; i < 20; ++i) bytes += "<scope>" + std::string(std::size_t{1} << 20, 'x') + "</scope>";
  bytes += "</firm><firm><name>丙科技有限公司</name></firm></l>";
  const Gathered got = read(source_of(firms_at("//firm")), bytes);
  EXPECT_THAT(names(got), ElementsAre("甲科技有限公司", "丙科技有限公司"));
  ASSERT_EQ(got.rejects.size(), 1u);
  EXPECT_THAT(got.rejects[0].expected, HasSubstr("过大"));
}

// Attributes count as well, and so does each value, however short.
TEST(XmlByPath, ARowIsBoundedWhateverItIsMadeOf) {
  std::string attributes, values;
  for (int i = 0; i < 20; ++i) attributes += "<capital amount='" + std::string(std::size_t{1} << 20, '1') + "'/>";
  for (int i = 0; i < 600'000; ++i) values += "<former>a</former>";
  for (const std::string& row : {attributes, values}) {
    const Gathered got = read(source_of(firms_at("//firm")), "<l><firm><name>甲科技有限公司</name></firm><firm>" + row +
                                                                 "</firm><firm><name>丙科技有限公司</name></firm></l>");
    EXPECT_THAT(names(got), ElementsAre("甲科技有限公司", "丙科技有限公司"));
    ASSERT_EQ(got.rejects.size(), 1u);
    EXPECT_THAT(got.rejects[0].expected, HasSubstr("过大"));
  }
}

}  // namespace
}  // namespace tanmiao::crawler::reader_xml_test
