// 待判定: names that wait for a person, those of most worth first; and the decisions that stand, each to be taken back.
#include <algorithm>
#include <cmath>

#include "server/entry_view.h"
#include "server/form_html.h"
#include "server/review_parts.h"

namespace tanmiao::server {
namespace {

constexpr std::array kKinds = {RecordKind::kFirm, RecordKind::kPatent, RecordKind::kPatentEvent,
                               RecordKind::kRecognition, RecordKind::kSignal};
constexpr std::array kGroups = {pool::ItemStanding::kWaiting, pool::ItemStanding::kShelved,
                                pool::ItemStanding::kSettled, pool::ItemStanding::kLinked,
                                pool::ItemStanding::kNothingNear};

std::string_view explained(pool::ItemStanding standing) {
  switch (standing) {
    case pool::ItemStanding::kWaiting: return "待判定";
    case pool::ItemStanding::kShelved: return "搁置（说不准的）";
    case pool::ItemStanding::kSettled: return "已判定，下一夜生效";
    case pool::ItemStanding::kLinked: return "名称不完全一致，概率足够高，已按概率归入企业；有误的可判“不是”";
    case pool::ItemStanding::kNothingNear: return "登记数据中没有相近的企业";
  }
  return "";
}

Html queue_tabs(const ReviewState& state, const ReviewQuery& query) {
  Html out;
  out << "<nav class=\"tabs\" aria-label=\"待判定的各组\">";
  const auto tab = [&](std::optional<pool::ItemStanding> standing, std::string_view text, std::size_t count) {
    ReviewQuery other = query;
    other.page = 1;
    other.filter.standing = standing;
    out << "<a href=\"/review" << other.address() << "\"";
    if (query.filter.standing == standing) out << " aria-current=\"true\"";
    out << ">" << text << " " << count << "</a>";
  };
  pool::QueueFilter all = query.filter;
  all.standing.reset();
  const auto items = state.queue->select(all);
  tab(std::nullopt, "全部", items.size());
  for (const pool::ItemStanding standing : kGroups)
    tab(standing, pool::label(standing),
        static_cast<std::size_t>(
            std::count_if(items.begin(), items.end(), [&](auto* one) { return one->standing == standing; })));
  out << "<a href=\"/review/decisions\">现有判定</a></nav>";
  return out;
}

void queue_option(Html& out, std::string_view value, std::string_view text, bool chosen) {
  out << "<option value=\"" << value << "\"" << std::string_view(chosen ? " selected" : "") << ">" << text
      << "</option>";
}

Html queue_filters(const ReviewState& state, const ReviewQuery& query, const SourceTitles& titles) {
  Html out;
  out << "<form class=\"desk filters\" action=\"/review\" method=\"get\"><div class=\"fields\">";
  if (query.filter.standing)
    out << "<input type=\"hidden\" name=\"state\" value=\"" << pool::word(*query.filter.standing) << "\">";
  out << "<label><span>来源</span><select name=\"source\">";
  queue_option(out, "", "全部", query.filter.source.empty());
  for (const std::string& source : state.queue->sources())
    queue_option(out, source, title_of(titles, source), query.filter.source == source);
  out << "</select></label><label><span>类别</span><select name=\"kind\">";
  queue_option(out, "", "全部", !query.filter.kind);
  for (const RecordKind kind : kKinds) queue_option(out, kind_name(kind), pool::label(kind), query.filter.kind == kind);
  out << "</select></label><button type=\"submit\">筛选</button></div></form>";
  return out;
}

// The best candidates, each with what was said of it.
Html candidates_cell(const RegionTable& regions, const ReviewState& state, const pool::QueueItem& one) {
  Html out;
  const auto said = state.rulings->on(one.at());
  for (const pool::QueueCandidate& candidate : pool::candidates_of(one.item)) {
    const std::string county(regions.name(state.world->snapshot->firms.county[candidate.firm]));
    out << "<span class=\"candidate\">" << state.world->book->card(candidate.firm).name;
    if (!county.empty()) out << " <small>" << county << "</small>";
    if (candidate.probability >= 0) out << " <small>" << percent(candidate.probability) << "</small>";
    for (const auto& s : said)
      if (s.firm == candidate.firm) out << " " << ruling_badge(s.decision->ruling);
    out << "</span>";
  }
  for (const auto& s : said)  // of a firm that nobody thought near
    if (s.firm != store::kNoFirm &&
        std::find(one.item.candidates.begin(), one.item.candidates.end(), s.firm) == one.item.candidates.end())
      if (!pool::is_taken_out(*state.world->book, state.taken_out, s.decision->firm_identity))
        out << "<span class=\"candidate\">" << state.world->book->card(s.firm).name << " "
            << ruling_badge(s.decision->ruling) << "</span>";
  if (out.empty()) out << "—";
  return out;
}

void queue_row(Html& out, const RegionTable& regions, const ReviewState& state, const ReviewQuery& query,
               const SourceTitles& titles, const pool::QueueItem& one) {
  pool::QueueFilter among = query.filter;
  if (one.standing != pool::ItemStanding::kWaiting) among.standing = one.standing;
  out << "<tr><td class=\"lead\" data-label=\"名称\"><a href=\"" << item_query(one, among).address() << "\">"
      << one.item.name << "</a></td><td data-label=\"可能的企业\"><span>" << candidates_cell(regions, state, one)
      << "</span></td><td data-label=\"类别\" class=\"nowrap\">" << pool::label(one.item.kind)
      << "</td><td data-label=\"来源\">" << title_of(titles, one.item.source)
      << "</td><td data-label=\"价值\" class=\"num\">" << worth(one.item.value) << "</td></tr>\n";
}

Html queue_table(const RegionTable& regions, const ReviewState& state, const ReviewQuery& query,
                 const SourceTitles& titles, std::span<const pool::QueueItem* const> items) {
  Html out;
  out << "<table class=\"stack queue\"><thead><tr>";
  for (const std::string_view head : {"名称（记录中的写法）", "可能的企业", "类别", "来源"})
    out << "<th scope=\"col\">" << head << "</th>";
  out << "<th scope=\"col\" class=\"num\" "
         "title=\"此名称各条记录的评分权重之和，乘以判定会改变现状的概率\">价值</th></tr></thead><tbody>\n";
  const pool::QueueItem* before = nullptr;
  for (const pool::QueueItem* one : items) {
    if (!query.filter.standing && (before == nullptr || before->standing != one->standing))
      out << "<tr class=\"group\"><th colspan=\"5\" scope=\"colgroup\">" << explained(one->standing) << "</th></tr>";
    queue_row(out, regions, state, query, titles, *one);
    before = one;
  }
  out << "</tbody></table>";
  return out;
}

Frame review_frame(const Site& site, const ReviewState& state, std::string title) {
  Frame frame;
  frame.title = std::move(title);
  frame.active = "/review";
  frame.waiting = site.waiting();
  frame.as_of = iso(state.world->snapshot->info().civil_date);
  return frame;
}

void ruling_row(Html& out, const ReviewState& state, const FormWriter& writer, const SourceTitles& titles,
                const pool::Rulings::Said& said) {
  const store::IdentityDecision& d = *said.decision;
  const pool::FirmCard card = state.world->book->card(said.firm);
  out << "<tr><td class=\"lead\" data-label=\"名称\">" << d.name << "</td><td data-label=\"判定\">"
      << ruling_badge(d.ruling) << "</td><td data-label=\"企业\">";
  if (card.firm == store::kNoFirm)
    out << lost_firm(d.firm_identity);
  else
    out << "<a href=\"" << firm_path(card.code, card.firm, "") << "\">" << card.name << "</a>";
  out << "</td><td data-label=\"来源\"><span>" << title_of(titles, d.source) << " <small>" << pool::label(d.kind)
      << "</small></span></td><td data-label=\"范围\">";
  if (d.key.empty())
    out << "该来源各条";
  else
    out << "<span class=\"code\">" << d.key << "</span>";
  out << "</td><td data-label=\"依据\">" << d.reason << "</td><td data-label=\"经办\"><span>" << d.by
      << " <small class=\"nowrap\">" << day_and_hour(d.decided_at)
      << "</small></span></td><td class=\"screen-only act\">" << undo_form(writer, d) << "</td></tr>\n";
}

}  // namespace

Result<Response> review_page(const Site& site, const Request& request, const Typed* typed) {
  TANMIAO_ASSIGN(const auto state, review_state(site));
  TANMIAO_ASSIGN(const ReviewQuery query, parse_review_query(*state, request));
  const SourceTitles titles = source_titles(site);
  const auto items = state->queue->select(query.filter);
  const std::size_t begin = std::min((query.page - 1) * kRowsOfPage, items.size()),
                    count = std::min(kRowsOfPage, items.size() - begin);
  const FormWriter writer(site, request, typed);
  Html body;
  body << "<div class=\"title\"><h1>待判定的名称</h1><p class=\"sub\">共 <strong>"
       << state->queue->count(pool::ItemStanding::kWaiting) << "</strong> 项待判定</p></div>" << writer.notice()
       << queue_tabs(*state, query) << queue_filters(*state, query, titles);
  if (items.empty())
    body << "<div class=\"sheet "
            "none\"><p>没有要判定的名称。</p><p>规则不能确定是哪一家企业的名称会列在这里，由人判定。</p></div>";
  else if (count == 0)
    body << "<div class=\"sheet none\"><p>没有第 " << query.page << " 页。</p></div>";
  else
    body << "<section class=\"sheet\">"
         << queue_table(site.worlds.reference().regions, *state, query, titles, std::span(items).subspan(begin, count))
         << "</section>" << pages_of(query, "/review", items.size());
  body << "<p "
          "class=\"note\">"
          "按价值（此名称各条记录的评分权重之和，乘以判定会改变现状的概率）从高到低排列。判定从下一次夜间任务起生效，可"
          "随时撤销。"
          "概率够高的名称已归入企业，列在“按概率归入”，判“不是”或“说不准”，下一夜即取消。</p>";
  return page(review_frame(site, *state, "待判定的名称"), body);
}

Result<Response> rulings_page(const Site& site, const Request& request, const Typed* typed) {
  TANMIAO_ASSIGN(const auto state, review_state(site));
  struct PageNumber {
    std::size_t page = 1;
    std::string address() const { return page > 1 ? "?page=" + std::to_string(page) : ""; }
  } query;
  TANMIAO_ASSIGN(const ReviewQuery asked, parse_review_query(*state, request));
  query.page = asked.page;
  const SourceTitles titles = source_titles(site);
  auto all = state->rulings->standing();
  std::erase_if(all, [&](const auto& said) {
    return pool::is_taken_out(*state->world->book, state->taken_out, said.decision->firm_identity);
  });
  std::reverse(all.begin(), all.end());  // the newest first
  const std::size_t begin = std::min((query.page - 1) * kRowsOfPage, all.size()),
                    count = std::min(kRowsOfPage, all.size() - begin);
  const FormWriter writer(site, request, typed);
  Html body;
  body << "<div class=\"title\"><h1>现有判定</h1><p class=\"sub\">共 <strong>" << all.size()
       << "</strong> 条 · <a href=\"/review\">待判定的名称</a></p></div>" << writer.notice();
  if (all.empty()) {
    body << "<div class=\"sheet none\"><p>还没有判定。</p></div>";
  } else {
    body << "<section class=\"sheet\"><table class=\"stack\"><thead><tr>";
    for (const std::string_view head : {"名称", "判定", "企业", "来源", "范围", "依据", "经办"})
      body << "<th scope=\"col\">" << head << "</th>";
    body << "<th scope=\"col\" class=\"screen-only\">撤销</th></tr></thead><tbody>\n";
    for (std::size_t i = begin; i < begin + count; ++i) ruling_row(body, *state, writer, titles, all[i]);
    body << "</tbody></table></section>" << pages_of(query, "/review/decisions", all.size());
  }
  body << "<p class=\"note\">撤销后，下一次夜间任务按规则重新归属；撤销本身也记入操作日志。</p>";
  return page(review_frame(site, *state, "现有判定"), body);
}

}  // namespace tanmiao::server
