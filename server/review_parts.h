// Parts that the pages of names that wait for a person share.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "server/form_html.h"
#include "server/review_state.h"

namespace tanmiao::server {

std::string percent(double probability);      // "83%"
std::string worth(std::int64_t thousandths);  // "2.5"; a dash where it is not known
Html ruling_badge(store::Ruling ruling);
// Of a firm that the register lost: its code or name, as the decision has it.
std::string lost_firm(std::string_view identity);

// The fields by which /review/decisions knows a ruling. `then`: "item" leads back to the item, where it still waits.
std::vector<std::pair<std::string, std::string>> undo_fields(const store::IdentityDecision& decision,
                                                             std::string_view then);
// Folded: asks why.
Html undo_form(const FormWriter& writer, const store::IdentityDecision& decision);

// The name with what the other does not have marked, character by character.
Html marked_name(std::string_view name, std::string_view other);
// What speaks for and against a candidate.
Html factor_table(const pool::QueueCandidate& candidate);

// 翻页, for a query with `page` and address() and kRowsOfPage rows a page. Empty when there is one page.
template <class Query>
Html pages_of(const Query& query, std::string_view path, std::size_t total) {
  const std::size_t pages = (total + kRowsOfPage - 1) / kRowsOfPage;
  Html out;
  if (pages <= 1) return out;
  const auto link = [&](std::size_t number, std::string_view text) {
    Query other = query;
    other.page = number;
    out << "<a href=\"" << path << other.address() << "\">" << text << "</a>";
  };
  out << "<nav class=\"pager\" aria-label=\"翻页\">";
  if (query.page > 1) link(query.page - 1, "上一页");
  out << "<span>第 " << query.page << " / " << pages << " 页</span>";
  if (query.page < pages) link(query.page + 1, "下一页");
  out << "</nav>";
  return out;
}

}  // namespace tanmiao::server
