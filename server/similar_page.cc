// 相似企业: firms of the same technology as one, in its prefecture or elsewhere, each with what both have.
#include "server/similar_view.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cmath>
#include <vector>

#include "core/settings.h"

namespace tanmiao::server {
namespace {

constexpr std::size_t kOnFirmPage = 5, kOnOwnPage = 50;
constexpr std::string_view kWhere = "where";
constexpr std::array<std::array<std::string_view, 2>, 3> kPlaces{
    {{"", "不限地区"}, {"inside", "本市（地级）"}, {"outside", "外地"}}};

// The facets of a search that do not rest on the pool or a tree that is opened, and where.
ListWords similar_words() {
  static const std::vector<std::string_view> kFacets = [] {
    std::vector<std::string_view> facets{kWhere};
    for (const std::string_view facet : kSearchWords.facets)
      if (facet != "stage") facets.push_back(facet);
    return facets;
  }();
  return ListWords{kFacets, {}};
}

Result<indexer::SimilarQuery> similar_query(const Site& site, const World& world, store::FirmNo firm,
                                            const ListQuery& list) {
  using Where = indexer::SimilarQuery::Where;
  indexer::SimilarQuery query;
  query.firm = firm;
  query.limit = kOnOwnPage;
  query.most_time = kMostSearchTime;
  for (const auto& [facet, values] : list.filters) {
    if (facet != kWhere) {
      query.filters.push_back({facet, values});
      continue;
    }
    if (values.size() > 1) return Error{Errc::kUsage, "参数 where 只能有一个值", ""};
    if (values[0] != "inside" && values[0] != "outside") return no_such("参数 where", values[0], {"inside", "outside"});
    query.where = values[0] == "inside" ? Where::kInside : Where::kOutside;
  }
  TANMIAO_ASSIGN(const FirmNumbers suppressed, site.worlds.suppressed(world));
  query.without = *suppressed;
  return query;
}

struct Near {
  std::shared_ptr<const World> world;
  store::FirmNo firm = store::kNoFirm;
  ListQuery list;
  std::vector<indexer::SimilarFirm> firms;
};

Result<Near> near_firms(const Site& site, const Request& request, std::string_view code) {
  Near near;
  TANMIAO_ASSIGN(near.list, parse_list_query(request, similar_words()));
  TANMIAO_ASSIGN(near.world, site.worlds.now(site.campaign_of(near.list)));
  TANMIAO_ASSIGN(near.firm, site.find_firm(*near.world, code));
  TANMIAO_ASSIGN(const auto query, similar_query(site, *near.world, near.firm, near.list));
  TANMIAO_ASSIGN(near.firms, near.world->searcher->similar(query));
  return near;
}

// "滨州市 博兴县"; of a firm whose place nobody knows "地区待核".
std::string place_text(const World& world, const RegionTable& regions, store::FirmNo firm) {
  const auto& f = world.snapshot->firms;
  std::string out(regions.name(f.prefecture[firm]));
  if (const std::string_view county = regions.name(f.county[firm]); !county.empty())
    out += (out.empty() ? "" : " ") + std::string(county);
  return out.empty() ? "地区待核" : out;
}

// "专利同类：C22C 合金；专利同类：C22C21 合金" says the kind of reason once: what has it as well follows behind 、.
std::string reasons_text(const std::vector<std::string>& reasons) {
  constexpr std::string_view kColon = "：";
  std::string out;
  std::string_view last;
  for (const std::string_view reason : reasons) {
    const std::size_t end = reason.find(kColon);
    const std::string_view kind = end == std::string_view::npos ? reason : reason.substr(0, end + kColon.size());
    const bool again = !out.empty() && kind == last && kind != reason;
    out.append(out.empty() ? "" : again ? "、" : "；").append(again ? reason.substr(kind.size()) : reason);
    last = kind;
  }
  return out;
}

int percent(double score) { return static_cast<int>(std::lround(score * 100)); }

Html firms_table(const Site& site, const World& world, const std::vector<indexer::SimilarFirm>& firms,
                 std::string_view campaign) {
  Html out;
  out << "<table class=\"stack\"><thead><tr>";
  out << "<th scope=\"col\">企业名称</th><th scope=\"col\">地区</th><th scope=\"col\" class=\"num\">相似度</th>"
         "<th scope=\"col\">依据</th>";
  out << "</tr></thead><tbody>";
  const auto& all = world.snapshot->firms;
  for (const indexer::SimilarFirm& near : firms) {
    out << "<tr><td class=\"lead\" data-label=\"企业名称\"><span><a href=\""
        << firm_path(all.code[near.firm], near.firm, campaign) << "\">" << all.name[near.firm]
        << "</a> <small class=\"id\">"
        << (all.code[near.firm].empty() ? std::string_view("代码待查") : all.code[near.firm])
        << "</small></span></td><td class=\"nowrap\" data-label=\"地区\">"
        << place_text(world, site.worlds.reference().regions, near.firm)
        << "</td><td class=\"num\" data-label=\"相似度\">" << percent(near.score)
        << "</td><td data-label=\"依据\"><span>" << reasons_text(near.reasons) << "</span></td></tr>";
  }
  out << "</tbody></table>";
  return out;
}

void places_line(Html& out, std::string_view base, const ListQuery& list, std::string_view chosen) {
  for (const auto& [value, label] : kPlaces) {
    ListQuery there = list.without(kWhere);
    if (!value.empty()) there = there.with(kWhere, value);
    out << "<a rel=\"nofollow\" href=\"" << base << there.address() << "\"";
    if (value == chosen) out << " class=\"on\"";
    out << ">" << label << "</a> ";
  }
}

// The filters beside the place, which has a line of its own.
Html chosen_of(const Site& site, const Near& near, std::string_view base) {
  const ListQuery rest = near.list.without(kWhere);
  if (rest.filters.empty()) return {};
  Html out;
  out << "<p class=\"chosen screen-only\">";
  for (const auto& [facet, values] : rest.filters)
    for (const std::string& value : values)
      out << "<a rel=\"nofollow\" href=\"" << base << near.list.with(facet, value).address() << "\">"
          << site.words().facet(facet) << "：" << site.words().value(facet, value) << " ×</a>";
  out << "</p>";
  return out;
}

}  // namespace

Html similar_section(const Site& site, const World& world, store::FirmNo firm, std::string_view campaign) {
  ListQuery list;
  list.campaign = campaign;
  auto query = similar_query(site, world, firm, list);
  if (query) query->limit = kOnFirmPage;
  const auto firms = query ? world.searcher->similar(*query) : query.error();
  Html out;
  if (!firms) {
    spdlog::error("similar to {}: {}", firm, firms.error().text());
    return out;
  }
  out << "<section class=\"sheet\" id=\"similar\"><h2>相似企业</h2>";
  if (firms->empty()) {
    out << "<p class=\"empty\">专利、经营范围和行业中没有足以比较的内容。</p></section>";
    return out;
  }
  out << firms_table(site, world, *firms, campaign) << "<p class=\"orders screen-only\">更多：";
  places_line(out, similar_path(world.snapshot->firms.code[firm], firm), list, "-");
  out << "</p><p "
         "class=\"note\">按专利分类、经营范围的条目和行业比较，少见的相同处分量更重；相似度满分 "
         "100，须与依据一并看。</p></"
         "section>";
  return out;
}

Result<Response> similar_page(const Site& site, const Request& request, std::string_view code) {
  TANMIAO_ASSIGN(const Near near, near_firms(site, request, code));
  const auto& all = near.world->snapshot->firms;
  const auto where = near.list.filters.find(kWhere);
  Html body;
  body << "<div class=\"title\"><h1>相似企业：" << all.name[near.firm]
       << "</h1><p class=\"links screen-only\"><a href=\""
       << firm_path(all.code[near.firm], near.firm, near.list.campaign)
       << "\">← 企业页</a></p></div><p class=\"orders screen-only\">范围：";
  places_line(body, similar_path(all.code[near.firm], near.firm), near.list,
              where == near.list.filters.end() ? std::string_view() : std::string_view(where->second[0]));
  body << "</p>" << chosen_of(site, near, similar_path(all.code[near.firm], near.firm));
  if (near.firms.empty() && !near.list.filters.empty())
    body << "<div class=\"sheet none\"><p>所选范围内没有相近的企业。</p></div>";
  else if (near.firms.empty())
    body << "<div class=\"sheet none\"><p>没有可比的企业：专利、经营范围和行业中没有足以比较的内容。</p></div>";
  else
    body << "<section class=\"sheet\">" << firms_table(site, *near.world, near.firms, near.list.campaign)
         << "<p "
            "class=\"note\">"
            "按专利分类、经营范围的条目和行业比较，少见的相同处分量更重；相似度满分 100，须与依据一并看。只列最近的 "
         << kOnOwnPage << " 家。</p></section>";
  Frame frame;
  frame.waiting = site.waiting();
  frame.title = "相似企业：" + std::string(all.name[near.firm]);
  frame.campaign = near.list.campaign;
  frame.as_of = iso(near.world->snapshot->info().civil_date);
  return page(frame, body);
}

Result<boost::json::object> similar_json(const Site& site, const Request& request, std::string_view code) {
  TANMIAO_ASSIGN(const Near near, near_firms(site, request, code));
  const auto& all = near.world->snapshot->firms;
  boost::json::array items;
  for (const indexer::SimilarFirm& firm : near.firms) {
    boost::json::array reasons;
    for (const std::string& reason : firm.reasons) reasons.emplace_back(reason);
    boost::json::object item{{"firm", firm.firm},
                             {"name", all.name[firm.firm]},
                             {"place", place_text(*near.world, site.worlds.reference().regions, firm.firm)},
                             {"score", firm.score},
                             {"reasons", std::move(reasons)}};
    if (!all.code[firm.firm].empty()) item["code"] = all.code[firm.firm];
    items.push_back(std::move(item));
  }
  return boost::json::object{
      {"snapshot", near.world->live.snapshot}, {"firm", near.firm}, {"similar", std::move(items)}};
}

}  // namespace tanmiao::server
