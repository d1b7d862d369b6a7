#include <algorithm>
#include <mutex>
#include <numeric>

#include "core/text/normalize.h"
#include "indexer/counting.h"
#include "indexer/database.h"
#include "indexer/document.h"
#include "indexer/index.h"
#include "indexer/showing.h"
#include "indexer/text_query.h"

namespace tanmiao::indexer {
namespace {

// Xapian's databases are not shared by threads: each search takes one out and puts it back.
class DatabasePool {
 public:
  DatabasePool(std::filesystem::path folder, Xapian::Database first) : folder_(std::move(folder)) {
    free_.push_back(std::make_unique<Xapian::Database>(std::move(first)));
  }
  class Loan {
   public:
    Loan(DatabasePool& pool, std::unique_ptr<Xapian::Database> database)
        : pool_(pool), database_(std::move(database)) {}
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    ~Loan() {
      const std::scoped_lock lock(pool_.mutex_);
      pool_.free_.push_back(std::move(database_));
    }
    const Xapian::Database& operator*() const { return *database_; }

   private:
    DatabasePool& pool_;
    std::unique_ptr<Xapian::Database> database_;
  };
  Loan take() {
    {
      const std::scoped_lock lock(mutex_);
      if (!free_.empty()) {
        auto database = std::move(free_.back());
        free_.pop_back();
        return {*this, std::move(database)};
      }
    }
    return {*this, std::make_unique<Xapian::Database>(folder_.string())};
  }

 private:
  std::filesystem::path folder_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Xapian::Database>> free_;
};

// Steps of relevance; the weight of the words (below 1000) decides within a step.
constexpr double kStep = 1000, kPartOfName = 1, kBeginning = 2, kWhole = 3;

struct Match {
  store::FirmNo firm;
  double weight = 0;
  std::uint8_t step = 0;
  bool dead = false;
};

class XapianSearcher : public Searcher {
 public:
  XapianSearcher(std::filesystem::path folder, Xapian::Database database,
                 std::shared_ptr<const store::Snapshot> snapshot, std::shared_ptr<const store::Run> run,
                 std::shared_ptr<const Reference> reference)
      : folder_(folder),
        pool_(std::move(folder), std::move(database)),
        snapshot_(std::move(snapshot)),
        run_(std::move(run)),
        reference_(std::move(reference)),
        places_(reference_->regions, reference_->simplified),
        facets_(make_facets(*snapshot_, run_.get(), *reference_)) {}

  Result<Page> search(const Query& query) const override {
    TANMIAO_TRY(check(query));
    TANMIAO_ASSIGN(const auto words, parse_query_text(query.text, reference_->simplified));
    TANMIAO_ASSIGN(auto counter, Counter::make(facets_, query));
    try {
      std::vector<Match> matches = found(words);
      std::erase_if(matches, [&](const Match& m) { return left_out(query, m) || !counter.take(m.firm); });
      Page page;
      page.total = matches.size();
      page.facets = counter.counts();
      show(query, words, matches, page);
      return page;
    } catch (const Xapian::Error& error) {
      return damaged(error, folder_);
    }
  }

  Result<std::vector<store::FirmNo>> superset(const Superset& wanted) const override {
    try {
      const auto loan = pool_.take();
      const QueryMaker maker(*loan, *snapshot_, *reference_, places_);
      std::vector<store::FirmNo> firms = firms_of_industries(wanted.industry_prefixes);
      const auto add = [&](const DocIds& ids) { firms.insert(firms.end(), ids.begin(), ids.end()); };
      for (const std::string& ipc : wanted.ipc_prefixes) add(maker.with_prefix(Field::kIpc, ipc));
      for (const std::string& word : wanted.words)
        add(maker.matching(maker.perhaps_holding(text::fold(word, reference_->simplified))));
      std::sort(firms.begin(), firms.end());
      firms.erase(std::unique(firms.begin(), firms.end()), firms.end());
      return firms;
    } catch (const Xapian::Error& error) {
      return damaged(error, folder_);
    }
  }

  const std::string& snapshot_digest() const override { return snapshot_->info().digest; }
  Status dump(const std::function<void(std::string_view)>& line) const override;

 private:
  Status check(const Query& query) const {
    const auto needs_run = [&](std::string what) {
      return Error{Errc::kUsage, std::move(what) + " needs a run, and there is none", ""};
    };
    if (run_) return {};
    if (query.order == Order::kRank) return needs_run("order by rank");
    if (query.only_candidates) return needs_run("the list of candidates");
    for (const std::string& facet : query.facets)
      if (is_run_facet(facet)) return needs_run("facet " + facet);
    for (const Filter& filter : query.filters)
      if (is_run_facet(filter.facet)) return needs_run("filter " + filter.facet);
    return {};
  }

  bool dead(store::FirmNo firm) const {
    return alive(static_cast<FirmStatus>(snapshot_->firms.status[firm])) == Alive::kNo;
  }

  bool left_out(const Query& query, const Match& match) const {
    if (match.dead && !query.with_dead) return true;
    if (std::binary_search(query.without.begin(), query.without.end(), match.firm)) return true;
    return query.only_candidates && run_->row_of(match.firm) >= run_->size();
  }

  // Every match, ascending by firm; none is estimated.
  std::vector<Match> found(const std::vector<QueryWord>& words) const {
    std::vector<Match> matches;
    if (words.empty()) {
      for (store::FirmNo firm = 1; firm <= snapshot_->last_firm(); ++firm)
        if (listed(*snapshot_, firm)) matches.push_back({firm, 0, 0, dead(firm)});
      return matches;
    }
    const auto loan = pool_.take();
    const QueryMaker maker(*loan, *snapshot_, *reference_, places_);
    Xapian::Enquire enquire(*loan);
    enquire.set_query(maker.all(words));
    const Xapian::MSet set = enquire.get_mset(0, (*loan).get_doccount());
    matches.reserve(set.size());
    for (auto hit = set.begin(); hit != set.end(); ++hit) {
      const store::FirmNo firm = *hit;
      if (firm <= snapshot_->last_firm() && listed(*snapshot_, firm))
        matches.push_back({firm, std::min(hit.get_weight(), kStep - 1), 0, dead(firm)});
    }
    std::sort(matches.begin(), matches.end(), [](const Match& a, const Match& b) { return a.firm < b.firm; });
    const auto fit = maker.name_fit(words);
    raise(matches, fit.part, kPartOfName), raise(matches, fit.beginning, kBeginning), raise(matches, fit.whole, kWhole);
    return matches;
  }

  static void raise(std::vector<Match>& matches, const DocIds& ids, double step) {
    auto match = matches.begin();
    for (const Xapian::docid id : ids) {
      while (match != matches.end() && match->firm < id) ++match;
      if (match != matches.end() && match->firm == id) match->step = static_cast<std::uint8_t>(step);
    }
  }

  // A total order: equal ones by firm number, so that pages neither repeat nor lose a firm.
  auto before(Order order) const {
    return [this, order](const Match& a, const Match& b) {
      const auto& f = snapshot_->firms;
      if (order == Order::kRank) {
        const std::size_t left = run_->row_of(a.firm), right = run_->row_of(b.firm);
        if (left != right) return left < right;
      } else if (order == Order::kName) {
        if (const int difference = f.name[a.firm].compare(f.name[b.firm]); difference != 0) return difference < 0;
      } else if (order == Order::kEstablished) {  // the youngest first, unknown last
        if (f.established[a.firm] != f.established[b.firm]) return f.established[a.firm] > f.established[b.firm];
      } else {
        if (a.step != b.step) return a.step > b.step;
        if (a.dead != b.dead) return b.dead;
        if (a.weight != b.weight) return a.weight > b.weight;
      }
      return a.firm < b.firm;
    };
  }

  void show(const Query& query, const std::vector<QueryWord>& words, std::vector<Match>& matches, Page& page) const {
    const std::size_t begin = std::min(query.offset, matches.size());
    const std::size_t end = begin + std::min(query.limit, matches.size() - begin);
    std::partial_sort(matches.begin(), matches.begin() + static_cast<std::ptrdiff_t>(end), matches.end(),
                      before(query.order));
    for (std::size_t i = begin; i < end; ++i) {
      Hit hit = show_hit(*snapshot_, *reference_, words, matches[i].firm);
      hit.weight = matches[i].step * kStep + matches[i].weight;
      page.hits.push_back(std::move(hit));
    }
  }

  std::vector<store::FirmNo> firms_of_industries(const std::vector<std::string>& prefixes) const {
    std::vector<store::FirmNo> firms;
    const auto& column =
        *std::find_if(facets_.begin(), facets_.end(), [](const auto& f) { return f.name == "industry"; });
    std::vector<char> wanted(column.values.size());
    for (std::size_t i = 0; i < wanted.size(); ++i)
      for (const std::string& prefix : prefixes) wanted[i] |= column.values[i].starts_with(prefix);
    for (store::FirmNo firm = 1; firm <= snapshot_->last_firm(); ++firm) {
      const auto ids = column.of(firm);
      if (std::any_of(ids.begin(), ids.end(), [&](std::uint32_t id) { return wanted[id] != 0; })) firms.push_back(firm);
    }
    return firms;
  }

  std::filesystem::path folder_;
  mutable DatabasePool pool_;
  std::shared_ptr<const store::Snapshot> snapshot_;
  std::shared_ptr<const store::Run> run_;
  std::shared_ptr<const Reference> reference_;
  PlaceNames places_;
  std::vector<FacetColumn> facets_;
};

Status XapianSearcher::dump(const std::function<void(std::string_view)>& line) const {
  static constexpr std::array<std::string_view, 14> kQueries{
      "",       "科技",     "铝",       "新材料", "\"有限公司\"", "电气 -公司", "山东",
      "滨州市", "泰安电力", "机械制造", "9137",   "\"技术开发\"", "一种 装置",  "化工 研发"};
  for (const std::string_view text : kQueries) {
    Query query;
    query.text = text;
    query.limit = 1000;
    for (const FacetColumn& facet : facets_)
      if (!facet.of_run) query.facets.push_back(facet.name);
    TANMIAO_ASSIGN(const Page page, search(query));
    const std::string head = "query\t" + std::string(text) + "\t";
    line(head + "total\t" + std::to_string(page.total));
    for (const Hit& hit : page.hits)
      line(head + std::to_string(hit.firm) + "\t" + hit.matched_in + "\t" + hit.name_html + "\t" + hit.snippet_html);
    for (const FacetCounts& facet : page.facets)
      for (const FacetValue& value : facet.values)
        line(head + facet.facet + "\t" + value.value + "\t" + std::to_string(value.count));
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<Searcher>> Searcher::open(const store::DataFolder& folder, const std::string& generation,
                                                 std::shared_ptr<const store::Snapshot> snapshot,
                                                 std::shared_ptr<const store::Run> run,
                                                 std::shared_ptr<const Reference> reference) {
  if (generation.empty()) return Error{Errc::kNotFound, "there is no search index yet", folder.root().string()};
  const auto path = folder.index(generation);
  TANMIAO_ASSIGN(auto database, open_database(path, snapshot->info().digest));
  return std::shared_ptr<Searcher>(std::make_shared<XapianSearcher>(path, std::move(database), std::move(snapshot),
                                                                    std::move(run), std::move(reference)));
}

}  // namespace tanmiao::indexer
