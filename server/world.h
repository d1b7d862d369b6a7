// What is live, opened: snapshot, run, index. A page takes one World and sees one state from its first to its last
// line, whatever is published meanwhile.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "indexer/cursor.h"
#include "indexer/index.h"
#include "miner/comparison.h"
#include "miner/learned.h"
#include "pool/firm_book.h"
#include "pool/leads.h"
#include "server/candidate_list.h"
#include "server/facet_words.h"
#include "store/store.h"

namespace tanmiao::server {

struct World {
  std::shared_ptr<const store::Snapshot> snapshot;
  std::shared_ptr<const store::Run> run;       // null: this campaign has no run
  std::shared_ptr<const store::Run> previous;  // the run before, of the same campaign; may be null
  std::shared_ptr<const CandidateList> list;   // of `run`; null without one
  std::shared_ptr<const indexer::Searcher> searcher;
  std::shared_ptr<const pool::FirmBook> book;
  std::shared_ptr<const miner::LearnedModel> learned;  // orders `run`; null: the scorecard does, or it is kept no more
  store::RunEntry entry;                               // of `run`
  store::Live live;
  std::string campaign;
};

struct ReviewState;  // server/review_state.h

using FirmNumbers = std::shared_ptr<const std::vector<store::FirmNo>>;  // ascending

// Opens worlds and keeps the newest of each campaign until something else is live. Thread-safe.
class Worlds {
 public:
  Worlds(std::unique_ptr<store::Store> store, std::shared_ptr<const Reference> reference,
         std::shared_ptr<const miner::Rules> rules)
      : store_(std::move(store)), reference_(std::move(reference)), rules_(std::move(rules)) {}

  // Error kNotFound while no night has been finished, or for a campaign nobody described.
  Result<std::shared_ptr<const World>> now(std::string_view campaign);
  // The world that a cursor goes on in: what is live, or what was live before, which is kept while people page in it
  // (kPagedFor). Otherwise what is live; there the cursor is an error of the search.
  Result<std::shared_ptr<const World>> of(std::string_view campaign, const indexer::Cursor& cursor);
  // Firms that people had taken out, also since the night: asked anew each time, so that no page shows them again.
  Result<FirmNumbers> suppressed(const World& world);
  // The firms that bear the title already, for comparison; kept until something else is live. `config`: of `world`.
  Result<std::shared_ptr<const miner::TitleHolders>> listed(const World& world, const miner::MineConfig& config);
  // What waits for a person, and what was said of it so far.
  Result<std::shared_ptr<const ReviewState>> reviews(std::string_view campaign);
  const Reference& reference() const { return *reference_; }
  const std::shared_ptr<const Reference>& shared_reference() const { return reference_; }
  const miner::Rules& rules() const { return *rules_; }
  // Made when they are first asked for; the rules are those of the site, always the same ones.
  const FacetWords& facet_words(const pool::PoolRules& rules);
  const store::DataFolder& folder() const { return store_->folder(); }

  // The store behind it, one caller at a time.
  template <class F>
  auto with_store(F&& f) {
    const std::lock_guard guard(store_mutex_);
    return f(*store_);
  }

 private:
  Result<std::shared_ptr<const World>> open(const store::Live& live, std::string_view campaign);

  std::mutex store_mutex_, worlds_mutex_;
  std::unique_ptr<store::Store> store_;
  std::shared_ptr<const Reference> reference_;
  std::shared_ptr<const miner::Rules> rules_;
  std::once_flag words_made_;
  std::optional<FacetWords> words_;
  std::map<std::string, std::shared_ptr<const World>, std::less<>> worlds_;
  struct Before {
    std::shared_ptr<const World> world;
    std::chrono::steady_clock::time_point used;
  };
  static constexpr auto kPagedFor = std::chrono::minutes(15);
  std::map<std::string, Before, std::less<>> before_;
  struct KeptListed {
    std::string snapshot;
    Date as_of{};
    std::shared_ptr<const miner::TitleHolders> firms;
  };
  std::map<std::string, KeptListed, std::less<>> listed_;  // by campaign
  struct Suppressed {
    std::string snapshot;
    std::set<std::string> names;
    FirmNumbers firms;
  } suppressed_;  // what was asked last; numbers are looked up again when either changed
  struct Reviews {
    std::string moment;  // snapshot, link and end of the audit that it was made of
    std::shared_ptr<const ReviewState> state;
  } reviews_;
};

}  // namespace tanmiao::server
