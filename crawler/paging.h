// Where a list goes on: from the page as it was read to the addresses of further pages (PagingRule).
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/request_rules.h"

namespace tanmiao::crawler {

// The page that was read.
struct PagedDocument {
  std::string_view address;                  // as it was asked for
  std::string_view text;                     // decoded; empty: the reader has none
  const boost::json::value* root = nullptr;  // of JSON
  std::uint64_t given = 0;                   // rows and links
};

// The first page of a list with a total names all of the others, so that one that fails costs no more than itself; any
// other page names the next, or none. Never more than the rule's `most_pages`; whoever takes them bounds the role.
std::vector<std::string> further_pages(const PagingRule& rule, const PagedDocument& page);
// What the page says there is in all; nothing when it does not say.
std::optional<std::int64_t> paging_total(const PagingRule& rule, const PagedDocument& page);

// The list that a page belongs to: its address without what the rule changes from page to page. And which page of it.
struct ListPlace {
  std::string list, page;
};
ListPlace list_place(const PagingRule& rule, std::string_view address);

}  // namespace tanmiao::crawler
