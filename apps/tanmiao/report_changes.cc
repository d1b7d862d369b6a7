#include "apps/tanmiao/report_changes.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <map>

#include "apps/tanmiao/change_words.h"
#include "apps/tanmiao/learned_changes.h"
#include "miner/learned.h"
#include "store/answers.h"

namespace tanmiao::app {
namespace {

namespace json = boost::json;

struct Pair {
  store::FirmNo firm;
  std::size_t was, is;  // rows; the size of the run: none
};

bool same_score(double a, double b) { return std::abs(a - b) < 1e-9; }

bool start_up(const store::Run& run, std::size_t row) {
  return static_cast<LeadKind>(run.lead_kind[row]) == LeadKind::kStartUp;
}

// A run again, with the visits that were in when it was made.
Result<miner::RunSide> side_of(Workplace& place, const store::RunEntry& run, const store::Snapshot& snapshot,
                               int threads) {
  TANMIAO_ASSIGN(auto answers, store::firm_answers(place.facts(), place.people(), snapshot, {run.as_of, run.created}));
  return miner::RunSide{
      snapshot,
      {run.campaign, run.as_of, threads, std::make_shared<const store::FirmAnswers>(std::move(answers)), "", {}}};
}

class Comparison {
 public:
  Comparison(Workplace& place, const miner::Rules& rules, const store::Run& before, const store::Run& now,
             const miner::RunSide& was, const miner::RunSide& is, RunChanges& out)
      : place_(place), rules_(rules), before_(before), now_(now), was_(was), is_(is), out_(out) {}

  Status compare(const CompareOptions& options) {
    out_.ordered_before = ordered_by(before_), out_.ordered = ordered_by(now_);
    sort_apart();
    if (options.only != store::kNoFirm) keep_only(options.only);
    TANMIAO_TRY(tell_fresh(options.limit));
    TANMIAO_TRY(tell_gone(options.limit));
    return tell_moved(options.limit);
  }

 private:
  static bool named(const store::Snapshot& snapshot, store::FirmNo firm) {
    return firm <= snapshot.last_firm() && !snapshot.firms.name[firm].empty();
  }
  bool taken_out(store::FirmNo firm) const {
    return firm <= is_.snapshot.last_firm() && (is_.snapshot.firms.flags[firm] & store::kFirmSuppressed) != 0;
  }
  bool stands_elsewhere(std::size_t was, std::size_t is) const {
    return before_.rank[was] != now_.rank[is] || start_up(before_, was) != start_up(now_, is);
  }

  void sort_apart() {
    for (std::size_t row = 0; row < now_.size(); ++row) {
      const store::FirmNo firm = now_.firm[row];
      const std::size_t was = before_.row_of(firm);
      if (was == before_.size())
        fresh_.push_back({firm, was, row});
      else if (stands_elsewhere(was, row))
        moved_.push_back({firm, was, row});
    }
    for (std::size_t row = 0; row < before_.size(); ++row)
      if (now_.row_of(before_.firm[row]) == now_.size()) gone_.push_back({before_.firm[row], row, now_.size()});
    out_.fresh = fresh_.size(), out_.gone = gone_.size(), out_.moved = moved_.size();
  }

  void keep_only(store::FirmNo firm) {
    for (std::vector<Pair>* list : {&fresh_, &gone_, &moved_})
      std::erase_if(*list, [&](const Pair& pair) { return pair.firm != firm; });
    const std::size_t was = before_.row_of(firm), is = now_.row_of(firm);
    if (was < before_.size() && is < now_.size() && moved_.empty()) moved_.push_back({firm, was, is});
  }

  FirmChange change(Turn turn, const Pair& pair) const {
    const store::Snapshot& from = named(is_.snapshot, pair.firm) ? is_.snapshot : was_.snapshot;
    FirmChange out;
    out.turn = turn, out.firm = pair.firm;
    if (pair.firm <= from.last_firm()) {
      out.name = from.firms.name[pair.firm], out.code = from.firms.code[pair.firm];
      out.unit = from.unit_name(pair.firm, place_.reference->regions);
    }
    if (pair.was < before_.size()) {
      out.rank_before = before_.rank[pair.was], out.start_up_before = start_up(before_, pair.was);
      out.score_before = before_.score[pair.was];
    }
    if (pair.is < now_.size()) {
      out.rank = now_.rank[pair.is], out.start_up = start_up(now_, pair.is);
      out.score = now_.score[pair.is];
    }
    return out;
  }

  static void add_counts(const std::map<std::string, std::uint64_t>& counts,
                         std::vector<std::pair<std::string, std::uint64_t>>& out) {
    out.assign(counts.begin(), counts.end());
    std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  }
  static std::vector<store::FirmNo> firms_of(const std::vector<Pair>& pairs) {
    std::vector<store::FirmNo> out;
    out.reserve(pairs.size());
    for (const Pair& pair : pairs) out.push_back(pair.firm);
    return out;
  }
  Result<std::vector<std::string>> why_not(const miner::RunSide& side, const std::vector<store::FirmNo>& firms) const {
    return miner::why_not_leads(side.snapshot, rules_, *place_.reference, side.config, firms);
  }
  Result<std::vector<miner::FirmCauses>> causes_of(const std::vector<store::FirmNo>& firms) const {
    return miner::causes(was_, is_, rules_, *place_.reference, firms);
  }

  // Why a firm that is a lead now was none before: by the rules of today, on the data and the day of the run before.
  Status tell_fresh(std::size_t limit) {
    std::vector<store::FirmNo> known, shown;
    for (const Pair& pair : fresh_)
      if (named(was_.snapshot, pair.firm)) known.push_back(pair.firm);
    TANMIAO_ASSIGN(const auto reasons, why_not(was_, known));
    for (const Pair& pair : fresh_)
      if (shown.size() < limit) shown.push_back(pair.firm);
    TANMIAO_ASSIGN(auto causes, causes_of(shown));
    std::map<std::string, std::uint64_t> counts;
    std::size_t at = 0;
    for (std::size_t i = 0; i < fresh_.size(); ++i) {
      const bool seen = named(was_.snapshot, fresh_[i].firm);
      const std::string reason = seen ? reasons[at++] : std::string();
      const std::string why = fresh_words(seen, reason, out_.rules);
      ++counts[why];
      if (i >= shown.size()) continue;
      FirmChange out = change(Turn::kNew, fresh_[i]);
      out.why = {why};
      if (seen && reason.empty() && !out_.rules.empty()) out.because = Because::kRules;
      if (seen) {
        out.items = std::move(causes[i].items), out.causes = std::move(causes[i].causes);
        add_cause_words(out);
      }
      if (const auto basis = items_of(now_.basis[fresh_[i].is], "\n"); !basis.empty())
        out.why.push_back("现有依据：" + std::string(basis.front()));
      out_.firms.push_back(std::move(out));
    }
    add_counts(counts, out_.fresh_by);
    return {};
  }

  Status tell_gone(std::size_t limit) {
    std::vector<store::FirmNo> there, before;
    for (const Pair& pair : gone_)
      if (pair.firm <= is_.snapshot.last_firm()) there.push_back(pair.firm);
    TANMIAO_ASSIGN(const auto reasons, why_not(is_, there));
    TANMIAO_ASSIGN(const auto reasons_before, why_not(was_, firms_of(gone_)));
    std::vector<store::FirmNo> shown;
    for (const Pair& pair : gone_)
      if (shown.size() < limit && !taken_out(pair.firm)) shown.push_back(pair.firm);
    TANMIAO_ASSIGN(auto causes, causes_of(shown));
    std::map<std::string, std::uint64_t> counts;
    std::size_t at = 0, told = 0;
    for (std::size_t i = 0; i < gone_.size(); ++i) {
      const store::FirmNo firm = gone_[i].firm;
      std::string why = firm <= is_.snapshot.last_firm() ? reasons[at++] : std::string(kNoLongerKnown);
      if (taken_out(firm)) {
        ++out_.taken_out;
        continue;
      }
      if (!named(is_.snapshot, firm) &&
          (firm > is_.snapshot.last_firm() || (is_.snapshot.firms.flags[firm] & store::kFirmMerged) == 0))
        why = kNoLongerKnown;
      // What today's rules would have kept out then as well went because of the rules.
      const bool by_rules = !out_.rules.empty() && !why.empty() && reasons_before[i] == why;
      if (by_rules) why.insert(0, joined(out_.rules, "、").append("变更后不再列入："));
      if (why.empty()) why = "原因未知";
      ++counts[why];
      if (told >= shown.size()) continue;
      FirmChange out = change(Turn::kGone, gone_[i]);
      out.because = by_rules ? Because::kRules : Because::kData;
      out.why = {std::move(why)};
      if (named(is_.snapshot, firm)) {
        out.items = std::move(causes[told].items), out.causes = std::move(causes[told].causes);
        add_cause_words(out);
      }
      ++told;
      out_.firms.push_back(std::move(out));
    }
    add_counts(counts, out_.gone_by);
    return {};
  }

  // Without new rules a row that differs is the firm's doing. With them only judging both sides anew tells.
  Status tell_moved(std::size_t limit) {
    constexpr std::size_t kAtOnce = 4096;  // causes are texts: not all of a province at a time
    std::vector<FirmChange> own, pushed;
    for (std::size_t begin = 0; begin < moved_.size(); begin += kAtOnce) {
      std::vector<Pair> pairs(moved_.begin() + static_cast<std::ptrdiff_t>(begin),
                              moved_.begin() + static_cast<std::ptrdiff_t>(std::min(begin + kAtOnce, moved_.size())));
      if (out_.rules.empty()) sort_out_pushed(pairs, limit, pushed, own.size());
      TANMIAO_ASSIGN(auto causes, causes_of(firms_of(pairs)));
      for (std::size_t i = 0; i < pairs.size(); ++i) {
        FirmChange out = moved(pairs[i], std::move(causes[i]));
        out_.moved_of_itself += !out_.rules.empty() && out.of_itself();
        out_.moved_by_rules += out.because == Because::kRules;
        auto& list = out.because == Because::kOthers ? pushed : own;
        if (list.size() < limit) list.push_back(std::move(out));
      }
    }
    const std::size_t rest = limit - std::min(limit, own.size());
    for (FirmChange& out : own) out_.firms.push_back(std::move(out));
    for (std::size_t i = 0; i < pushed.size() && i < rest; ++i) out_.firms.push_back(std::move(pushed[i]));
    return {};
  }

  // Counts those whose row differs, and leaves of `pairs` those of them that are still to be told of.
  void sort_out_pushed(std::vector<Pair>& pairs, std::size_t limit, std::vector<FirmChange>& pushed, std::size_t told) {
    std::vector<Pair> differ;
    for (const Pair& pair : pairs) {
      const bool own = !differences(before_, pair.was, now_, pair.is).empty() ||
                       !same_score(before_.score[pair.was], now_.score[pair.is]) ||
                       learned_score(learned_before_, pair.was) != learned_score(learned_now_, pair.is);
      out_.moved_of_itself += own;
      if (own && told + differ.size() < limit) differ.push_back(pair);
      if (own || pushed.size() >= limit) continue;
      FirmChange out = change(stands_elsewhere(pair.was, pair.is) ? Turn::kMoved : Turn::kSame, pair);
      out.because = Because::kOthers;
      out.by_firm = out.by_rules = 0;
      out.why = {pushed_words(out)};
      pushed.push_back(std::move(out));
    }
    pairs = std::move(differ);
  }

  // What orders the list came, went or is another one, and that moved the firm more than what changed of it.
  bool by_learning(const Pair& pair, const FirmChange& change) const {
    return stands_elsewhere(pair.was, pair.is) && out_.ordered_before != out_.ordered && model_weighs_more(change);
  }

  FirmChange moved(const Pair& pair, miner::FirmCauses causes) {
    FirmChange out = change(stands_elsewhere(pair.was, pair.is) ? Turn::kMoved : Turn::kSame, pair);
    out.by_firm = causes.now - causes.before;
    const double by_rules = out.score.value_or(0) - out.score_before.value_or(0) - (causes.now - causes.before);
    out.by_rules = std::abs(by_rules) < 1e-9 ? 0 : by_rules;
    if (!out_.ordered.model.empty())
      out.learned = learned_change(learned_score(learned_before_, pair.was), learned_score(learned_now_, pair.is),
                                   std::move(causes.learned));
    const bool other_model = by_learning(pair, out);
    const bool own = !other_model && (!causes.items.empty() || causes.list_before != causes.list_now ||
                                      out_.rules.empty() || moved_by_columns(out));
    const bool time_alone = (!causes.causes.empty() || drifted(out)) &&
                            std::all_of(causes.causes.begin(), causes.causes.end(),
                                        [](const auto& c) { return c.kind == miner::CauseKind::kTime; });
    const bool other_list = out.start_up != out.start_up_before;
    out.because = own                                               ? time_alone ? Because::kTime : Because::kData
                  : *out.by_rules != 0 || other_list || other_model ? Because::kRules
                                                                    : Because::kOthers;
    out.items = std::move(causes.items), out.causes = std::move(causes.causes);
    if (out.because == Because::kOthers) {
      out.why = {pushed_words(out)};
      return out;
    }
    if (auto line = model_words(out_.ordered_before, out_.ordered, out); !line.empty()) out.why.push_back(line);
    add_cause_words(out);
    if (out.why.empty() && out_.rules.empty()) out.why = differences(before_, pair.was, now_, pair.is);
    add_learned_words(out);
    add_score_words(out, out_.rules);
    return out;
  }

  Workplace& place_;
  const miner::Rules& rules_;
  const store::Run &before_, &now_;
  const miner::RunSide &was_, &is_;
  RunChanges& out_;
  store::PackedReader learned_before_{before_.explanation}, learned_now_{now_.explanation};
  std::vector<Pair> fresh_, gone_, moved_;
};

}  // namespace

std::optional<RunChanges> compare_runs(Workplace& place, const miner::Rules& rules, const store::RunEntry& before,
                                       const store::RunEntry& now, const store::Snapshot& snapshot,
                                       const CompareOptions& options) {
  const auto was_run = store::Run::open(place.folder().run(before.id));
  const auto now_run = store::Run::open(place.folder().run(now.id));
  const auto was = store::Snapshot::open(place.folder().columns(before.snapshot));
  if (!was_run || !now_run || !was) return std::nullopt;
  const auto was_side = side_of(place, before, **was, options.threads);
  auto now_side = side_of(place, now, snapshot, options.threads);
  if (!was_side || !now_side) return std::nullopt;
  now_side->config.learned = miner::model_of_run(place.folder(), now);
  RunChanges out;
  out.before = before;
  out.rules = changed_rules(before.inputs_json, now.inputs_json);
  Comparison comparison(place, rules, **was_run, **now_run, *was_side, *now_side, out);
  if (!comparison.compare(options)) return std::nullopt;
  return out;
}

}  // namespace tanmiao::app
