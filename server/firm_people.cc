// What people did with a firm, on its page: 企业自报, 培育库, 更正, 不再列示, and the forms for each.
#include <algorithm>

#include "core/money.h"
#include "pool/candidate_columns.h"
#include "server/entry_view.h"
#include "server/firm_people.h"
#include "server/json_reading.h"

namespace tanmiao::server {
namespace {

constexpr std::string_view kCorrectedSource = "人工更正";  // as linkage writes it into the lineage

std::string answer_text(const FieldValue& answer) {
  const FieldSpec& spec = field_spec(answer.field);
  std::string value = answer.value;
  if (spec.type == FieldType::kMoney)
    if (const auto money = parse_money_text(answer.value))
      value = pool::capital_in_wan(money->minor, money->currency) + " 万元";
  return std::string(spec.label) + " " + value;
}

// One form for each report that counts, to take it back; those that were are shown as such.
Html report_state(const FormWriter& writer, const store::SelfReport& report, std::string_view action) {
  Html out;
  if (report.withdrawn) {
    const store::ReportStep& step = *report.withdrawn;
    out << "<span class=\"badge\">已撤回</span> " << step.reason << " <small class=\"nowrap\">" << step.by << " "
        << day_and_hour(step.at) << "</small>";
    return out;
  }
  const FormPart form = writer.form("withdraw");
  out << "<details class=\"step screen-only\"><summary>撤回</summary><p class=\"note\">撤回后这次填报不再计入得分，记录"
         "仍保留；培育库的阶段不随之变动。</p>"
      << form.open(action) << form.hidden("report", std::to_string(report.id)) << "<div class=\"fields\">"
      << form.area({"reason", "原因", "text", "", "如：填错企业", true, true}) << "</div>"
      << form.close("撤回这次填报", "danger") << "</details>";
  return out;
}

Html report_rows(const FormWriter& writer, const FirmPeople& people, std::string_view action) {
  Html out;
  for (auto at = people.reports.rbegin(); at != people.reports.rend(); ++at) {
    out << "<tr" << std::string_view(at->withdrawn ? " class=\"withdrawn\"" : "")
        << "><td class=\"lead nowrap\" data-label=\"走访日期\">" << iso(at->visited_on)
        << "</td><td data-label=\"走访人\">" << at->visitor << "</td><td data-label=\"企业自报\"><span>";
    for (const FieldValue& answer : at->answers) out << "<span class=\"chip\">" << answer_text(answer) << "</span>";
    out << "</span></td><td class=\"nowrap\" data-label=\"核实结论\">" << at->verdict << "</td><td data-label=\"备注\">"
        << at->note << "</td><td data-label=\"来自\"><span>" << origin_text(at->origin) << " <small class=\"nowrap\">"
        << at->by << " " << day_and_hour(at->at) << "</small></span></td><td data-label=\"状态\"><span>"
        << report_state(writer, *at, action) << "</span></td></tr>";
  }
  return out;
}

Html visit_form(const Site& site, const FormWriter& writer, const FirmPeople& people, std::string_view action) {
  const FormPart form = writer.form("visit");
  std::vector<Choice> verdicts{{"", "（未填）"}};
  for (const std::string& text : site.pool_rules().verdict_texts()) verdicts.emplace_back(text, text);
  Html out;
  out << "<details class=\"step screen-only\" id=\"visit-form\"" << std::string_view(form.refused() ? " open" : "")
      << "><summary>录入走访</summary>" << form.open(action)
      << form.hidden("version", pool::version_text(pool::SheetUse::kVisits, people.key, people.last_report))
      << "<div class=\"fields\">";
  for (const pool::CandidateColumn& column : pool::candidate_columns()) {
    if (column.text != nullptr) continue;
    Input input{column.word, column.heading};
    if (column.word == "visited_on") input.type = "date", input.required = true;
    if (column.word == "visited_by") input.hint = "科室或岗位，不填同经办";
    if (column.word == "verdict")
      out << form.select(input, verdicts);
    else if (column.word == "note")
      input.wide = true, out << form.area(input);
    else
      out << form.input(input);
  }
  out << "</div>" << form.close("保存")
      << "<p class=\"note\">空白不改变任何数据，0 表示确认为零。金额单位为万元。</p></details>";
  return out;
}

Html self_reports(const Site& site, const FormWriter& writer, const FirmPeople& people, std::string_view action) {
  Html out;
  out << "<section class=\"sheet\" id=\"reports\"><h2>企业自报</h2>";
  if (people.open_conflicts > 0)
    out << "<p class=\"needed\">有 " << people.open_conflicts
        << " 处两人填写不一致，暂按先前的值：<a href=\"/conflicts\">逐项选择</a></p>";
  if (people.reports.empty()) {
    out << "<p class=\"empty\">还没有走访记录。</p>";
  } else {
    out << "<table class=\"stack\"><thead><tr>";
    for (const std::string_view head : {"走访日期", "走访人", "企业自报", "核实结论", "备注", "来自", "状态"})
      out << "<th scope=\"col\">" << head << "</th>";
    out << "</tr></thead><tbody>" << report_rows(writer, people, action) << "</tbody></table>";
  }
  out << visit_form(site, writer, people, action) << "</section>";
  return out;
}

Html pool_section(const Site& site, const FormWriter& writer, const FirmPeople& people, std::string_view action) {
  Html out;
  const FormPart form = writer.form("lead");
  std::vector<Choice> free;
  out << "<section class=\"sheet\" id=\"pool\"><h2>培育库</h2>";
  for (const pool::Track& track : site.pool_rules().tracks) {
    const auto at = std::find_if(people.entries.begin(), people.entries.end(),
                                 [&](const auto& entry) { return entry.track == track.id; });
    if (at == people.entries.end()) {
      free.emplace_back(track.id, track.label);
      continue;
    }
    out << "<p>" << track.label << "：<span class=\"badge stage-" << at->stage << "\">"
        << site.pool_rules().stage_label(at->stage) << "</span> 自 " << iso(at->stage_since) << " <a href=\""
        << entry_path(*at) << "\">查看台账</a></p>";
  }
  if (people.entries.empty()) out << "<p class=\"empty\">不在任何培育库。</p>";
  if (!free.empty())
    out << "<details class=\"step screen-only\"" << std::string_view(form.refused() ? " open" : "")
        << "><summary>列为线索</summary>" << form.open(action) << "<div class=\"fields\">"
        << form.select({"track", "培育库"}, free) << form.area({"reason", "依据", "text", "", "", true, true})
        << "</div>" << form.close("列为线索") << "</details>";
  out << "</section>";
  return out;
}

std::string field_text(const Site& site, const store::Correction& one) {
  if (one.field != "unit" || one.value.empty()) return one.value.empty() ? std::string("（撤销）") : one.value;
  for (const Unit& unit : site.worlds.reference().regions.units())
    if (unit.id == one.value) return unit.name;
  return one.value;
}

std::string correctable_label(const std::string& field) {
  for (const pool::CorrectableField& known : pool::correctable_fields())
    if (known.name == field) return known.label;
  return field;
}

// In words: whether the lists that are shown are made with it. A snapshot says of each value where it is from.
std::string_view correction_state(const FirmPeople& people, const store::Correction& one, bool later) {
  if (later) return "已被后来的更正取代";
  const auto at = people.corrected.find(one.field);
  if (one.value.empty()) return at == people.corrected.end() ? "已撤销" : "撤销待生效";
  const bool in_force =
      at != people.corrected.end() && at->second == CorrectionMark{one.reason, one.by, iso(civil_day(one.at))};
  return in_force ? "有效" : "待生效（下一次夜间任务起）";
}

// Of the values that the snapshot took from corrections.
Result<std::map<std::string, CorrectionMark, std::less<>>> corrected_values(const World& world, store::FirmNo firm) {
  std::map<std::string, CorrectionMark, std::less<>> out;
  TANMIAO_ASSIGN(const std::string text, world.snapshot->firms.lineage.read(firm));
  boost::system::error_code failed;
  const boost::json::value lineage = boost::json::parse(text, failed);
  if (failed || !lineage.is_object()) return out;
  for (const auto& member : lineage.get_object()) {
    if (!member.value().is_object()) continue;
    const auto& origin = member.value().get_object();
    if (text_of(origin, "source") != kCorrectedSource) continue;
    out[std::string(member.key())] = {std::string(text_of(origin, "key")), std::string(text_of(origin, "url")),
                                      std::string(text_of(origin, "seen"))};
  }
  return out;
}

Html corrections(const Site& site, const FormWriter& writer, const FirmPeople& people, std::string_view action) {
  const FormPart form = writer.form("correct");
  std::vector<Choice> fields;
  for (const pool::CorrectableField& field : pool::correctable_fields()) fields.emplace_back(field.name, field.label);
  Html out, rows;
  for (auto at = people.corrections.rbegin(); at != people.corrections.rend(); ++at) {
    const bool later =
        std::any_of(people.corrections.rbegin(), at, [&](const auto& c) { return c.field == at->field; });
    rows << "<tr><td class=\"lead\" data-label=\"栏目\">" << correctable_label(at->field)
         << "</td><td data-label=\"更正为\">" << field_text(site, *at) << "</td><td data-label=\"状态\">"
         << correction_state(people, *at, later) << "</td><td data-label=\"原因\">" << at->reason
         << "</td><td data-label=\"经办\">" << at->by << " <small class=\"nowrap\">" << day_and_hour(at->at)
         << "</small></td></tr>";
  }
  out << "<section class=\"sheet\" id=\"corrections\"><h2>更正</h2>";
  if (rows.empty()) {
    out << "<p class=\"empty\">没有更正。</p>";
  } else {
    out << "<table class=\"stack\"><thead><tr>";
    for (const std::string_view head : {"栏目", "更正为", "状态", "原因", "经办"})
      out << "<th scope=\"col\">" << head << "</th>";
    out << "</tr></thead><tbody>" << rows << "</tbody></table>";
  }
  out << "<details class=\"step screen-only\"" << std::string_view(form.refused() ? " open" : "")
      << "><summary>更正登记信息</summary>" << form.open(action) << "<div class=\"fields\">"
      << form.select({"field", "栏目"}, fields) << form.input({"value", "正确的值", "text", "", "留空：撤销先前的更正"})
      << form.area({"reason", "原因", "text", "", "如：企业异议，附营业执照", true, true}) << "</div>"
      << form.close("保存")
      << "<p class=\"note\">更正从下一次夜间任务起生效，以后重新采集或重建数据也不会改回；来源中的原值保留。</p>"
         "</details></section>";
  return out;
}

Html suppression(const FormWriter& writer, std::string_view action) {
  const FormPart form = writer.form("suppress");
  Html out;
  out << "<section class=\"sheet screen-only\" id=\"suppress\"><h2>不再列示</h2><details class=\"step\""
      << std::string_view(form.refused() ? " open" : "") << "><summary>这家企业不再列示</summary>" << form.open(action)
      << "<div class=\"fields\">" << form.area({"reason", "原因", "text", "", "如：企业要求", true, true})
      << "<label class=\"sure\"><input type=\"checkbox\" name=\"sure\" value=\"yes\" required"
      << std::string_view(form.ticked("sure", "yes") ? " checked" : "")
      << "><span>确认：名单、查询、合计、导出和本页即时不再出现，以后各次夜间任务也不再列出</span></label></div>"
      << form.close("不再列示", "danger")
      << "</details><p class=\"note\"><a href=\"/suppressed\">已不再列示的企业</a></p></section>";
  return out;
}

}  // namespace

Result<FirmPeople> firm_people(const Site& site, const World& world, store::FirmNo firm) {
  FirmPeople out;
  out.key = world.book->key(firm);
  const auto mine = [&](const auto& one) { return world.book->number(one.firm) == firm; };
  const auto read = [&](store::Store& store) -> Status {
    store::People& people = store.people();
    TANMIAO_ASSIGN(const auto reports, people.self_reports());
    TANMIAO_ASSIGN(const auto entries, people.pool_entries());
    TANMIAO_ASSIGN(const auto conflicts, people.conflicts(true));
    TANMIAO_ASSIGN(out.corrections, people.correction_history(world.book->key(firm)));
    out.last_report = reports.empty() ? 0 : reports.back().id;
    std::copy_if(reports.begin(), reports.end(), std::back_inserter(out.reports), mine);
    std::copy_if(entries.begin(), entries.end(), std::back_inserter(out.entries), mine);
    out.open_conflicts = static_cast<std::size_t>(std::count_if(
        conflicts.begin(), conflicts.end(), [&](const auto& one) { return one.track.empty() && mine(one); }));
    return {};
  };
  TANMIAO_TRY(site.worlds.with_store(read));
  TANMIAO_ASSIGN(out.corrected, corrected_values(world, firm));
  std::stable_sort(out.reports.begin(), out.reports.end(),
                   [](const auto& a, const auto& b) { return a.visited_on < b.visited_on; });
  return out;
}

Html people_sections(const Site& site, const FormWriter& writer, const FirmPeople& people, std::string_view action) {
  Html out;
  out << self_reports(site, writer, people, action) << pool_section(site, writer, people, action);
  return out;
}

Html objection_sections(const Site& site, const FormWriter& writer, const FirmPeople& people, std::string_view action) {
  Html out;
  out << corrections(site, writer, people, action) << suppression(writer, action);
  return out;
}

}  // namespace tanmiao::server
