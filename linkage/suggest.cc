#include "linkage/suggest.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <tuple>

#include "linkage/match/fit.h"
#include "linkage/parallel.h"

namespace tanmiao::linkage {
namespace {

constexpr std::size_t kShown = 3;  // firms of one item

// The names of today and of before of all firms.
struct FirmNames {
  std::vector<RollName> names;
  std::vector<NameFacts> facts;
};

FirmNames names_of(const Firms& firms) {
  FirmNames out;
  for (ClusterNo c = 0; c < firms.clusters.size(); ++c) {
    const Cluster& cluster = firms.clusters[c];
    NameFacts facts{cluster.place.county, cluster.place.prefecture, kNoDay};
    std::vector<std::string_view> seen;
    const auto add = [&](const Slim* record) {
      for (const Field field : {Field::kFirmName, Field::kFormerName}) {
        for (const std::string_view name : record->all(field)) {
          if (name.empty() || std::find(seen.begin(), seen.end(), name) != seen.end()) continue;
          seen.push_back(name);
          out.names.push_back({name, c});
        }
      }
    };
    for (const Slim* record : cluster.records) add(record);
    if (cluster.list != nullptr) add(cluster.list);
    out.facts.push_back(facts);
  }
  return out;
}

using NameKey = std::tuple<RecordKind, std::uint16_t, std::string>;  // kind, source, exact key

struct Asked {
  const Unfound* first = nullptr;  // of the smallest record key
  std::size_t records = 0;
};

std::map<NameKey, Asked> distinct(const std::vector<Unfound>& names, const Reference& reference) {
  std::map<NameKey, Asked> out;
  for (const Unfound& name : names) {
    std::string key = exact_name_key(name.name, reference);
    if (key.empty()) continue;
    Asked& asked = out[{name.record->kind, name.record->source, std::move(key)}];
    ++asked.records;
    if (asked.first == nullptr ||
        std::pair(name.record->key(), name.slot) < std::pair(asked.first->record->key(), asked.first->slot))
      asked.first = &name;
  }
  return out;
}

std::string why(const std::vector<MatchCandidate>& shown, const Matcher& matcher, const Firms& firms,
                std::size_t records) {
  const MatchCandidate& best = shown.front();
  const Cluster& firm = firms.clusters[best.row];
  const Slim* record = firm.records.empty() ? firm.list : firm.records.front();
  char text[32];
  std::snprintf(text, sizeof text, "%.0f%%", 100 * best.probability);
  std::string out = "与“" + std::string(record->get(Field::kFirmName)) + "”相近（概率 " + text + "）：";
  bool first = true;
  for (const MatchFactor& factor : matcher.factors(best)) {
    if (factor.field == "prior" || std::abs(factor.bits) < 1) continue;
    char bits[16];
    std::snprintf(bits, sizeof bits, "%+.0f", factor.bits);
    out += (first ? "" : "，") + factor.text + bits;
    first = false;
  }
  if (records > 1) out += "；同一来源中此名称共 " + std::to_string(records) + " 条记录";
  return out;
}

// To how many of the names have their firm here at all, by a sample of them.
void adapt(MatchModel& model, const std::vector<const Asked*>& work, const Roll& roll) {
  constexpr std::size_t kLooked = 2000;
  const MatchModel start = model;
  const Matcher matcher(roll, start);
  Matcher::Scratch scratch(roll);
  std::vector<FitCase> cases;
  const std::size_t step = std::max<std::size_t>(1, work.size() / kLooked);
  for (std::size_t i = 0; i < work.size(); i += step) {
    const Unfound& name = *work[i]->first;
    FitCase one{{}, FitCase::kUnknown, static_cast<double>(roll.rows())};
    matcher.match({name.name, {name.place.county, name.place.prefecture, name.day}}, scratch, one.candidates);
    if (!one.candidates.empty()) cases.push_back(std::move(one));
  }
  learn_habits(model, cases);
}

}  // namespace

std::vector<Waiting> suggest(const std::vector<Unfound>& names, const Firms& firms, const LinkConfig& config,
                             const Reference& reference) {
  if (config.name_model == nullptr || names.empty()) return {};
  const auto asked = distinct(names, reference);
  std::vector<const Asked*> work;
  work.reserve(asked.size());
  for (const auto& [key, one] : asked) work.push_back(&one);
  const Anatomist anatomist(reference);
  FirmNames list = names_of(firms);
  const Roll roll(anatomist, list.names, std::move(list.facts), config.threads);
  MatchModel model = *config.name_model;
  adapt(model, work, roll);
  const Matcher matcher(roll, model);
  std::vector<Waiting> found(work.size());
  constexpr std::size_t kBlock = 64;  // names that share what a thread keeps
  for_each_index(config.threads, (work.size() + kBlock - 1) / kBlock, [&](std::size_t block) {
    Matcher::Scratch scratch(roll);
    std::vector<MatchCandidate> candidates;
    for (std::size_t i = block * kBlock; i < std::min(work.size(), (block + 1) * kBlock); ++i) {
      const Unfound& name = *work[i]->first;
      matcher.match({name.name, {name.place.county, name.place.prefecture, name.day}}, scratch, candidates);
      std::erase_if(candidates, [&](const MatchCandidate& c) {
        return firms.ruled_out(*name.record, name.slot, name.name, c.row);
      });
      share_out(candidates, matcher.model());
      if (candidates.empty() || candidates.front().probability < config.suggest_from) continue;
      if (candidates.size() > kShown) candidates.resize(kShown);
      std::erase_if(candidates, [&](const MatchCandidate& c) { return c.probability < config.suggest_from / 2; });
      Verdict verdict;
      for (const MatchCandidate& c : candidates) verdict.candidates.push_back(c.row);
      verdict.why = why(candidates, matcher, firms, work[i]->records);
      found[i] = {firms.review(*name.record, name.slot, name.name, verdict),
                  static_cast<double>(work[i]->records) * candidates.front().probability};
    }
  });
  std::erase_if(found, [](const Waiting& w) { return w.value == 0; });
  return found;
}

void put_in_order(std::vector<store::ReviewItem>& reviews, std::vector<Waiting> suggested) {
  std::map<std::tuple<RecordKind, std::string_view, std::string_view>, double> records;
  for (const auto& item : reviews) ++records[{item.kind, item.source, item.name}];
  std::vector<Waiting> all;
  all.reserve(reviews.size() + suggested.size());
  for (const auto& item : reviews) {
    const double value = records.at({item.kind, item.source, item.name});
    all.push_back({item, value});
  }
  std::move(suggested.begin(), suggested.end(), std::back_inserter(all));
  std::stable_sort(all.begin(), all.end(), [](const Waiting& a, const Waiting& b) {
    if (a.value != b.value) return a.value > b.value;
    return std::tie(a.item.kind, a.item.source, a.item.key, a.item.slot) <
           std::tie(b.item.kind, b.item.source, b.item.key, b.item.slot);
  });
  reviews.clear();
  for (Waiting& w : all) reviews.push_back(std::move(w.item));
}

}  // namespace tanmiao::linkage
