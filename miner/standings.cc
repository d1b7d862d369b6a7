#include "miner/standings.h"

#include <map>

#include "miner/facts.h"

namespace tanmiao::miner {
namespace {

int worth(Held held) {
  switch (held) {
    case Held::kValid: return 3;
    case Held::kRenewDue: return 2;
    case Held::kUnverified: return 1;
    case Held::kExpired: break;
  }
  return 0;
}

bool better(const Standing& a, const Standing& b) {
  return worth(a.held) != worth(b.held) ? worth(a.held) > worth(b.held) : a.until > b.until;
}

}  // namespace

Result<std::vector<Standing>> standings(const store::Snapshot& snapshot, const Rules& rules, const Reference& reference,
                                        Date as_of) {
  const auto campaigns = rules.campaigns();
  if (campaigns.empty()) return Error{Errc::kConfig, "no campaign is described", ""};
  TANMIAO_ASSIGN(const Context context, context_for(snapshot, rules, reference, {campaigns.front().id, as_of, 1, {}}));
  std::vector<Standing> out;
  for (store::FirmNo n = 1; n <= snapshot.last_firm(); ++n) {
    if ((snapshot.firms.flags[n] & (store::kFirmSuppressed | store::kFirmMerged | store::kFirmOutside)) != 0) continue;
    const auto [first, last] = snapshot.recognitions_of(n);
    if (first == last) continue;
    std::map<std::string, Standing> best;
    for (const RecognitionFact& fact : recognition_facts(context, n)) {
      if (fact.program == nullptr) continue;
      const auto& r = snapshot.recognitions;
      Standing one{n, std::string(r.program[fact.row]), fact.held, fact.until, std::string(r.certificate_no[fact.row])};
      const auto at = best.find(one.program);
      if (at == best.end() || better(one, at->second)) best[one.program] = std::move(one);
    }
    for (auto& [program, standing] : best) out.push_back(std::move(standing));
  }
  return out;
}

Result<std::vector<std::pair<Held, Day>>> judge_listed(const store::Snapshot& snapshot, const Rules& rules,
                                                       const Reference& reference, const std::vector<Listed>& listed,
                                                       Date as_of) {
  const auto campaigns = rules.campaigns();
  if (campaigns.empty()) return Error{Errc::kConfig, "no campaign is described", ""};
  TANMIAO_ASSIGN(const Context context, context_for(snapshot, rules, reference, {campaigns.front().id, as_of, 1, {}}));
  std::vector<std::pair<Held, Day>> out;
  for (const Listed& one : listed) {
    const auto fact = judge_recognition(context, {0, one.program, "", one.issued, one.valid_to, one.year});
    out.emplace_back(fact.held, fact.until);
  }
  return out;
}

}  // namespace tanmiao::miner
