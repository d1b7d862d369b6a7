// Applicants, assignees and owners: bodies in their places, persons as a number.
#include "tests/crawler/reading_fixture.h"

namespace tanmiao::crawler::parties_test {
namespace {

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

TEST(Parties, AFirmBehindAPersonIsTheSecondApplicantAndThePersonsAddressIsNotKept) {
  const Record r = applicants_of(applicants_xml({{1, "张某某"}, {2, "甲乙科技有限公司"}, {3, "丙丁大学"}}));
  EXPECT_THAT(r.all(Field::kApplicant), ElementsAre("甲乙科技有限公司", "丙丁大学"));
  EXPECT_THAT(r.all(Field::kApplicantPosition), ElementsAre("2", "3"));
  EXPECT_EQ(r.get(Field::kPersonApplicants), "1");
  EXPECT_FALSE(r.has(Field::kApplicantAddress));
}

TEST(Parties, APersonBehindAFirmTakesNothingFromIt) {
  const Record r = applicants_of(applicants_xml({{1, "甲乙科技有限公司"}, {2, "张某某"}}));
  EXPECT_THAT(r.all(Field::kApplicantPosition), ElementsAre("1"));
  EXPECT_EQ(r.get(Field::kPersonApplicants), "1");
  EXPECT_EQ(r.get(Field::kApplicantAddress), "甲乙科技有限公司的住址");
}

TEST(Parties, ApplicantsThatAreAllPersonsAreANumber) {
  const Record r = applicants_of(applicants_xml({{1, "张某某"}, {2, "李某某"}}));
  EXPECT_THAT(r.all(Field::kApplicant), IsEmpty());
  EXPECT_THAT(r.all(Field::kApplicantPosition), IsEmpty());
  EXPECT_EQ(r.get(Field::kPersonApplicants), "2");
  EXPECT_FALSE(r.has(Field::kApplicantAddress));
}

TEST(Parties, ANameThatIsRepeatedHasOnePlace) {
  const Record r = applicants_of(
      applicants_xml({{1, "甲乙（山东）科技有限公司"}, {2, "甲乙(山东)科技有限公司"}, {3, "张某某"}, {4, "丙丁大学"}}));
  EXPECT_THAT(r.all(Field::kApplicant), ElementsAre("甲乙(山东)科技有限公司", "丙丁大学"));
  EXPECT_THAT(r.all(Field::kApplicantPosition), ElementsAre("1", "3"));
}

TEST(Parties, TheOfficesSequenceGoesBeforeTheOrderOfElements) {
  const Record r = applicants_of(applicants_xml({{2, "丙丁大学"}, {1, "甲乙科技有限公司"}}));
  EXPECT_THAT(r.all(Field::kApplicant), ElementsAre("甲乙科技有限公司", "丙丁大学"));
  EXPECT_EQ(r.get(Field::kApplicantAddress), "甲乙科技有限公司的住址");
}

TEST(Parties, AssigneesWhoArePersonsAreCounted) {
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

TEST(Parties, FlatListsKeepPlacesToo) {
  const Gathered out = applicants_of_list("\"application_no\"", "张某某;[PERSON]|甲乙科技有限公司、丙丁大学");
  ASSERT_EQ(out.records.size(), 1u) << (out.rejects.empty() ? "" : out.rejects[0].expected);
  EXPECT_THAT(out.records[0].all(Field::kApplicantPosition), ElementsAre("3", "4"));
  EXPECT_EQ(out.records[0].get(Field::kPersonApplicants), "2");
}

TEST(Parties, ARowForEachApplicantSaysNothingOfPlaces) {
  const std::string key = "\"application_no\", \"applicant\"";
  EXPECT_FALSE(applicants_of_list(key, "甲乙科技有限公司").records.at(0).has(Field::kApplicantPosition));
  EXPECT_EQ(applicants_of_list(key, "张某某;甲乙科技有限公司").records.at(0).get(Field::kApplicantPosition), "2");
}

TEST(Parties, AnswersInJsonKeepPlacesToo) {
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

TEST(Parties, ATransferNamesAllOwnersAndNoAddresses) {
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

TEST(Parties, ATransferFromAPersonDiffersFromOneThatDoesNotSay) {
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

}  // namespace
}  // namespace tanmiao::crawler::parties_test
