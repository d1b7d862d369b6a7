// parse: what a source would read from a file.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/record_json.h"
#include "apps/tanmiao/workplace.h"
#include "tabular/reference_reader.h"

namespace tanmiao::app {
namespace {

struct ParseOptions {
  std::string source, file;
};

Result<int> parse(const Common& common, const ParseOptions& options) {
  TANMIAO_ASSIGN(auto config, open_config(common));
  TANMIAO_TRY(with_person_key(config, common.data));
  TANMIAO_ASSIGN(const auto reference, tabular::load_reference(config.reference, config.city_code));
  TANMIAO_ASSIGN(const auto result, crawler::parse_file(options.source, options.file, config.crawl, *reference));
  for (const Record& record : result.records) print_json(record_json(record));
  for (const store::Reject& reject : result.rejects) say("rejected: " + reject_line(reject));
  say(std::to_string(result.rows) + " rows, " + std::to_string(result.records.size()) + " records, " +
      std::to_string(result.rejects.size()) + " rejected; nothing was stored");
  return kDone;
}

}  // namespace

Action declare_parse(CLI::App& app, Common& common) {
  add_common(app, common);
  auto options = std::make_shared<ParseOptions>();
  app.add_option("--source", options->source, "id of the source whose description is used")->required();
  app.add_option("FILE", options->file, "file to read")->required();
  return [options, &common] { return parse(common, *options); };
}

}  // namespace tanmiao::app
