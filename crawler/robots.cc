#include "crawler/robots.h"

#include <algorithm>
#include <cctype>

#include "core/messages.h"
#include "core/text/normalize.h"
#include "crawler/url.h"

namespace tanmiao::crawler {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// The product token: letters, '-' and '_' (RFC 9309, 2.2.1).
std::string token(std::string_view product) {
  std::size_t end = 0;
  while (end < product.size() &&
         (std::isalpha(static_cast<unsigned char>(product[end])) != 0 || product[end] == '-' || product[end] == '_'))
    ++end;
  return text::ascii_lower(product.substr(0, end));
}

struct Line {
  std::string name;
  std::string_view value;
  std::uint32_t number = 0;
};

// Calls `take` with each "name: value"; comments and the rest are passed over.
template <class Take>
void each_line(std::string_view text, const Take& take) {
  std::uint32_t number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find_first_of("\r\n");
    std::string_view line = text.substr(0, end);
    const bool two = end != std::string_view::npos && text.substr(end, 2) == "\r\n";
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + (two ? 2 : 1));
    ++number;
    line = line.substr(0, line.find('#'));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    take(Line{text::ascii_lower(trimmed(line.substr(0, colon))), trimmed(line.substr(colon + 1)), number});
  }
}

bool allow_word(std::string_view name) { return name == "allow"; }
bool disallow_word(std::string_view name) {
  // Frequent misspellings, as Google's parser takes them.
  return name == "disallow" || name == "dissallow" || name == "dissalow" || name == "disalow" || name == "diasllow" ||
         name == "disallaw";
}

}  // namespace

// Greedy matching with one step back to the last star: linear in space, no recursion.
bool robots_match(std::string_view pattern, std::string_view target) {
  const bool to_end = pattern.ends_with('$');
  if (to_end) pattern.remove_suffix(1);
  std::size_t p = 0, t = 0, star = std::string_view::npos, resume = 0;
  while (true) {
    if (p == pattern.size() && (!to_end || t == target.size())) return true;
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (t < target.size() && p < pattern.size() && pattern[p] == target[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos && resume < target.size()) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
}

Robots Robots::parse(std::string_view text, std::string_view product) {
  text = text.substr(0, kMostRobotsBytes);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::string ours = token(product);
  std::vector<Rule> own, general;
  bool named = false, in_own = false, in_general = false, names_go_on = false;
  each_line(text, [&](const Line& line) {
    if (line.name == "user-agent") {
      if (!names_go_on) in_own = in_general = false;
      names_go_on = true;
      const bool star = line.value.starts_with('*') && (line.value.size() == 1 || line.value[1] == ' ');
      const bool us = !star && !ours.empty() && token(line.value) == ours;
      in_general |= star;
      in_own |= us;
      named |= us;
      return;
    }
    if (!allow_word(line.name) && !disallow_word(line.name)) return;
    names_go_on = false;
    if (line.value.empty()) return;
    Rule rule{normal_escapes(line.value), allow_word(line.name), line.number};
    if (in_own) own.push_back(rule);
    if (in_general) general.push_back(std::move(rule));
  });
  Robots robots;
  robots.rules_ = named ? std::move(own) : std::move(general);
  robots.note_ = "allowed: no rule";
  robots.state_ = "有 robots.txt，适用规则 " + std::to_string(robots.rules_.size()) + " 条";
  return robots;
}

Robots Robots::for_status(int status, std::string_view reason) {
  Robots robots;
  const std::string what = status == 0 ? std::string(reason) : std::to_string(status);
  const std::string told = status == 0 ? in_chinese(reason) : what;
  robots.forbid_all_ = status < 400 || status >= 500 || status == 429;
  if (robots.forbid_all_) {
    robots.note_ = "unreachable (" + what + ")";
    robots.state_ = "robots.txt 取不到（" + told + "），按禁止处理";
  } else {
    robots.note_ = "no robots.txt (" + what + ")";
    robots.state_ = "无 robots.txt（" + told + "），可抓取";
  }
  return robots;
}

RobotsDecision Robots::check(std::string_view given) const {
  if (forbid_all_) return {false, 0, note_};
  if (given == "/robots.txt") return {true, 0, "allowed: robots.txt"};
  const std::string target = normal_escapes(given);
  const Rule* best = nullptr;
  for (const Rule& rule : rules_) {
    if (!robots_match(rule.pattern, target)) continue;
    const bool longer = best == nullptr || rule.pattern.size() > best->pattern.size();
    const bool wins_tie = best != nullptr && rule.pattern.size() == best->pattern.size() && rule.allow && !best->allow;
    if (longer || wins_tie) best = &rule;
  }
  if (best == nullptr) return {true, 0, note_};
  return {best->allow, best->line, (best->allow ? "allowed: line " : "forbidden: line ") + std::to_string(best->line)};
}

}  // namespace tanmiao::crawler
