// pool move, assign: steps of one firm, and what is kept of it.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/office_desk.h"
#include "apps/tanmiao/who_and_why.h"
#include "core/messages.h"

namespace tanmiao::app {
namespace {

struct MoveOptions {
  std::string firm, track, stage, on, reason, by;
  std::vector<std::string> cells;
  std::optional<std::uint64_t> revision;
};

// "owner=高新科"; words of the pool's columns, by name or heading.
Result<pool::Cells> cells_of(const std::vector<std::string>& given) {
  pool::Cells cells;
  for (const std::string& one : given) {
    const std::size_t at = one.find('=');
    if (at == std::string::npos) return Error{Errc::kUsage, "应写成 栏目=值", one};
    std::string word = one.substr(0, at);
    for (const pool::CellWord& known : pool::pool_cells())
      if (known.heading == word) word = known.word;
    cells[word] = one.substr(at + 1);
  }
  return cells;
}

Result<int> told(const Common& common, const Desk& desk, const store::PoolEntry& entry) {
  if (common.json)
    print_json(boost::json::object{{"code", entry.firm},
                                   {"track", entry.track},
                                   {"stage", entry.stage},
                                   {"since", iso(entry.stage_since)},
                                   {"revision", entry.revision}});
  say(entry.name + "：" + desk.rules->track_label(entry.track) + "，" + desk.rules->stage_label(entry.stage) + "，自 " +
      iso(entry.stage_since));
  return kDone;
}

std::string default_track(const Desk& desk, const std::string& given) {
  return given.empty() ? desk.rules->tracks.front().id : given;
}

Result<int> move(const Common& common, const MoveOptions& options) {
  pool::Step step{options.stage};
  if (!options.on.empty()) {
    const auto on = parse_iso_date(options.on);
    if (!on) return Error{Errc::kUsage, in_chinese(on.error().message), "--on"};
    step.on = *on;
  }
  TANMIAO_ASSIGN(step.cells, cells_of(options.cells));
  TANMIAO_ASSIGN(auto desk, open_desk(common, options.by, "tanmiao pool move"));
  TANMIAO_ASSIGN(const auto firm, desk.key(options.firm));
  step.reason = options.reason;
  TANMIAO_ASSIGN(const auto entry,
                 desk.office().move(firm, default_track(desk, options.track), step, options.revision));
  return told(common, desk, entry);
}

Result<int> assign(const Common& common, const MoveOptions& options) {
  TANMIAO_ASSIGN(const auto cells, cells_of(options.cells));
  TANMIAO_ASSIGN(auto desk, open_desk(common, options.by, "tanmiao pool assign"));
  TANMIAO_ASSIGN(const auto firm, desk.key(options.firm));
  TANMIAO_ASSIGN(const auto entry,
                 desk.office().edit(firm, default_track(desk, options.track), cells, options.revision));
  return told(common, desk, entry);
}

void common_options(CLI::App& app, const std::shared_ptr<MoveOptions>& options) {
  app.add_option("FIRM", options->firm, "credit code, number, or a name that one firm has")->required();
  app.add_option("--track", options->track, "培育库, by id or name (default: the first)");
  app.add_option("--revision", options->revision,
                 "refuse when the entry is no longer at this revision (pool list --json)");
  app.add_option("--by", options->by, "who acts: an office or a role (default: the office of the configuration)")
      ->transform(who());
}

}  // namespace

void declare_pool_moves(CLI::App& app, Common& common, PoolLeaves& leaves) {
  auto options = std::make_shared<MoveOptions>();
  CLI::App* moving = add_leaf(app, common, "move", "bring a firm to another stage of a track",
                              "tanmiao pool move FIRM FILING --on 2026-03-05");
  common_options(*moving, options);
  moving->add_option("STAGE", options->stage, "阶段, by id or name; what is not in the table of steps is refused")
      ->required();
  moving->add_option("--on", options->on, "when it happened (default: today)");
  moving->add_option("--reason", options->reason, "why; of leaving one of the reasons of config/pool")
      ->transform(why());
  moving->add_option("--set", options->cells, "WORD=VALUE of the entry, such as registration_no=...");
  leaves.push_back({moving, [=, &common] { return move(common, *options); }});

  auto cells = std::make_shared<MoveOptions>();
  CLI::App* assigning = add_leaf(app, common, "assign", "who looks after a firm, measures, numbers, notes",
                                 "tanmiao pool assign FIRM owner=高新科 deadline=2026-12-31");
  common_options(*assigning, cells);
  assigning->add_option("WORD=VALUE", cells->cells, "words or headings of the pool sheet; an empty value takes out")
      ->required();
  leaves.push_back({assigning, [=, &common] { return assign(common, *cells); }});
}

}  // namespace tanmiao::app
