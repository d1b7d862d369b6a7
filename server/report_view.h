// A run report (docs/schema/run_report.json, of this version or an older one) as people read it: on the pages, in the
// file beside the JSON, and by word on a terminal. What a report does not say is 未知, never 0. Reports come as the
// text of their JSON; one that is none is shown as an empty one.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tanmiao::server {

std::string_view night_outcome_label(std::string_view word);   // "done" -> "完成"
std::string_view source_outcome_label(std::string_view word);  // "held" -> "本次未发布"
std::string size_text(std::int64_t bytes);                     // "1.2 GB"; 未知 below 0

// A page of its own, without outside parts.
std::string standalone_report(std::string_view report_json);

// For the terminal.
struct ReportTables {
  static std::vector<std::string_view> source_headings(), stage_headings();
  std::vector<std::vector<std::string>> sources, stages;
  std::vector<std::string> changes;
};
ReportTables report_tables(std::string_view report_json);

// Takes out what a report says of firms that people had taken out after it was written: by number (ascending), and by
// credit code, since a firm that is gone has none in the snapshot of today.
std::string without_firms(std::string report_json, const std::vector<std::uint32_t>& firms,
                          const std::set<std::string>& codes);

}  // namespace tanmiao::server
