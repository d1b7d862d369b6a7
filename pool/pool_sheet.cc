#include "pool/pool_sheet.h"

#include <algorithm>
#include <map>

#include "pool/row_version.h"
#include "store/suppression.h"

namespace tanmiao::pool {
namespace {

using PoolRef = const PoolRow&;
using enum tabular::CellKind;
using tabular::SheetLayout;

constexpr std::string_view kPoolNotice = "内部工作台账，不作为评价结论";

std::string points_text(std::int32_t value) { return value < 0 ? std::string() : std::to_string(value); }
std::string date_text(Day day) {
  const auto date = from_day(day);
  return date ? iso(*date) : std::string();
}

std::string_view cell_of(const PoolRow& row, std::string_view word) {
  const auto at = row.entry.cells.find(word);
  return at == row.entry.cells.end() ? std::string_view() : std::string_view(at->second);
}

bool shown(const PoolRow& row, const PoolFilter& filter) {
  if (!filter.track.empty() && row.entry.track != filter.track) return false;
  if (!filter.unit.empty() && row.unit() != filter.unit) return false;
  if (!filter.batch.empty() && row.entry.batch != filter.batch) return false;
  const auto& stages = filter.stages;
  if (!stages.empty() && std::find(stages.begin(), stages.end(), row.entry.stage) == stages.end()) return false;
  return filter.text.empty() || row.name().find(filter.text) != std::string::npos ||
         row.code().find(filter.text) != std::string::npos;
}

std::size_t stage_place(const PoolRules& rules, const std::string& stage) {
  std::size_t place = 0;
  while (place < rules.stages.size() && rules.stages[place].id != stage) ++place;
  return place;
}

// Places of units in the order of the reference; one that it does not have comes last.
std::map<std::string, std::size_t> unit_places(const Reference& reference) {
  std::map<std::string, std::size_t> places;
  for (const Unit& unit : reference.regions.units()) places.emplace(unit.name, places.size());
  return places;
}

}  // namespace

std::string PoolRow::code() const {
  if (!card.code.empty()) return card.code;
  return store::names_identity(entry.firm) ? std::string() : entry.firm;
}

std::string PoolRow::unit() const { return card.unit.empty() ? "待核" : card.unit; }

std::vector<PoolRow> pool_rows(const PoolInputs& in, const PoolFilter& filter) {
  std::map<std::string, std::string> batches;
  for (const auto& batch : in.batches) batches.emplace(batch.id, batch.title);
  std::map<store::FirmNo, const store::SelfReport*> visits;  // the last of each firm
  std::map<store::FirmNo, std::string> verdicts;
  for (const auto& report : in.reports) {
    const store::FirmNo firm = in.book.number(report.firm);
    if (firm == store::kNoFirm) continue;
    const store::SelfReport*& last = visits[firm];
    if (last != nullptr && last->visited_on > report.visited_on) continue;
    last = &report;
    if (!report.verdict.empty()) verdicts[firm] = report.verdict;
  }
  std::vector<PoolRow> rows;
  for (const store::PoolEntry& entry : in.entries) {
    PoolRow row;
    row.entry = entry;
    const store::FirmNo firm = in.book.number(entry.firm);
    if (in.suppressed.has(in.book, entry.firm)) continue;
    row.card = in.book.card(firm);
    row.stage = in.rules.stage_label(entry.stage);
    row.batch = entry.batch.empty() ? "" : batches[entry.batch];
    row.data_as_of = in.as_of;
    if (const auto visit = visits.find(firm); visit != visits.end()) {
      row.last_visit = to_day(visit->second->visited_on);
      row.verdict = verdicts[firm];
    }
    if (shown(row, filter)) rows.push_back(std::move(row));
  }
  const auto places = unit_places(in.book.reference());
  const auto place = [&](const PoolRow& row) {
    const auto at = places.find(row.unit());
    return at == places.end() ? places.size() : at->second;
  };
  std::sort(rows.begin(), rows.end(), [&](const PoolRow& a, const PoolRow& b) {
    return std::tuple(place(a), stage_place(in.rules, a.entry.stage), a.name(), a.entry.firm, a.entry.track) <
           std::tuple(place(b), stage_place(in.rules, b.entry.stage), b.name(), b.entry.firm, b.entry.track);
  });
  return rows;
}

std::vector<PoolSum> pool_sums(std::span<const PoolRow> rows, const PoolRules& rules, const Reference& reference) {
  std::vector<PoolSum> sums;
  std::map<std::string, std::size_t> at;
  const auto line = [&](const std::string& unit) -> PoolSum& {
    const auto [found, fresh] = at.emplace(unit, sums.size());
    if (fresh) sums.push_back({unit, std::vector<std::uint32_t>(rules.stages.size()), 0, 0});
    return sums[found->second];
  };
  for (const Unit& unit : reference.regions.units()) line(unit.name);
  PoolSum city{"全市合计", std::vector<std::uint32_t>(rules.stages.size()), 0, 0};
  for (const PoolRow& row : rows) {
    const std::size_t stage = stage_place(rules, row.entry.stage);
    for (PoolSum* sum : {&line(row.unit()), &city}) {
      ++sum->total;
      if (stage < rules.stages.size()) ++sum->stages[stage];
      sum->in_pool += rules.in_pool(row.entry.stage);
    }
  }
  sums.push_back(std::move(city));
  return sums;
}

const std::vector<PoolColumn>& pool_columns() {
  static const std::vector<PoolColumn> columns = {
      {"序号", "number", 6, kNumber, Edit::kShown, [](PoolRef) { return std::string(); }},
      {"企业名称", "name", 30, kText, Edit::kShown, [](PoolRef r) { return r.name(); }},
      {"统一社会信用代码", "credit_code", 21, kCode, Edit::kShown, [](PoolRef r) { return r.code(); }},
      {"责任单位", "unit", 14, kCentred, Edit::kShown, [](PoolRef r) { return r.unit(); }},
      {"乡镇(街道)", "township", 11, kCentred, Edit::kShown, [](PoolRef r) { return r.card.township; }},
      {"园区", "zone", 16, kCentred, Edit::kShown, [](PoolRef r) { return r.card.zone; }},
      {"重点产业", "industries", 16, kText, Edit::kShown, [](PoolRef r) { return r.card.industries; }},
      {"培育渠道", "channel", 10, kCentred, Edit::kCell, nullptr},
      {"批次", "batch", 18, kCentred, Edit::kShown, [](PoolRef r) { return r.batch; }},
      {"纳入日期", "admitted_on", 12, kDate, Edit::kShown, nullptr},
      {"当前阶段", "stage", 18, kCentred, Edit::kStage, [](PoolRef r) { return r.stage; }},
      {"阶段起始日", "stage_since", 12, kDate, Edit::kStage, [](PoolRef r) { return iso(r.entry.stage_since); }},
      {"责任人", "owner", 12, kCentred, Edit::kCell, nullptr},
      {"国家入库登记编号", "registration_no", 20, kCode, Edit::kCell, nullptr},
      {"编号有效期至", "registration_until", 12, kDate, Edit::kCell, nullptr},
      {"高企证书编号", "certificate_no", 18, kCode, Edit::kCell, nullptr},
      {"证书有效期至", "certificate_until", 12, kDate, Edit::kCell, nullptr},
      {"可确认得分", "known_points", 10, kNumber, Edit::kShown,
       [](PoolRef r) { return points_text(r.card.known_points); }},
      {"最高可能得分", "most_points", 12, kNumber, Edit::kShown,
       [](PoolRef r) { return points_text(r.card.most_points); }},
      {"主要短板", "shortfall", 26, kText, Edit::kCell, nullptr},
      {"培育措施", "measures", 26, kText, Edit::kCell, nullptr},
      {"完成时限", "deadline", 12, kDate, Edit::kCell, nullptr},
      {"最近走访日期", "last_visit", 12, kDate, Edit::kShown, [](PoolRef r) { return date_text(r.last_visit); }},
      {"核实结论", "verdict", 12, kCentred, Edit::kShown, [](PoolRef r) { return r.verdict; }},
      {"出库日期", "left_on", 12, kDate, Edit::kStage, nullptr},
      {"出库原因", "leave_reason", 16, kText, Edit::kStage, nullptr},
      {"数据截至", "data_as_of", 12, kDate, Edit::kShown, [](PoolRef r) { return iso(r.data_as_of); }},
      {"备注", "note", 24, kText, Edit::kCell, nullptr},
      {kVersionHeading, "version", 10, kCentred, Edit::kShown,
       [](PoolRef r) {
         return version_text(SheetUse::kPool, entry_subject(r.entry.firm, r.entry.track), r.entry.revision);
       }},
  };
  return columns;
}

std::string pool_text(const PoolColumn& column, const PoolRow& row) {
  return column.text == nullptr ? std::string(cell_of(row, column.word)) : column.text(row);
}

Status export_pool(std::span<const PoolRow> rows, const PoolRules& rules, const Reference& reference,
                   const std::string& path, const PoolSheetInfo& info) {
  std::string filters;
  for (const std::string& filter : info.filters) filters += (filters.empty() ? "" : "；") + filter;
  const std::vector<std::string> subtitles = {
      "编制单位：" + (info.issuer.empty() ? "（未填）" : info.issuer) + "　　数据截至：" + iso(info.as_of),
      "筛选条件：" + (filters.empty() ? "全部" : filters) + "　　共 " + std::to_string(rows.size()) + " 家　　" +
          std::string(kPoolNotice)};
  TANMIAO_ASSIGN(const auto book, tabular::XlsxWriter::create(path, {info.title, info.issuer, info.as_of}));
  SheetLayout layout;
  layout.name = "培育库";
  layout.title = info.title;
  layout.subtitles = subtitles;
  layout.frozen_columns = 3;
  layout.pages_wide = 3;
  for (const PoolColumn& column : pool_columns()) {
    layout.columns.push_back({std::string(column.heading), column.width, column.kind, column.edit != Edit::kShown, {}});
    auto& choices = layout.columns.back().choices;
    if (column.word == "channel") choices = rules.channels;
    if (column.word == "stage")
      for (const StageWord& stage : rules.stages) choices.push_back(stage.label);
    layout.columns.back().hidden = column.heading == kVersionHeading;
  }
  TANMIAO_TRY(book->begin_sheet(layout));
  std::size_t number = 0;
  std::vector<std::string> cells;
  for (const PoolRow& row : rows) {
    cells.clear();
    for (const PoolColumn& column : pool_columns())
      cells.push_back(column.word == "number" ? std::to_string(number + 1) : pool_text(column, row));
    ++number;
    TANMIAO_TRY(book->row(cells));
  }
  SheetLayout summary{"汇总", info.title + "汇总", subtitles, {}, 1, 1, false, true};
  summary.columns.push_back({"责任单位", 20, kCentred});
  for (const StageWord& stage : rules.stages) summary.columns.push_back({stage.label, 14, kNumber});
  summary.columns.push_back({"在库", 10, kNumber});
  summary.columns.push_back({"合计", 10, kNumber});
  TANMIAO_TRY(book->begin_sheet(summary));
  const auto sums = pool_sums(rows, rules, reference);
  for (const PoolSum& sum : sums) {
    std::vector<std::string> line{sum.unit};
    for (const std::uint32_t n : sum.stages) line.push_back(std::to_string(n));
    line.push_back(std::to_string(sum.in_pool));
    line.push_back(std::to_string(sum.total));
    TANMIAO_TRY(book->row(line, &sum == &sums.back()));
  }
  return book->finish();
}

}  // namespace tanmiao::pool
