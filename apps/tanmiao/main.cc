// tanmiao: the command line. Help and mistakes are answered here; what a command does is in its own file.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <memory>
#include <vector>

#include "apps/tanmiao/command.h"
#include "apps/tanmiao/console.h"
#include "core/messages.h"
#include "core/settings.h"
#include "core/text/normalize.h"
#include "crawler/source_files.h"

namespace tanmiao::app {
namespace {

constexpr Command kCommands[] = {
    {"run", "the nightly job: crawl, link, index, mine, propose; goes on where it was cut off; ends with a run report",
     "tanmiao run --data data --json", declare_run, true},
    {"crawl", "only the first stage: sources to records", "tanmiao crawl --only registry-files", declare_crawl, true},
    {"link", "only the second stage: records to firms", "tanmiao link", declare_link},
    {"index", "only the third stage: firms to the search index", "tanmiao index", declare_index},
    {"mine", "only the fourth stage: firms to a ranked run, today or as of a past day",
     "tanmiao mine --campaign all --as-of 2015-12-31", declare_mine},
    {"parse", "what a source would read from a file: records as JSON lines, nothing is stored",
     "tanmiao parse --source registry-files inbox/registry/list.csv", declare_parse},
    {"rank", "firms of a register by how much they look like those of a list: learnt from any city's own files",
     "tanmiao rank --train registry.csv.gz --labels list.csv --score registry.csv.gz -o scores.csv --model-card "
     "card.md",
     declare_rank},
    {"backtest", "what a past day's ranking would have found of what came after it, beside simple rankings",
     "tanmiao backtest --as-of 2024-12-31 --horizon 12 --label tech_sme --html backtest.html", declare_backtest},
    {"match", "a list of names against a list, or against the firms of the store: best firm, probability, why",
     "tanmiao match --names 名单.xlsx -o 名单-匹配.xlsx\n  tanmiao match --names A.csv --against B.csv --threshold "
     "0.99 "
     "--json",
     declare_match},
    {"search", "find firms by words, credit code, patents and facets",
     "tanmiao search '铝 新材料' --filter unit=博兴县 --facet unit --limit 20", declare_search},
    {"similar", "firms of the same technology as one: by classes of patents, scope, industry; with the reasons",
     "tanmiao similar 91371600MA3XXXXX0X --outside --limit 50", declare_similar},
    {"saved", "queries that are kept and run each night for what is new: list, put, drop, history, run",
     "tanmiao saved put 铝箔 '铝箔 -贸易' --filter unit=博兴县 --alive --reason '招引名单'", declare_saved},
    {"explain", "one firm in full: evidence, rubric table, gap, why at this rank or why not",
     "tanmiao explain 91371600MA3XXXXX0X\n  tanmiao explain 某某科技有限公司 --as-of 2015-12-31", declare_explain},
    {"export", "the candidate list as a spreadsheet, csv or JSON lines",
     "tanmiao export --format xlsx -o 名单.xlsx\n  tanmiao export --by unit -o lists/", declare_export},
    {"source", "the register of sources: list, approve, suspend",
     "tanmiao source list\n  tanmiao source approve sd-open-data --by 'office' --reason 'terms read'", declare_source,
     true},
    {"replay", "reads captures again into records, without network", "tanmiao replay sd-open-data --since 2026-11-01",
     declare_replay, true},
    {"rejects", "rows that were refused: list them, feed mended ones",
     "tanmiao rejects list registry-files\n  tanmiao rejects feed registry-files mended.csv", declare_rejects, true},
    {"archive", "raw pages: list, index, remove them after their time, take them down",
     "tanmiao archive prune --dry-run\n  tanmiao archive remove https://data.example/a.html --by 'office' --reason "
     "'request of 2026-11-20'",
     declare_archive, true},
    {"review", "names that wait for a person: list, decide, undo, decisions; export, import",
     "tanmiao review list\n  tanmiao review decide SOURCE KEY FIRM --same --by 'office' --reason 'same address'",
     declare_review},
    {"pool", "what people decided: list, suppress",
     "tanmiao pool list\n  tanmiao pool suppress FIRM --reason '...' --by 'office'", declare_pool},
    {"report", "the run reports that are kept: list, show", "tanmiao report list\n  tanmiao report show 12",
     declare_report},
    {"runs", "the mining runs: list them; what differs between two, firm by firm, and why",
     "tanmiao runs list\n  tanmiao runs diff --limit 20", declare_runs},
    {"beliefs", "what visits teach of the likelihood: which priors they change, and whether that helps",
     "tanmiao beliefs\n  tanmiao beliefs -o belief.toml", declare_beliefs},
    {"backup", "one archive of all that cannot be made again, also while a night is running",
     "tanmiao backup --to /mnt/backup --keep 14\n  tanmiao backup -o before-update.tar.zst --with-captures "
     "--with-inbox",
     declare_backup},
    {"restore", "a data folder out of a backup, every hash checked before anything is put in place",
     "tanmiao restore /mnt/backup/tanmiao-20261126-033000.tar.zst --data data", declare_restore},
    {"serve", "the staff pages and the API on loopback", "tanmiao serve --port 8080", declare_serve},
    {"check", "reads everything and reports damage; --digest; config; ids; robots",
     "tanmiao check --digest\n  tanmiao check config\n  tanmiao check ids 91371600MA3XXXXX0X", declare_check},
    {"demo", "an invented city on loopback, from crawl to ranked list", "tanmiao demo --data demo-data --serve",
     declare_demo},
};

std::vector<std::string_view> command_names() {
  std::vector<std::string_view> names;
  for (const Command& command : kCommands) names.push_back(command.name);
  return names;
}

CLI::App* parsed_leaf(CLI::App* app) {
  for (CLI::App* below : app->get_subcommands()) return parsed_leaf(below);
  return app;
}

std::string unknown_word(CLI::App* leaf, const std::string& word) {
  std::vector<std::string> names;
  const bool option = word.starts_with("-");
  if (option) {
    for (const CLI::Option* known : leaf->get_options())
      for (const std::string& name : known->get_lnames()) names.push_back("--" + name);
  } else {
    for (const CLI::App* below : leaf->get_subcommands({})) names.push_back(below->get_name());
  }
  const std::string bare = word.substr(0, word.find('='));
  const std::string what = option ? "unknown option '" : "unexpected word '";
  return what + bare + "'" + did_you_mean(bare, {names.begin(), names.end()});
}

// The line for a command line that CLI11 refused.
std::string complaint(CLI::App& app, const CLI::ParseError& error) {
  CLI::App* leaf = parsed_leaf(&app);
  const auto rest = app.remaining(true);
  const bool unexpected = error.get_name() == "ExtrasError" || !rest.empty();
  if (unexpected && !rest.empty()) return unknown_word(leaf, rest.front());
  return error.what();
}

int refuse(const std::string& line, const std::string& help_of, bool chinese = false) {
  say("tanmiao: " + (chinese ? in_chinese(line) : line));
  say((chinese ? "用法见 tanmiao " : "see tanmiao ") + help_of + (help_of.empty() ? "" : " ") + "--help");
  return kUsage;
}

int perform(const Action& action, bool chinese) {
  const Result<int> result = action();
  if (result) return *result;
  if (!chinese) say("tanmiao: " + result.error().text());
  if (chinese)
    for (const Error& fault : crawler::each_fault(result.error()))
      say("tanmiao: " + crawler::fault_in_chinese(fault, true));
  return exit_code(result.error().code);
}

bool told_in_chinese(std::string_view command) {
  return std::any_of(std::begin(kCommands), std::end(kCommands),
                     [&](const Command& known) { return known.name == command && known.in_chinese; });
}

int main_of(int argc, char** argv) {
  CLI::App app{"tanmiao 探苗: finds the technology firms that a city does not know it has", "tanmiao"};
  app.set_version_flag("--version", "tanmiao 0.1.0");
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 done, 1 failed, 2 usage or configuration error, 3 done but a source was held, shut out,\n"
      "silent or new and without a record, or a file could not be read.\n"
      "tanmiao COMMAND --help shows options and examples.");
  if (argc > 1 && argv[1][0] != '-') {
    const auto names = command_names();
    if (std::find(names.begin(), names.end(), argv[1]) == names.end())
      return refuse("unknown command '" + std::string(argv[1]) + "'" + did_you_mean(argv[1], names), "");
  }
  // A terminal that speaks GBK: what would be kept could not be read again. Files may have such names.
  for (int i = 1; i < argc; ++i) {
    std::error_code ignored;
    if (!text::valid_utf8(argv[i]) && !std::filesystem::exists(argv[i], ignored))
      return refuse("argument " + std::to_string(i) + " is no UTF-8 text; set the terminal to UTF-8", "");
  }
  Common common;
  std::vector<std::pair<CLI::App*, Action>> actions;
  for (const Command& command : kCommands) {
    CLI::App* sub = app.add_subcommand(std::string(command.name), std::string(command.summary));
    sub->footer("Example:\n  " + std::string(command.examples));
    actions.emplace_back(sub, command.declare(*sub, common));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // --help, --version
    return app.exit(asked);
  } catch (const CLI::ParseError& error) {
    CLI::App* leaf = parsed_leaf(&app);
    std::string path;
    for (const CLI::App* at = leaf; at != nullptr && at != &app; at = at->get_parent())
      path.insert(0, path.empty() ? at->get_name() : at->get_name() + " ");
    return refuse(complaint(app, error), path, told_in_chinese(path.substr(0, path.find(' '))));
  }
  for (const auto& [sub, action] : actions)
    if (sub->parsed()) return perform(action, told_in_chinese(sub->get_name()));
  return kUsage;
}

}  // namespace

void add_common(CLI::App& app, Common& common) {
  app.add_option("--config", common.config, "configuration file")->capture_default_str()->group("Common");
  app.add_option("--data", common.data, "data folder")->capture_default_str()->group("Common");
  app.add_flag("--json", common.json, "JSON on stdout and nothing else there")->group("Common");
}

CLI::App* add_leaf(CLI::App& app, Common& common, std::string name, std::string summary, std::string example) {
  CLI::App* leaf = app.add_subcommand(std::move(name), std::move(summary));
  leaf->footer("Example:\n  " + std::move(example));
  add_common(*leaf, common);
  return leaf;
}

}  // namespace tanmiao::app

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow further is an error of the write, told as any other
  try {
    return tanmiao::app::main_of(argc, argv);
  } catch (const std::bad_alloc&) {
    std::cerr << "tanmiao: out of memory\n";
  } catch (const std::exception& error) {
    std::cerr << "tanmiao: internal error: " << error.what() << '\n';
  }
  return tanmiao::app::kFailed;
}
