// Stop signs: what an answer looks like when its host does not want to be read by programs. The rules are data
// (config/crawl/stop_signs.toml); nothing here or elsewhere tries to get round what they find. Pure functions.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"

namespace tanmiao::crawler {

// What a page gave as its description reads it.
enum class Gave : std::uint8_t { kNothing, kLinks, kRows };

struct StopSign {
  std::string name, text;                     // text: Chinese
  std::vector<int> status;                    // empty: any that is no redirect
  std::string header, address, title, body;   // RE2; empty: not looked at
  Gave beside = Gave::kNothing;               // fits pages that gave no more
  std::size_t most_bytes = 0, most_text = 0;  // of the unpacked answer; of what a person sees of it, 0: any
  int in_a_row = 1;                           // on a host, until something follows
  bool rests_source = false;                  // this source ends for the night; else nobody asks the host any more
};

// Of the last answers of a host so many had one of these statuses.
struct Storm {
  std::string name, text;
  std::vector<int> status;
  std::size_t most = 0, of_last = 0;
};

// What a rule may look at.
struct AnswerSeen {
  int status = 0;
  std::string_view head;     // header lines
  std::string_view address;  // that gave it; of a redirect, the one it leads to
  std::string_view body;     // unpacked
  Gave gave = Gave::kNothing;
};

// A rule that an answer fitted.
struct SignSeen {
  std::string rule, text, address;
  bool rests_source = false;
  std::string in_words() const;  // Chinese, with rule and address
  bool operator==(const SignSeen&) const = default;
};

class StopSigns {
 public:
  static Result<std::shared_ptr<const StopSigns>> load(const std::filesystem::path& file);
  static Result<std::shared_ptr<const StopSigns>> parse(std::string_view toml, const std::string& name);

  const StopSign* find(const AnswerSeen& answer) const;  // the first that fits
  // Of a redirect: whether the address it leads to is one that nobody shall ask for. Looks at addresses alone.
  const StopSign* find_address(std::string_view address) const;
  const std::vector<Storm>& storms() const { return storms_; }
  const std::vector<StopSign>& signs() const { return signs_; }

 private:
  std::vector<StopSign> signs_;
  std::vector<Storm> storms_;
};

// What a host's answers add up to so far; nothing is noted while none of them speaks against programs.
struct SignCount {
  std::string rule{};  // that the last answer fitted
  int times = 0;       // in a row
  // The last answers, when one of a storm is among them: status, and which address gave it (a hash).
  std::vector<std::pair<int, std::uint64_t>> answers{};
  bool operator==(const SignCount&) const = default;
};

class SignWatch {
 public:
  void take_up(const SignCount& count);  // of an earlier process
  const SignCount& count() const { return count_; }
  // An answer came: a storm that is complete now, else nullptr. Of an address that an earlier run of the night counted
  // already the new answer counts in its place, unless refusals are all that its host gave since.
  const Storm* answered(const StopSigns& signs, int status, std::uint64_t address);
  // It fitted a rule: true when something follows from it.
  bool saw(const StopSign& sign);
  void good() { count_.rule.clear(), count_.times = 0; }  // one that fits none

 private:
  std::deque<std::pair<int, std::uint64_t>> last_;
  std::size_t inherited_ = 0;  // of them
  SignCount count_;
};

// Bytes of what a person sees of a page, in its own charset: neither tags nor scripts, styles, comments or blanks.
// Counts no further than beyond `most`.
std::size_t visible_bytes(std::string_view html, std::size_t most = std::string_view::npos);

}  // namespace tanmiao::crawler
