// The run report for a terminal, and as a page of its own.
#include "server/assets.h"
#include "server/json_reading.h"
#include "server/report_parts.h"

namespace tanmiao::server {
namespace {

using boost::json::object;

object parsed_report(std::string_view text) {
  boost::system::error_code failed;
  auto value = boost::json::parse(text, failed);
  return !failed && value.is_object() ? std::move(value.get_object()) : object();
}

std::vector<std::string> source_row(const object& s) {
  const std::string id(text_of(s, "id")), title(text_of(s, "title"));
  const std::string_view outcome = text_of(s, "outcome");
  const bool looked_at = outcome != "not_approved" && outcome != "not_now";
  const std::string label(source_outcome_label(text_of(s, "outcome"))), why(text_of(s, "why"));
  return {title.empty() ? id : title + "（" + id + "）",
          label,
          read_text(s),
          expected_text(s),
          looked_at ? count_text(s, "rejected") : std::string("—"),
          change_text(s, "new"),
          change_text(s, "changed"),
          change_text(s, "gone"),
          quiet_text(s),
          why == label ? std::string() : why};
}

std::vector<std::string> stage_row(const object& stage) {
  constexpr std::size_t kNightsTold = 3;
  std::string before;
  std::size_t shown = 0;
  each_of(stage, "earlier", [&](const object& night) {
    if (++shown <= kNightsTold) before += (before.empty() ? "" : " ") + seconds_text(night);
  });
  return {std::string(stage_label(text_of(stage, "stage"))), seconds_text(stage), before, peak_text(stage),
          stage_did(stage, {})};
}

// The page must be readable on any machine, without the program: the style of the pages is carried along.
std::string_view style() {
  for (const Asset& asset : assets())
    if (asset.name == "style.css") return asset.bytes;
  return {};
}

}  // namespace

std::vector<std::string_view> ReportTables::source_headings() {
  return {"来源", "结果", "读入", "预期", "退回", "新增", "变更", "消失", "最近有新数据", "说明"};
}
std::vector<std::string_view> ReportTables::stage_headings() { return {"步骤", "秒", "此前", "内存峰值(MB)", "结果"}; }

ReportTables report_tables(std::string_view report_json) {
  const object report = parsed_report(report_json);
  ReportTables out;
  each_of(report, "stages", [&](const object& stage) {
    each_of(stage, "sources", [&](const object& source) { out.sources.push_back(source_row(source)); });
    out.stages.push_back(stage_row(stage));
    if (std::string line = changes_line(stage, {}); !line.empty()) out.changes.push_back(std::move(line));
  });
  for (std::string line : {model_line(report), learned_line(report), ranking_line(report)})
    if (!line.empty()) out.changes.push_back(std::move(line));
  return out;
}

std::string standalone_report(std::string_view report_json) {
  const object report = parsed_report(report_json);
  const std::string_view date = text_of(object_of(report, "night"), "civil_date");
  Html out;
  out << "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>运行报告 "
      << date << "</title><style>";
  out.raw(style());
  out << "</style></head>\n<body class=\"wide\"><main><div class=\"title\"><h1>运行报告</h1><p class=\"sub\">" << date
      << " · " << night_outcome_label(text_of(report, "outcome")) << " · 用时 " << seconds_text(report) << " 秒";
  if (flag_of(object_of(report, "night"), "resumed")) out << "（接着上次中断处继续）";
  out << "</p></div>" << report_body(report, {}) << "</main></body></html>\n";
  return out.text();
}

}  // namespace tanmiao::server
