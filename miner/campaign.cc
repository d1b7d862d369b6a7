// The campaign as a pure predicate, the tags of key industries, and why a firm is left out.
#include <algorithm>

#include "core/industry.h"
#include "miner/facts.h"

namespace tanmiao::miner {
namespace {

bool one_of(const std::vector<std::string>& wanted, std::string_view value) {
  return std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

template <class List>
double code_score(const List& prefixes, std::string_view code) {
  double best = 0;
  for (const auto& prefix : prefixes) {
    if (!code.empty() && code.starts_with(prefix.text)) best = std::max(best, prefix.weight);
  }
  return best;
}

// The best class among the firm's patents.
template <class List>
double ipc_score(const Context& context, const FirmFacts& facts, const List& prefixes) {
  double best = 0;
  for (const PatentFact& patent : facts.patents) {
    std::string_view ipc = context.snapshot.patents.ipc[patent.row];
    while (!ipc.empty() && !prefixes.empty()) {
      const std::size_t end = std::min(ipc.find(' '), ipc.size());
      best = std::max(best, code_score(prefixes, ipc.substr(0, end)));
      ipc.remove_prefix(std::min(end + 1, ipc.size()));
    }
  }
  return best;
}

// A word of the name counts full, one of the scope half (nearly every scope is wide).
template <class List>
double word_score(const Context& context, store::FirmNo firm, const WordSet& set, const List& words) {
  constexpr double kScopeShare = 0.5, kScopeMost = 1.0;
  double name = 0, scope = 0;
  for (const int row : set.find(context.snapshot.firms.name[firm])) name += words[static_cast<std::size_t>(row)].weight;
  for (const int row : set.find(context.snapshot.firms.scope[firm])) {
    scope += kScopeShare * words[static_cast<std::size_t>(row)].weight;
  }
  return name + std::min(scope, kScopeMost);
}

std::string industry_code(const Context& context, store::FirmNo firm) {
  const auto& firms = context.snapshot.firms;
  return industry_of(firms.industry_code[firm], firms.industry_edition[firm], firms.industry_name[firm],
                     context.reference)
      .in_2017;
}

bool age_fits(const Context& context, store::FirmNo firm) {
  const auto established = from_day(context.snapshot.firms.established[firm]);
  if (!established) return true;  // unknown keeps a firm in
  const Campaign& c = context.campaign;
  if (c.min_age_months >= 0 && add_months(*established, c.min_age_months) > context.as_of) return false;
  return c.max_age_months < 0 || add_months(*established, c.max_age_months) > context.as_of;
}

bool place_fits(const Context& context, store::FirmNo firm) {
  const RegionTable& regions = context.reference.regions;
  const auto& firms = context.snapshot.firms;
  const Campaign& c = context.campaign;
  if (!c.units.empty() && !one_of(c.units, context.snapshot.unit_name(firm, regions))) return false;
  return c.counties.empty() || one_of(c.counties, regions.name(firms.county[firm])) ||
         one_of(c.counties, std::to_string(firms.county[firm]));
}

bool subject_fits(const Context& context, const FirmFacts& facts) {
  const Campaign& c = context.campaign;
  if (!c.by_subject()) return true;
  for (const std::size_t row : facts.industries) {
    const KeyIndustry& industry = context.reference.key_industries[row];
    if (one_of(c.industries, industry.id) || one_of(c.industries, industry.name)) return true;
  }
  if (c.gbt.empty() && c.ipc.empty() && c.words.empty()) return false;
  const double score = code_score(c.gbt, industry_code(context, facts.firm)) + ipc_score(context, facts, c.ipc) +
                       word_score(context, facts.firm, c.plus_set, c.words) -
                       word_score(context, facts.firm, c.minus_set, c.minus_words);
  return score >= c.least;
}

}  // namespace

double industry_score(const Context& context, const FirmFacts& facts, std::size_t row) {
  const KeyIndustry& industry = context.reference.key_industries[row];
  return code_score(industry.gbt_prefixes, industry_code(context, facts.firm)) +
         ipc_score(context, facts, industry.ipc_prefixes) +
         word_score(context, facts.firm, context.industry_plus[row], industry.words) -
         word_score(context, facts.firm, context.industry_minus[row], industry.minus_words);
}

bool in_campaign(const Context& context, const FirmFacts& facts) {
  if (!place_fits(context, facts.firm) || !age_fits(context, facts.firm) || !subject_fits(context, facts)) return false;
  for (const RecognitionFact& fact : facts.recognitions) {
    const bool valid = fact.held == Held::kValid;
    if (valid && one_of(context.campaign.without_programs, context.snapshot.recognitions.program[fact.row]))
      return false;
  }
  return true;
}

std::string why_left_out(const Context& context, const FirmFacts& facts) {
  const auto& firms = context.snapshot.firms;
  const std::uint32_t flags = firms.flags[facts.firm];
  const Day established = firms.established[facts.firm], dissolved = firms.dissolved[facts.firm];
  if ((flags & store::kFirmMerged) != 0) return "已并入其他企业编号";
  if (flags == 0 && firms.name[facts.firm].empty()) return "截至日尚无登记";
  if ((flags & store::kFirmSuppressed) != 0) return "已按要求撤下";
  if ((flags & store::kFirmOutside) != 0) return "不在本市";
  if ((flags & store::kFirmBranch) != 0) return "分支机构";
  if ((flags & (store::kFirmInScope | store::kFirmCooperative)) == 0) return "不属企业范围";
  if (established != kNoDay && established > context.day) return "截至日尚未成立";
  // Dead today is not dead on an earlier day: where the day of the end is not known, nor what was said by then.
  const bool dead = facts.register_known && alive(static_cast<FirmStatus>(firms.status[facts.firm])) == Alive::kNo;
  if (dissolved != kNoDay ? dissolved <= context.day : dead) return "已注销或吊销";
  if (facts.registered) return "已登记有效";
  return {};
}

}  // namespace tanmiao::miner
