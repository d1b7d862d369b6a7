// 待处理的不一致: two people gave different values for one thing. What stood first counts until somebody chooses.
#include "core/money.h"
#include "pool/pool_sheet.h"
#include "server/entry_view.h"
#include "server/form_html.h"
#include "server/people_posts.h"

namespace tanmiao::server {
namespace {

constexpr std::size_t kShownSettled = 50;

std::string field_label(const store::Conflict& conflict) {
  if (conflict.field == "verdict") return "核实结论";
  if (conflict.field == "stage") return "当前阶段";
  if (!conflict.track.empty()) return heading_of_cell(conflict.field);
  const auto field = field_from_name(conflict.field);
  return field ? std::string(field_spec(*field).label) : conflict.field;
}

std::string shown_value(const Site& site, const store::Conflict& conflict, const std::string& value) {
  if (value.empty()) return "（空）";
  if (conflict.field == "stage") return pool::offered_label(site.pool_rules(), value);
  const auto field = conflict.track.empty() ? field_from_name(conflict.field) : std::nullopt;
  if (field && field_spec(*field).type == FieldType::kMoney)
    if (const auto money = parse_money_text(value))
      return pool::capital_in_wan(money->minor, money->currency) + " 万元";
  return value;
}

Html choice(const FormPart& form, std::string_view word, std::string_view title, const std::string& value,
            const std::string& by) {
  Html out;
  out << "<label class=\"choice\"><input type=\"radio\" name=\"taken\" value=\"" << word << "\" required";
  if (form.ticked("taken", word)) out << " checked";
  out << "><span><small>" << title << "</small><strong>" << value << "</strong><small>" << by
      << "</small></span></label>";
  return out;
}

Html open_conflict(const Site& site, const World& world, const FormWriter& writer, const store::Conflict& conflict) {
  const std::string id = std::to_string(conflict.id);
  const pool::FirmCard card = world.book->card(world.book->number(conflict.firm));
  const FormPart form = writer.form("settle-" + id);
  Html out;
  out << "<section class=\"sheet conflict\" id=\"conflict-" << id << "\"><h2>";
  if (card.firm == store::kNoFirm)
    out << conflict.firm;
  else
    out << "<a href=\"" << firm_path(card.code, card.firm, "") << "\">" << card.name << "</a>";
  out << "：" << field_label(conflict) << "</h2><p class=\"sub\">";
  if (conflict.track.empty())
    out << "企业自报";
  else
    out << "<a href=\"" << entry_path(conflict.firm, conflict.track) << "\">"
        << site.pool_rules().track_label(conflict.track) << "</a>";
  out << " · " << unit_text(card.unit);
  out << " · 来自 " << origin_text(conflict.origin) << " · " << day_and_hour(conflict.at);
  if (conflict.base != "?" && !conflict.track.empty())
    out << " · 导出时为 " << shown_value(site, conflict, conflict.base);
  out << "</p>";
  if (conflict.field == "stage")
    out << "<p class=\"note\">采用“后来的值”即按阶段变动的规则办理，自当日起算；规则不允许的变动不会办理。</p>";
  out << form.open("/conflicts") << form.hidden("conflict", id) << "<div class=\"choices-row\">"
      << choice(form, "stored", "先前的值（暂按此）", shown_value(site, conflict, conflict.stored), conflict.stored_by)
      << choice(form, "offered", "后来的值", shown_value(site, conflict, conflict.offered), conflict.offered_by)
      << "</div><div class=\"fields\">"
      << form.input({"reason", "选择的依据", "text", "", "如：已电话核对", true, true}) << "</div>"
      << form.close("采用所选的值") << "</section>";
  return out;
}

Html settled_conflicts(const Site& site, const PoolState& state) {
  Html out, rows;
  std::size_t count = 0;
  const pool::FirmBook& book = *state.world->book;
  const auto& all = state.conflicts;
  for (auto at = all.rbegin(); at != all.rend() && count < kShownSettled; ++at) {
    if (at->taken.empty() || state.suppressed.has(book, at->firm)) continue;
    ++count;
    const pool::FirmCard card = book.card(book.number(at->firm));
    const bool stored = at->taken == "stored";
    rows << "<tr><td class=\"lead\" data-label=\"企业\">" << (card.name.empty() ? at->firm : card.name)
         << "</td><td data-label=\"栏目\">" << field_label(*at) << "</td><td data-label=\"采用\">"
         << shown_value(site, *at, stored ? at->stored : at->offered) << "</td><td data-label=\"未采用\">"
         << shown_value(site, *at, stored ? at->offered : at->stored) << "</td><td data-label=\"依据\">"
         << at->settled_reason << "</td><td data-label=\"经办\">" << at->settled_by << "</td></tr>";
  }
  if (count == 0) return out;
  out << "<section class=\"sheet\"><h2>已处理</h2><table class=\"stack\"><thead><tr>";
  for (const std::string_view head : {"企业", "栏目", "采用", "未采用", "依据", "经办"})
    out << "<th scope=\"col\">" << head << "</th>";
  out << "</tr></thead><tbody>" << rows << "</tbody></table></section>";
  return out;
}

}  // namespace

Result<Response> conflicts_page(const Site& site, const Request& request, const Typed* typed) {
  TANMIAO_ASSIGN(const PoolState state, pool_state(site));
  const FormWriter writer(site, request, typed);
  Html open;
  std::size_t count = 0;
  for (const store::Conflict& conflict : state.conflicts) {
    if (!conflict.open() || state.suppressed.has(*state.world->book, conflict.firm)) continue;
    ++count;
    open << open_conflict(site, *state.world, writer, conflict);
  }
  Html body;
  body << "<div class=\"title\"><h1>待处理的不一致</h1><p class=\"sub\">共 <strong>" << count
       << "</strong> 处</p></div>" << writer.notice();
  if (count == 0)
    body << "<div class=\"sheet "
            "none\"><p>没有待处理的不一致。</p><p>两人对同一企业同一栏目填写不同时，会列在这里。</p></div>";
  else
    body << "<p class=\"note\">选择之前暂按先前的值。没有采用的值仍在历史里，不会丢失。</p>" << open;
  body << settled_conflicts(site, state);
  Frame frame;
  frame.waiting = site.waiting();
  frame.title = "待处理的不一致";
  frame.active = "/conflicts";
  return page(frame, body);
}

}  // namespace tanmiao::server
