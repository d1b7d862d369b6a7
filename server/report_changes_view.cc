// 候选变化 and 各步骤 of a run report.
#include <algorithm>
#include <cmath>

#include "server/json_reading.h"
#include "server/report_parts.h"

namespace tanmiao::server {
namespace {

using boost::json::object;

std::string place_text(const object& place) {
  if (place.empty()) return "—";
  return std::string(text_of(place, "list") == "start_up" ? "初创 " : "") + count_text(place, "rank");
}

Html firm_cell(const object& change, const object& stage, const ReportNames& names) {
  Html out;
  const std::string_view code = text_of(change, "code");
  const std::int64_t number = number_of(change, "firm");
  if (names.on_site && number > 0)
    out << "<a href=\"" << firm_path(code, static_cast<std::uint32_t>(number), text_of(stage, "campaign")) << "\">"
        << text_of(change, "name") << "</a>";
  else
    out << text_of(change, "name");
  if (!code.empty()) out << "<small class=\"id\">" << code << "</small>";
  return out;
}

Html change_table(const object& stage, const object& changes, std::string_view turn, const ReportNames& names) {
  constexpr std::size_t kPushedShown = 10;  // they say little; the JSON has more
  Html rows;
  std::size_t pushed = 0;
  each_of(changes, "firms", [&](const object& change) {
    if (text_of(change, "change") != turn) return;
    if (change.contains("of_itself") && !flag_of(change, "of_itself") && ++pushed > kPushedShown) return;
    const object &before = object_of(change, "before"), &now = object_of(change, "now");
    rows << "<tr><td class=\"lead\" data-label=\"企业\">" << firm_cell(change, stage, names)
         << "</td><td data-label=\"责任单位\">" << text_of(change, "unit")
         << "</td><td data-label=\"名次\" class=\"nowrap\">"
         << (turn == "new"    ? place_text(now)
             : turn == "gone" ? "原 " + place_text(before)
                              : place_text(before) + " → " + place_text(now));
    if (turn == "moved" && change.contains("movement")) rows << " " << text_of(change, "movement");
    rows << "</td><td data-label=\"原因\">";
    bool first = true;
    each_text(change, "why", [&](std::string_view why) {
      rows << std::string_view(first ? "" : "；") << why;
      first = false;
    });
    rows << "</td></tr>";
  });
  Html out;
  if (!rows.empty())
    out << "<table class=\"stack "
           "changes\"><thead><tr><th>企业</th><th>责任单位</th><th>名次</th><th>原因</th></tr></thead>"
           "<tbody>"
        << rows << "</tbody></table>";
  if (pushed > kPushedShown)
    out << "<p class=\"note\">自身数据未变、只因其他企业升降而移动的，只列前 " << kPushedShown << " 家。</p>";
  return out;
}

std::string reasons_text(const object& counts) {
  std::string out;
  for (const auto& [reason, value] : counts)
    out += (out.empty() ? "" : "、") + std::string(reason) + " " + count_text(counts, reason) + " 家";
  return out;
}

Html campaign_section(const object& stage, bool first, const ReportNames& names) {
  Html out;
  const object& changes = object_of(stage, "changes");
  const auto n = [&](std::string_view name) { return count_text(changes, name); };
  const std::string head = campaign_title(stage, names) + "：候选 " + count_text(stage, "candidates") + " 家";
  const std::string_view before = text_of(stage, "run_before");
  if (changes.empty()) {
    out << "<p>" << head;
    if (!before.empty() && before == text_of(stage, "run"))
      out << "，与上次相同";
    else if (before.empty())
      out << (stage.contains("changes") || !stage.contains("title") ? "，变化未知" : "，此前没有可比较的名单");
    else
      out << "，上次的名单已无法读取，变化未知";
    out << "</p>";
    return out;
  }
  const std::string line = changes_line(stage, names);
  if (first)
    out << "<h3>" << line << "</h3>";
  else
    out << "<details class=\"campaign\"><summary>" << line << "</summary>";
  std::string rules;
  each_text(changes, "rules", [&](std::string_view text) { rules += (rules.empty() ? "" : "、") + std::string(text); });
  if (!rules.empty()) {
    out << "<p class=\"needed\">两次之间有变更：" << rules << "。";
    if (changes.contains("moved_by_rules"))
      out << "仅因此变动名次的 " << n("moved_by_rules") << " 家，不是企业自身变化。</p>";
    else
      out << "名次变动可能由此而来。</p>";
  }
  constexpr std::pair<std::string_view, std::string_view> kTurns[] = {
      {"new", "新增"}, {"gone", "退出"}, {"moved", "名次变动"}};
  for (const auto& [turn, label] : kTurns) {
    if (number_of(changes, turn) <= 0) continue;
    out << "<h3>" << label << " " << n(turn) << " 家</h3>";
    const std::string reasons =
        turn == "moved" ? std::string() : reasons_text(object_of(changes, std::string(turn) + "_by_reason"));
    if (!reasons.empty()) out << "<p class=\"note\">" << reasons << "</p>";
    if (turn == "gone" && number_of(changes, "taken_out") > 0)
      out << "<p class=\"note\">另有按要求撤下 " << n("taken_out") << " 家，不列名</p>";
    out << change_table(stage, changes, turn, names);
  }
  if (!first) out << "</details>";
  return out;
}

// "0.21、0.20" of the nights before, newest first.
template <class Text>
std::string earlier_text(const object& stage, Text&& text) {
  std::string out;
  each_of(stage, "earlier", [&](const object& night) { out += (out.empty() ? "" : "、") + text(night); });
  if (!out.empty()) return out;
  return stage.contains("earlier") ? "无" : "未知";
}

}  // namespace

std::string changes_line(const object& stage, const ReportNames& names) {
  const object& changes = object_of(stage, "changes");
  const auto n = [&](std::string_view name) { return count_text(changes, name); };
  if (changes.empty()) return {};
  return campaign_title(stage, names) + "：候选 " + count_text(stage, "candidates") + " 家；比上次（" +
         std::string(text_of(changes, "as_of")) + "）新增 " + n("new") + " 家，退出 " + n("gone") + " 家，名次变动 " +
         n("moved") + " 家（其中自身数据有变 " + n("moved_of_itself") + " 家）";
}

Html candidate_changes(const object& report, const ReportNames& names) {
  Html parts;
  bool first = true;
  each_of(report, "stages", [&](const object& stage) {
    if (text_of(stage, "stage") != "mine") return;
    parts << campaign_section(stage, first, names);
    first = false;
  });
  Html out;
  if (!parts.empty()) out << "<section class=\"sheet\"><h2>候选变化</h2>" << parts << "</section>";
  return out;
}

Html stage_table(const object& report, const ReportNames& names) {
  Html out;
  out << "<section class=\"sheet\"><h2>各步骤</h2><table class=\"stack stages\"><thead><tr><th>步骤</th>"
         "<th class=\"num\">用时（秒）</th><th>此前几次（秒，近者在前）</th><th class=\"num\">内存峰值（MB）</th>"
         "<th>此前几次（MB）</th><th>结果</th></tr></thead><tbody>";
  each_of(report, "stages", [&](const object& stage) {
    out << "<tr><td class=\"lead\" data-label=\"步骤\">" << stage_label(text_of(stage, "stage"))
        << "</td><td class=\"num\" data-label=\"用时（秒）\">" << seconds_text(stage)
        << "</td><td data-label=\"此前（秒）\">" << earlier_text(stage, seconds_text)
        << "</td><td class=\"num\" data-label=\"内存（MB）\">" << peak_text(stage)
        << "</td><td data-label=\"此前（MB）\">" << earlier_text(stage, peak_text) << "</td><td data-label=\"结果\">"
        << stage_did(stage, names) << "</td></tr>";
  });
  out << "</tbody></table></section>";
  return out;
}

}  // namespace tanmiao::server
