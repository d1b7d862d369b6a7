// From the words of a query to Xapian, with the same tokens and prefixes the index was made with.
#pragma once

#include <xapian.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/reference.h"
#include "indexer/fields.h"
#include "indexer/query_text.h"
#include "store/columns/snapshot.h"

namespace tanmiao::indexer {

using DocIds = std::vector<Xapian::docid>;  // ascending, without doubles

// Names of places, so that 滨州市 finds the firms of Binzhou whose names do not hold it, and so that the bigram 州市
// does not lose 滨州市宏创 its 滨州宏创.
class PlaceNames {
 public:
  explicit PlaceNames(const RegionTable& regions, const CharMap& simplified);
  struct Found {
    std::size_t bytes = 0;  // length of the longest place name that begins the word; 0: none
    const std::vector<std::string>* terms = nullptr;
  };
  Found at_start(std::string_view folded_word) const;

 private:
  void add(const std::string& name, const std::string& term);
  std::unordered_map<std::string, std::vector<std::string>> terms_;
  std::size_t longest_ = 0;
};

class QueryMaker {
 public:
  QueryMaker(const Xapian::Database& database, const store::Snapshot& snapshot, const Reference& reference,
             const PlaceNames& places)
      : db_(database), s_(snapshot), reference_(reference), places_(places) {}

  Xapian::Query all(const std::vector<QueryWord>& words) const;
  // How well the name fits: firms whose name is the words, begins with them, holds them. Codes alike.
  struct NameFit {
    DocIds whole, beginning, part;
  };
  NameFit name_fit(const std::vector<QueryWord>& words) const;
  // Every firm whose name or scope holds the word as characters, and perhaps others.
  Xapian::Query perhaps_holding(const std::string& folded_word) const;
  DocIds with_prefix(Field field, std::string_view text, std::size_t most_terms = ~std::size_t{0}) const;
  DocIds matching(const Xapian::Query& query) const;

 private:
  Xapian::Query word(std::string_view folded, bool phrase) const;
  Xapian::Query in_fields(std::string_view folded, bool phrase) const;
  Xapian::Query in_field(const FieldRow& row, std::string_view folded, bool phrase) const;
  DocIds codes_beginning(std::string_view code) const;  // upper case
  Xapian::Query scope_phrase(std::string_view folded) const;
  Xapian::Query perhaps_in_field(Field field, const std::string& folded_word) const;

  const Xapian::Database& db_;
  const store::Snapshot& s_;
  const Reference& reference_;
  const PlaceNames& places_;
};

// "9137" may begin a credit code: at least four letters and digits. Upper case; empty otherwise.
std::string code_beginning(std::string_view folded);

}  // namespace tanmiao::indexer
