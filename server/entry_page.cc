// One firm on one track of the pool: what is kept of it, the steps that are allowed now, and all that was done.
#include <algorithm>
#include <array>

#include "pool/pool_sheet.h"
#include "server/entry_view.h"
#include "server/form_html.h"
#include "server/people_posts.h"

namespace tanmiao::server {
namespace {

using pool::Need;

constexpr std::int64_t kEntryPassMark = 60;

void fact(Html& out, std::string_view label, std::string_view value) {
  if (!value.empty()) out << "<div><dt>" << label << "</dt><dd>" << value << "</dd></div>";
}

Html entry_facts(const pool::PoolRow& row) {
  Html out;
  out << "<section class=\"sheet\"><h2>现状</h2><dl class=\"facts-grid\">";
  fact(out, "当前阶段", row.stage + "（自 " + iso(row.entry.stage_since) + "）");
  fact(out, "原因或依据", row.entry.reason);
  fact(out, "批次", row.batch);
  for (const pool::PoolColumn& column : pool::pool_columns()) {
    if (column.edit == pool::Edit::kShown && column.text != nullptr) continue;
    if (column.edit == pool::Edit::kStage && column.text != nullptr) continue;
    fact(out, column.heading, pool::pool_text(column, row));
  }
  const auto visited = from_day(row.last_visit);
  fact(out, "最近走访", visited ? iso(*visited) : std::string());
  fact(out, "核实结论", row.verdict);
  out << "</dl><p class=\"total\">可确认得分与最高可能得分："
      << interval_bar(row.card.known_points, row.card.most_points, kEntryPassMark) << "</p></section>";
  return out;
}

Html cells_form(const Site& site, const FormWriter& writer, const EntryView& view, std::string_view address) {
  const FormPart form = writer.form("edit");
  const store::PoolEntry& entry = view.row.entry;
  Html out;
  out << "<section class=\"sheet screen-only\" id=\"edit\"><h2>修改台账</h2>";
  if (form.refused()) out << differences(view, *writer.typed());
  out << form.open(address) << form.hidden("revision", std::to_string(entry.revision)) << "<div class=\"fields\">";
  std::vector<Choice> channels{{"", "（未填）"}};
  for (const std::string& channel : site.pool_rules().channels) channels.emplace_back(channel, channel);
  for (const pool::PoolColumn* column : editable_columns()) {
    const bool date = column->kind == tabular::CellKind::kDate;
    const bool text = column->word == "shortfall" || column->word == "measures" || column->word == "note";
    Input input{column->word, column->heading, date ? "date" : "text", cell_text(entry, column->word)};
    input.wide = text;
    // What the other person changed and this one did not touch is shown as it is now.
    if (form.refused()) input.value = merged_cell(view, *writer.typed(), column->word);
    const FormPart fresh = form.untyped();
    if (column->word == "channel")
      out << fresh.select(input, channels);
    else if (text)
      out << fresh.area(input);
    else
      out << fresh.input(input);
  }
  out << "</div>" << form.close(form.refused() && writer.typed()->error.code == Errc::kConflict ? "核对后保存" : "保存")
      << "</section>";
  return out;
}

std::string_view need_note(Need need) {
  switch (need) {
    case Need::kVerdict: return "须有走访的核实结论：在企业页录入走访，或导入填好的候选名单。";
    case Need::kBatch: return "须经批次签批：在培育库页勾选列入草拟批次，冻结并签批后即为已纳入市级培育库。";
    case Need::kExpiry: return "编号或证书的有效期须已过。";
    default: return "";
  }
}

void step_fields(Html& out, const Site& site, const FormPart& form, const EntryView& view, Need need) {
  switch (need) {
    case Need::kReason: out << form.area({"reason", "原因", "text", "", "", true, true}); break;
    case Need::kEvidence: out << form.area({"reason", "有何新依据", "text", "", "", true, true}); break;
    case Need::kLeaveReason: {
      std::vector<Choice> reasons{{"", "请选择"}};
      for (const std::string& reason : site.pool_rules().leave_reasons) reasons.emplace_back(reason, reason);
      out << form.select({"leave_reason", "出库原因", "text", "", "", true}, reasons)
          << form.input({"other", "其他原因", "text", "", "选“其他”时写明"});
      break;
    }
    case Need::kNumber:
      for (const auto& [number, until] :
           {std::pair("registration_no", "registration_until"), std::pair("certificate_no", "certificate_until")}) {
        const auto& entry = view.row.entry;
        out << form.input({number, heading_of_cell(number), "text", cell_text(entry, number)})
            << form.input({until, heading_of_cell(until), "date", cell_text(entry, until)});
      }
      break;
    default: break;
  }
}

Html steps(const Site& site, const FormWriter& writer, const EntryView& view, std::string_view address) {
  const store::PoolEntry& entry = view.row.entry;
  Html out;
  out << "<section class=\"sheet screen-only\" id=\"steps\"><h2>阶段变动</h2>";
  const auto next = site.pool_rules().after(entry.stage);
  if (next.empty()) out << "<p class=\"empty\">没有后续阶段。</p>";
  for (const std::string& to : next) {
    const pool::Transition* transition = site.pool_rules().transition(entry.stage, to);
    const FormPart form = writer.form("step-" + to);
    out << "<details class=\"step\"" << std::string_view(form.refused() ? " open" : "") << "><summary>转为：<strong>"
        << site.pool_rules().stage_label(to) << "</strong></summary>";
    if (const auto note = need_note(transition->need); !note.empty()) out << "<p class=\"note\">" << note << "</p>";
    if (transition->need == Need::kBatch) {
      out << "</details>";
      continue;
    }
    out << form.open(address) << form.hidden("revision", std::to_string(entry.revision)) << form.hidden("to", to)
        << "<div class=\"fields\">";
    step_fields(out, site, form, view, transition->need);
    out << form.input({"on", "日期", "date", iso(site.today())}) << "</div>"
        << form.close("确定，转为“" + site.pool_rules().stage_label(to) + "”") << "</details>";
  }
  out << "</section>";
  return out;
}

// Whether the form that was refused is among those that the entry has now.
bool has_form(const Site& site, const store::PoolEntry& entry, const Typed* typed) {
  if (typed == nullptr || typed->form.value("form") == "edit") return true;
  const auto next = site.pool_rules().after(entry.stage);
  return std::find(next.begin(), next.end(), typed->form.value("to")) != next.end();
}

}  // namespace

Result<Response> entry_page(const Site& site, const Request& request, std::string_view firm, const Typed* typed) {
  TANMIAO_ASSIGN(const EntryView view, entry_view(site, request, firm));
  const store::PoolEntry& entry = view.row.entry;
  const FormWriter writer(site, request, typed);
  const std::string address = entry_path(entry);
  const pool::FirmCard& card = view.row.card;
  Html body;
  body << "<div class=\"title\"><h1>" << view.row.name() << "</h1><p class=\"sub\">"
       << (view.row.code().empty() ? std::string("统一社会信用代码待查") : view.row.code()) << " · "
       << unit_text(view.row.unit()) << " · " << site.pool_rules().track_label(entry.track)
       << " <span class=\"badge stage-" << entry.stage << "\">" << view.row.stage
       << "</span></p><p class=\"links screen-only\"><a href=\"/pool?track=" << url_encode(entry.track)
       << "\">← 返回培育库</a>";
  if (card.firm != store::kNoFirm) body << " <a href=\"" << firm_path(card.code, card.firm, "") << "\">企业页</a>";
  body << "</p></div>" << writer.notice(has_form(site, entry, typed)) << open_conflicts_note(view);
  const bool known = card.firm != store::kNoFirm;
  // What two people wrote stands first: on a narrow screen it would be far below.
  const bool clash = known && writer.form("edit").refused() && typed->error.code == Errc::kConflict;
  if (clash) body << cells_form(site, writer, view, address);
  body << entry_facts(view.row);
  if (known)
    body << steps(site, writer, view, address);
  else
    body << "<p class=\"needed\">登记库中现在没有这家企业，台账只供查看。</p>";
  if (known && !clash) body << cells_form(site, writer, view, address);
  body << entry_history(site, view);
  Frame frame;
  frame.waiting = site.waiting();
  frame.title = view.row.name() + "：" + site.pool_rules().track_label(entry.track);
  frame.active = "/pool";
  frame.as_of = iso(view.as_of);
  return page(frame, body);
}

namespace {

// A new reading of the entry that a form was made for; kConflict when it was changed since.
Status unchanged(const EntryView& view, const Posted& posted) {
  if (posted.text("revision") == std::to_string(view.row.entry.revision)) return {};
  const store::PoolEntry& now = view.row.entry;
  const std::string_view next =
      posted.text("form") == "edit" ? "下面并列两边的值，请核对后再保存。" : "现在的内容见“现状”，请核对后再确定。";
  return Error{Errc::kConflict,
               view.row.name() + "的台账已由" + now.by + "于 " + day_and_hour(now.at) + " 修改，" + std::string(next),
               ""};
}

Result<Done> step_done(const Posted& posted, const EntryView& view) {
  pool::Step step;
  step.to = posted.text("to");
  const std::string leaving = posted.text("leave_reason"), other = posted.text("other");
  step.reason = leaving.empty() ? posted.text("reason") : leaving;
  if (leaving == "其他" && !other.empty()) step.reason = "其他：" + other;
  if (const std::string on = posted.text("on"); !on.empty()) {
    TANMIAO_ASSIGN(step.on, parse_iso_date(on));
  }
  for (const std::string_view word : {"registration_no", "registration_until", "certificate_no", "certificate_until"})
    if (posted.form.has(word)) step.cells[std::string(word)] = posted.text(word);
  const store::PoolEntry& entry = view.row.entry;
  TANMIAO_ASSIGN(const auto next, posted.site.with_office(*view.world, posted.actor, [&](pool::Office& office) {
    return office.move(view.row.card.firm, entry.track, step, entry.revision);
  }));
  return Done{entry_path(entry),
              {view.row.name() + "已转为“" + posted.site.pool_rules().stage_label(next.stage) + "”。", "", ""}};
}

}  // namespace

Result<Done> entry_post(const Posted& posted) {
  TANMIAO_ASSIGN(const EntryView view, entry_view(posted.site, posted.request, posted.rest));
  if (view.row.card.firm == store::kNoFirm) return Error{Errc::kRefused, "登记库中现在没有这家企业，台账只供查看", ""};
  TANMIAO_TRY(unchanged(view, posted));
  if (posted.text("form") != "edit") return step_done(posted, view);
  const store::PoolEntry& entry = view.row.entry;
  pool::Cells cells;
  for (const pool::PoolColumn* column : editable_columns())
    if (posted.form.has(column->word)) cells[std::string(column->word)] = posted.text(column->word);
  TANMIAO_ASSIGN(const auto next, posted.site.with_office(*view.world, posted.actor, [&](pool::Office& office) {
    return office.edit(view.row.card.firm, entry.track, cells, entry.revision);
  }));
  const bool same = next.revision == entry.revision;
  return Done{entry_path(entry), {same ? "没有改动。" : "台账已保存。", "", ""}};
}

}  // namespace tanmiao::server
