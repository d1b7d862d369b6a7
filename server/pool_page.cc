// 培育库: the firms of one track, 汇总 by 责任单位 and stage of exactly those, and ticking them into a batch.
#include <algorithm>
#include <set>

#include "pool/export.h"
#include "server/download.h"
#include "server/form_html.h"
#include "server/people_posts.h"
#include "server/pool_query.h"

namespace tanmiao::server {
namespace {

constexpr std::size_t kPoolRowsOfPage = 200;
constexpr std::int64_t kPoolPassMark = 60;
constexpr std::string_view kDraftState = "draft";

std::string pool_title(const Site& site, const PoolQuery& query) {
  const RegionTable& regions = site.worlds.reference().regions;
  return std::string(regions.name(regions.city())) + site.pool_rules().track_label(query.filter.track);
}

Html track_tabs(const Site& site, const PoolQuery& query) {
  Html out;
  out << "<nav class=\"tabs\" aria-label=\"培育库\">";
  for (const pool::Track& track : site.pool_rules().tracks) {
    PoolQuery other;
    other.default_track = query.default_track;
    other.filter.track = track.id;
    out << "<a href=\"/pool" << other.address() << "\"";
    if (track.id == query.filter.track) out << " aria-current=\"page\"";
    out << ">" << track.label << "</a>";
  }
  out << "</nav>";
  return out;
}

Html filter_form(const Site& site, const PoolState& state, const PoolQuery& query) {
  const pool::PoolFilter& filter = query.filter;
  const auto option = [](Html& out, std::string_view value, std::string_view label, bool on) {
    out << "<option value=\"" << value << "\"";
    if (on) out << " selected";
    out << ">" << label << "</option>";
  };
  const auto set = static_cast<std::size_t>(!filter.unit.empty()) + filter.stages.size() +
                   static_cast<std::size_t>(!filter.batch.empty()) + static_cast<std::size_t>(!filter.text.empty());
  Html out;
  out << fold_begin(set)
      << "<form class=\"desk filters\" method=\"get\" action=\"/pool\" role=\"search\"><div class=\"fields\">"
         "<input type=\"hidden\" name=\"track\" value=\""
      << filter.track << "\"><label><span>责任单位</span><select name=\"unit\">";
  option(out, "", "全部", filter.unit.empty());
  for (const Unit& unit : site.worlds.reference().regions.units())
    option(out, unit.id, unit.name, filter.unit == unit.name);
  out << "</select></label><label><span>当前阶段</span><select name=\"stage\">";
  option(out, "", "全部", filter.stages.empty());
  for (const pool::StageWord& stage : site.pool_rules().stages)
    option(out, stage.id, stage.label,
           std::find(filter.stages.begin(), filter.stages.end(), stage.id) != filter.stages.end());
  out << "</select></label><label><span>批次</span><select name=\"batch\">";
  option(out, "", "全部", filter.batch.empty());
  for (const auto& batch : state.batches)
    if (batch.track == filter.track) option(out, batch.id, batch.title, filter.batch == batch.id);
  out << "</select></label><label><span>名称或代码</span><input type=\"search\" name=\"q\" maxlength=\"60\" value=\""
      << filter.text << "\"></label><button type=\"submit\">筛选</button></div></form></details>";
  return out;
}

// Each number leads to the list of exactly those firms.
Html sums_table(const Site& site, std::span<const pool::PoolRow> rows, const PoolQuery& query) {
  const auto& stages = site.pool_rules().stages;
  Html out;
  out << "<details class=\"sheet sums\" open data-fold><summary>汇总（责任单位 × 阶段）</summary><div "
         "class=\"scroll\"><table>"
         "<thead><tr><th scope=\"col\">责任单位</th>";
  for (const pool::StageWord& stage : stages) out << "<th scope=\"col\" class=\"num\">" << stage.label << "</th>";
  out << "<th scope=\"col\" class=\"num\">在库</th><th scope=\"col\" class=\"num\">合计</th></tr></thead><tbody>\n";
  const auto sums = pool::pool_sums(rows, site.pool_rules(), site.worlds.reference());
  for (const pool::PoolSum& sum : sums) {
    const bool city = &sum == &sums.back();
    const auto number = [&](std::uint32_t count, std::string_view stage) {
      out << "<td class=\"num\">";
      PoolQuery there = query;
      there.page = 1;
      if (!city) there.filter.unit = sum.unit;
      if (!stage.empty()) there.filter.stages = {std::string(stage)};
      if (count == 0)
        out << "<span class=\"unknown\">0</span>";
      else
        out << "<a rel=\"nofollow\" href=\"/pool" << there.address() << "\">" << count << "</a>";
      out << "</td>";
    };
    out << "<tr" << std::string_view(city ? " class=sum" : "") << "><th scope=\"row\">" << sum.unit << "</th>";
    for (std::size_t i = 0; i < stages.size(); ++i) number(sum.stages[i], stages[i].id);
    out << "<td class=\"num\">" << sum.in_pool << "</td>";
    number(sum.total, "");
    out << "</tr>\n";
  }
  out << "</tbody></table></div></details>";
  return out;
}

void numbers_of(Html& out, const store::PoolEntry& entry) {
  const auto cell = [&](std::string_view word) {
    const auto at = entry.cells.find(word);
    return at == entry.cells.end() ? std::string_view() : std::string_view(at->second);
  };
  for (const auto& [number, until] :
       {std::pair("registration_no", "registration_until"), std::pair("certificate_no", "certificate_until")}) {
    if (cell(number).empty() && cell(until).empty()) continue;
    out << "<span class=\"code\">" << cell(number) << "</span>";
    if (!cell(until).empty()) out << "<small class=\"nowrap\">至 " << cell(until) << "</small>";
  }
}

void pool_row(Html& out, const FormPart& form, const pool::PoolRow& row) {
  const auto owner = row.entry.cells.find("owner");
  out << "<tr><td class=\"tick\"><input type=\"checkbox\" name=\"firm\" value=\"" << row.entry.firm
      << "\" aria-label=\"选择 " << row.name() << "\"";
  if (form.ticked("firm", row.entry.firm)) out << " checked";
  out << "></td><td class=\"name\"><a href=\"" << entry_path(row.entry) << "\">" << row.name()
      << "</a><small class=\"code\">" << (row.code().empty() ? std::string("代码待查") : row.code())
      << "</small></td><td data-label=\"责任单位\">" << row.unit() << "</td><td data-label=\"批次\">" << row.batch
      << "</td><td data-label=\"当前阶段\"><span class=\"badge stage-" << row.entry.stage << "\">" << row.stage
      << "</span> <small class=\"nowrap\">自 " << iso(row.entry.stage_since)
      << "</small></td><td data-label=\"责任人\">"
      << (owner == row.entry.cells.end() ? std::string_view() : std::string_view(owner->second))
      << "</td><td data-label=\"编号、有效期\">";
  numbers_of(out, row.entry);
  out << "</td><td class=\"score\" data-label=\"得分区间\">"
      << interval_bar(row.card.known_points, row.card.most_points, kPoolPassMark)
      << "</td><td class=\"nowrap\" data-label=\"最近走访\">";
  const auto visited = from_day(row.last_visit);
  out << (visited ? iso(*visited) : std::string()) << "</td><td class=\"nowrap\" data-label=\"核实结论\">"
      << row.verdict << "</td></tr>\n";
}

Html pool_table(const FormPart& form, const PoolState& state, const PoolQuery& query,
                std::span<const pool::PoolRow> rows) {
  Html out;
  out << form.open("/pool", "ticking", "/pool" + query.address())
      << "<div class=\"scroll\"><table class=\"list pool\"><thead><tr><th scope=\"col\" class=\"tick\">选</th>";
  for (const std::string_view head :
       {"企业名称", "责任单位", "批次", "当前阶段", "责任人", "编号、有效期", "得分区间", "最近走访", "核实结论"})
    out << "<th scope=\"col\">" << head << "</th>";
  out << "</tr></thead><tbody>\n";
  for (const pool::PoolRow& row : rows) pool_row(out, form, row);
  out << "</tbody></table></div>";
  std::vector<Choice> choices;
  for (const auto& batch : state.batches)
    if (batch.track == query.filter.track && batch.state == kDraftState) choices.emplace_back(batch.id, batch.title);
  if (choices.empty()) {
    out << "<p class=\"note screen-only\">没有草拟中的批次。<a "
           "href=\"/batches\">新建批次</a>后，可把“已核实”的企业列入。"
           "</p></form>";
    return out;
  }
  const std::vector<Choice> ways{{"in", "列入批次"}, {"out", "移出批次"}};
  out << "<div class=\"fields screen-only\">" << form.select({"way", "勾选的企业", "text", "in"}, ways)
      << form.select({"batch", "批次（草拟）"}, choices) << "</div>" << form.close("确定");
  return out;
}

Html pool_pager(const PoolQuery& query, std::size_t total) {
  const std::size_t pages = (total + kPoolRowsOfPage - 1) / kPoolRowsOfPage;
  Html out;
  if (pages <= 1) return out;
  const auto link = [&](std::size_t number, std::string_view text) {
    PoolQuery other = query;
    other.page = number;
    out << "<a href=\"/pool" << other.address() << "\">" << text << "</a>";
  };
  out << "<nav class=\"pager\" aria-label=\"翻页\">";
  if (query.page > 1) link(query.page - 1, "上一页");
  out << "<span>第 " << query.page << " / " << pages << " 页</span>";
  if (query.page < pages) link(query.page + 1, "下一页");
  out << "</nav>";
  return out;
}

std::vector<std::string> described(const Site& site, const PoolState& state, const PoolQuery& query) {
  std::vector<std::string> out;
  const pool::PoolFilter& filter = query.filter;
  if (!filter.unit.empty()) out.push_back("责任单位：" + filter.unit);
  for (const std::string& stage : filter.stages) out.push_back("当前阶段：" + site.pool_rules().stage_label(stage));
  if (const auto* batch = state.batch(filter.batch)) out.push_back("批次：" + batch->title);
  if (!filter.text.empty()) out.push_back("名称或代码含：" + filter.text);
  return out;
}

}  // namespace

Result<Response> pool_page(const Site& site, const Request& request, const Typed* typed) {
  TANMIAO_ASSIGN(const PoolQuery query, parse_pool_query(site, request));
  TANMIAO_ASSIGN(const PoolState state, pool_state(site));
  const auto rows = state.rows(site, query.filter);
  const FormWriter writer(site, request, typed);
  const FormPart form = writer.form("ticks");
  const std::size_t begin = std::min((query.page - 1) * kPoolRowsOfPage, rows.size());
  const std::size_t count = std::min(kPoolRowsOfPage, rows.size() - begin);
  PoolQuery first = query;
  first.page = 1;
  Html body;
  body << "<div class=\"title\"><h1>" << pool_title(site, query) << "</h1><p class=\"sub\">共 <strong>" << rows.size()
       << "</strong> 家</p></div>" << track_tabs(site, query) << writer.notice() << filter_form(site, state, query);
  if (const auto filters = described(site, state, query); !filters.empty()) {
    body << "<p class=\"chosen-text\">筛选：";
    for (const std::string& filter : filters) body << "<span class=\"chip\">" << filter << "</span>";
    PoolQuery all;
    all.default_track = query.default_track;
    all.filter.track = query.filter.track;
    body << " <a class=\"screen-only\" href=\"/pool" << all.address() << "\">全部清除</a></p>";
  }
  body << "<p class=\"exports pool-tools\">导出 " << rows.size() << " 家：<a href=\"/pool/export" << first.address()
       << "\" download>Excel</a> <a class=\"screen-only\" href=\"/suppressed\">不再列示的企业</a></p>"
       << sums_table(site, rows, query);
  if (rows.empty())
    body << "<div class=\"sheet none\"><p>没有企业。</p><p>在<a href=\"/\">候选名单</a>勾选企业列为线索，走访核实后列入"
            "批次，签批后即纳入市级培育库。</p></div>";
  else if (count == 0)
    body << "<div class=\"sheet none\"><p>没有第 " << query.page << " 页。</p></div>";
  else
    body << printed_part(begin + 1, count, rows.size())
         << pool_table(form, state, query, std::span(rows).subspan(begin, count)) << pool_pager(query, rows.size());
  Frame frame;
  frame.waiting = site.waiting();
  frame.title = pool_title(site, query) + "（内部工作台账，不作为评价结论）";
  frame.active = "/pool";
  frame.as_of = iso(state.as_of);
  frame.css = "wide";
  return page(frame, body);
}

Result<Response> pool_file(const Site& site, const Request& request) {
  TANMIAO_ASSIGN(const PoolQuery query, parse_pool_query(site, request));
  TANMIAO_ASSIGN(const PoolState state, pool_state(site));
  const auto rows = state.rows(site, query.filter);
  const pool::PoolSheetInfo info{pool_title(site, query), site.config.issuer, state.as_of,
                                 described(site, state, query)};
  TANMIAO_ASSIGN(const auto folder, TemporaryFolder::make());
  const auto path = folder.path() / "pool.xlsx";
  TANMIAO_TRY(pool::export_pool(rows, site.pool_rules(), site.worlds.reference(), path.string(), info));
  const std::string ending = iso(site.today()) + ".xlsx";
  const std::string name = pool::safe_file_name(site.pool_rules().track_label(query.filter.track) + "_" + ending);
  TANMIAO_ASSIGN(Response response, attachment(path, kXlsxType, name, "pool_" + ending));
  TANMIAO_TRY(site.exported("pool.export", name, rows.size()));
  response.headers.emplace_back("X-Tanmiao-Count", std::to_string(rows.size()));
  return response;
}

Result<std::vector<store::FirmNo>> ticked_firms(const Posted& posted, const World& world) {
  std::vector<store::FirmNo> firms;
  std::set<store::FirmNo> seen;
  for (const std::string& word : posted.form.all("firm")) {
    const store::FirmNo known = world.book->number(word);
    TANMIAO_ASSIGN(const store::FirmNo firm,
                   known != store::kNoFirm ? Result<store::FirmNo>(known) : posted.site.find_firm(world, word));
    if (seen.insert(firm).second) firms.push_back(firm);
  }
  if (firms.empty()) return Error{Errc::kUsage, "没有勾选企业", ""};
  return firms;
}

Result<Done> pool_post(const Posted& posted) {
  const Site& site = posted.site;
  TANMIAO_ASSIGN(const auto world, site.worlds.now(site.config.campaign));
  TANMIAO_ASSIGN(const auto firms, ticked_firms(posted, *world));
  const bool in = posted.text("way") != "out";
  const std::string batch = posted.text("batch");
  TANMIAO_ASSIGN(const std::size_t count, site.with_office(*world, posted.actor, [&](pool::Office& office) {
    return office.tick(batch, firms, in);
  }));
  const std::string did = std::to_string(count) + " 家" + (in ? "已列入批次。" : "已移出批次。");
  return Done{back_to(posted.form, "/pool"), {did, "/batches/" + url_encode(batch), "查看批次"}};
}

}  // namespace tanmiao::server
