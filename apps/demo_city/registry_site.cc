// The company registry: list pages with paging and a detail page a firm, all in GB18030 and changing from day to day.
#include "apps/demo_city/site.h"

namespace demo_city {
namespace {

constexpr std::size_t kPerPage = 50;
constexpr std::string_view kRobots = "User-agent: *\nDisallow: /admin/\nAllow: /\n";

std::string row(std::string_view label, std::string_view value) {
  return "<tr><th>" + std::string(label) + "</th><td>" + escape(value) + "</td></tr>\n";
}

std::string detail_page(const Firm& firm, int day) {
  std::string table = "<table class=\"detail\">\n";
  table += row("企业名称", firm.name) + row("统一社会信用代码", firm.code) + row("曾用名", firm.former_name);
  table += row("登记状态", firm.status) + row("企业类型", firm.org_type) + row("注册资本", capital_on(firm, day));
  table += row("成立日期", tanmiao::iso(firm.established)) + row("住所", firm.address);
  table += row("行业代码", firm.trade->code) + row("行业", firm.trade->name) + row("经营范围", firm.trade->scope);
  table += "</table>";
  // What a page says of itself and not of the firm: other bytes each day, the same record.
  if (firm.number % 3 == 1)
    table += "<p class=\"foot\">浏览次数：" + std::to_string(firm.number * 7 + day * 13) + "　今天是第 " +
             std::to_string(day) + " 天</p>";
  return page(firm.name, table, "gb18030");
}

std::string list_page(const std::vector<const Firm*>& firms, std::size_t number) {
  std::string body = "<ul class=\"firms\">\n";
  const std::size_t begin = number * kPerPage, end = std::min(firms.size(), begin + kPerPage);
  for (std::size_t i = begin; i < end; ++i)
    body += "<li><a href=\"/firm/" + firms[i]->code + ".html\">" + escape(firms[i]->name) + "</a></li>\n";
  body += "</ul>\n";
  if (end < firms.size())
    body += "<a class=\"next\" href=\"/list?page=" + std::to_string(number + 2) + "\">下一页</a>\n";
  return page("企业名单 第" + std::to_string(number + 1) + "页", body + "<a href=\"/admin/\">管理</a>", "gb18030");
}

}  // namespace

Site registry_site(const World& world, int day) {
  const std::string type = "text/html; charset=GB18030";
  std::map<std::string, Answer> pages;
  pages["/robots.txt"] = {.type = "text/plain", .body = std::string(kRobots)};
  std::vector<const Firm*> shown;
  for (const Firm& firm : world.firms) {
    if (!shown_on(firm, day)) continue;
    shown.push_back(&firm);
    pages["/firm/" + firm.code + ".html"] = {.type = type, .body = to_gb18030(detail_page(firm, day))};
  }
  for (std::size_t number = 0; number * kPerPage < shown.size(); ++number)
    pages["/list?page=" + std::to_string(number + 1)] = {.type = type, .body = to_gb18030(list_page(shown, number))};
  return fixed_site("registry", "企业登记公示（演示）", std::move(pages));
}

}  // namespace demo_city
