// The hosts of the demo city: each is a function from a request to an answer. They know nothing of sockets.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "apps/demo_city/world.h"

namespace demo_city {

using Rows = std::vector<std::vector<std::string>>;

struct Answer {
  int status = 200;
  std::string type = "text/html; charset=utf-8";
  std::string body;
  int delay_ms = 0;        // a slow host
  std::string location{};  // where a redirect leads
  bool busy_once = false;  // the first request is answered with 503 and Retry-After: 1
  int retry_after = 0;     // seconds; 0: not said
};

struct Asked {
  std::string method, target;                  // path and query as requested
  std::string body;                            // of a POST
  std::map<std::string, std::string> headers;  // names in small letters
  std::int64_t milliseconds = 0;               // since 1970, by the host's clock

  std::string path() const { return target.substr(0, target.find('?')); }
  std::string header(const std::string& name) const;
  std::string query(std::string_view name) const;  // a value of the query, unescaped; empty when it is not there
  std::string form(std::string_view name) const;   // of a body that is a form
};

struct Site {
  std::string id, title;
  std::function<Answer(const Asked& asked)> answer;  // may be called from several threads
};

Answer not_found();
Answer json_answer(std::string body, int status = 200);
// A site whose pages are all made beforehand.
Site fixed_site(std::string id, std::string title, std::map<std::string, Answer> pages);

// Each as it stands on the given day (from 1).
Site registry_site(const World& world, int day);
Site open_data_site(const World& world, int day);
Site patent_site(const World& world, int day);
Site science_site(const World& world, int day);
Site park_site(const World& world, int day);
// Imitations of what sites of the domain's sources are (../shared/domain/sd_open_data.json), and of CKAN's action API.
Site portal_site(const World& world, int day);
Site gateway_site(const World& world, int day);
Site hanweb_site(const World& world, int day);
Site ckan_site(const World& world, int day);
std::vector<Site> all_sites(const World& world, int day);

// Who may ask the gateway of a world: X-Client-Id and the secret that requests are signed with.
struct GatewayClient {
  std::string id, secret;
};
GatewayClient gateway_client(const WorldConfig& config);
// A table of firms as the portal gives it.
Rows firm_rows(const World& world, int day, int every, int rest);

// Text helpers of the pages.
std::string to_gb18030(std::string_view utf8);
std::string escape(std::string_view text);  // for HTML and XML
std::string page(std::string_view title, std::string_view body, std::string_view charset = "utf-8");
std::string compact(Date date);  // 20240131

// Containers: a zip of stored members and a workbook of one sheet of text cells.
using Member = std::pair<std::string, std::string>;  // name, bytes
std::string make_zip(const std::vector<Member>& members);
std::string make_xlsx(const std::string& sheet, const Rows& rows);
std::string make_csv(const Rows& rows);

}  // namespace demo_city
