// robots.txt by RFC 9309. What cannot be asked is forbidden: only an answer of the host opens it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tanmiao::crawler {

// RFC 9309, section 2.5: what lies behind is not read.
inline constexpr std::size_t kMostRobotsBytes = std::size_t{500} * 1024;

struct RobotsDecision {
  bool allowed = false;
  std::uint32_t line = 0;  // of the rule that decided; 0: none did
  std::string note;        // Capture::robots: "allowed: line 4", "no robots.txt (404)", "unreachable (503)"
};

class Robots {
 public:
  // Rules that hold for the product token (letters of "TanmiaoBot/0.1" before the slash), else those of "*".
  static Robots parse(std::string_view text, std::string_view product);
  // By what the host answered instead of the file: 4xx allows (RFC 9309, 2.3.1.3), all else forbids (2.3.1.4). 429 is
  // taken for a host in distress, not for a missing file. Status 0: no answer.
  static Robots for_status(int status, std::string_view reason = {});

  RobotsDecision check(std::string_view target) const;  // path and query
  const std::string& state() const { return state_; }   // for the report, Chinese

 private:
  struct Rule {
    std::string pattern;
    bool allow = false;
    std::uint32_t line = 0;
  };
  std::vector<Rule> rules_;
  bool forbid_all_ = false;
  std::string note_, state_;
};

// A pattern of a rule: '*' any run, '$' at its end the end; both sides in normal escapes.
bool robots_match(std::string_view pattern, std::string_view target);

}  // namespace tanmiao::crawler
