// What a person typed, taken apart into a tree: words, phrases, fields and ranges, joined by and, or, not. No Xapian
// here. The language is described in docs/api.md.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/reference.h"

namespace tanmiao::indexer {

// Fields that may stand before a colon, and how they are called.
enum class QueryField : std::uint8_t {
  kAny,
  kName,
  kFormer,
  kPinyin,
  kBrand,  // the trade name within a name: 宏创 of 山东宏创铝业有限公司
  kPatent,
  kAbstract,
  kAward,  // recognitions: what they are called, title, number
  kSignal,
  kScope,
  kIndustry,
  kCode,
  kIpc,
  kPlace,
  kAddress,
  kAbout,  // the word, its other names, and codes that speak of it
  kFacet,  // a facet: `facet` has its name
  kEstablished,
  kCapital,
  kStaff,
  kPatents,
  kPoints  // ranges: 2015..2020
};

struct QueryWord {
  std::string typed, folded;
  std::string name_form, text_form;  // search forms without and with marks; of a beginning without the last blank
  QueryField field = QueryField::kAny;
  std::string facet;
  bool phrase = false;             // in quotation marks: as it stands, nothing is guessed
  bool beginning = false;          // tech*: letters and digits that begin a word
  bool excluded = false;           // under a not
  std::int64_t low = 0, high = 0;  // of a range, both included; days, fen, counts
  std::size_t at = 0;              // first character in the query, from 1; behind a field
};

struct QueryNode {
  enum class Kind : std::uint8_t { kAll, kWord, kAnd, kOr, kNot };
  Kind kind = Kind::kAll;
  std::size_t word = 0;  // kWord: of ParsedQuery::words
  std::vector<QueryNode> parts;
};

struct ParsedQuery {
  QueryNode root;
  std::vector<QueryWord> words;     // in the order of the text
  std::vector<std::size_t> wanted;  // those not under a not
};

inline constexpr std::size_t kMostCharacters = 200, kMostWords = 16, kMostDepth = 8;

// A facet as it may stand before a colon: by its name or as staff read it (登记状态).
struct QueryFacet {
  std::string name, label;
};

// Errors: kUsage with the place as "character N", kLimit for more characters, words or brackets than are allowed.
Result<ParsedQuery> parse_query_text(std::string_view text, const CharMap& simplified,
                                     const std::vector<QueryFacet>& facets = {});

}  // namespace tanmiao::indexer
