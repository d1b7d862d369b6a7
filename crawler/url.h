// Addresses in one normal form (RFC 3986 section 6.2), so that one page is one part however it is linked to.
//
// Normal: scheme and host in lower case, a host beyond ASCII as browsers ask for it (滨州.cn: xn--...), default port
// gone, dot segments gone, empty path "/", no fragment, escapes in upper case and only where needed; bytes that may not
// stand in an address are escaped; a percent sign that begins no escape stays, as browsers send it. Normalising twice
// changes nothing. Only http and https; user names in addresses are refused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace tanmiao::crawler {

struct Url {
  std::string scheme, host;  // host: a name, an IPv4 address or a bracketed IPv6 address
  std::string port;          // empty: the scheme's own
  std::string path;          // begins with '/'
  std::string query;         // with its '?', or empty

  std::string authority() const { return port.empty() ? host : host + ":" + port; }
  std::string origin() const { return scheme + "://" + authority(); }
  std::string target() const { return path + query; }
  std::string text() const { return origin() + target(); }
  bool loopback() const;  // localhost, 127.0.0.0/8, [::1]: by its letters, no name is looked up
};

Result<Url> parse_url(std::string_view text);
Result<std::string> normal_url(std::string_view text);
// `reference` as it stands in a page or a Location header at `base`, as browsers take it: a backslash is a slash, line
// ends and tabs are none.
Result<Url> resolve_url(const Url& base, std::string_view reference);

// The allow list of a source: a host (any port) or host:port; no wildcard.
bool host_allowed(const Url& url, const std::vector<std::string>& hosts);

// A parameter of an address as it is written there, escapes and all; empty when it is not there.
std::string query_parameter(std::string_view address, std::string_view name);
// For a place within a query: what is not unreserved is escaped; what is escaped already stays.
std::string escape_component(std::string_view text);

// Escapes as RFC 3986 wants them: needless ones undone, others in upper case, forbidden bytes escaped.
std::string normal_escapes(std::string_view text);
// RFC 3986, section 5.2.4; the path begins with '/'.
std::string without_dot_segments(std::string_view path);

}  // namespace tanmiao::crawler
