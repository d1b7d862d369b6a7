#include "server/firm_belief.h"

#include <cmath>

#include "server/json_reading.h"
#include "server/site.h"

namespace tanmiao::server {
namespace {

using boost::json::object;

constexpr std::string_view kConditions = "条件（满足／不满足／未知）";

std::string whole_percent(double share) { return std::to_string(std::lround(share * 100)) + "%"; }

Html questions_table(const object& belief) {
  Html rows, out;
  each_of(belief, "ask_first", [&](const object& question) {
    double worst = 1, best = 0;
    each_of(question, "outcomes", [&](const object& outcome) {
      worst = std::min(worst, real_of(outcome, "pass")), best = std::max(best, real_of(outcome, "pass"));
    });
    rows << "<tr><td>" << text_of(question, "label") << "</td><td class=\"num\">"
         << whole_percent(real_of(question, "value")) << "</td><td class=\"num\">" << whole_percent(worst) << "–"
         << whole_percent(best) << "</td></tr>";
  });
  if (rows.empty()) return out;
  out << "<h3>先问什么</h3><table><thead><tr><th>待核实的事实</th><th class=\"num\">可减少的不确定</th><th "
         "class=\"num\">问清后的可能性</th></tr></thead><tbody>"
      << rows << "</tbody></table>";
  return out;
}

Html paths_list(const object& belief) {
  Html items, out;
  each_of(belief, "paths", [&](const object& path) {
    std::string text;
    each_of(path, "steps",
            [&](const object& step) { text += (text.empty() ? "" : "；") + std::string(text_of(step, "text")); });
    items << "<li>" << text << "（合计 " << number_of(path, "points") << " 分）</li>";
  });
  if (items.empty()) return out;
  out << "<h3>差距与最省的补法</h3><ol class=\"paths\">" << items << "</ol>";
  return out;
}

}  // namespace

Html belief_section(const object& firm) {
  Html out;
  if (firm.if_contains("belief") == nullptr) return out;
  const object& belief = object_of(firm, "belief");
  const object& points = object_of(belief, "points");
  out << "<section class=\"sheet\" id=\"belief\"><h2>达到分数线的可能性</h2>";
  if (!text_of(belief, "note").empty()) {
    out << "<p class=\"needed\">" << text_of(belief, "note") << "</p></section>";
    return out;
  }
  out << "<p class=\"total\">约 <strong>" << whole_percent(real_of(belief, "pass")) << "</strong>（把握范围 "
      << whole_percent(real_of(belief, "low")) << "–" << whole_percent(real_of(belief, "high")) << "）；得分多半在 "
      << number_of(points, "p10") << "–" << number_of(points, "p90") << " 分之间</p>" << questions_table(belief)
      << paths_list(belief)
      << "<p class=\"note\">由公开线索按先验（可由管理人员修改）推算；"
         "未知按分布处理，不计为零，也不以推算代替核实。</p></section>";
  return out;
}

Html standards_section(const object& firm) {
  Html rows, out;
  each_of(firm, "standards", [&](const object& standard) {
    const std::string conditions = std::to_string(number_of(standard, "holds")) + "／" +
                                   std::to_string(number_of(standard, "fails")) + "／" +
                                   std::to_string(number_of(standard, "unknown"));
    const std::string range = standard.contains("pass") ? std::to_string(number_of(standard, "known")) + "–" +
                                                              std::to_string(number_of(standard, "most")) + "，需 " +
                                                              std::to_string(number_of(standard, "pass"))
                                                        : std::string("不计分");
    rows << "<tr><td data-label=\"标准\" class=\"lead\">" << text_of(standard, "name")
         << "</td><td data-label=\"研判\">" << text_of(standard, "standing") << "</td><td data-label=\"" << kConditions
         << "\">" << conditions << "</td><td data-label=\"分值区间\">" << range << "</td><td data-label=\"文件\">"
         << text_of(standard, "doc") << "</td></tr>";
  });
  if (rows.empty()) return out;
  out << "<section class=\"sheet\" id=\"standards\"><h2>其他认定标准</h2><table class=\"stack\">";
  out << "<thead><tr><th>标准</th><th>研判</th><th>" << kConditions
      << "</th><th>分值区间</th><th>文件</th></tr></thead><tbody>" << rows << "</tbody></table></section>";
  return out;
}

}  // namespace tanmiao::server
