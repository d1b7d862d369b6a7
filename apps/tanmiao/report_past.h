// What a run report sets beside its own night: earlier reports, the state of the folder, what waits for people. Nothing
// of it makes a night fail: what cannot be found out is unknown.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "apps/tanmiao/pipeline.h"
#include "pool/waiting.h"

namespace tanmiao::app {

// reports/NIGHT.json, newest first. Reports of other versions lack members.
class EarlierReports {
 public:
  static constexpr std::size_t kRead = 14, kShown = 7;
  static EarlierReports before(const store::DataFolder& folder, store::NightId night);
  explicit EarlierReports(std::vector<boost::json::object> reports) : reports_(std::move(reports)) {}

  // {"night", "civil_date", "seconds", "outcome"} of nights of all stages; at most kShown.
  boost::json::array nights() const;
  // {"night", "civil_date", "seconds", "peak_memory_bytes", "unchanged"} of the stage; `campaign` of mine only.
  boost::json::array figures(std::string_view stage, std::string_view campaign) const;
  // The stage, or the source of the crawl, as the newest report has it that read something there; nullptr: none.
  const boost::json::object* stage(std::string_view name) const;
  struct Source {
    const boost::json::object* source = nullptr;
    const boost::json::object* report = nullptr;
  };
  Source source(std::string_view id) const;                 // that was read, whatever came of it
  std::optional<Date> last_new(std::string_view id) const;  // as a report noted it

 private:
  std::vector<boost::json::object> reports_;
};

struct Surroundings {
  EarlierReports earlier{{}};
  std::map<std::string, std::optional<Date>> last_new;   // source -> civil day of the last new thing; none: never
  std::map<std::string, std::uint64_t> rejects_waiting;  // source -> rows of rejects/SOURCE.csv
  std::optional<std::uint64_t> free_bytes;               // where the data lie
  std::map<std::string, std::uint64_t> sizes;            // what lies in the data folder, by its first name
  std::optional<std::uint64_t> reviews;                  // names that wait, whatever stages were run
  std::optional<std::uint64_t> in_pool;                  // firms that people put on a track
  std::optional<pool::Waiting> waiting;                  // of the pool
  std::optional<store::AuditHead> audit;                 // where what people did ends
  std::string audit_damage;                              // not what it was when a night ended last
  boost::json::object backup;                            // {"at", "file"} of the last one; empty: none
  ReportLimits limits;
  std::string exports;  // where refused rows of sheets wait
  std::string options;  // " --config FILE --data DIR" for commands to type
};
Surroundings surroundings_of(Workplace& place, const NightReport& report);

// Noted by `tanmiao backup` in the data folder, for the report.
inline constexpr std::string_view kLastBackup = "last_backup.json";

}  // namespace tanmiao::app
