#include "pool/counter.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include "tabular/xlsx_writer.h"

namespace tanmiao::pool {
namespace {

constexpr std::string_view kCity = "全市合计";
constexpr std::string_view kRenewed = "LAPSED";  // its rate is that of renewals
constexpr int kMonths = 12;

struct FirmState {
  Held held = Held::kExpired;
  Day until = kNoDay;
};

// By number and end of its validity: what a track was achieved with.
std::string_view until_word(std::string_view program) {
  return program == "hnte" ? "certificate_until" : "registration_until";
}

Date month_end(Date day) {
  const Date first = make_date(year_of(day), static_cast<unsigned>(std::chrono::year_month_day(day).month()), 1);
  return add_months(first, 1) - std::chrono::days(1);
}

class Count {
 public:
  Count(const CounterInputs& in, const std::string& program) : in_(in), program_(program) {
    for (const Track& track : in.rules.tracks)
      if (track.program == program && track_.empty()) track_ = track.id;
  }

  // What each firm has on the day: from official lists, and from the pool where a number was entered.
  Result<std::map<store::FirmNo, FirmState>> states(Date day) const {
    std::map<store::FirmNo, FirmState> states;
    TANMIAO_ASSIGN(const auto standings, in_.standings(day));
    for (const Standing& s : standings)
      if (s.program == program_ && !in_.suppressed.contains(s.firm)) states[s.firm] = {s.held, s.until};
    for (const store::PoolEntry* entry : entries_on(day)) {
      if (entry->stage != "ACHIEVED") continue;
      const auto cell = entry->cells.find(until_word(program_));
      const store::FirmNo firm = in_.book.number(entry->firm);
      if (cell == entry->cells.end() || firm == store::kNoFirm || in_.suppressed.contains(firm)) continue;
      const auto until = parse_iso_date(cell->second);
      if (!until) continue;
      FirmState& state = states[firm];  // one that has run out is known, too
      if (*until >= day && state.held != Held::kValid) state = {Held::kValid, to_day(*until)};
    }
    return states;
  }

  Result<Counter> make(Date as_of) {
    Counter counter;
    counter.program = program_;
    for (const auto& [id, label] : in_.book.reference().programs)
      if (id == program_) counter.label = label;
    if (!track_.empty()) counter.track = in_.rules.track_label(track_);
    counter.as_of = as_of;
    counter.target = city_target(as_of);
    TANMIAO_ASSIGN(const auto now, states(as_of));
    lines(counter, now);
    for (int back = kMonths; back >= 1; --back) {
      const Date day = month_end(add_months(as_of, -back));
      TANMIAO_ASSIGN(const auto then, states(day));
      // Before the first list that was public nobody knows.
      counter.months.push_back({day, valid_in(then)});
    }
    counter.months.push_back({as_of, valid_in(now)});
    if (!now.empty()) counter.forecast = forecast(as_of, now);
    return counter;
  }

 private:
  static std::optional<std::uint32_t> valid_in(const std::map<store::FirmNo, FirmState>& states) {
    if (states.empty()) return std::nullopt;
    return static_cast<std::uint32_t>(
        std::count_if(states.begin(), states.end(), [](const auto& s) { return s.second.held == Held::kValid; }));
  }

  // Entries of the track as they stood on the day: of each the last revision whose stage had begun. Cells that were
  // put right later belong to it.
  std::vector<const store::PoolEntry*> entries_on(Date day) const {
    std::vector<const store::PoolEntry*> out;
    for (const store::PoolEntry& entry : in_.revisions) {
      if (entry.track != track_ || entry.stage_since > day) continue;
      if (!out.empty() && out.back()->firm == entry.firm)
        out.back() = &entry;
      else
        out.push_back(&entry);
    }
    return out;
  }

  // This year's; else the next; else the last.
  std::optional<Target> city_target(Date as_of) const {
    const int year = year_of(as_of);
    const Target* best = nullptr;
    const auto rank = [&](const Target& t) { return t.year >= year ? t.year - year : 1000 + year - t.year; };
    for (const Target& t : in_.rules.targets)
      if (t.program == program_ && t.unit.empty() && (best == nullptr || rank(t) < rank(*best))) best = &t;
    if (best == nullptr) return std::nullopt;
    return *best;
  }

  std::string unit_of(store::FirmNo firm) const {
    const std::string unit = in_.book.card(firm).unit;
    return unit.empty() ? "待核" : unit;
  }

  static CountLine blank_line(std::string unit, bool known) {
    const auto none = known ? std::optional<std::uint32_t>(0) : std::nullopt;
    return {std::move(unit), none, none, none, 0, {}, {}};
  }

  void lines(Counter& counter, const std::map<store::FirmNo, FirmState>& now) const {
    const bool known = !now.empty();
    std::map<std::string, std::size_t> places;
    const auto line = [&](const std::string& unit) -> CountLine& {
      const auto [at, fresh] = places.emplace(unit, counter.lines.size());
      if (fresh) counter.lines.push_back(blank_line(unit, known));
      return counter.lines[at->second];
    };
    for (const Unit& unit : in_.book.reference().regions.units()) line(unit.name);
    CountLine city = blank_line(std::string(kCity), known);
    const auto add = [&](store::FirmNo firm, std::optional<std::uint32_t> CountLine::*what) {
      for (CountLine* to : {&line(unit_of(firm)), &city}) to->*what = (to->*what).value_or(0) + 1;
    };
    for (const auto& [firm, state] : now) {
      if (state.held == Held::kValid) add(firm, &CountLine::valid);
      if (state.held == Held::kRenewDue) add(firm, &CountLine::renew_due);
      if (state.held == Held::kUnverified) add(firm, &CountLine::unverified);
    }
    for (const auto& [firm, stage] : on_the_way(now, counter.as_of))
      if (stage != kRenewed) ++line(unit_of(firm)).pipeline, ++city.pipeline;
    if (counter.target)
      for (const Target& t : in_.rules.targets) {
        if (t.program != program_ || t.year != counter.target->year) continue;
        CountLine* to = t.unit.empty() ? &city : nullptr;
        for (const Unit& unit : in_.book.reference().regions.units())
          if (unit.id == t.unit) to = &line(unit.name);
        if (to == nullptr) continue;
        to->target = t.firms;
        const std::int64_t wanted = std::int64_t{t.firms} + (t.at_least ? 0 : 1);
        if (to->valid) to->gap = static_cast<std::int32_t>(std::max<std::int64_t>(0, wanted - *to->valid));
      }
    counter.lines.push_back(std::move(city));
  }

  // Firms of the track that are on their way and do not have it yet: number -> stage.
  std::map<store::FirmNo, std::string> on_the_way(const std::map<store::FirmNo, FirmState>& now, Date day) const {
    std::map<store::FirmNo, std::string> firms;
    for (const store::PoolEntry* at : entries_on(day)) {
      const store::PoolEntry& entry = *at;
      if (entry.stage != "VERIFIED" && entry.stage != "ADMITTED" && entry.stage != "FILING" && entry.stage != kRenewed)
        continue;
      const store::FirmNo firm = in_.book.number(entry.firm);
      if (firm == store::kNoFirm || in_.suppressed.contains(firm)) continue;
      const auto state = now.find(firm);
      if (state == now.end() || state->second.held != Held::kValid) firms.emplace(firm, entry.stage);
    }
    return firms;
  }

  Forecast forecast(Date as_of, const std::map<store::FirmNo, FirmState>& now) const {
    Forecast out;
    out.day = make_date(year_of(as_of), 12, 31);
    std::map<std::string, std::uint32_t> waiting;  // by stage
    const auto coming = on_the_way(now, as_of);
    for (const auto& [firm, stage] : coming) ++waiting[stage], ++(stage == kRenewed ? out.renewals : out.pipeline);
    for (const auto& [firm, state] : now) {
      if (state.held == Held::kValid && (state.until == kNoDay || state.until >= to_day(out.day))) {
        ++out.carried;
      } else if ((state.held == Held::kValid || state.held == Held::kRenewDue) && !coming.contains(firm)) {
        ++waiting[std::string(kRenewed)], ++out.renewals;
      }
    }
    double low = out.carried, high = out.carried;
    for (const ForecastRate& rate : in_.rules.forecast)
      if (const auto at = waiting.find(rate.stage); at != waiting.end())
        low += rate.low * at->second, high += rate.high * at->second;
    out.low = static_cast<std::uint32_t>(std::floor(low));
    out.high = static_cast<std::uint32_t>(std::ceil(high));
    return out;
  }

  const CounterInputs& in_;
  std::string program_, track_;
};

std::string optional_text(const std::optional<std::uint32_t>& value) { return value ? std::to_string(*value) : ""; }

std::string forecast_text(const std::optional<Forecast>& f) {
  if (!f) return "截至日之前没有公告名单：有效家数未知（空白），不作推算";
  return "年底（" + iso(f->day) + "）预计 " + std::to_string(f->low) + "–" + std::to_string(f->high) +
         " 家：届时仍有效 " + std::to_string(f->carried) + "，待续评 " + std::to_string(f->renewals) + "，在途 " +
         std::to_string(f->pipeline) + "；按 config/pool/forecast.csv 的比例推算，仅供安排工作";
}

}  // namespace

Result<std::vector<store::PoolEntry>> pool_revisions(store::People& people) {
  TANMIAO_ASSIGN(const auto entries, people.pool_entries());
  std::vector<store::PoolEntry> out;
  for (const store::PoolEntry& entry : entries) {
    TANMIAO_ASSIGN(auto history, people.pool_history(entry.firm, entry.track));
    out.insert(out.end(), std::make_move_iterator(history.begin()), std::make_move_iterator(history.end()));
  }
  return out;
}

std::string target_text(const Target& target) {
  return std::to_string(target.year) + " 年" + (target.at_least ? "达到 " : "突破 ") + std::to_string(target.firms) +
         " 家";
}

Result<std::vector<Counter>> count_targets(const CounterInputs& inputs, Date as_of) {
  std::vector<Counter> counters;
  for (const Target& target : inputs.rules.targets) {
    const bool known =
        std::any_of(counters.begin(), counters.end(), [&](const Counter& c) { return c.program == target.program; });
    if (known) continue;
    TANMIAO_ASSIGN(auto counter, Count(inputs, target.program).make(as_of));
    counters.push_back(std::move(counter));
  }
  return counters;
}

Status export_counters(const std::vector<Counter>& counters, const std::string& path, const std::string& title,
                       const std::string& issuer) {
  using tabular::CellKind;
  const Date day = counters.empty() ? Date{} : counters.front().as_of;
  TANMIAO_ASSIGN(const auto book, tabular::XlsxWriter::create(path, {title, issuer, day}));
  for (const Counter& counter : counters) {
    tabular::SheetLayout layout;
    layout.name = counter.label;
    layout.title = title + "：" + counter.label;
    layout.subtitles = {"编制单位：" + (issuer.empty() ? "（未填）" : issuer) + "　　截至日期：" + iso(counter.as_of) +
                            "　　目标：" + (counter.target ? target_text(*counter.target) : "未设") +
                            "　　只计截至日有效的，待续评单列",
                        forecast_text(counter.forecast)};
    layout.filter = false;
    layout.columns = {{"责任单位", 22, CellKind::kCentred}, {"有效", 12, CellKind::kNumber},
                      {"待续评", 12, CellKind::kNumber},    {"效力待核", 12, CellKind::kNumber},
                      {"在途", 12, CellKind::kNumber},      {"目标", 12, CellKind::kNumber},
                      {"差额", 12, CellKind::kNumber}};
    TANMIAO_TRY(book->begin_sheet(layout));
    for (const CountLine& line : counter.lines)
      TANMIAO_TRY(
          book->row(std::vector<std::string>{line.unit, optional_text(line.valid), optional_text(line.renew_due),
                                             optional_text(line.unverified), std::to_string(line.pipeline),
                                             optional_text(line.target), line.gap ? std::to_string(*line.gap) : ""},
                    &line == &counter.lines.back()));
    tabular::SheetLayout months{
        counter.label + "逐月", layout.title + "逐月有效数", {layout.subtitles[0]}, {}, 0, 1, false, true};
    months.columns = {{"截至", 34, CellKind::kDate}, {"有效", 34, CellKind::kNumber}};
    TANMIAO_TRY(book->begin_sheet(months));
    for (const MonthCount& month : counter.months)
      TANMIAO_TRY(book->row(std::vector<std::string>{iso(month.day), optional_text(month.valid)}));
  }
  return book->finish();
}

}  // namespace tanmiao::pool
