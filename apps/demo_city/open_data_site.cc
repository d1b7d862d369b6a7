// The open-data portal: a JSON catalogue that names a CSV and a workbook.
#include "apps/demo_city/site.h"

namespace demo_city {
namespace {

// One in three firms, with the number of insured staff.
std::string insured_xlsx(const World& world) {
  Rows rows = {{"滨州市企业参保情况（演示数据）"}, {"序号", "企业名称", "统一社会信用代码", "参保人数"}};
  for (const Firm& firm : world.firms) {
    if (firm.number % 3 != 0) continue;
    rows.push_back({std::to_string(rows.size() - 1), firm.name, firm.code, std::to_string(firm.truth.staff)});
  }
  return make_xlsx("参保", rows);
}

// Firms on the list of abnormal operations, as the portal gives it; one row is broken on purpose.
std::string abnormal_csv(const World& world, int day) {
  Rows rows = {{"企业名称", "统一社会信用代码", "经营异常名录", "所属县区"}};
  for (const Firm& firm : world.firms) {
    if (firm.number % 40 != 0 && firm.changed_day != day) continue;
    rows.push_back({firm.name, firm.code, "是", std::string(firm.place->county)});
  }
  rows.push_back({"演示错行有限公司", "91371600YY0000000X", "是", "滨城区"});
  return "\xEF\xBB\xBF" + make_csv(rows);
}

constexpr std::string_view kCatalogue = R"({"total": 2, "list": [
  {"title": "企业参保情况", "format": "xlsx", "url": "/files/insured.xlsx"},
  {"title": "经营异常名录", "format": "csv", "url": "/files/abnormal.csv"}
]}
)";

}  // namespace

Site open_data_site(const World& world, int day) {
  std::map<std::string, Answer> pages;
  pages["/robots.txt"] = {.type = "text/plain", .body = "User-agent: *\nDisallow:\n"};
  pages["/api/catalogue.json"] = {.type = "application/json", .body = std::string(kCatalogue)};
  pages["/files/insured.xlsx"] = {.type = "application/octet-stream", .body = insured_xlsx(world)};
  pages["/files/abnormal.csv"] = {.type = "text/csv", .body = abnormal_csv(world, day)};
  return fixed_site("open-data", "公共数据开放（演示）", std::move(pages));
}

}  // namespace demo_city
