// The hosts of the demo city: each is a function from a path to an answer. They know nothing of sockets.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "apps/demo_city/world.h"

namespace demo_city {

struct Answer {
  int status = 200;
  std::string type = "text/html; charset=utf-8";
  std::string body;
  int delay_ms = 0;        // a slow host
  std::string location{};  // where a redirect leads
  bool busy_once = false;  // the first request is answered with 503 and Retry-After: 1
};

struct Site {
  std::string id, title;
  // `target` is path and query as requested.
  std::function<Answer(const std::string& target)> answer;
};

Answer not_found();
// A site whose pages are all made beforehand.
Site fixed_site(std::string id, std::string title, std::map<std::string, Answer> pages);

// Each as it stands on the given day (from 1).
Site registry_site(const World& world, int day);
Site open_data_site(const World& world, int day);
Site patent_site(const World& world, int day);
Site science_site(const World& world, int day);
Site park_site(const World& world, int day);
std::vector<Site> all_sites(const World& world, int day);

// Text helpers of the pages.
std::string to_gb18030(std::string_view utf8);
std::string escape(std::string_view text);  // for HTML and XML
std::string page(std::string_view title, std::string_view body, std::string_view charset = "utf-8");
std::string compact(Date date);  // 20240131

// Containers: a zip of stored members and a workbook of one sheet of text cells.
using Member = std::pair<std::string, std::string>;  // name, bytes
std::string make_zip(const std::vector<Member>& members);
using Rows = std::vector<std::vector<std::string>>;
std::string make_xlsx(const std::string& sheet, const Rows& rows);
std::string make_csv(const Rows& rows);

}  // namespace demo_city
