// robots.txt by RFC 9309. What cannot be asked is forbidden: only an answer of the host opens it.
//
// Where the RFC and the reference implementation (google/robotstxt) read a rule differently, the stricter reading
// holds: a Disallow counts in either spelling of its escapes, an Allow opens only what is spelled as it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tanmiao::crawler {

// RFC 9309, section 2.5: what lies behind is not read.
inline constexpr std::size_t kMostRobotsBytes = std::size_t{500} * 1024;
// Of a line; the rest of a longer one is not read, as the reference implementation does it.
inline constexpr std::size_t kMostRobotsLine = std::size_t{2083} * 8 - 1;

struct RobotsDecision {
  bool allowed = false;
  std::uint32_t line = 0;   // of the rule that decided; 0: none did
  std::string note;         // Capture::robots: "allowed: line 4", "no robots.txt (404)", "unreachable (503)"
  std::string_view reason;  // "rule", "no_rule", "robots_txt", "no_file", "unreachable"
  std::string rule;         // as it stands there: "disallow: /a"; empty: none
  std::string group;        // the name in whose group it stands, as written; empty: no group holds for us
};

class Robots {
 public:
  // Rules that hold for the product token (letters of "TanmiaoBot/0.1" before the slash), else those of "*".
  static Robots parse(std::string_view text, std::string_view product);
  // By what the host answered instead of the file: 4xx allows (RFC 9309, 2.3.1.3), all else forbids (2.3.1.4). 429 is
  // taken for a host in distress, not for a missing file. Status 0: no answer.
  static Robots for_status(int status, std::string_view reason = {});
  // There is none, though no status says so: all is open (RFC 9309, 2.3.1.2: too many redirects).
  static Robots none(std::string_view reason);

  RobotsDecision check(std::string_view target) const;  // path and query
  const std::string& state() const { return state_; }   // for the report, Chinese
  // "rules": there is a file; "no_file": none, all is open; "unreachable": all is forbidden.
  std::string_view kind() const { return kind_; }
  int status() const { return status_; }  // HTTP status; 0: no answer
  std::size_t rules() const { return rules_.size(); }
  bool forbids_all() const;  // no rule leaves any address open to us
  // Seconds between requests that the group asks for (no part of the RFC, but a wish that costs nothing to follow).
  std::optional<double> crawl_delay() const { return crawl_delay_; }
  const std::vector<std::string>& sitemaps() const { return sitemaps_; }  // of the whole file, as written

 private:
  friend class RobotsParser;
  struct Rule {
    std::string pattern;   // escapes in upper case, bytes beyond ASCII escaped
    std::string unfolded;  // and needless escapes undone
    bool allow = false;
    std::uint32_t line = 0;
    std::string text, group;
  };
  struct Target {
    std::string given, unfolded;  // as Rule has its pattern
    std::string signs_escaped;    // where it has stars or dollar signs
  };
  static bool matches(const Rule& rule, const Target& target);

  std::vector<Rule> rules_;
  std::string_view kind_ = "rules";
  int status_ = 200;
  std::string group_;  // that holds when no rule matches
  std::optional<double> crawl_delay_;
  std::vector<std::string> sitemaps_;
  std::string note_, state_;
};

// What asking for a robots.txt came to, redirects followed: enough to read its rules from again.
struct RobotsAnswer {
  enum class Kind : std::uint8_t {
    kFile,    // `text` is the file
    kStatus,  // `status` in its place; 0: no answer of a host, for the reason `text`
    kNone,    // there is none, though no status says so, for the reason `text`
  };
  Kind kind = Kind::kStatus;
  int status = 0;
  std::string text;
  Robots read(std::string_view product) const;
};

// Whether a text is a robots.txt: it has a line that means something in one (of a web page: one that names programs),
// or nothing but comments. A page of a log-in that came in its place says nothing of what is allowed.
bool is_robots_text(std::string_view text);
bool is_page_not_rules(std::string_view text);  // by how it begins

// A pattern of a rule: '*' any run, '$' at its end the end.
bool robots_match(std::string_view pattern, std::string_view target);

// Path and query of an address as somebody writes it down: with or without scheme and host, dot segments resolved,
// fragment gone, "/" when there is no path.
std::string robots_target(std::string_view address);

}  // namespace tanmiao::crawler
