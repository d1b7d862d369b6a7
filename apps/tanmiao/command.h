// What a command of tanmiao is: a name, words of help, and a function that declares its options and says what to do
// when it was called. One file a command; the table of all of them is in main.cc.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "core/error.h"

namespace CLI {
class App;
}

namespace tanmiao::app {

// Options that every command takes.
struct Common {
  std::filesystem::path config = "config/tanmiao.toml";
  std::filesystem::path data = "data";
  bool json = false;
};

inline constexpr int kDone = 0, kFailed = 1, kUsage = 2, kHeld = 3;  // exit codes

using Action = std::function<Result<int>()>;  // gives the exit code
// Declares options on `app`; both arguments outlive the action.
using Declare = Action (*)(CLI::App& app, Common& common);

struct Command {
  std::string_view name, summary, examples;
  Declare declare;
  bool in_chinese = false;  // errors are told as staff read them
};

// Adds --config, --data and --json; for commands whose sub-commands are the leaves.
void add_common(CLI::App& app, Common& common);
// A leaf below a command, with the common options and an example for its help.
CLI::App* add_leaf(CLI::App& app, Common& common, std::string name, std::string summary, std::string example);

Action declare_run(CLI::App&, Common&);
Action declare_crawl(CLI::App&, Common&);
Action declare_link(CLI::App&, Common&);
Action declare_index(CLI::App&, Common&);
Action declare_mine(CLI::App&, Common&);
Action declare_parse(CLI::App&, Common&);
Action declare_rank(CLI::App&, Common&);
Action declare_match(CLI::App&, Common&);
Action declare_backtest(CLI::App&, Common&);
Action declare_search(CLI::App&, Common&);
Action declare_similar(CLI::App&, Common&);
Action declare_saved(CLI::App&, Common&);
Action declare_explain(CLI::App&, Common&);
Action declare_export(CLI::App&, Common&);
Action declare_source(CLI::App&, Common&);
Action declare_archive(CLI::App&, Common&);
Action declare_replay(CLI::App&, Common&);
Action declare_rejects(CLI::App&, Common&);
Action declare_review(CLI::App&, Common&);
Action declare_pool(CLI::App&, Common&);
Action declare_report(CLI::App&, Common&);
Action declare_runs(CLI::App&, Common&);
Action declare_beliefs(CLI::App&, Common&);
Action declare_backup(CLI::App&, Common&);
Action declare_restore(CLI::App&, Common&);
Action declare_serve(CLI::App&, Common&);
Action declare_check(CLI::App&, Common&);
Action declare_demo(CLI::App&, Common&);

}  // namespace tanmiao::app
