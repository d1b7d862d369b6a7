#include "server/firm_comparison.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <cmath>

#include "server/firm_parts.h"
#include "server/json_reading.h"

namespace tanmiao::server {
namespace {

using boost::json::object;

std::string number_text(double value) {
  return value == std::round(value) ? fmt::format("{:.0f}", value == 0 ? 0.0 : value) : fmt::format("{:.2f}", value);
}

Html texts(const object& of, std::string_view list) {
  Html out;
  each_of(of, list, [&](const object& item) { out << "<li>" << text_of(item, "text") << "</li>"; });
  return out;
}

// A flag is told by how many have it, a count by how many have less.
std::string standing(const object& item) {
  const double below = real_of(item, "below"), equal = real_of(item, "equal");
  if (flag_of(item, "flag"))
    return fmt::format("{:.0f}% 的企业有", 100 * (real_of(item, "value") > 0 ? equal : 1 - equal));
  return fmt::format("高于 {:.0f}%，等于 {:.0f}%", 100 * below, 100 * equal);
}

}  // namespace

Html beside_others(const object& firm) {
  const object& beside = object_of(firm, "why_not_higher");
  Html out;
  out << "<p>" << text_of(beside, "text") << "</p>";
  const Html items = texts(beside, "items"), ranks = texts(beside, "ranks");
  if (!items.empty())
    out << "<ul>" << items << "</ul>";
  else if (number_of(beside, "ahead") > 0)
    out << "<p>各项均不低于靠前企业的平均。</p>";
  if (!ranks.empty()) out << "<h3>名次会怎样变</h3><ul>" << ranks << "</ul>";
  out << "<p class=\"note\">未见公开依据不等于没有。</p>";
  return out;
}

Html listed_section(const object& firm, std::string_view campaign) {
  Html out;
  if (!firm.contains("listed")) return out;
  const object& listed = object_of(firm, "listed");
  begin_sheet(out, "与登记过的企业比较", "listed");
  out << "<p>" << text_of(listed, "text") << "</p>";
  Html rows;
  each_of(listed, "items", [&](const object& item) {
    rows << "<tr><td>" << text_of(item, "label") << "</td><td class=\"num\">" << number_text(real_of(item, "value"))
         << "</td><td class=\"num\">" << number_text(real_of(item, "median")) << "</td><td class=\"num\">"
         << standing(item) << "</td></tr>";
  });
  if (!rows.empty())
    out << "<table><thead><tr><th>排序因素</th><th class=\"num\">本企业</th><th class=\"num\">中位数</th><th "
           "class=\"num\">在其中的位置</th></tr></thead><tbody>"
        << rows << "</tbody></table>";
  Html near;
  each_of(listed, "nearest", [&](const object& other) {
    near << "<li><a href=\""
         << firm_path(text_of(other, "code"), static_cast<store::FirmNo>(number_of(other, "number", 0)), campaign)
         << "\">" << text_of(other, "name") << "</a>（相似度 " << std::lround(100 * real_of(other, "score")) << "）：";
    std::string_view between;
    each_text(other, "reasons", [&](std::string_view reason) {
      near << between << reason;
      between = "；";
    });
    near << "</li>";
  });
  if (!near.empty()) out << "<h3>其中最相近的企业</h3><ul>" << near << "</ul>";
  out << "</section>";
  return out;
}

boost::json::array nearest_listed(const indexer::Searcher& searcher, const store::Snapshot& snapshot,
                                  store::FirmNo firm, std::span<const store::FirmNo> listed,
                                  const std::vector<store::FirmNo>& without) {
  constexpr std::size_t kMost = 5;
  constexpr std::chrono::seconds kMostTime{2};
  indexer::SimilarQuery query;
  query.firm = firm, query.limit = kMost, query.with_dead = true, query.without = without, query.among = listed;
  query.most_time = kMostTime;
  boost::json::array out;
  const auto near = searcher.similar(query);
  if (!near) {
    spdlog::error("nearest listed firms of {}: {}", firm, near.error().text());
    return out;
  }
  for (const indexer::SimilarFirm& other : *near) {
    boost::json::array reasons;
    for (const std::string& reason : other.reasons) reasons.emplace_back(reason);
    out.push_back(object{{"number", other.firm},
                         {"name", snapshot.firms.name[other.firm]},
                         {"code", snapshot.firms.code[other.firm]},
                         {"score", other.score},
                         {"reasons", std::move(reasons)}});
  }
  return out;
}

}  // namespace tanmiao::server
