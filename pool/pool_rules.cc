#include "pool/pool_rules.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "core/settings.h"
#include "tabular/config_table.h"

namespace tanmiao::pool {
namespace {

using RuleCells = tabular::ConfigCells;

constexpr std::pair<std::string_view, Need> kNeeds[] = {{"", Need::kNothing},
                                                        {"reason", Need::kReason},
                                                        {"verdict", Need::kVerdict},
                                                        {"batch", Need::kBatch},
                                                        {"number", Need::kNumber},
                                                        {"expiry", Need::kExpiry},
                                                        {"leave_reason", Need::kLeaveReason},
                                                        {"evidence", Need::kEvidence}};

template <class Items>
const typename Items::value_type* find_word(const Items& items, std::string_view word) {
  const auto at =
      std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.id == word || item.label == word; });
  return at == items.end() ? nullptr : &*at;
}

template <class Items>
std::vector<std::string_view> words_of(const Items& items) {
  std::vector<std::string_view> words;
  for (const auto& item : items) words.insert(words.end(), {item.id, item.label});
  return words;
}

template <class Number>
Result<Number> whole(const std::string& text) {
  Number value{};
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size() || text.empty())
    return tabular::misfit("'" + text + "' is no whole number");
  return value;
}

std::vector<std::string> split(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

class Loader {
 public:
  Loader(const std::filesystem::path& folder, const Reference& reference) : folder_(folder), reference_(reference) {}

  Result<std::shared_ptr<const PoolRules>> load() {
    TANMIAO_TRY(words());
    TANMIAO_TRY(steps());
    TANMIAO_TRY(targets());
    TANMIAO_TRY(check_sums());
    return std::shared_ptr<const PoolRules>(out_);
  }

 private:
  Status table(std::string_view file, std::size_t columns, const std::function<Status(const RuleCells&)>& on_row) {
    return tabular::read_config_table(folder_ / file, "one of the tables of config/pool", columns, on_row);
  }

  Status known_stage(const std::string& stage) const {
    if (find_word(out_->stages, stage) != nullptr) return {};
    return tabular::misfit(no_such("stage", stage, words_of(out_->stages)).message);
  }

  Status known_program(const std::string& program) const {
    std::vector<std::string_view> known;
    known.reserve(reference_.programs.size());
    for (const auto& one : reference_.programs) known.push_back(one.first);
    if (std::find(known.begin(), known.end(), program) != known.end()) return {};
    return tabular::misfit(no_such("program", program, known).message);
  }

  Status words() {
    TANMIAO_TRY(table("tracks.csv", 3, [&](const RuleCells& c) -> Status {
      if (Status known = known_program(c[2]); !c[2].empty() && !known) return known;
      out_->tracks.push_back({c[0], c[1], c[2]});
      return {};
    }));
    TANMIAO_TRY(table("stages.csv", 3, [&](const RuleCells& c) -> Status {
      TANMIAO_ASSIGN(const bool in_pool, tabular::config_flag(c[2]));
      out_->stages.push_back({c[0], c[1], in_pool});
      return {};
    }));
    TANMIAO_TRY(table("verdicts.csv", 2, [&](const RuleCells& c) -> Status {
      TANMIAO_ASSIGN(const bool verifies, tabular::config_flag(c[1]));
      out_->verdicts.push_back({c[0], verifies});
      return {};
    }));
    TANMIAO_TRY(table("leave_reasons.csv", 1, [&](const RuleCells& c) -> Status {
      out_->leave_reasons.push_back(c[0]);
      return {};
    }));
    TANMIAO_TRY(table("channels.csv", 1, [&](const RuleCells& c) -> Status {
      out_->channels.push_back(c[0]);
      return {};
    }));
    TANMIAO_TRY(table("batch_states.csv", 3, [&](const RuleCells& c) -> Status {
      out_->batch_states.push_back({c[0], c[1], split(c[2])});
      return {};
    }));
    if (out_->tracks.empty() || out_->stages.empty() || out_->batch_states.empty())
      return Error{Errc::kConfig, "tracks.csv, stages.csv and batch_states.csv must not be empty", folder_.string()};
    return {};
  }

  Status steps() {
    return table("transitions.csv", 3, [&](const RuleCells& c) -> Status {
      if (Status known = known_stage(c[0]); !c[0].empty() && !known) return known;
      if (Status known = known_stage(c[1]); !known) return known;
      for (const auto& [word, need] : kNeeds)
        if (word == c[2]) {
          out_->transitions.push_back({c[0], c[1], need});
          return {};
        }
      std::vector<std::string_view> known;
      for (const auto& [word, need] : kNeeds) known.push_back(word);
      return tabular::misfit(no_such("need of a step", c[2], known).message);
    });
  }

  Status targets() {
    TANMIAO_TRY(table("targets.csv", 6, [&](const RuleCells& c) -> Status {
      if (Status known = known_program(c[0]); !known) return known;
      TANMIAO_ASSIGN(const int year, whole<int>(c[1]));
      TANMIAO_ASSIGN(const auto firms, whole<std::uint32_t>(c[3]));
      TANMIAO_ASSIGN(const bool at_least, tabular::config_flag(c[4]));
      std::string unit;
      std::vector<std::string_view> known;
      for (const Unit& one : reference_.regions.units()) {
        known.insert(known.end(), {one.id, one.name});
        if (one.id == c[2] || one.name == c[2]) unit = one.id;
      }
      if (!c[2].empty() && unit.empty()) return tabular::misfit(no_such("责任单位", c[2], known).message);
      out_->targets.push_back({c[0], year, unit, firms, at_least, c[5]});
      return {};
    }));
    TANMIAO_TRY(table("official_lists.csv", 7, [&](const RuleCells& c) -> Status {
      if (Status known = known_program(c[0]); !known) return known;
      std::string name;
      for (const auto& [id, label] : reference_.programs)
        if (id == c[0]) name = label;
      try {
        static_cast<void>(std::regex(c[6]));
      } catch (const std::regex_error& error) {
        return tabular::misfit("number_shape is no regular expression: " + std::string(error.what()));
      }
      out_->official_lists.push_back({c[0], name, c[1], c[2], c[3], c[4], split(c[5]), c[6]});
      return {};
    }));
    return table("forecast.csv", 3, [&](const RuleCells& c) -> Status {
      if (Status known = known_stage(c[0]); !known) return known;
      TANMIAO_ASSIGN(const double low, tabular::config_number(c[1]));
      TANMIAO_ASSIGN(const double high, tabular::config_number(c[2]));
      if (low < 0 || high > 1 || low > high) return tabular::misfit("expected 0 <= low <= high <= 1");
      out_->forecast.push_back({c[0], low, high});
      return {};
    });
  }

  // Units are a partition of the city: where they have targets, these add up to the city's.
  Status check_sums() const {
    std::map<std::pair<std::string, int>, std::uint64_t> city, units;
    std::set<std::tuple<std::string, int, std::string>> seen;
    for (const Target& t : out_->targets) {
      if (!seen.insert({t.program, t.year, t.unit}).second)
        return Error{Errc::kConfig, "two targets for " + t.program + " " + std::to_string(t.year) + " " + t.unit,
                     (folder_ / "targets.csv").string()};
      (t.unit.empty() ? city : units)[{t.program, t.year}] += t.firms;
    }
    for (const auto& [what, sum] : units) {
      const auto whole = city.find(what);
      if (whole != city.end() && whole->second == sum) continue;
      return Error{Errc::kConfig,
                   "the targets of the units for " + what.first + " " + std::to_string(what.second) + " add up to " +
                       std::to_string(sum) + ", the city's is " +
                       (whole == city.end() ? "missing" : std::to_string(whole->second)),
                   (folder_ / "targets.csv").string()};
    }
    return {};
  }

  std::filesystem::path folder_;
  const Reference& reference_;
  std::shared_ptr<PoolRules> out_ = std::make_shared<PoolRules>();
};

}  // namespace

Result<std::shared_ptr<const PoolRules>> PoolRules::load(const std::filesystem::path& folder,
                                                         const Reference& reference) {
  return Loader(folder, reference).load();
}

Result<const Track*> PoolRules::track(std::string_view word) const {
  if (const Track* found = find_word(tracks, word)) return found;
  return no_such("培育库", word, words_of(tracks));
}

Result<const StageWord*> PoolRules::stage(std::string_view word) const {
  if (const StageWord* found = find_word(stages, word)) return found;
  return no_such("阶段", word, words_of(stages));
}

Result<const OfficialProgram*> PoolRules::official(std::string_view program) const {
  std::vector<std::string_view> known;
  for (const OfficialProgram& one : official_lists) {
    if (one.program == program || one.label == program) return &one;
    known.insert(known.end(), {one.program, one.label});
  }
  return no_such("资质类别", program, known);
}

const Transition* PoolRules::transition(std::string_view from, std::string_view to) const {
  const auto at = std::find_if(transitions.begin(), transitions.end(),
                               [&](const Transition& t) { return t.from == from && t.to == to; });
  return at == transitions.end() ? nullptr : &*at;
}

std::vector<std::string> PoolRules::after(std::string_view stage) const {
  std::vector<std::string> out;
  for (const Transition& t : transitions)
    if (t.from == stage) out.push_back(t.to);
  return out;
}

std::string PoolRules::stage_label(std::string_view id) const {
  const StageWord* found = find_word(stages, id);
  return found == nullptr ? std::string(id) : found->label;
}

std::string PoolRules::track_label(std::string_view id) const {
  const Track* found = find_word(tracks, id);
  return found == nullptr ? std::string(id) : found->label;
}

std::string PoolRules::batch_label(std::string_view state) const {
  const BatchState* found = find_word(batch_states, state);
  return found == nullptr ? std::string(state) : found->label;
}

bool PoolRules::in_pool(std::string_view stage) const {
  const StageWord* found = find_word(stages, stage);
  return found != nullptr && found->in_pool;
}

bool PoolRules::verifies(std::string_view verdict) const {
  return std::any_of(verdicts.begin(), verdicts.end(),
                     [&](const Verdict& v) { return v.text == verdict && v.verifies; });
}

std::vector<std::string> PoolRules::verdict_texts() const {
  std::vector<std::string> out;
  out.reserve(verdicts.size());
  for (const Verdict& verdict : verdicts) out.push_back(verdict.text);
  return out;
}

}  // namespace tanmiao::pool
