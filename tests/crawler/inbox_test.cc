// The inbox as an office fills it: lists with the usual columns of rd_signal_sources.csv (domain paper) are read by the
// shipped descriptions, and what a refused row keeps is no person.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "crawler/crawl.h"
#include "tabular/reference_reader.h"

namespace tanmiao::crawler {
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
       {{"program", "tech_sme"}}},
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
                                    "CN201210000001.7,一种装置,张某某;试验一号科技有限公司,张某某,不是日期\n");
  ASSERT_EQ(patents.rejects.size(), 1u);
  EXPECT_EQ(patents.rejects[0].row, "CN201210000001.7,一种装置,自然人;试验一号科技有限公司,,不是日期");
  for (const auto* rejects : {&registry.rejects, &patents.rejects})
    for (const store::Reject& r : *rejects) EXPECT_THAT(r.row + r.value, Not(HasSubstr("张某某")));
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
}  // namespace tanmiao::crawler
