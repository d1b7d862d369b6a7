// What the commands of the pool open: the live firms, the words of the pool, and who acts.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "apps/tanmiao/candidates.h"
#include "apps/tanmiao/workplace.h"
#include "pool/list_intake.h"
#include "pool/office.h"
#include "pool/pool_sheet.h"

namespace tanmiao::app {

struct Desk {
  Workplace place;
  std::shared_ptr<const pool::PoolRules> rules;
  std::shared_ptr<const store::Snapshot> snapshot;
  store::RunEntry run;  // live run of the default campaign; empty id: none
  std::unique_ptr<pool::FirmBook> book;
  pool::Actor actor;

  pool::Office office() { return {place.people(), *book, *rules, actor}; }
  Result<store::FirmNo> firm(const std::string& named) { return find_firm(*snapshot, *place.reference, named); }
  // Its key; also of a firm of the pool that the register lost, by its code.
  Result<std::string> key(const std::string& named);
  Result<pool::TakenOut> suppressed_now();
  // Everything that a list of the pool is made from.
  Result<pool::PoolInputs> pool_inputs();
};

// The key of a firm as people know it: its code, or its name where no code is known.
std::string code_or_name(const std::string& key);

// Which firms lie on it: those that are shown, or, before the first whole night, also those that were only linked.
enum class DeskOf { kLive, kLinked };
// `by` empty: the office of the configuration.
Result<Desk> open_desk(const Common& common, const std::string& by, std::string_view what, DeskOf of = DeskOf::kLive);

// Makes the runs anew when answers came in: all campaigns, on the live snapshot. Error kLocked while a night is
// running; the next night does it then.
Status remade(const Common& common, std::string_view what, Progress& progress);
// The same for a command, which says why when it cannot be done. True: done.
bool remine(const Common& common);

// An announcement list that lies in the inbox of its source, through the chain: a night of that source alone, then
// link, index, mine. Error kLocked while a night is running; the next one reads it then.
Result<pool::TakenUp> taken_up(const Common& common, const pool::OfficialProgram& program, std::string_view what,
                               Progress& progress);

// A sub-command of pool and what it does.
struct PoolLeaf {
  CLI::App* app;
  Action act;
};
using PoolLeaves = std::vector<PoolLeaf>;
void declare_pool_moves(CLI::App& app, Common& common, PoolLeaves& leaves);
void declare_pool_batches(CLI::App& app, Common& common, PoolLeaves& leaves);
void declare_pool_sheets(CLI::App& app, Common& common, PoolLeaves& leaves);
void declare_pool_official(CLI::App& app, Common& common, PoolLeaves& leaves);
void declare_pool_objections(CLI::App& app, Common& common, PoolLeaves& leaves);

}  // namespace tanmiao::app
