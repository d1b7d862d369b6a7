#include <unicode/ucnv.h>

#include <stdexcept>

#include "apps/demo_city/site.h"

namespace demo_city {

Answer not_found() { return {.status = 404, .body = page("没有这个页面", "<p>404</p>")}; }

Site fixed_site(std::string id, std::string title, std::map<std::string, Answer> pages) {
  return {std::move(id), std::move(title), [pages = std::move(pages)](const Asked& asked) {
            const auto found = pages.find(asked.target);
            return found == pages.end() ? not_found() : found->second;
          }};
}

std::vector<Site> all_sites(const World& world, int day) {
  return {registry_site(world, day), open_data_site(world, day), patent_site(world, day),
          science_site(world, day),  park_site(world, day),      portal_site(world, day),
          gateway_site(world, day),  hanweb_site(world, day),    ckan_site(world, day)};
}

std::string to_gb18030(std::string_view utf8) {
  std::string out(utf8.size() * 2 + 16, '\0');
  UErrorCode error = U_ZERO_ERROR;
  const int32_t length = ucnv_convert("gb18030", "utf-8", out.data(), static_cast<int32_t>(out.size()), utf8.data(),
                                      static_cast<int32_t>(utf8.size()), &error);
  if (U_FAILURE(error)) throw std::runtime_error(std::string("gb18030: ") + u_errorName(error));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

std::string escape(std::string_view text) {
  std::string out;
  for (char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string page(std::string_view title, std::string_view body, std::string_view charset) {
  std::string out = "<!DOCTYPE html>\n<html lang=\"zh\"><head><meta charset=\"" + std::string(charset) + "\"><title>";
  out += escape(title) + "</title></head>\n<body><h1>" + escape(title) + "</h1>\n";
  out += body;
  return out + "\n<p class=\"foot\">演示城市：全部数据为虚构</p></body></html>\n";
}

std::string compact(Date date) {
  std::string text = tanmiao::iso(date);
  std::erase(text, '-');
  return text;
}

}  // namespace demo_city
