// What is asked for: a URL and, of a POST, its body. As text the name that the frontier, parts and captures know it by:
//   http://h/list?page=2                              GET
//   http://h/list#POST:form:start=0&length=10         POST of a form (application/x-www-form-urlencoded)
//   http://h/list#POST:json:{"page":1}                POST of JSON
// A normal URL has no fragment, so neither is ever taken for the other, and whoever wants the URL alone reads up to the
// '#'. What stands in a body as {secret:NAME} is filled in on the wire only (crawler/secrets.h).
#pragma once

#include <string>
#include <string_view>

#include "crawler/url.h"

namespace tanmiao::crawler {

inline constexpr std::string_view kPostMark = "#POST:";

struct Address {
  enum class Body : std::uint8_t { kNone, kForm, kJson };
  Url url;
  Body kind = Body::kNone;
  std::string body;  // as it is sent, but for secrets

  bool post() const { return kind != Body::kNone; }
  std::string text() const;
};

// The text again, in its normal form; what is behind another '#' than the mark is no part of it. kFormat.
Result<Address> parse_address(std::string_view text);
// The URL in an address: up to the '#'.
std::string_view url_of(std::string_view address);
// From the mark on, or empty.
std::string_view post_of(std::string_view address);

// A body of a form: "a=1&b=%E5%90%8D". What is escaped already stays.
void add_form_pair(std::string& body, std::string_view name, std::string_view value);

// The value of a key of a query (without '?') or a form as it stands there, escapes and all; empty when it is not
// there.
std::string pair_value(std::string_view pairs, std::string_view name);
// The same pairs with that of `name` set; added at the end when it is not there. `value` is escaped as it needs to be.
std::string with_pair(std::string_view pairs, std::string_view name, std::string_view value);

}  // namespace tanmiao::crawler
