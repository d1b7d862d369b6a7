// The run report: JSON (docs/schema/run_report.json), a page, and lines for the terminal.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

#include "apps/tanmiao/pipeline.h"

namespace tanmiao::app {

boost::json::object report_json(const NightReport& report);
std::string report_page(const NightReport& report);  // plain Chinese HTML, no outside parts
std::string report_lines(const NightReport& report);

// reports/NIGHT.json and .html; gives the path of the first.
Result<std::filesystem::path> write_report(const store::DataFolder& folder, const NightReport& report);

// Prints the report, and gives the exit code of the night: its error, kHeld, or kDone.
Result<int> tell(const Workplace& place, const NightReport& report, bool json);

}  // namespace tanmiao::app
