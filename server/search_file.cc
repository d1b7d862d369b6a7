// What a search finds as a file: all of it, whatever page was shown. Csv and JSON lines are made while they are sent.
#include "pool/firm_list.h"
#include "server/download.h"
#include "server/site.h"

namespace tanmiao::server {
namespace {

std::string told(const ListQuery& query) {
  std::string out = query.text;
  for (const auto& [facet, values] : query.filters) {
    out += (out.empty() ? "" : "；") + facet + "：";
    for (std::size_t i = 0; i < values.size(); ++i) out += (i == 0 ? "" : "、") + values[i];
  }
  return out;
}

void name_file(Response& response, const std::string& ending) {
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"firms_" + ending +
                                                           "\"; filename*=UTF-8''" + url_encode("企业名单_" + ending));
}

}  // namespace

Result<Response> search_file(const Site& site, const Request& request) {
  TANMIAO_ASSIGN(const ListQuery query, parse_list_query(request, kSearchWords));
  const std::string word = query.format.empty() ? "xlsx" : query.format;
  TANMIAO_ASSIGN(const auto format, pool::export_format(word));
  TANMIAO_ASSIGN(const auto world, search_world(site, query));
  TANMIAO_ASSIGN(const auto wanted, search_query(site, *world, query));
  TANMIAO_ASSIGN(auto found, world->searcher->all(wanted));
  const std::size_t firms = found.firms.size();
  const std::string ending = iso(world->snapshot->info().civil_date) + "." + word;
  auto list = std::make_shared<pool::FirmList>(world->snapshot, world->run, site.worlds.shared_reference(),
                                               std::move(found.firms));
  Response response;
  if (format == pool::ExportFormat::kXlsx) {
    TANMIAO_ASSIGN(const auto folder, TemporaryFolder::make());
    const auto path = folder.path() / ("list." + word);
    TANMIAO_TRY(list->write(format, path.string(),
                            {"企业名单", site.config.issuer, world->snapshot->info().civil_date, told(query)}));
    TANMIAO_ASSIGN(response, attachment(path, kXlsxType, "企业名单_" + ending, "firms_" + ending));
  } else {
    response.type =
        format == pool::ExportFormat::kCsv ? "text/csv; charset=utf-8" : "application/x-ndjson; charset=utf-8";
    response.pieces = [list, format] { return list->next_piece(format); };
    name_file(response, ending);
  }
  TANMIAO_TRY(site.exported("search.export", "企业名单_" + ending, firms));
  response.headers.emplace_back("X-Tanmiao-Count", std::to_string(firms));
  return response;
}

}  // namespace tanmiao::server
