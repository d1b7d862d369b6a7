// What the standards ask for: names, labels, and what follows from what.
#include <algorithm>
#include <optional>

#include "miner/standard.h"

namespace tanmiao::miner {
namespace {

// target = top / bottom, where both are known and the target is not.
struct ShareOf {
  std::string_view target, top, bottom;
};
constexpr ShareOf kShares[] = {
    {"tech_share", "tech_staff", "staff_total"},    {"rd_staff_share", "rd_staff", "staff_total"},
    {"rd_ratio", "rd_expense", "revenue"},          {"rd_cost_ratio", "rd_expense", "total_cost"},
    {"rd_ratio_3y", "rd_expense_3y", "revenue_3y"}, {"debt_ratio", "debts", "assets"},
    {"main_share", "main_revenue", "revenue"}};
struct GrowthOf {
  std::string_view target, y1, y2, y3;
};
constexpr GrowthOf kGrowth[] = {{"sales_growth", "sales_y1", "sales_y2", "sales_y3"},
                                {"net_assets_growth", "net_assets_y1", "net_assets_y2", "net_assets_y3"}};

const Estimate* exact_input(const Inputs& inputs, std::string_view id) {
  const auto found = inputs.find(id);
  return found != inputs.end() && found->second.exact() ? &found->second : nullptr;
}

void set_derived(Inputs& inputs, std::string_view target, double value, const Estimate& from) {
  Estimate derived = from;
  derived.least = derived.most = value;
  inputs.insert_or_assign(std::string(target), std::move(derived));
}

}  // namespace

const std::vector<InputName>& input_names() {
  static const std::vector<InputName> names = {
      {"registered_mainland", "境内登记", true},
      {"registered_province", "登记机关所在省代码"},
      {"days_registered", "成立天数"},
      {"years_registered", "成立年数"},
      {"segment_years", "从事特定细分市场年数"},
      {"listed_bad", "列入经营异常名录或严重违法失信名单", true},
      {"accident", "重大安全、质量事故或严重环境违法", true},
      {"listed_company", "上市或受上市公司控制", true},
      {"class_one", "有效Ⅰ类知识产权（件）"},
      {"class_one_own", "自主取得的有效Ⅰ类知识产权（件）"},
      {"class_one_high_value", "Ⅰ类高价值知识产权（件）"},
      {"class_two", "有效Ⅱ类知识产权（件）"},
      {"ip_any", "有效知识产权（件）"},
      {"ip_own", "自主取得的有效知识产权（件）"},
      {"inventions", "有效发明专利（件）"},
      {"utility_and_software", "有效实用新型与软件著作权（件）"},
      {"staff_total", "职工总数（人）"},
      {"tech_staff", "科技人员数（人）"},
      {"tech_share", "科技人员占比"},
      {"rd_staff", "研发人员数（人）"},
      {"rd_staff_share", "研发人员占比"},
      {"revenue", "上年销售（营业）收入（元）"},
      {"revenue_3y", "近三年销售收入（元）"},
      {"main_revenue", "上年主营业务收入（元）"},
      {"main_share", "主营业务收入占比"},
      {"main_growth", "上年主营业务收入增长率"},
      {"main_growth_2y", "近两年主营业务收入平均增长率"},
      {"cagr_2y", "近两年收入或利润复合增长率"},
      {"cagr_3y", "近三年收入复合增长率"},
      {"assets", "资产总额（元）"},
      {"debts", "负债总额（元）"},
      {"debt_ratio", "资产负债率"},
      {"net_margin", "上年净利润率"},
      {"total_cost", "成本费用总额（元）"},
      {"rd_expense", "上年研发费用（元）"},
      {"rd_expense_2y", "近两年研发费用合计（元）"},
      {"rd_expense_mean_2y", "近两年研发费用均值（元）"},
      {"rd_expense_least_2y", "近两年中较低一年的研发费用（元）"},
      {"rd_expense_3y", "近三年研发费用合计（元）"},
      {"rd_ratio", "研发费用占销售（营业）收入"},
      {"rd_cost_ratio", "研发费用占成本费用总额"},
      {"rd_ratio_least_2y", "近两年中较低一年的研发费用占比"},
      {"rd_ratio_3y", "近三年研发费用占比"},
      {"rd_domestic_share", "境内研发费用占比"},
      {"high_tech_share", "高新技术产品（服务）收入占比"},
      {"high_tech_field", "属于国家重点支持的高新技术领域", true},
      {"strategic_field", "属于战略性新兴产业", true},
      {"strategic_or_ten_field", "属于重点产业领域", true},
      {"chain_field", "产业链补短板、锻长板、填空白", true},
      {"six_basics", "工业六基或强国重点领域", true},
      {"transformations", "科技成果转化年平均项数"},
      {"sales_y1", "前三年销售收入（元）"},
      {"sales_y2", "前二年销售收入（元）"},
      {"sales_y3", "上年销售收入（元）"},
      {"sales_growth", "销售收入增长率"},
      {"net_assets_y1", "前三年净资产（元）"},
      {"net_assets_y2", "前二年净资产（元）"},
      {"net_assets_y3", "上年净资产（元）"},
      {"net_assets_growth", "净资产增长率"},
      {"market_share", "细分市场占有率"},
      {"market_top_three", "国内细分市场前三", true},
      {"market_front", "细分市场占有率位居前列", true},
      {"equity_2y", "近两年新增股权融资（元）"},
      {"equity_3y", "近三年新增股权融资（元）"},
      {"digital_level", "数字化水平（级）"},
      {"quality_award", "省级以上质量奖", true},
      {"quality_system", "质量管理体系认证", true},
      {"own_brand", "自主品牌", true},
      {"information_system", "核心业务采用信息系统", true},
      {"standard_part", "参与制修订标准", true},
      {"standard_led", "主导制定标准", true},
      {"hnte_valid", "有效高新技术企业证书", true},
      {"innovative_title", "创新型中小企业（或科技和创新型）称号", true},
      {"srdi_title", "专精特新中小企业称号", true},
      {"national_demonstration", "国家技术创新示范、知识产权优势或示范企业", true},
      {"rd_institution", "研发机构", true},
      {"rd_institution_city", "市级及以上研发机构", true},
      {"rd_institution_province", "省部级及以上研发机构", true},
      {"rd_institution_national", "国家级研发机构", true},
      {"award_province_3y", "近三年省级及以上科技奖励", true},
      {"award_national_3y", "近三年国家级科技奖励", true},
      {"award_rank_province", "省级奖前三或国家级奖前五名单位", true},
      {"award_rank_national", "国家级奖前三名单位", true},
      {"maker_500", "近三年“创客中国”500 强企业组", true},
      {"maker_50", "近三年“创客中国”50 强企业组", true},
      {"credit_score", "信用评分"},
      {"platform_score", "专精特新发展评价得分"},
      {"leading_technology", "核心技术经国家认定国际领先或有重大战略意义", true},
      {"award_people", "国家科技奖主要参与人员", true},
      {"national_project", "独立或牵头承担国家重大科技专项", true},
      {"import_substitute", "核心产品实现进口替代", true}};
  return names;
}

const InputName* input_name(std::string_view id) {
  const auto& names = input_names();
  const auto found = std::find_if(names.begin(), names.end(), [&](const InputName& name) { return name.id == id; });
  return found == names.end() ? nullptr : &*found;
}

std::vector<std::string_view> input_ids() {
  std::vector<std::string_view> ids;
  ids.reserve(input_names().size());
  for (const InputName& name : input_names()) ids.push_back(name.id);
  return ids;
}

Estimate unknown_input(const InputName& name) {
  Estimate unknown;
  if (name.flag) unknown.least = 0, unknown.most = 1;
  return unknown;
}

std::optional<double> two_year_growth(double y1, double y2, double y3) {
  if (y2 == 0) return std::nullopt;
  if (y1 == 0) return y3 / y2 - 1;
  return (y2 / y1 + y3 / y2) / 2 - 1;
}

void derive(Inputs& inputs) {
  for (const ShareOf& share : kShares) {
    const Estimate *top = exact_input(inputs, share.top), *bottom = exact_input(inputs, share.bottom);
    if (exact_input(inputs, share.target) != nullptr || top == nullptr || bottom == nullptr) continue;
    if (bottom->least > 0) set_derived(inputs, share.target, top->least / bottom->least, *top);
  }
  for (const GrowthOf& growth : kGrowth) {
    const Estimate *y1 = exact_input(inputs, growth.y1), *y2 = exact_input(inputs, growth.y2),
                   *y3 = exact_input(inputs, growth.y3);
    if (exact_input(inputs, growth.target) != nullptr || y1 == nullptr || y2 == nullptr || y3 == nullptr) continue;
    // Without the middle year there are no points, as with no growth at all.
    set_derived(inputs, growth.target, two_year_growth(y1->least, y2->least, y3->least).value_or(-1), *y3);
  }
}

}  // namespace tanmiao::miner
