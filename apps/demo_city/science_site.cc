// The science department: announcements with workbooks that name firms without codes. The list is behind a page that is
// busy the first time; robots.txt forbids a folder that the list links to.
#include "apps/demo_city/site.h"

namespace demo_city {
namespace {

Rows tech_sme_list(const World& world, int year) {
  Rows rows = {{"滨州市" + std::to_string(year) + "年入库科技型中小企业名单（演示）"},
               {"序号", "企业名称", "入库登记编号", "所属县区"}};
  for (const Firm& firm : world.firms) {
    if (firm.tech_sme_year != year) continue;
    rows.push_back({std::to_string(rows.size() - 1), firm.name, firm.tech_sme_number, std::string(firm.place->county)});
  }
  return rows;
}

Rows hnte_list(const World& world) {
  Rows rows = {{"高新技术企业证书名单（演示）"}, {"序号", "企业名称", "证书编号", "发证日期"}};
  for (const Firm& firm : world.firms) {
    if (firm.hnte_number.empty()) continue;
    rows.push_back({std::to_string(rows.size() - 1), firm.name, firm.hnte_number, tanmiao::iso(firm.hnte_issued)});
  }
  return rows;
}

Rows subsidy_list(const World& world) {
  Rows rows = {{"企业研究开发财政补助名单（演示）"}, {"序号", "企业名称", "所属县区", "补助金额(万元)", "年度"}};
  for (const Firm& firm : world.firms) {
    if (firm.subsidy_year == 0) continue;
    rows.push_back({std::to_string(rows.size() - 1), firm.name, std::string(firm.place->county),
                    std::to_string(firm.subsidy_wan), std::to_string(firm.subsidy_year)});
  }
  return rows;
}

std::string notice(std::string_view title, Date date, std::string_view file) {
  return page(title, "<p class=\"date\">" + tanmiao::iso(date) + "</p><p><a class=\"file\" href=\"" +
                         std::string(file) + "\">附件</a></p>");
}

}  // namespace

Site science_site(const World& world, int) {
  const int year = tanmiao::year_of(world.config.today);
  const Date today = world.config.today;
  const std::string this_year = std::to_string(year), last_year = std::to_string(year - 1);
  std::map<std::string, Answer> pages;
  pages["/robots.txt"] = {.type = "text/plain", .body = "User-agent: *\nDisallow: /internal/\n"};
  std::string list;
  const auto add = [&](const std::string& id, const std::string& title, Date date, const std::string& workbook) {
    const std::string file = "/files/" + id + ".xlsx";
    pages["/notice/" + id + ".html"] = {.body = notice(title, date, file)};
    pages[file] = {.type = "application/octet-stream", .body = workbook};
    list += "<li><a href=\"/notice/" + id + ".html\">" + title + "</a></li>\n";
  };
  add("techsme-" + last_year, last_year + "年科技型中小企业入库公告", today - std::chrono::days(330),
      make_xlsx("名单", tech_sme_list(world, year - 1)));
  add("techsme-" + this_year, this_year + "年科技型中小企业入库公告", today - std::chrono::days(20),
      make_xlsx("名单", tech_sme_list(world, year)));
  add("hnte", "高新技术企业证书名单", today - std::chrono::days(60), make_xlsx("名单", hnte_list(world)));
  add("subsidy", "企业研究开发财政补助公示", today - std::chrono::days(40), make_xlsx("名单", subsidy_list(world)));
  add("broken", "附件损坏的公告", today - std::chrono::days(5), make_xlsx("名单", {{"企业名称"}}).substr(0, 300));
  pages["/notice/hnte.html"].busy_once = true;
  pages["/notice/"] = {.body =
                           page("通知公告", "<ul>" + list + "<li><a href=\"/internal/draft.html\">内部</a></li></ul>")};
  pages["/internal/draft.html"] = {.body = notice("内部文件", today, "/internal/x.xlsx")};
  return fixed_site("science", "科技局公告（演示）", std::move(pages));
}

}  // namespace demo_city
