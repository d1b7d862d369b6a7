// 候选名单: what a run proposes.
#include <array>

#include "pool/candidate_notes.h"
#include "server/follow_up.h"
#include "server/form_html.h"

namespace tanmiao::server {
namespace {

constexpr std::int64_t kPassMark = 60;  // drawn on the bar; the firm page takes it from its rubric

// City names stand in the reference; the demo has one too.
std::string heading(const Site& site) {
  const RegionTable& regions = site.worlds.reference().regions;
  return std::string(regions.name(regions.city())) + "科技型中小企业候选名单";
}

// Those that have a list.
void campaigns(Html& out, const Site& site, const World& world, const ListQuery& query) {
  auto all = site.worlds.rules().campaigns();
  std::erase_if(all, [&](const auto& info) {
    return std::none_of(world.live.runs.begin(), world.live.runs.end(),
                        [&](const auto& run) { return run.first == info.id; });
  });
  if (all.size() < 2) return;
  out << "<details class=\"campaigns\"><summary>定向检索：";
  for (const auto& info : all)
    if (info.id == site.campaign_of(query)) out << info.title;
  out << "</summary><ul>";
  for (const auto& info : all) {
    ListQuery other;
    if (info.id != site.config.campaign) other.campaign = info.id;
    out << "<li><a href=\"/" << other.address() << "\"";
    if (info.id == site.campaign_of(query)) out << " aria-current=\"true\"";
    out << ">" << info.title << "</a></li>";
  }
  out << "</ul></details>";
}

void head_cell(Html& out, const ListQuery& query, std::string_view label, std::string_view sort, std::string_view css) {
  out << "<th scope=\"col\" class=\"" << css << "\">";
  if (sort.empty()) {
    out << label << "</th>";
    return;
  }
  const bool on = query.sort == sort || (query.sort.empty() && sort == "rank");
  out << "<a rel=\"nofollow\" href=\"/" << query.sorted(sort == "rank" ? "" : sort).address() << "\"";
  if (on) out << " class=\"on\"";
  out << ">" << label << "</a></th>";
}

void chip(Html& out, std::string_view css, std::string_view text) {
  out << "<span class=\"chip " << css << "\">" << text << "</span>";
}

void chips(Html& out, std::string_view texts, std::string_view between, std::string_view css) {
  while (!texts.empty()) {
    const std::size_t end = std::min(texts.find(between), texts.size());
    if (end > 0) chip(out, css, texts.substr(0, end));
    texts.remove_prefix(std::min(end + between.size(), texts.size()));
  }
}

void reasons(Html& out, const pool::CandidateRow& row) {
  const auto count = [&](std::string_view label, std::int32_t number, std::string_view css) {
    if (number > 0) chip(out, css, std::string(label) + " " + std::to_string(number) + " 件");
  };
  chips(out, row.recognitions, "；", "recognition");
  chips(out, row.rd_signals, "；", "signal");
  count("有效发明", row.valid_inventions, "patent");
  count("有效Ⅱ类", row.valid_class_two, "patent");
  count("效力待核", row.unverified, "patent");
  count("在审发明", row.pending, "patent");
  if (row.recognitions.empty() && row.rd_signals.empty() && row.valid_inventions <= 0 && row.valid_class_two <= 0 &&
      row.unverified <= 0 && row.pending <= 0)
    out << "<span class=\"unknown\">未见公开依据</span> ";
  chips(out, row.industries, "、", "industry");
  chips(out, row.hints, "、", "hint");
}

std::string_view change_class(std::string_view change) {
  if (change.starts_with("▲")) return "up";
  if (change.starts_with("▼")) return "down";
  return change == "新进" ? "fresh" : "same";
}

// What the rows of a table have beside what the run says.
struct RowTools {
  const FormPart& form;
  const FollowUps& follow_ups;
  std::string_view campaign;
  bool changes;
};

// Where people stand with the firm: stage, last visit, verdict.
void followed_up(Html& out, const pool::CandidateRow& row, const FollowUps& follow_ups) {
  // "否（已核实）": beside the firm only the stage is of interest.
  constexpr std::string_view kOpen = "（", kClose = "）";
  std::string_view stage = row.pool_state;
  if (const std::size_t at = stage.find(kOpen); at != std::string_view::npos && stage.ends_with(kClose))
    chip(out, "stage", stage.substr(at + kOpen.size(), stage.size() - at - kOpen.size() - kClose.size()));
  const auto visit = follow_ups.find(row.firm);
  if (visit == follow_ups.end()) return;
  if (!visit->second.verdict.empty()) chip(out, "verdict", visit->second.verdict);
  out << "<small class=\"nowrap\">" << iso(visit->second.visited_on) << " 走访</small>";
}

void row_of(Html& out, const pool::CandidateRow& row, const RowTools& tools) {
  const std::string number = std::to_string(row.firm);
  out << "<tr><td class=\"tick\"><input type=\"checkbox\" name=\"firm\" value=\"" << number << "\" aria-label=\"选择 "
      << row.name << "\"" << std::string_view(tools.form.ticked("firm", number) ? " checked" : "")
      << "></td><td class=\"rank\" data-label=\"名次\">" << row.rank << "</td>";
  if (tools.changes)
    out << "<td class=\"change " << change_class(row.rank_change) << "\" data-label=\"名次变化\">" << row.rank_change
        << "</td>";
  out << "<td class=\"name\"><a href=\"" << firm_path(row.code, row.firm, tools.campaign) << "\">" << row.name
      << "</a><small class=\"code\">" << (row.code.empty() ? std::string_view("代码待查") : std::string_view(row.code))
      << "</small></td><td class=\"unit\" data-label=\"责任单位\">" << row.unit
      << "</td><td class=\"kind\" data-label=\"线索类型\">" << label(row.lead_kind)
      << "</td><td class=\"judgement\" data-label=\"研判\">" << judgement_badge(label(row.judgement))
      << "</td><td class=\"score\" data-label=\"得分区间\">"
      << interval_bar(row.known_points, row.most_points, kPassMark) << "</td><td class=\"reasons\">";
  reasons(out, row);
  out << "</td><td class=\"follow\" data-label=\"跟进\">";
  followed_up(out, row, tools.follow_ups);
  out << "</td></tr>\n";
}

void exports(Html& out, const ListQuery& query, std::size_t total) {
  constexpr std::array<std::array<std::string_view, 2>, 3> kFormats{
      {{"xlsx", "Excel"}, {"csv", "CSV"}, {"jsonl", "JSON"}}};
  out << "<p class=\"exports\">导出 " << total << " 家：";
  for (const auto& [format, label] : kFormats) {
    ListQuery as = query.at(1);
    as.format = format;
    out << "<a href=\"/export" << as.address() << "\" download>" << label << "</a> ";
  }
  out << "</p>";
}

// Start-ups have ranks of their own, so their part of the list is headed.
void table(Html& out, const ListQuery& query, const std::vector<pool::CandidateRow>& rows, const RowTools& tools) {
  out << "<table class=\"list\"><thead><tr>";
  head_cell(out, query, "选", "", "tick");
  head_cell(out, query, "名次", "rank", "rank");
  if (tools.changes) head_cell(out, query, "变化", "", "change");
  head_cell(out, query, "企业名称", "name", "name");
  head_cell(out, query, "责任单位", "", "unit");
  head_cell(out, query, "线索类型", "", "kind");
  head_cell(out, query, "研判", "", "judgement");
  out << "<th scope=\"col\" class=\"score\"><a rel=\"nofollow\" href=\"/" << query.sorted("known").address() << "\"";
  if (query.sort == "known") out << " class=\"on\"";
  out << ">可确认</a>–<a rel=\"nofollow\" href=\"/" << query.sorted("most").address() << "\"";
  if (query.sort == "most") out << " class=\"on\"";
  out << ">最高可能</a></th>";
  head_cell(out, query, "依据", "", "reasons");
  head_cell(out, query, "跟进", "", "follow");
  out << "</tr></thead><tbody>\n";
  bool headed = !query.sort.empty();
  for (const auto& row : rows) {
    if (!headed && row.lead_kind == LeadKind::kStartUp) {
      headed = true;
      out << "<tr class=\"group\"><th colspan=\"" << (tools.changes ? 10 : 9)
          << "\" scope=\"rowgroup\">科技型初创（单独排名）</th></tr>\n";
    }
    row_of(out, row, tools);
  }
  out << "</tbody></table>";
}

// What can be done with the ticked firms; closes the form.
Html ticked_actions(const Site& site, const FormPart& form, const std::vector<store::PoolBatch>& batches) {
  std::vector<Choice> ways;
  for (const pool::Track& track : site.pool_rules().tracks)
    ways.emplace_back("lead:" + track.id, "列为线索：" + track.label);
  for (const auto& batch : batches)
    if (batch.state == site.pool_rules().batch_states.front().id)
      ways.emplace_back("batch:" + batch.id, "列入批次（须已核实）：" + batch.title);
  Html out;
  out << "<section class=\"sheet screen-only\" id=\"ticked\"><h2>勾选的企业</h2><div class=\"fields\">"
      << form.select({"way", "操作"}, ways)
      << form.input({"reason", "依据（列为线索时填写）", "text", "", "如：候选名单靠前，安排走访", false, true})
      << "</div>" << form.close("确定") << "</section>";
  return out;
}

Html legend() {
  Html out;
  out << "<p class=\"legend\"><span><i class=\"key known\"></i>可确认得分</span><span><i class=\"key most\"></i>"
         "最高可能得分</span><span><i class=\"key pass\"></i>"
      << kPassMark << " 分</span><span>未公开的数据按未知处理，不计为零</span></p>";
  return out;
}

// Nothing to show: what could be done about it.
Html nothing(const ListQuery& query, std::size_t total) {
  Html out;
  out << "<div class=\"sheet none\"><p>";
  if (total > 0) {
    out << "没有第 " << query.page << " 页。</p><p><a href=\"/" << query.at(1).address()
        << "\">回到第 1 页</a></p></div>";
    return out;
  }
  if (query.filtered())
    out << "没有符合筛选条件的线索。</p>";
  else
    out << "本次运行没有提出线索。</p>";
  if (!query.text.empty()) {
    ListQuery everywhere;
    everywhere.campaign = query.campaign;
    everywhere.text = query.text;
    out << "<p>候选名单只列本次提出的线索。可<a href=\"/search" << everywhere.address() << "\">在全部已知企业中查询“"
        << query.text << "”</a>，或减少筛选条件。</p>";
  }
  out << "</div>";
  return out;
}

Html meanings(const Site& site) {
  Html out;
  out << "<details class=\"sheet meanings\"><summary>名词与口径</summary><dl>";
  for (const pool::Note& note : pool::candidate_notes(site.pool_rules().verdict_texts()))
    out << "<dt>" << note.subject << "</dt><dd>" << note.text << "</dd>";
  out << "</dl></details>";
  return out;
}

}  // namespace

Result<Response> candidates_page(const Site& site, const Request& request, const Typed* typed) {
  TANMIAO_ASSIGN(const ListQuery asked, parse_list_query(request, kCandidateWords));
  TANMIAO_ASSIGN(const auto world, site.with_run(asked));
  TANMIAO_ASSIGN(const ListQuery query, world->list->resolved(asked));
  TANMIAO_ASSIGN(const FirmNumbers suppressed, site.worlds.suppressed(*world));
  const auto selection = world->list->select(query, *suppressed);
  const std::size_t total = selection.rows.size();
  const std::size_t begin = std::min((query.page - 1) * kRowsOfPage, total);
  const std::size_t end = std::min(begin + kRowsOfPage, total);
  const auto from = selection.rows.begin();
  TANMIAO_ASSIGN(const auto rows,
                 site.rows(*world, {from + static_cast<std::ptrdiff_t>(begin), from + static_cast<std::ptrdiff_t>(end)},
                           begin + 1));
  TANMIAO_ASSIGN(const FollowUps follow_ups, latest_visits(site, *world));
  TANMIAO_ASSIGN(const auto batches, site.worlds.with_store([](store::Store& s) { return s.people().pool_batches(); }));
  const FormWriter writer(site, request, typed);
  const FormPart form = writer.form("ticks");
  Html body;
  body << "<div class=\"title\"><h1>" << heading(site) << "</h1><p class=\"sub\">共 <strong>" << total
       << "</strong> 家</p>";
  campaigns(body, site, *world, query);
  body << "</div>" << writer.notice() << "<div class=\"columns\">" << facet_rail(query, "/", selection.facets)
       << "<div class=\"content\">"
       << "<div class=\"tools\">" << search_box(query, "/", "企业名称、曾用名或代码");
  if (total > 0) exports(body, query, total);
  body << "</div>" << chosen_filters(query, "/", selection.facets, site.words());
  if (rows.empty()) {
    body << nothing(query, total);
  } else {
    body << legend() << printed_part(begin + 1, rows.size(), total)
         << form.open("/leads", "ticking", "/" + query.address());
    table(body, query, rows, {form, follow_ups, query.campaign, world->previous != nullptr});
    body << pager(query, "/", total) << ticked_actions(site, form, batches);
  }
  body << meanings(site) << "</div></div>";
  Frame frame;
  frame.waiting = site.waiting();
  frame.title = heading(site) + "（内部线索，不作为评价结论）";
  frame.active = "/";
  frame.campaign = query.campaign;
  frame.as_of = iso(world->entry.as_of);
  frame.banner = held_banner(site, false);
  frame.css = "wide";
  return page(frame, body);
}

}  // namespace tanmiao::server
