// What is remembered of the addresses that a source's nights leave over: in a note of facts.db whether they were found
// by the description of today, and whether they become fewer; with an address that it is not wanted any more.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crawler/source.h"
#include "store/facts.h"

namespace tanmiao::crawler {

struct QueueNote {
  std::uint64_t start = 0;  // start_hash() when it was kept; 0: nothing was kept yet
  std::uint64_t left = 0;   // addresses that waited
  int growing = 0;          // nights in a row after which more waited than before
  std::uint64_t links = 0;  // links_hash() that all of those that wait were held against
  bool operator==(const QueueNote&) const = default;
};

// An address that was found by an earlier night, or by another description, and is not wanted as such: in its batch it
// is as if it had not been found, so that a page of tonight that leads to it offers it anew.
store::FrontierUrl dropped(store::FrontierUrl url, const std::string& why);
bool is_dropped(const store::FrontierUrl& url);

// Of where a source begins: another start means another column, and what the old one led to is not wanted any more.
std::uint64_t start_hash(const Source& source);

// Of the rules by which pages lead to others.
std::uint64_t links_hash(const Source& source);
// Whether a rule of the pages leads to such an address by any page: which one found it is not kept.
bool may_lead_to(const Source& source, const std::string& role, std::string_view address);

// After a night that left so many: `before` carried on.
QueueNote after_night(QueueNote before, std::uint64_t left);

Result<QueueNote> queue_note(store::Facts& facts, const std::string& source);
Status keep_queue_note(store::Facts& facts, const std::string& source, const QueueNote& note);

}  // namespace tanmiao::crawler
