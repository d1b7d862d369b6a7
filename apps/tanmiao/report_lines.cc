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

// What link --refit-names changed, of the names that wait and of the links.
std::string refit_lines(const json::object& report) {
  std::string out;
  each_of(report, "stages", [&](const json::object& stage) {
    const json::object& refit = object_of(stage, "refit");
    if (refit.empty()) return;
    out += fmt::format("名称比对的模型已重新确定（{}）\n", text_of(object_of(stage, "names"), "model"));
    out += fmt::format("  待判定和按概率归入的名称：新列 {}，不再列 {}，最可能的企业改变 {}，不变 {}\n",
                       number_of(refit, "came", 0), number_of(refit, "went", 0), number_of(refit, "other_firm", 0),
                       number_of(refit, "same", 0));
    out += fmt::format("  按概率归入：增 {}，减 {}；全部归属：增 {}，减 {}，改 {}\n", number_of(refit, "links_came", 0),
                       number_of(refit, "links_went", 0), number_of(stage, "links_added", 0),
                       number_of(stage, "links_removed", 0), number_of(stage, "links_moved", 0));
    each_of(refit, "greatest", [&](const json::object& change) {
      const auto shown = [&](std::string_view side) {
        const std::string_view text = text_of(change, side);
        return text.empty() ? std::string_view("（未列）") : text;
      };
      out += fmt::format("  · {}（{} {}）\n      原：{}\n      现：{}\n", text_of(change, "name"),
                         text_of(change, "source"), text_of(change, "key"), shown("before"), shown("after"));
    });
  });
  return out.empty() ? out : out + "\n";
}

}  // namespace

std::string report_lines(const json::object& report) {
  const auto tables = server::report_tables(json::serialize(report));
  std::string out = table_of(server::ReportTables::source_headings(), {2, 3, 4, 5, 6, 7}, tables.sources) +
                    table_of(server::ReportTables::stage_headings(), {1, 2, 3}, tables.stages);
  for (const std::string& line : tables.changes) out += line + "\n";
  if (!tables.changes.empty()) out += "\n";
  out += refit_lines(report) + todo_lines(report);
  const std::string_view outcome = text_of(report, "outcome");
  return outcome == "failed" ? out : out + std::string(server::night_outcome_label(outcome)) + "\n";
}

}  // namespace tanmiao::app
