// What the candidate list and the search of all firms share: facets, pager, search box, bar.
#include <algorithm>
#include <numeric>

#include "server/site.h"

namespace tanmiao::server {
namespace {

constexpr std::size_t kShownValues = 12;  // of a facet, before the rest folds away

Html facet_value(const ListQuery& query, std::string_view path, const std::string& facet,
                 const indexer::FacetValue& value) {
  const bool on = query.wants(facet, value.value);
  Html out;
  out << "<li><a rel=\"nofollow\" href=\"" << path << query.with(facet, value.value).address() << "\"";
  if (on) out << " class=\"on\" aria-current=\"true\"";
  out << "><span class=\"box\"></span><span class=\"label\">" << value.label << "</span><span class=\"count\">"
      << value.count << "</span></a></li>";
  return out;
}

void hidden_inputs(Html& out, const ListQuery& query) {
  const auto input = [&](std::string_view name, std::string_view value) {
    out << "<input type=\"hidden\" name=\"" << name << "\" value=\"" << value << "\">";
  };
  if (!query.campaign.empty()) input("campaign", query.campaign);
  for (const auto& [facet, values] : query.filters)
    for (const std::string& value : values) input(facet, value);
  if (!query.sort.empty()) input("sort", query.sort);
}

}  // namespace

// On a wide screen the style shows it without its summary; page.js closes it on a narrow one.
Html fold_begin(std::size_t chosen) {
  Html out;
  out << "<details class=\"fold\" open data-fold><summary>筛选";
  if (chosen > 0) out << "（已选 " << chosen << " 项）";
  out << "</summary>";
  return out;
}

Html printed_part(std::size_t first, std::size_t shown, std::size_t total) {
  Html out;
  if (shown < total)
    out << "<p class=\"print-only note\">只印本页：第 " << first << " 至 " << first + shown - 1 << " 家，共 " << total
        << " 家。要全部，请在网页上点“导出”的 Excel，从表格打印。</p>";
  return out;
}

Html facet_rail(const ListQuery& query, std::string_view path, const std::vector<indexer::FacetCounts>& facets) {
  Html out;
  const bool empty = std::all_of(facets.begin(), facets.end(), [](const auto& facet) { return facet.values.empty(); });
  out << "<aside class=\"rail\" aria-label=\"筛选\"";
  if (empty) out << " hidden";
  out << ">";
  out << fold_begin(std::accumulate(query.filters.begin(), query.filters.end(), std::size_t{0},
                                    [](std::size_t n, const auto& filter) { return n + filter.second.size(); }));
  for (const auto& facet : facets) {
    if (facet.values.empty()) continue;
    out << "<section class=\"facet\"><h2>" << facet.label;
    if (query.filters.contains(facet.facet))
      out << " <a class=\"clear\" href=\"" << path << query.without(facet.facet).address() << "\">清除</a>";
    out << "</h2><ul>";
    const std::size_t shown = facet.values.size() <= kShownValues + 2 ? facet.values.size() : kShownValues;
    for (std::size_t i = 0; i < shown; ++i) out << facet_value(query, path, facet.facet, facet.values[i]);
    out << "</ul>";
    if (shown < facet.values.size()) {
      out << "<details class=\"more\"><summary>另 " << facet.values.size() - shown << " 项</summary><ul>";
      for (std::size_t i = shown; i < facet.values.size(); ++i)
        out << facet_value(query, path, facet.facet, facet.values[i]);
      out << "</ul></details>";
    }
    out << "</section>";
  }
  out << "</details></aside>";
  return out;
}

Html pager(const ListQuery& query, std::string_view path, std::uint64_t total, std::string_view next) {
  const std::uint64_t pages = (total + kRowsOfPage - 1) / kRowsOfPage;
  Html out;
  if (pages <= 1) return out;
  const auto link = [&](std::size_t number, std::string_view text, std::string_view cursor = {}) {
    ListQuery there = query.at(number);
    there.cursor = cursor;
    out << "<a href=\"" << path << there.address() << "\">" << text << "</a>";
  };
  out << "<nav class=\"pager\" aria-label=\"翻页\">";
  if (query.page > 1) link(1, "首页"), link(query.page - 1, "上一页");
  out << "<span>第 " << query.page << " / " << pages << " 页</span>";
  if (query.page < pages) link(query.page + 1, "下一页", next), link(pages, "末页");
  out << "</nav>";
  return out;
}

Html search_box(const ListQuery& query, std::string_view path, std::string_view hint) {
  Html out;
  out << "<form class=\"search\" action=\"" << path << "\" method=\"get\" role=\"search\">";
  hidden_inputs(out, query);
  out << "<input type=\"search\" name=\"q\" maxlength=\"60\" value=\"" << query.text << "\" placeholder=\"" << hint
      << "\" aria-label=\"" << hint << "\"><button type=\"submit\">查询</button></form>";
  return out;
}

Html chosen_filters(const ListQuery& query, std::string_view path, const std::vector<indexer::FacetCounts>& facets) {
  Html out;
  if (!query.filtered()) return out;
  out << "<p class=\"chosen\">";
  if (!query.text.empty()) {
    ListQuery rest = query.at(1);
    rest.text.clear();
    out << "<a href=\"" << path << rest.address() << "\">“" << query.text << "” ×</a>";
  }
  for (const auto& [name, values] : query.filters) {
    const auto facet = std::find_if(facets.begin(), facets.end(), [&](const auto& f) { return f.facet == name; });
    for (const std::string& value : values) {
      std::string label = value;
      if (facet != facets.end())
        for (const auto& known : facet->values)
          if (known.value == value) label = known.label;
      out << "<a href=\"" << path << query.with(name, value).address() << "\">"
          << (facet == facets.end() ? std::string_view(name) : std::string_view(facet->label)) << "：" << label
          << " ×</a>";
    }
  }
  ListQuery none;
  none.campaign = query.campaign;
  none.sort = query.sort;
  out << "<a class=\"all\" href=\"" << path << none.address() << "\">全部清除</a></p>";
  return out;
}

Html interval_bar(std::int64_t known, std::int64_t most, std::int64_t pass) {
  const auto clamp = [](std::int64_t points) { return std::clamp<std::int64_t>(points, 0, 100); };
  Html out;
  if (known < 0 || most < 0) {
    out << "<span class=\"unknown\">未知</span>";
    return out;
  }
  out << "<span class=\"interval\"><svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" role=\"img\" "
         "aria-label=\"可确认 "
      << known << " 分，最高可能 " << most << " 分\"><rect class=\"bar-all\" width=\"100\" height=\"10\"/>"
      << "<rect class=\"bar-most\" width=\"" << clamp(most) << "\" height=\"10\"/><rect class=\"bar-known\" width=\""
      << clamp(known) << "\" height=\"10\"/><rect class=\"bar-pass\" x=\"" << clamp(pass)
      << "\" width=\"0.8\" height=\"10\"/></svg><span class=\"points\">" << known << "–" << most << "</span></span>";
  return out;
}

std::string_view unit_text(std::string_view unit) {
  return unit.empty() || unit == "待核" ? std::string_view("责任单位待核") : unit;
}

Html judgement_badge(std::string_view judgement) {
  Html out;
  out << "<span class=\"badge ";
  if (judgement == label(Judgement::kPromising)) out << "promising";
  if (judgement == label(Judgement::kNeedsData)) out << "needs-data";
  if (judgement == label(Judgement::kLittle)) out << "little";
  if (judgement == label(Judgement::kNotYet)) out << "not-yet";
  out << "\">" << judgement << "</span>";
  return out;
}

}  // namespace tanmiao::server
