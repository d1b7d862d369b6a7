// report: the run reports that are kept.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <boost/json.hpp>
#include <memory>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/report.h"
#include "core/json_reading.h"
#include "server/report_files.h"
#include "server/report_view.h"
#include "store/suppression.h"

namespace tanmiao::app {
namespace {

namespace json = boost::json;

struct ReportOptions {
  std::string night;
  bool html = false;
};

Result<json::object> parsed_report(const store::DataFolder& folder, std::string_view night) {
  const auto text = server::read_report(folder, night);
  if (!text)
    return Error{text.error().code,
                 night.empty() ? "there is no run report yet: run tanmiao run first"
                               : "there is no run report of this night; see tanmiao report list",
                 std::string(night)};
  boost::system::error_code failed;
  auto value = json::parse(*text, failed);
  if (failed || !value.is_object()) return Error{Errc::kCorrupt, "the run report is no JSON", std::string(night)};
  return std::move(value.get_object());
}

const json::object& crawl_of(const json::object& report) {
  static const json::object none;
  const json::object* found = &none;
  each_of(report, "stages", [&](const json::object& stage) {
    if (text_of(stage, "stage") == "crawl") found = &stage;
  });
  return *found;
}

// Counts that a report does not give are left out of the JSON.
json::object summary(const std::string& name, const json::object& report) {
  const json::object& night = object_of(report, "night");
  json::object out{
      {"night", name}, {"civil_date", text_of(night, "civil_date")}, {"outcome", text_of(report, "outcome")}};
  if (const auto* seconds = report.if_contains("seconds")) out["seconds"] = *seconds;
  for (const std::string_view count : {"rows_read", "rejected", "new", "changed", "gone"})
    if (const auto* value = crawl_of(report).if_contains(count)) out[count] = *value;
  each_of(report, "stages", [&](const json::object& stage) {
    if (const auto* value = stage.if_contains("candidates"); value != nullptr && !out.contains("candidates"))
      out["candidates"] = *value;
  });
  if (const auto* todo = report.if_contains("todo"); todo != nullptr && todo->is_array())
    out["todo"] = todo->get_array().size();
  return out;
}

Result<int> list(const Common& common) {
  TANMIAO_TRY(open_config(common));
  const store::DataFolder folder(common.data);
  std::vector<std::vector<std::string>> rows;
  for (const std::string& name : server::report_names(folder)) {
    const auto report = parsed_report(folder, name);
    if (!report) {
      say("tanmiao: " + report.error().text());
      continue;
    }
    const json::object row = summary(name, *report);
    if (common.json) {
      print_json(row);
      continue;
    }
    const auto n = [&](std::string_view count) {
      const std::int64_t number = number_of(row, count);
      return number < 0 ? std::string("未知") : std::to_string(number);
    };
    rows.push_back({name, std::string(text_of(row, "civil_date")),
                    std::string(server::night_outcome_label(text_of(row, "outcome"))),
                    row.contains("seconds") ? fmt::format("{:.2f}", real_of(row, "seconds")) : std::string("未知"),
                    n("new"), n("changed"), n("gone"), n("rejected"), n("candidates"), n("todo")});
  }
  if (!common.json && !rows.empty())
    print(table({{"夜次"},
                 {"日期"},
                 {"结果"},
                 {"秒", true},
                 {"新增", true},
                 {"变更", true},
                 {"消失", true},
                 {"退回", true},
                 {"候选", true},
                 {"待办", true}},
                rows));
  if (!common.json && rows.empty()) say("no run report yet: run tanmiao run first");
  return kDone;
}

// Firms that people had taken out since are not shown, wherever an older report names them.
Result<std::string> without_taken_out(const Common& common, std::string text) {
  if (!std::filesystem::exists(common.data / "facts.db")) return text;
  TANMIAO_ASSIGN(const auto store, store::Store::open(common.data, store::Access::kRead, "tanmiao report"));
  TANMIAO_ASSIGN(const auto live, store->facts().live());
  TANMIAO_ASSIGN(const auto suppressions, store->people().suppressions());
  if (live.snapshot.empty() || suppressions.empty()) return text;
  const auto names = store::suppressed_names(suppressions);
  TANMIAO_ASSIGN(const auto snapshot, store::Snapshot::open(store->folder().columns(live.snapshot)));
  TANMIAO_ASSIGN(const auto firms, store::suppressed_firms(store->facts(), names, *snapshot));
  return server::without_firms(std::move(text), firms, names);
}

Result<int> show(const Common& common, const ReportOptions& options) {
  TANMIAO_TRY(open_config(common));
  TANMIAO_ASSIGN(const auto kept, parsed_report(store::DataFolder(common.data), options.night));
  TANMIAO_ASSIGN(const std::string text, without_taken_out(common, json::serialize(kept)));
  if (options.html && !common.json) {
    print(server::standalone_report(text));
    return kDone;
  }
  const json::value report = json::parse(text);
  if (common.json)
    print_json(report);
  else
    print(report_lines(report.as_object()));
  return kDone;
}

}  // namespace

Action declare_report(CLI::App& app, Common& common) {
  app.require_subcommand(1);
  auto options = std::make_shared<ReportOptions>();
  CLI::App* listing = add_leaf(app, common, "list", "all run reports, newest first", "tanmiao report list --json");
  CLI::App* showing = add_leaf(app, common, "show", "one run report, the newest unless told",
                               "tanmiao report show 12 --html > night.html");
  showing->add_option("NIGHT", options->night, "number of the night");
  showing->add_flag("--html", options->html, "as a page without outside parts");
  return [=, &common] { return listing->parsed() ? list(common) : show(common, *options); };
}

}  // namespace tanmiao::app
