// What a mine step looks at, put together once.
#include <algorithm>

#include "core/settings.h"
#include "miner/facts.h"

namespace tanmiao::miner {
namespace {

// What a campaign names must be there: a slip would leave its list empty without a word.
std::vector<std::string_view> known_names(Campaign::Named::Of of, const Reference& reference) {
  std::vector<std::string_view> known;
  if (of == Campaign::Named::Of::kIndustry)
    for (const KeyIndustry& industry : reference.key_industries)
      known.insert(known.end(), {industry.id, industry.name});
  if (of == Campaign::Named::Of::kUnit)
    for (const Unit& unit : reference.regions.units()) known.push_back(unit.name);
  if (of == Campaign::Named::Of::kCounty)
    for (const Division& division : reference.regions.divisions()) known.push_back(division.name);
  return known;
}

Status check_names(const Campaign& campaign, const Reference& reference) {
  constexpr std::string_view kWhat[] = {"industry", "responsible unit", "county"};
  for (const Campaign::Named& named : campaign.named) {
    const auto known = known_names(named.of, reference);
    if (std::find(known.begin(), known.end(), named.name) != known.end()) continue;
    if (named.of == Campaign::Named::Of::kCounty && named.name.find_first_not_of("0123456789") == std::string::npos)
      continue;
    return Error{Errc::kConfig,
                 "unknown " + std::string(kWhat[static_cast<std::size_t>(named.of)]) + " '" + named.name + "'" +
                     did_you_mean(named.name, known),
                 named.where};
  }
  return {};
}

}  // namespace

Result<Context> context_for(const store::Snapshot& snapshot, const Rules& rules, const Reference& reference,
                            const MineConfig& config) {
  const auto* loaded = dynamic_cast<const LoadedRules*>(&rules);
  if (loaded == nullptr) return Error{Errc::kUsage, "the rules were not made by Rules::load", ""};
  TANMIAO_ASSIGN(const Campaign* campaign, loaded->campaign(config.campaign));
  TANMIAO_TRY(check_names(*campaign, reference));
  TANMIAO_ASSIGN(const Rubric* rubric, loaded->rubric(config.as_of));
  Context context = make_context(snapshot, reference, *loaded, *rubric, *campaign, config.as_of);
  context.answers = config.answers;
  return context;
}

Context make_context(const store::Snapshot& snapshot, const Reference& reference, const LoadedRules& rules,
                     const Rubric& rubric, const Campaign& campaign, Date as_of) {
  Context context{snapshot,      reference, rules.scorecard_, rubric, campaign, as_of,
                  to_day(as_of), kNoDay,    kNoDay,           {},     {}};
  const auto& events = snapshot.events;
  const auto& feeds = rules.scorecard_.event_feeds;
  store::PackedReader sources(events.source);
  for (std::size_t i = 0; i < events.date.size(); ++i) {
    // Statements of a list, or some events of some patents, are no record: what they do not name may have ended.
    const auto source = sources.read(i);
    if (!source || std::find(feeds.begin(), feeds.end(), *source) == feeds.end()) continue;
    const Day known = events.public_date[i] == kNoDay ? events.date[i] : events.public_date[i];
    if (known == kNoDay || known > context.day) continue;
    context.feed_from = context.feed_from == kNoDay ? known : std::min(context.feed_from, known);
    context.feed_to = std::max(context.feed_to, known);
  }
  const auto texts = [](const std::vector<KeyIndustry::Weighted>& words) {
    std::vector<std::string> out;
    out.reserve(words.size());
    for (const auto& word : words) out.push_back(word.text);
    return WordSet(out);
  };
  for (const KeyIndustry& industry : reference.key_industries) {
    context.industry_plus.push_back(texts(industry.words));
    context.industry_minus.push_back(texts(industry.minus_words));
  }
  return context;
}

}  // namespace tanmiao::miner
