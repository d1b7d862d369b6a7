// export: the candidate list as a file, or one file a 责任单位.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>

#include "apps/tanmiao/candidates.h"
#include "apps/tanmiao/console.h"
#include "apps/tanmiao/run_lists.h"
#include "core/settings.h"
#include "pool/export.h"
#include "pool/summary.h"

namespace tanmiao::app {
namespace {

struct ExportOptions {
  std::string run, campaign, format, output, by;
  std::string unit, industry, text;
  std::vector<std::string> judgements, kinds;
  std::uint32_t top = 0;
  bool shortlist = false;
};

template <class Enum, std::size_t N>
Result<std::vector<Enum>> values_of(const std::vector<std::string>& words, const std::array<Enum, N>& all,
                                    std::string_view option) {
  std::vector<Enum> out;
  for (const std::string& wanted : words) {
    const auto at =
        std::find_if(all.begin(), all.end(), [&](Enum e) { return word(e) == wanted || label(e) == wanted; });
    if (at == all.end()) {
      std::vector<std::string_view> known;
      for (const Enum e : all) known.insert(known.end(), {word(e), label(e)});
      return no_such(option, wanted, known);
    }
    out.push_back(*at);
  }
  return out;
}

std::vector<std::string> described(const pool::CandidateFilter& filter, bool shortlist) {
  std::vector<std::string> texts = pool::describe(filter);
  if (shortlist) texts.emplace_back("重点名单");
  return texts;
}

// What --format says, else what the file's name ends with, else xlsx. A name that ends like another format is refused:
// programs go by it.
Result<std::string> format_word(const ExportOptions& options) {
  const std::string ending = std::filesystem::path(options.output).extension().string();
  const bool named = options.by.empty() && (ending == ".xlsx" || ending == ".csv" || ending == ".jsonl");
  const std::string by_name = named ? ending.substr(1) : std::string();
  if (options.format.empty()) return by_name.empty() ? std::string("xlsx") : by_name;
  TANMIAO_TRY(pool::export_format(options.format));
  if (!by_name.empty() && by_name != options.format)
    return Error{Errc::kUsage, "--format is " + options.format + ", the file's name ends with " + ending,
                 options.output};
  return options.format;
}

Result<int> export_list(const Common& common, const ExportOptions& options) {
  TANMIAO_ASSIGN(const std::string word, format_word(options));
  TANMIAO_ASSIGN(const auto format, pool::export_format(word));
  pool::CandidateFilter filter;
  filter.unit = options.unit;
  filter.industry = options.industry;
  filter.text = options.text;
  filter.top = options.top;
  TANMIAO_ASSIGN(filter.judgements, values_of(options.judgements, pool::kJudgements, "--judgement"));
  TANMIAO_ASSIGN(filter.lead_kinds, values_of(options.kinds, pool::kLeadKinds, "--kind"));
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kRead, "tanmiao export"));
  const std::string campaign = options.campaign.empty() ? place.config.campaigns.front() : options.campaign;
  TANMIAO_ASSIGN(const auto run, load_run(place, options.run, campaign));
  TANMIAO_TRY(pool::check_filter(filter, *run.snapshot, *place.reference));
  std::vector<bool> picked;
  if (options.shortlist) {
    TANMIAO_ASSIGN(const auto list, shortlist_of(place, run));
    picked.assign(run.run->size(), false);
    for (const miner::Pick& pick : list.picks) picked[pick.row] = true;
    filter.rows = &picked;
  }
  TANMIAO_ASSIGN(const auto rows, candidate_rows_of(place, run, filter));
  TANMIAO_ASSIGN(const auto pool_rules, place.pool_rules());
  const pool::ExportInfo info{place.config.city_name + "科技型中小企业候选名单",
                              place.config.issuer,
                              run.entry.as_of,
                              described(filter, options.shortlist),
                              run.entry.id,
                              source_titles(place),
                              &run.run->explanation,
                              pool_rules->verdict_texts()};
  std::vector<pool::UnitFile> files;
  std::error_code ignored;
  if (options.by == "unit") {
    const std::string folder = options.output.empty() ? place.folder().exports().string() : options.output;
    TANMIAO_ASSIGN(files, pool::export_by_unit(rows, format, folder, info));
  } else {
    std::filesystem::path path = options.output;
    if (path.empty()) {
      std::filesystem::create_directories(place.folder().exports(), ignored);
      path = place.folder().exports() / pool::safe_file_name("候选名单_" + iso(run.entry.as_of) + "." + word);
    }
    TANMIAO_TRY(pool::export_candidates(rows, format, path.string(), info));
    files.push_back({path.string(), rows.size()});
  }
  const std::string filters = [&] {
    std::string text;
    for (const std::string& one : info.filters) text += (text.empty() ? "" : "；") + one;
    return text;
  }();
  for (const auto& [file, firms] : files) {
    TANMIAO_TRY(note_done(place, "list.export", std::filesystem::path(file).filename().string(),
                          {{"run", run.entry.id}, {"rows", firms}, {"filters", filters}}));
  }
  for (const auto& [file, firms] : files)
    common.json ? print_json(boost::json::object{{"file", file}, {"run", run.entry.id}, {"firms_in_list", firms}})
                : print(file + "\n");
  say(std::to_string(rows.size()) + " firms in " + std::to_string(files.size()) + " file(s)");
  return kDone;
}

}  // namespace

Action declare_export(CLI::App& app, Common& common) {
  add_common(app, common);
  auto options = std::make_shared<ExportOptions>();
  app.add_option("--run", options->run, "id of a run (default: the live one of the campaign)");
  app.add_option("--campaign", options->campaign, "campaign (default: the first of the configuration)");
  app.add_option("--format", options->format, "xlsx, csv or jsonl (default: as the file's name ends, else xlsx)");
  app.add_option("-o,--output", options->output, "file, or folder with --by (default: exports/ of the data folder)");
  app.add_option("--by", options->by, "unit: one file a 责任单位")->check(CLI::IsMember({"unit"}));
  app.add_option("--unit", options->unit, "only this 责任单位");
  app.add_option("--judgement", options->judgements, "only this 研判: promising, needs_data, little, not_yet");
  app.add_option("--kind", options->kinds, "only this 线索类型: direct, renewal, start_up, new");
  app.add_option("--industry", options->industry, "only this 重点产业");
  app.add_option("--text", options->text, "only names or codes that contain this");
  app.add_flag("--shortlist", options->shortlist, "only the shortlist that the campaign asks for");
  app.add_option("--top", options->top, "at most so many firms");
  return [options, &common] { return export_list(common, *options); };
}

}  // namespace tanmiao::app
