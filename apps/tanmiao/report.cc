#include "apps/tanmiao/report.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "apps/tanmiao/console.h"
#include "core/json_reading.h"
#include "server/report_view.h"

namespace tanmiao::app {

namespace json = boost::json;

Result<std::filesystem::path> write_report(const store::DataFolder& folder, store::NightId night,
                                           const json::object& report) {
  std::error_code ignored;
  std::filesystem::create_directories(folder.reports(), ignored);
  const auto path = folder.reports() / fmt::format("{:06}.json", night);
  const std::string text = json::serialize(report) + "\n";
  TANMIAO_TRY(store::write_file_durably(path, text));
  auto page = path;
  TANMIAO_TRY(store::write_file_durably(page.replace_extension(".html"), server::standalone_report(text)));
  return path;
}

Result<int> tell(Workplace& place, const NightReport& night, bool json, bool quiet_stdout) {
  const json::object report = report_json(night, surroundings_of(place, night));
  std::filesystem::path path;
  if (night.night.id != 0) {
    const auto written = write_report(place.folder(), night.night.id, report);
    if (!written && !night.failure) return written.error();
    if (written) path = *written;
  }
  if (json)
    print_json(report);
  else if (quiet_stdout)
    say(report_lines(report));
  else
    print(report_lines(report));
  if (!path.empty()) say("run report: " + path.string());
  if (night.failure) return *night.failure;
  return night.held() || text_of(report, "outcome") == "alarm" ? kHeld : kDone;
}

}  // namespace tanmiao::app
