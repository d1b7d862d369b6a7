// 运行报告: the newest report of a night, and what it holds back.
#include <algorithm>
#include <functional>
#include <set>

#include "server/json_reading.h"
#include "server/report_files.h"
#include "server/report_parts.h"
#include "server/site.h"
#include "store/suppression.h"

namespace tanmiao::server {
namespace {

using boost::json::object;

const object& crawl_of(const object& report) {
  static const object none;
  const object* found = &none;
  each_of(report, "stages", [&](const object& stage) {
    if (text_of(stage, "stage") == "crawl") found = &stage;
  });
  return *found;
}

std::string number_of_night(const std::string& name) {
  return name.substr(std::min(name.find_first_not_of('0'), name.size() - 1));
}

// A row of the table of nights: day, outcome, what it brought.
Html night_row(const Site& site, const std::string& name) {
  const auto text = read_report(site.worlds.folder(), name);
  boost::system::error_code failed;
  const auto parsed = text ? boost::json::parse(*text, failed) : boost::json::value();
  static const object none;
  const object& report = parsed.is_object() ? parsed.get_object() : none;
  const object& crawl = crawl_of(report);
  const std::string_view outcome = text_of(report, "outcome");
  std::string candidates = "—";
  each_of(report, "stages", [&](const object& stage) {
    if (text_of(stage, "stage") == "mine" && candidates == "—") candidates = count_text(stage, "candidates");
  });
  Html out;
  out << "<tr><td data-label=\"日期\"><a href=\"/report/" << name << "\">"
      << text_of(object_of(report, "night"), "civil_date") << "（第 " << number_of_night(name)
      << " 次）</a></td><td data-label=\"结果\">"
      << (outcome.empty() ? std::string_view("读不出") : night_outcome_label(outcome))
      << "</td><td class=\"num\" data-label=\"用时（秒）\">" << seconds_text(report) << "</td>";
  constexpr std::pair<std::string_view, std::string_view> kCounts[] = {
      {"new", "新增"}, {"changed", "变更"}, {"gone", "消失"}, {"rejected", "退回"}};
  for (const auto& [word, label] : kCounts)
    out << "<td class=\"num\" data-label=\"" << label << "\">"
        << (crawl.empty() ? std::string("—") : count_text(crawl, word)) << "</td>";
  out << "<td class=\"num\" data-label=\"候选\">" << candidates << "</td></tr>";
  return out;
}

// The newest with what they brought; earlier ones by number, so that none is out of reach.
Html nights_section(const Site& site) {
  constexpr std::size_t kTold = 30;
  const auto known = report_names(site.worlds.folder());
  Html out;
  if (known.size() < 2) return out;
  out << "<section class=\"sheet\"><h2>各次报告</h2><table class=\"stack\"><thead><tr><th>日期</th><th>结果</th>";
  for (const std::string_view label : {"用时（秒）", "新增", "变更", "消失", "退回", "候选"})
    out << "<th class=\"num\">" << label << "</th>";
  out << "</tr></thead><tbody>";
  for (std::size_t i = 0; i < known.size() && i < kTold; ++i) out << night_row(site, known[i]);
  out << "</tbody></table>";
  if (known.size() > kTold) {
    out << "<details><summary>更早的 " << known.size() - kTold << " 次</summary><p class=\"nights\">";
    for (std::size_t i = kTold; i < known.size(); ++i)
      out << "<a href=\"/report/" << known[i] << "\">第 " << number_of_night(known[i]) << " 次</a> ";
    out << "</p></details>";
  }
  out << "</section>";
  return out;
}

}  // namespace

// People may have had a firm taken out since the report was written.
Result<std::string> report_text(const Site& site, std::string_view night) {
  TANMIAO_ASSIGN(std::string text, read_report(site.worlds.folder(), night));
  if (text.find("\"changes\"") == std::string::npos && text.find("\"searches\"") == std::string::npos) return text;
  TANMIAO_ASSIGN(const auto world, site.worlds.now(site.config.campaign));
  TANMIAO_ASSIGN(const auto firms, site.worlds.suppressed(*world));
  TANMIAO_ASSIGN(const auto codes, site.worlds.with_store([](store::Store& s) { return s.people().suppressions(); }));
  return without_firms(std::move(text), *firms, store::suppressed_names(codes));
}

std::vector<HeldSource> held_sources(const Site& site, const object& report) {
  std::vector<HeldSource> out;
  each_of(crawl_of(report), "sources", [&](const object& source) {
    const bool failed = text_of(source, "outcome") == "failed";
    if (text_of(source, "outcome") != "held" && !failed) return;
    HeldSource held{std::string(text_of(source, "id")),
                    std::string(text_of(source, "title")),
                    std::string(text_of(source, "why")),
                    failed,
                    {}};
    const auto last = site.worlds.with_store(
        [&](store::Store& s) { return s.facts().last_published(store::Stage::kCrawl, held.id); });
    if (last && last->has_value()) held.kept = iso(civil_day((*last)->clock));
    out.push_back(std::move(held));
  });
  return out;
}

namespace {

constexpr std::size_t kLookedAt = 30;

bool is_whole(const object& report) { return !report.contains("whole") || flag_of(report, "whole"); }

// The newest first, until `done` says so.
void each_report(const Site& site, const std::function<bool(const std::string& name, const object& report)>& done) {
  const auto known = report_names(site.worlds.folder());
  for (std::size_t i = 0; i < known.size() && i < kLookedAt; ++i) {
    const auto text = read_report(site.worlds.folder(), known[i]);
    if (!text) continue;
    boost::system::error_code failed;
    const auto report = boost::json::parse(*text, failed);
    if (!failed && report.is_object() && done(known[i], report.get_object())) return;
  }
}

// How each source stands: as the newest report has it that tells of it, back to the last whole night. What was held
// stays held until its source is crawled again; a list that came in meanwhile says nothing of the others.
boost::json::object newest_crawl(const Site& site) {
  std::set<std::string> told;
  boost::json::array all;
  each_report(site, [&](const std::string&, const object& report) {
    const bool crawled = crawl_of(report).contains("sources");
    each_of(crawl_of(report), "sources", [&](const object& source) {
      if (told.emplace(text_of(source, "id")).second) all.emplace_back(source);
    });
    return crawled && is_whole(report);
  });
  return {{"stages", boost::json::array{boost::json::object{{"stage", "crawl"}, {"sources", std::move(all)}}}}};
}

}  // namespace

std::string newest_night(const Site& site) {
  std::string found;
  each_report(site, [&](const std::string& name, const object& report) {
    const bool whole = is_whole(report);
    if (whole) found = name;
    return whole;
  });
  return found;
}

SourceTitles source_titles(const Site& site) {
  SourceTitles out;
  const object report = newest_crawl(site);
  each_of(crawl_of(report), "sources", [&](const object& source) {
    if (!text_of(source, "title").empty()) out.emplace(text_of(source, "id"), text_of(source, "title"));
  });
  return out;
}

Html held_banner(const Site& site, bool in_full) {
  Html out;
  const auto held = held_sources(site, newest_crawl(site));
  if (held.empty()) return out;
  out << "<div class=\"held\" role=\"alert\">";
  constexpr std::size_t kToldApart = 2;
  if (!in_full && held.size() > kToldApart) {
    out << "<p><strong>" << held.size() << " 个来源本次未更新，沿用此前数据</strong>：";
    for (std::size_t i = 0; i < held.size(); ++i)
      out << std::string_view(i == 0 ? "" : "、") << (held[i].title.empty() ? held[i].id : held[i].title);
    out << "</p><p><a href=\"/report\">查看运行报告</a></p></div>";
    return out;
  }
  for (const HeldSource& source : held) {
    out << "<p><strong>" << (source.title.empty() ? source.id : source.title)
        << std::string_view(source.failed ? "：本次抓取失败，" : "：本次未发布，");
    if (source.kept.empty())
      out << "此前也无数据";
    else
      out << "沿用 <span class=\"nowrap\">" << source.kept << "</span> 数据";
    out << "</strong>";
    if (in_full && !source.why.empty()) out << "<br>" << source.why;
    out << "</p>";
  }
  if (!in_full) out << "<p><a href=\"/report\">查看运行报告</a></p>";
  out << "</div>";
  return out;
}

Result<Response> report_page(const Site& site, const Request& request, std::string_view night) {
  TANMIAO_TRY(parse_list_query(request, ListWords{}));
  const std::string newest = night.empty() ? newest_night(site) : std::string();
  TANMIAO_ASSIGN(const std::string text, report_text(site, night.empty() ? newest : night));
  boost::system::error_code failed;
  const auto parsed = boost::json::parse(text, failed);
  if (failed || !parsed.is_object()) return Error{Errc::kCorrupt, "运行报告不是有效的 JSON", ""};
  const object& report = parsed.get_object();
  const std::string_view outcome = text_of(report, "outcome");
  ReportNames names;
  names.on_site = true;
  for (const auto& info : site.worlds.rules().campaigns()) names.campaigns.emplace(info.id, info.title);
  Html body;
  body << "<div class=\"title\"><h1>运行报告</h1><p class=\"sub\">" << text_of(object_of(report, "night"), "civil_date")
       << (flag_of(report, "whole") || !report.contains("whole") ? std::string_view(" 夜间运行")
                                                                 : std::string_view(" 单独运行"))
       << " · " << night_outcome_label(outcome) << " · 用时 " << seconds_text(report) << " 秒";
  if (flag_of(object_of(report, "night"), "resumed")) body << "（接着上次中断处继续）";
  body << "</p></div>" << report_body(report, names) << nights_section(site);
  Frame frame;
  frame.waiting = site.waiting();
  frame.title = "运行报告";
  frame.active = "/report";
  frame.css = "wide";
  // Which data stays in use is only known of the newest night.
  if (night.empty()) frame.banner = held_banner(site, true);
  return page(frame, body);
}

}  // namespace tanmiao::server
