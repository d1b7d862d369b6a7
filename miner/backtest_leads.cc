#include "miner/backtest_leads.h"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <map>

#include "core/hash.h"
#include "core/settings.h"
#include "miner/belief.h"
#include "miner/learned.h"
#include "miner/one_firm.h"

namespace tanmiao::miner {
namespace {

// The day on which the label of a row came out, as far as a date is stated; a year alone counts from its last day on.
// What the list declares or the source's rule estimates goes first. Else the public day is that of the night that read
// the list: read promptly, it was known from then on; of what was old by then the day that it states for itself counts,
// or it would be new on the day somebody copied its list into the inbox.
constexpr Day kPrompt = 92;
constexpr std::uint8_t kByNight = 1;  // recognition.public_estimated
Day came_out(const store::Snapshot& s, std::uint32_t row) {
  const auto& r = s.recognitions;
  const Day known = r.public_date[row], issued = r.issued[row];
  if (known != kNoDay && r.public_estimated[row] != kByNight) return known;
  if (issued != kNoDay) return known != kNoDay && known > issued && known - issued <= kPrompt ? known : issued;
  if (r.year[row] <= 0) return known;
  const Day over = to_day(make_date(r.year[row], 12, 31));
  return known == kNoDay ? over : std::min(over, known);
}

struct Labels {
  std::set<store::FirmNo> within;
  std::uint64_t undated = 0;
};
Labels labels_of(const store::Snapshot& now, const BacktestConfig& config, Day from, Day until) {
  Labels labels;
  for (store::FirmNo n = 1; n <= now.last_firm(); ++n) {
    const auto [first, last] = now.recognitions_of(n);
    for (std::uint32_t i = first; i < last; ++i) {
      if (now.recognitions.program[i] != config.label) continue;
      const Day day = came_out(now, i);
      labels.undated += day == kNoDay;
      if (day != kNoDay && day > from && day <= until) labels.within.insert(n);
    }
  }
  return labels;
}

bool holds_label(const Context& context, const FirmFacts& facts, const std::string& label) {
  return std::any_of(facts.recognitions.begin(), facts.recognitions.end(), [&](const RecognitionFact& fact) {
    return fact.held == Held::kValid && context.snapshot.recognitions.program[fact.row] == label;
  });
}

std::string age_of(const Context& context, store::FirmNo firm) {
  const auto established = from_day(context.snapshot.firms.established[firm]);
  if (!established) return "未知";
  if (add_months(*established, 36) > context.as_of) return "不满 3 年";
  return add_months(*established, 120) > context.as_of ? "3–10 年" : "10 年以上";
}

PastLead judged(const Context& context, const Priors* priors, const BacktestConfig& config, store::FirmNo number) {
  const auto& firms = context.snapshot.firms;
  PastLead firm;
  firm.number = number;
  const FirmFacts facts = gather(context, number);
  firm.holds = holds_label(context, facts, config.label);  // also of rows that are left out: another may be the firm
  if (firm.holds || !in_campaign(context, facts) || !why_left_out(context, facts).empty()) return firm;
  firm.lead = true;
  const Assessment a = assess(context, facts);
  firm.scores[kScorecard] = a.score;
  if (priors != nullptr)
    firm.scores[kLikelihood] = chance_to_pass(context.rubric, *priors, evidence_of(context, *priors, facts, a));
  firm.scores[kPatents] = static_cast<double>(facts.patents.size());
  firm.scores[kKeywords] =
      value_of(context, facts, a, Feature::kNameWords) + value_of(context, facts, a, Feature::kScopeWords);
  firm.scores[kNewest] = firms.established[number] == kNoDay ? -1e9 : firms.established[number];
  const std::string key = std::string(firms.code[number]) + "\n" + std::string(firms.name[number]);
  firm.scores[kRandom] = static_cast<double>(std::stoull(hash_hex(key, 16), nullptr, 16) >> 11U);
  firm.unit = context.snapshot.unit_name(number, context.reference.regions);
  firm.industry =
      facts.industries.empty() ? std::string("其他") : context.reference.key_industries[facts.industries.front()].name;
  firm.age = age_of(context, number);
  return firm;
}

// Leads, and firms that are none because they hold the label; by number.
std::vector<PastLead> leads_of(const Context& context, const Priors* priors, const BacktestConfig& config) {
  std::vector<PastLead> all(context.snapshot.last_firm());
  tbb::task_arena arena(config.threads > 0 ? config.threads : tbb::task_arena::automatic);
  arena.execute([&] {
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, all.size(), 64), [&](const auto& range) {
      for (std::size_t i = range.begin(); i != range.end(); ++i)
        all[i] = judged(context, priors, config, static_cast<store::FirmNo>(i + 1));
    });
  });
  std::erase_if(all, [](const PastLead& firm) { return !firm.lead && !firm.holds; });
  return all;
}

// Firms once each, whatever numbers they stand under: labelled when one of them is, no lead when one of them held the
// label on the day, and in each ranking where the best of them stands. `came`: numbers with the label; what is left of
// it are those that were no leads.
void each_firm_once(const store::Snapshot& past, const store::Snapshot& now, const Reference& reference,
                    std::vector<PastLead> rows, const std::set<store::FirmNo>& came, LabelledLeads& out) {
  std::vector<store::FirmNo> numbers;
  numbers.reserve(rows.size() + came.size());
  for (const PastLead& row : rows) numbers.push_back(row.number);
  numbers.insert(numbers.end(), came.begin(), came.end());
  const std::vector<store::FirmNo> firm_of = one_firm(past, now, reference, numbers);
  std::set<store::FirmNo> labelled(firm_of.begin() + static_cast<std::ptrdiff_t>(rows.size()), firm_of.end()), holders;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows[i].holds) holders.insert(firm_of[i]);
  std::map<store::FirmNo, std::size_t> place;  // of a firm in out.firms
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (holders.contains(firm_of[i])) {
      out.doubles += static_cast<std::uint64_t>(!rows[i].holds);
      continue;
    }
    const auto [at, fresh] = place.emplace(firm_of[i], out.firms.size());
    if (fresh) {
      out.firms.push_back(std::move(rows[i]));
      out.labels.push_back(labelled.contains(firm_of[i]) ? 1 : 0);
      continue;
    }
    ++out.doubles;
    PastLead& first = out.firms[at->second];
    for (std::size_t scorer = 0; scorer < kScorers; ++scorer)
      if (scorer != kRandom) first.scores.at(scorer) = std::max(first.scores.at(scorer), rows[i].scores.at(scorer));
  }
  out.labelled = static_cast<std::uint64_t>(std::count(out.labels.begin(), out.labels.end(), 1));
  out.not_leads = labelled.size() - out.labelled;
}

Status check_label(const LoadedRules& rules, const std::string& label) {
  std::vector<std::string_view> known;
  known.reserve(rules.scorecard_.programs.size());
  for (const auto& [id, program] : rules.scorecard_.programs) known.push_back(id);
  if (std::find(known.begin(), known.end(), label) == known.end()) return no_such("label", label, known);
  return {};
}

}  // namespace

std::uint64_t got_label(const store::Snapshot& now, const std::string& label, Date from, Date until) {
  BacktestConfig config;
  config.label = label;
  return labels_of(now, config, to_day(from), to_day(until)).within.size();
}

Result<LabelledLeads> labelled_leads(const store::Snapshot& past, const store::Snapshot& now, const Rules& rules,
                                     const Reference& reference, const BacktestConfig& config) {
  MineConfig mine;
  mine.campaign = config.campaign;
  mine.as_of = config.as_of;
  TANMIAO_ASSIGN(Context context, context_for(past, rules, reference, mine));
  context.dated_only = true;
  const auto& loaded = dynamic_cast<const LoadedRules&>(rules);
  TANMIAO_TRY(check_label(loaded, config.label));
  LabelledLeads out;
  out.rubric = context.rubric.id, out.scorecard = context.card.id;
  out.likelihood = loaded.priors_ != nullptr;
  const Labels came = labels_of(now, config, context.day, to_day(add_months(config.as_of, config.horizon_months)));
  each_firm_once(past, now, reference, leads_of(context, loaded.priors_.get(), config), came.within, out);
  out.undated = came.undated;
  if (out.firms.empty()) return Error{Errc::kUsage, "no lead was known on that day", iso(config.as_of)};
  return out;
}

}  // namespace tanmiao::miner
