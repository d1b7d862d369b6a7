// A catalogue with CKAN's action API (docs.ckan.org, API guide; answers of ../shared/data/formats/registry-api/ckan):
// package_search in pages, resources that are files, and one that is a table of the datastore.
#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "apps/demo_city/random.h"
#include "apps/demo_city/site.h"

namespace demo_city {
namespace {

namespace json = boost::json;
constexpr std::string_view kAction = "/api/3/action/";

std::size_t count_or(const std::string& text, std::size_t otherwise) {
  std::size_t value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string uuid(Random& random) {
  std::string out;
  for (int i = 0; i < 36; ++i)
    out += i == 8 || i == 13 || i == 18 || i == 23 ? '-' : i == 14 ? '4' : "0123456789abcdef"[random.below(16)];
  return out;
}

Answer failed(int status, std::string_view kind, std::string_view message) {
  return json_answer(
      json::serialize(json::value{{"success", false}, {"error", {{"__type", kind}, {"message", message}}}}), status);
}

Answer succeeded(std::string_view action, json::value result) {
  return json_answer(json::serialize(json::value{{"help", "/api/3/action/help_show?name=" + std::string(action)},
                                                 {"success", true},
                                                 {"result", std::move(result)}}));
}

struct Table {
  std::string id;
  Rows rows;
};

struct Catalogue {
  std::vector<json::object> packages;
  std::map<std::string, Answer> files;
  Table table;
};

json::object resource(const std::string& id, const std::string& name, const std::string& format, const std::string& url,
                      bool active) {
  return {{"id", id},   {"name", name},      {"format", format},
          {"url", url}, {"state", "active"}, {"datastore_active", active}};
}

// Firms that won public tenders, and contracts on technology that were registered.
Rows table_of(const World& world, bool contracts) {
  const std::string year = std::to_string(tanmiao::year_of(world.config.today) - 1);
  Rows rows = {{"企业名称", "项目名称", "金额", "年度"}};
  for (const Firm& firm : world.firms) {
    if (!firm.truth.does_rd || firm.number % (contracts ? 2 : 11) != 1) continue;
    rows.push_back({firm.name, std::string(firm.trade->thing) + (contracts ? "技术开发" : "采购"),
                    std::to_string(firm.number % 40 + 5), year});
  }
  return rows;
}

Catalogue catalogue_of(const World& world) {
  Random random(world.config.seed, "ckan");
  Catalogue out;
  for (const std::string title : {"天气记录", "政府采购中标结果", "公交线路", "技术合同登记", "公园名录"}) {
    const std::string id = uuid(random), file = uuid(random);
    json::array resources;
    std::string folder = "/dataset/";
    folder.append(id).append("/resource/").append(file).append("/download/");
    const std::string url = folder + "data.csv";
    if (title == "政府采购中标结果") {
      resources.push_back(resource(file, title, "CSV", url, false));
      out.files[url] = {.type = "text/csv", .body = "\xEF\xBB\xBF" + make_csv(table_of(world, false))};
    } else if (title == "技术合同登记") {
      resources.push_back(resource(file, title, "CSV", url, true));
      out.table = {file, table_of(world, true)};
    } else {
      resources.push_back(resource(file, title, "PDF", folder + "a.pdf", false));
    }
    out.packages.push_back(
        {{"id", id}, {"name", id.substr(0, 8)}, {"title", title}, {"resources", std::move(resources)}});
  }
  return out;
}

Answer searched(const Catalogue& catalogue, const Asked& asked) {
  const std::size_t rows = std::min<std::size_t>(count_or(asked.query("rows"), 10), 1000),
                    start = count_or(asked.query("start"), 0);
  json::array results;
  for (std::size_t i = start; i < catalogue.packages.size() && i - start < rows; ++i)
    results.push_back(catalogue.packages[i]);
  return succeeded("package_search",
                   {{"count", catalogue.packages.size()}, {"sort", "name asc"}, {"results", std::move(results)}});
}

Answer looked_up(const Table& table, const Asked& asked) {
  if (asked.query("resource_id") != table.id) return failed(404, "Not Found Error", "未找到: Resource was not found.");
  const std::size_t limit = std::min<std::size_t>(count_or(asked.query("limit"), 100), 32000),
                    offset = count_or(asked.query("offset"), 0);
  json::array fields = {{{"id", "_id"}, {"type", "int"}}}, records;
  for (const std::string& name : table.rows.front()) fields.push_back({{"id", name}, {"type", "text"}});
  for (std::size_t i = offset + 1; i < table.rows.size() && records.size() < limit; ++i) {
    json::object record = {{"_id", i}};
    for (std::size_t column = 0; column < table.rows[i].size(); ++column)
      record[table.rows.front()[column]] = table.rows[i][column];
    records.push_back(std::move(record));
  }
  return succeeded("datastore_search", {{"resource_id", table.id},
                                        {"fields", std::move(fields)},
                                        {"records", std::move(records)},
                                        {"limit", limit},
                                        {"offset", offset},
                                        {"total", table.rows.size() - 1}});
}

}  // namespace

Site ckan_site(const World& world, int) {
  return {"ckan", "数据目录 CKAN（演示）", [catalogue = catalogue_of(world)](const Asked& asked) {
            const std::string path = asked.path();
            if (path == "/robots.txt") return Answer{.type = "text/plain", .body = "User-agent: *\nDisallow: /user/\n"};
            if (path == std::string(kAction) + "package_search") return searched(catalogue, asked);
            if (path == std::string(kAction) + "datastore_search") return looked_up(catalogue.table, asked);
            if (path.starts_with(kAction)) return failed(400, "Bad request", "Action name not known");
            const auto found = catalogue.files.find(asked.target);
            return found == catalogue.files.end() ? not_found() : found->second;
          }};
}

}  // namespace demo_city
