#include "miner/cause_learned.h"

#include <algorithm>
#include <array>

namespace tanmiao::miner {
namespace {

struct ColumnAbout {
  std::string_view column;
  About about;
};
constexpr std::array<ColumnAbout, 29> kAbout{{{"valid_inventions", About::kRights},
                                              {"valid_class_two", About::kRights},
                                              {"unverified", About::kRights},
                                              {"pending", About::kRights},
                                              {"recent_filings", About::kRights},
                                              {"inventors", About::kRights},
                                              {"with_university", About::kRights},
                                              {"ipc_focus", About::kRights},
                                              {"many_claims", About::kRights},
                                              {"acquired_only", About::kRights},
                                              {"filings_one", About::kRights},
                                              {"filings_five", About::kRights},
                                              {"since_filing", About::kRights},
                                              {"dead", About::kRights},
                                              {"direct_pass", About::kRecognitions},
                                              {"past_tech_sme", About::kRecognitions},
                                              {"strong_recognitions", About::kRecognitions},
                                              {"recognitions", About::kRecognitions},
                                              {"strong_signals", About::kSignals},
                                              {"other_signals", About::kSignals},
                                              {"gate_doubt", About::kRegister},
                                              {"name_words", About::kRegister},
                                              {"scope_words", About::kRegister},
                                              {"scope_length", About::kRegister},
                                              {"key_industry", About::kRegister},
                                              {"industries", About::kRegister},
                                              {"age", About::kRegister},
                                              {"capital", About::kRegister},
                                              {"insured", About::kRegister}}};

}  // namespace

About about_of(std::string_view column) {
  const auto* const at =
      std::find_if(kAbout.begin(), kAbout.end(), [&](const ColumnAbout& one) { return one.column == column; });
  return at == kAbout.end() ? About::kDerived : at->about;
}

LearnedSide learned_side(const Context& context, const LoadedRules& rules, const MineConfig& config) {
  const auto* trees = dynamic_cast<const learn::FoldTrees*>(config.learned.get());
  if (trees == nullptr || !trees->fits(context.card)) return {};
  return {trees, rules.priors_.get()};
}

LearnedCauses learned_causes(const LearnedSide& model, const JudgedFirm& was, const JudgedFirm& is,
                             const std::vector<Cause>& causes) {
  const auto scored = [&](const JudgedFirm& side) {
    return model.trees->score(side.context, model.priors, side.facts, side.assessment);
  };
  const learn::LearnedScore then = scored(was), now = scored(is);
  LearnedCauses out;
  out.before = then.score, out.now = now.score;
  for (std::size_t i = 0; i < now.points.size(); ++i) {
    if (then.points[i] == now.points[i]) continue;
    const learn::LeadColumn& column = model.trees->columns[i];
    About about = about_of(column.id);
    const bool rests = std::any_of(causes.begin(), causes.end(), [&](const Cause& c) { return c.about == about; });
    // The register's numbers are no causes of their own: a number that came is the register's, an age is the day's.
    if (!rests && about != About::kDerived && (about != About::kRegister || column.id == "age")) about = About::kTime;
    out.columns.push_back({column.id, column.label, then.points[i], now.points[i], about});
  }
  std::stable_sort(out.columns.begin(), out.columns.end(), [](const ColumnChange& a, const ColumnChange& b) {
    return std::abs(a.now - a.before) > std::abs(b.now - b.before);
  });
  return out;
}

std::string_view word(About about) {
  switch (about) {
    case About::kRights: return "rights";
    case About::kRecognitions: return "recognitions";
    case About::kSignals: return "signals";
    case About::kVisits: return "visits";
    case About::kRegister: return "register";
    case About::kTime: return "time";
    case About::kDerived: break;
  }
  return "derived";
}

}  // namespace tanmiao::miner
