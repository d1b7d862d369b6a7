#include "crawler/url.h"

#include <unicode/bytestream.h>
#include <unicode/idna.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

#include "core/text/normalize.h"

namespace tanmiao::crawler {
namespace {

constexpr std::size_t kLongest = 8192;  // bytes of an address

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
// RFC 3986: unreserved signs, and those that may stand in an address as they are. By byte: each is asked many times.
enum Sign : std::uint8_t { kNoSign = 0, kUnreserved = 1, kLegal = 2 };
constexpr std::array<std::uint8_t, 256> kSigns = [] {
  std::array<std::uint8_t, 256> signs{};
  const auto add = [&](std::string_view all, std::uint8_t what) {
    for (const char c : all) signs[static_cast<unsigned char>(c)] = what;
  };
  add("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~", kUnreserved | kLegal);
  add(":/?#[]@!$&'()*+,;=", kLegal);
  return signs;
}();
bool unreserved(char c) { return (kSigns[static_cast<unsigned char>(c)] & kUnreserved) != 0; }
bool legal(char c) { return (kSigns[static_cast<unsigned char>(c)] & kLegal) != 0; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

void append_escape(std::string& out, unsigned char byte) {
  constexpr char kHex[] = "0123456789ABCDEF";
  out += '%';
  out += kHex[byte >> 4];
  out += kHex[byte & 15];
}

// White space around an address and line ends within it are dropped, as browsers do.
std::string cleaned(std::string_view text) {
  const auto is_blank = [](char c) { return static_cast<unsigned char>(c) <= 0x20; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  std::string out(text);
  if (text.find_first_of("\n\r\t") != std::string_view::npos)
    std::erase_if(out, [](char c) { return c == '\n' || c == '\r' || c == '\t'; });
  return out;
}

Error bad(std::string_view text, std::string why) {
  return {Errc::kFormat, "not an address that can be asked: " + std::move(why), std::string(text.substr(0, 200))};
}

// Escaped bytes of a host are the bytes themselves: RFC 3986, section 3.2.2.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0;
    out += escape ? static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])) : text[i];
    if (escape) i += 2;
  }
  return out;
}

// 滨州.cn -> xn--....cn, as browsers ask for it (UTS 46, not transitional).
Result<std::string> punycode(std::string_view text, std::string_view host) {
  UErrorCode failed = U_ZERO_ERROR;
  static const std::unique_ptr<const icu::IDNA> names(icu::IDNA::createUTS46Instance(
      UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_USE_STD3_RULES, failed));
  if (names == nullptr) return bad(text, "names beyond ASCII cannot be converted here");
  std::string out;
  icu::StringByteSink<std::string> sink(&out);
  icu::IDNAInfo info;
  failed = U_ZERO_ERROR;
  names->nameToASCII_UTF8(unescaped(host), sink, info, failed);
  if (U_FAILURE(failed) || info.hasErrors() || out.empty()) return bad(text, "the host is no name");
  return out;
}

Status read_authority(std::string_view text, std::string_view authority, Url& url) {
  if (authority.find('@') != std::string_view::npos) return bad(text, "a user name stands in it");
  std::string_view host = authority;
  const std::size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
    host = authority.substr(0, colon);
    url.port = authority.substr(colon + 1);
  }
  if (host.empty()) return bad(text, "no host");
  if (std::any_of(host.begin(), host.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80 || c == '%'; })) {
    TANMIAO_ASSIGN(url.host, punycode(text, host));
  } else {
    url.host = text::ascii_lower(host);
  }
  // Colons stand in an IPv6 address only, and that in brackets.
  const bool bracketed = url.host.size() > 2 && url.host.starts_with('[') && url.host.ends_with(']');
  const std::string_view name = bracketed ? std::string_view(url.host).substr(1, url.host.size() - 2) : url.host;
  const std::string_view more = bracketed ? "-._:" : "-._";
  for (const char c : name)
    if (!is_alpha(c) && !is_digit(c) && more.find(c) == std::string_view::npos)
      return bad(text, "the host has a forbidden character");
  if (url.port.empty()) return {};
  unsigned number = 0;
  const auto [end, failed] = std::from_chars(url.port.data(), url.port.data() + url.port.size(), number);
  if (failed != std::errc() || end != url.port.data() + url.port.size() || number == 0 || number > 65535)
    return bad(text, "port '" + url.port + "'");
  url.port = number == (url.scheme == "https" ? 443U : 80U) ? std::string() : std::to_string(number);
  return {};
}

void read_target(std::string_view rest, Url& url) {
  rest = rest.substr(0, rest.find('#'));
  const std::size_t mark = rest.find('?');
  const std::string_view path = rest.substr(0, mark);
  url.query = mark == std::string_view::npos ? std::string() : normal_escapes(rest.substr(mark));
  url.path = without_dot_segments(normal_escapes(path.empty() ? "/" : path));
}

// Where the query of an address or a reference begins, or its end.
std::size_t path_end(std::string_view text) { return std::min(text.find('?'), text.size()); }

bool has_scheme(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || !is_alpha(text[0])) return false;
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon),
                     [](char c) { return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; });
}

}  // namespace

std::string without_dot_segments(std::string_view path) {
  if (path.starts_with('/') && path.find("/.") == std::string_view::npos) return std::string(path);
  std::vector<std::string_view> kept;
  bool folder = false;  // the path ends in '/'
  for (std::size_t at = 1; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, end - at);
    folder = end < path.size() ? false : segment == "." || segment == "..";
    if (segment == ".." && !kept.empty()) kept.pop_back();
    if (segment != "." && segment != "..") kept.push_back(segment);
    at = end + 1;
  }
  std::string out;
  for (const std::string_view segment : kept) (out += '/') += segment;
  if (folder || out.empty()) out += '/';
  return out;
}

std::string normal_escapes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::size_t bare = std::string::npos;  // place in `out` of the last percent sign that begins no escape
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool escape = c == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0;
    if (escape) {
      const int byte = hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]);
      // "%%41" means a percent sign and an A: undone it would be the escape "%A." of another byte.
      const bool joins = bare != std::string::npos && out.size() - bare <= 2;
      if (byte < 0x80 && unreserved(static_cast<char>(byte)) && !joins)
        out += static_cast<char>(byte);
      else
        append_escape(out, static_cast<unsigned char>(byte));
      i += 2;
    } else if (c == '%') {
      bare = out.size();
      out += c;
    } else if (legal(c)) {
      out += c;
    } else {
      append_escape(out, static_cast<unsigned char>(c));
    }
  }
  return out;
}

bool Url::loopback() const {
  if (host == "localhost" || host == "[::1]") return true;
  return host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos;
}

Result<Url> parse_url(std::string_view given) {
  const std::string text = cleaned(given);
  if (text.size() > kLongest) return bad(text, "longer than 8192 bytes");
  const std::size_t slashes = text.find("://");
  if (slashes == std::string::npos) return bad(text, "expected http:// or https://");
  Url url;
  url.scheme = text::ascii_lower(std::string_view(text).substr(0, slashes));
  if (url.scheme != "http" && url.scheme != "https") return bad(text, "expected http or https");
  const std::size_t begin = slashes + 3;
  const std::size_t end = std::min(text.find_first_of("/?#", begin), text.size());
  TANMIAO_TRY(read_authority(text, std::string_view(text).substr(begin, end - begin), url));
  read_target(std::string_view(text).substr(end), url);
  return url;
}

Result<std::string> normal_url(std::string_view text) {
  TANMIAO_ASSIGN(const Url url, parse_url(text));
  return url.text();
}

// As the basic URL parser of WHATWG reads what is relative to an http or https address.
Result<Url> resolve_url(const Url& base, std::string_view given) {
  std::string reference = cleaned(given);
  if (reference.size() > kLongest) return bad(reference, "longer than 8192 bytes");
  reference.erase(std::min(reference.find('#'), reference.size()));
  std::replace(reference.begin(), reference.begin() + static_cast<std::ptrdiff_t>(path_end(reference)), '\\', '/');
  std::string_view rest = reference;
  std::string scheme = base.scheme;
  bool other = false;  // it has a scheme of its own, and another: no part of the base is in it
  if (has_scheme(rest)) {
    const std::size_t colon = rest.find(':');
    scheme = text::ascii_lower(rest.substr(0, colon));
    if (scheme != "http" && scheme != "https") return bad(reference, "expected http or https");
    other = scheme != base.scheme;
    rest.remove_prefix(colon + 1);
  }
  if (other || rest.starts_with("//")) {  // however many slashes stand there
    rest.remove_prefix(std::min(rest.find_first_not_of('/'), rest.size()));
    return parse_url(scheme.append("://").append(rest));
  }
  if (rest.empty()) return base;
  std::string whole = base.origin();
  if (rest[0] == '?')
    whole += base.path;
  else if (rest[0] != '/')
    whole += base.path.substr(0, base.path.rfind('/') + 1);
  return parse_url(whole.append(rest));
}

bool host_allowed(const Url& url, const std::vector<std::string>& hosts) {
  return std::any_of(hosts.begin(), hosts.end(), [&](const std::string& allowed) {
    const std::string wanted = text::ascii_lower(allowed);
    return wanted == url.host || wanted == url.authority();
  });
}

std::string query_parameter(std::string_view address, std::string_view name) {
  const std::size_t question = address.find('?');
  if (question == std::string_view::npos) return {};
  for (std::string_view rest = address.substr(question + 1); !rest.empty();) {
    const std::size_t end = std::min(rest.find_first_of("&#"), rest.size());
    const std::string_view pair = rest.substr(0, end);
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('='))
      return std::string(pair.substr(name.size() + 1));
    rest.remove_prefix(std::min(rest.size(), end + 1));
  }
  return {};
}

std::string escape_component(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (unreserved(c) || c == '%')
      out += c;
    else
      append_escape(out, static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace tanmiao::crawler
