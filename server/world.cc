#include "server/world.h"

#include <algorithm>

#include "store/suppression.h"

namespace tanmiao::server {
namespace {

bool same(const store::Live& a, const store::Live& b) {
  return a.snapshot == b.snapshot && a.index == b.index && a.runs == b.runs;
}

std::string run_of(const store::Live& live, std::string_view campaign) {
  for (const auto& [id, run] : live.runs)
    if (id == campaign) return run;
  return {};
}

}  // namespace

const FacetWords& Worlds::facet_words(const pool::PoolRules& rules) {
  std::call_once(words_made_, [&] { words_.emplace(*reference_, &rules); });
  return *words_;  // NOLINT(bugprone-unchecked-optional-access): made once, above
}

Result<std::shared_ptr<const World>> Worlds::now(std::string_view campaign) {
  TANMIAO_ASSIGN(const store::Live live, with_store([](store::Store& store) { return store.facts().live(); }));
  if (live.snapshot.empty() || live.index.empty())
    return Error{Errc::kNotFound, "尚无已发布的数据：请先运行 tanmiao run", ""};
  const std::lock_guard guard(worlds_mutex_);
  const auto clock = std::chrono::steady_clock::now();
  std::erase_if(before_, [&](const auto& before) { return clock - before.second.used > kPagedFor; });
  const auto found = worlds_.find(campaign);
  if (found != worlds_.end() && same(found->second->live, live)) return found->second;
  TANMIAO_ASSIGN(auto world, open(live, campaign));
  if (found != worlds_.end()) before_.insert_or_assign(std::string(campaign), Before{found->second, clock});
  worlds_.insert_or_assign(std::string(campaign), world);
  return world;
}

Result<std::shared_ptr<const World>> Worlds::of(std::string_view campaign, const indexer::Cursor& cursor) {
  TANMIAO_ASSIGN(auto live, now(campaign));
  if (live->searcher->goes_on(cursor)) return live;
  const std::lock_guard guard(worlds_mutex_);
  const auto before = before_.find(campaign);
  if (before == before_.end() || !before->second.world->searcher->goes_on(cursor)) return live;
  before->second.used = std::chrono::steady_clock::now();
  return before->second.world;
}

Result<FirmNumbers> Worlds::suppressed(const World& world) {
  const std::lock_guard guard(store_mutex_);
  TANMIAO_ASSIGN(const auto entries, store_->people().suppressions());
  auto names = store::suppressed_names(entries);
  if (suppressed_.firms == nullptr || suppressed_.snapshot != world.live.snapshot || suppressed_.names != names) {
    TANMIAO_ASSIGN(auto firms, store::suppressed_firms(store_->facts(), names, *world.snapshot));
    suppressed_ = {world.live.snapshot, std::move(names),
                   std::make_shared<const std::vector<store::FirmNo>>(std::move(firms))};
  }
  return suppressed_.firms;
}

Result<std::shared_ptr<const miner::TitleHolders>> Worlds::listed(const World& world, const miner::MineConfig& config) {
  {
    const std::lock_guard guard(worlds_mutex_);
    if (const auto kept = listed_.find(world.campaign);
        kept != listed_.end() && kept->second.snapshot == world.live.snapshot && kept->second.as_of == config.as_of)
      return kept->second.firms;
  }
  TANMIAO_ASSIGN(auto firms, miner::title_holders(*world.snapshot, *rules_, *reference_, config));
  const std::lock_guard guard(worlds_mutex_);
  listed_[world.campaign] = {world.live.snapshot, config.as_of, firms};
  return firms;
}

Result<std::shared_ptr<const World>> Worlds::open(const store::Live& live, std::string_view campaign) {
  const auto described = rules_->campaigns();
  const bool known = std::any_of(described.begin(), described.end(), [&](const auto& c) { return c.id == campaign; });
  if (!known) return Error{Errc::kNotFound, "没有这个定向检索: " + std::string(campaign), ""};
  auto world = std::make_shared<World>();
  world->live = live;
  world->campaign = std::string(campaign);
  TANMIAO_ASSIGN(world->snapshot, store::Snapshot::open(folder().columns(live.snapshot)));
  if (const std::string id = run_of(live, campaign); !id.empty()) {
    TANMIAO_ASSIGN(world->run, store::Run::open(folder().run(id)));
    TANMIAO_ASSIGN(const auto runs, with_store([](store::Store& store) { return store.facts().runs(); }));
    world->list = std::make_shared<const CandidateList>(*world->snapshot, *world->run, *reference_);
    bool passed = false;
    for (const store::RunEntry& entry : runs) {  // newest first
      if (entry.id == id) {
        world->entry = entry;
        world->learned = miner::model_of_run(folder(), entry);
        passed = true;
      } else if (passed && entry.live && entry.campaign == campaign && entry.as_of < world->entry.as_of) {
        // A run whose folder was cleaned away is no reason to show nothing.
        if (auto previous = store::Run::open(folder().run(entry.id))) world->previous = *previous;
        break;
      }
    }
  }
  TANMIAO_ASSIGN(world->searcher,
                 indexer::Searcher::open(folder(), live.index, world->snapshot, world->run, reference_));
  TANMIAO_ASSIGN(const auto entries, with_store([](store::Store& store) { return store.facts().firm_register(); }));
  world->book = std::make_shared<const pool::FirmBook>(world->snapshot, world->run, reference_, entries);
  return std::shared_ptr<const World>(std::move(world));
}

}  // namespace tanmiao::server
