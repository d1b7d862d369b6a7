#include <algorithm>
#include <mutex>

#include "core/text/normalize.h"
#include "core/text/search_form.h"
#include "indexer/counting.h"
#include "indexer/database.h"
#include "indexer/document.h"
#include "indexer/index.h"
#include "indexer/ordering.h"
#include "indexer/showing.h"

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

constexpr std::size_t kMostCached = 64 << 20;  // bytes of sets of firms that are kept

std::unique_ptr<const Shared> share(std::shared_ptr<const store::Snapshot> snapshot,
                                    std::shared_ptr<const store::Run> run, std::shared_ptr<const Reference> reference,
                                    std::shared_ptr<const MappedTables> tables) {
  FirmSet listed_firms(snapshot->last_firm());
  for (const store::FirmNo firm : tables->by_name.span()) listed_firms.add(firm);
  auto facets = make_facets(*snapshot, run.get(), *reference);
  PlaceNames places(reference->regions, reference->simplified);
  Sounds sounds(*reference);
  return std::unique_ptr<const Shared>(new Shared{std::move(snapshot), std::move(run), std::move(reference),
                                                  std::move(tables), std::move(places), std::move(sounds),
                                                  std::move(facets), std::move(listed_firms), FoundSets(kMostCached)});
}

// Firms by a tree of words; `of` gives those of one word.
template <class Of>
FirmSet evaluate(const QueryNode& node, const FirmSet& all, const Of& of) {
  switch (node.kind) {
    case QueryNode::Kind::kAll: break;
    case QueryNode::Kind::kWord: return of(node.word);
    case QueryNode::Kind::kNot: {
      FirmSet firms = all;
      firms -= evaluate(node.parts[0], all, of);
      return firms;
    }
    case QueryNode::Kind::kAnd:
    case QueryNode::Kind::kOr: {
      FirmSet firms = evaluate(node.parts[0], all, of);
      for (std::size_t i = 1; i < node.parts.size(); ++i)
        node.kind == QueryNode::Kind::kAnd ? firms &= evaluate(node.parts[i], all, of)
                                           : firms |= evaluate(node.parts[i], all, of);
      return firms;
    }
  }
  return all;
}

class XapianSearcher : public Searcher {
 public:
  XapianSearcher(std::filesystem::path folder, Xapian::Database database, std::unique_ptr<const Shared> shared)
      : folder_(folder), pool_(std::move(folder), std::move(database)), x_(std::move(shared)) {
    for (const FacetColumn& facet : x_->facets) facet_names_.push_back(facet.name);
    for (const char* of_run : {"judgement", "lead_kind", "score_band"})
      if (x_->run == nullptr) facet_names_.emplace_back(of_run);
  }

  Result<Page> search(const Query& query) const override {
    TANMIAO_TRY(check(query));
    TANMIAO_ASSIGN(const auto parsed, parse_query_text(query.text, x_->reference->simplified, facet_names_));
    TANMIAO_ASSIGN(const auto counter, Counter::make(x_->facets, query, x_->listed));
    try {
      const auto loan = pool_.take();
      const Lookup lookup(*loan, *x_);
      Page page;
      TANMIAO_ASSIGN(const auto found, find_words(lookup, query, parsed, page));
      FirmSet firms = evaluate(parsed.root, x_->listed, [&](std::size_t word) { return all_of(found[word]); });
      leave_out(query, firms);
      page.facets = counter.counts(firms);
      counter.keep(firms);
      page.total = firms.size();
      show(query, parsed, lookup, found, firms, page);
      return page;
    } catch (const Xapian::Error& error) {
      return damaged(error, folder_);
    }
  }

  Result<std::vector<store::FirmNo>> superset(const Superset& wanted) const override {
    try {
      const auto loan = pool_.take();
      const Lookup lookup(*loan, *x_);
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
  Status dump(const std::function<void(std::string_view)>& line) const override;

 private:
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

  FirmSet all_of(const FoundWord& word) const {
    FirmSet firms(x_->snapshot->last_firm());
    for (const auto& [field, set] : word.by_field) firms |= set;
    return firms;
  }

  Result<std::vector<FoundWord>> find_words(const Lookup& lookup, const Query& query, const ParsedQuery& parsed,
                                            Page& page) const {
    std::vector<FoundWord> found;
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
      if (!query.correcting || !is_wanted || !all_of(found.back()).empty()) continue;
      std::string as;
      FoundWord near = lookup.guess(word, as);
      if (near.by_field.empty()) continue;
      page.corrections.push_back({word.typed, as});
      found.back() = std::move(near);
    }
    return found;
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

  // The steps of relevance: each asks the whole query of some fields alone.
  std::vector<Step> steps_of(const ParsedQuery& parsed, const Lookup& lookup,
                             const std::vector<FoundWord>& found) const {
    std::vector<Step> steps;
    if (parsed.wanted.empty()) return {{"", x_->listed, false}};
    if (parsed.plain) add_whole_names(parsed, lookup, steps);
    const auto in = [&](std::initializer_list<Field> fields) {
      return evaluate(parsed.root, x_->listed, [&](std::size_t word) {
        // What must not be there must be nowhere.
        if (!std::binary_search(parsed.wanted.begin(), parsed.wanted.end(), word)) return all_of(found[word]);
        FirmSet firms(x_->snapshot->last_firm());
        for (const Field field : fields)
          if (const FirmSet* set = found[word].of(field)) firms |= *set;
        return firms;
      });
    };
    steps.push_back({"名称含有", in({Field::kName}), true});
    steps.push_back({"名称读音相符", in({Field::kName, Field::kPinyin}), true});
    steps.push_back({"代码含有", in({Field::kName, Field::kPinyin, Field::kCode}), true});
    steps.push_back({"曾用名含有", in({Field::kName, Field::kFormer}), false});
    steps.push_back({"专利含有", in({Field::kName, Field::kFormer, Field::kPatent, Field::kIpc}), false});
    steps.push_back({"其他字段相符", x_->listed, false});
    return steps;
  }

  void add_whole_names(const ParsedQuery& parsed, const Lookup& lookup, std::vector<Step>& steps) const {
    std::string joined;
    for (const std::size_t word : parsed.wanted) joined += parsed.words[word].folded;
    const std::string form = text::search_form(joined, text::Marks::kDropped);
    constexpr std::size_t kWholeCode = 18;
    const std::string code = parsed.wanted.size() == 1 ? code_part(joined, 4) : "";
    steps.push_back({"名称相同", lookup.names_beginning(form, true), true});
    if (code.size() == kWholeCode) steps.push_back({"代码相同", lookup.codes_beginning(code), true});
    steps.push_back({"名称以此开头", lookup.names_beginning(form, false), true});
    if (!code.empty()) steps.push_back({"代码以此开头", lookup.codes_beginning(code), false});
  }

  void show(const Query& query, const ParsedQuery& parsed, const Lookup& lookup, const std::vector<FoundWord>& found,
            const FirmSet& firms, Page& page) const {
    const std::vector<Step> steps = steps_of(parsed, lookup, found);
    for (const store::FirmNo firm : page_of(*x_, firms, steps, query.order, query.offset, query.limit)) {
      Hit hit = show_hit(*x_, parsed, found, firm);
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
  std::vector<std::string> facet_names_;
};

Status XapianSearcher::dump(const std::function<void(std::string_view)>& line) const {
  static constexpr std::array<std::string_view, 14> kQueries{
      "",       "科技",     "铝",       "新材料", "\"有限公司\"", "电气 -公司", "山东",
      "滨州市", "泰安电力", "机械制造", "9137",   "\"技术开发\"", "一种 装置",  "化工 研发"};
  for (const std::string_view text : kQueries) {
    Query query;
    query.text = text;
    query.limit = 1000;
    for (const FacetColumn& facet : x_->facets)
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
  TANMIAO_ASSIGN(auto tables, open_tables(path / kColumnsFolder, snapshot->last_firm()));
  auto shared = share(std::move(snapshot), std::move(run), std::move(reference), std::move(tables));
  return std::shared_ptr<Searcher>(std::make_shared<XapianSearcher>(path, std::move(database), std::move(shared)));
}

}  // namespace tanmiao::indexer
