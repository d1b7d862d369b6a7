// 走访表: what to take along to a firm, on one sheet of A4, with the blanks that come back in the spreadsheet.
#include "core/candidate.h"
#include "pool/candidate_columns.h"
#include "pool/export.h"
#include "server/json_reading.h"
#include "server/site.h"

namespace tanmiao::server {
namespace {

using boost::json::object;

constexpr std::string_view kVerdict = "核实结论", kNote = "备注", kVisitor = "走访人", kDay = "走访日期";

void known(Html& out, std::string_view label, std::string_view value) {
  out << "<tr><th scope=\"row\">" << label << "</th><td>" << (value.empty() ? std::string_view("未知") : value)
      << "</td></tr>";
}

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const std::string_view part : parts)
    if (!part.empty()) out += (out.empty() ? "" : " · ") + std::string(part);
  return out;
}

// What the register says under this name of a field.
std::string_view registered(const object& firm, std::string_view field) {
  std::string_view found;
  each_of(firm, "origins", [&](const object& line) {
    if (text_of(line, "field") == field) found = text_of(line, "value");
  });
  return found;
}

std::string labelled(std::string_view label, std::string_view value) {
  return value.empty() ? std::string() : std::string(label) + std::string(value);
}

Html what_is_known(const object& firm) {
  const object& registration = object_of(firm, "registration");
  const object& rubric = object_of(firm, "rubric");
  Html out;
  out << "<table class=\"known\"><tbody>";
  known(out, "企业名称", text_of(registration, "name"));
  known(out, "统一社会信用代码", text_of(registration, "code").empty() ? "待查" : text_of(registration, "code"));
  known(out, "责任单位",
        joined({text_of(registration, "unit"), text_of(registration, "township"), text_of(registration, "zone")}));
  known(out, "注册地址", registered(firm, "address"));
  known(out, "登记情况",
        joined({registered(firm, "status"), labelled("成立日期 ", registered(firm, "established")),
                labelled("注册资本 ", registered(firm, "capital"))}));
  known(out, "重点产业", text_of(firm, "industries"));
  known(out, "线索类型与研判", joined({text_of(firm, "lead_kind"), text_of(firm, "judgement")}));
  known(out, "得分区间",
        "可确认 " + std::to_string(number_of(rubric, "known")) + " 分，最高可能 " +
            std::to_string(number_of(rubric, "most")) + " 分（满分 100 分，分数线 " +
            std::to_string(number_of(rubric, "pass", 60)) + " 分）");
  out << "<tr><th scope=\"row\">主要依据</th><td>";
  each_text(firm, "basis", [&](std::string_view sentence) { out << "<p>" << sentence << "</p>"; });
  out << "</td></tr>";
  known(out, "先问事项", text_of(firm, "ask_first"));
  out << "</tbody></table>";
  return out;
}

Html blanks(const Site& site) {
  Html out;
  out << "<h2>走访填写</h2><table class=\"fill\"><tbody>";
  bool open = false;
  const auto blank = [&](std::string_view heading) {
    if (!open) out << "<tr>";
    out << "<th scope=\"row\">" << heading << "</th><td></td>";
    if (open) out << "</tr>";
    open = !open;
  };
  std::vector<std::string_view> headings;  // two on a line; the last alone when they are odd
  for (const auto& column : pool::candidate_columns())
    if (column.text == nullptr && column.heading != kVerdict && column.heading != kNote && column.heading != kVisitor &&
        column.heading != kDay)
      headings.push_back(column.heading);
  const std::size_t pairs = headings.size() / 2 * 2;
  for (std::size_t i = 0; i < pairs; ++i) blank(headings[i]);
  if (pairs < headings.size())
    out << "<tr><th scope=\"row\">" << headings.back() << "</th><td colspan=\"3\"></td></tr>";
  out << "<tr><th scope=\"row\">" << kVerdict << "</th><td colspan=\"3\" class=\"choices\">";
  for (const std::string& verdict : site.pool_rules().verdict_texts()) out << "<span>□ " << verdict << "</span> ";
  out << "</td></tr><tr class=\"tall\"><th scope=\"row\">" << kNote << "</th><td colspan=\"3\"></td></tr>"
      << "<tr><th scope=\"row\">" << kVisitor << "</th><td></td><th scope=\"row\">" << kDay
      << "</th><td></td></tr></tbody></table>";
  return out;
}

}  // namespace

Result<Response> visit_page(const Site& site, const Request& request, std::string_view code) {
  TANMIAO_ASSIGN(const ListQuery query, parse_list_query(request, ListWords{}));
  TANMIAO_ASSIGN(const auto world, site.worlds.now(site.campaign_of(query)));
  TANMIAO_ASSIGN(const store::FirmNo number, site.find_firm(*world, code));
  TANMIAO_ASSIGN(const object firm, firm_json(site, *world, number));
  const object& registration = object_of(firm, "registration");
  Html body;
  body << "<div class=\"screen\"><p><a href=\"" << firm_path(text_of(registration, "code"), number, query.campaign)
       << "\">← 返回企业页</a></p><button type=\"button\" data-print hidden>打印</button></div>"
       << "<article class=\"visit\"><h1>企业走访表</h1><p "
          "class=\"notice\"><span>内部线索，不作为评价结论</span><span>编制单位："
       << (site.config.issuer.empty() ? std::string_view("（未填）") : std::string_view(site.config.issuer))
       << "</span><span>数据截至：" << text_of(firm, "as_of") << "</span></p>" << what_is_known(firm) << blanks(site)
       << "<p class=\"note\">空白表示未填，不改变任何数据；0 "
          "表示确认为零。金额单位为万元。带回后任选一种方式录入：在“导入”页上传填好的"
          "候选名单，或在本企业页“录入走访”中填写；两种方式都记为带日期的企业自报，得分区间随即更新。</p></article>";
  Frame frame;
  frame.waiting = site.waiting();
  frame.title = "走访表：" + std::string(text_of(registration, "name"));
  frame.campaign = query.campaign;
  frame.as_of = text_of(firm, "as_of");
  frame.css = "visit-page";
  return page(frame, body);
}

}  // namespace tanmiao::server
