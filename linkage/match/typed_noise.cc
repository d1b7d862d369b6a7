#include "linkage/match/typed_noise.h"

#include <algorithm>

#include "core/firm_name.h"
#include "core/identifiers.h"
#include "core/text/normalize.h"

namespace tanmiao::linkage {

std::size_t han_in(std::string_view s) {
  const auto points = text::code_points(s);
  return static_cast<std::size_t>(std::count_if(points.begin(), points.end(), text::is_han));
}
bool bears_form(std::string_view name, const Reference& reference) {
  return !parse_firm_name(name, reference).form.empty();
}
std::size_t list_numeral(std::string_view s) {
  constexpr std::string_view kListNumerals = "一二三四五六七八九十";
  std::size_t at = 0;
  while (at + 3 <= s.size() && at < 9 && kListNumerals.find(s.substr(at, 3)) != std::string_view::npos) at += 3;
  return at;
}

namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
std::size_t digits_length(std::string_view s) {
  std::size_t at = 0;
  while (at < s.size() && at < 4 && digit(s[at])) ++at;
  return at;
}

// Of "、", ".", ")" and ":" behind a number.
std::size_t stop_length(std::string_view s) {
  if (s.starts_with("、")) return std::string_view("、").size();
  return !s.empty() && std::string_view(".):").find(s.front()) != std::string_view::npos ? 1 : 0;
}

// The number that a name is listed under: 1、 2. （3） 一、, or one and a blank before a name that begins with its
// region and ends in its form. npos: none.
std::size_t number_end(std::string_view s, const Reference& reference) {
  const bool bracket = s.starts_with('(');
  const std::string_view inner = s.substr(bracket ? 1 : 0);
  const std::size_t digits = digits_length(inner), length = digits > 0 ? digits : list_numeral(inner);
  if (length == 0) return std::string_view::npos;
  std::size_t at = length + (bracket ? 1 : 0);
  if (bracket) {
    if (!s.substr(at).starts_with(')')) return std::string_view::npos;
    ++at;
    at += stop_length(s.substr(at));
  } else if (const std::size_t stop = stop_length(s.substr(at)); stop > 0) {
    at += stop;
  } else {
    const std::string rest = text::trim(s.substr(at));
    if (digits == 0 || at >= s.size() || (s[at] != ' ' && s[at] != '\t')) return std::string_view::npos;
    const FirmName name = parse_firm_name(rest, reference);
    return name.region.empty() || name.form.empty() ? std::string_view::npos : at;
  }
  const std::string rest = text::trim(s.substr(at));
  return rest.empty() || digit(rest.front()) ? std::string_view::npos : at;
}

// Behind "企业名称：" or "单位（盖章）：".
std::size_t label_end(std::string_view s, const TypedPieces& labels) {
  for (const std::string& label : labels) {
    if (!s.starts_with(label)) continue;
    std::size_t at = label.size();
    if (s.substr(at).starts_with('('))
      if (const auto close = s.find(')', at); close != std::string_view::npos) at = close + 1;
    while (at < s.size() && s[at] == ' ') ++at;
    if (at < s.size() && s[at] == ':') return at + 1;
  }
  return std::string_view::npos;
}

struct Quotes {
  std::string_view open, close;
};
constexpr Quotes kQuotes[] = {{"“", "”"},   {"‘", "’"},   {"《", "》"}, {"「", "」"}, {"『", "』"}, {"【", "】"},
                              {"〈", "〉"}, {"\"", "\""}, {"'", "'"},   {"(", ")"},   {"[", "]"}};

// Around the whole of it, or opened and never closed.
bool take_quotes(std::string& s) {
  for (const auto& [open, close] : kQuotes) {
    const bool begins = s.starts_with(open), ends = s.ends_with(close) && s.size() > open.size();
    const std::string_view inner = std::string_view(s).substr(begins ? open.size() : 0);
    if (begins && ends) {
      const std::string_view within = inner.substr(0, inner.size() - close.size());
      if (within.find(open) != std::string_view::npos || within.find(close) != std::string_view::npos) continue;
      s = std::string(within);
      return true;
    }
    if (open == "(" || open == "[") continue;  // half a bracket is a slip within the name
    if (begins && inner.find(close) == std::string_view::npos) {
      s.erase(0, open.size());
      return true;
    }
    if (ends && std::string_view(s).substr(0, s.size() - close.size()).find(open) == std::string_view::npos) {
      s.resize(s.size() - close.size());
      return true;
    }
  }
  return false;
}

constexpr std::size_t kCodeLength = 18;

bool code_sign(char c) { return digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

// "…公司(91371600…)", "…公司 91371600…", with or without "统一社会信用代码:" before it.
bool take_code(std::string& s) {
  std::string_view rest = s;
  const bool bracket = rest.ends_with(')');
  if (bracket) rest.remove_suffix(1);
  if (rest.size() <= kCodeLength || !CreditCode::parse(rest.substr(rest.size() - kCodeLength))) return false;
  rest.remove_suffix(kCodeLength);
  if (!rest.empty() && code_sign(rest.back())) return false;
  for (const std::string_view before : {" ", ":", "代码", "信用", "社会", "统一", "("})
    while (rest.ends_with(before)) rest.remove_suffix(before.size());
  s.resize(rest.size());
  return true;
}

// What marks a row of a list: ★滨州….
bool take_stars(std::string& s) {
  for (const std::string_view star : {"★", "☆", "※", "●", "▲", "◆", "■", "*"}) {
    const bool begins = s.starts_with(star) && !(star == "*" && s.size() > 1 && code_sign(s[1]));  // *ST is a share
    if (!begins && !s.ends_with(star)) continue;
    if (begins)
      s.erase(0, star.size());
    else
      s.resize(s.size() - star.size());
    return true;
  }
  return false;
}

bool take_tail(std::string& s, const TypedPieces& marks) {
  if (take_code(s) || take_stars(s)) return true;
  for (const std::string_view sign : {"。", "、", ",", ";", ":", "!", "?", "~", "…"})
    if (s.ends_with(sign)) {
      s.resize(s.size() - sign.size());
      return true;
    }
  for (const std::string& mark : marks)
    if (s.ends_with("(" + mark + ")")) {
      s.resize(s.size() - mark.size() - 2);
      return true;
    }
  return false;
}

}  // namespace

bool holds_code(std::string_view s) {
  std::size_t length = 0;
  for (const char c : s)
    if (length = code_sign(c) ? length + 1 : 0; length == kCodeLength) return true;
  return false;
}

std::string bare_name(std::string_view typed, const TypedWords& words, const Reference& reference) {
  std::string s = text::trim(typed);
  for (;;) {
    std::string next = s;
    bool cut = true;
    if (const std::size_t label = label_end(next, words.labels); label != std::string_view::npos)
      next.erase(0, label);
    else if (const std::size_t number = number_end(next, reference); number != std::string_view::npos)
      next.erase(0, number);
    else
      cut = take_tail(next, words.marks) || take_quotes(next);
    next = text::trim(next);
    if (!cut || han_in(next) < 2) return s;
    s = std::move(next);
  }
}

}  // namespace tanmiao::linkage
