// What the candidate list and the search of all firms share: facets, pager, search box, bar.
#include <algorithm>
#include <numeric>

#include "server/facet_words.h"
#include "server/site.h"

namespace tanmiao::server {
namespace {

constexpr std::size_t kShownValues = 12;  // of a facet, before the rest folds away

// Of a tree one line is chosen at a time: who chooses a section no longer means its class, and the other way round.
ListQuery choosing(const ListQuery& query, const indexer::FacetCounts& facet, std::size_t at) {
  const auto& values = facet.values;
  ListQuery out = query.with(facet.facet, values[at].value);
  if (query.wants(facet.facet, values[at].value)) return out;
  const auto drop = [&](const indexer::FacetValue& value) {
    if (out.wants(facet.facet, value.value)) out = out.with(facet.facet, value.value);
  };
  std::size_t level = values[at].level;
  for (std::size_t i = at; i-- > 0 && level > 0;)
    if (values[i].level < level) level = values[i].level, drop(values[i]);
  for (std::size_t i = at + 1; i < values.size() && values[i].level > values[at].level; ++i) drop(values[i]);
  return out;
}

// What opens a line of a tree, or closes what was opened so; nothing where it is open by itself.
Html opener(const ListQuery& query, std::string_view path, const std::string& facet, const indexer::FacetValue& value) {
  Html out;
  const auto opened = query.open.find(facet);
  const bool by_hand = opened != query.open.end() &&
                       std::find(opened->second.begin(), opened->second.end(), value.value) != opened->second.end();
  const std::string address = query.opening(facet, value.value).address();
  if (value.deeper && value.open && by_hand)
    out << "<a class=\"opener\" rel=\"nofollow\" href=\"" << path << address << "\" aria-label=\"收起 " << value.label
        << "\" aria-expanded=\"true\">−</a>";
  else if (value.deeper && !value.open)
    out << "<a class=\"opener\" rel=\"nofollow\" href=\"" << path << address << "\" aria-label=\"展开 " << value.label
        << "\" aria-expanded=\"false\">+</a>";
  return out;
}

Html facet_value(const ListQuery& query, std::string_view path, const indexer::FacetCounts& facet, std::size_t at) {
  const indexer::FacetValue& value = facet.values[at];
  const bool on = query.wants(facet.facet, value.value);
  Html out;
  out << "<li";
  if (value.level > 0) out << " class=\"level-" << std::min<std::size_t>(value.level, 4) << "\"";
  out << ">" << opener(query, path, facet.facet, value) << "<a rel=\"nofollow\" href=\"" << path
      << choosing(query, facet, at).address() << "\"";
  if (on) out << " class=\"on\" aria-current=\"true\"";
  out << "><span class=\"box\"></span><span class=\"label\">" << value.label << "</span><span class=\"count\">"
      << value.count << "</span></a></li>";
  return out;
}

// How many lines stand before the rest folds away: up to the last one that is chosen or open, since nobody looks for
// what he just chose behind a fold.
std::size_t lines_shown(const ListQuery& query, const indexer::FacetCounts& facet) {
  const auto& values = facet.values;
  if (values.size() <= kShownValues + 2) return values.size();
  std::size_t shown = kShownValues;
  for (std::size_t i = kShownValues; i < values.size(); ++i)
    if (query.wants(facet.facet, values[i].value) || values[i].open || values[i].level > 0) shown = i + 1;
  return shown;
}

void hidden_inputs(Html& out, const ListQuery& query) {
  const auto input = [&](std::string_view name, std::string_view value) {
    out << "<input type=\"hidden\" name=\"" << name << "\" value=\"" << value << "\">";
  };
  if (!query.campaign.empty()) input("campaign", query.campaign);
  for (const auto& [facet, values] : query.filters)
    for (const std::string& value : values) input(facet, value);
  for (const auto& [facet, values] : query.open)
    for (const std::string& value : values) input("open", facet + ":" + value);
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
    const bool tree = std::any_of(facet.values.begin(), facet.values.end(), [](const auto& v) { return v.deeper; });
    out << "<section class=\"facet" << std::string_view(tree ? " tree" : "") << "\"><h2>" << facet.label;
    if (query.filters.contains(facet.facet))
      out << " <a class=\"clear\" href=\"" << path << query.without(facet.facet).address() << "\">清除</a>";
    out << "</h2><ul>";
    const std::size_t shown = lines_shown(query, facet);
    for (std::size_t i = 0; i < shown; ++i) out << facet_value(query, path, facet, i);
    out << "</ul>";
    if (shown < facet.values.size()) {
      out << "<details class=\"more\"><summary>另 " << facet.values.size() - shown << " 项</summary><ul>";
      for (std::size_t i = shown; i < facet.values.size(); ++i) out << facet_value(query, path, facet, i);
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

Html chosen_filters(const ListQuery& query, std::string_view path, const std::vector<indexer::FacetCounts>& facets,
                    const FacetWords& words) {
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
      std::string label(words.value(name, value));
      if (facet != facets.end())
        for (const auto& known : facet->values)
          if (known.value == value) label = known.label;
      out << "<a href=\"" << path << query.with(name, value).address() << "\">"
          << (facet == facets.end() ? words.facet(name) : std::string_view(facet->label)) << "：" << label << " ×</a>";
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
