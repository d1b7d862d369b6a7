#include "linkage/suggest.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <tuple>

#include "core/hash.h"
#include "linkage/values.h"

namespace tanmiao::linkage {
namespace {

constexpr double kThousandths = 1000;

// The names of today and of before of all firms, in order of identity.
struct FirmNames {
  std::vector<ClusterNo> firms;  // by row
  std::vector<NameFacts> facts;
  std::vector<ListedName> names;
};

FirmNames names_of(const Firms& firms) {
  FirmNames out;
  for (ClusterNo c = 0; c < firms.clusters.size(); ++c) out.firms.push_back(c);
  std::sort(out.firms.begin(), out.firms.end(),
            [&](ClusterNo a, ClusterNo b) { return firms.clusters[a].identity < firms.clusters[b].identity; });
  for (std::uint32_t row = 0; row < out.firms.size(); ++row) {
    const Cluster& cluster = firms.clusters[out.firms[row]];
    out.facts.push_back({cluster.place.county, cluster.place.prefecture, cluster.established});
    std::vector<std::string_view> names;
    const auto add = [&](const Slim* record) {
      for (const Field field : {Field::kFirmName, Field::kFormerName})
        for (const std::string_view name : record->all(field))
          if (!name.empty()) names.push_back(name);
    };
    for (const Slim* record : cluster.records) add(record);
    if (cluster.list != nullptr) add(cluster.list);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    for (const std::string_view name : names) out.names.push_back({cluster.identity, name, row});
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

NameQuestion question_of(const Unfound& asked, const NameKey& key, const Firms& firms) {
  const NameFacts facts{asked.place.county, asked.place.prefecture, asked.day};
  const auto& [kind, source, exact] = key;
  std::string text = std::to_string(static_cast<int>(kind)) + ' ' + firms.intake().sources[source];
  text.append(1, '\0').append(exact).append(1, '\0').append(asked.name).append(1, '\0');
  text += std::to_string(facts.county) + ' ' + std::to_string(facts.prefecture) + ' ' + std::to_string(facts.day);
  return {hash64(text), asked.name, facts, firms.judged(*asked.record, asked.slot, asked.name)};
}

std::string_view name_of(const Cluster& firm) {
  const Slim* record = firm.records.empty() ? firm.list : firm.records.front();
  return record->get(Field::kFirmName);
}

std::string number(const char* format, double value) {
  char text[32];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

store::ReviewItem item_of(const Asked& asked, const NameAnswer& answer, const std::vector<ClusterNo>& near,
                          const Firms& firms) {
  const NearFirm& best = answer.firms.front();
  Verdict verdict;
  verdict.candidates = near;
  verdict.why = "与“" + std::string(name_of(firms.clusters[near.front()])) + "”相近（概率 " +
                number("%.0f%%", 100 * best.probability) + "）：" + best.phrases;
  if (asked.records > 1) verdict.why += "；同一来源中此名称共 " + std::to_string(asked.records) + " 条记录";
  store::ReviewItem item = firms.review(*asked.first->record, asked.first->slot, asked.first->name, verdict);
  item.value = std::llround(static_cast<double>(asked.records) * best.probability * kThousandths);
  for (std::size_t n = 0; n < near.size(); ++n) {
    const NearFirm& firm = answer.firms[n];
    item.detail += (item.detail.empty() ? "[{\"firm\":" : ",{\"firm\":") + std::to_string(firms.clusters[near[n]].no) +
                   ",\"probability\":" + number("%.4f", firm.probability) + ",\"bits\":" + number("%.2f", firm.bits) +
                   ",\"factors\":" + firm.factors + "}";
  }
  item.detail += ']';
  return item;
}

}  // namespace

Result<std::vector<store::ReviewItem>> suggest(const std::vector<Unfound>& names, const Firms& firms,
                                               const LinkConfig& config, const Reference& reference,
                                               NamesFrame& frame) {
  std::vector<store::ReviewItem> items;
  if (config.name_model == nullptr || names.empty()) return items;
  const auto asked = distinct(names, reference);
  std::vector<const Asked*> work;
  std::vector<NameQuestion> questions;
  for (const auto& [key, one] : asked) {
    work.push_back(&one);
    questions.push_back(question_of(*one.first, key, firms));
  }
  FirmNames list = names_of(firms);
  const auto ruled_out = [&](std::size_t question, std::uint32_t row) {
    const Unfound& name = *work[question]->first;
    return firms.ruled_out(*name.record, name.slot, name.name, list.firms[row]);
  };
  TANMIAO_ASSIGN(const auto answers, names_near(questions, list.names, std::move(list.facts), *config.name_model,
                                                reference, {config.threads, config.suggest_from}, ruled_out, frame));
  std::map<std::string_view, ClusterNo> by_identity;
  for (const ClusterNo c : list.firms) by_identity.emplace(firms.clusters[c].identity, c);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    std::vector<ClusterNo> near;
    for (const NearFirm& firm : answers[i].firms) near.push_back(by_identity.at(firm.identity));
    if (!near.empty()) items.push_back(item_of(*work[i], answers[i], near, firms));
  }
  return items;
}

void put_in_order(std::vector<store::ReviewItem>& reviews, std::vector<store::ReviewItem> suggested) {
  std::map<std::tuple<RecordKind, std::string_view, std::string_view>, std::int64_t> records;
  for (const auto& item : reviews) ++records[{item.kind, item.source, item.name}];
  for (auto& item : reviews)
    item.value = records.at({item.kind, item.source, item.name}) * static_cast<std::int64_t>(kThousandths);
  std::move(suggested.begin(), suggested.end(), std::back_inserter(reviews));
  std::sort(reviews.begin(), reviews.end(), [](const store::ReviewItem& a, const store::ReviewItem& b) {
    if (a.value != b.value) return a.value > b.value;
    return std::tie(a.kind, a.source, a.key, a.slot) < std::tie(b.kind, b.source, b.key, b.slot);
  });
}

}  // namespace tanmiao::linkage
