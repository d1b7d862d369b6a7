#include "server/candidate_list.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "core/settings.h"
#include "core/text/normalize.h"
#include "indexer/facets.h"

namespace tanmiao::server {
namespace {

using Facet = CandidateList::Facet;

// A facet of the index, by row of the run instead of by firm.
Facet by_row(const indexer::FacetColumn& column, const store::Run& run) {
  Facet out{column.name, column.label, column.own_order, column.values, column.labels, {0}, {}};
  for (std::size_t row = 0; row < run.size(); ++row) {
    for (const std::uint32_t id : column.of(run.firm[row]))
      if (column.shown[id]) out.ids.push_back(id);
    out.first.push_back(static_cast<std::uint32_t>(out.ids.size()));
  }
  return out;
}

class Maker {
 public:
  Maker(std::string name, std::string label) {
    facet_.name = std::move(name), facet_.label = std::move(label);
    facet_.first.push_back(0);
  }
  std::uint32_t value(std::string_view value, std::string_view label) {
    const auto [found, fresh] = numbers_.try_emplace(std::string(value), static_cast<std::uint32_t>(numbers_.size()));
    if (fresh) facet_.values.emplace_back(value), facet_.labels.emplace_back(label);
    return found->second;
  }
  void add(std::uint32_t id) { facet_.ids.push_back(id); }
  bool row_is_empty() const { return facet_.ids.size() == facet_.first.back(); }
  void end_row() { facet_.first.push_back(static_cast<std::uint32_t>(facet_.ids.size())); }
  Facet take(bool own_order) {
    facet_.own_order = own_order;
    return std::move(facet_);
  }

 private:
  Facet facet_;
  std::map<std::string, std::uint32_t> numbers_;
};

Facet key_industries(const store::Run& run, const Reference& reference) {
  constexpr std::string_view kComma = "、";
  Maker make("key_industry", "重点产业");
  for (const KeyIndustry& industry : reference.key_industries) make.value(industry.name, industry.name);
  make.value("none", "未归入");
  for (std::size_t row = 0; row < run.size(); ++row) {
    std::string_view rest = run.industries[row];
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(kComma), rest.size());
      const std::string_view name = rest.substr(0, end);
      make.add(make.value(name, name));
      rest.remove_prefix(std::min(end + kComma.size(), rest.size()));
    }
    if (make.row_is_empty()) make.add(make.value("none", "未归入"));
    make.end_row();
  }
  return make.take(false);
}

Facet patents(const store::Run& run) {
  Maker make("patent", "专利类型");
  const std::uint32_t invention = make.value("valid_invention", "有效发明");
  const std::uint32_t class_two = make.value("valid_class_two", "有效Ⅱ类知识产权");
  const std::uint32_t unverified = make.value("unverified", "效力待核");
  const std::uint32_t pending = make.value("pending", "在审发明");
  const std::uint32_t dead = make.value("dead", "已失效");
  const std::uint32_t none = make.value("none", "未见公开专利");
  for (std::size_t row = 0; row < run.size(); ++row) {
    if (run.valid_inventions[row] > 0) make.add(invention);
    if (run.valid_class_two[row] > 0) make.add(class_two);
    if (run.unverified[row] > 0) make.add(unverified);
    if (run.pending[row] > 0) make.add(pending);
    if (run.dead[row] > 0) make.add(dead);
    if (make.row_is_empty()) make.add(none);
    make.end_row();
  }
  return make.take(true);
}

std::vector<std::string> words_of(const std::string& folded) {
  std::vector<std::string> words;
  std::size_t begin = 0;
  while (begin < folded.size()) {
    const std::size_t end = std::min(folded.find(' ', begin), folded.size());
    if (end > begin) words.push_back(folded.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

indexer::FacetCounts counts_of(const Facet& facet, const std::vector<std::uint64_t>& counts, const ListQuery& query) {
  indexer::FacetCounts out{facet.name, facet.label, {}};
  for (std::size_t i = 0; i < facet.values.size(); ++i) {
    if (counts[i] == 0 && !query.wants(facet.name, facet.values[i])) continue;
    out.values.push_back({facet.values[i], facet.labels[i], counts[i]});
  }
  if (!facet.own_order)
    std::stable_sort(out.values.begin(), out.values.end(), [](const auto& a, const auto& b) {
      return a.count != b.count ? a.count > b.count : a.value < b.value;
    });
  return out;
}

}  // namespace

CandidateList::CandidateList(const store::Snapshot& snapshot, const store::Run& run, const Reference& reference)
    : simplified_(reference.simplified) {
  auto columns = indexer::make_facets(snapshot, &run, reference);
  for (const std::string_view name : kCandidateWords.facets) {
    if (name == "key_industry") facets_.push_back(key_industries(run, reference));
    if (name == "patent") facets_.push_back(patents(run));
    for (const auto& column : columns)
      if (column.name == name) facets_.push_back(by_row(column, run));
  }
  const auto& firms = snapshot.firms;
  for (std::size_t row = 0; row < run.size(); ++row) {
    const store::FirmNo firm = run.firm[row];
    const std::string all = std::string(firms.name[firm]) + '\n' + std::string(firms.former_names[firm]) + '\n' +
                            std::string(firms.code[firm]);
    names_.push_back(text::fold(all, simplified_));
    firms_.push_back(firm);
    shown_.push_back((firms.flags[firm] & store::kFirmSuppressed) == 0);
    known_.push_back(run.known_points[row]);
    most_.push_back(run.most_points[row]);
    established_.push_back(firms.established[firm]);
  }
}

CandidateList::Selection CandidateList::select(const ListQuery& query,
                                               const std::vector<store::FirmNo>& without) const {
  Selection out;
  const auto words = words_of(text::fold(query.text, simplified_));
  std::vector<std::vector<bool>> wanted;  // by facet, by value; empty: no filter
  std::vector<std::vector<std::uint64_t>> counts;
  for (const Facet& facet : facets_) {
    counts.emplace_back(facet.values.size(), 0);
    auto& values = wanted.emplace_back();
    if (!query.filters.contains(facet.name)) continue;
    for (const std::string& value : facet.values) values.push_back(query.wants(facet.name, value));
  }
  const auto ids_of = [](const Facet& facet, std::uint32_t row) {
    return std::span(facet.ids).subspan(facet.first[row], facet.first[row + 1] - facet.first[row]);
  };
  for (std::uint32_t row = 0; row < names_.size(); ++row) {
    if (!shown_[row] || std::binary_search(without.begin(), without.end(), firms_[row])) continue;
    const auto holds = [&](const std::string& word) { return names_[row].find(word) != std::string::npos; };
    if (!std::all_of(words.begin(), words.end(), holds)) continue;
    std::size_t failed = 0, failing = 0;  // filters that are not fulfilled, the last of them
    for (std::size_t f = 0; f < facets_.size() && failed < 2; ++f) {
      if (!query.filters.contains(facets_[f].name)) continue;
      const auto ids = ids_of(facets_[f], row);
      if (std::none_of(ids.begin(), ids.end(), [&](std::uint32_t id) { return wanted[f][id]; })) ++failed, failing = f;
    }
    if (failed > 1) continue;
    for (std::size_t f = 0; f < facets_.size(); ++f) {
      if (failed == 1 && f != failing) continue;
      for (const std::uint32_t id : ids_of(facets_[f], row)) ++counts[f][id];
    }
    if (failed == 0) out.rows.push_back(row);
  }
  for (std::size_t f = 0; f < facets_.size(); ++f) out.facets.push_back(counts_of(facets_[f], counts[f], query));
  sort(out.rows, query.sort);
  return out;
}

void CandidateList::sort(std::vector<std::uint32_t>& rows, std::string_view by) const {
  const auto descending = [&](const auto& column) {  // unknown is least: -1, kNoDay
    std::stable_sort(rows.begin(), rows.end(), [&](std::uint32_t a, std::uint32_t b) { return column[a] > column[b]; });
  };
  if (by == "known") descending(known_);
  if (by == "most") descending(most_);
  if (by == "established") descending(established_);
  if (by == "name")
    std::stable_sort(rows.begin(), rows.end(), [&](std::uint32_t a, std::uint32_t b) { return names_[a] < names_[b]; });
}

Result<ListQuery> CandidateList::resolved(ListQuery query) const {
  for (const Facet& facet : facets_) {
    const auto filter = query.filters.find(facet.name);
    if (filter == query.filters.end()) continue;
    for (std::string& wanted : filter->second) {
      if (std::find(facet.values.begin(), facet.values.end(), wanted) != facet.values.end()) continue;
      const auto label = std::find(facet.labels.begin(), facet.labels.end(), wanted);
      if (label == facet.labels.end())
        return no_such(facet.label, wanted, {facet.labels.begin(), facet.labels.end()},
                       {facet.values.begin(), facet.values.end()});
      wanted = facet.values[static_cast<std::size_t>(label - facet.labels.begin())];
    }
    auto& values = filter->second;
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
  }
  return query;
}

std::vector<std::string> CandidateList::describe(const ListQuery& query) const {
  std::vector<std::string> out;
  for (const Facet& facet : facets_) {
    const auto found = query.filters.find(facet.name);
    if (found == query.filters.end()) continue;
    std::string line = facet.label + "：";
    for (std::size_t i = 0; i < found->second.size(); ++i) {
      const auto at = std::find(facet.values.begin(), facet.values.end(), found->second[i]);
      line += (i == 0 ? "" : "、") + (at == facet.values.end()
                                          ? found->second[i]
                                          : facet.labels[static_cast<std::size_t>(at - facet.values.begin())]);
    }
    out.push_back(std::move(line));
  }
  if (!query.text.empty()) out.push_back("名称或代码含：" + query.text);
  return out;
}

}  // namespace tanmiao::server
