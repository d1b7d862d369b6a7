// A park's site on a slow machine, whose pages say UTF-8 and are GB18030, with a row that was broken before it came
// there.
#include "apps/demo_city/site.h"

namespace demo_city {

Site park_site(const World& world, int) {
  constexpr int kDelayMs = 300;
  std::string table = "<table><tr><th>企业名称</th><th>项目名称</th><th>年度</th></tr>\n";
  const int year = tanmiao::year_of(world.config.today);
  for (const Firm& firm : world.firms) {
    if (firm.place->zone.empty() || !firm.truth.does_rd || firm.number % 4 != 0) continue;
    table += "<tr><td>" + escape(firm.name) + "</td><td>" + escape(std::string(firm.trade->thing) + "研发项目") +
             "</td><td>" + std::to_string(year - 1) + "</td></tr>\n";
  }
  table += "<tr><td>锟斤拷锟斤拷有限公司</td><td>研发项目</td><td>" + std::to_string(year - 1) + "</td></tr>\n";
  std::map<std::string, Answer> pages;
  pages["/robots.txt"] = {.status = 404, .body = "none", .delay_ms = kDelayMs};
  pages["/projects.html"] = {.type = "text/html; charset=utf-8",
                             .body = to_gb18030(page("园区科技项目", table + "</table>", "utf-8")),
                             .delay_ms = kDelayMs};
  return fixed_site("park", "园区（演示）", std::move(pages));
}

}  // namespace demo_city
