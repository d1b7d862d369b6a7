#include "crawler/robots.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstring>

#include "core/messages.h"
#include "core/text/normalize.h"
#include "crawler/url.h"
#include "tabular/charset.h"

namespace tanmiao::crawler {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

bool of_token(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_'; }

// The product token: letters, '-' and '_' (RFC 9309, 2.2.1).
std::string token(std::string_view product) {
  std::size_t end = 0;
  while (end < product.size() && of_token(product[end])) ++end;
  return text::ascii_lower(product.substr(0, end));
}

// Of whoever asks: with a version behind a slash; anything else behind the token is no name that a group could have.
std::string own_token(std::string_view product) {
  std::string found = token(product);
  const bool whole = found.size() == product.size() || product[found.size()] == '/';
  return whole ? found : std::string();
}

struct Line {
  std::string name;
  std::string_view value, text;
  std::uint32_t number = 0;
};

bool blank(char c) { return c == ' ' || c == '\t'; }

// "disallow /x": the colon is forgotten often, and two words leave no doubt (as the reference implementation reads it).
std::size_t separator_in(std::string_view line) {
  if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) return colon;
  const auto gap = std::find_if(line.begin(), line.end(), blank);
  const auto value = std::find_if_not(gap, line.end(), blank);
  if (value == line.end() || std::find_if(value, line.end(), blank) != line.end()) return std::string_view::npos;
  return static_cast<std::size_t>(gap - line.begin());
}

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
    line = line.substr(0, kMostRobotsLine);
    line = trimmed(line.substr(0, line.find('#')));
    const std::size_t at = separator_in(line);
    if (at == std::string_view::npos) continue;
    take(Line{text::ascii_lower(trimmed(line.substr(0, at))), trimmed(line.substr(at + 1)), line, number});
  }
}

// Frequent misspellings, as the reference implementation takes them.
constexpr std::array<std::string_view, 3> kAgentWords{"user-agent", "useragent", "user agent"};
constexpr std::array<std::string_view, 6> kDisallowWords{"disallow", "dissallow", "dissalow",
                                                         "disalow",  "diasllow",  "disallaw"};

template <class Words>
bool one_of(std::string_view name, const Words& words) {
  return std::find(words.begin(), words.end(), name) != words.end();
}

// Escapes in upper case, bytes beyond ASCII escaped; everything else as it stands.
std::string literal_escapes(std::string_view text, bool escape_bytes) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  const auto hex = [&](std::size_t at) {
    return at < text.size() && std::isxdigit(static_cast<unsigned char>(text[at])) != 0;
  };
  const auto upper = [](char c) { return static_cast<char>(std::toupper(static_cast<unsigned char>(c))); };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (text[i] == '%' && hex(i + 1) && hex(i + 2)) {
      ((out += '%') += upper(text[i + 1])) += upper(text[i + 2]);
      i += 2;
    } else if (escape_bytes && byte >= 0x80) {
      ((out += '%') += kHex[byte >> 4]) += kHex[byte & 15];
    } else {
      out += text[i];
    }
  }
  return out;
}

// Of a target with stars or dollar signs in it: those escaped, as a rule has to write them (RFC 9309, 2.2.3); else
// empty.
std::string signs_escaped(std::string_view target) {
  if (target.find_first_of("*$") == std::string_view::npos) return {};
  std::string out;
  for (const char c : literal_escapes(target, false))
    if (c == '*' || c == '$')
      out += c == '*' ? "%2A" : "%24";
    else
      out += c;
  return out;
}

// Editors of Windows save text as UTF-16: read as bytes there would be no rule in it, and everything would be open.
std::string from_utf16(std::string_view text) {
  const tabular::Detected mark = tabular::byte_order_mark(text);
  if (!mark.charset.starts_with("utf-16")) return {};
  const auto decoder = tabular::make_decoder(mark.charset, 0);
  std::string out;
  if (decoder) (*decoder)->decode(text.substr(mark.bom), true, out);
  return out;
}

}  // namespace

// What stands between stars is looked for from left to right, each piece as early as it can be; linear in both texts,
// since hosts write patterns that walking back would take seconds for.
bool robots_match(std::string_view pattern, std::string_view target) {
  const bool to_end = pattern.ends_with('$');
  if (to_end) pattern.remove_suffix(1);
  std::size_t star = pattern.find('*');
  if (!target.starts_with(pattern.substr(0, star))) return false;
  if (star == std::string_view::npos) return !to_end || target.size() == pattern.size();
  target.remove_prefix(star);
  for (pattern.remove_prefix(star + 1);; pattern.remove_prefix(star + 1)) {
    star = pattern.find('*');
    const std::string_view piece = pattern.substr(0, star);
    if (star == std::string_view::npos && to_end) return target.ends_with(piece);
    if (!piece.empty()) {
      const void* const found = ::memmem(target.data(), target.size(), piece.data(), piece.size());
      if (found == nullptr) return false;
      target.remove_prefix(static_cast<std::size_t>(static_cast<const char*>(found) - target.data()) + piece.size());
    }
    if (star == std::string_view::npos) return true;
  }
}

// Collects the rules of our own groups and of those for everybody; which of them hold is known at the end.
class RobotsParser {
 public:
  explicit RobotsParser(std::string_view product) : ours_(own_token(product)) {}

  void take(const Line& line) {
    if (one_of(line.name, kAgentWords)) return agent(line.value);
    if (line.name == "sitemap" || line.name == "site-map") return sitemaps_.emplace_back(line.value), void();
    if (line.name == "crawl-delay") return delay(line.value);
    const bool allow = line.name == "allow";
    if (!allow && !one_of(line.name, kDisallowWords)) return;
    names_go_on_ = false;
    if (line.value.empty()) return;
    add(line, line.value, allow);
    // "allow: /a/index.html" opens the folder's own address too.
    const std::size_t slash = line.value.rfind('/');
    if (allow && slash != std::string_view::npos && line.value.substr(slash).starts_with("/index.htm"))
      add(line, std::string(line.value.substr(0, slash + 1)) + '$', true);
  }

  Robots finish() {
    Robots robots;
    Group& group = own_.named ? own_ : general_;
    robots.rules_ = std::move(group.rules);
    robots.group_ = std::move(group.name);
    robots.crawl_delay_ = group.delay;
    robots.sitemaps_ = std::move(sitemaps_);
    robots.note_ = "allowed: no rule";
    robots.state_ = "有 robots.txt，适用规则 " + std::to_string(robots.rules_.size()) + " 条";
    return robots;
  }

 private:
  struct Group {
    bool named = false, open = false;
    std::string name;
    std::vector<Robots::Rule> rules;
    std::optional<double> delay;
  };

  void agent(std::string_view value) {
    if (!names_go_on_) own_.open = general_.open = false;
    names_go_on_ = true;
    const bool star = value.starts_with('*') && (value.size() == 1 || blank(value[1]));
    if (star)
      enter(general_, "*");
    else if (!ours_.empty() && token(value) == ours_)
      enter(own_, value);
  }

  static void enter(Group& group, std::string_view name) {
    group.named = group.open = true;
    group.name = name;
  }

  void delay(std::string_view value) {
    double seconds = 0;
    const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (failed != std::errc() || end != value.data() + value.size() || !(seconds >= 0) || !(seconds < 1e9)) return;
    for (Group* group : {&own_, &general_})
      if (group->open) group->delay = std::max(group->delay.value_or(0), seconds);
  }

  void add(const Line& line, std::string_view pattern, bool allow) {
    for (Group* group : {&own_, &general_})
      if (group->open)
        group->rules.push_back({literal_escapes(pattern, true), normal_escapes(pattern), allow, line.number,
                                std::string(line.text), group->name});
  }

  std::string ours_;
  Group own_, general_;
  bool names_go_on_ = false;
  std::vector<std::string> sitemaps_;
};

Robots Robots::parse(std::string_view text, std::string_view product) {
  if (text.size() > kMostRobotsBytes) {
    // "allow: /" of "allow: /public/" would open what the whole line does not: a line that is cut off counts as none.
    const char next = text[kMostRobotsBytes];
    text = text.substr(0, kMostRobotsBytes);
    if (next != '\n' && next != '\r') text = text.substr(0, text.find_last_of("\r\n") + 1);
  }
  const std::string decoded = from_utf16(text);
  if (!decoded.empty()) text = decoded;
  for (const char mark : {'\xEF', '\xBB', '\xBF'}) {  // a byte order mark, or what is left of one
    if (!text.starts_with(mark)) break;
    text.remove_prefix(1);
  }
  RobotsParser parser(product);
  each_line(text, [&](const Line& line) { parser.take(line); });
  return parser.finish();
}

Robots RobotsAnswer::read(std::string_view product) const {
  if (kind == Kind::kFile) return Robots::parse(text, product);
  return kind == Kind::kNone ? Robots::none(text) : Robots::for_status(status, text);
}

Robots Robots::for_status(int status, std::string_view reason) {
  Robots robots;
  const std::string what = status == 0 ? std::string(reason) : std::to_string(status);
  const std::string told = status == 0 ? in_chinese(reason) : what;
  const bool forbid = status < 400 || status >= 500 || status == 429;
  robots.kind_ = forbid ? "unreachable" : "no_file";
  robots.status_ = status;
  if (forbid) {
    robots.note_ = "unreachable (" + what + ")";
    robots.state_ = "robots.txt 取不到（" + told + "），按禁止处理";
  } else {
    robots.note_ = "no robots.txt (" + what + ")";
    robots.state_ = "无 robots.txt（" + told + "），可抓取";
  }
  return robots;
}

Robots Robots::none(std::string_view reason) {
  Robots robots;
  robots.kind_ = "no_file";
  robots.status_ = 0;
  robots.note_ = "no robots.txt (" + std::string(reason) + ")";
  robots.state_ = "robots.txt " + in_chinese(reason) + "，按没有处理，可抓取";
  return robots;
}

bool is_page_not_rules(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '<';
}

bool is_robots_text(std::string_view text) {
  constexpr std::array<std::string_view, 4> kOtherWords{"allow", "sitemap", "site-map", "crawl-delay"};
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const bool page = is_page_not_rules(text);
  bool known = false, agent = false;
  each_line(text, [&](const Line& line) {
    agent |= one_of(line.name, kAgentWords);
    known |= one_of(line.name, kDisallowWords) || one_of(line.name, kOtherWords);
  });
  if (agent || (known && !page)) return true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && !line.starts_with('#')) return false;
  }
  return true;
}

bool Robots::matches(const Rule& rule, const Target& target) {
  if (robots_match(rule.pattern, target.given)) return true;
  if (rule.allow) return false;
  return robots_match(rule.unfolded, target.unfolded) ||
         (!target.signs_escaped.empty() && robots_match(rule.pattern, target.signs_escaped));
}

bool Robots::forbids_all() const {
  if (kind_ != "rules") return kind_ == "unreachable";
  const bool opens = std::any_of(rules_.begin(), rules_.end(), [](const Rule& rule) { return rule.allow; });
  return !opens && !check("/").allowed;
}

RobotsDecision Robots::check(std::string_view target) const {
  if (kind_ != "rules") return {kind_ == "no_file", 0, note_, kind_, "", ""};
  if (target == "/robots.txt") return {true, 0, "allowed: robots.txt", "robots_txt", "", ""};
  const Target spelt{literal_escapes(target, false), normal_escapes(target), signs_escaped(target)};
  const Rule* best = nullptr;
  for (const Rule& rule : rules_) {
    if (best != nullptr && rule.pattern.size() < best->pattern.size()) continue;  // it could not win
    if (!matches(rule, spelt)) continue;
    const bool longer = best == nullptr || rule.pattern.size() > best->pattern.size();
    const bool wins_tie = best != nullptr && rule.pattern.size() == best->pattern.size() && rule.allow && !best->allow;
    if (longer || wins_tie) best = &rule;
  }
  if (best == nullptr) return {true, 0, note_, "no_rule", "", group_};
  return {best->allow, best->line, (best->allow ? "allowed: line " : "forbidden: line ") + std::to_string(best->line),
          "rule",      best->text, best->group};
}

std::string robots_target(std::string_view address) {
  address = address.substr(0, address.find('#'));
  const std::size_t scheme = address.find("://");
  const std::size_t first = address.find_first_of("/?;");
  std::size_t host = 0;
  if (address.starts_with("//"))
    host = 2;
  else if (scheme != std::string_view::npos && scheme < first)
    host = scheme + 3;
  const std::size_t begin = address.find_first_of("/?;", host);
  if (begin == std::string_view::npos) return "/";
  const std::string_view target = address.substr(begin);
  const std::size_t mark = target.find('?');
  std::string path(target.substr(0, mark));
  if (!path.starts_with('/')) path.insert(0, "/");
  return without_dot_segments(path) + std::string(mark == std::string_view::npos ? "" : target.substr(mark));
}

}  // namespace tanmiao::crawler
