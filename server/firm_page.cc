// The page of one firm: what is known, what follows from it, what to ask, and where everything is from.
#include <algorithm>
#include <array>
#include <charconv>

#include "core/patent.h"
#include "server/firm_belief.h"
#include "server/firm_people.h"
#include "server/json_reading.h"
#include "server/site.h"

namespace tanmiao::server {
namespace {

using boost::json::object;

constexpr std::size_t kShownPatents = 30;  // the rest folds away

std::string decimal(double value) {
  std::array<char, 64> text{};
  const auto [end, failed] =
      std::to_chars(text.data(), text.data() + text.size(), value == 0 ? 0.0 : value, std::chars_format::fixed, 2);
  return failed == std::errc() ? std::string(text.data(), end) : std::string();
}

// Without the zeros behind the point: most values are counts.
std::string plain(double value) {
  std::string text = decimal(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::string_view source_title(const SourceTitles& titles, std::string_view source) {
  const auto title = titles.find(source);
  return title == titles.end() ? source : std::string_view(title->second);
}

// Source, and where in it: "文件 x.csv 第 12 行"; of a page only the row, since the link leads to it.
Html source_cell(const object& item, const SourceTitles& titles) {
  Html out;
  const std::string_view url = text_of(item, "url");
  const bool file = !url.empty() && url.find("://") == std::string_view::npos;
  out << outside_link(url, source_title(titles, text_of(item, "source")));
  const bool placed = number_of(item, "line") > (file ? 0 : 1);  // a page of one firm has no rows
  if (file || placed) {
    out << " <small>";
    if (file) out << "文件 " << url << " ";
    if (placed) out << "第 " << number_of(item, "line") << " 行";
    out << "</small>";
  }
  return out;
}

// The same with the day on which it was first seen there.
Html evidence_cell(const object& item, const SourceTitles& titles) {
  Html out;
  out << "<td data-label=\"来源\"><span>" << source_cell(item, titles);
  if (!text_of(item, "seen").empty()) out << " <small class=\"nowrap\">取得 " << text_of(item, "seen") << "</small>";
  out << "</span></td></tr>";
  return out;
}

void open(Html& out, std::string_view title, std::string_view id) {
  out << "<section class=\"sheet\" id=\"" << id << "\"><h2>" << title << "</h2>";
}

void heads(Html& out, std::initializer_list<std::string_view> labels) {
  out << "<thead><tr>";
  for (const std::string_view label : labels) out << "<th scope=\"col\">" << label << "</th>";
  out << "</tr></thead>";
}

void cell(Html& out, std::string_view label, std::string_view text, std::string_view css = {}) {
  out << "<td data-label=\"" << label << "\"";
  if (!css.empty()) out << " class=\"" << css << "\"";
  out << ">" << text << "</td>";
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
      << "\">走访表</a><button type=\"button\" class=\"print\" data-print hidden>打印本页</button></p></div>";
  return out;
}

Html rubric(const object& firm) {
  const object& rubric = object_of(firm, "rubric");
  const std::int64_t pass = number_of(rubric, "pass", 60);
  Html out;
  open(out, "评价指标", "rubric");
  out << "<p class=\"total\">可确认 <strong>" << number_of(rubric, "known") << "</strong> 分，最高可能 <strong>"
      << number_of(rubric, "most") << "</strong> 分（分数线 " << pass << " 分）"
      << interval_bar(number_of(rubric, "known"), number_of(rubric, "most"), pass) << "</p>";
  if (!text_of(rubric, "needed").empty()) out << "<p class=\"needed\">" << text_of(rubric, "needed") << "</p>";
  out << "<table class=\"stack indicators\">";
  heads(out, {"指标", "证据", "已知得分", "可能区间", "缺口", "如何补"});
  out << "<tbody>";
  each_of(rubric, "rows", [&](const object& row) {
    out << "<tr>";
    const std::int64_t least = number_of(row, "least"), most = number_of(row, "most");
    cell(out, "指标", std::string(text_of(row, "label")) + "（" + std::to_string(number_of(row, "max")) + " 分）",
         "lead");
    cell(out, "证据", text_of(row, "evidence"));
    cell(out, "已知得分", std::to_string(number_of(row, "known")), "figure");
    cell(out, "可能区间", least == most ? std::to_string(most) : std::to_string(least) + "–" + std::to_string(most),
         "figure");
    cell(out, "缺口", or_dash(text_of(row, "gap")));
    cell(out, "如何补", or_dash(text_of(row, "remedy")));
    out << "</tr>";
  });
  out << "</tbody></table><h3>基本条件</h3><table class=\"stack gates\">";
  heads(out, {"条件", "现状", "依据", "条款"});
  out << "<tbody>";
  each_of(firm, "gates", [&](const object& gate) {
    const std::string_view answer = text_of(gate, "answer");
    out << "<tr>";
    cell(out, "条件", text_of(gate, "text"), "lead");
    cell(out, "现状", answer == "holds" ? "已知满足" : answer == "fails" ? "已知不满足" : "未知", answer);
    cell(out, "依据", text_of(gate, "why"));
    cell(out, "条款", text_of(gate, "article"));
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

Html why(const object& firm) {
  Html out, helped, lacking;
  each_of(firm, "contributions", [&](const object& item) {
    const double points = real_of(item, "points");
    if (points != 0)
      helped << "<tr><td>" << text_of(item, "label") << "</td><td class=\"num\">" << plain(real_of(item, "value"))
             << "</td><td class=\"num " << (points > 0 ? "plus" : "minus") << "\">" << (points > 0 ? "+" : "")
             << decimal(points) << "</td></tr>";
    else if (real_of(item, "weight") > 0)
      lacking << "<li>" << text_of(item, "label") << "</li>";
  });
  open(out, "为何在此名次", "why");
  out << "<ul class=\"basis\">";
  each_text(firm, "basis", [&](std::string_view sentence) { out << "<li>" << sentence << "</li>"; });
  out << "</ul>";
  if (!helped.empty())
    out << "<table><thead><tr><th>排序因素</th><th class=\"num\">取值</th><th "
           "class=\"num\">贡献</th></tr></thead><tbody>"
        << helped << "<tr class=\"sum\"><td>合计</td><td></td><td class=\"num\">" << decimal(real_of(firm, "score"))
        << "</td></tr></tbody></table>";
  out << "</section>";
  out << "<div class=\"pair\">";
  open(out, "为何未靠前", "why-not");
  if (!text_of(firm, "why_not_a_lead").empty())
    out << "<p class=\"needed\">不在候选名单中：" << text_of(firm, "why_not_a_lead") << "</p>";
  if (lacking.empty())
    out << "<p>各排序因素均已有公开依据。</p>";
  else
    out << "<p>下列因素未见公开依据（未见不等于没有）：</p><ul class=\"inline\">" << lacking << "</ul>";
  out << "</section>";
  open(out, "先问事项", "ask");
  out << "<p>" << (text_of(firm, "ask_first").empty() ? std::string_view("暂无") : text_of(firm, "ask_first"))
      << "</p></section></div>";
  return out;
}

std::string_view kind_label(std::int64_t kind) {
  switch (static_cast<PatentKind>(kind)) {
    case PatentKind::kInvention: return "发明";
    case PatentKind::kUtility: return "实用新型";
    case PatentKind::kDesign: return "外观设计";
    case PatentKind::kUnknown: break;
  }
  return "未知";
}

// Where the name in a record is not the firm's, or not today's: how it was found.
std::string_view link_note(std::string_view link) {
  if (link == "near") return "按概率归入";
  if (link == "former_name") return "按曾用名";
  if (link == "name_date") return "同名企业按日期区分";
  if (link == "name_county") return "同名企业按县区区分";
  if (link == "branch") return "按分支机构";
  if (link == "decision") return "人工判定";
  if (link == "succession") return "吸收合并承继";
  return "";
}

void named_cell(Html& out, std::string_view label, std::string_view text, std::string_view link) {
  const std::string_view note = link_note(link);
  out << "<td class=\"lead\" data-label=\"" << label << "\"><span>" << text;
  if (!note.empty()) out << " <small class=\"nowrap\">" << note << "</small>";
  out << "</span></td>";
}

Html patents(const object& firm, const SourceTitles& titles) {
  Html out, first, rest;
  std::size_t count = 0;
  each_of(firm, "patents", [&](const object& item) {
    Html& rows = ++count <= kShownPatents ? first : rest;
    rows << "<tr>";
    named_cell(rows, "名称", text_of(item, "title"), text_of(item, "link"));
    cell(rows, "申请号", text_of(item, "application_no"), "code");
    cell(rows, "类型", kind_label(number_of(item, "kind", 0)), "nowrap");
    cell(rows, "状态", std::string(text_of(item, "state")) + (flag_of(item, "acquired") ? "（受让）" : ""), "nowrap");
    cell(rows, "申请日", text_of(item, "filing"), "nowrap");
    cell(rows, "授权日", text_of(item, "granted"), "nowrap");
    rows << evidence_cell(item, titles);
  });
  open(out, "专利", "patents");
  if (count == 0) {
    out << "<p class=\"empty\">未见公开专利。</p></section>";
    return out;
  }
  const auto table = [&](const Html& rows) {
    out << "<table class=\"stack\">";
    heads(out, {"名称", "申请号", "类型", "状态", "申请日", "授权日", "来源"});
    out << "<tbody>" << rows << "</tbody></table>";
  };
  table(first);
  if (!rest.empty()) {
    out << "<details><summary>其余 " << count - kShownPatents << " 件</summary>";
    table(rest);
    out << "</details>";
  }
  out << "</section>";
  return out;
}

Html recognitions(const object& firm, const SourceTitles& titles) {
  Html out, rows, signals;
  each_of(firm, "recognitions", [&](const object& item) {
    rows << "<tr>";
    named_cell(rows, "资质", text_of(item, "label"), text_of(item, "link"));
    cell(rows, "状态", text_of(item, "state"));
    cell(rows, "发证（公告）日期", text_of(item, "issued"), "nowrap");
    cell(rows, "有效期至", text_of(item, "until"), "nowrap");
    cell(rows, "编号", text_of(item, "certificate_no"));
    rows << evidence_cell(item, titles);
  });
  each_of(firm, "signals", [&](const object& item) {
    signals << "<tr>";
    cell(signals, "线索", text_of(item, "label"), "lead");
    cell(signals, "内容", text_of(item, "title"));
    cell(signals, "日期", text_of(item, "date"));
    signals << evidence_cell(item, titles);
  });
  open(out, "资质", "recognitions");
  if (rows.empty()) {
    out << "<p class=\"empty\">未见公开资质。</p>";
  } else {
    out << "<table class=\"stack\">";
    heads(out, {"资质", "状态", "发证（公告）日期", "有效期至", "编号", "来源"});
    out << "<tbody>" << rows << "</tbody></table>";
  }
  out << "</section>";
  if (signals.empty()) return out;
  open(out, "研发投入线索与企业自报", "signals");
  out << "<table class=\"stack\">";
  heads(out, {"线索", "内容", "日期", "来源"});
  out << "<tbody>" << signals << "</tbody></table></section>";
  return out;
}

Html changes(const object& firm, const SourceTitles& titles) {
  Html out, rows;
  each_of(firm, "changes", [&](const object& item) {
    rows << "<tr>";
    cell(rows, "发现日期", text_of(item, "date"), "lead");
    cell(rows, "事项", text_of(item, "label"));
    cell(rows, "变更前", text_of(item, "before"));
    cell(rows, "变更后", text_of(item, "after"));
    rows << evidence_cell(item, titles);
  });
  open(out, "变更", "changes");
  if (rows.empty()) {
    out << "<p class=\"empty\">自开始采集以来未见变更。</p></section>";
    return out;
  }
  out << "<table class=\"stack\">";
  heads(out, {"发现日期", "事项", "变更前", "变更后", "来源"});
  out << "<tbody>" << rows << "</tbody></table></section>";
  return out;
}

Html origins(const object& firm, const SourceTitles& titles) {
  Html out;
  open(out, "来源", "origins");
  out << "<table class=\"stack origins\">";
  heads(out, {"项目", "内容", "来源", "取得日期"});
  out << "<tbody>";
  each_of(firm, "origins", [&](const object& item) {
    out << "<tr>";
    cell(out, "项目", text_of(item, "label"), "lead");
    out << "<td data-label=\"内容\"><span>" << text_of(item, "value");
    each_of(item, "also", [&](const object& other) {
      out << "<br><small>另有来源：" << text_of(other, "value") << "（"
          << source_title(titles, text_of(other, "source")) << "，" << text_of(other, "seen") << "）</small>";
    });
    out << "</span></td><td data-label=\"来源\"><span>" << source_cell(item, titles) << "</span></td>";
    cell(out, "取得日期", text_of(item, "seen"), "nowrap");
    out << "</tr>";
  });
  out << "</tbody></table></section>";
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
  TANMIAO_ASSIGN(const FirmPeople people, firm_people(site, *world, number));
  const FormWriter writer(site, request, typed);
  const std::string action = people_path(world->snapshot->firms.code[number], number);
  Html body;
  body << header(firm, query.campaign) << writer.notice() << rubric(firm) << belief_section(firm) << why(firm)
       << standards_section(firm) << people_sections(site, writer, people, action) << patents(firm, titles)
       << recognitions(firm, titles) << changes(firm, titles) << objection_sections(site, writer, people, action)
       << origins(firm, titles);
  Frame frame;
  frame.waiting = site.waiting();
  frame.title = text_of(object_of(firm, "registration"), "name");
  frame.campaign = query.campaign;
  frame.as_of = text_of(firm, "as_of");
  return page(frame, body);
}

}  // namespace tanmiao::server
