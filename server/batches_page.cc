// 批次: firms that are admitted together, from draft to publication.
#include <algorithm>

#include "server/entry_view.h"
#include "server/form_html.h"
#include "server/people_posts.h"
#include "server/pool_query.h"

namespace tanmiao::server {
namespace {

constexpr std::string_view kFirstState = "draft", kSignedState = "signed";
constexpr std::int64_t kBatchPassMark = 60;

std::string batch_path(const store::PoolBatch& batch) { return "/batches/" + url_encode(batch.id); }

std::string signed_text(const store::PoolBatch& batch) {
  return batch.signed_on == Date{} ? std::string("—") : iso(batch.signed_on);
}

Html batches_table(const Site& site, const PoolState& state) {
  Html out;
  out << "<div class=\"scroll\"><table class=\"stack\"><thead><tr>";
  for (const std::string_view head : {"批次", "培育库", "状态", "企业数", "签批日期", "最近变动"})
    out << "<th scope=\"col\">" << head << "</th>";
  out << "</tr></thead><tbody>";
  for (auto at = state.batches.rbegin(); at != state.batches.rend(); ++at) {
    const std::size_t members = state.members(at->id).size();
    out << "<tr><td class=\"lead\" data-label=\"批次\"><a href=\"" << batch_path(*at) << "\">" << at->title
        << "</a> <small class=\"id\">编号 " << at->id << "</small></td><td data-label=\"培育库\">"
        << site.pool_rules().track_label(at->track) << "</td><td data-label=\"状态\"><span class=\"badge batch-"
        << at->state << "\">" << site.pool_rules().batch_label(at->state) << "</span></td><td data-label=\"企业数\">"
        << members << "</td><td class=\"nowrap\" data-label=\"签批日期\">" << signed_text(*at)
        << "</td><td data-label=\"最近变动\">" << at->by << " " << day_and_hour(at->at) << "</td></tr>";
  }
  out << "</tbody></table></div>";
  return out;
}

Html members_table(const FormPart& form, std::span<const pool::PoolRow> rows, bool draft) {
  Html out;
  out << "<table class=\"stack\"><thead><tr>";
  if (draft) out << "<th scope=\"col\" class=\"tick\">选</th>";
  out << "<th scope=\"col\" class=\"num serial\">序号</th>";
  for (const std::string_view head :
       {"企业名称", "统一社会信用代码", "责任单位", "当前阶段", "得分区间", "最近走访", "核实结论"})
    out << "<th scope=\"col\">" << head << "</th>";
  out << "</tr></thead><tbody>";
  std::size_t number = 0;
  for (const pool::PoolRow& row : rows) {
    out << "<tr>";
    if (draft) {
      out << "<td class=\"tick\"><input type=\"checkbox\" name=\"firm\" value=\"" << row.entry.firm
          << "\" aria-label=\"选择 " << row.name() << "\"";
      if (form.ticked("firm", row.entry.firm)) out << " checked";
      out << "></td>";
    }
    const auto visited = from_day(row.last_visit);
    out << "<td class=\"num serial\" data-label=\"序号\">" << ++number
        << "</td><td class=\"lead\" data-label=\"企业名称\"><a href=\"" << entry_path(row.entry) << "\">" << row.name()
        << "</a></td><td class=\"code\" data-label=\"统一社会信用代码\">" << row.code()
        << "</td><td data-label=\"责任单位\">" << row.unit() << "</td><td data-label=\"当前阶段\">" << row.stage
        << "</td><td data-label=\"得分区间\">"
        << interval_bar(row.card.known_points, row.card.most_points, kBatchPassMark)
        << "</td><td class=\"nowrap\" data-label=\"最近走访\">" << (visited ? iso(*visited) : std::string())
        << "</td><td class=\"nowrap\" data-label=\"核实结论\">" << row.verdict << "</td></tr>";
  }
  out << "</tbody></table>";
  return out;
}

std::string_view state_note(std::string_view to) {
  if (to == "frozen") return "冻结后企业不能再增减，供签批。";
  if (to == kSignedState) return "签批后批次内企业即为“已纳入市级培育库”，自签批日期起算。";
  if (to == kFirstState) return "退回后可以再增减企业，须写明原因。";
  return "";
}

Html state_forms(const Site& site, const FormWriter& writer, const store::PoolBatch& batch) {
  Html out;
  const auto& states = site.pool_rules().batch_states;
  const auto now = std::find_if(states.begin(), states.end(), [&](const auto& s) { return s.id == batch.state; });
  if (now == states.end()) return out;
  if (now->leaves_to.empty()) {
    out << "<p class=\"note screen-only\">批次已办结，不再变动；企业以后的阶段变动在各自的台账上办理。</p>";
    return out;
  }
  out << "<section class=\"sheet screen-only\"><h2>下一步</h2>";
  for (const std::string& to : now->leaves_to) {
    const FormPart form = writer.form("to-" + to);
    const std::string_view turn = to == kFirstState ? "退回" : "转为";
    out << "<details class=\"step\"" << std::string_view(form.refused() ? " open" : "") << "><summary>" << turn
        << "：<strong>" << site.pool_rules().batch_label(to) << "</strong></summary>";
    if (const auto note = state_note(to); !note.empty()) out << "<p class=\"note\">" << note << "</p>";
    out << form.open(batch_path(batch)) << form.hidden("to", to)
        << form.hidden("revision", std::to_string(batch.revision)) << "<div class=\"fields\">";
    if (to == kSignedState) out << form.input({"on", "签批日期", "date", iso(site.today()), "", true});
    out << form.area({"reason", to == kFirstState ? "退回的原因" : "说明", "text", "", "", to == kFirstState, true})
        << "</div>" << form.close("确定，" + std::string(turn) + "“" + site.pool_rules().batch_label(to) + "”")
        << "</details>";
  }
  out << "</section>";
  return out;
}

// Whether the form that was refused is among those that the batch has now.
bool has_form(const Site& site, const store::PoolBatch& batch, const Typed* typed) {
  if (typed == nullptr || typed->form.value("form") == "members") return batch.state == kFirstState;
  for (const auto& state : site.pool_rules().batch_states)
    if (state.id == batch.state)
      return std::find(state.leaves_to.begin(), state.leaves_to.end(), typed->form.value("to")) !=
             state.leaves_to.end();
  return false;
}

Error no_batch(std::string_view id) { return {Errc::kNotFound, "没有这个批次：" + std::string(id), ""}; }

}  // namespace

Result<Response> batches_page(const Site& site, const Request& request, const Typed* typed) {
  TANMIAO_ASSIGN(const PoolState state, pool_state(site));
  const FormWriter writer(site, request, typed);
  const FormPart form = writer.form("open");
  std::vector<Choice> tracks;
  for (const pool::Track& track : site.pool_rules().tracks) tracks.emplace_back(track.id, track.label);
  Html body;
  body << "<div class=\"title\"><h1>纳入批次</h1><p class=\"sub\">共 <strong>" << state.batches.size()
       << "</strong> 批</p></div>" << writer.notice();
  if (state.batches.empty())
    body << "<div class=\"sheet none\"><p>还没有批次。</p></div>";
  else
    body << "<section class=\"sheet\">" << batches_table(site, state) << "</section>";
  body
      << "<section class=\"sheet screen-only\"><h2>新建批次</h2>" << form.open("/batches") << "<div class=\"fields\">"
      << form.select({"track", "培育库"}, tracks)
      << form.input({"title", "名称", "text", "", "可不填，如：2026年第三批", false, true}) << "</div>"
      << form.close("新建")
      << "<p class=\"note\">草拟 → 已冻结 → 已签批 → 已公布。只有“已核实”的企业可以列入；签批后即为“已纳入市级培育库”。"
         "</p></section>";
  Frame frame;
  frame.waiting = site.waiting();
  frame.title = "纳入批次";
  frame.active = "/batches";
  return page(frame, body);
}

Result<Response> batch_page(const Site& site, const Request& request, std::string_view id, const Typed* typed) {
  TANMIAO_ASSIGN(const PoolState state, pool_state(site));
  const store::PoolBatch* batch = state.batch(id);
  if (batch == nullptr) return no_batch(id);
  pool::PoolFilter filter;
  filter.track = batch->track;
  filter.batch = batch->id;
  const auto rows = state.rows(site, filter);
  const FormWriter writer(site, request, typed);
  const FormPart form = writer.form("members");
  const bool draft = batch->state == kFirstState;
  Html body;
  body << "<div class=\"title\"><h1>" << batch->title << "</h1><p class=\"sub\">"
       << site.pool_rules().track_label(batch->track) << " · <span class=\"badge batch-" << batch->state << "\">"
       << site.pool_rules().batch_label(batch->state) << "</span> · 共 <strong>" << rows.size() << "</strong> 家";
  if (batch->signed_on != Date{}) body << " · 签批日期 " << iso(batch->signed_on);
  body << " · 最近变动 " << batch->by << " " << day_and_hour(batch->at);
  if (!batch->reason.empty()) body << " · 说明：" << batch->reason;
  body << "</p><p class=\"links screen-only\"><a href=\"/batches\">← 全部批次</a> <a href=\"/pool?track="
       << url_encode(batch->track) << "&amp;batch=" << url_encode(batch->id) << "\">在培育库中查看</a></p></div>"
       << writer.notice(has_form(site, *batch, typed)) << state_forms(site, writer, *batch)
       << "<section class=\"sheet\"><h2>企业</h2>";
  if (rows.empty()) {
    body << "<p class=\"empty\">还没有企业：在<a href=\"/\">候选名单</a>或<a href=\"/pool?track="
         << url_encode(batch->track) << "&amp;stage=VERIFIED\">培育库</a>勾选“已核实”的企业列入。</p>";
  } else if (draft) {
    body << form.open(batch_path(*batch)) << members_table(form, rows, true) << form.close("把勾选的移出批次", "quiet");
  } else {
    body << members_table(form, rows, false);
  }
  body << "</section>";
  Frame frame;
  frame.waiting = site.waiting();
  frame.title = batch->title;
  frame.active = "/batches";
  frame.as_of = iso(state.as_of);
  frame.css = "wide";
  return page(frame, body);
}

Result<Done> open_batch_post(const Posted& posted) {
  TANMIAO_ASSIGN(const auto world, posted.site.worlds.now(posted.site.config.campaign));
  TANMIAO_ASSIGN(const auto batch, posted.site.with_office(*world, posted.actor, [&](pool::Office& office) {
    return office.open_batch(posted.text("track"), posted.text("title"));
  }));
  return Done{batch_path(batch), {"已新建批次“" + batch.title + "”。", "", ""}};
}

Result<Done> batch_post(const Posted& posted) {
  const Site& site = posted.site;
  TANMIAO_ASSIGN(const PoolState state, pool_state(site));
  const store::PoolBatch* batch = state.batch(posted.rest);
  if (batch == nullptr) return no_batch(posted.rest);
  if (posted.text("form") == "members") {
    TANMIAO_ASSIGN(const auto firms, ticked_firms(posted, *state.world));
    TANMIAO_ASSIGN(const std::size_t count, site.with_office(*state.world, posted.actor, [&](pool::Office& office) {
      return office.tick(batch->id, firms, false);
    }));
    return Done{batch_path(*batch), {std::to_string(count) + " 家已移出批次。", "", ""}};
  }
  if (posted.text("revision") != std::to_string(batch->revision))
    return Error{Errc::kConflict,
                 "批次已由" + batch->by + "于 " + day_and_hour(batch->at) + " 改为“" +
                     site.pool_rules().batch_label(batch->state) + "”，请核对后再定",
                 ""};
  std::optional<Date> on;
  if (const std::string day = posted.text("on"); !day.empty()) {
    TANMIAO_ASSIGN(on, parse_iso_date(day));
  }
  const std::string to = posted.text("to");
  TANMIAO_ASSIGN(const auto next, site.with_office(*state.world, posted.actor, [&](pool::Office& office) {
    return office.batch_to(batch->id, to, posted.text("reason"), on, batch->revision);
  }));
  return Done{batch_path(next), {"批次现为“" + site.pool_rules().batch_label(next.state) + "”。", "", ""}};
}

}  // namespace tanmiao::server
