#include "indexer/text_query.h"

#include <algorithm>
#include <limits>

#include "core/text/normalize.h"
#include "core/text/tokenize.h"
#include "indexer/document.h"

namespace tanmiao::indexer {
namespace {

// A fixed list of documents as a leaf of a query.
class ListSource : public Xapian::PostingSource {
 public:
  explicit ListSource(DocIds ids) : ids_(std::move(ids)) {}
  Xapian::doccount get_termfreq_min() const override { return size(); }
  Xapian::doccount get_termfreq_est() const override { return size(); }
  Xapian::doccount get_termfreq_max() const override { return size(); }
  void next(double) override { started_ ? void(++at_) : void(started_ = true); }
  void skip_to(Xapian::docid id, double) override {
    started_ = true;
    at_ = static_cast<std::size_t>(std::lower_bound(ids_.begin() + static_cast<std::ptrdiff_t>(at_), ids_.end(), id) -
                                   ids_.begin());
  }
  bool at_end() const override { return started_ && at_ >= ids_.size(); }
  Xapian::docid get_docid() const override { return ids_[at_]; }
  void init(const Xapian::Database&) override { at_ = 0, started_ = false; }
  Xapian::PostingSource* clone() const override { return new ListSource(ids_); }
  std::string get_description() const override { return "ListSource"; }

 private:
  Xapian::doccount size() const { return static_cast<Xapian::doccount>(ids_.size()); }
  DocIds ids_;
  std::size_t at_ = 0;
  bool started_ = false;
};

Xapian::Query any_of(DocIds ids) {
  if (ids.empty()) return Xapian::Query::MatchNothing;
  return Xapian::Query((new ListSource(std::move(ids)))->release());
}

Xapian::Query weightless(const Xapian::Query& query) { return {Xapian::Query::OP_SCALE_WEIGHT, query, 0.0}; }

// No weight, said so that every posting list is read itself. A term that all documents have Xapian 1.4 would read,
// where its counts are not wanted, from the list of all documents under the term's name, and call it damaged at that
// list's second piece when numbers are missing between the documents.
class NoWeight : public Xapian::Weight {
 public:
  NoWeight() { need_stat(WDF); }
  NoWeight* clone() const override { return new NoWeight; }
  std::string name() const override { return "tanmiao::NoWeight"; }
  void init(double) override {}
  double get_sumpart(Xapian::termcount, Xapian::termcount, Xapian::termcount) const override { return 0; }
  double get_maxpart() const override { return 0; }
  double get_sumextra(Xapian::termcount, Xapian::termcount) const override { return 0; }
  double get_maxextra() const override { return 0; }
};

void sort_unique(DocIds& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

bool is_latin(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c & 0x80); }

}  // namespace

std::string code_beginning(std::string_view folded) {
  constexpr std::size_t kLeast = 4, kMost = 18;
  if (folded.size() < kLeast || folded.size() > kMost) return {};
  std::string upper;
  for (const char c : folded) {
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'))) return {};
    upper += c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return upper;
}

PlaceNames::PlaceNames(const RegionTable& regions, const CharMap& simplified) {
  constexpr std::size_t kHan = 3;  // bytes of one character
  for (const Division& division : regions.divisions()) {
    const std::string name = text::fold(division.name, simplified);
    const std::string term = term_of(Field::kPlace, std::to_string(regions.successor(division.code)));
    add(name, term);
    constexpr std::uint8_t kPrefecture = 2;
    // 山东, 滨州 and 邹平 are said for 山东省, 滨州市 and 邹平市; short names of townships are words of other things.
    const bool shortened = division.level <= kPrefecture + 1 && name.size() > 2 * kHan;
    for (const std::string_view ending : {"省", "市", "区", "县"})
      if (shortened && name.ends_with(ending)) add(name.substr(0, name.size() - kHan), term);
  }
  for (const Zone& zone : regions.zones())
    add(text::fold(zone.name, simplified), term_of(Field::kPlace, "z" + zone.id));
}

void PlaceNames::add(const std::string& name, const std::string& term) {
  if (text::length(name) < 2) return;
  terms_[name].push_back(term);
  longest_ = std::max(longest_, name.size());
}

PlaceNames::Found PlaceNames::at_start(std::string_view word) const {
  for (std::size_t size = std::min(longest_, word.size()); size > 0; --size) {
    if (size < word.size() && (static_cast<unsigned char>(word[size]) & 0xC0u) == 0x80u) continue;
    const auto found = terms_.find(std::string(word.substr(0, size)));
    if (found != terms_.end()) return {size, &found->second};
  }
  return {};
}

DocIds QueryMaker::with_prefix(Field field, std::string_view text, std::size_t most_terms) const {
  DocIds ids;
  const std::string prefix = term_of(field, text);
  for (auto term = db_.allterms_begin(prefix); term != db_.allterms_end(prefix) && most_terms > 0; ++term, --most_terms)
    for (auto post = db_.postlist_begin(*term); post != db_.postlist_end(*term); ++post) ids.push_back(*post);
  sort_unique(ids);
  return ids;
}

// One pass over the column costs a millisecond; as terms of the index, one code each, "9137" took a second.
DocIds QueryMaker::codes_beginning(std::string_view code) const {
  DocIds ids;
  for (store::FirmNo firm = 1; firm <= s_.last_firm(); ++firm)
    if (s_.firms.code[firm].starts_with(code) && listed(s_, firm)) ids.push_back(firm);
  return ids;
}

DocIds QueryMaker::matching(const Xapian::Query& query) const {
  Xapian::Enquire enquire(db_);
  enquire.set_query(query);
  enquire.set_weighting_scheme(NoWeight());
  enquire.set_docid_order(Xapian::Enquire::ASCENDING);
  const Xapian::MSet set = enquire.get_mset(0, db_.get_doccount());
  DocIds ids;
  ids.reserve(set.size());
  for (auto hit = set.begin(); hit != set.end(); ++hit) ids.push_back(*hit);
  std::sort(ids.begin(), ids.end());
  return ids;
}

Xapian::Query QueryMaker::in_field(const FieldRow& row, std::string_view folded, bool phrase) const {
  std::vector<Xapian::Query> terms;
  std::uint32_t first = 0, last = 0, before = ~0u;
  for (const text::Token& token : text::bigrams(folded)) {
    // Of a model number its parts stand for the whole: they have positions of their own.
    if (phrase && token.position == before) terms.pop_back();
    if (terms.empty()) first = token.position;
    terms.emplace_back(term_of(row.field, token.term));
    last = before = token.position;
  }
  if (terms.empty()) return Xapian::Query::MatchNothing;
  if (terms.size() == 1) return terms[0];
  if (!phrase) return {Xapian::Query::OP_AND, terms.begin(), terms.end()};
  return {Xapian::Query::OP_PHRASE, terms.begin(), terms.end(), last - first + 1};
}

// The scope has no positions; the few firms that hold all the pieces are read.
Xapian::Query QueryMaker::scope_phrase(std::string_view folded) const {
  DocIds ids = matching(in_field(row_of(Field::kScope), folded, false));
  std::erase_if(ids, [&](Xapian::docid id) {
    return text::fold(s_.firms.scope[id], reference_.simplified).find(folded) == std::string::npos;
  });
  return any_of(std::move(ids));
}

Xapian::Query QueryMaker::in_fields(std::string_view folded, bool phrase) const {
  std::vector<Xapian::Query> fields;
  for (const FieldRow& row : kFields) {
    if (row.weight <= 0) continue;
    const bool read = phrase && !row.positions;
    const Xapian::Query query = read ? scope_phrase(folded) : in_field(row, folded, phrase);
    fields.emplace_back(Xapian::Query::OP_SCALE_WEIGHT, query, row.weight);
  }
  if (const std::string code = code_beginning(folded); !code.empty()) fields.push_back(any_of(codes_beginning(code)));
  return {Xapian::Query::OP_OR, fields.begin(), fields.end()};
}

Xapian::Query QueryMaker::word(std::string_view folded, bool phrase) const {
  Xapian::Query plain = in_fields(folded, phrase);
  if (phrase) return plain;
  const auto place = places_.at_start(folded);
  if (place.bytes == 0) return plain;
  std::vector<Xapian::Query> places;
  for (const std::string& term : *place.terms)  // all documents: as for NoWeight
    places.push_back(db_.get_termfreq(term) == db_.get_doccount() ? Xapian::Query::MatchAll : Xapian::Query(term));
  const Xapian::Query region = weightless(Xapian::Query(Xapian::Query::OP_OR, places.begin(), places.end()));
  const std::string_view rest = folded.substr(place.bytes);
  if (text::bigrams(rest).empty()) return {Xapian::Query::OP_OR, plain, region};
  const Xapian::Query there(Xapian::Query::OP_OR, region, in_fields(folded.substr(0, place.bytes), false));
  return {Xapian::Query::OP_OR, plain, Xapian::Query(Xapian::Query::OP_AND, there, word(rest, false))};
}

Xapian::Query QueryMaker::all(const std::vector<QueryWord>& words) const {
  Xapian::Query wanted, unwanted;
  for (const QueryWord& w : words) {
    const Xapian::Query query = word(w.folded, w.phrase);
    Xapian::Query& sum = w.without ? unwanted : wanted;
    if (sum.empty())
      sum = query;
    else
      sum = Xapian::Query(w.without ? Xapian::Query::OP_OR : Xapian::Query::OP_AND, sum, query);
  }
  if (wanted.empty()) wanted = Xapian::Query::MatchAll;
  return unwanted.empty() ? wanted : Xapian::Query(Xapian::Query::OP_AND_NOT, wanted, unwanted);
}

QueryMaker::NameFit QueryMaker::name_fit(const std::vector<QueryWord>& words) const {
  // Beginnings that more names share than this ("山东") say nothing about rank; they count as parts.
  constexpr std::size_t kMostBeginnings = 3000;
  std::string joined, single;
  std::vector<Xapian::Query> parts;
  for (const QueryWord& w : words) {
    if (w.without) continue;
    single = w.folded;
    joined += w.folded;
    parts.push_back(in_field(row_of(Field::kName), w.folded, true));
  }
  NameFit fit;
  if (parts.empty()) return fit;
  const std::string key = name_key(joined);
  const std::string whole = term_of(Field::kWholeName, key);
  for (auto post = db_.postlist_begin(whole); post != db_.postlist_end(whole); ++post) fit.whole.push_back(*post);
  fit.beginning = with_prefix(Field::kWholeName, key, kMostBeginnings + 1);
  if (fit.beginning.size() > kMostBeginnings) fit.beginning.clear();
  fit.part = matching(Xapian::Query(Xapian::Query::OP_AND, parts.begin(), parts.end()));
  if (const std::string code = parts.size() == 1 ? code_beginning(single) : std::string(); !code.empty()) {
    constexpr std::size_t kWholeCode = 18;
    DocIds& ids = code.size() == kWholeCode ? fit.whole : fit.beginning;
    const DocIds more = codes_beginning(code);
    ids.insert(ids.end(), more.begin(), more.end());
    sort_unique(ids);
  }
  return fit;
}

Xapian::Query QueryMaker::perhaps_in_field(Field field, const std::string& folded_word) const {
  std::vector<Xapian::Query> needed;
  std::uint32_t end = 0;
  for (const text::Token& token : text::bigrams(folded_word)) {
    if (static_cast<unsigned char>(token.term[0]) >= 0xE0) {
      needed.emplace_back(term_of(field, token.term));
      continue;
    }
    // A Latin word of the query may be a piece of a longer one of the text: 5g in 15g.
    if (token.begin < end || !std::all_of(token.term.begin(), token.term.end(), is_latin)) continue;
    end = token.end;
    std::vector<std::string> terms;
    const std::string& prefix = std::string(row_of(field).prefix);
    for (auto term = db_.allterms_begin(prefix); term != db_.allterms_end(prefix); ++term) {
      const std::string found = *term;
      if (static_cast<unsigned char>(found[prefix.size()]) >= 0xE0) break;  // Han terms come last
      if (found.find(token.term, prefix.size()) != std::string::npos) terms.push_back(found);
    }
    needed.emplace_back(Xapian::Query::OP_OR, terms.begin(), terms.end());
  }
  if (needed.empty()) return Xapian::Query::MatchAll;  // only marks: nothing can be ruled out
  return {Xapian::Query::OP_AND, needed.begin(), needed.end()};
}

Xapian::Query QueryMaker::perhaps_holding(const std::string& folded_word) const {
  return {Xapian::Query::OP_OR, perhaps_in_field(Field::kName, folded_word),
          perhaps_in_field(Field::kScope, folded_word)};
}

}  // namespace tanmiao::indexer
