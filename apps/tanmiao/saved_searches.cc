#include "apps/tanmiao/saved_searches.h"

#include <map>
#include <memory>

#include "apps/tanmiao/candidates.h"
#include "apps/tanmiao/searching.h"
#include "pool/firm_book.h"
#include "server/facet_words.h"

namespace tanmiao::app {
namespace {

// What is live, with the run of a campaign: opened once for all searches that ask for it.
class Live {
 public:
  static Result<Live> open(Workplace& place) {
    Live live(place);
    TANMIAO_ASSIGN(live.view_, open_live(place));
    TANMIAO_ASSIGN(live.without_, suppressed_of(place, *live.view_.snapshot));
    TANMIAO_ASSIGN(const auto known, place.facts().firm_register());
    live.book_ = std::make_unique<pool::FirmBook>(live.view_.snapshot, nullptr, place.reference, known);
    live.words_ = std::make_unique<server::FacetWords>(words_of(place));
    return live;
  }

  Result<std::vector<store::FirmNo>> ask(const server::SavedQuery& saved) {
    const std::string campaign = saved.campaign.empty() ? place_.config.campaigns.front() : saved.campaign;
    TANMIAO_ASSIGN(const Searching* with, searcher(campaign));
    indexer::Query query = server::index_query(saved, without_);
    TANMIAO_TRY(join_stages(place_, view_.snapshot, with->run, query));
    TANMIAO_ASSIGN(auto found, with->searcher->all(query));
    return std::move(found.firms);
  }
  const pool::FirmBook& book() const { return *book_; }
  const server::FacetWords& words() const { return *words_; }

 private:
  struct Searching {
    std::shared_ptr<const store::Run> run;
    std::shared_ptr<indexer::Searcher> searcher;
  };
  explicit Live(Workplace& place) : place_(place) {}

  Result<const Searching*> searcher(const std::string& campaign) {
    const auto known = searchers_.find(campaign);
    if (known != searchers_.end()) return &known->second;
    Searching made;
    for (const auto& [id, run] : view_.live.runs)
      if (id == campaign) {
        TANMIAO_ASSIGN(made.run, store::Run::open(place_.folder().run(run)));
      }
    TANMIAO_ASSIGN(made.searcher, indexer::Searcher::open(place_.folder(), view_.live.index, view_.snapshot, made.run,
                                                          place_.reference));
    return &searchers_.emplace(campaign, std::move(made)).first->second;
  }

  Workplace& place_;
  LiveView view_;
  std::vector<store::FirmNo> without_;
  std::unique_ptr<pool::FirmBook> book_;
  std::unique_ptr<server::FacetWords> words_;
  std::map<std::string, Searching> searchers_;
};

Result<SavedFound> run_one(Workplace& place, Live& live, const store::SavedSearch& search, const std::string& night,
                           bool note) {
  TANMIAO_ASSIGN(const server::SavedQuery query, server::saved_query(search.query));
  TANMIAO_ASSIGN(const std::vector<store::FirmNo> firms, live.ask(query));
  SavedFound found = server::compare_matches(place.folder(), search, night, firms, live.book());
  found.query = server::saved_query_told(query, live.words());
  if (!note) return found;
  server::SavedMatches matches{night, search.revision, {}};
  matches.keys.reserve(firms.size());
  for (const store::FirmNo firm : firms) matches.keys.push_back(live.book().key(firm));
  TANMIAO_TRY(server::note_matches(place.folder(), search.name, matches));
  return found;
}

}  // namespace

Result<std::vector<SavedFound>> run_saved_searches(Workplace& place, Date night, const std::string& only, bool note) {
  std::vector<SavedFound> all;
  TANMIAO_ASSIGN(auto searches, place.people().saved_searches());
  std::erase_if(searches, [&](const auto& s) { return !s.kept || (!only.empty() && s.name != only); });
  if (searches.empty()) return all;
  TANMIAO_ASSIGN(Live live, Live::open(place));
  all.reserve(searches.size());
  for (const store::SavedSearch& search : searches) {
    auto found = run_one(place, live, search, iso(night), note);
    if (!found) {
      SavedFound failed;
      failed.name = search.name, failed.revision = search.revision, failed.error = found.error();
      if (const auto query = server::saved_query(search.query))
        failed.query = server::saved_query_told(*query, live.words());
      found = std::move(failed);
    }
    all.push_back(std::move(*found));
  }
  return all;
}

}  // namespace tanmiao::app
