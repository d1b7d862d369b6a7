#include "crawler/template_change.h"

#include <algorithm>
#include <cmath>

#include "crawler/tally.h"

namespace tanmiao::crawler {
namespace {

// Of the pages of a description: so many have what "they all have". What fewer have may be missing anywhere.
constexpr double kUsual = 0.9;

using Counts = std::map<std::string, std::int64_t>;

bool is_mark(std::string_view what) { return what == tally::kPages || what.starts_with(tally::kHas); }

double rate(const Counts& counts, std::string_view what) {
  const std::int64_t pages = tally_count(counts, tally::kPages);
  return pages <= 0 ? 0 : static_cast<double>(tally_count(counts, what)) / static_cast<double>(pages);
}

bool of_starts(std::string_view scope) { return scope.starts_with(tally::kStartScope); }
std::string_view role_of(std::string_view scope) { return scope.substr(scope.find(':') + 1); }

// Fewer pages are odd ones. Of those that a source begins at one is enough: without its links there is no other.
std::int64_t judged_from(const Source& source, std::string_view scope) {
  return of_starts(scope) ? 1 : static_cast<std::int64_t>(source.contract.odd_from);
}

// Of pages that a source begins at their links count; that to the next page of a list ends with the list.
bool counts(std::string_view mark, std::string_view scope) {
  const std::string_view what = mark.substr(tally::kHas.size());
  return !of_starts(scope) ||
         (what.starts_with(tally::kHasLink) && what.substr(tally::kHasLink.size()) != role_of(scope));
}

std::string mark_words(std::string_view mark) {
  const std::string_view what = mark.substr(tally::kHas.size());
  if (what == tally::kHasRecords) return "记录";
  if (what.starts_with(tally::kHasLink)) return "通往“" + std::string(what.substr(tally::kHasLink.size())) + "”的链接";
  const auto field = field_from_name(what.substr(tally::kHasField.size()));
  return "“" + std::string(field ? field_spec(*field).label : what) + "”";
}

std::string whole_percent(double share) { return std::to_string(std::lround(share * 100)) + "%"; }

void changes_of(const Source& source, const std::string& scope, const Counts& read, const Counts& before,
                std::vector<Breach>& out) {
  const std::int64_t pages = tally_count(read, tally::kPages), known = tally_count(before, tally::kPages);
  if (pages <= 0 || known <= 0) return;
  const std::string records = std::string(tally::kHas) + std::string(tally::kHasRecords);
  bool without_records = false;
  const auto look = [&](const std::string& mark) {
    const double usual = rate(before, mark);
    if (usual < kUsual || !read.contains(mark) || pages < judged_from(source, scope) || !counts(mark, scope))
      return false;
    const double missing = 1 - rate(read, mark) / usual;
    if (missing <= source.contract.most_odd) return false;
    const std::int64_t lack = pages - tally_count(read, mark);
    out.push_back({BreachKind::kTemplate, (of_starts(scope) ? "start " : "") + std::string(role_of(scope)) + " " + mark,
                   source.contract.most_odd, missing,
                   "页面结构与上次不同：“" + std::string(role_of(scope)) + "”页 " + std::to_string(pages) + " 个中 " +
                       std::to_string(lack) + " 个没有" + mark_words(mark) + "（上次 " + whole_percent(usual) +
                       " 有），约定缺少不超过 " + whole_percent(source.contract.most_odd)});
    return true;
  };
  without_records = look(records);
  for (auto at = read.lower_bound(std::string(tally::kHas)); at != read.end() && at->first.starts_with(tally::kHas);
       ++at) {
    const bool field = std::string_view(at->first).substr(tally::kHas.size()).starts_with(tally::kHasField);
    if (at->first != records && !(field && without_records)) look(at->first);
  }
}

}  // namespace

std::vector<Breach> template_changes(const Source& source, const store::Tallies& read, const store::Tallies& good) {
  std::vector<Breach> out;
  for (const auto& [scope, counts] : read) {
    const bool pages = scope.starts_with(tally::kPageScope) || of_starts(scope);
    const auto before = pages ? good.find(scope) : good.end();
    if (before != good.end()) changes_of(source, scope, counts, before->second, out);
  }
  return out;
}

// The last page of a list that goes on may be empty.
bool is_odd(const PageRule& page, const store::Tallies& good) {
  if (!page.kind || page.paging.kind != PagingRule::Kind::kNone) return false;
  const auto before = good.find(std::string(tally::kPageScope) + page.role);
  const std::string records = std::string(tally::kHas) + std::string(tally::kHasRecords);
  return before != good.end() && rate(before->second, records) >= kUsual;
}

void keep_marks(const Source& source, std::string_view scope, const Counts& read, const Counts* before, Counts& kept) {
  std::erase_if(kept, [](const auto& counter) { return is_mark(counter.first); });
  const std::int64_t known = before == nullptr ? 0 : tally_count(*before, tally::kPages);
  const bool enough = known <= 0 || tally_count(read, tally::kPages) >= judged_from(source, scope);
  for (const auto& [what, n] : enough ? read : *before)
    if (is_mark(what)) kept[what] = n;
}

}  // namespace tanmiao::crawler
