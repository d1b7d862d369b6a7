// Counters of what a document gave, added up by scope: what contracts are held against. A table (csv, xlsx) is a scope
// of its own, "part:a.csv"; pages of one description share one, "page:detail". How many rows each page of rows gave is
// counted apart, "rows:list<tab>http://h/list". The store keeps them with the records of the same commit group, so that
// a kill loses and doubles none.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/source.h"

namespace tanmiao::crawler {

// Names of counters. A field's name, a value, a heading follow behind the colon.
namespace tally {
inline constexpr std::string_view kRecords = "records", kRepeated = "repeated";  // rows whose key came before in it
inline constexpr std::string_view kNewest = "^newest";      // latest day it speaks of, as days since 1970
inline constexpr std::string_view kFill = "fill:";          // records in which the field is filled; 0 when only mapped
inline constexpr std::string_view kOutside = "outside:";    // values that [contract.values] does not list
inline constexpr std::string_view kValue = "value:";        // "value:county=某县": a few of those
inline constexpr std::string_view kUnmapped = "unmapped:";  // documents with a column or member that no rule reads
inline constexpr std::string_view kWord = "word:";  // "word:006:停业整顿": field by number, and a word no table knows
// Of pages: how many, and of them those that have records, a field ("has:field:NAME"), links ("has:link:ROLE").
inline constexpr std::string_view kPages = "pages", kHas = "has:", kHasRecords = "records",
                                  kHasField = "field:", kHasLink = "link:";
inline constexpr std::string_view kPartScope = "part:", kPageScope = "page:";
inline constexpr std::string_view kStartScope = "start:";  // of the pages of a role that the source begins at: marks
inline constexpr std::string_view kRowsScope = "rows:", kRows = "rows";  // of one page: "rows:ROLE<tab>ADDRESS"
}  // namespace tally

std::int64_t tally_count(const std::map<std::string, std::int64_t>& counts, std::string_view what);  // 0: none

// The counters of one document in the making.
class PageTally {
 public:
  PageTally() = default;  // counts nothing
  // `start`: nothing led to it.
  PageTally(const Source& source, const PageRule& page, std::string_view part, Date night, bool start = false);

  void record(const Record& record);
  void link(std::string_view role);
  void unmapped(std::string_view name);
  void unknown_word(Field field, std::string_view word);
  void add_marks(store::Tallies& out) const;  // kPages and kHas alone
  void add_to(store::Tallies& out);           // once, at the document's end

 private:
  void add_marks(std::map<std::string, std::int64_t>& counts) const;
  void note_day(const Record& record);
  bool counts_rows() const;  // of its page by itself

  const Source* source_ = nullptr;
  const PageRule* page_ = nullptr;
  Date night_{};
  bool start_ = false;
  std::string scope_, part_;
  std::uint64_t records_ = 0;
  std::int64_t newest_ = 0;          // 0: none
  std::vector<std::uint64_t> keys_;  // hashes
  std::array<std::uint64_t, 256> filled_{};
  std::map<Field, std::uint64_t> outside_;
  std::set<std::pair<Field, std::string>> values_;
  std::set<std::string> unmapped_;
  std::set<std::string, std::less<>> links_;  // roles
  std::map<std::pair<Field, std::string>, std::uint64_t> words_;
};

// What a report says of them, over all scopes.
struct UnmappedField {
  std::string name;
  std::uint64_t documents = 0;
  bool fresh = false;  // no delivery before had it
};
std::vector<UnmappedField> unmapped_fields(const store::Tallies& read, const store::Tallies& good);
std::vector<std::string> unknown_words(const store::Tallies& read);  // "登记状态：停业整顿 ×3"

}  // namespace tanmiao::crawler
