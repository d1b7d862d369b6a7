// One word of a query to the firms that hold it, field by field. What the postings or a dictionary offer is read before
// it counts: a firm holds a word when the search form of one of its texts holds that of the word
// (core/text/search_form.h).
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "indexer/facets.h"
#include "indexer/fields.h"
#include "indexer/index_tables.h"
#include "indexer/places.h"
#include "indexer/postings.h"
#include "indexer/product_words.h"
#include "indexer/query_text.h"
#include "indexer/sounds.h"
#include "indexer/term_lists.h"
#include "indexer/time_bound.h"
#include "indexer/used_letters.h"
#include "store/columns/run_table.h"

namespace tanmiao::indexer {

using FirmSetPtr = std::shared_ptr<const FirmSet>;

inline constexpr std::size_t kSubclassSigns = 4;  // letters and digits of a subclass of the IPC: E21F

// Sets that were found, the oldest go when they take too much memory. Safe from several threads.
class FoundSets {
 public:
  explicit FoundSets(std::size_t most_bytes) : most_bytes_(most_bytes) {}
  FirmSetPtr get(const std::string& key);
  FirmSetPtr put(const std::string& key, FirmSet set);

 private:
  using Entry = std::pair<std::string, FirmSetPtr>;
  std::size_t most_bytes_, bytes_ = 0;
  std::mutex mutex_;
  std::list<Entry> used_;  // the last used first
  std::unordered_map<std::string, std::list<Entry>::iterator> entries_;
};

// What all searches of one generation share.
struct Shared {
  std::shared_ptr<const store::Snapshot> snapshot;
  std::shared_ptr<const store::Run> run;  // may be null
  std::shared_ptr<const Reference> reference;
  std::shared_ptr<const MappedTables> tables;
  PlaceNames places;
  Sounds sounds;
  ProductWords products;
  std::vector<FacetColumn> facets;
  FirmSet listed;
  PatentTermLists patents;
  FirmSet stale;  // firms that Postings::base and OpenedTermLists::base do not speak of any more
  mutable FoundSets found;
  mutable UsedCharacters characters{};
  mutable NameInitials initials{};
};

struct FoundWord {
  std::vector<std::pair<Field, FirmSet>> by_field;
  std::vector<SoundPattern> heard;  // by which names were found in Field::kPinyin, or as one was corrected
  std::vector<SoundPattern> near;   // and by which where one character may be another one
  std::vector<std::string> also;    // other names of the same thing, folded: those of Field::kSynonym hold one
  const FirmSet* of(Field field) const;
};

class Lookup {
 public:
  // `joined`: facets beside those of `shared`. `widening`: other names of a product count as well. TimeBound::Over is
  // thrown by what takes longer.
  using Joined = std::vector<std::shared_ptr<const FacetColumn>>;
  Lookup(const Postings& postings, const Shared& shared, Joined joined, bool widening, TimeBound& bound)
      : db_(postings), x_(shared), joined_(std::move(joined)), widening_(widening), bound_(bound) {}

  // kUsage: a facet without such a value; kLimit: a beginning that too many words have.
  Result<FoundWord> find(const QueryWord& word) const;
  // For a word of which nothing holds anything: its parts, the name without its legal form, names and items that sound
  // alike, or are one character or one letter off, with `heard` set. By `as` it is told what it is taken for; that
  // finds what it finds when it is typed, and other spellings stand in kPinyin.
  Result<FoundWord> guess(const QueryWord& word, std::string& as) const;
  // Every firm whose name or scope holds the folded text as characters, and perhaps others.
  FirmSet perhaps_holding(const std::string& folded) const;

  // Firms in by_name or by_code whose text begins with this; as a set.
  FirmSet names_beginning(std::string_view form, bool whole) const;
  FirmSet codes_beginning(std::string_view code) const;

 private:
  Result<FoundWord> anywhere(const QueryWord& word, int places_left) const;
  Status add_others(const QueryWord& word, FoundWord& found) const;
  Result<FoundWord> about(const QueryWord& word) const;
  FirmSet in_industries(const std::vector<std::string>& codes) const;
  Result<FirmSet> in_postings(Field field, const QueryWord& word) const;
  Result<FirmSet> with_brand(const QueryWord& word) const;
  bool industry_at_start(std::string_view rest) const;
  FirmSet with_abstract(const FirmSet& perhaps, const QueryWord& word) const;
  template <class F>
  auto in_lists(Field field, const F& f) const;
  template <class Lists>
  std::size_t add_term(const Lists& base, const Lists* changed, const std::string& term, FirmSet& firms) const;
  template <class Lists>
  Result<FirmSet> with_beginning(const Lists& base, const Lists* changed, const std::string& prefix) const;
  std::uint64_t most_with(Field field, std::string_view term) const;
  Result<FirmSet> with_term(Field field, std::string_view term, bool beginning) const;
  FirmSet in_dictionary(const Dictionary& dictionary, const QueryWord& word, Field field) const;
  Result<FirmSet> in_places(const QueryWord& word) const;
  FirmSet in_addresses(const QueryWord& word) const;
  FirmSet in_codes(const QueryWord& word, bool only_field) const;
  FirmSet in_classes(const QueryWord& word, bool only_field) const;
  std::vector<std::uint32_t> classes_beginning(const std::string& symbol) const;
  Result<FirmSet> in_facet(const QueryWord& word) const;
  FirmSet in_range(const QueryWord& word) const;
  void listen(const QueryWord& word, FoundWord& found) const;
  FirmSet spelled_so(const std::vector<SoundPattern>& patterns) const;
  FirmSet with_initials(const std::vector<SoundPattern>& patterns, std::string_view letters) const;
  bool holds(Field field, store::FirmNo firm, const QueryWord& word) const;
  void add_firms_with(Field field, std::string_view term, FirmSet& firms) const;
  std::vector<std::string> pairs_of(const SoundPattern& pattern, bool one_wrong) const;
  struct Spellings;
  FirmSet spellings_of(const std::vector<SoundPattern>& patterns, bool one_wrong, bool scopes, Spellings& out) const;
  Result<FirmSet> spellings_of_other_length(const QueryWord& word, Spellings& out) const;
  Result<FoundWord> held(const QueryWord& word) const;
  Status take_best(const QueryWord& word, const Spellings& spellings, FirmSet firms, FoundWord& found,
                   std::string& as) const;
  Result<FoundWord> guess_parts(const QueryWord& word, std::string& as) const;
  Result<FoundWord> guess_place_behind(const QueryWord& word, std::string& as) const;
  std::vector<std::string> without_form(const QueryWord& word) const;
  Result<FoundWord> guess_without_form(const QueryWord& word, std::string& as) const;
  Result<FoundWord> guess_spelling(const QueryWord& word, std::string& as) const;
  Result<FoundWord> guess_length(const QueryWord& word, std::string& as) const;
  Result<FoundWord> guess_there(const QueryWord& word, std::string& as) const;
  FirmSet none() const { return FirmSet(x_.snapshot->last_firm()); }

  const Postings& db_;
  const Shared& x_;
  Joined joined_;
  bool widening_;
  TimeBound& bound_;
};

// Does the text, in search form, hold the form?
inline bool form_holds(std::string_view text, std::string_view form) {
  return text.find(form) != std::string_view::npos;
}

// "9137" may begin a credit code: at least four letters and digits. Upper case; empty otherwise.
std::string code_part(std::string_view folded, std::size_t least);

}  // namespace tanmiao::indexer
