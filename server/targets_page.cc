// 目标进度: what is valid on a day, by 责任单位, against the targets; how it came about and where it may lead.
#include <algorithm>

#include "core/settings.h"
#include "miner/standings.h"
#include "pool/export.h"
#include "server/download.h"
#include "server/targets_view.h"

namespace tanmiao::server {
namespace {

constexpr std::uint32_t kLeastScale = 10;  // one firm is no full bar
constexpr int kChartWidth = 640, kChartHeight = 150, kChartFoot = 20, kChartHead = 16;

std::string city_title(const Site& site) {
  const RegionTable& regions = site.worlds.reference().regions;
  return std::string(regions.name(regions.city())) + "目标进度";
}

// Unknown is no zero.
std::string known_count(const std::optional<std::uint32_t>& value) { return value ? std::to_string(*value) : "未知"; }

std::string count_or_dash(const std::optional<std::uint32_t>& value) {
  return value ? std::to_string(*value) : std::string("—");
}

Html unit_table(const pool::Counter& counter) {
  Html out;
  out << "<div class=\"scroll\"><table class=\"targets\"><thead><tr><th scope=\"col\">责任单位</th>";
  for (const std::string_view head : {"有效", "待续评", "效力待核", "在途", "目标", "差额"})
    out << "<th scope=\"col\" class=\"num\">" << head << "</th>";
  out << "</tr></thead><tbody>\n";
  for (const pool::CountLine& line : counter.lines) {
    const bool city = &line == &counter.lines.back();
    out << "<tr" << std::string_view(city ? " class=sum" : "") << "><th scope=\"row\">" << line.unit << "</th>";
    for (const auto& number : {line.valid, line.renew_due, line.unverified, std::optional(line.pipeline)})
      out << "<td class=\"num\">" << known_count(number) << "</td>";
    out << "<td class=\"num\">" << count_or_dash(line.target) << "</td><td class=\"num\">"
        << (line.gap ? std::to_string(*line.gap) : std::string("—")) << "</td></tr>\n";
  }
  out << "</tbody></table></div>";
  return out;
}

// Bars of the months, with the target as a line where it fits on the same scale.
Html month_chart(const pool::Counter& counter) {
  Html out;
  std::uint32_t most = 0;
  for (const pool::MonthCount& month : counter.months) most = std::max(most, month.valid.value_or(0));
  if (most == 0) {
    const bool known = std::any_of(counter.months.begin(), counter.months.end(), [](const auto& m) { return m.valid; });
    out << "<p class=\"empty\">"
        << std::string_view(known ? "这十二个月都没有有效的。" : "没有公告名单说到这十二个月，有效家数未知。")
        << "</p>";
    return out;
  }
  most = std::max(most, kLeastScale);
  const bool reachable = counter.target && counter.target->firms <= 4 * std::max(most, 25U);
  if (reachable) most = std::max(most, counter.target->firms);
  const int count = std::max(1, static_cast<int>(counter.months.size()));
  const int step = kChartWidth / count, bar = step * 3 / 5, room = kChartHeight - kChartFoot - kChartHead;
  const auto height = [&](std::uint32_t value) {
    return static_cast<int>(static_cast<std::uint64_t>(room) * value / most);
  };
  out << "<svg class=\"months\" viewBox=\"0 0 " << kChartWidth << " " << kChartHeight << "\" role=\"img\" aria-label=\""
      << counter.label << "逐月有效数\">";
  int x = (step - bar) / 2;
  for (const pool::MonthCount& month : counter.months) {
    const int tall = height(month.valid.value_or(0)), top = kChartHeight - kChartFoot - tall, middle = x + bar / 2;
    out << "<rect class=\"month-bar\" x=\"" << x << "\" y=\"" << top << "\" width=\"" << bar << "\" height=\"" << tall
        << "\"/><text x=\"" << middle << "\" y=\"" << top - 4 << "\">" << known_count(month.valid)
        << "</text><text x=\"" << middle << "\" y=\"" << kChartHeight - 6 << "\">"
        << (&month == &counter.months.back() ? iso(month.day).substr(5) : iso(month.day).substr(2, 5)) << "</text>";
    x += step;
  }
  if (reachable) {
    const int top = kChartHeight - kChartFoot - height(counter.target->firms);
    out << "<line class=\"month-target\" x1=\"0\" x2=\"" << kChartWidth << "\" y1=\"" << top << "\" y2=\"" << top
        << "\"/><text class=\"month-target-text\" x=\"2\" y=\"" << std::max(top - 3, 10) << "\">目标 "
        << counter.target->firms << "</text>";
  }
  out << "</svg>";
  return out;
}

Html month_table(const pool::Counter& counter) {
  Html out;
  out << "<details class=\"month-table\"><summary>逐月数字</summary><table><thead><tr><th scope=\"col\">截至</th>"
         "<th scope=\"col\" class=\"num\">有效</th></tr></thead><tbody>";
  for (const pool::MonthCount& month : counter.months)
    out << "<tr><td>" << iso(month.day) << "</td><td class=\"num\">" << known_count(month.valid) << "</td></tr>";
  out << "</tbody></table></details>";
  return out;
}

Html counter_section(const pool::Counter& counter) {
  const pool::CountLine& city = counter.lines.back();
  Html out;
  out << "<section class=\"sheet\" id=\"" << counter.program << "\"><h2>" << counter.label
      << "</h2><p class=\"total\">有效 <strong>" << known_count(city.valid) << "</strong>"
      << std::string_view(city.valid ? " 家" : "");
  if (counter.target) {
    out << "，目标：" << pool::target_text(*counter.target);
    if (city.gap) {
      if (*city.gap == 0)
        out << "，<strong>已达到</strong>";
      else
        out << "，差 <strong>" << *city.gap << "</strong> 家";
    }
  } else {
    out << "，未设目标";
  }
  out << "</p>" << unit_table(counter) << "<h3>逐月有效数</h3>" << month_chart(counter) << month_table(counter)
      << "<h3>年底推算</h3>";
  if (const auto& forecast = counter.forecast)
    out << "<p>到 " << iso(forecast->day) << " 预计 <strong>" << forecast->low << "–" << forecast->high
        << "</strong> 家：届时仍有效 " << forecast->carried << " 家，需续评 " << forecast->renewals << " 家，在途 "
        << forecast->pipeline << " 家按比例折算。</p>";
  else
    out << "<p>截至日之前没有公告名单，有效家数未知，不作推算。</p>";
  if (counter.target && !counter.target->basis.empty()) out << "<p class=\"note\">" << counter.target->basis << "</p>";
  out << "</section>";
  return out;
}

}  // namespace

Result<Targets> targets_of(const Site& site, const Request& request) {
  Targets out;
  out.as_of = site.today();
  for (const auto& [name, value] : request.parameters) {
    if (value.empty()) continue;
    if (name != "as_of") return no_such("参数", name, {"as_of"});
    TANMIAO_ASSIGN(out.as_of, parse_iso_date(value));
  }
  TANMIAO_ASSIGN(const auto world, site.worlds.now(site.config.campaign));
  TANMIAO_ASSIGN(const FirmNumbers suppressed, site.worlds.suppressed(*world));
  TANMIAO_ASSIGN(auto revisions,
                 site.worlds.with_store([](store::Store& s) { return pool::pool_revisions(s.people()); }));
  const pool::CounterInputs inputs{
      *world->book, site.pool_rules(), std::move(revisions), {suppressed->begin(), suppressed->end()}, [&](Date on) {
        return miner::standings(*world->snapshot, site.worlds.rules(), site.worlds.reference(), on);
      }};
  TANMIAO_ASSIGN(out.counters, pool::count_targets(inputs, out.as_of));
  return out;
}

Result<Response> targets_page(const Site& site, const Request& request) {
  TANMIAO_ASSIGN(const Targets targets, targets_of(site, request));
  const std::string day = iso(targets.as_of);
  Html body;
  body << "<div class=\"title\"><h1>" << city_title(site) << "</h1><p class=\"sub\">截至 <strong>" << day
       << "</strong></p></div><form class=\"desk filters\" method=\"get\" action=\"/targets\"><div class=\"fields\">"
          "<label><span>截至</span><input type=\"date\" name=\"as_of\" value=\""
       << day
       << "\"></label><button type=\"submit\">查看</button></div></form><p class=\"exports pool-tools\">导出：<a "
          "href=\"/targets/export?as_of="
       << day << "\" download>Excel</a></p>";
  if (targets.counters.empty()) body << "<div class=\"sheet none\"><p>没有设目标。</p></div>";
  for (const pool::Counter& counter : targets.counters) body << counter_section(counter);
  body << "<p "
          "class=\"note\">"
          "有效：截至日在有效期内。待续评：上一年度登记或证书已到期、尚未续上，单列，不计入有效。效力待核：有记录但"
          "有效期不明。在途：截至日在培育库中已核实至申报中、尚未达成的企业。未知：截至日之前没有公告名单。推算按设定的"
          "转化比例，只供安排工作，不作为承诺。</"
          "p>";
  Frame frame;
  frame.waiting = site.waiting();
  frame.title = city_title(site);
  frame.active = "/targets";
  frame.as_of = day;
  return page(frame, body);
}

Result<Response> targets_file(const Site& site, const Request& request) {
  TANMIAO_ASSIGN(const Targets targets, targets_of(site, request));
  TANMIAO_ASSIGN(const auto folder, TemporaryFolder::make());
  const auto path = folder.path() / "targets.xlsx";
  TANMIAO_TRY(pool::export_counters(targets.counters, path.string(), city_title(site), site.config.issuer));
  const std::string ending = iso(targets.as_of) + ".xlsx";
  return attachment(path, kXlsxType, pool::safe_file_name(city_title(site) + "_" + ending), "targets_" + ending);
}

}  // namespace tanmiao::server
