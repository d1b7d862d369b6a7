// The inbox as an office fills it: lists with the usual columns of rd_signal_sources.csv (domain paper) are read by the
// shipped descriptions, and what a refused row keeps is no person.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "core/identifiers.h"
#include "crawler/crawl.h"
#include "crawler/source.h"
#include "tabular/reference_reader.h"

namespace tanmiao::crawler::inbox_test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class Inbox : public ::testing::Test {
 protected:
  Inbox()
      : folder_(fs::temp_directory_path() / ("tanmiao_inbox_" + std::to_string(::getpid()))),
        reference_(tabular::load_reference("config/reference").value()) {
    fs::create_directories(folder_);
    config_.sources = "config/sources";
    config_.base = ".";
    config_.person_key = "a key of this test";
  }
  ~Inbox() override { fs::remove_all(folder_); }
  ParseResult parse(const std::string& source, const std::string& name, std::string_view text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return parse_file(source, folder_ / name, config_, *reference_).value();
  }

  fs::path folder_;
  std::shared_ptr<const Reference> reference_;
  CrawlConfig config_;
};

struct List {
  std::string source, file, text;
  std::map<std::string, std::string> fields;
};

TEST_F(Inbox, ListsWithTheirUsualColumnsAreRead) {
  const std::string firm = "试验一号科技有限公司";
  const std::vector<List> lists = {
      {"rd-projects",
       "立项.csv",
       "序号,项目名称,承担单位,资助金额(万元),年度\n1,某项目," + firm + ",12.5,2024\n",
       {{"signal_type", "rd_project"}, {"amount", "12500000 CNY"}, {"year", "2024"}}},
      {"rd-subsidies",
       "补助.csv",
       "序号,企业名称,所属县区,补助金额(万元),年度\n1," + firm + ",博兴县,3,2024\n",
       {{"signal_type", "rd_subsidy"}, {"amount", "3000000 CNY"}, {"county", "博兴县"}}},
      {"rd-deductions",
       "加计.csv",
       "企业名称,年度,加计扣除额\n" + firm + ",2024,125000\n",
       {{"signal_type", "rd_super_deduction"}, {"amount", "12500000 CNY"}}},
      {"rd-deductions",
       "加计2.csv",
       "企业名称,年度,金额(万元)\n" + firm + ",2024,12.5\n",
       {{"amount", "12500000 CNY"}}},
      {"platform-lists",
       "平台.csv",
       "序号,平台名称,依托单位,所属市县,批次\n1,某某重点实验室," + firm + ",滨州市,第一批\n",
       {{"program", "platform"}, {"level", "province"}, {"title", "某某重点实验室"}}},
      {"tech-sme-lists",
       "入库.csv",
       "序号,企业名称,入库登记编号,所属县区\n1," + firm + ",202437160208000001,滨城区\n",
       {{"program", "tech_sme"}, {"year", "2024"}}},
      {"hnte-lists",
       "高企.csv",
       "序号,企业名称,证书编号,发证日期\n1," + firm + ",GR202437000001,2024-12-07\n",
       {{"program", "hnte"}, {"certificate_no", "GR202437000001"}, {"issued", "2024-12-07"}}},
      {"title-lists",
       "2024年专精特新中小企业名单.csv",
       "序号,企业名称,所属市县,年度,批次\n1," + firm + ",滨州市,2024,第一批\n",
       {{"program", "srdi"}, {"year", "2024"}}},
      {"title-lists", "专精特新小巨人.csv", "序号,企业名称,年度\n1," + firm + ",2024\n", {{"program", "little_giant"}}},
      {"title-lists", "2024瞪羚企业.csv", "序号,企业名称,年度\n1," + firm + ",2024\n", {{"program", "gazelle"}}},
      {"title-lists",
       "制造业单项冠军.csv",
       "序号,企业名称,年度\n1," + firm + ",2024\n",
       {{"program", "single_champion"}}},
      {"contests",
       "大赛.csv",
       "序号,企业或团队名称,项目名称,奖项\n1," + firm + ",某项目,二等奖\n",
       {{"signal_type", "contest"}, {"level", "二等奖"}}},
      {"incubator-tenants",
       "在孵.csv",
       "序号,企业名称,入孵日期,孵化器\n1," + firm + ",2024-03-01,某孵化器\n",
       {{"signal_type", "incubator_tenant"}}},
      {"self-reports",
       "自报.csv",
       "企业名称,统一社会信用代码,走访日期,走访人,职工总数,科技人员数,上年销售收入(万元),上年研发费用(万元)\n" + firm +
           ",91371600310470710D,2026-11-02,某某,100,12,1000,60\n",
       {{"signal_type", "self_report"},
        {"staff_total", "100"},
        {"revenue", "1000000000 CNY"},
        {"event_date", "2026-11-02"}}},
      {"first-equipment",
       "首台套.csv",
       "序号,产品名称,企业名称,年度\n1,某设备," + firm + ",2024\n",
       {{"signal_type", "first_equipment"}, {"title", "某设备"}}},
  };
  for (const List& list : lists) {
    const ParseResult got = parse(list.source, list.file, list.text);
    ASSERT_EQ(got.records.size(), 1u) << list.source << " " << list.file;
    EXPECT_TRUE(got.rejects.empty()) << list.file;
    EXPECT_EQ(got.records[0].get(Field::kFirmName), firm) << list.file;
    for (const auto& [name, value] : list.fields) {
      const auto field = field_from_name(name);
      ASSERT_TRUE(field) << name;
      EXPECT_EQ(got.records[0].get(*field), value) << list.file << " " << name;
    }
  }
}

// A candidate list comes back with a few of its rows filled in.
TEST_F(Inbox, RowsOfAReportThatNobodyFilledInArePassedOver) {
  const std::string head = "企业名称,统一社会信用代码,走访人,走访日期,职工总数,科技人员数,备注\n";
  const std::string empty = "试验一号科技有限公司,91371600310470710D,,,,,\n";
  const ParseResult got =
      parse("self-reports", "名单.csv",
            head + empty + "试验一号科技有限公司,91371600310470710D,某某,2026-11-02,100,12,\n" + empty);
  EXPECT_EQ(got.rows, 1u);
  EXPECT_EQ(got.records.size(), 1u);
  EXPECT_TRUE(got.rejects.empty());
  const ParseResult undated =
      parse("self-reports", "名单二.csv", head + "试验一号科技有限公司,91371600310470710D,,,100,,\n");
  ASSERT_EQ(undated.rejects.size(), 1u) << "a row that says something must say when";
  EXPECT_EQ(undated.rejects[0].expected, "不得为空：走访日期");
}

TEST_F(Inbox, ATitleListThatDoesNotSayItsTitleIsNotRead) {
  std::ofstream(folder_ / "名单.csv") << "企业名称\n";
  EXPECT_FALSE(parse_file("title-lists", folder_ / "名单.csv", config_, *reference_));
}

TEST_F(Inbox, TheBuyerOfAPatentIsNotItsApplicant) {
  const ParseResult got = parse("patent-files", "p.csv",
                                "申请号,专利名称,原始申请(专利权)人,当前申请(专利权)人,申请日\n"
                                "CN201210000001.7,一种装置,试验一号科技有限公司,试验二号科技有限公司,2012-01-04\n");
  ASSERT_EQ(got.records.size(), 1u);
  EXPECT_THAT(got.records[0].all(Field::kApplicant), ::testing::ElementsAre("试验一号科技有限公司"));
  EXPECT_THAT(got.records[0].all(Field::kAssignee), ::testing::ElementsAre("试验二号科技有限公司"));
}

TEST_F(Inbox, ARefusedRowKeepsItsShapeAndNoPerson) {
  const ParseResult registry = parse("registry-files", "r.csv",
                                     "企业名称,统一社会信用代码,法定代表人,联系电话,成立日期\n"
                                     "试验一号科技有限公司,91371600MA3XXXXX00,张某某,13000000000,2015-06-02\n"
                                     "少一列,张某某,13000000000\n");
  ASSERT_EQ(registry.rejects.size(), 2u);
  EXPECT_EQ(registry.rejects[0].row, "试验一号科技有限公司,91371600MA3XXXXX00,,,2015-06-02");
  EXPECT_EQ(registry.rejects[1].row, "");
  EXPECT_THAT(registry.rejects[1].expected, HasSubstr("原文件"));

  const ParseResult patents = parse("patent-files", "p.csv",
                                    "申请号,专利名称,申请人,发明人,申请日\n"
                                    "CN201210000001.7,一种装置,张某某;试验一号科技有限公司,张某某,2012-13-04\n");
  ASSERT_EQ(patents.rejects.size(), 1u);
  EXPECT_EQ(patents.rejects[0].row, "CN201210000001.7,一种装置,自然人;试验一号科技有限公司,,2012-13-04");
  for (const auto* rejects : {&registry.rejects, &patents.rejects})
    for (const store::Reject& r : *rejects) EXPECT_THAT(r.row + r.value, Not(HasSubstr("张某某")));
}

// As met in real registers: a comma that was not quoted, and as many cells lost at the end, so that the count is right
// and names of persons stand under other headings.
TEST_F(Inbox, OfAShiftedRowNothingIsKeptButWhereItStandsAndWhatItSpokeOf) {
  const std::string code = "91371600310470710D";
  const ParseResult got = parse("registry-files", "r.csv",
                                "企业名称,统一社会信用代码,成立日期,企业类型,注册资本,经营范围,所在省份,地区\n"
                                "试验一号科技有限公司," +
                                    code +
                                    ",2015-06-02,张某某,100万元,研发,山东,滨州\n"
                                    "试验一号科技有限公司," +
                                    code +
                                    ",2015-06-02,有限责任公司,张某某,研发,山东,滨州\n"
                                    "试验一号科技有限公司," +
                                    code +
                                    ",2015-06-02,N/A,GIVEN Name,研发,山东,滨州\n"
                                    "试验一号科技有限公司," +
                                    code +
                                    ",2015-06-02,[NAME],100万元,研发,山东,滨州\n"
                                    "试验一号科技有限公司," +
                                    code + ",2015-06-02,8(万元人民币),张某某,研发,100(万元),滨州\n");
  EXPECT_TRUE(got.records.empty());
  ASSERT_EQ(got.rejects.size(), 5u);
  const std::vector<std::string> fields = {"org_type", "capital", "capital", "org_type", "capital"};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const store::Reject& r = got.rejects[i];
    EXPECT_EQ(r.line, i + 2);
    EXPECT_EQ(r.field, fields[i]);
    EXPECT_THAT(r.expected, HasSubstr("列错位")) << r.expected;
    EXPECT_THAT(r.expected, HasSubstr("不留存"));
    EXPECT_EQ(r.row + r.value, "");
    EXPECT_EQ(r.key, code);  // so that what the register said of it last stays
  }
}

TEST_F(Inbox, ARowWithAnotherNumberOfCellsSaysFromWhereOnItDoesNotFit) {
  const std::string code = "91371600310470710D";
  const ParseResult got = parse("registry-files", "r.csv",
                                "企业名称,统一社会信用代码,成立日期,企业类型,注册资本,经营范围,参保情况\n"
                                "试验一号科技有限公司," +
                                    code +
                                    ",2015-06-02,有限责任公司,1,000(万元),研发,无\n"
                                    "试验一号科技有限公司," +
                                    code +
                                    ",第2页,2015-06-02,有限责任公司,100万元,研发,无\n"
                                    "试验一号科技有限公司,9137160031047\n");
  EXPECT_TRUE(got.records.empty());
  ASSERT_EQ(got.rejects.size(), 3u);
  EXPECT_THAT(got.rejects[0].expected, HasSubstr("应有 7 列，此行有 8 列"));
  EXPECT_EQ(got.rejects[0].key, code);
  EXPECT_EQ(got.rejects[1].field, "established");
  EXPECT_EQ(got.rejects[1].value, "第2页");
  EXPECT_THAT(got.rejects[1].expected, HasSubstr("从“成立日期”一列起对不上"));
  EXPECT_THAT(got.rejects[1].row, HasSubstr("试验一号科技有限公司," + code + ",第2页,2015-06-02"));
  EXPECT_EQ(got.rejects[2].field, "credit_code");
  EXPECT_THAT(got.rejects[2].expected, HasSubstr("应有 7 列，此行有 2 列"));
  EXPECT_EQ(got.rejects[2].key, "");
}

// Real registers have both in the column of the credit code.
TEST_F(Inbox, AnOldRegistrationNumberIsNamedAndAnIndividualBusinessIsNotKept) {
  const auto with_check = [](std::string fourteen) {  // ISO 7064 MOD 11,10
    for (char c = '0'; c <= '9'; ++c)
      if (parse_registration_no(fourteen + c)) return fourteen + c;
    return std::string();
  };
  const ParseResult got = parse("registry-files", "r.csv",
                                "企业名称,统一社会信用代码\n试验一号科技有限公司," + with_check("37160000000001") +
                                    "\n试验某某小吃店," + with_check("37160060000001") + "\n");
  ASSERT_EQ(got.rejects.size(), 2u);
  EXPECT_THAT(got.rejects[0].expected, HasSubstr("实有 15 位，此为旧的注册号"));
  EXPECT_THAT(got.rejects[0].row, HasSubstr("试验一号"));
  EXPECT_THAT(got.rejects[1].expected, HasSubstr("个体工商户"));
  EXPECT_EQ(got.rejects[1].row + got.rejects[1].value, "");
}

TEST_F(Inbox, ARareCharacterCostsAFirmNothingUnlessItStandsInItsName) {
  const std::string columns = "企业名称,统一社会信用代码,经营范围,注册地址\n", code = ",91371600310470710D,";
  const ParseResult got = parse("registry-files", "r.csv",
                                columns + "试验一号科技有限公司" + code + "通信设备的技术服务。×××,某区\uE835茬窑村\n" +
                                    "试验\uE001号科技有限公司" + code + "研发,某村\n试验一号科技有限公司" + code +
                                    "\uE001\uE002\uE003,某村\n试验一号科技有限公司" + code + "研发,ÖÐ¹ú\n");
  ASSERT_EQ(got.records.size(), 1u);
  EXPECT_EQ(got.records[0].get(Field::kAddress), "某区\uE835茬窑村");
  ASSERT_EQ(got.rejects.size(), 3u);
  EXPECT_EQ(got.rejects[0].field, "firm_name");
  EXPECT_EQ(got.rejects[1].field, "scope");
  EXPECT_EQ(got.rejects[2].field, "address");
  for (const store::Reject& r : got.rejects) EXPECT_THAT(r.expected, HasSubstr("文字")) << r.expected;
}

TEST_F(Inbox, CapitalInTheMoneyOfAnyInvestorIsRead) {
  for (const auto& [raw, value] : std::map<std::string, std::string>{{"250(万香港元)", "250000000 HKD"},
                                                                     {"150(万元德国马克)", "150000000 DEM"},
                                                                     {"3,350(万丹麦克郎)", "3350000000 DKK"},
                                                                     {"78万港元", "78000000 HKD"}}) {
    const ParseResult got =
        parse("registry-files", "r.csv",
              "企业名称,统一社会信用代码,注册资本\n试验一号科技有限公司,91371600310470710D,\"" + raw + "\"\n");
    ASSERT_EQ(got.records.size(), 1u) << raw;
    EXPECT_EQ(got.records[0].get(Field::kCapital), value);
  }
}

// Words that an explanation of the inbox offers, behind "MARK认得：", with "、" between and "。" at the end.
std::vector<std::string> offered(const std::string& explanation, const std::string& mark) {
  std::ifstream in(explanation);
  const std::string text{std::istreambuf_iterator<char>(in), {}}, before = mark + "认得：";
  const std::size_t begin = text.find(before), end = text.find("。", begin);
  std::vector<std::string> words;
  if (begin == std::string::npos || end == std::string::npos) return words;
  std::string list = text.substr(begin + before.size(), end - begin - before.size());
  for (std::size_t at; (at = list.find("、")) != std::string::npos; list.erase(0, at + std::strlen("、")))
    words.push_back(list.substr(0, at));
  words.push_back(list);
  return words;
}

TEST_F(Inbox, EveryStatusThatAnExplanationOffersIsRead) {
  const auto statuses = offered("inbox/registry/README.md", "登记状态");
  EXPECT_GT(statuses.size(), 10u);
  for (const std::string& word : statuses) {
    const ParseResult got =
        parse("registry-files", "r.csv",
              "企业名称,统一社会信用代码,登记状态\n试验一号科技有限公司,91371600310470710D," + word + "\n");
    ASSERT_EQ(got.records.size(), 1u) << word;
    EXPECT_NE(status_from_word(got.records[0].get(Field::kStatus)), FirmStatus::kUnknown) << word;
  }
  const auto events = offered("inbox/patents/README.md", "法律状态");
  EXPECT_GT(events.size(), 10u);
  for (const std::string& word : events) {
    const ParseResult got =
        parse("patent-files", "p.csv",
              "申请号,专利名称,法律状态,法律状态日\nCN201210000001.7,一种装置," + word + ",2020-01-02\n");
    ASSERT_EQ(got.records.size(), 1u) << word;
    EXPECT_NE(patent_event_from_word(got.records[0].get(Field::kLegalStatus)), PatentEvent::kOther) << word;
  }
}

TEST_F(Inbox, AStatusWithinASentenceIsWhatBecameOfTheRight) {
  const std::map<std::string, PatentEvent> words = {{"有效", PatentEvent::kInForce},
                                                    {"失效", PatentEvent::kDead},
                                                    {"审中", PatentEvent::kExamStarted},
                                                    {"专利权有效期届满", PatentEvent::kExpired},
                                                    {"专利权全部无效", PatentEvent::kInvalidated},
                                                    {"专利权部分无效", PatentEvent::kPartlyInvalidated},
                                                    {"发明专利申请公布后的驳回", PatentEvent::kRefused},
                                                    {"发明专利申请公布后的撤回", PatentEvent::kDeemedWithdrawn},
                                                    {"避免重复授权放弃专利权", PatentEvent::kDeemedAbandoned},
                                                    {"发明专利权授予", PatentEvent::kGrant}};
  for (const auto& [word, event] : words) {
    const ParseResult got =
        parse("patent-files", "p.csv", "申请号,专利名称,法律状态\nCN201210000001.7,一种装置," + word + "\n");
    ASSERT_EQ(got.records.size(), 1u) << word;
    EXPECT_EQ(patent_event_from_word(got.records[0].get(Field::kLegalStatus)), event) << word;
  }
}

TEST_F(Inbox, EveryColumnOfATemplateIsRead) {
  const std::set<std::string> numbering = {"序号"};
  for (const Source& source : load_sources({"config/sources"}).value()) {
    const fs::path file = fs::path("inbox/templates") / (source.inbox.filename().string() + ".csv");
    if (!source.folder || !fs::exists(file)) continue;
    std::ifstream in(file);
    std::string line, heading;
    std::getline(in, line);
    if (line.ends_with('\r')) line.pop_back();
    const auto page =
        std::find_if(source.pages.begin(), source.pages.end(), [](const auto& p) { return p.reader == "csv"; });
    ASSERT_NE(page, source.pages.end()) << source.id;
    std::istringstream headings(line.substr(std::strlen("\xEF\xBB\xBF")));
    while (std::getline(headings, heading, ',')) {
      const bool read = std::any_of(page->columns.begin(), page->columns.end(), [&](const auto& column) {
        return ("|" + column.second + "|").find("|" + heading + "|") != std::string::npos;
      });
      EXPECT_TRUE(read || numbering.contains(heading)) << source.id << " " << heading;
    }
  }
}

TEST_F(Inbox, AnIndustryCodeIsOfTheEditionThatIsStated) {
  const std::string columns = "企业名称,统一社会信用代码,行业代码,行业分类版本,行业名称\n",
                    firm = "试验一号科技有限公司,91371600310470710D,";
  struct Case {
    std::string cells, code, edition;
  };
  for (const Case& c :
       {Case{"3262,2011,", "C3262", "2011"}, Case{"C3252,GB/T 4754-2017,", "C3252", "2017"}, Case{"6513,2011,", "", ""},
        Case{"2033,,", "C2033", ""}, Case{"8321,2011,", "Q8321", "2011"}, Case{"8321,,", "8321", ""},
        Case{"6510,,", "I6510", ""}, Case{"3252,2002,铝压延加工", "C3252", ""}, Case{"9999,2017,", "", "2017"}}) {
    const ParseResult got = parse("registry-files", "r.csv", columns + firm + c.cells + "\n");
    ASSERT_EQ(got.records.size(), 1u) << c.cells;
    EXPECT_EQ(got.records[0].get(Field::kIndustryCode), c.code) << c.cells;
    EXPECT_EQ(got.records[0].get(Field::kIndustryEdition), c.edition) << c.cells;
  }
}

TEST_F(Inbox, KindsOfEnterprisesAreReadAsRegistersWriteThem) {
  for (const std::string kind : {"有限责任公司(自然人独资)", "个体", "股份制", "联营企业", "港、澳、台", "1130",
                                 "家庭农场", "集体所有制", "分公司", "全民所有制", "外国(地区)企业常驻代表机构"}) {
    const ParseResult got =
        parse("registry-files", "r.csv",
              "企业名称,统一社会信用代码,企业类型\n试验一号科技有限公司,91371600310470710D,\"" + kind + "\"\n");
    ASSERT_EQ(got.records.size(), 1u) << kind;
    EXPECT_EQ(got.records[0].get(Field::kOrgType), kind);
  }
}

TEST_F(Inbox, AMendedRowIsReadUnderItsHeader) {
  // The placeholder of a person is read as a person again.
  const ParseResult got = parse("patent-files", "p.csv",
                                "申请号,专利名称,申请人,申请日\n"
                                "CN201210000001.7,一种装置,自然人;试验一号科技有限公司,2012-01-04\n");
  ASSERT_EQ(got.records.size(), 1u);
  EXPECT_EQ(got.records[0].get(Field::kPersonApplicants), "1");
  EXPECT_EQ(got.records[0].get(Field::kApplicantPosition), "2");
}

}  // namespace
}  // namespace tanmiao::crawler::inbox_test
