// The run report on a terminal.
#include <fmt/format.h>

#include <boost/json.hpp>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/report.h"
#include "core/json_reading.h"
#include "server/report_view.h"

namespace tanmiao::app {
namespace {

namespace json = boost::json;

// `numbers`: columns that stand to the right.
std::string table_of(const std::vector<std::string_view>& headings, const std::vector<std::size_t>& numbers,
                     const std::vector<std::vector<std::string>>& rows) {
  if (rows.empty()) return {};
  std::vector<TableColumn> columns;
  columns.reserve(headings.size());
  for (const auto heading : headings) columns.push_back({std::string(heading)});
  for (const std::size_t i : numbers) columns[i].right = true;
  return table(columns, rows) + "\n";
}

std::string todo_lines(const json::object& report) {
  std::string out;
  each_of(report, "todo", [&](const json::object& item) {
    out += fmt::format("{} {}\n    {}\n", flag_of(item, "urgent") ? "！" : "· ", text_of(item, "text"),
                       text_of(item, "command"));
  });
  return out.empty() ? out : "需要处理的事项\n" + out + "\n";
}

}  // namespace

std::string report_lines(const json::object& report) {
  const auto tables = server::report_tables(json::serialize(report));
  std::string out = table_of(server::ReportTables::source_headings(), {2, 3, 4, 5, 6, 7}, tables.sources) +
                    table_of(server::ReportTables::stage_headings(), {1, 2, 3}, tables.stages);
  for (const std::string& line : tables.changes) out += line + "\n";
  if (!tables.changes.empty()) out += "\n";
  out += todo_lines(report);
  const std::string_view outcome = text_of(report, "outcome");
  return outcome == "failed" ? out : out + std::string(server::night_outcome_label(outcome)) + "\n";
}

}  // namespace tanmiao::app
