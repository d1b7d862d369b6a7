// What a list shows, as its address says it: text, filters, order, page. The address holds the whole state.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "server/http.h"

namespace tanmiao::server {

inline constexpr std::size_t kRowsOfPage = 50;

struct ListQuery {
  std::string campaign;  // empty: the default one
  std::string text;
  std::map<std::string, std::vector<std::string>, std::less<>> filters;  // facet -> wanted values
  std::string sort;                                                      // empty: the default one
  std::size_t page = 1;
  std::string cursor;  // of a search: where the page goes on, whatever `page` says
  std::string format;  // of an export
  std::map<std::string, std::vector<std::string>, std::less<>>
      open;  // facets with levels -> values told with those below

  bool wants(std::string_view facet, std::string_view value) const;
  bool filtered() const { return !text.empty() || !filters.empty(); }

  // "?unit=boxing&sort=known", empty when nothing is set; always in the same order.
  std::string address() const;
  ListQuery with(std::string_view facet, std::string_view value) const;  // toggled, first page
  ListQuery without(std::string_view facet) const;
  ListQuery opening(std::string_view facet, std::string_view value) const;  // toggled, same page
  ListQuery sorted(std::string_view by) const;
  ListQuery at(std::size_t page_number) const;
};

// The words that a list understands beside campaign, q, sort, page and format.
struct ListWords {
  std::span<const std::string_view> facets, sorts;
  bool cursors = false;
  std::span<const std::string_view> trees{};  // facets that have levels
};
extern const ListWords kCandidateWords, kSearchWords;

// Error kUsage names a parameter or a word that the list does not know.
Result<ListQuery> parse_list_query(const Request& request, const ListWords& words);

}  // namespace tanmiao::server
