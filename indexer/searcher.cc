#include <algorithm>
#include <mutex>

#include "core/text/normalize.h"
#include "indexer/counting.h"
#include "indexer/cursor.h"
#include "indexer/database_pool.h"
#include "indexer/document.h"
#include "indexer/generation.h"
#include "indexer/index.h"
#include "indexer/ordering.h"
#include "indexer/query_mark.h"
#include "indexer/relevance.h"
#include "indexer/showing.h"
#include "indexer/similar.h"
#include "indexer/texts.h"

namespace tanmiao::indexer {
namespace {

constexpr std::size_t kMostCached = 64 << 20;  // bytes of sets of firms that are kept

std::unique_ptr<const Shared> share(std::shared_ptr<const store::Snapshot> snapshot,
                                    std::shared_ptr<const store::Run> run, std::shared_ptr<const Reference> reference,
                                    std::shared_ptr<const MappedTables> tables, PatentTermLists patents,
                                    FirmSet stale) {
  FirmSet listed_firms(snapshot->last_firm());
  for (const store::FirmNo firm : tables->by_name.span()) listed_firms.add(firm);
  auto facets = make_facets(*snapshot, run.get(), *reference);
  PlaceNames places(reference->regions, reference->simplified);
  Sounds sounds(*reference);
  ProductWords products(reference->product_words, reference->simplified);
  return std::unique_ptr<const Shared>(new Shared{std::move(snapshot),
                                                  std::move(run),
                                                  std::move(reference),
                                                  std::move(tables),
                                                  std::move(places),
                                                  std::move(sounds),
                                                  std::move(products),
                                                  std::move(facets),
                                                  std::move(listed_firms),
                                                  std::move(patents),
                                                  std::move(stale),
                                                  FoundSets(kMostCached),
                                                  {}});
}

class XapianSearcher : public Searcher {
 public:
  XapianSearcher(std::filesystem::path folder, Postings postings, std::unique_ptr<const Shared> shared)
      : folder_(folder), pool_(std::move(folder), std::move(postings)), x_(std::move(shared)) {
    for (const FacetColumn& facet : x_->facets) facet_names_.push_back(name_of(facet));
    for (const auto& [name, label] : kRunFacets)
      if (x_->run == nullptr) facet_names_.push_back({std::string(name), std::string(label)});
    index_mark_ = generation_mark(folder_.filename().string());
    if (x_->run != nullptr) run_mark_ = generation_mark(x_->run->digest());
  }

  Result<Page> search(const Query& query) const override {
    Page page;
    const auto fill = [&](const Asked& asked, const Lookup& lookup) -> Status {
      TANMIAO_ASSIGN(const Cursor from, begin_of(query, asked));
      FirmSet firms = asked.firms;
      page.facets = asked.counter.counts(firms);
      asked.counter.keep(firms);
      asked.bound.check();
      page.total = firms.size();
      page.corrections = asked.corrections;
      show(query, asked, lookup, firms, from, page);
      return {};
    };
    TANMIAO_TRY(ask(query, fill));
    return page;
  }

  Result<Matches> all(const Query& query) const override {
    Matches matches;
    const auto fill = [&](const Asked& asked, const Lookup& lookup) -> Status {
      FirmSet firms = asked.firms;
      asked.counter.keep(firms);
      matches.firms = page_of(*x_, firms, steps_of(*x_, asked.parsed, asked.found, lookup), query.order,
                              {0, firms.size(), store::kNoFirm});
      matches.corrections = asked.corrections;
      return {};
    };
    TANMIAO_TRY(ask(query, fill));
    return matches;
  }

  bool goes_on(const Cursor& cursor) const override {
    return cursor.index == index_mark_ && (cursor.run == 0 || cursor.run == run_mark_);
  }

  Result<std::vector<SimilarFirm>> similar(const SimilarQuery& wanted) const override {
    if (!x_->listed.has(wanted.firm)) return Error{Errc::kNotFound, "no such firm is listed", ""};
    Query query;
    query.filters = wanted.filters, query.with_dead = wanted.with_dead, query.without = wanted.without;
    TANMIAO_TRY(check(query));
    std::vector<const FacetColumn*> facets;
    facets.reserve(x_->facets.size());
    for (const FacetColumn& facet : x_->facets) facets.push_back(&facet);
    TANMIAO_ASSIGN(const auto counter, Counter::make(facets, query, x_->listed));
    FirmSet allowed = x_->listed;
    leave_out(query, allowed);
    counter.keep(allowed);
    const auto& prefecture = x_->snapshot->firms.prefecture;
    if (wanted.where != SimilarQuery::Where::kAnywhere)
      allowed.filter([&](store::FirmNo firm) {
        return (prefecture[firm] == prefecture[wanted.firm]) == (wanted.where == SimilarQuery::Where::kInside);
      });
    if (wanted.among)
      allowed.filter(
          [&](store::FirmNo firm) { return std::binary_search(wanted.among->begin(), wanted.among->end(), firm); });
    std::call_once(grouped_, [&] { groups_ = std::make_unique<const IpcGroups>(x_->tables->ipc); });
    TimeBound bound(wanted.most_time);
    try {
      return similar_firms(*x_, *groups_, wanted, allowed, bound);
    } catch (const TimeBound::Over&) {
      return over(*wanted.most_time);
    }
  }

  Result<std::vector<store::FirmNo>> superset(const Superset& wanted) const override {
    try {
      const auto loan = pool_.take();
      TimeBound bound{std::nullopt};
      const Lookup lookup(*loan, *x_, {}, false, bound);
      FirmSet firms(x_->snapshot->last_firm());
      add_industries(wanted.industry_prefixes, firms);
      for (const std::string& ipc : wanted.ipc_prefixes)
        x_->tables->ipc.add_firms(x_->tables->ipc.beginning(ipc), firms);
      for (const std::string& word : wanted.words)
        firms |= lookup.perhaps_holding(text::fold(word, x_->reference->simplified));
      return firms.numbers();
    } catch (const Xapian::Error& error) {
      return damaged(error, folder_);
    }
  }

  const std::string& snapshot_digest() const override { return x_->snapshot->info().digest; }
  Status dump(const std::function<void(std::string_view)>& line) const override {
    std::vector<std::string> facets;
    for (const FacetColumn& facet : x_->facets)
      if (!facet.of_run) facets.push_back(facet.name);
    return dump_answers(*this, facets, line);
  }

 private:
  static QueryFacet name_of(const FacetColumn& facet) {
    return {facet.name, text::without_blanks(text::nfkc(facet.label))};
  }

  // A query as it was understood, and the firms that its text finds; filters are still to be applied.
  struct Asked {
    ParsedQuery parsed;
    Counter counter;
    TimeBound& bound;
    std::vector<FoundWord> found{};
    std::vector<Correction> corrections{};
    FirmSet firms{};
  };

  // What is over its time or cannot be read becomes an error; nothing is given in part.
  template <class Fill>
  Status ask(const Query& query, const Fill& fill) const {
    TANMIAO_TRY(check(query));
    std::vector<const FacetColumn*> facets;
    std::vector<QueryFacet> names = facet_names_;
    for (const FacetColumn& facet : x_->facets) facets.push_back(&facet);
    for (const auto& facet : query.joined) facets.push_back(facet.get()), names.push_back(name_of(*facet));
    TimeBound bound(query.most_time);
    TANMIAO_ASSIGN(auto parsed, parse_query_text(query.text, x_->reference->simplified, names));
    TANMIAO_ASSIGN(auto counter, Counter::make(facets, query, x_->listed));
    Asked asked{std::move(parsed), std::move(counter), bound};
    try {
      const auto loan = pool_.take();
      const Lookup lookup(*loan, *x_, query.joined, query.correcting, bound);
      bound.check();
      TANMIAO_TRY(find_words(lookup, query, asked));
      asked.firms =
          evaluate(asked.parsed.root, x_->listed, [&](std::size_t word) { return all_of(*x_, asked.found[word]); });
      leave_out(query, asked.firms);
      return fill(asked, lookup);
    } catch (const TimeBound::Over&) {
      return over(*query.most_time);
    } catch (const DamagedText& text) {
      return text.error;
    } catch (const Xapian::Error& error) {
      return damaged(error, folder_);
    }
  }

  static Error over(std::chrono::milliseconds most) {
    return {
        Errc::kLimit,
        "the query took more than " + std::to_string(most.count()) + " ms: use longer or fewer words, or more filters",
        ""};
  }

  Cursor mark_of(const Query& query, const ParsedQuery& parsed) const {
    const QueryMark mark = mark_query(query, parsed);
    return {index_mark_, mark.of_run ? run_mark_ : 0, mark.hash, store::kNoFirm, 0};
  }

  Result<Cursor> begin_of(const Query& query, const Asked& asked) const {
    Cursor begin = mark_of(query, asked.parsed);
    if (query.cursor.empty()) return begin;
    TANMIAO_ASSIGN(const Cursor said, decode_cursor(query.cursor));
    if (!goes_on(said))
      return Error{Errc::kConflict,
                   "the list was made anew since the page before, and what it was cut from is gone: begin with the "
                   "first page",
                   "cursor"};
    begin.after = said.after, begin.shown = said.shown;
    if (begin != said || !x_->listed.has(said.after))
      return Error{Errc::kUsage, "this place is in the list of another query or order", "cursor"};
    return begin;
  }

  Status check(const Query& query) const {
    const auto needs_run = [&](std::string what) {
      return Error{Errc::kUsage, std::move(what) + " needs a run, and there is none", ""};
    };
    if (x_->run) return {};
    if (query.order == Order::kRank) return needs_run("order by rank");
    if (query.only_candidates) return needs_run("the list of candidates");
    for (const std::string& facet : query.facets)
      if (is_run_facet(facet)) return needs_run("facet " + facet);
    for (const Filter& filter : query.filters)
      if (is_run_facet(filter.facet)) return needs_run("filter " + filter.facet);
    return {};
  }

  Status find_words(const Lookup& lookup, const Query& query, Asked& asked) const {
    const ParsedQuery& parsed = asked.parsed;
    std::vector<FoundWord>& found = asked.found;
    found.reserve(parsed.words.size());
    for (std::size_t i = 0; i < parsed.words.size(); ++i) {
      const QueryWord& word = parsed.words[i];
      auto here = lookup.find(word);
      if (!here) {
        Error error = here.error();
        error.where = "character " + std::to_string(word.at);
        return error;
      }
      found.push_back(std::move(*here));
      const bool is_wanted = std::binary_search(parsed.wanted.begin(), parsed.wanted.end(), i);
      // Behind a minus stands what is meant, not what it is called otherwise.
      if (!is_wanted && word.field == QueryField::kAny)
        std::erase_if(found.back().by_field, [](const auto& by) { return by.first == Field::kSynonym; });
      if (!query.correcting || !query.guessing || !is_wanted || !all_of(*x_, found.back()).empty()) continue;
      std::string as;
      TANMIAO_ASSIGN(FoundWord near, lookup.guess(word, as));
      if (near.by_field.empty()) continue;
      asked.corrections.push_back({word.typed, as});
      found.back() = std::move(near);
    }
    return {};
  }

  void leave_out(const Query& query, FirmSet& firms) const {
    firms &= x_->listed;
    if (!query.with_dead) firms.filter([&](store::FirmNo firm) { return !known_dead(*x_, firm); });
    for (const store::FirmNo firm : query.without)
      if (firms.has(firm)) firms.remove(firm);
    if (!query.only_candidates) return;
    FirmSet candidates(x_->snapshot->last_firm());
    for (std::size_t row = 0; row < x_->run->size(); ++row) candidates.add(x_->run->firm[row]);
    firms &= candidates;
  }

  void show(const Query& query, const Asked& asked, const Lookup& lookup, const FirmSet& firms, const Cursor& from,
            Page& page) const {
    const ParsedQuery& parsed = asked.parsed;
    const std::vector<Step> steps = steps_of(*x_, asked.parsed, asked.found, lookup);
    const bool goes_on = from.after != store::kNoFirm;
    page.before = goes_on ? from.shown : query.offset;
    std::vector<store::FirmNo> here = page_of(*x_, firms, steps, query.order,
                                              {goes_on ? 0 : query.offset, query.limit + 1, from.after});  // one ahead
    if (here.size() > query.limit) {
      here.resize(query.limit);
      Cursor next = from;
      if (!here.empty()) next.after = here.back();
      next.shown = static_cast<std::uint32_t>(page.before + here.size());
      if (next.after != store::kNoFirm) page.next = encode(next);
    }
    page.hits.reserve(here.size());
    for (const store::FirmNo firm : here) {
      asked.bound.check();
      Hit hit = show_hit(*x_, parsed, asked.found, firm);
      const auto step = std::find_if(steps.begin(), steps.end(), [&](const Step& s) { return s.firms.has(firm); });
      hit.weight = static_cast<double>(steps.end() - step);
      if (!parsed.wanted.empty() && step != steps.end())
        hit.why = std::string(step->label) + "；" +
                  std::string(status_label(static_cast<FirmStatus>(x_->snapshot->firms.status[firm])));
      page.hits.push_back(std::move(hit));
    }
  }

  void add_industries(const std::vector<std::string>& prefixes, FirmSet& firms) const {
    if (prefixes.empty()) return;
    const auto& column =
        *std::find_if(x_->facets.begin(), x_->facets.end(), [](const auto& f) { return f.name == "industry"; });
    std::vector<std::string> wanted;
    for (const std::string& value : column.values)
      if (std::any_of(prefixes.begin(), prefixes.end(), [&](const auto& prefix) { return value.starts_with(prefix); }))
        wanted.push_back(value);
    firms |= firms_with(column, wanted, x_->listed);
  }

  std::filesystem::path folder_;
  mutable DatabasePool pool_;
  std::unique_ptr<const Shared> x_;
  std::vector<QueryFacet> facet_names_;
  std::uint64_t index_mark_ = 0, run_mark_ = 0;
  mutable std::once_flag grouped_;  // what only similar() needs
  mutable std::unique_ptr<const IpcGroups> groups_;
};

}  // namespace

Result<std::shared_ptr<Searcher>> Searcher::open(const store::DataFolder& folder, const std::string& generation,
                                                 std::shared_ptr<const store::Snapshot> snapshot,
                                                 std::shared_ptr<const store::Run> run,
                                                 std::shared_ptr<const Reference> reference) {
  if (generation.empty()) return Error{Errc::kNotFound, "there is no search index yet", folder.root().string()};
  const auto path = folder.index(generation);
  TANMIAO_ASSIGN(auto opened, open_postings(path, snapshot->info().digest));
  TANMIAO_ASSIGN(auto tables, open_tables(path / kColumnsFolder, snapshot->last_firm()));
  TANMIAO_ASSIGN(auto patents, open_term_lists(path, opened.note.whole));
  FirmSet stale(snapshot->last_firm());
  if (!opened.note.whole) {
    TANMIAO_ASSIGN(const auto changed, stale_firms(path, *tables));
    for (const store::FirmNo firm : changed)
      if (firm <= snapshot->last_firm()) stale.add(firm);
  }
  auto shared = share(std::move(snapshot), std::move(run), std::move(reference), std::move(tables), std::move(patents),
                      std::move(stale));
  return std::shared_ptr<Searcher>(
      std::make_shared<XapianSearcher>(path, std::move(opened.postings), std::move(shared)));
}

}  // namespace tanmiao::indexer
