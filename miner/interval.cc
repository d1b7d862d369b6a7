// The rubric as an interval: what is known, what is possible, what is missing and how to get it.
#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "core/firm_form.h"
#include "core/industry.h"
#include "miner/assess.h"

namespace tanmiao::miner {
namespace {

std::string percent(double share) {
  const double tenths = std::round(share * 1000) / 10;
  std::string text = std::to_string(tenths);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text + "%";
}

std::string plain(double value) { return std::to_string(static_cast<long long>(std::llround(value))); }

// "企业自报，2026-03-01"; of numbers of several days each day once.
std::string reported(std::initializer_list<Day> dates) {
  std::string text = "企业自报";
  std::set<Day> days(dates);
  days.erase(kNoDay);
  bool first = true;
  for (const Day day : days) text += std::exchange(first, false) ? "，" + day_text(day) : "、" + day_text(day);
  return text;
}

RubricRow staff_row(const Context& context, const FirmFacts& facts) {
  const Numbers& n = facts.numbers;
  RubricRow row{"staff", "科技人员指标", "", "", "", context.rubric.most_staff(), {0, context.rubric.most_staff()}};
  if (const auto staff = n.staff()) {
    const int points = points_of(context.rubric.staff, staff->technical, staff->total);
    row.points = {points, points};
    row.evidence = "科技人员 " + plain(staff->technical) + " 人，职工总数 " + plain(staff->total) + " 人，占 " +
                   percent(staff->technical / staff->total) + "（" + reported({n.staff_date, n.tech_date}) + "）";
    if (points < row.points_most) row.gap = "占比 30% 及以上可得满分";
    row.remedy = points < row.points_most ? "核对是否有未计入的科技人员" : "";
    return row;
  }
  const auto insured = facts.insured;
  row.evidence = facts.inventors > 0 ? "近五年专利中不同发明人 " + std::to_string(facts.inventors) + " 人（仅供参考）"
                                     : "无公开依据";
  if (insured >= 0) row.evidence += "；参保人数 " + std::to_string(insured) + " 人（仅供参考）";
  row.gap = n.staff_total ? "科技人员数未知" : n.tech_staff ? "职工总数未知" : "职工总数、科技人员数未知";
  if (n.staff_total && n.tech_staff && n.staff_contradicts())
    row.gap = "自报科技人员数（" + plain(*n.tech_staff) + "）多于职工总数（" + plain(*n.staff_total) + "），不采用";
  row.remedy = "向企业核实上年职工总数与科技人员数";
  return row;
}

RubricRow rd_row(const Context& context, const FirmFacts& facts) {
  const Numbers& n = facts.numbers;
  const Rubric& rubric = context.rubric;
  RubricRow row{"rd", "研发投入指标", "", "", "", rubric.most_rd(), {0, rubric.most_rd()}};
  if (n.rd_expense && n.rd_base_known()) {
    int points = 0;
    if (n.revenue && *n.revenue > 0) {
      points = points_of(rubric.rd_revenue, *n.rd_expense, *n.revenue);
      row.evidence = "研发费用占销售收入 " + percent(*n.rd_expense / *n.revenue);
    }
    if (n.total_cost && *n.total_cost > 0) {  // the firm picks the better of the two
      points = std::max(points, points_of(rubric.rd_cost, *n.rd_expense, *n.total_cost));
      row.evidence += (row.evidence.empty() ? "" : "；") + std::string("研发费用占成本费用总额 ") +
                      percent(*n.rd_expense / *n.total_cost);
    }
    row.evidence +=
        "（" + reported({n.rd_date, n.revenue ? n.revenue_date : kNoDay, n.total_cost ? n.cost_date : kNoDay}) + "）";
    // Without the sales the better choice is open: by the cost alone the points are only the least.
    const bool open = !n.revenue && points < row.points_most;
    row.points = {points, open ? row.points_most : points};
    if (open) row.gap = "销售收入未知";
    if (!open && points < row.points_most) row.gap = "占销售收入 6% 或占成本费用总额 30% 及以上可得满分";
    if (points < row.points_most)
      row.remedy = open ? "向企业核实上年销售收入" : "核对研发费用归集是否完整；两种口径由企业择一";
    return row;
  }
  if (n.rd_expense && *n.rd_expense == 0) {  // nothing spent is no points by either choice
    row.points = {0, 0};
    row.evidence = "研发费用为 0（" + reported({n.rd_date}) + "）";
    row.gap = "没有研发费用";
    return row;
  }
  const std::string signals = signals_text(context, facts);
  row.evidence = signals.empty() ? "无公开依据" : "有研发活动线索，金额未公开：" + signals;
  row.gap = n.rd_expense ? "销售收入、成本费用总额未知" : "研发费用未知";
  row.remedy = "向企业核实上年研发费用、销售收入、成本费用总额";
  return row;
}

std::string ip_evidence(const FirmFacts& facts) {
  std::string text;
  const auto add = [&](std::string_view label, int count) {
    if (count > 0) text += (text.empty() ? "" : "，") + std::string(label) + " " + std::to_string(count) + " 件";
  };
  add("有效发明", facts.valid_one);
  add("有效实用新型、外观设计", facts.valid_two);
  if (facts.numbers.software)
    add("软件著作权（" + reported({facts.numbers.software_date}) + "）", static_cast<int>(*facts.numbers.software));
  add("效力待核", facts.unverified);
  add("在审发明", facts.pending);
  add("已失效", facts.dead);
  return text.empty() ? "未见公开的知识产权" : text;
}

RubricRow ip_row(const Context& context, const FirmFacts& facts) {
  const Rubric& rubric = context.rubric;
  const Numbers& n = facts.numbers;
  const int software = n.software ? static_cast<int>(std::min(*n.software, 1e6)) : 0;
  RubricRow row{"ip", "科技成果指标", ip_evidence(facts), "", "", rubric.class_one, {}};
  row.points.least = ip_points(rubric, facts.valid_one, facts.valid_two + software);
  const int unknown_kind = facts.unverified - facts.unverified_one - facts.unverified_two;
  const int seen = ip_points(rubric, facts.valid_one + facts.unverified_one + unknown_kind,
                             facts.valid_two + facts.unverified_two + software);
  // Rights that no source of ours holds (software, varieties) stay possible until the firm has answered a visit. Where
  // it left its software blank, that is so still, unless we know of rights of it: then the office reckons with these.
  const bool answered = n.staff_known() && n.rd_known() && (n.software || !facts.patents.empty());
  row.points.most = answered ? seen : rubric.class_one;
  if (row.points.least == row.points_most) return row;
  if (facts.unverified > 0) row.gap = std::to_string(facts.unverified) + " 件专利截至日是否有效未知";
  if (!n.software)
    row.gap +=
        (row.gap.empty() ? "" : "；") + std::string(answered ? "软件著作权未填，按已知的计" : "软件著作权等未知");
  if (row.gap.empty()) row.gap = "无Ⅰ类知识产权，Ⅱ类不足 4 件";
  row.remedy = facts.unverified > 0 ? "核对专利年费缴纳与权属；" : "";
  row.remedy += "核实软件著作权等其他知识产权及其与主要产品的关系";
  return row;
}

// A credit code alone does not tell: sole proprietorships, partnerships and branches have one too and are no resident
// enterprises. The kind of enterprise says which, else the form that the name ends in, else nobody knows.
GateResult resident(const Context& context, store::FirmNo firm, const Gate& gate) {
  const auto& firms = context.snapshot.firms;
  if ((firms.flags[firm] & store::kFirmHasCode) == 0 || (firms.flags[firm] & store::kFirmNameOnly) != 0)
    return {&gate, GateAnswer::kUnknown, "未见登记信息"};
  const std::string type(firms.org_type[firm]);
  const auto holds_one_of = [&](const std::vector<std::string>& words) {
    return std::any_of(words.begin(), words.end(),
                       [&](const std::string& word) { return type.find(word) != std::string::npos; });
  };
  if (holds_one_of(gate.not_org_types)) return {&gate, GateAnswer::kFails, "登记类型“" + type + "”不是居民企业"};
  if (holds_one_of(gate.open_org_types))
    return {&gate, GateAnswer::kUnknown, "有境内登记，登记类型“" + type + "”未说明是否法人"};
  if (!type.empty()) return {&gate, GateAnswer::kHolds, "有境内登记（" + type + "）"};
  switch (firm_form(firms.name[firm], context.reference).form_class) {
    case FormClass::kCompany: return {&gate, GateAnswer::kHolds, "有境内登记"};
    case FormClass::kPartnership:
    case FormClass::kSoleProprietor:
    case FormClass::kBranch: return {&gate, GateAnswer::kFails, "从名称看是个人独资、合伙企业或分支机构"};
    default: return {&gate, GateAnswer::kUnknown, "有境内登记，企业类型未知"};
  }
}

GateResult answer(const Context& context, const FirmFacts& facts, const Gate& gate) {
  const auto& firms = context.snapshot.firms;
  const store::FirmNo f = facts.firm;
  const Numbers& n = facts.numbers;
  const auto bounded = [&](const std::optional<double>& value, Day date, double bound, std::string_view what) {
    if (!value) return GateResult{&gate, GateAnswer::kUnknown, std::string(what) + "未知"};
    return GateResult{&gate, *value <= bound ? GateAnswer::kHolds : GateAnswer::kFails,
                      std::string(what) + "按" + reported({date})};
  };
  constexpr double kMinor = 100;
  if (gate.field == "registered_mainland") return resident(context, f, gate);
  if (gate.field == "staff_total") {
    if (!n.staff_total && facts.insured > gate.most) {
      return {&gate, GateAnswer::kFails, "参保人数 " + std::to_string(facts.insured) + " 人"};
    }
    return bounded(n.staff_total, n.staff_date, gate.most, "职工总数");
  }
  if (gate.field == "revenue_yuan") return bounded(n.revenue, n.revenue_date, gate.most * kMinor, "销售收入");
  if (gate.field == "assets_yuan") return bounded(n.assets, n.assets_date, gate.most * kMinor, "资产总额");
  if (gate.field == "negative_list_or_accident") {
    if (!facts.register_known) return {&gate, GateAnswer::kUnknown, "登记情况的日期晚于截至日，不采用"};
    if ((firms.flags[f] & store::kFirmDishonest) != 0) return {&gate, GateAnswer::kFails, "列入严重违法失信名单"};
    if ((firms.flags[f] & store::kFirmAbnormal) != 0) return {&gate, GateAnswer::kFails, "列入经营异常名录"};
    return {&gate, GateAnswer::kUnknown, "未见不良记录，但公开信息不完整"};
  }
  if (gate.field == "industry_without_super_deduction") {
    const std::string stated(firms.industry_code[f]);
    const std::string code =
        industry_of(stated, firms.industry_edition[f], firms.industry_name[f], context.reference).in_2017;
    const bool named = std::any_of(gate.industries.begin(), gate.industries.end(),
                                   [&](const std::string& prefix) { return code.starts_with(prefix); });
    if (named && gate.code_decides) return {&gate, GateAnswer::kFails, "登记行业 " + code};
    if (named) return {&gate, GateAnswer::kUnknown, "登记行业 " + code + " 在列，须按主营业务收入占比核实", true};
    // A code whose edition nobody names, or that 2017 split up, may only say a division: it might still be one of
    // those.
    const bool open = code.empty() || std::any_of(gate.industries.begin(), gate.industries.end(),
                                                  [&](const std::string& prefix) { return prefix.starts_with(code); });
    const std::string_view why = firms.industry_edition[f] == 0 ? " 未注明版本" : " 在 2017 版中没有同名的类别";
    if (open)
      return {&gate, GateAnswer::kUnknown, stated.empty() ? "行业代码未知" : "行业代码 " + stated + std::string(why)};
    return {&gate, GateAnswer::kHolds, "登记行业 " + code};
  }
  return {&gate, GateAnswer::kUnknown, "无公开依据"};
}

// What the points lack for the mark. `people`: which staff it is reckoned with.
std::string needed_points(const Rubric& rubric, const Interval& staff, const Interval& rd, const Interval& ip,
                          std::string_view people) {
  const std::string mark = std::to_string(rubric.pass) + " 分";
  const int least = staff.least + rd.least + ip.least, most = staff.most + rd.most + ip.most;
  if (least >= rubric.pass) return "已知依据已达 " + mark;
  if (most < rubric.pass) {
    const std::string needed = needed_rd(rubric, staff.most, ip.most);
    const std::string lack =
        "最高 " + std::to_string(most) + " 分，距 " + mark + "差 " + std::to_string(rubric.pass - most) + " 分";
    return lack + (needed.empty() ? "；仅提高研发费用不够，还需知识产权或科技人员"
                                  : "；按" + std::string(people) + "与知识产权，" + needed);
  }
  if (rd.exact()) return "还需科技人员与知识产权两项合计 " + std::to_string(rubric.pass - rd.least) + " 分";
  const std::string with_known = needed_rd(rubric, staff.exact() ? staff.least : staff.most, ip.least);
  const std::string condition = staff.exact() ? "" : "如科技人员占比达 " + percent(rubric.staff.front().least) + "，";
  if (!with_known.empty()) return "达到 " + mark + "：" + condition + "按已知知识产权，" + with_known;
  return "达到 " + mark + "：" + condition + "仅靠研发费用不够，还需更多有效知识产权";
}

// A staff share below the lowest band that gives points fails by itself, whatever the other points are.
std::string needed_text(const Rubric& rubric, const Assessment& a) {
  const Interval staff = a.rows[0].points, rd = a.rows[1].points, ip = a.rows[2].points;
  if (!a.staff_zero) return needed_points(rubric, staff, rd, ip, "现有人员");
  const auto lowest =
      std::find_if(rubric.staff.rbegin(), rubric.staff.rend(), [](const Band& b) { return b.points > 0; });
  if (lowest == rubric.staff.rend()) return needed_points(rubric, staff, rd, ip, "现有人员");
  const std::string share = percent(lowest->least);
  const std::string asked = "科技人员占比须达 " + share + " 及以上（此项不得为 0 分）";
  if (a.total.least >= rubric.pass) return "已知依据已达 " + std::to_string(rubric.pass) + " 分，但" + asked;
  return asked + "；达到 " + share + " 后，" +
         needed_points(rubric, {lowest->points, lowest->points}, rd, ip, "该人员占比");
}

}  // namespace

std::string needed_rd(const Rubric& rubric, int staff_points, int ip_points) {
  const int missing = std::max(0, rubric.pass - staff_points - ip_points);
  const auto revenue = share_for(rubric.rd_revenue, missing), cost = share_for(rubric.rd_cost, missing);
  if (!revenue || !cost) return {};
  return "需研发费用占销售收入 " + percent(*revenue) + " 以上，或占成本费用总额 " + percent(*cost) + " 以上";
}

void assess_rubric(const Context& context, const FirmFacts& facts, Assessment& out) {
  out.rows = {staff_row(context, facts), rd_row(context, facts), ip_row(context, facts)};
  for (const RubricRow& row : out.rows) out.total.least += row.points.least, out.total.most += row.points.most;
  out.staff_zero = out.rows[0].points.most == 0;
  for (const Gate& gate : context.rubric.gates) {
    if (gate.valid_from > context.as_of && gate.valid_from > context.rubric.valid_from) {
      out.gates.push_back({&gate, GateAnswer::kUnknown, "截至日尚无此条"});
      continue;
    }
    out.gates.push_back(answer(context, facts, gate));
    out.gate_fails |= out.gates.back().answer == GateAnswer::kFails;
  }
  out.needed = needed_text(context.rubric, out);
}

}  // namespace tanmiao::miner
