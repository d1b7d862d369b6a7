// What of a source could not be read, so that a report of its night can tell it, whatever process read it.
//
// Attachments of a web source are remembered from night to night: whoever runs the crawl cannot
// mend what a publisher put there, so an unchanged one is counted each night and told to a person on the first only.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "crawler/crawl.h"
#include "store/facts.h"

namespace tanmiao::crawler {

class LostParts {
 public:
  LostParts(store::Facts& facts, std::string source, Date day)
      : facts_(facts), source_(std::move(source)), day_(day.time_since_epoch().count()) {}
  Status open();
  // `hash` of its bytes: the same ones are the same damage. `why`: Chinese.
  void lost(const std::string& part, std::uint64_t hash, std::string why);
  void found(const std::string& part);  // it was read, or is there no more
  // Before what was read is committed: a process that dies in between loses it once more, in the same night.
  Status save();
  // Those of this night, by whatever process: the new ones first.
  void tell(SourceReport& report) const;

 private:
  static constexpr std::size_t kMostKept = 1000;  // more of one night are counted, and never new
  static constexpr std::int64_t kDaysKept = 90;   // not met for so long: nothing links to it any more
  bool make_room();                               // forgets what was met longest ago; false: all are of this night
  struct Part {
    std::uint64_t hash = 0;
    std::int64_t since = 0, seen = 0;  // days: of these bytes the first, the last
    std::string why;
  };
  store::Facts& facts_;
  std::string source_;
  std::int64_t day_;  // of the night, however many runs it has
  std::map<std::string, Part> parts_;
  std::uint64_t more_ = 0;
  bool changed_ = false;
};

// Of files: as they are told in a report of that day, and told again by one that finds their source ended.
Status keep_lost_files(store::Facts& facts, Date day, const SourceReport& report);
Status tell_lost_files(store::Facts& facts, Date day, SourceReport& report);

}  // namespace tanmiao::crawler
