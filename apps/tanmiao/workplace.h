// What commands open, each thing once: configuration, reference tables, rules, the data folder, what is live.
#pragma once

#include <atomic>
#include <boost/json/fwd.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "apps/tanmiao/app_config.h"
#include "apps/tanmiao/command.h"
#include "indexer/index.h"
#include "miner/mine.h"
#include "pool/pool_rules.h"
#include "store/store.h"

namespace tanmiao::app {

struct Workplace {
  AppConfig config;
  std::filesystem::path data;
  std::shared_ptr<const Reference> reference;
  std::unique_ptr<store::Store> store;

  store::Facts& facts() { return store->facts(); }
  store::People& people() { return store->people(); }
  const store::DataFolder& folder() const { return store->folder(); }
  Result<std::shared_ptr<const miner::Rules>> rules() const;  // with the scorecard that is in use (model_gate.h)
  Result<std::shared_ptr<const pool::PoolRules>> pool_rules() const {
    return pool::PoolRules::load(config.rules / "pool", *reference);
  }
};

Result<AppConfig> open_config(const Common& common);
// Error kNotFound with what to do when a reader finds no data yet.
Result<Workplace> open_workplace(const Common& common, store::Access access, std::string_view what);

// For commands that only touch people's decisions: they need not wait for a night that is running.
store::Access people_access(const Common& common);

// Writes into the audit what the office did with a command: list.export, rejects.feed ...
Status note_done(Workplace& place, std::string_view action, std::string_view subject,
                 const boost::json::object& detail);

// What is live, opened. Error kNotFound before the first night.
struct LiveView {
  store::Live live;
  std::shared_ptr<const store::Snapshot> snapshot;
};
Result<LiveView> open_live(Workplace& place);
// The same, or, before the first whole night, the firms that tanmiao link made.
Result<LiveView> open_linked(Workplace& place);
inline constexpr std::string_view kLinkedNote = "pipeline.snapshot";  // generation that the link stage published last

// What was live before the index that is live now; kept one night longer for whoever pages in it. Empty: nothing was.
struct GenerationBefore {
  std::string index, snapshot;
};
Result<GenerationBefore> generation_before(Workplace& place);
Status note_generation_before(store::Facts& facts, const store::Live& live);

// A dated view: the live state when neither is given.
struct When {
  std::string as_of, known_at;  // as on the command line
  bool given() const { return !as_of.empty() || !known_at.empty(); }
};
void add_when(CLI::App& app, When& when);
Result<store::View> parse_view(const When& when);
Result<std::shared_ptr<const store::Snapshot>> snapshot_of(Workplace& place, const When& when, Progress& progress);
// The day a question is about: --as-of, else that of --known-at, else today in Beijing.
Result<Date> day_of(const When& when);

// FIRM as people give it: credit code, number or a name that only one firm has. kNotFound and kUsage name what is near.
Result<store::FirmNo> find_firm(const store::Snapshot& snapshot, const Reference& reference, std::string_view firm);

// Set by SIGINT and SIGTERM; a second signal ends the process at once.
const std::atomic<bool>& stop_flag();

Instant now();

}  // namespace tanmiao::app
