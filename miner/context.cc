// What a mine step looks at, put together once.
#include <algorithm>

#include "miner/campaign_faults.h"
#include "miner/facts.h"

namespace tanmiao::miner {

Result<Context> context_for(const store::Snapshot& snapshot, const Rules& rules, const Reference& reference,
                            const MineConfig& config) {
  const auto* loaded = dynamic_cast<const LoadedRules*>(&rules);
  if (loaded == nullptr) return Error{Errc::kUsage, "the rules were not made by Rules::load", ""};
  TANMIAO_ASSIGN(const Campaign* campaign, loaded->campaign(config.campaign));
  TANMIAO_TRY(as_status(unknown_in(*campaign, loaded->scorecard_, reference)));
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
