#include "server/html.h"

#include <array>

namespace tanmiao::server {
namespace {

struct Entry {
  std::string_view path, label;
};
constexpr auto kEntries = std::to_array<Entry>({{"/", "候选名单"},
                                                {"/search", "企业查询"},
                                                {"/import", "导入"},
                                                {"/official", "公告名单"},
                                                {"/conflicts", "不一致"},
                                                {"/review", "待判定"},
                                                {"/pool", "培育库"},
                                                {"/batches", "批次"},
                                                {"/targets", "目标进度"},
                                                {"/report", "运行报告"}});
// Of a campaign, which goes along.
bool of_campaign(std::string_view path) { return path == "/" || path == "/search"; }

Html navigation(const Frame& frame) {
  Html nav;
  nav << "<nav class=\"main\" aria-label=\"主导航\">";
  for (const Entry& entry : kEntries) {
    std::string path(entry.path);
    if (!frame.campaign.empty() && of_campaign(entry.path)) path += "?campaign=" + url_encode(frame.campaign);
    nav << "<a href=\"" << path << "\"";
    if (entry.path == frame.active) nav << " aria-current=\"page\"";
    nav << ">" << entry.label;
    if (entry.path == "/review" && frame.waiting.value_or(0) > 0)
      nav << " <span class=\"waiting\">" << *frame.waiting << "</span>";
    nav << "</a>";
  }
  nav << "</nav>";
  return nav;
}

}  // namespace

Response page(const Frame& frame, const Html& body, int status) {
  Html out;
  out << "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
         "<meta name=\"robots\" content=\"noindex, nofollow\"><title>"
      << frame.title
      << " · 探苗</title><link rel=\"stylesheet\" href=\"/assets/style.css\">"
         "<link rel=\"stylesheet\" href=\"/assets/desk.css\">"
         "<link rel=\"icon\" href=\"/assets/icon.svg\" type=\"image/svg+xml\">"
         "<script src=\"/assets/page.js\" defer></script></head>\n<body";
  if (!frame.css.empty()) out << " class=\"" << frame.css << "\"";
  out << ">"
         "<header class=\"top\"><a class=\"brand\" href=\"/\">探苗</a>"
      << navigation(frame) << "<span class=\"caution\">内部线索，不作为评价结论</span>";
  if (!frame.as_of.empty()) out << "<span class=\"asof\">数据截至 " << frame.as_of << "</span>";
  out << "</header>\n" << frame.banner << "<main>" << body << "</main>\n</body></html>\n";
  Response response;
  response.status = status;
  response.body = out.text();
  return response;
}

namespace {
std::string path_of(std::string_view code, std::uint32_t number, std::string_view page, std::string_view campaign) {
  return "/firm/" + (code.empty() ? std::to_string(number) : url_encode(code)) + std::string(page) +
         (campaign.empty() ? "" : "?campaign=" + url_encode(campaign));
}
}  // namespace

std::string firm_path(std::string_view code, std::uint32_t number, std::string_view campaign) {
  return path_of(code, number, "", campaign);
}

std::string visit_path(std::string_view code, std::uint32_t number, std::string_view campaign) {
  return path_of(code, number, "/visit", campaign);
}

std::string similar_path(std::string_view code, std::uint32_t number) { return path_of(code, number, "/similar", ""); }

std::string records_path(std::string_view code, std::uint32_t number) { return path_of(code, number, "/records", ""); }

std::string people_path(std::string_view code, std::uint32_t number) { return path_of(code, number, "/people", ""); }

Html outside_link(std::string_view url, std::string_view text) {
  Html out;
  if (url.starts_with("https://") || url.starts_with("http://"))
    out << "<a href=\"" << url << "\" rel=\"noreferrer noopener\" target=\"_blank\">" << text << "</a>";
  else
    out << text;
  return out;
}

}  // namespace tanmiao::server
