#include "linkage/suggest.h"

#include <algorithm>
#include <cmath>
#include <compare>
#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <tuple>

#include "core/hash.h"
#include "linkage/context.h"
#include "linkage/former_names.h"
#include "linkage/parallel.h"
#include "linkage/variants.h"

namespace tanmiao::linkage {
namespace {

// The names of today and of before of all firms, in order of identity.
struct FirmNames {
  std::vector<ClusterNo> firms;  // by row
  std::vector<NameFacts> facts;
  std::vector<ListedName> names;

  // The firm of an identity that is one of theirs.
  ClusterNo firm_of(std::string_view identity, const Firms& all) const {
    return *std::lower_bound(firms.begin(), firms.end(), identity,
                             [&](ClusterNo c, std::string_view wanted) { return all.clusters[c].identity < wanted; });
  }
};

std::vector<std::string_view> names_borne(const Cluster& cluster) {
  std::vector<std::string_view> names;
  const auto add = [&](const Slim* record) {
    record->each(Field::kFirmName, [&](std::string_view name) {
      if (!name.empty()) names.push_back(name);
    });
    for (const FormerName& former : former_names_of(*record)) names.push_back(former.name);
  };
  for (const Slim* record : cluster.records) add(record);
  if (cluster.list != nullptr) add(cluster.list);
  names.insert(names.end(), cluster.earlier_names.begin(), cluster.earlier_names.end());
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

FirmNames names_of(const Firms& firms, const Contexts& contexts, int threads) {
  FirmNames out;
  for (ClusterNo c = 0; c < firms.clusters.size(); ++c) out.firms.push_back(c);
  sort_numbers(threads, out.firms,
               [&](ClusterNo a, ClusterNo b) { return firms.clusters[a].identity < firms.clusters[b].identity; });
  out.facts.resize(out.firms.size());
  std::vector<std::vector<std::string_view>> names(out.firms.size());
  for_each_index(threads, out.firms.size(), [&](std::size_t row) {
    const Cluster& cluster = firms.clusters[out.firms[row]];
    out.facts[row] = {cluster.place.county, cluster.place.prefecture, cluster.established,
                      contexts.industries_of(cluster)};
    names[row] = names_borne(cluster);
  });
  for (std::uint32_t row = 0; row < out.firms.size(); ++row)
    for (const std::string_view name : names[row])
      out.names.push_back({firms.clusters[out.firms[row]].identity, name, row});
  return out;
}

// Kind, source, exact key; county and prefecture of which the record speaks, since the answer depends on them; and of a
// record on which people ruled by itself its key and slot, so that the ruling acts on it alone.
using NameKey = std::tuple<RecordKind, std::uint16_t, std::string_view, std::uint32_t, std::uint32_t, std::string>;

// A name in a record of which no rule found the firm.
struct Unfound {
  const Slim* record;
  std::uint16_t slot;
  std::string_view name;
  Mention* mention;  // null: the name of a firm without a code, which may be one with a code
  Place place;
  Day day;
  std::string own_key;  // where no mention knows it
  std::string_view key() const { return mention != nullptr && mention->info != nullptr ? mention->info->key : own_key; }
};

std::vector<Unfound> names_unfound(Mentions& mentions, const Firms& firms, int threads) {
  std::vector<Unfound> out;
  for (auto* some : {&mentions.patents, &mentions.events, &mentions.recognitions, &mentions.signals})
    for (Mention& m : *some)
      if (m.open() || m.shared()) out.push_back({m.record, m.slot, m.name, &m, {}, kNoDay, {}});
  const std::size_t mentioned = out.size();
  for (const Cluster& firm : firms.clusters)
    if (!firm.has_code() && !firm.records.empty())
      out.push_back({firm.records.front(),
                     0,
                     firm.records.front()->get(Field::kFirmName),
                     nullptr,
                     firm.place,
                     firm.established,
                     {}});
  for_each_index(threads, out.size(), [&](std::size_t i) {
    Unfound& name = out[i];
    if (i < mentioned) name.place = place_of_names(*name.record, firms), name.day = name.mention->days.existed();
    if (name.mention == nullptr || name.mention->info == nullptr)
      name.own_key = exact_name_key(name.name, firms.reference());
  });
  return out;
}

// All records of a name in a source, the one of the smallest key first.
using Asked = std::vector<const Unfound*>;

// In order of their keys.
std::vector<std::pair<NameKey, Asked>> distinct(const std::vector<Unfound>& names, const Firms& firms, int threads) {
  std::vector<NameKey> keys(names.size());
  for_each_index(threads, names.size(), [&](std::size_t i) {
    const Unfound& name = names[i];
    auto& [kind, source, key, county, prefecture, own] = keys[i];
    kind = name.record->kind, source = name.record->source;
    county = name.place.county, prefecture = name.place.prefecture;
    key = name.key();
    if (!key.empty() && firms.judged_here(*name.record, name.slot, key))
      own = std::string(name.record->key()) + '\n' + std::to_string(name.slot);
  });
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < names.size(); ++i)
    if (!std::get<2>(keys[i]).empty()) order.push_back(i);
  const auto place = [&](std::uint32_t i) { return std::tuple(names[i].record->key(), names[i].slot, i); };
  sort_numbers(threads, order, [&](std::uint32_t a, std::uint32_t b) {
    const auto compared = keys[a] <=> keys[b];
    return std::is_neq(compared) ? std::is_lt(compared) : place(a) < place(b);
  });
  std::vector<std::pair<NameKey, Asked>> out;
  for (std::size_t n = 0; n < order.size(); ++n) {
    const std::uint32_t i = order[n];
    if (out.empty() || keys[i] != out.back().first) out.emplace_back(keys[i], Asked());
    out.back().second.push_back(&names[i]);
  }
  return out;
}

// `row_of`: of the firms in the list.
NameQuestion question_of(const Asked& asked, const NameKey& key, const Firms& firms, const Contexts& contexts,
                         const std::vector<std::uint32_t>& row_of) {
  const Unfound& name = *asked.front();
  std::vector<const Mention*> mentions;
  for (const Unfound* one : asked)
    if (one->mention != nullptr) mentions.push_back(one->mention);
  const NameContext context = contexts.of(mentions);
  // The latest day of the records: whether the firm existed on the day of each is looked at apart.
  Day day = kNoDay;
  for (const Unfound* one : asked) day = std::max(day, one->day);
  const NameFacts facts{name.place.county, name.place.prefecture, day, context.industries};
  const auto& [kind, source, exact, county, prefecture, own] = key;
  const bool of_firm = name.mention == nullptr;
  NameQuestion out{0, name.name, facts, firms.judged(*name.record, name.slot, name.key()), of_firm, {}, {}};
  std::string text = std::to_string(static_cast<int>(kind)) + ' ' + firms.intake().sources[source];
  for (const std::string_view part : {std::string_view(exact), name.name, std::string_view(own)})
    text.append(1, '\0').append(part);
  text.append(1, '\0');
  if (of_firm) text += "firm ";
  for (const std::int64_t fact : {std::int64_t{facts.county}, std::int64_t{facts.prefecture}, std::int64_t{facts.day},
                                  std::int64_t{facts.industries}})
    text += std::to_string(fact) + ' ';
  const auto take = [&](const std::vector<ClusterNo>& some, std::string_view word, std::vector<std::uint32_t>& rows) {
    for (const ClusterNo c : some) {
      rows.push_back(row_of[c]);
      text.append(word).append(firms.clusters[c].identity);
    }
    std::sort(rows.begin(), rows.end());
  };
  take(context.partners, " with ", out.partners), take(context.beside, " beside ", out.beside);
  out.id = hash64(text);
  return out;
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

// Nothing is certain: 100% is not written for what is merely near it.
std::string percent(double probability) {
  if (probability >= 0.9995) return ">99.9%";
  return number(probability >= 0.99 ? "%.1f%%" : "%.0f%%", 100 * probability);
}

std::string detail_of(const NameAnswer& answer, const std::vector<ClusterNo>& near, const Firms& firms) {
  std::string out;
  for (std::size_t n = 0; n < near.size(); ++n) {
    const NearFirm& firm = answer.firms[n];
    out += (out.empty() ? "[{\"firm\":" : ",{\"firm\":") + std::to_string(firms.clusters[near[n]].no) +
           ",\"probability\":" + number("%.4f", firm.probability) + ",\"bits\":" + number("%.2f", firm.bits) +
           ",\"factors\":" + firm.factors + "}";
  }
  return out + ']';
}

// `linked`: whether these records were linked to the best of them.
store::ReviewItem item_of(const Asked& asked, const NameAnswer& answer, const std::vector<ClusterNo>& near,
                          const Firms& firms, const LinkConfig& config, bool linked) {
  const NearFirm& best = answer.firms.front();
  Verdict verdict;
  verdict.candidates = near;
  const std::string firm = "“" + std::string(name_of(firms.clusters[near.front()])) + "”",
                    said = "（概率 " + percent(best.probability) + "）：" + best.phrases;
  const Cluster& nearest = firms.clusters[near.front()];
  const std::string where = nearest.place.county != 0 ? firms.place_name(nearest.place.county) : nearest.code;
  const Mention* const mention = asked.front()->mention;
  const bool equal =
      mention != nullptr && best.factors.find("\"field\":\"whole\",\"text\":\"全称：一致") != std::string::npos;
  verdict.why = equal ? "同名企业不止一家，以" + where + "的" + firm + "最可能" + said : "与" + firm + "相近" + said;
  if (asked.size() > 1) verdict.why += "；同一来源中此名称共 " + std::to_string(asked.size()) + " 条记录";
  store::ReviewItem item = firms.review(*asked.front()->record, asked.front()->slot, asked.front()->name, verdict);
  // What a ruling would change: "the same" of one that waits, "different" of one that is linked.
  double worth = 0;
  for (const Unfound* one : asked) worth += worth_of(*one->record, config.worth);
  item.value = std::llround(worth * (linked ? 1 - best.probability : best.probability) * kThousandths);
  if (linked) item.linked = firms.clusters[near.front()].no;
  item.detail = detail_of(answer, near, firms);
  return item;
}

// Probable enough, nobody doubted or denied it, and the firm existed.
bool may_be_linked(const Unfound& name, ClusterNo best, double probability, const Firms& firms,
                   const LinkConfig& config) {
  const auto from = config.link_from.find(name.record->kind);
  return name.mention != nullptr && from != config.link_from.end() && from->second < 1 && probability >= from->second &&
         existed(firms.clusters[best], name.day) && !firms.doubted(*name.record, name.key()) &&
         !firms.ruled_out(*name.record, name.slot, name.key(), best);
}

// As by a rule: what a branch files is its parent's.
void link_to(Mention& mention, ClusterNo firm, const Firms& firms) {
  Verdict& v = mention.verdict;
  v.firm = firm, v.reason = store::LinkReason::kNear, v.candidates = {firm};
  if (const ClusterNo parent = firms.clusters[firm].parent; parent != kNoCluster) v.firm = parent, v.through = firm;
}

// Spellings of one body are worth what all of them are worth, and each names the others.
void put_variants_together(std::vector<store::ReviewItem>& items, const std::vector<std::uint32_t>& cluster) {
  constexpr std::size_t kNamed = 3;
  std::map<std::uint32_t, std::vector<std::size_t>> members;
  for (std::size_t n = 0; n < items.size(); ++n) members[cluster[n]].push_back(n);
  for (const auto& [unused, some] : members) {
    if (some.size() < 2) continue;
    std::vector<std::string> names;
    std::int64_t value = 0;
    for (const std::size_t n : some) value += items[n].value, names.push_back(items[n].name);
    for (const std::size_t n : some) {
      std::string others;
      std::size_t named = 0;
      for (const std::string& name : names)
        if (name != items[n].name && others.find("“" + name + "”") == std::string::npos && named++ < kNamed)
          others += "“" + name + "”";
      items[n].value = value;
      if (named > 0) items[n].why += "；可能是同一主体的其他写法：" + others + (named > kNamed ? " 等" : "");
    }
  }
}

// The mentions that are linked. Of those beside each other in a publication, or in one record, one alone is a firm: the
// most probable.
std::set<const Mention*> chosen_links(const std::vector<const Asked*>& work, const std::vector<NameAnswer>& answers,
                                      const FirmNames& list, const Contexts& contexts, const Firms& firms,
                                      const LinkConfig& config) {
  struct Link {
    double bits;
    std::string_view key;
    std::uint16_t slot;
    const Mention* mention;
    ClusterNo firm;
  };
  std::vector<Link> wanted;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (answers[i].firms.empty()) continue;
    const NearFirm& best = answers[i].firms.front();
    const ClusterNo firm = list.firm_of(best.identity, firms);
    for (const Unfound* name : *work[i])
      if (may_be_linked(*name, firm, best.probability, firms, config))
        wanted.push_back({best.bits, name->record->key(), name->slot, name->mention, firm});
  }
  std::stable_sort(wanted.begin(), wanted.end(), [](const Link& a, const Link& b) {
    return a.bits != b.bits ? a.bits > b.bits : std::tie(a.key, a.slot) < std::tie(b.key, b.slot);
  });
  std::set<const Mention*> out;
  std::set<std::tuple<std::uint32_t, const Slim*, Field, ClusterNo>> taken;
  for (const Link& link : wanted) {
    const std::uint32_t publication = contexts.publication_of(*link.mention);
    const Slim* const record = publication == 0 ? link.mention->record : nullptr;
    if (taken.emplace(publication, record, link.mention->field, link.firm).second) out.insert(link.mention);
  }
  return out;
}

}  // namespace

Result<std::vector<store::ReviewItem>> suggest(Mentions& mentions, const Firms& firms, const LinkConfig& config,
                                               const Reference& reference, NamesFrame& frame) {
  std::vector<store::ReviewItem> items;
  if (config.name_model == nullptr) return items;
  const std::vector<Unfound> unfound = names_unfound(mentions, firms, config.threads);
  if (unfound.empty()) return items;
  std::unique_ptr<const Contexts> made;
  Tasks beside(config.threads);
  beside.run([&] { made = std::make_unique<const Contexts>(mentions, reference, config.threads); });
  const auto asked = distinct(unfound, firms, config.threads);
  beside.wait();
  const Contexts& contexts = *made;
  FirmNames list = names_of(firms, contexts, config.threads);
  std::vector<std::uint32_t> row_of(list.firms.size());
  for (std::uint32_t row = 0; row < row_of.size(); ++row) row_of[list.firms[row]] = row;
  std::vector<const Asked*> work;
  std::vector<const NameKey*> keys;
  for (const auto& [key, one] : asked) work.push_back(&one), keys.push_back(&key);
  std::vector<NameQuestion> questions(work.size());
  for_each_index(config.threads, work.size(),
                 [&](std::size_t i) { questions[i] = question_of(*work[i], *keys[i], firms, contexts, row_of); });
  const auto ruled_out = [&](std::size_t question, std::uint32_t row) {
    const Unfound& name = *work[question]->front();
    return firms.ruled_out(*name.record, name.slot, name.key(), list.firms[row]);
  };
  TANMIAO_ASSIGN(const auto answers,
                 names_near(questions, list.names, std::move(list.facts), *config.name_model, reference,
                            {config.threads, config.suggest_from, config.habits_from}, ruled_out, frame));
  const std::vector<std::uint32_t> cluster = variants(questions, answers, *frame.frozen, reference, config.threads);
  // By weights that do not know of how many such names the firm is there at all, a person is asked.
  const auto links =
      frame.learnt ? chosen_links(work, answers, list, contexts, firms, config) : std::set<const Mention*>();
  std::vector<std::vector<store::ReviewItem>> made_of(answers.size());
  // A mention belongs to one name.
  for_each_index(config.threads, answers.size(), [&](std::size_t i) {
    std::vector<ClusterNo> near;
    for (const NearFirm& firm : answers[i].firms) near.push_back(list.firm_of(firm.identity, firms));
    if (near.empty()) return;
    Asked linked, waiting;
    for (const Unfound* name : *work[i]) {
      const bool links_here = name->mention != nullptr && links.contains(name->mention);
      if (links_here) link_to(*name->mention, near.front(), firms);
      if (links_here || name->mention == nullptr || !name->mention->shared())
        (links_here ? linked : waiting).push_back(name);
      else
        name->mention->verdict.detail = detail_of(answers[i], near, firms);  // it waits as one of a shared name
    }
    for (const bool done : {true, false})
      if (const Asked& some = done ? linked : waiting; !some.empty())
        made_of[i].push_back(item_of(some, answers[i], near, firms, config, done));
  });
  std::vector<std::uint32_t> of_items;  // clusters
  for (std::size_t i = 0; i < made_of.size(); ++i)
    for (store::ReviewItem& item : made_of[i]) items.push_back(std::move(item)), of_items.push_back(cluster[i]);
  put_variants_together(items, of_items);
  return items;
}

void put_in_order(std::vector<store::ReviewItem>& reviews, std::vector<store::ReviewItem> suggested) {
  // A row that merely says that nobody has its name need not wait beside one that says whom it comes near.
  std::set<std::tuple<RecordKind, std::string_view, std::string_view>> near;
  for (const auto& item : suggested) near.emplace(item.kind, item.source, item.name);
  std::erase_if(reviews, [&](const store::ReviewItem& item) {
    return item.candidates.empty() && item.why == store::kNoSuchName &&
           near.contains({item.kind, item.source, item.name});
  });
  std::map<std::tuple<RecordKind, std::string_view, std::string_view>, std::int64_t> worth;
  for (const auto& item : reviews) worth[{item.kind, item.source, item.name}] += item.value;
  for (auto& item : reviews) item.value = worth.at({item.kind, item.source, item.name});
  std::move(suggested.begin(), suggested.end(), std::back_inserter(reviews));
  std::sort(reviews.begin(), reviews.end(), [](const store::ReviewItem& a, const store::ReviewItem& b) {
    if (a.value != b.value) return a.value > b.value;
    return std::tie(a.kind, a.source, a.key, a.slot) < std::tie(b.kind, b.source, b.key, b.slot);
  });
}

}  // namespace tanmiao::linkage
