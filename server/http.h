// HTTP as the pages see it: plain values. The library behind it stays in http_listener.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tanmiao::server {

struct Request {
  std::string method;                                           // "GET", "HEAD", "POST"
  std::string path;                                             // decoded, begins with '/'
  std::vector<std::pair<std::string, std::string>> parameters;  // of the query string, decoded, in order
  std::map<std::string, std::string> headers;                   // names in lower case
  std::string body;                                             // of a POST

  std::string_view parameter(std::string_view name) const;    // first, or empty
  std::vector<std::string> all(std::string_view name) const;  // every one that is not empty
  std::string_view header(std::string_view lower_case_name) const;
  std::string_view cookie(std::string_view name) const;  // as it was sent, or empty
};

struct Response {
  int status = 200;
  std::string type = "text/html; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // beyond the security headers
  // An answer that is made while it is sent: gives the next piece, empty at the end. `body` is then not looked at. It
  // is called from one thread at a time. What it throws breaks the connection off, so that nobody takes half for all.
  std::function<std::string()> pieces{};
  // Bytes of all pieces together, where that is known beforehand: sent as the length of the answer, not in chunks.
  std::optional<std::uint64_t> pieces_bytes{};
};

using Handler = std::function<Response(const Request&)>;

// Splits a request target into path and parameters. False for what is no such thing (bad escapes, NUL, not UTF-8).
bool parse_target(std::string_view target, Request& request);
// "a=1&b=2", as in a query string or the body of a form; appends. False for bad escapes, NUL, what is not UTF-8.
bool decode_pairs(std::string_view text, std::vector<std::pair<std::string, std::string>>& out);
std::optional<std::string> url_decode(std::string_view text);  // of a value in a query string
std::string url_encode(std::string_view text);                 // for query strings
std::string escape_html(std::string_view text);                // & < > " '

}  // namespace tanmiao::server
