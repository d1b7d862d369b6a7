#include "pool/candidate_columns.h"

#include "core/date.h"
#include "pool/row_version.h"

namespace tanmiao::pool {
namespace {

using Row = const CandidateRow&;
using enum tabular::CellKind;

std::string day(Day value) {
  const auto date = from_day(value);
  return date ? iso(*date) : std::string();
}
std::string count(std::int32_t value) { return value < 0 ? std::string() : std::to_string(value); }

}  // namespace

const std::vector<CandidateColumn>& candidate_columns() {
  // Printed on four pages side by side: the widths make each page's columns (to 重点产业, to 资质及有效期, to 数据截至,
  // to 备注), with the first four that are repeated, equally wide.
  static const std::vector<CandidateColumn> kColumns = {
      {"序号", "number", 6, kNumber, [](Row r) { return std::to_string(r.number); }},
      {"名次", "rank", 6, kNumber, [](Row r) { return std::to_string(r.rank); }},
      {"名次变化", "rank_change", 8, kCentred, [](Row r) { return r.rank_change; }},
      {"企业名称", "name", 30, kText, [](Row r) { return r.name; }},
      {"统一社会信用代码", "credit_code", 21, kCode, [](Row r) { return r.code; }},
      {"责任单位", "unit", 14, kCentred, [](Row r) { return r.unit; }},
      {"乡镇(街道)", "township", 11, kCentred, [](Row r) { return r.township; }},
      {"园区", "zone", 16, kCentred, [](Row r) { return r.zone; }},
      {"注册地址", "address", 32, kText, [](Row r) { return r.address; }},
      {"成立日期", "established", 12, kDate, [](Row r) { return day(r.established); }},
      {"登记状态", "status", 9, kCentred, [](Row r) { return r.status; }},
      {"注册资本(万元)", "capital_wan", 13, kNumber,
       [](Row r) { return capital_in_wan(r.capital, r.capital_currency); }},
      {"重点产业", "industries", 16, kText, [](Row r) { return r.industries; }},
      {"线索类型", "lead_kind", 11, kCentred, [](Row r) { return std::string(label(r.lead_kind)); }},
      {"研判", "judgement", 12, kCentred, [](Row r) { return std::string(label(r.judgement)); }},
      {"可确认得分", "known_points", 10, kNumber, [](Row r) { return count(r.known_points); }},
      {"最高可能得分", "most_points", 12, kNumber, [](Row r) { return count(r.most_points); }},
      {"有效发明", "valid_inventions", 8, kNumber, [](Row r) { return count(r.valid_inventions); }},
      {"有效Ⅱ类知识产权", "valid_class_two", 8, kNumber, [](Row r) { return count(r.valid_class_two); }},
      {"效力待核专利", "unverified_patents", 12, kNumber, [](Row r) { return count(r.unverified); }},
      {"在审发明", "pending_inventions", 8, kNumber, [](Row r) { return count(r.pending); }},
      {"最近申请日", "last_filing", 12, kDate, [](Row r) { return day(r.last_filing); }},
      {"研发投入线索", "rd_signals", 24, kText, [](Row r) { return r.rd_signals; }},
      {"资质及有效期", "recognitions", 28, kText, [](Row r) { return r.recognitions; }},
      {"主要依据", "basis", 58, kText, [](Row r) { return r.basis; }},
      {"先问事项", "ask_first", 44, kText, [](Row r) { return r.ask_first; }},
      {"规模提示", "hints", 14, kText, [](Row r) { return r.hints; }},
      {"是否在市级培育库", "pool_state", 16, kCentred, [](Row r) { return r.pool_state; }},
      {"数据截至", "data_as_of", 12, kDate, [](Row r) { return day(r.data_as_of); }},
      {"走访人", "visited_by", 10, kCentred, nullptr},
      {"走访日期", "visited_on", 12, kDate, nullptr},
      {"职工总数", "staff", 9, kNumber, nullptr},
      {"科技人员数", "technical_staff", 10, kNumber, nullptr},
      {"上年销售收入(万元)", "sales_wan", 12, kNumber, nullptr},
      {"上年研发费用(万元)", "rd_expense_wan", 12, kNumber, nullptr},
      {"上年成本费用总额(万元)", "costs_wan", 15, kNumber, nullptr},
      {"资产总额(万元)", "assets_wan", 13, kNumber, nullptr},
      {"软件著作权(件)", "software_copyrights", 13, kNumber, nullptr},
      {"核实结论", "verdict", 14, kCentred, nullptr},
      {"备注", "note", 24, kText, nullptr},
      {kVersionHeading, "version", 10, kCentred,
       [](Row r) { return version_text(SheetUse::kVisits, r.key, r.last_report); }},
  };
  return kColumns;
}

}  // namespace tanmiao::pool
