// What people do on the pages: forms that are sent with POST. Each is checked (token, 经办), done as one action, and
// answered with a redirect to a page that says what was done; what cannot be done is shown on the page it came from,
// with everything that was typed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/form.h"
#include "server/http.h"
#include "server/site.h"

namespace tanmiao::server {

inline constexpr unsigned kLargestPost = 16u << 20;  // an uploaded spreadsheet
// Bytes that the body of a POST to this path may have; nullopt: the path takes none.
std::optional<unsigned> post_limit(std::string_view path);

// A form that passed the checks.
struct Posted {
  const Site& site;
  const Request& request;
  const Form& form;
  std::string_view rest;  // of the path, behind the prefix of its route
  pool::Actor actor;
  std::string text(std::string_view field) const { return form.value(field); }
};

struct Done {
  std::string location;  // a path of ours
  Notice notice;
};

// A form that could not be carried out, for the page that shows it again.
struct Typed {
  const Form& form;
  const Error& error;
};

Response post(const Site& site, const Request& request);

// Address to come back to: field "back" when it is a list of `page`, else `page`.
std::string back_to(const Form& form, std::string_view page);

}  // namespace tanmiao::server
