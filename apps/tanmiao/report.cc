#include "apps/tanmiao/report.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/report_words.h"

namespace tanmiao::app {
namespace {

constexpr std::string_view kStyle =
    "body{font:15px/1.6 'Noto Sans CJK SC','Microsoft YaHei',sans-serif;max-width:72rem;margin:2rem auto;padding:0 "
    "1rem;"
    "color:#1c2733}h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}"
    "th,td{border-bottom:1px solid #d8dee4;padding:.35rem "
    ".6rem;text-align:left;vertical-align:top}th{background:#f3f6f9}"
    ".held{background:#fdecea;border-left:4px solid #b3261e;padding:.6rem "
    "1rem}.done{background:#e8f3ec;border-left:4px "
    "solid #1e6b3a;padding:.6rem 1rem}";

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string html_row(std::string_view tag, const std::vector<std::string>& cells) {
  std::string out = "<tr>";
  for (const auto& cell : cells) out += fmt::format("<{0}>{1}</{0}>", tag, escape(cell));
  return out + "</tr>\n";
}

std::string html_table(const std::vector<std::string>& headings, const std::vector<std::vector<std::string>>& rows) {
  std::string out = "<table>" + html_row("th", headings);
  for (const auto& row : rows) out += html_row("td", row);
  return out + "</table>\n";
}

std::string seconds(double value) { return fmt::format("{:.2f}", value); }
std::string megabytes(std::uint64_t bytes) { return bytes ? fmt::format("{:.0f}", double(bytes) / 1048576.0) : "未知"; }

std::vector<std::vector<std::string>> stage_rows(const NightReport& report) {
  std::vector<std::vector<std::string>> rows;
  for (const StageLine& line : stage_lines(report))
    rows.push_back({line.label, seconds(line.figures.seconds), megabytes(line.figures.peak_bytes), line.did});
  return rows;
}

std::string field_text(const std::string& name) {
  const auto field = field_from_name(name);
  return field ? std::string(field_spec(*field).label) : name;
}

std::vector<std::vector<std::string>> reject_rows(const NightReport& report) {
  std::vector<std::vector<std::string>> rows;
  if (!report.crawl) return rows;
  for (const auto& source : report.crawl->report.sources)
    for (const auto& r : source.first_rejects)
      rows.push_back({source.title.empty() ? source.id : source.title, r.part, r.line > 0 ? std::to_string(r.line) : "",
                      field_text(r.field), r.value, r.expected});
  return rows;
}

}  // namespace

std::string report_page(const NightReport& report) {
  const std::string date = iso(report.night.civil_date);
  std::string out = "<!doctype html>\n<html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>运行报告 " + date +
                    "</title><style>" + std::string(kStyle) + "</style>\n<h1>运行报告 " + date + "</h1>\n";
  out += fmt::format("<p class=\"{}\">{}，用时 {} 秒{}</p>\n", report.failure || report.held() ? "held" : "done",
                     escape(outcome_label(report)), seconds(report.seconds),
                     report.night.resumed ? "（接着上次中断处继续）" : "");
  out += "<h2>各步骤</h2>\n" + html_table({"步骤", "秒", "内存峰值(MB)", "结果"}, stage_rows(report));
  if (const auto rows = source_rows(report); !rows.empty())
    out += "<h2>来源</h2>\n" + html_table(source_headings(), rows);
  if (const auto rows = reject_rows(report); !rows.empty())
    out += "<h2>退回的行（每个来源至多 20 行）</h2>\n" + html_table({"来源", "文件", "行", "字段", "值", "应为"}, rows);
  return out + "</html>\n";
}

std::string report_lines(const NightReport& report) {
  std::string out;
  if (const auto rows = source_rows(report); !rows.empty()) {
    std::vector<TableColumn> columns;
    for (const auto& heading : source_headings()) columns.push_back({heading});
    for (std::size_t i = 2; i < 7; ++i) columns[i].right = true;
    out += table(columns, rows) + "\n";
  }
  if (const auto rows = stage_rows(report); !rows.empty())
    out += table({{"步骤"}, {"秒", true}, {"内存峰值(MB)", true}, {"结果"}}, rows) + "\n";
  return report.failure ? out : out + outcome_label(report) + "\n";
}

Result<std::filesystem::path> write_report(const store::DataFolder& folder, const NightReport& report) {
  std::error_code ignored;
  std::filesystem::create_directories(folder.reports(), ignored);
  const auto path = folder.reports() / fmt::format("{:06}.json", report.night.id);
  TANMIAO_TRY(store::write_file_durably(path, boost::json::serialize(report_json(report)) + "\n"));
  auto page = path;
  TANMIAO_TRY(store::write_file_durably(page.replace_extension(".html"), report_page(report)));
  return path;
}

Result<int> tell(const Workplace& place, const NightReport& report, bool json) {
  std::filesystem::path path;
  if (report.night.id != 0) {
    const auto written = write_report(place.folder(), report);
    if (!written && !report.failure) return written.error();
    if (written) path = *written;
  }
  if (json)
    print_json(report_json(report));
  else
    print(report_lines(report));
  if (!path.empty()) say("run report: " + path.string());
  if (report.failure) return *report.failure;
  return report.held() ? kHeld : kDone;
}

}  // namespace tanmiao::app
