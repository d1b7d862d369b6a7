#include "pool/leads.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace tanmiao::pool {
namespace {

constexpr std::int64_t kMinorPerWan = 1'000'000;  // 100 minor units, 10 000 main units

struct Word {
  std::string_view word, label;
};
constexpr std::array<Word, 8> kStages = {{{"LEAD", "线索"},
                                          {"VERIFIED", "已核实"},
                                          {"ADMITTED", "已纳入市级培育库"},
                                          {"FILING", "申报中"},
                                          {"ACHIEVED", "已达成"},
                                          {"LAPSED", "已失效"},
                                          {"REJECTED", "不予纳入"},
                                          {"LEFT", "出库"}}};
// Stages in which a firm stands in the pool.
constexpr std::array<std::string_view, 4> kInPool = {"ADMITTED", "FILING", "ACHIEVED", "LAPSED"};
constexpr std::array<Word, 13> kCurrencies = {{{"CNY", ""},
                                               {"USD", "美元"},
                                               {"HKD", "港元"},
                                               {"EUR", "欧元"},
                                               {"JPY", "日元"},
                                               {"GBP", "英镑"},
                                               {"KRW", "韩元"},
                                               {"TWD", "新台币"},
                                               {"AUD", "澳元"},
                                               {"CAD", "加元"},
                                               {"SGD", "新加坡元"},
                                               {"CHF", "瑞士法郎"},
                                               {"MOP", "澳门元"}}};

template <std::size_t N>
std::string_view label_of(const std::array<Word, N>& words, std::string_view word) {
  const auto found = std::find_if(words.begin(), words.end(), [&](const Word& w) { return w.word == word; });
  return found == words.end() ? word : found->label;
}

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
std::map<std::string, std::string> pool_states(const std::vector<store::PoolEntry>& entries) {
  std::map<std::string, std::string> out;
  for (const store::PoolEntry& entry : entries) {
    const bool in = std::find(kInPool.begin(), kInPool.end(), entry.stage) != kInPool.end();
    std::string& state = out[entry.credit_code];
    if (in && state.starts_with("是")) continue;
    if (in)
      state = "是（" + stage_label(entry.stage) + "）";
    else if (state.empty())
      state = "否（" + stage_label(entry.stage) + "）";
  }
  return out;
}

void from_register(const CandidateInputs& in, CandidateRow& row) {
  const auto& firms = in.snapshot.firms;
  const RegionTable& regions = in.reference.regions;
  const store::FirmNo n = row.firm;
  row.name = firms.name[n];
  row.code = firms.code[n];
  const std::uint16_t unit = firms.unit[n] == 0 ? regions.unresolved_unit() : firms.unit[n];
  row.unit = regions.unit_name(unit);
  row.township = regions.name(firms.township[n]);
  row.zone = regions.zone_name(firms.zone[n]);
  row.address = firms.address[n];
  row.established = firms.established[n];
  const auto status = static_cast<FirmStatus>(firms.status[n]);
  row.status = status == FirmStatus::kUnknown ? std::string("未知") : std::string(status_label(status));
  row.capital = firms.capital[n];
  row.capital_currency = firms.capital_currency[n];
  row.data_as_of = firms.seen[n] == kNoDay ? to_day(in.as_of) : firms.seen[n];
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
  row.explanation = run.explanation[i];
}

}  // namespace

std::string stage_label(std::string_view stage) { return std::string(label_of(kStages, stage)); }

std::string capital_in_wan(std::int64_t minor, std::string_view currency) {
  if (minor < 0) return {};
  std::string text = std::to_string(minor / kMinorPerWan);
  if (const std::int64_t rest = minor % kMinorPerWan; rest != 0) {
    std::string digits = std::to_string(kMinorPerWan + rest).substr(1);
    digits.erase(digits.find_last_not_of('0') + 1);
    text += "." + digits;
  }
  if (currency.empty() || currency == "CNY") return text;
  return text + "万" + std::string(label_of(kCurrencies, currency));
}

std::vector<CandidateRow> candidate_rows(const CandidateInputs& in, const CandidateFilter& filter) {
  std::set<std::string_view> suppressed;
  for (const auto& [code, reason] : in.suppressions) suppressed.insert(code);
  const auto states = pool_states(in.pool);
  std::vector<CandidateRow> rows;
  for (std::size_t i = 0; i < in.run.size(); ++i) {
    const store::FirmNo firm = in.run.firm[i];
    if (firm == store::kNoFirm || firm > in.snapshot.last_firm()) continue;
    if ((in.snapshot.firms.flags[firm] & store::kFirmSuppressed) != 0) continue;
    if (suppressed.contains(in.snapshot.firms.code[firm])) continue;
    CandidateRow row;
    row.firm = firm;
    row.run_row = static_cast<std::uint32_t>(i);
    from_register(in, row);
    from_run(in.run, i, row);
    if (!holds(row, filter)) continue;
    row.rank_change = rank_change(in.run, i, in.previous);
    const auto state = states.find(row.code);
    row.pool_state = row.code.empty() || state == states.end() ? "否" : state->second;
    row.number = static_cast<std::uint32_t>(rows.size() + 1);
    rows.push_back(std::move(row));
    if (filter.top != 0 && rows.size() == filter.top) break;
  }
  return rows;
}

std::vector<std::string> describe(const CandidateFilter& filter) {
  std::vector<std::string> out;
  const auto joined = [](const auto& values) {
    std::string text;
    for (const auto value : values) text += (text.empty() ? "" : "、") + std::string(label(value));
    return text;
  };
  if (!filter.unit.empty()) out.push_back("责任单位：" + filter.unit);
  if (!filter.judgements.empty()) out.push_back("研判：" + joined(filter.judgements));
  if (!filter.lead_kinds.empty()) out.push_back("线索类型：" + joined(filter.lead_kinds));
  if (!filter.industry.empty()) out.push_back("重点产业：" + filter.industry);
  if (!filter.text.empty()) out.push_back("名称或代码含：" + filter.text);
  if (filter.top != 0) out.push_back("前 " + std::to_string(filter.top) + " 家");
  return out;
}

}  // namespace tanmiao::pool
