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
  void wrong_charset(std::string_view claimed, std::string_view charset) override {
    charsets.push_back(std::string(claimed) + " " + std::string(charset));
  }
  std::vector<Record> records;
  std::vector<store::Reject> rejects;
  std::vector<std::string> links, words, charsets;
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

Gathered read(const Source& source, const std::string& bytes, const std::string& charset = {}) {
  Gathered out;
  Document document;
  document.part = "http://h/a/b.html";
  document.bytes = bytes;
  document.charset = charset;
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

// What the two forms of the office and flat lists say of applicants. Names of persons are placeholders.
std::string applicants_xml(const std::vector<std::pair<int, std::string>>& applicants,
                           const std::string& assignees = "") {
  std::string out =
      "<business:PatentDocumentAndRelated><business:BibliographicData><business:PublicationReference "
      "dataFormat=\"original\"><base:DocumentID><base:WIPOST3Code>CN</base:WIPOST3Code><base:DocNumber>104731421"
      "</base:DocNumber><base:Kind>A</base:Kind></base:DocumentID></business:PublicationReference>"
      "<business:ApplicationReference dataFormat=\"original\"><base:DocumentID><base:DocNumber>201510163325.6"
      "</base:DocNumber></base:DocumentID></business:ApplicationReference><business:InventionTitle>方法"
      "</business:InventionTitle><business:Parties><business:ApplicantDetails>";
  for (const auto& [sequence, name] : applicants)
    for (const char* form : {"original", "standard"})
      out += "<business:Applicant sequence=\"" + std::to_string(sequence) + "\" dataFormat=\"" + form +
             "\"><base:AddressBook><base:Name>" + name + "</base:Name><base:Address><base:Street>" + name +
             "的住址</base:Street></base:Address></base:AddressBook></business:Applicant>";
  return out + "</business:ApplicantDetails>" + assignees +
         "</business:Parties></business:BibliographicData></business:PatentDocumentAndRelated>";
}

Record applicants_of(const std::string& xml) {
  const Gathered out = read(
      source_of(std::string(kPatents) + "applicant_address = \"applicant_address\"\nassignee = \"assignee\"\n"), xml);
  EXPECT_EQ(out.records.size(), 1u) << (out.rejects.empty() ? "" : out.rejects[0].expected);
  return out.records.empty() ? Record{} : out.records[0];
}

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Reading, AFirmBehindAPersonIsTheSecondApplicantAndThePersonsAddressIsNotKept) {
  const Record r = applicants_of(applicants_xml({{1, "张某某"}, {2, "甲乙科技有限公司"}, {3, "丙丁大学"}}));
  EXPECT_THAT(r.all(Field::kApplicant), ElementsAre("甲乙科技有限公司", "丙丁大学"));
  EXPECT_THAT(r.all(Field::kApplicantPosition), ElementsAre("2", "3"));
  EXPECT_EQ(r.get(Field::kPersonApplicants), "1");
  EXPECT_FALSE(r.has(Field::kApplicantAddress));
}

TEST(Reading, APersonBehindAFirmTakesNothingFromIt) {
  const Record r = applicants_of(applicants_xml({{1, "甲乙科技有限公司"}, {2, "张某某"}}));
  EXPECT_THAT(r.all(Field::kApplicantPosition), ElementsAre("1"));
  EXPECT_EQ(r.get(Field::kPersonApplicants), "1");
  EXPECT_EQ(r.get(Field::kApplicantAddress), "甲乙科技有限公司的住址");
}

TEST(Reading, ApplicantsThatAreAllPersonsAreANumber) {
  const Record r = applicants_of(applicants_xml({{1, "张某某"}, {2, "李某某"}}));
  EXPECT_THAT(r.all(Field::kApplicant), IsEmpty());
  EXPECT_THAT(r.all(Field::kApplicantPosition), IsEmpty());
  EXPECT_EQ(r.get(Field::kPersonApplicants), "2");
  EXPECT_FALSE(r.has(Field::kApplicantAddress));
}

TEST(Reading, ANameThatIsRepeatedHasOnePlace) {
  const Record r = applicants_of(
      applicants_xml({{1, "甲乙（山东）科技有限公司"}, {2, "甲乙(山东)科技有限公司"}, {3, "张某某"}, {4, "丙丁大学"}}));
  EXPECT_THAT(r.all(Field::kApplicant), ElementsAre("甲乙(山东)科技有限公司", "丙丁大学"));
  EXPECT_THAT(r.all(Field::kApplicantPosition), ElementsAre("1", "3"));
}

TEST(Reading, TheOfficesSequenceGoesBeforeTheOrderOfElements) {
  const Record r = applicants_of(applicants_xml({{2, "丙丁大学"}, {1, "甲乙科技有限公司"}}));
  EXPECT_THAT(r.all(Field::kApplicant), ElementsAre("甲乙科技有限公司", "丙丁大学"));
  EXPECT_EQ(r.get(Field::kApplicantAddress), "甲乙科技有限公司的住址");
}

TEST(Reading, AssigneesWhoArePersonsAreCounted) {
  const std::string assignees =
      "<business:AssigneeDetails><business:Assignee sequence=\"1\"><base:Name>李某某</base:Name></business:Assignee>"
      "</business:AssigneeDetails>";
  const Record r = applicants_of(applicants_xml({{1, "甲乙科技有限公司"}}, assignees));
  EXPECT_THAT(r.all(Field::kAssignee), IsEmpty());
  EXPECT_EQ(r.get(Field::kPersonAssignees), "1");
}

Gathered applicants_of_list(const std::string& key, const std::string& cell) {
  return read(source_of("[[page]]\nreader = \"csv\"\nkind = \"patent\"\nkey = [" + key +
                        "]\nrequired = [\"application_no\"]\n[page.columns]\napplication_no = \"申请号\"\n"
                        "applicant = \"申请人\"\n[page.rules.applicant]\nsplit = \"|；;\"\n"),
              "申请号,申请人\nCN201510163325.6," + cell + "\n");
}

TEST(Reading, FlatListsKeepPlacesToo) {
  const Gathered out = applicants_of_list("\"application_no\"", "张某某;[PERSON]|甲乙科技有限公司、丙丁大学");
  ASSERT_EQ(out.records.size(), 1u) << (out.rejects.empty() ? "" : out.rejects[0].expected);
  EXPECT_THAT(out.records[0].all(Field::kApplicantPosition), ElementsAre("3", "4"));
  EXPECT_EQ(out.records[0].get(Field::kPersonApplicants), "2");
}

TEST(Reading, ARowForEachApplicantSaysNothingOfPlaces) {
  const std::string key = "\"application_no\", \"applicant\"";
  EXPECT_FALSE(applicants_of_list(key, "甲乙科技有限公司").records.at(0).has(Field::kApplicantPosition));
  EXPECT_EQ(applicants_of_list(key, "张某某;甲乙科技有限公司").records.at(0).get(Field::kApplicantPosition), "2");
}

TEST(Reading, AnswersInJsonKeepPlacesToo) {
  const Gathered out =
      read(source_of("[[page]]\nreader = \"json\"\nkind = \"patent\"\nrows = \"data\"\nkey = [\"application_no\"]\n"
                     "required = [\"application_no\"]\n[page.columns]\napplication_no = \"no\"\napplicant = \"who\"\n"),
           R"({"data":[{"no":"CN201510163325.6","who":["张某某","甲乙科技有限公司"]}]})");
  ASSERT_EQ(out.records.size(), 1u) << (out.rejects.empty() ? "" : out.rejects[0].expected);
  EXPECT_THAT(out.records[0].all(Field::kApplicantPosition), ElementsAre("2"));
}

Record transfer_of(const std::string& text) {
  const Gathered out = read(source_of(R"([[page]]
reader = "patent_events"
kind = "patent_event"
key = ["application_no", "event", "event_date"]
required = ["application_no"]
[page.columns]
application_no = "application_no"
event = "event"
event_date = "event_date"
event_text = "event_text"
from_owner = "from_owner"
to_owner = "to_owner"
[page.rules.event.words]
"专利申请权、专利权的转移" = "TRANSFER"
)"),
                            "<business:PRS><business:PRSRecord><business:ApplicationReference><base:DocNumber>"
                            "201510163325.6</base:DocNumber></business:ApplicationReference><business:PRSValue>"
                            "专利申请权、专利权的转移</business:PRSValue><business:PRSInformation>" +
                                text +
                                "</business:PRSInformation><business:PRSPublicationDate><base:Date>20200102</base:Date>"
                                "</business:PRSPublicationDate></business:PRSRecord></business:PRS>");
  EXPECT_EQ(out.records.size(), 1u) << (out.rejects.empty() ? "" : out.rejects[0].expected);
  return out.records.empty() ? Record{} : out.records[0];
}

TEST(Reading, ATransferNamesAllOwnersAndNoAddresses) {
  const Record r = transfer_of(
      "专利权的转移\n登记生效日:20191220\n变更事项:专利权人\n变更前权利人:甲乙科技有限公司\n变更后权利人:"
      "丙丁科技有限公司\n"
      "变更事项:地址\n变更前权利人:256600 山东省滨州市黄河五路1号\n变更后权利人:256600 山东省滨州市渤海七路2号\n"
      "变更事项:共同专利权人\n变更前权利人:\n变更后权利人:戊己大学；张某某");
  EXPECT_THAT(r.all(Field::kFromOwner), ElementsAre("甲乙科技有限公司"));
  EXPECT_THAT(r.all(Field::kToOwner), ElementsAre("丙丁科技有限公司", "戊己大学"));
  EXPECT_FALSE(r.has(Field::kFromPersons));
  EXPECT_EQ(r.get(Field::kToPersons), "1");
  for (const FieldValue& value : r.fields) EXPECT_EQ(value.value.find("张某某"), std::string::npos);
}

TEST(Reading, ATransferFromAPersonDiffersFromOneThatDoesNotSay) {
  const Record person = transfer_of("专利权的转移;变更事项:专利权人;变更前权利人:张某某;变更后权利人:甲乙科技有限公司");
  EXPECT_THAT(person.all(Field::kFromOwner), IsEmpty());
  EXPECT_EQ(person.get(Field::kFromPersons), "1");
  const Record added =
      transfer_of("专利权的转移;变更事项:共同专利权人;变更前权利人:;变更后权利人:SMITH MACHINES CO., LTD.");
  EXPECT_EQ(added.get(Field::kFromPersons), "0");
  EXPECT_THAT(added.all(Field::kToOwner), ElementsAre("SMITH MACHINES CO., LTD."));
  const Record silent = transfer_of("专利权的转移;变更后权利人:甲乙科技有限公司");
  EXPECT_FALSE(silent.has(Field::kFromPersons));
  EXPECT_THAT(silent.all(Field::kToOwner), ElementsAre("甲乙科技有限公司"));
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
