// 运行报告: the newest report of a night, and what it holds back.
#include <algorithm>
#include <fstream>
#include <iterator>

#include "core/messages.h"
#include "server/json_reading.h"
#include "server/site.h"

namespace tanmiao::server {
namespace {

using boost::json::object;
namespace fs = std::filesystem;

constexpr std::uintmax_t kLargestReport = 64u << 20;

// "000012" of a night number; anything else is no file name of ours.
bool night_name(std::string_view name) {
  return !name.empty() && name.size() <= 20 && name.find_first_not_of("0123456789") == std::string_view::npos;
}

// Names are zero-padded: of two the longer one is the greater number.
std::vector<std::string> nights(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed))
    if (at->path().extension() == ".json" && night_name(at->path().stem().string()))
      names.push_back(at->path().stem().string());
  std::sort(names.begin(), names.end(),
            [](const auto& a, const auto& b) { return a.size() != b.size() ? a.size() > b.size() : a > b; });
  return names;
}

const object& crawl_of(const object& report) {
  static const object none;
  const object* found = &none;
  each_of(report, "stages", [&](const object& stage) {
    if (text_of(stage, "stage") == "crawl") found = &stage;
  });
  return *found;
}

std::string_view outcome_label(std::string_view word) {
  if (word == "published") return "已发布";
  if (word == "unchanged") return "无变化";
  if (word == "held") return "本次未发布";
  if (word == "not_approved") return "未批准，未抓取";
  if (word == "failed") return "失败";
  return word;
}

std::string_view title_of(const object& source) {
  return text_of(source, "title").empty() ? text_of(source, "id") : text_of(source, "title");
}

std::string expected(const object& source) {
  const std::int64_t least = number_of(source, "expected_least", 0), most = number_of(source, "expected_most", 0);
  if (least <= 0 && most <= 0) return "—";
  if (most <= 0) return "≥ " + std::to_string(least);
  return std::to_string(std::max<std::int64_t>(least, 0)) + "–" + std::to_string(most);
}

Html sources(const object& crawl) {
  Html out;
  out << "<section class=\"sheet\"><h2>来源</h2><table class=\"stack sources\"><thead><tr>";
  for (const std::string_view label : {"来源", "结果"}) out << "<th scope=\"col\">" << label << "</th>";
  for (const std::string_view label : {"读入", "预期", "退回", "新增", "变更", "消失"})
    out << "<th scope=\"col\" class=\"num\">" << label << "</th>";
  out << "<th scope=\"col\">说明</th>";
  out << "</tr></thead><tbody>";
  each_of(crawl, "sources", [&](const object& source) {
    const auto number = [&](std::string_view label, std::string_view name) {
      out << "<td class=\"num\" data-label=\"" << label << "\">" << number_of(source, name, 0) << "</td>";
    };
    const std::string_view outcome = text_of(source, "outcome");
    out << "<tr class=\"outcome-" << outcome << "\"><td class=\"lead\" data-label=\"来源\">" << title_of(source)
        << "<small class=\"id\">" << text_of(source, "id")
        << "</small></td><td data-label=\"结果\"><span class=\"badge outcome\">" << outcome_label(outcome)
        << "</span></td>";
    number("读入", "rows_read");
    out << "<td class=\"num\" data-label=\"预期\">" << expected(source) << "</td>";
    number("退回", "rejected"), number("新增", "new"), number("变更", "changed"), number("消失", "gone");
    const std::string_view why = text_of(source, "why");
    out << "<td data-label=\"说明\">" << (why == outcome_label(outcome) ? std::string_view() : why) << "</td></tr>";
  });
  out << "</tbody></table></section>";
  return out;
}

std::string_view field_label(std::string_view name) {
  const auto field = field_from_name(name);
  return field ? field_spec(*field).label : name;
}

Html rejects(const object& crawl) {
  Html rows;
  each_of(crawl, "sources", [&](const object& source) {
    each_of(source, "first_rejects", [&](const object& reject) {
      rows << "<tr><td data-label=\"来源\">" << title_of(source) << "</td><td data-label=\"文件与行\">"
           << text_of(reject, "part");
      if (number_of(reject, "line") > 0) rows << "，第 " << number_of(reject, "line") << " 行";
      rows << "</td><td data-label=\"字段\">" << field_label(text_of(reject, "field"))
           << "</td><td data-label=\"内容\">" << text_of(reject, "value") << "</td><td data-label=\"应为或原因\">"
           << text_of(reject, "expected") << "</td></tr>";
    });
  });
  Html out;
  if (rows.empty()) return out;
  out << "<section class=\"sheet\"><h2>退回的行（每个来源的前几条）</h2><table "
         "class=\"stack\"><thead><tr><th>来源</th><th>文件与行"
         "</th><th>字段</th><th>内容</th><th>应为或原因</th></tr></thead><tbody>"
      << rows << "</tbody></table></section>";
  return out;
}

std::string did(const Site& site, const object& stage) {
  const auto n = [&](std::string_view name) { return std::to_string(number_of(stage, name, 0)); };
  const std::string_view name = text_of(stage, "stage");
  if (name == "crawl") return "读入 " + n("rows_read") + " 行，退回 " + n("rejected") + " 行";
  if (flag_of(stage, "unchanged") && name != "mine") return "输入未变，跳过";
  if (name == "link")
    return "企业 " + n("firms") + " 家（新 " + n("new_firms") + " 家），专利 " + n("patents") + " 件，其中归到企业 " +
           n("patents_linked") + " 件，待人工核对 " + n("reviews") + " 条";
  if (name == "index") return "编入索引的企业 " + n("documents") + " 家";
  std::string title(text_of(stage, "campaign"));
  for (const auto& info : site.worlds.rules().campaigns())
    if (info.id == title) title = info.title;
  return title + "，截至 " + std::string(text_of(stage, "as_of")) + "：已知企业 " + n("considered") +
         " 家，检索范围内 " + n("in_campaign") + " 家，候选 " + n("candidates") + " 家";
}

std::string_view stage_label(std::string_view stage) {
  if (stage == "crawl") return "采集";
  if (stage == "link") return "归并";
  if (stage == "index") return "索引";
  if (stage == "mine") return "挖掘";
  return stage == "propose" ? "提出线索" : "运行";
}

Html stages(const Site& site, const object& report) {
  Html out;
  out << "<section class=\"sheet\"><h2>阶段</h2><table class=\"stack\"><thead><tr><th>阶段</th><th "
         "class=\"num\">用时（秒）</th><th "
         "class=\"num\">内存峰值（MB）</th><th>结果</th></tr></thead><tbody>";
  each_of(report, "stages", [&](const object& stage) {
    std::string seconds = std::to_string(real_of(stage, "seconds"));
    seconds.erase(seconds.find('.') + 3);
    const std::int64_t bytes = number_of(stage, "peak_memory_bytes", 0);
    out << "<tr><td class=\"lead\" data-label=\"阶段\">" << stage_label(text_of(stage, "stage"))
        << "</td><td class=\"num\" data-label=\"用时（秒）\">" << seconds
        << "</td><td class=\"num\" data-label=\"内存峰值（MB）\">"
        << (bytes > 0 ? std::to_string(bytes >> 20) : std::string("未知")) << "</td><td data-label=\"结果\">"
        << did(site, stage) << "</td></tr>";
  });
  out << "</tbody></table></section>";
  return out;
}

// "2026-11-25（第 12 次）".
std::string night_label(const Site& site, const std::string& name) {
  const std::string number = name.substr(std::min(name.find_first_not_of('0'), name.size() - 1));
  const auto text = report_text(site, name);
  boost::system::error_code failed;
  const auto report = text ? boost::json::parse(*text, failed) : boost::json::value();
  const std::string_view day =
      report.is_object() ? text_of(object_of(report.get_object(), "night"), "civil_date") : std::string_view();
  return std::string(day) + "（第 " + number + " 次）";
}

}  // namespace

Result<std::string> report_text(const Site& site, std::string_view night) {
  const fs::path folder = site.worlds.folder().reports();
  const auto known = nights(folder);
  const auto found = night.empty() ? known.begin() : std::find(known.begin(), known.end(), night);
  if (found == known.end()) return Error{Errc::kNotFound, night.empty() ? "尚无运行报告" : "没有这一次的运行报告", ""};
  const fs::path path = folder / (*found + ".json");
  std::error_code failed;
  if (fs::file_size(path, failed) > kLargestReport || failed) return Error{Errc::kIo, "运行报告无法读取", *found};
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
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

// What was held stays held until the next crawl: a night that only mined in between says nothing of it.
boost::json::value newest_crawl(const Site& site) {
  constexpr std::size_t kLookedAt = 30;
  const auto known = nights(site.worlds.folder().reports());
  for (std::size_t i = 0; i < known.size() && i < kLookedAt; ++i) {
    const auto text = report_text(site, known[i]);
    if (!text) continue;
    boost::system::error_code failed;
    auto report = boost::json::parse(*text, failed);
    if (!failed && report.is_object() && crawl_of(report.get_object()).contains("sources")) return report;
  }
  return {};
}

}  // namespace

SourceTitles source_titles(const Site& site) {
  SourceTitles out;
  const auto report = newest_crawl(site);
  if (!report.is_object()) return out;
  each_of(crawl_of(report.get_object()), "sources", [&](const object& source) {
    if (!text_of(source, "title").empty()) out.emplace(text_of(source, "id"), text_of(source, "title"));
  });
  return out;
}

Html held_banner(const Site& site, bool in_full) {
  Html out;
  const auto report = newest_crawl(site);
  if (!report.is_object()) return out;
  const auto held = held_sources(site, report.get_object());
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
      out << "沿用 " << source.kept << " 数据";
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
  TANMIAO_ASSIGN(const std::string text, report_text(site, night));
  boost::system::error_code failed;
  const auto parsed = boost::json::parse(text, failed);
  if (failed || !parsed.is_object()) return Error{Errc::kCorrupt, "运行报告不是有效的 JSON", ""};
  const object& report = parsed.get_object();
  const object& crawl = crawl_of(report);
  const std::string_view outcome = text_of(report, "outcome");
  Html body;
  body << "<div class=\"title\"><h1>运行报告</h1><p class=\"sub\">" << text_of(object_of(report, "night"), "civil_date")
       << " 夜间运行 · "
       << (outcome == "done"   ? std::string_view("完成")
           : outcome == "held" ? std::string_view("完成，有来源未发布")
                               : std::string_view("失败"))
       << "</p></div>";
  if (const object& error = object_of(report, "error"); !error.empty())
    body << "<div class=\"held\" role=\"alert\"><p><strong>" << stage_label(text_of(error, "stage"))
         << "失败</strong><br>" << in_chinese(text_of(error, "message")) << "</p></div>";
  if (!crawl.empty()) body << sources(crawl);
  body << stages(site, report) << rejects(crawl);
  const auto known = nights(site.worlds.folder().reports());
  if (known.size() > 1) {
    body << "<section class=\"sheet\"><h2>各次报告</h2><p class=\"nights\">";
    for (std::size_t i = 0; i < known.size() && i < 30; ++i)
      body << "<a href=\"/report/" << known[i] << "\">" << night_label(site, known[i]) << "</a> ";
    body << "</p></section>";
  }
  Frame frame;
  frame.title = "运行报告";
  frame.active = "/report";
  // Which data stays in use is only known of the newest night.
  if (night.empty()) frame.banner = held_banner(site, true);
  return page(frame, body);
}

}  // namespace tanmiao::server
