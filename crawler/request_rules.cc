#include "crawler/request_rules.h"

#include <strings.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "crawler/scope.h"

namespace tanmiao::crawler {
namespace {

constexpr std::array<std::string_view, 14> kOwnHeaders{
    "Host",   "Content-Length",     "Transfer-Encoding", "Connection",    "Content-Type",      "User-Agent",
    "Cookie", "Set-Cookie",         "Accept-Encoding",   "If-None-Match", "If-Modified-Since", "Range",
    "Expect", "Proxy-Authorization"};

bool word_sign(char c) { return (c >= 'a' && c <= 'z') || c == '_' || (c >= '0' && c <= '9'); }

// A header's name is a token (RFC 9110, 5.6.2).
bool is_token(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool one_line(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

void check_variables(Settings& at, const std::string& key, const std::string& text, const SecretRules& secrets,
                     const std::vector<std::string_view>& variables) {
  const std::string unknown = unknown_variable(text, secrets, variables);
  if (unknown.empty()) return;
  std::vector<std::string> words;
  for (const auto& [name, rule] : secrets) words.push_back("secret:" + name);
  for (const std::string_view variable : variables) words.emplace_back(variable);
  const std::vector<std::string_view> known(words.begin(), words.end());
  at.complain(key, "nothing is known as {" + unknown + "}" + did_you_mean(unknown, known));
}

Pairs read_header_lines(Settings at, const SecretRules& secrets, const std::vector<std::string_view>& variables) {
  Pairs headers = at.entries();
  for (const auto& [name, value] : headers) {
    if (!is_token(name)) at.complain(name, "is no name of a header");
    if (header_is_ours(name)) at.complain(name, "is set by the crawler itself, or would be somebody's session");
    if (!one_line(value)) at.complain(name, "a header is one line without control characters");
    check_variables(at, name, value, secrets, variables);
  }
  return headers;
}

std::string checked_pattern(Settings& at, std::string_view key) {
  std::string pattern = at.text(key, "");
  if (const std::string fault = pattern_fault(pattern); !fault.empty())
    at.complain(key, "is no regular expression (RE2): " + fault);
  return pattern;
}

std::string checked_pointer(Settings& at, std::string_view key) {
  std::string pointer = at.text(key, "");
  if (!pointer.empty() && pointer[0] != '/') at.complain(key, "expected a JSON pointer such as /data/total");
  return pointer;
}

void read_counter(Settings& at, PagingRule& paging) {
  constexpr std::int64_t kMost = 1ll << 40;
  paging.from = at.integer("from", 1, -kMost, kMost);
  paging.step = at.integer("step", 1, 1, 1'000'000);
  paging.until = at.integer("until", INT64_MAX, -kMost, INT64_MAX);
  paging.per_page = at.integer("per_page", paging.step, 1, 1'000'000);
  Settings also = at.table("also");
  for (const std::string& name : also.keys()) paging.also.emplace_back(name, also.integer(name, 0, -kMost, kMost));
}

// Whether set() of a parameter would find it in the body, or add it to its outermost object.
bool settable(const std::string& body, const std::string& pointer) {
  boost::system::error_code failed, missing;
  const boost::json::value value = boost::json::parse(body, failed);
  if (failed) return true;  // told already
  if (value.find_pointer(boost::json::string_view(pointer.data(), pointer.size()), missing) != nullptr) return true;
  return value.is_object() && pointer.find_first_of("/~", 1) == std::string::npos;
}

PagingRule::Counts read_counts(Settings& at, const PagingRule& paging, bool rows) {
  using Counts = PagingRule::Counts;
  // A total of a counter that goes by ones is one of pages.
  const bool of_rows = rows && (paging.kind == PagingRule::Kind::kCursor || paging.per_page > 1);
  const std::string counts = at.word("counts", of_rows ? "rows" : "other", {"rows", "links", "other"});
  if (counts == "rows" && !rows) at.complain("counts", "the page gives no rows: expected links or other");
  return counts == "rows" ? Counts::kRows : counts == "links" ? Counts::kLinks : Counts::kOther;
}

}  // namespace

bool header_is_ours(std::string_view name) {
  return std::any_of(kOwnHeaders.begin(), kOwnHeaders.end(), [&](std::string_view own) {
    return own.size() == name.size() && ::strncasecmp(own.data(), name.data(), own.size()) == 0;
  });
}

std::string unknown_variable(std::string_view text, const SecretRules& secrets,
                             const std::vector<std::string_view>& variables) {
  constexpr std::string_view kSecret = "secret:";
  for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
    const std::size_t end = text.find('}', at);
    if (end == std::string_view::npos) return {};
    const std::string_view name = text.substr(at + 1, end - at - 1);
    if (name.starts_with(kSecret)) {
      if (!secrets.contains(std::string(name.substr(kSecret.size())))) return std::string(name);
      continue;
    }
    if (name.empty() || !std::all_of(name.begin(), name.end(), word_sign)) continue;
    if (std::find(variables.begin(), variables.end(), name) == variables.end()) return std::string(name);
  }
  return {};
}

const std::vector<std::string_view>& sign_variables(bool with_signature) {
  static const std::vector<std::string_view> all = {"timestamp", "timestamp_s", "nonce", "method",      "host",
                                                    "path",      "query",       "body",  "body_sha256", "signature"};
  static const std::vector<std::string_view> signed_ones(all.begin(), all.end() - 1);
  return with_signature ? all : signed_ones;
}

SecretRules read_secrets(Settings at) {
  SecretRules secrets;
  for (const std::string& name : at.keys()) {
    Settings one = at.table(name);
    SecretRule rule;
    rule.env = one.text("env", "");
    rule.file = one.text("file", "");
    rule.hosts = one.texts("hosts");
    if (rule.env.empty() == rule.file.empty())
      at.complain(name, "a secret comes either from env (a variable) or from file (mode 0600)");
    if (name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") != std::string::npos)
      at.complain(name, "the name of a secret has letters, digits, '_' and '-' only");
    secrets[name] = std::move(rule);
  }
  return secrets;
}

SignRules read_signs(Settings at, const SecretRules& secrets) {
  SignRules signs;
  for (const std::string& name : at.keys()) {
    Settings one = at.table(name);
    SignRule rule;
    one.word("algorithm", "hmac-sha256", {"hmac-sha256"});
    rule.key = one.text("key");
    rule.text = one.text("text");
    rule.hex = one.word("encoding", "base64", {"base64", "hex"}) == "hex";
    check_variables(one, "key", rule.key, secrets, {});
    if (rule.key.find("{secret:") == std::string::npos)
      one.complain("key", "a key is a secret: expected {secret:NAME}, with [secrets.NAME] saying where it comes from");
    check_variables(one, "text", rule.text, secrets, sign_variables(false));
    rule.headers = read_header_lines(one.table("headers"), secrets, sign_variables(true));
    Settings query = one.table("query");
    rule.query = query.entries();
    for (const auto& [key, value] : rule.query) check_variables(query, key, value, secrets, sign_variables(true));
    signs[name] = std::move(rule);
  }
  return signs;
}

Pairs read_headers(Settings at, const SecretRules& secrets) { return read_header_lines(std::move(at), secrets, {}); }

RequestRule read_request(Settings at, const SecretRules& secrets) {
  RequestRule rule;
  const bool form = at.has("form"), json = at.has("json");
  if (form && json) at.complain("json", "a request has one body: either form or json");
  if (form) {
    rule.kind = Address::Body::kForm;
    Settings pairs = at.table("form");
    for (const auto& [name, value] : pairs.entries()) {
      check_variables(pairs, name, value, secrets, {});
      add_form_pair(rule.body, name, value);
    }
  } else if (json) {
    rule.kind = Address::Body::kJson;
    const std::string text = at.text("json");
    check_variables(at, "json", text, secrets, {});
    boost::system::error_code failed;
    const boost::json::value value = boost::json::parse(text, failed);
    if (failed) at.complain("json", "is no JSON: " + failed.message());
    if (!failed) rule.body = boost::json::serialize(value);
  }
  return rule;
}

PagingRule read_paging(Settings at, std::string_view reader, const RequestRule& request, bool rows) {
  PagingRule paging;
  const std::string kind = at.word("kind", "", {"", "counter", "cursor"});
  if (kind.empty()) {
    if (!at.keys().empty())
      at.complain("kind", "expected counter or cursor (a link to the next page is a [[page.link]])");
    return paging;
  }
  paging.kind = kind == "counter" ? PagingRule::Kind::kCounter : PagingRule::Kind::kCursor;
  paging.param = at.text("param");
  const bool post = request.kind != Address::Body::kNone;
  paging.in_body = at.word("in", post ? "body" : "query", {"query", "body"}) == "body";
  if (paging.in_body && !post) at.complain("in", "the page is asked for without a body: [page.request] has none");
  if (paging.in_body && request.kind == Address::Body::kJson && !paging.param.starts_with('/'))
    at.complain("param", "expected a JSON pointer into the body such as /page");
  else if (paging.in_body && request.kind == Address::Body::kJson && !settable(request.body, paging.param))
    at.complain("param", "the body has no such place, so that each page would be the first");
  paging.most_pages = static_cast<std::uint32_t>(at.integer("most_pages", 1000, 1, 1'000'000));
  paging.total = checked_pointer(at, "total");
  paging.total_match = checked_pattern(at, "total_match");
  paging.next = checked_pointer(at, "next");
  paging.next_match = checked_pattern(at, "next_match");
  const bool json = reader == "json", text = json || reader == "html";
  if (!json && !(paging.total.empty() && paging.next.empty()))
    at.complain("kind", "a JSON pointer needs reader = \"json\"");
  if (!text && !(paging.total_match.empty() && paging.next_match.empty()))
    at.complain("kind", "a pattern needs reader = \"html\" or \"json\"");
  if (paging.kind == PagingRule::Kind::kCounter) {
    read_counter(at, paging);
    if (!(paging.next.empty() && paging.next_match.empty())) at.complain("kind", "next is of kind = \"cursor\"");
  } else if (paging.next.empty() == paging.next_match.empty()) {
    at.complain("kind", "a cursor needs either next (a JSON pointer) or next_match (RE2)");
  }
  paging.counts = read_counts(at, paging, rows);
  return paging;
}

}  // namespace tanmiao::crawler
