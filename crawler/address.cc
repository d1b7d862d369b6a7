#include "crawler/address.h"

#include <algorithm>

namespace tanmiao::crawler {
namespace {

constexpr std::string_view kForm = "form:", kJson = "json:";
constexpr std::string_view kSecret = "{secret:";

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void append_hex(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  ((out += '%') += kHex[byte >> 4]) += kHex[byte & 15];
}

// Graphic ASCII stays, so that a name is one word of one line.
std::string one_word(std::string_view text, bool percent_too) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7f || (percent_too && c == '%'))
      append_hex(out, c);
    else
      out += c;
  }
  return out;
}

std::string without_hex(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    out += escape ? static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])) : text[i];
    if (escape) i += 2;
  }
  return out;
}

// A component of a form, but a secret's name stays as it is.
std::string escaped_value(std::string_view value) {
  std::string out;
  for (;;) {
    const std::size_t at = value.find(kSecret);
    const std::size_t end = at == std::string_view::npos ? at : value.find('}', at);
    out += escape_component(value.substr(0, end == std::string_view::npos ? value.size() : at));
    if (end == std::string_view::npos) return out;
    out += value.substr(at, end + 1 - at);
    value.remove_prefix(end + 1);
  }
}

}  // namespace

std::string Address::text() const {
  std::string out = url.text();
  if (kind == Body::kForm) out.append(kPostMark).append(kForm).append(one_word(body, false));
  if (kind == Body::kJson) out.append(kPostMark).append(kJson).append(one_word(body, true));
  return out;
}

std::string_view url_of(std::string_view address) { return address.substr(0, address.find('#')); }

std::string_view post_of(std::string_view address) {
  const std::size_t at = address.find('#');
  if (at == std::string_view::npos || !address.substr(at).starts_with(kPostMark)) return {};
  return address.substr(at);
}

Result<Address> parse_address(std::string_view text) {
  Address address;
  TANMIAO_ASSIGN(address.url, parse_url(url_of(text)));
  std::string_view post = post_of(text);
  if (post.empty()) return address;
  post.remove_prefix(kPostMark.size());
  if (post.starts_with(kForm)) {
    address.kind = Address::Body::kForm;
    address.body = one_word(post.substr(kForm.size()), false);
  } else if (post.starts_with(kJson)) {
    address.kind = Address::Body::kJson;
    address.body = without_hex(post.substr(kJson.size()));
  } else {
    return Error{Errc::kFormat, "expected #POST:form: or #POST:json: and a body", std::string(text.substr(0, 200))};
  }
  return address;
}

void add_form_pair(std::string& body, std::string_view name, std::string_view value) {
  if (!body.empty()) body += '&';
  body.append(escape_component(name)).append("=").append(escaped_value(value));
}

std::string pair_value(std::string_view pairs, std::string_view name) {
  while (!pairs.empty()) {
    const std::string_view pair = pairs.substr(0, pairs.find('&'));
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
      return std::string(pair.substr(name.size() + 1));
    pairs.remove_prefix(std::min(pairs.size(), pair.size() + 1));
  }
  return {};
}

std::string with_pair(std::string_view pairs, std::string_view name, std::string_view value) {
  const std::string wanted = std::string(name).append("=").append(escaped_value(value));
  std::string out;
  bool set = false;
  while (!pairs.empty()) {
    const std::string_view pair = pairs.substr(0, pairs.find('&'));
    const bool same = pair.substr(0, pair.find('=')) == name;
    if (!same || !set) (out += out.empty() ? "" : "&") += same ? std::string_view(wanted) : pair;
    set = set || same;
    pairs.remove_prefix(std::min(pairs.size(), pair.size() + 1));
  }
  if (!set) (out += out.empty() ? "" : "&") += wanted;
  return out;
}

}  // namespace tanmiao::crawler
