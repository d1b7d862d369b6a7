// demo: an invented city below the data folder, served on loopback by a child process, and one night over it.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <boost/json.hpp>
#include <memory>

#include "apps/tanmiao/candidates.h"
#include "apps/tanmiao/child.h"
#include "apps/tanmiao/console.h"
#include "apps/tanmiao/pipeline.h"
#include "apps/tanmiao/report.h"
#include "apps/tanmiao/serving.h"
#include "pool/export.h"

namespace tanmiao::app {
namespace {

namespace fs = std::filesystem;

struct DemoOptions {
  bool serve = false;
  int firms = 1200, patents = 2400, day = 1, threads = 0;
  std::uint64_t seed = 1;
  std::uint32_t show = 20;
};

constexpr std::string_view kNotApproved = "demo-unapproved";  // stays as it is, so that the report shows one

// The demo's own configuration: that of the city, with the sources of the demo.
Status write_config(const fs::path& file, const AppConfig& city, const fs::path& sources) {
  const auto text = [](const fs::path& path) { return boost::json::serialize(boost::json::value(path.string())); };
  const std::string toml = fmt::format(
      "# Written by tanmiao demo.\n[city]\ncode = {}\nname = \"滨州市（演示）\"\nissuer = \"演示\"\nreference = {}\n\n"
      "[crawl]\ncontact = \"demo@localhost\"\nbase = {}\nsources = {}\nloopback_speed = true\n\n[mine]\nrules = {}\n",
      city.city_code, text(fs::absolute(city.reference)), text(fs::absolute(sources).parent_path()),
      text(fs::absolute(sources)), text(fs::absolute(city.rules)));
  return store::write_file_durably(file, toml);
}

Status make_city(const fs::path& program, const fs::path& folder, const DemoOptions& options) {
  TANMIAO_ASSIGN(
      auto child,
      Child::start(program, {"make", "--out", folder.string(), "--seed", std::to_string(options.seed), "--firms",
                             std::to_string(options.firms), "--patents", std::to_string(options.patents)}));
  if (child.wait() != 0) return Error{Errc::kIo, "the demo city could not be made", folder.string()};
  return {};
}

// The city of last time again; made anew, with other ports, when its ports are taken.
Result<Child> serve_city(const fs::path& folder, const DemoOptions& options) {
  const fs::path program = program_folder() / "demo_city";
  if (!fs::exists(program)) return Error{Errc::kNotFound, "build it first (scripts/demo does)", program.string()};
  for (const bool again : {false, true}) {
    if (again || !fs::exists(folder / "world.json")) TANMIAO_TRY(make_city(program, folder, options));
    auto child = Child::start(program, {"serve", "--world", folder.string(), "--day", std::to_string(options.day)});
    if (!child) return child.error();
    const auto line = child->read_line(60);
    if (line) return std::move(*child);
    if (again) return line.error();
  }
  return Error{Errc::kIo, "the demo city does not answer", folder.string()};
}

Status approve_sources(Workplace& place) {
  TANMIAO_ASSIGN(const auto sources, crawler::list_sources(place.config.crawl));
  TANMIAO_ASSIGN(const auto known, place.people().source_approvals());
  for (const auto& source : sources) {
    if (source.id == kNotApproved) continue;
    const bool done = std::any_of(known.begin(), known.end(), [&](const auto& approval) {
      return approval.source == source.id && approval.terms_hash == source.terms_hash;
    });
    if (done) continue;
    TANMIAO_TRY(place.people().decide_source(
        {source.id, store::SourceState::kApproved, "demo", "invented data on loopback", source.terms_hash, now()}));
  }
  return {};
}

// One line that can be pasted into a shell.
std::string shell_word(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

Result<std::string> show_candidates(Workplace& place, const Common& common, const DemoOptions& options) {
  TANMIAO_ASSIGN(const auto run, load_run(place, "", place.config.campaigns.front()));
  TANMIAO_ASSIGN(const auto rows, candidate_rows_of(place, run, {}));
  TANMIAO_ASSIGN(const auto rules, place.pool_rules());
  auto shown = rows;
  shown.resize(std::min<std::size_t>(shown.size(), options.show));
  if (!common.json)
    print(candidate_table(shown) + fmt::format("共 {} 家候选，显示前 {} 家\n\n", rows.size(), shown.size()));
  std::error_code ignored;
  fs::create_directories(place.folder().exports(), ignored);
  const auto file = place.folder().exports() / pool::safe_file_name("候选名单_" + iso(run.entry.as_of) + ".xlsx");
  TANMIAO_TRY(pool::export_candidates(rows, pool::ExportFormat::kXlsx, file.string(),
                                      {place.config.city_name + "科技型中小企业候选名单",
                                       place.config.issuer,
                                       run.entry.as_of,
                                       {},
                                       run.entry.id,
                                       source_titles(place),
                                       &run.run->explanation,
                                       rules->verdict_texts()}));
  return file.string();
}

Result<int> demo(const Common& common, const DemoOptions& options) {
  const auto& stop = stop_flag();
  TANMIAO_ASSIGN(const auto city, open_config(common));
  std::error_code error;
  fs::create_directories(common.data, error);
  if (error) return store::io_error(error.value(), "cannot make", common.data);
  const fs::path folder = common.data / "city";
  say("demo city: making and serving it on loopback");
  TANMIAO_ASSIGN(auto child, serve_city(folder, options));
  Common own = common;
  own.config = common.data / "tanmiao.toml";
  TANMIAO_TRY(write_config(own.config, city, folder / "sources"));
  int code = kDone;
  std::string sheet;
  AppConfig config;
  std::shared_ptr<const Reference> reference;
  {
    TANMIAO_ASSIGN(auto place, open_workplace(own, store::Access::kWrite, "tanmiao demo"));
    TANMIAO_TRY(approve_sources(place));
    NightReport report;
    {
      ConsoleProgress progress;
      NightOptions night;
      night.threads = options.threads;
      report = Pipeline(place, night, progress, stop).run_night();
    }
    TANMIAO_ASSIGN(code, tell(place, report, common.json));
    TANMIAO_ASSIGN(sheet, show_candidates(place, own, options));
    config = place.config;
    reference = place.reference;
  }
  say("spreadsheet: " + sheet);
  say("announcement lists to try: " + (folder / "lists").string());
  if (!options.serve) {
    say("pages: " + shell_word((program_folder() / "tanmiao").string()) + " serve --config " +
        shell_word(own.config.string()) + " --data " + shell_word(common.data.string()));
    return code;
  }
  TANMIAO_ASSIGN(code, serve_pages(own, config, reference));
  return code;
}

}  // namespace

Action declare_demo(CLI::App& app, Common& common) {
  add_common(app, common);
  auto options = std::make_shared<DemoOptions>();
  app.add_flag("--serve", options->serve, "go straight on to the pages");
  app.add_option("--firms", options->firms, "firms of a new city")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  app.add_option("--patents", options->patents, "patents of a new city")
      ->check(CLI::Range(0, 900000))
      ->capture_default_str();
  app.add_option("--seed", options->seed, "seed of a new city")->capture_default_str();
  app.add_option("--day", options->day, "the city as it is on this day")
      ->check(CLI::Range(1, 3650))
      ->capture_default_str();
  app.add_option("--threads", options->threads, "0: as many as there are cores")->capture_default_str();
  app.add_option("--show", options->show, "lines of the list on the screen")->capture_default_str();
  return [options, &common] { return demo(common, *options); };
}

}  // namespace tanmiao::app
