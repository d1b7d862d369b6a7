// The run report: JSON (docs/schema/run_report.json), and lines for the terminal. The page is made from the JSON
// (server/report_view.h).
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

#include "apps/tanmiao/pipeline.h"
#include "apps/tanmiao/report_past.h"

namespace tanmiao::app {

boost::json::object report_json(const NightReport& report, const Surroundings& around);
// What a person has to do next, most pressing first: {"what", "urgent", "text", "command"}. Of the report's own words.
boost::json::array todo_of(const boost::json::object& report, const Surroundings& around);
// The report in words of the terminal, whatever version it is of.
std::string report_lines(const boost::json::object& report);

// reports/NIGHT.json and .html; gives the path of the first.
Result<std::filesystem::path> write_report(const store::DataFolder& folder, store::NightId night,
                                           const boost::json::object& report);

// Prints the report, and gives the exit code of the night: its error, kHeld, or kDone. `quiet_stdout`: words go to
// stderr, as somebody reads other lines of stdout.
Result<int> tell(Workplace& place, const NightReport& report, bool json, bool quiet_stdout = false);

}  // namespace tanmiao::app
