// The list as a file: all that the filters let through, whatever page was shown.
#include "pool/export.h"
#include "server/download.h"
#include "server/site.h"

namespace tanmiao::server {
namespace {

std::string_view media_type(pool::ExportFormat format) {
  switch (format) {
    case pool::ExportFormat::kXlsx: return kXlsxType;
    case pool::ExportFormat::kCsv: return "text/csv; charset=utf-8";
    case pool::ExportFormat::kJsonl: return "application/x-ndjson; charset=utf-8";
  }
  return "application/octet-stream";
}

}  // namespace

Result<Response> export_file(const Site& site, const Request& request) {
  TANMIAO_ASSIGN(const ListQuery asked, parse_list_query(request, kCandidateWords));
  const std::string word = asked.format.empty() ? "xlsx" : asked.format;
  TANMIAO_ASSIGN(const auto format, pool::export_format(word));
  TANMIAO_ASSIGN(const auto world, site.with_run(asked));
  TANMIAO_ASSIGN(const ListQuery query, world->list->resolved(asked));
  TANMIAO_ASSIGN(const FirmNumbers suppressed, site.worlds.suppressed(*world));
  const auto selection = world->list->select(query, *suppressed);
  TANMIAO_ASSIGN(const auto rows, site.rows(*world, selection.rows, 1));
  const RegionTable& regions = site.worlds.reference().regions;
  const pool::ExportInfo info{std::string(regions.name(regions.city())) + "科技型中小企业候选名单",
                              site.config.issuer,
                              world->entry.as_of,
                              world->list->describe(query),
                              world->entry.id,
                              source_titles(site),
                              &world->run->explanation,
                              site.pool_rules().verdict_texts()};
  TANMIAO_ASSIGN(const auto folder, TemporaryFolder::make());
  const auto path = folder.path() / ("list." + word);
  TANMIAO_TRY(pool::export_candidates(rows, format, path.string(), info));
  const std::string ending = iso(world->entry.as_of) + "." + word;
  TANMIAO_ASSIGN(Response response, attachment(path, media_type(format), pool::safe_file_name("候选名单_" + ending),
                                               "candidates_" + ending));
  TANMIAO_TRY(site.exported("list.export", "候选名单_" + ending, rows.size()));
  response.headers.emplace_back("X-Tanmiao-Count", std::to_string(rows.size()));
  return response;
}

}  // namespace tanmiao::server
