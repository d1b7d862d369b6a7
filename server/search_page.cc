// 企业查询: every firm that is known, candidate or not.
#include <array>

#include "core/messages.h"

#include "server/form_html.h"
#include "server/saved_view.h"
#include "server/site.h"

namespace tanmiao::server {
namespace {

// Start-ups are ranked among themselves.
std::string_view rank_label(LeadKind kind) { return kind == LeadKind::kStartUp ? "初创名次 " : "候选名次 "; }

void hit_of(Html& out, const World& world, const Reference& reference, const indexer::Hit& hit,
            std::string_view campaign) {
  const auto& f = world.snapshot->firms;
  const auto status = static_cast<FirmStatus>(f.status[hit.firm]);
  out << "<li><h2><a href=\"" << firm_path(f.code[hit.firm], hit.firm, campaign) << "\">";
  out.raw(hit.name_html);  // escaped by the searcher, with its marks
  out << "</a></h2><p class=\"facts\"><span class=\"code\">"
      << (f.code[hit.firm].empty() ? std::string_view("代码待查") : f.code[hit.firm]) << "</span>";
  if (const auto unit = world.snapshot->unit_name(hit.firm, reference.regions); !unit.empty()) out << " · " << unit;
  out << " · " << (status == FirmStatus::kUnknown ? std::string_view("状态未知") : status_label(status));
  if (const auto day = from_day(f.established[hit.firm]))
    out << " · <span class=\"nowrap\">成立于 " << iso(*day) << "</span>";
  if (world.run != nullptr)
    if (const std::size_t row = world.run->row_of(hit.firm); row < world.run->size())
      out << " <span class=\"chip\">" << rank_label(static_cast<LeadKind>(world.run->lead_kind[row]))
          << world.run->rank[row] << "</span>";
  out << "</p>";
  if (!hit.snippet_html.empty()) {
    out << "<p class=\"snippet\"><small>匹配于" << hit.matched_in << "：</small>";
    out.raw(hit.snippet_html);
    out << "</p>";
  }
  out << "</li>\n";
}

void orders(Html& out, const ListQuery& query, bool with_run) {
  static constexpr std::array<std::array<std::string_view, 2>, 4> kOrders{
      {{"", "相关"}, {"rank", "名次"}, {"established", "成立日期"}, {"name", "名称"}}};
  out << "<p class=\"orders\">排序：";
  for (const auto& [sort, label] : kOrders) {
    if (sort == "rank" && !with_run) continue;
    out << "<a rel=\"nofollow\" href=\"/search" << query.sorted(sort).address() << "\"";
    if (query.sort == sort) out << " class=\"on\"";
    out << ">" << label << "</a> ";
  }
  out << "</p>";
}

void whole_list(Html& out, const ListQuery& query, std::uint64_t total) {
  constexpr std::array<std::array<std::string_view, 2>, 3> kFormats{
      {{"xlsx", "Excel"}, {"csv", "CSV"}, {"jsonl", "JSON"}}};
  out << "<p class=\"exports\">导出全部 " << total << " 家：";
  for (const auto& [format, label] : kFormats) {
    ListQuery as = query.at(1);
    as.format = format;
    out << "<a href=\"/search/export" << as.address() << "\" download>" << label << "</a> ";
  }
  out << "</p>";
}

Html text_hint() {
  Html out;
  out << "<p>多个词用空格分开；要照原样查，前后都加引号；不要的词前面加减号；两者有一即可，中间写 | 。</p>";
  return out;
}

Html filter_hint() {
  Html out;
  out << "<p>请清除上面的筛选，再从左侧选择。</p>";
  return out;
}

}  // namespace

Result<Response> search_page(const Site& site, const Request& request, const Typed* typed) {
  TANMIAO_ASSIGN(const ListQuery query, parse_list_query(request, kSearchWords));
  TANMIAO_ASSIGN(const auto world, search_world(site, query));
  auto answer = search_firms(site, *world, query);
  // A query that cannot be read is told beside the box, where it can be mended; so is a place in a list that is gone.
  const bool stale = !answer && answer.error().code == Errc::kConflict;
  const bool unread = !answer && (answer.error().code == Errc::kUsage || answer.error().code == Errc::kLimit);
  if (!answer && !unread && !stale) return answer.error();
  const indexer::Page found = answer ? std::move(*answer) : indexer::Page{};
  const FormWriter writer(site, request, typed);
  Html body;
  body << "<div class=\"title\"><h1>企业查询</h1><p class=\"sub\">全部已知企业 · 共 <strong>" << found.total
       << "</strong> 家</p><p class=\"links screen-only\"><a href=\"/saved\">已存查询</a></p></div>" << writer.notice()
       << "<div class=\"columns\">" << facet_rail(query, "/search", found.facets)
       << "<div class=\"content\"><div class=\"tools\">"
       << search_box(query, "/search", "名称、代码、专利、经营范围；“词组”，-排除");
  orders(body, query, world->run != nullptr);
  body << "</div>" << chosen_filters(query, "/search", found.facets, site.words());
  for (const auto& correction : found.corrections)
    body << "<p class=\"note\" role=\"status\">没有企业含有“" << correction.typed << "”，以下是含有“" << correction.as
         << "”或与之相近的企业；只查原词，请加引号。</p>";
  if (stale) {
    body << "<div class=\"sheet none\" role=\"alert\"><p>" << in_chinese(answer.error()) << "。</p><p><a href=\"/search"
         << query.at(1).address() << "\">从第一页重新查询</a></p></div>";
  } else if (unread) {
    body << "<div class=\"sheet none\" role=\"alert\"><p>查询有误：" << in_chinese(answer.error()) << "。</p>"
         << (query.text.empty() ? filter_hint() : text_hint()) << "</div>";
  } else if (found.hits.empty()) {
    body << "<div class=\"sheet none\"><p>没有查到企业。</p><p>"
            "可减少或缩短查询词、清除筛选。企业只收录来源中出现过的；名称以登记为准。</p></div>";
  } else {
    body << "<ul class=\"hits\">";
    for (const auto& hit : found.hits) hit_of(body, *world, site.worlds.reference(), hit, query.campaign);
    body << "</ul>";
  }
  if (!found.hits.empty()) whole_list(body, query, found.total);
  if (answer) body << keep_form(writer, query);
  body << pager(query, "/search", found.total, found.next) << "</div></div>";
  Frame frame;
  frame.waiting = site.waiting();
  frame.title = "企业查询";
  frame.active = "/search";
  frame.campaign = query.campaign;
  frame.as_of = iso(world->snapshot->info().civil_date);
  return page(frame, body, answer ? 200 : http_status(answer.error().code));
}

}  // namespace tanmiao::server
