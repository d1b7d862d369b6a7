#include "crawler/paging.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <optional>

#include "crawler/patterns.h"

namespace tanmiao::crawler {
namespace {

namespace json = boost::json;

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

json::string_view as_json(std::string_view text) { return {text.data(), text.size()}; }
std::string_view as_std(const json::string& text) { return {text.data(), text.size()}; }

const json::value* at_pointer(const json::value* root, std::string_view pointer) {
  boost::system::error_code missing;
  return root == nullptr ? nullptr : root->find_pointer(as_json(pointer), missing);
}

std::optional<std::int64_t> number_at(const json::value* value) {
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return whole_number(as_std(value->get_string()));
  boost::system::error_code none;
  const auto number = value->to_number<std::int64_t>(none);
  return none ? std::nullopt : std::optional(number);
}

std::string first_group(const std::string& match, std::string_view text) {
  std::string found;
  const re2::RE2& wanted = pattern(match);
  if (wanted.NumberOfCapturingGroups() < 1) return {};
  re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), wanted, &found);
  return found;
}

// A parameter of an address, wherever the rule has it: the query, a form, a body of JSON.
class Parameter {
 public:
  Parameter(const PagingRule& rule, Address address) : rule_(rule), address_(std::move(address)) {
    if (!rule_.in_body || address_.kind != Address::Body::kJson) return;
    boost::system::error_code failed;
    body_ = json::parse(as_json(address_.body), failed);
  }

  std::string text(const std::string& name) const {
    if (!rule_.in_body) return pair_value(query(), name);
    if (address_.kind == Address::Body::kForm) return pair_value(address_.body, name);
    const json::value* const value = at_pointer(&body_, name);
    if (value == nullptr) return {};
    return value->is_string() ? std::string(as_std(value->get_string())) : json::serialize(*value);
  }

  // false: there is no such place, and the address stays as it is.
  bool set(const std::string& name, const json::value& value) {
    const std::string plain = value.is_string() ? std::string(as_std(value.get_string())) : json::serialize(value);
    if (!rule_.in_body) {
      address_.url.query = "?" + with_pair(query(), name, normal_value(plain));
      return true;
    }
    if (address_.kind == Address::Body::kForm) {
      address_.body = with_pair(address_.body, name, normal_value(plain));
      return true;
    }
    if (address_.kind != Address::Body::kJson || !name.starts_with('/')) return false;
    boost::system::error_code missing;
    json::value* const here = body_.find_pointer(as_json(name), missing);
    if (here == nullptr && (!body_.is_object() || name.find_first_of("/~", 1) != std::string::npos)) return false;
    (here != nullptr ? *here : body_.get_object()[as_json(name).substr(1)]) = value;
    address_.body = json::serialize(body_);
    return true;
  }

  std::string address() const { return address_.text(); }

 private:
  std::string_view query() const {
    return address_.url.query.empty() ? std::string_view() : std::string_view(address_.url.query).substr(1);
  }
  // A '%' of a token is one: escape_component leaves those of an address alone.
  static std::string normal_value(const std::string& plain) {
    std::string out;
    for (const char c : plain) out += c == '%' ? std::string("%25") : std::string(1, c);
    return out;
  }

  const PagingRule& rule_;
  Address address_;
  json::value body_;
};

void add_counter_page(const PagingRule& rule, const Address& from, std::int64_t value,
                      std::vector<std::string>& pages) {
  Parameter parameter(rule, from);
  bool set = parameter.set(rule.param, value);
  for (const auto& [name, above] : rule.also) set = parameter.set(name, value + above) && set;
  if (set) pages.push_back(parameter.address());
}

std::vector<std::string> counted(const PagingRule& rule, const PagedDocument& page, const Address& here) {
  const std::string stands = Parameter(rule, here).text(rule.param);
  const auto counter = stands.empty() ? std::optional(rule.from) : whole_number(stands);
  std::vector<std::string> pages;
  if (!counter || *counter < rule.from) return pages;
  // As a page may have it, up to the largest number there is.
  if (*counter > rule.from + static_cast<std::int64_t>(rule.most_pages) * rule.step) return pages;
  const std::int64_t most = rule.from + (static_cast<std::int64_t>(rule.most_pages) - 1) * rule.step;
  std::int64_t last = std::min(rule.until, most);
  if (const auto total = paging_total(rule, page)) {
    const std::int64_t lists = *total <= 0 ? 0 : (*total - 1) / rule.per_page + 1;
    last = std::min(last, lists > rule.most_pages ? most : rule.from + (lists - 1) * rule.step);
    const std::int64_t until = *counter == rule.from ? last : std::min(last, *counter + rule.step);
    for (std::int64_t next = *counter + rule.step; next <= until; next += rule.step)
      add_counter_page(rule, here, next, pages);
  } else if (page.given > 0 && *counter <= last - rule.step) {
    add_counter_page(rule, here, *counter + rule.step, pages);
  }
  return pages;
}

std::vector<std::string> by_cursor(const PagingRule& rule, const PagedDocument& page, const Address& here) {
  json::value token;
  if (!rule.next_match.empty()) {
    token = json::value(as_json(first_group(rule.next_match, page.text)));
  } else if (const json::value* const found = at_pointer(page.root, rule.next)) {
    token = *found;
  }
  if (token.is_null() || token.is_structured() || token.is_bool()) return {};
  if (token.is_string() && token.get_string().empty()) return {};
  Parameter parameter(rule, here);
  const std::string before = parameter.text(rule.param);
  if (!parameter.set(rule.param, token)) return {};
  return before == parameter.text(rule.param) ? std::vector<std::string>() : std::vector{parameter.address()};
}

}  // namespace

std::optional<std::int64_t> paging_total(const PagingRule& rule, const PagedDocument& page) {
  if (!rule.total.empty()) return number_at(at_pointer(page.root, rule.total));
  if (!rule.total_match.empty()) return whole_number(first_group(rule.total_match, page.text));
  return std::nullopt;
}

std::vector<std::string> further_pages(const PagingRule& rule, const PagedDocument& page) {
  const auto here = parse_address(page.address);
  if (rule.kind == PagingRule::Kind::kNone || !here) return {};
  return rule.kind == PagingRule::Kind::kCounter ? counted(rule, page, *here) : by_cursor(rule, page, *here);
}

ListPlace list_place(const PagingRule& rule, std::string_view address) {
  ListPlace place{std::string(address), {}};
  const auto here = parse_address(address);
  if (rule.kind == PagingRule::Kind::kNone || !here) return place;
  Parameter parameter(rule, *here);
  place.page = parameter.text(rule.param);
  if (place.page.empty() && rule.kind == PagingRule::Kind::kCounter) place.page = std::to_string(rule.from);
  parameter.set(rule.param, "");
  for (const auto& [name, above] : rule.also) parameter.set(name, "");
  place.list = parameter.address();
  return place;
}

}  // namespace tanmiao::crawler
