// Which addresses of its hosts a source follows, and traps: what a site that never ends would do to a crawl.
//
// [scope] of a source file. Rules hold for links; what `start` names is asked in any case.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/address.h"

namespace tanmiao::crawler {

struct ScopeRules {
  std::vector<std::string> allow;    // RE2 within the whole address; empty: all
  std::vector<std::string> deny;     // RE2; stronger than allow
  std::vector<std::string> drop;     // query keys that say nothing of the page: "spm", "utm_*"
  bool same_host = false;            // links lead on only within the host of their page
  bool keep_sessions = false;        // session ids in addresses mean something here
  std::uint32_t most_pages = 0;      // addresses a night; 0: no bound but that of requests
  std::uint32_t most_alike = 20000;  // addresses that differ in digits only: calendars, endless paging
  std::uint32_t most_length = 2048;  // bytes of an address
  std::uint32_t most_folders = 20;   // segments of a path
  std::uint32_t most_repeats = 3;    // how often a run of segments may follow itself: /a/b/a/b/a/b
};

// Empty when the pattern is a regular expression, else what is wrong with it.
std::string pattern_fault(const std::string& pattern);

class Scope {
 public:
  explicit Scope(const ScopeRules& rules);  // patterns without fault
  Scope(Scope&&) noexcept;
  ~Scope();

  // The address without session ids and dropped keys: under which a page is known and asked for.
  Url plain(Url url) const;
  // Why a plain address that stands on `from` (nullptr: a start) is not followed; empty: it is. Does not count it.
  std::string refusal(const Url& url, const Url* from) const;
  bool full() const { return rules_.most_pages > 0 && pages_ >= rules_.most_pages; }
  // The same of a redirect from the address that was asked for; of a start (nullptr) `deny` alone counts. It is no
  // further page, so that the bounds on how many there may be have nothing to say.
  std::string redirect_refusal(const Url& url, const Url* from) const;
  // To be told of each address that is followed, once.
  void follow(const Url& url);

 private:
  struct Patterns;
  bool denied(const std::string& address) const;
  std::string ruled_out(const Url& url, const Url& from) const;  // whatever was followed before
  ScopeRules rules_;
  std::unique_ptr<Patterns> patterns_;
  std::uint64_t pages_ = 0;
  std::map<std::string, std::uint32_t, std::less<>> alike_;  // shape -> addresses
};

// The name of a page: its address, the URL of it plain.
std::string plain_address(const Scope& scope, Address address);

}  // namespace tanmiao::crawler
