#include "apps/demo_city/lists.h"

#include <cstdio>

#include "apps/demo_city/site.h"

namespace demo_city {
namespace {

constexpr std::size_t kFound = 12, kOfTwoYearsAgo = 2;

std::string number_of(int year, int serial) {
  char text[32];
  std::snprintf(text, sizeof text, "%04d371600A8%06d", year, 800000 + serial);
  return text;
}

std::string other_county(const Firm& firm) {
  for (const Place& place : places())
    if (place.county != firm.place->county) return std::string(place.county);
  return {};
}

// Rows of the list: number in the list, name, county, registration number.
Rows list_rows(const World& world) {
  const int year = tanmiao::year_of(world.config.today);
  Rows rows;
  int serial = 0;
  const auto add = [&](const std::string& name, const std::string& county, int of_year) {
    rows.push_back({std::to_string(rows.size() + 1), name, county, of_year == 0 ? "" : number_of(of_year, ++serial)});
  };
  const auto plain = [](const Firm& firm) {
    return firm.tech_sme_year == 0 && firm.born_day == 1 && firm.gone_day == 0 && firm.code[1] == '1';
  };
  std::size_t found = 0, lapsed = 0;
  bool former = false, moved = false;
  for (const Firm& firm : world.firms) {
    if (!plain(firm)) continue;
    const std::string county(firm.place->county);
    if (firm.truth.would_pass && found < kFound) {
      add(firm.name, county, year), ++found;
    } else if (firm.truth.does_rd && !firm.former_name.empty() && !former) {
      add(firm.former_name, county, year), former = true;
    } else if (firm.truth.does_rd && firm.former_name.empty() && !moved) {
      add(firm.name, other_county(firm), year), moved = true;
    } else if (firm.truth.does_rd && lapsed < kOfTwoYearsAgo) {
      add(firm.name, county, year - 2), ++lapsed;
    }
  }
  add("滨州查无此名演示科技有限公司", "博兴县", year);
  if (!world.firms.empty()) add(world.firms.front().name, std::string(world.firms.front().place->county), 0);
  return rows;
}

}  // namespace

std::map<std::string, std::string> announcement_lists(const World& world) {
  const std::vector<std::string> header = {"序号", "企业名称", "所属县区", "入库登记编号"};
  const std::string title =
      "滨州市" + std::to_string(tanmiao::year_of(world.config.today)) + "年第三批科技型中小企业入库公告名单（演示）";
  const Rows rows = list_rows(world);
  Rows sheet = {{title}, header};
  sheet.insert(sheet.end(), rows.begin(), rows.end());
  const auto line = [](const std::vector<std::string>& cells, const char* tag) {
    std::string out = "<tr>";
    for (const std::string& cell : cells) out += std::string("<") + tag + ">" + escape(cell) + "</" + tag + ">";
    return out + "</tr>\n";
  };
  std::string table = "<h1>" + escape(title) + "</h1>\n<table>\n" + line(header, "th");
  for (const auto& row : rows) table += line(row, "td");
  const std::string name = "科技型中小企业公告名单_第三批";
  return {{name + ".xlsx", make_xlsx("名单", sheet)}, {name + ".html", page(title, table + "</table>\n")}};
}

}  // namespace demo_city
