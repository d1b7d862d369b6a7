#include "pool/leads.h"

#include <algorithm>
#include <array>
#include <map>

#include "core/settings.h"

namespace tanmiao::pool {
namespace {

std::string upper(std::string_view s) {
  std::string out(s);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

template <class T>
bool one_of(const std::vector<T>& wanted, T value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

// Names joined by 、 hold `name` as a whole.
bool names(std::string_view joined, std::string_view name) {
  constexpr std::string_view kComma = "、";
  while (!joined.empty()) {
    const std::size_t end = std::min(joined.find(kComma), joined.size());
    if (joined.substr(0, end) == name) return true;
    joined.remove_prefix(std::min(end + kComma.size(), joined.size()));
  }
  return false;
}

bool holds(const CandidateRow& row, const CandidateFilter& filter) {
  if (!filter.unit.empty() && row.unit != filter.unit) return false;
  if (!one_of(filter.judgements, row.judgement) || !one_of(filter.lead_kinds, row.lead_kind)) return false;
  if (!filter.industry.empty() && !names(row.industries, filter.industry)) return false;
  if (filter.text.empty()) return true;
  const std::string text = upper(filter.text);
  return upper(row.name).find(text) != std::string::npos || row.code.find(text) != std::string::npos;
}

// ▲ towards the top. Ranks of different lists cannot be compared: a start-up that grew up is new in the other one.
std::string rank_change(const store::Run& run, std::size_t row, const store::Run* previous) {
  if (previous == nullptr) return {};
  const std::size_t before = previous->row_of(run.firm[row]);
  const auto start_up = static_cast<std::uint8_t>(LeadKind::kStartUp);
  if (before == previous->size() || (run.lead_kind[row] == start_up) != (previous->lead_kind[before] == start_up)) {
    return "新进";
  }
  const std::uint32_t now = run.rank[row], then = previous->rank[before];
  if (now == then) return "持平";
  return now < then ? "▲" + std::to_string(then - now) : "▼" + std::to_string(now - then);
}

// The furthest any track has come.
std::map<store::FirmNo, std::string> pool_states(const CandidateInputs& inputs) {
  std::map<store::FirmNo, std::string> out;
  for (const store::PoolEntry& entry : inputs.pool) {
    const store::FirmNo firm = inputs.book.number(entry.firm);
    if (firm == store::kNoFirm) continue;
    const bool in = inputs.rules.in_pool(entry.stage);
    std::string& state = out[firm];
    if (in && state.starts_with("是")) continue;
    if (in)
      state = "是（" + inputs.rules.stage_label(entry.stage) + "）";
    else if (state.empty())
      state = "否（" + inputs.rules.stage_label(entry.stage) + "）";
  }
  return out;
}

void from_register(const CandidateInputs& in, CandidateRow& row) {
  const store::Snapshot& snapshot = in.book.snapshot();
  const auto& firms = snapshot.firms;
  const RegionTable& regions = in.book.reference().regions;
  const store::FirmNo n = row.firm;
  row.name = firms.name[n];
  row.code = firms.code[n];
  row.unit = firms.unit[n] == 0 ? regions.unit_name(regions.unresolved_unit()) : snapshot.unit_name(n, regions);
  row.township = regions.name(firms.township[n]);
  row.zone = snapshot.zone_name(n, regions);
  row.address = firms.address[n];
  row.established = firms.established[n];
  const auto status = static_cast<FirmStatus>(firms.status[n]);
  row.status = status == FirmStatus::kUnknown ? std::string("未知") : std::string(status_label(status));
  row.capital = firms.capital[n];
  row.capital_currency = firms.capital_currency[n];
  // Of a past day nothing later is told, whenever it was read.
  row.data_as_of = firms.seen[n] == kNoDay ? to_day(in.as_of) : std::min(firms.seen[n], to_day(in.as_of));
}

void from_run(const store::Run& run, std::size_t i, CandidateRow& row) {
  row.rank = run.rank[i];
  row.lead_kind = static_cast<LeadKind>(run.lead_kind[i]);
  row.judgement = static_cast<Judgement>(run.judgement[i]);
  row.known_points = run.known_points[i];
  row.most_points = run.most_points[i];
  row.valid_inventions = run.valid_inventions[i];
  row.valid_class_two = run.valid_class_two[i];
  row.unverified = run.unverified[i];
  row.pending = run.pending[i];
  row.last_filing = run.last_filing[i];
  row.industries = run.industries[i];
  row.rd_signals = run.rd_signals[i];
  row.recognitions = run.recognitions[i];
  row.basis = run.basis[i];
  row.ask_first = run.ask_first[i];
  row.hints = run.hints[i];
}

}  // namespace

Status check_filter(CandidateFilter& filter, const store::Snapshot& snapshot, const Reference& reference) {
  std::vector<std::string_view> units, industries;
  for (std::size_t i = 0; i < snapshot.units.name.size(); ++i) {
    if (!filter.unit.empty() && snapshot.units.id[i] == filter.unit) filter.unit = snapshot.units.name[i];
    if (!snapshot.units.name[i].empty()) units.push_back(snapshot.units.name[i]);
  }
  for (const Unit& unit : reference.regions.units()) {
    if (unit.id == filter.unit) filter.unit = unit.name;
    units.push_back(unit.name);
  }
  for (const KeyIndustry& industry : reference.key_industries) {
    if (industry.id == filter.industry) filter.industry = industry.name;
    industries.push_back(industry.name);
  }
  const auto among = [](const std::vector<std::string_view>& known, const std::string& word) {
    return word.empty() || std::find(known.begin(), known.end(), word) != known.end();
  };
  std::sort(units.begin(), units.end());
  units.erase(std::unique(units.begin(), units.end()), units.end());
  if (!among(units, filter.unit)) return no_such("责任单位", filter.unit, units);
  if (!among(industries, filter.industry)) return no_such("重点产业", filter.industry, industries);
  return {};
}

std::vector<CandidateRow> candidate_rows(const CandidateInputs& in, const CandidateFilter& filter) {
  const auto states = pool_states(in);
  std::vector<CandidateRow> rows;
  for (std::size_t i = 0; i < in.run.size(); ++i) {
    if (filter.rows != nullptr && (i >= filter.rows->size() || !(*filter.rows)[i])) continue;
    const store::FirmNo firm = in.run.firm[i];
    if (firm == store::kNoFirm || firm > in.book.snapshot().last_firm()) continue;
    if ((in.book.snapshot().firms.flags[firm] & store::kFirmSuppressed) != 0) continue;
    if (std::binary_search(in.suppressed.begin(), in.suppressed.end(), firm)) continue;
    CandidateRow row;
    row.firm = firm;
    row.run_row = static_cast<std::uint32_t>(i);
    from_register(in, row);
    from_run(in.run, i, row);
    if (!holds(row, filter)) continue;
    row.rank_change = rank_change(in.run, i, in.previous);
    const auto state = states.find(row.firm);
    row.pool_state = state == states.end() ? "否" : state->second;
    row.last_report = in.last_report;
    row.key = in.book.key(row.firm);
    row.number = static_cast<std::uint32_t>(rows.size() + 1);
    rows.push_back(std::move(row));
    if (filter.top != 0 && rows.size() == filter.top) break;
  }
  return rows;
}

}  // namespace tanmiao::pool
