#include "server/handler.h"

#include <spdlog/spdlog.h>

#include "core/messages.h"
#include "server/assets.h"
#include "server/posts.h"

namespace tanmiao::server {
namespace {

std::string_view media_type(std::string_view name) {
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  return "image/svg+xml";
}

// Only names of the table: a path never becomes a file name.
Result<Response> asset(std::string_view name) {
  for (const Asset& known : assets()) {
    if (known.name != name) continue;
    Response response;
    response.type = media_type(name);
    response.body = std::string(known.bytes);
    return response;
  }
  return Error{Errc::kNotFound, "没有这个文件", ""};
}

Result<Response> route(const Site& site, const Request& request) {
  const std::string_view path = request.path;
  const auto below = [&](std::string_view prefix) { return path.starts_with(prefix) && path.size() > prefix.size(); };
  if (path == "/") return candidates_page(site, request);
  if (path == "/search") return search_page(site, request);
  if (path == "/search/export") return search_file(site, request);
  if (path == "/saved") return saved_page(site, request);
  if (below("/saved/")) return saved_search_page(site, request, path.substr(7));
  if (path == "/report") return report_page(site, request, "");
  if (path == "/export") return export_file(site, request);
  if (path == "/import") return import_page(site, request);
  if (path == "/official") return official_page(site, request);
  if (path == "/conflicts") return conflicts_page(site, request);
  if (path == "/review") return review_page(site, request);
  if (path == "/review/item") return review_item_page(site, request);
  if (path == "/review/decisions") return rulings_page(site, request);
  if (path == "/pool") return pool_page(site, request);
  if (path == "/pool/export") return pool_file(site, request);
  if (below("/pool/entry/")) return entry_page(site, request, path.substr(12));
  if (path == "/batches") return batches_page(site, request);
  if (below("/batches/")) return batch_page(site, request, path.substr(9));
  if (path == "/suppressed") return suppressed_page(site, request);
  if (path == "/targets") return targets_page(site, request);
  if (path == "/targets/export") return targets_file(site, request);
  if (below("/official/piles/")) return piles_file(site, path.substr(16));
  if (below("/rejects/")) return rejects_file(site, path.substr(9));
  if (below("/report/")) return report_page(site, request, path.substr(8));
  constexpr std::string_view kVisit = "/visit";
  if (below("/firm/") && path.ends_with(kVisit))
    return visit_page(site, request, path.substr(6, path.size() - 6 - kVisit.size()));
  constexpr std::string_view kSimilar = "/similar";
  if (below("/firm/") && path.ends_with(kSimilar))
    return similar_page(site, request, path.substr(6, path.size() - 6 - kSimilar.size()));
  constexpr std::string_view kRecords = "/records";
  if (below("/firm/") && path.ends_with(kRecords))
    return firm_records_page(site, request, path.substr(6, path.size() - 6 - kRecords.size()));
  if (below("/firm/")) return firm_page(site, request, path.substr(6));
  if (below("/assets/")) return asset(path.substr(8));
  return Error{Errc::kNotFound, "没有这个页面", ""};
}

std::string_view headline(int status) {
  switch (status) {
    case 400: return "请求有误";
    case 403: return "不允许";
    case 404: return "未找到";
    case 409: return "已被他人修改";
    case 413: return "请求过大";
    case 503: return "暂不可用";
    default: return "内部错误";
  }
}

}  // namespace

Response handle(const Site& site, const Request& request) {
  if (request.method == "POST") return post(site, request);
  if (request.path.starts_with("/api/v1/")) return api(site, request);
  auto response = route(site, request);
  if (response) return std::move(*response);
  const Error& error = response.error();
  const int status = http_status(error.code);
  if (status < 500) return error_page(status, headline(status), in_chinese(error));
  // Details of the machine belong into the log.
  spdlog::error("{} {}: {}", request.method, request.path, error.text());
  return error_page(status, headline(status), "已记录。请运行 tanmiao check 检查数据。");
}

}  // namespace tanmiao::server
