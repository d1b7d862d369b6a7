#include "server/list_query.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/settings.h"
#include "core/text/normalize.h"

namespace tanmiao::server {
namespace {

constexpr std::array<std::string_view, 8> kCandidateFacets{"unit", "key_industry", "judgement", "lead_kind",
                                                           "age",  "recognition",  "patent",    "score_band"};
constexpr std::array<std::string_view, 5> kCandidateSorts{"rank", "known", "most", "established", "name"};
constexpr std::array<std::string_view, 15> kSearchFacets{
    "unit",        "region",  "township",    "zone",  "industry",  "ipc",       "status",    "age",
    "recognition", "capital", "patent_kind", "stage", "judgement", "lead_kind", "score_band"};
constexpr std::array<std::string_view, 3> kSearchTrees{"region", "industry", "ipc"};
constexpr std::array<std::string_view, 4> kSearchSorts{"relevance", "rank", "name", "established"};
constexpr std::size_t kLongestText = 200, kMostValues = 60;  // characters, filters of one address

bool one_of(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

void toggle(std::map<std::string, std::vector<std::string>, std::less<>>& of, std::string_view facet,
            std::string_view value) {
  auto& values = of[std::string(facet)];
  const auto found = std::find(values.begin(), values.end(), value);
  if (found == values.end())
    values.insert(std::upper_bound(values.begin(), values.end(), value), std::string(value));
  else
    values.erase(found);
  if (values.empty()) of.erase(std::string(facet));
}

Error bad(const std::string& message) { return Error{Errc::kUsage, message, ""}; }

Result<std::size_t> page_number(std::string_view text) {
  std::size_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size() || number == 0 || number > 1'000'000)
    return bad("页码应为正整数：" + std::string(text));
  return number;
}

void add_once(std::vector<std::string>& values, std::string value) {
  if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(std::move(value));
}

Status read(const std::string& name, const std::string& value, const ListWords& words, ListQuery& query) {
  if (name == "campaign") {
    query.campaign = value;
  } else if (name == "q") {
    if (const std::size_t length = text::length(value); length > kLongestText)
      return Error{Errc::kLimit,
                   "查询词过长：" + std::to_string(length) + " 字，最多 " + std::to_string(kLongestText) + " 字", ""};
    query.text = text::squeeze(value);
  } else if (name == "notice") {
    return {};  // what was done last (server/desk.h): of one look at the page, no part of the list
  } else if (name == "page") {
    TANMIAO_ASSIGN(query.page, page_number(value));
  } else if (name == "sort") {
    if (!one_of(words.sorts, value)) return no_such("排序", value, {words.sorts.begin(), words.sorts.end()});
    query.sort = value == words.sorts.front() ? "" : value;
  } else if (name == "format") {
    query.format = value;
  } else if (name == "cursor" && words.cursors) {
    query.cursor = value;
  } else if (name == "open" && !words.trees.empty()) {
    const std::size_t colon = std::min(value.find(':'), value.size());
    const std::string facet = value.substr(0, colon);
    if (!one_of(words.trees, facet)) return no_such("有层级的筛选项", facet, {words.trees.begin(), words.trees.end()});
    if (colon + 1 >= value.size()) return bad("参数 open 应为“筛选项:值”，如 industry:C32");
    add_once(query.open[facet], value.substr(colon + 1));
  } else if (one_of(words.facets, name)) {
    add_once(query.filters[name], value);
  } else {
    std::vector<std::string_view> known{"campaign", "q", "page", "sort", "format"};
    if (words.cursors) known.emplace_back("cursor");
    if (!words.trees.empty()) known.emplace_back("open");
    known.insert(known.end(), words.facets.begin(), words.facets.end());
    return no_such("参数", name, known);
  }
  return {};
}

}  // namespace

const ListWords kCandidateWords{kCandidateFacets, kCandidateSorts};
const ListWords kSearchWords{kSearchFacets, kSearchSorts, true, kSearchTrees};

Result<ListQuery> parse_list_query(const Request& request, const ListWords& words) {
  ListQuery query;
  if (request.parameters.size() > kMostValues) return Error{Errc::kLimit, "筛选条件过多", ""};
  for (const auto& [name, value] : request.parameters)
    if (!value.empty()) TANMIAO_TRY(read(name, value, words, query));
  for (auto* named : {&query.filters, &query.open})
    for (auto& [facet, values] : *named) std::sort(values.begin(), values.end());
  return query;
}

bool ListQuery::wants(std::string_view facet, std::string_view value) const {
  const auto found = filters.find(facet);
  return found != filters.end() && std::find(found->second.begin(), found->second.end(), value) != found->second.end();
}

std::string ListQuery::address() const {
  std::string out;
  const auto add = [&](std::string_view name, std::string_view value) {
    out += (out.empty() ? "?" : "&") + std::string(name) + "=" + url_encode(value);
  };
  if (!campaign.empty()) add("campaign", campaign);
  if (!text.empty()) add("q", text);
  for (const auto& [facet, values] : filters)
    for (const std::string& value : values) add(facet, value);
  for (const auto& [facet, values] : open)
    for (const std::string& value : values) add("open", std::string(facet).append(":").append(value));
  if (!sort.empty()) add("sort", sort);
  if (page > 1) add("page", std::to_string(page));
  if (!cursor.empty()) add("cursor", cursor);
  if (!format.empty()) add("format", format);
  return out;
}

ListQuery ListQuery::with(std::string_view facet, std::string_view value) const {
  ListQuery out = at(1);
  toggle(out.filters, facet, value);
  return out;
}

ListQuery ListQuery::opening(std::string_view facet, std::string_view value) const {
  ListQuery out = *this;
  toggle(out.open, facet, value);
  return out;
}

ListQuery ListQuery::without(std::string_view facet) const {
  ListQuery out = at(1);
  out.filters.erase(std::string(facet));
  return out;
}

ListQuery ListQuery::sorted(std::string_view by) const {
  ListQuery out = at(1);
  out.sort = by;
  return out;
}

ListQuery ListQuery::at(std::size_t page_number) const {
  ListQuery out = *this;
  out.page = page_number;
  out.cursor.clear();
  return out;
}

}  // namespace tanmiao::server
