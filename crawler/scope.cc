#include "crawler/scope.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "core/text/normalize.h"

namespace tanmiao::crawler {
namespace {

constexpr std::size_t kMostShapes = 200'000;  // remembered; a source with more has no shape that is a trap
constexpr std::size_t kLongestRun = 4;        // segments of a run that is looked for

// Keys under which servers put the session: by themselves or, with a star, as a beginning.
constexpr std::array<std::string_view, 8> kSessionKeys{"jsessionid", "phpsessid", "aspsessionid*", "asp.net_sessionid",
                                                       "cfid",       "cftoken",   "sessionid",     "session_id"};

bool covers(std::string_view rule, std::string_view key) {
  const std::string wanted = text::ascii_lower(rule), name = text::ascii_lower(key);
  if (wanted.ends_with('*')) return name.starts_with(std::string_view(wanted).substr(0, wanted.size() - 1));
  return wanted == name;
}

template <class Keys>
bool any_covers(const Keys& keys, std::string_view key) {
  return std::any_of(keys.begin(), keys.end(), [&](std::string_view rule) { return covers(rule, key); });
}

// "/a;jsessionid=1F/b" -> "/a/b"
std::string without_path_session(const std::string& path) {
  std::string out;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find_first_of(";/", at + 1), path.size());
    const std::string_view piece = std::string_view(path).substr(at, end - at);
    const bool session = piece.starts_with(';') && any_covers(kSessionKeys, piece.substr(1, piece.find('=') - 1));
    if (!session) out += piece;
    at = end;
  }
  return out.empty() ? "/" : out;
}

template <class Dropped>
std::string without_keys(const std::string& query, const Dropped& dropped) {
  if (query.empty()) return query;
  std::string out;
  bool any = false;
  std::string_view rest = std::string_view(query).substr(1);
  while (true) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    if (dropped(pair.substr(0, pair.find('=')))) {
      any = true;
    } else {
      (out += out.empty() ? '?' : '&') += pair;
    }
    if (end == rest.size()) break;
    rest.remove_prefix(end + 1);
  }
  return any ? (out == "?" ? "" : out) : query;
}

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> out;
  for (std::size_t at = 1; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    out.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

// How often the most frequent run of segments follows itself: 3 for /a/b/a/b/a/b.
std::size_t repeats(const std::vector<std::string_view>& segments) {
  std::size_t most = 1;
  for (std::size_t length = 1; length <= kLongestRun; ++length) {
    std::size_t equal = 0;  // segments in a row that stand `length` before as well
    for (std::size_t i = length; i < segments.size(); ++i) {
      equal = segments[i] == segments[i - length] ? equal + 1 : 0;
      most = std::max(most, equal / length + 1);
    }
  }
  return most;
}

// Digits are one sign, so that all days of a calendar have one shape.
std::string shape_of(const Url& url) {
  std::string out = url.host;
  for (const char c : url.target()) {
    const char sign = c >= '0' && c <= '9' ? '0' : c;
    if (sign != '0' || !out.ends_with('0')) out += sign;
  }
  return out;
}

}  // namespace

std::string pattern_fault(const std::string& pattern) {
  const re2::RE2 compiled(pattern, re2::RE2::Quiet);
  return compiled.ok() ? std::string() : compiled.error();
}

struct Scope::Patterns {
  std::vector<std::unique_ptr<re2::RE2>> allow, deny;
};

Scope::Scope(const ScopeRules& rules) : rules_(rules), patterns_(std::make_unique<Patterns>()) {
  for (const std::string& pattern : rules_.allow)
    patterns_->allow.push_back(std::make_unique<re2::RE2>(pattern, re2::RE2::Quiet));
  for (const std::string& pattern : rules_.deny)
    patterns_->deny.push_back(std::make_unique<re2::RE2>(pattern, re2::RE2::Quiet));
}
Scope::Scope(Scope&&) noexcept = default;
Scope::~Scope() = default;

Url Scope::plain(Url url) const {
  if (!rules_.keep_sessions) url.path = without_path_session(url.path);
  url.query = without_keys(url.query, [&](std::string_view key) {
    return any_covers(rules_.drop, key) || (!rules_.keep_sessions && any_covers(kSessionKeys, key));
  });
  return url;
}

bool Scope::denied(const std::string& address) const {
  return std::any_of(patterns_->deny.begin(), patterns_->deny.end(),
                     [&](const auto& pattern) { return re2::RE2::PartialMatch(address, *pattern); });
}

std::string Scope::ruled_out(const Url& url, const Url& from) const {
  const std::string address = url.text();
  const auto& allow = patterns_->allow;
  if (denied(address)) return "来源说明排除（deny）";
  if (!allow.empty() && std::none_of(allow.begin(), allow.end(),
                                     [&](const auto& pattern) { return re2::RE2::PartialMatch(address, *pattern); }))
    return "不在来源说明的范围内（allow）";
  if (rules_.same_host && url.host != from.host) return "在另一主机（same_host）";
  if (address.size() > rules_.most_length) return "网址过长（most_length）";
  const auto segments = segments_of(url.path);
  if (segments.size() > rules_.most_folders) return "目录层数过多（most_folders）";
  if (repeats(segments) > rules_.most_repeats) return "目录重复（most_repeats）";
  return {};
}

std::string Scope::redirect_refusal(const Url& url, const Url* from) const {
  if (from != nullptr) return ruled_out(url, *from);
  return denied(url.text()) ? "来源说明排除（deny）" : "";
}

std::string Scope::refusal(const Url& url, const Url* from) const {
  if (from == nullptr) return {};
  if (std::string why = ruled_out(url, *from); !why.empty()) return why;
  if (full()) return "页数已达上限（most_pages）";
  const auto shape = alike_.find(shape_of(url));
  if (shape != alike_.end() && shape->second >= rules_.most_alike) return "只有数字不同的网址过多（most_alike）";
  return {};
}

void Scope::follow(const Url& url) {
  ++pages_;
  std::string shape = shape_of(url);
  if (const auto known = alike_.find(shape); known != alike_.end())
    ++known->second;
  else if (alike_.size() < kMostShapes)
    alike_.emplace(std::move(shape), 1);
}

std::string plain_address(const Scope& scope, Address address) {
  address.url = scope.plain(std::move(address.url));
  return address.text();
}

}  // namespace tanmiao::crawler
