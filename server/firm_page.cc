// The page of one firm: what is known, what follows from it, what to ask, and where everything is from.
#include <algorithm>
#include <array>
#include <charconv>

#include "server/firm_belief.h"
#include "server/firm_comparison.h"
#include "server/firm_evidence.h"
#include "server/firm_parts.h"
#include "server/firm_people.h"
#include "server/json_reading.h"
#include "server/similar_view.h"
#include "server/site.h"

namespace tanmiao::server {
namespace {

using boost::json::object;

std::string decimal(double value, int places = 2) {
  std::array<char, 64> text{};
  const auto [end, failed] =
      std::to_chars(text.data(), text.data() + text.size(), value == 0 ? 0.0 : value, std::chars_format::fixed, places);
  return failed == std::errc() ? std::string(text.data(), end) : std::string();
}

// Without the zeros behind the point: most values are counts.
std::string plain(double value) {
  std::string text = decimal(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

// Points of the scorecard are whole thousandths, which add up to their sum as they are shown.
std::string points_text(double points) { return decimal(points, 3); }

std::string plain_thousandths(std::int64_t points) {
  const std::int64_t size = points < 0 ? -points : points;
  const std::string part = std::to_string(1000 + size % 1000).substr(1);
  return (points < 0 ? "-" : "") + std::to_string(size / 1000) + "." + part;
}

std::string_view or_dash(std::string_view text) { return text.empty() ? std::string_view("—") : text; }

Html header(const object& firm, std::string_view campaign) {
  const object& registered = object_of(firm, "registration");
  Html out;
  out << "<div class=\"title firm\"><h1>" << text_of(registered, "name") << "</h1><p class=\"sub\">"
      << (text_of(registered, "code").empty() ? std::string_view("统一社会信用代码待查") : text_of(registered, "code"));
  for (const std::string_view part :
       {unit_text(text_of(registered, "unit")), text_of(registered, "township"), text_of(registered, "zone")})
    if (!part.empty()) out << " · " << part;
  const std::string_view status = text_of(object_of(firm, "firm"), "status");
  out << " · " << (status == "未知" ? std::string_view("登记状态未知") : status);
  if (const auto day = text_of(object_of(firm, "firm"), "established"); !day.empty())
    out << " · <span class=\"nowrap\">成立于 " << day << "</span>";
  out << "</p><p class=\"state\">" << judgement_badge(text_of(firm, "judgement")) << "<span class=\"chip\">"
      << text_of(firm, "lead_kind") << "</span>";
  if (number_of(firm, "rank") > 0) {
    const bool start_up = text_of(firm, "lead_kind") == label(LeadKind::kStartUp);  // ranked among themselves
    out << "<span class=\"chip\">" << std::string_view(start_up ? "初创名次 " : "名次 ") << number_of(firm, "rank");
    if (!text_of(firm, "rank_change").empty()) out << "（" << text_of(firm, "rank_change") << "）";
    out << "</span>";
  }
  each_text(registered, "flags",
            [&](std::string_view flag) { out << "<span class=\"chip hint\">" << flag << "</span>"; });
  if (!text_of(firm, "hints").empty()) out << "<span class=\"chip hint\">" << text_of(firm, "hints") << "</span>";
  if (!text_of(firm, "pool_state").empty())
    out << "<span class=\"chip\">市级培育库：" << text_of(firm, "pool_state") << "</span>";
  out << "</p><p class=\"actions\"><a class=\"button\" href=\""
      << visit_path(text_of(registered, "code"), static_cast<std::uint32_t>(number_of(registered, "firm", 0)), campaign)
      << "\">走访表</a> <a class=\"button screen-only\" href=\""
      << records_path(text_of(registered, "code"), static_cast<std::uint32_t>(number_of(registered, "firm", 0)))
      << "\">关联记录</a><button type=\"button\" class=\"print\" data-print hidden>打印本页</button></p></div>";
  return out;
}

Html rubric(const object& firm) {
  const object& rubric = object_of(firm, "rubric");
  const std::int64_t pass = number_of(rubric, "pass", 60);
  Html out;
  begin_sheet(out, "评价指标", "rubric");
  out << "<p class=\"total\">可确认 <strong>" << number_of(rubric, "known") << "</strong> 分，最高可能 <strong>"
      << number_of(rubric, "most") << "</strong> 分（分数线 " << pass << " 分）"
      << interval_bar(number_of(rubric, "known"), number_of(rubric, "most"), pass) << "</p>";
  if (!text_of(rubric, "needed").empty()) out << "<p class=\"needed\">" << text_of(rubric, "needed") << "</p>";
  out << "<table class=\"stack indicators\">";
  column_heads(out, {"指标", "证据", "已知得分", "可能区间", "缺口", "如何补"});
  out << "<tbody>";
  each_of(rubric, "rows", [&](const object& row) {
    out << "<tr>";
    const std::int64_t least = number_of(row, "least"), most = number_of(row, "most");
    labelled_cell(out, "指标",
                  std::string(text_of(row, "label")) + "（" + std::to_string(number_of(row, "max")) + " 分）", "lead");
    labelled_cell(out, "证据", text_of(row, "evidence"));
    labelled_cell(out, "已知得分", std::to_string(number_of(row, "known")), "figure");
    labelled_cell(out, "可能区间",
                  least == most ? std::to_string(most) : std::to_string(least) + "–" + std::to_string(most), "figure");
    labelled_cell(out, "缺口", or_dash(text_of(row, "gap")));
    labelled_cell(out, "如何补", or_dash(text_of(row, "remedy")));
    out << "</tr>";
  });
  out << "</tbody></table><h3>基本条件</h3><table class=\"stack gates\">";
  column_heads(out, {"条件", "现状", "依据", "条款"});
  out << "<tbody>";
  each_of(firm, "gates", [&](const object& gate) {
    const std::string_view answer = text_of(gate, "answer");
    out << "<tr>";
    labelled_cell(out, "条件", text_of(gate, "text"), "lead");
    labelled_cell(out, "现状", answer == "holds" ? "已知满足" : answer == "fails" ? "已知不满足" : "未知", answer);
    labelled_cell(out, "依据", text_of(gate, "why"));
    labelled_cell(out, "条款", text_of(gate, "article"));
    out << "</tr>";
  });
  out << "</tbody></table><p class=\"note\">" << text_of(rubric, "name");
  if (!text_of(rubric, "doc").empty()) out << "（" << text_of(rubric, "doc") << "）";
  if (!text_of(rubric, "article").empty()) out << "；计分见" << text_of(rubric, "article");
  if (!text_of(rubric, "direct_article").empty()) out << "，直接确认见" << text_of(rubric, "direct_article");
  if (!text_of(rubric, "note").empty()) out << "。" << text_of(rubric, "note");
  out << "。只按公开数据推算，不作为评价结论；未公开的按未知处理，不计为零。</p></section>";
  return out;
}

// The words or industries that an item was found in, in brackets.
std::string found_in(const object& item) {
  const std::string_view found = text_of(item, "found");
  return found.empty() ? std::string() : "（" + std::string(found) + "）";
}

// What a learned model says, where one orders the list. Its contributions sum exactly to the score that ranks.
Html learned(const object& firm) {
  Html out;
  if (!firm.contains("learned")) return out;
  const object& model = object_of(firm, "learned");
  const auto units = [](std::int64_t points) { return std::string(points > 0 ? "+" : "") + plain_thousandths(points); };
  begin_sheet(out, "学习排序", "learned");
  out << "<p>" << text_of(model, "text") << "</p>";
  out << "<table><thead><tr><th>因素</th><th class=\"num\">取值</th><th class=\"num\">贡献</th></tr></thead><tbody>"
         "<tr><td>学习对象的平均</td><td></td><td class=\"num\">"
      << units(number_of(model, "base")) << "</td></tr>";
  each_of(model, "contributions", [&](const object& item) {
    const std::int64_t points = number_of(item, "points");
    out << "<tr><td>" << text_of(item, "label") << "</td><td class=\"num\">"
        << (item.contains("value") ? plain(real_of(item, "value")) : std::string("未知")) << "</td><td class=\"num "
        << (points > 0 ? "plus" : "minus") << "\">" << units(points) << "</td></tr>";
  });
  out << "<tr class=\"sum\"><td>合计（对数几率，名次按此排）</td><td></td><td class=\"num\">"
      << units(number_of(model, "score")) << "</td></tr></tbody></table></section>";
  return out;
}

Html why(const object& firm) {
  Html out, helped, lacking;
  each_of(firm, "contributions", [&](const object& item) {
    const double points = real_of(item, "points");
    if (points != 0)
      helped << "<tr><td>" << text_of(item, "label") << found_in(item) << "</td><td class=\"num\">"
             << plain(real_of(item, "value")) << "</td><td class=\"num " << (points > 0 ? "plus" : "minus") << "\">"
             << (points > 0 ? "+" : "") << points_text(points) << "</td></tr>";
    else if (real_of(item, "weight") > 0)
      lacking << "<li>" << text_of(item, "label") << "</li>";
  });
  out << learned(firm);
  begin_sheet(out, firm.contains("learned") ? "评分卡的得分" : "为何在此名次", "why");
  out << "<ul class=\"basis\">";
  each_text(firm, "basis", [&](std::string_view sentence) { out << "<li>" << sentence << "</li>"; });
  out << "</ul>";
  if (!helped.empty())
    out << "<table><thead><tr><th>排序因素</th><th class=\"num\">取值</th><th "
           "class=\"num\">贡献</th></tr></thead><tbody>"
        << helped << "<tr class=\"sum\"><td>合计</td><td></td><td class=\"num\">" << points_text(real_of(firm, "score"))
        << "</td></tr></tbody></table>";
  out << "</section>";
  out << "<div class=\"pair\">";
  begin_sheet(out, "为何未靠前", "why-not");
  if (!text_of(firm, "why_not_a_lead").empty())
    out << "<p class=\"needed\">不在候选名单中：" << text_of(firm, "why_not_a_lead") << "</p>";
  if (firm.contains("why_not_higher"))
    out << beside_others(firm);
  else if (lacking.empty())
    out << "<p>各排序因素均已有公开依据。</p>";
  else
    out << "<p>下列因素未见公开依据（未见不等于没有）：</p><ul class=\"inline\">" << lacking << "</ul>";
  out << "</section>";
  begin_sheet(out, "先问事项", "ask");
  out << "<p>" << (text_of(firm, "ask_first").empty() ? std::string_view("暂无") : text_of(firm, "ask_first"))
      << "</p></section></div>";
  return out;
}

}  // namespace

Result<Response> firm_page(const Site& site, const Request& request, std::string_view code, const Typed* typed) {
  const ListWords words{};
  TANMIAO_ASSIGN(const ListQuery query, parse_list_query(request, words));
  TANMIAO_ASSIGN(const auto world, site.worlds.now(site.campaign_of(query)));
  TANMIAO_ASSIGN(const store::FirmNo number, site.find_firm(*world, code));
  TANMIAO_ASSIGN(const object firm, firm_json(site, *world, number));
  const SourceTitles titles = source_titles(site);
  TANMIAO_ASSIGN(const JudgeWays ways, judge_ways(site, *world, number));
  TANMIAO_ASSIGN(const FirmPeople people, firm_people(site, *world, number));
  const FormWriter writer(site, request, typed);
  const std::string action = people_path(world->snapshot->firms.code[number], number);
  Html body;
  body << header(firm, query.campaign) << writer.notice() << rubric(firm) << belief_section(firm) << why(firm)
       << listed_section(firm, query.campaign) << standards_section(firm)
       << people_sections(site, writer, people, action) << patents_section(firm, titles, ways)
       << recognitions_section(firm, titles, ways) << changes_section(firm, titles)
       << similar_section(site, *world, number, query.campaign) << objection_sections(site, writer, people, action)
       << origins_section(firm, titles);
  Frame frame;
  frame.waiting = site.waiting();
  frame.title = text_of(object_of(firm, "registration"), "name");
  frame.campaign = query.campaign;
  frame.as_of = text_of(firm, "as_of");
  return page(frame, body);
}

}  // namespace tanmiao::server
