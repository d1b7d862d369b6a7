// The reference tables of config/reference/, loaded once and shared read-only by every stage. They are facts with a
// source, not code: another city or a new edition is another folder. tabular/reference_reader.h reads them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/firm_name.h"
#include "core/han.h"
#include "core/patent.h"
#include "core/region.h"

namespace tanmiao {

// GB/T 2260-like status of a registration. Alive means: not known to be dead.
enum class FirmStatus : std::uint8_t {
  kUnknown = 0,
  kActive,
  kPreparing,
  kDormant,
  kMovedOut,
  kRevoked,
  kCancelled,
  kAnnulled,
  kSuspended,
  kLiquidation,
  kConverted,
  kClosed
};
std::string_view status_word(FirmStatus status);   // "ACTIVE"
std::string_view status_label(FirmStatus status);  // "存续"
FirmStatus status_from_word(std::string_view word);
enum class Alive : std::uint8_t { kUnknown = 0, kYes = 1, kNo = 2 };
Alive alive(FirmStatus status);

struct StatusWord {
  std::string raw;
  FirmStatus status;
};
struct LegalForm {
  std::string suffix;
  FormClass form_class;
  bool in_scope;
};
struct LegalEventWord {
  std::string match;
  PatentEvent event;
};

// GB/T 4754, one edition. Codes as in registries: "C3252", "3252" and "C" all resolve.
struct IndustryTable {
  int edition = 2017;
  std::unordered_map<std::string, std::string> name_by_code;
  std::string canonical(std::string_view code) const;  // "C3252"; empty when not in the table
  std::string_view name(std::string_view code) const;
};

// The city's industries (重点产业) with their codes, classes and words (domain section C).
struct KeyIndustry {
  struct Weighted {
    std::string text;
    double weight;
  };
  std::string id, name;
  std::vector<Weighted> gbt_prefixes, ipc_prefixes, words, minus_words;
};

// A word of a firm's name in Latin letters. `canonical` is the same for the spellings of one word (tech, technologies:
// technology); `chinese`: what it stands for, | between.
struct LatinWord {
  enum class Kind : std::uint8_t { kForm, kFiller, kIndustry, kRegion };
  std::string word;
  Kind kind;
  std::string canonical, chinese;
};

// A word of a product: other names of the same thing, and beginnings of the codes that speak of it (GB/T 4754 of 2017,
// IPC as patents have it: "C25C3/").
struct ProductWord {
  std::string word;
  std::vector<std::string> same, gbt, ipc;
  std::string source;
};

// Characters: traditional to simplified, one code point to one.
using CharMap = std::unordered_map<char32_t, char32_t>;

struct Reference {
  RegionTable regions;
  std::vector<StatusWord> status_words;                             // exact words, NFKC, blanks removed
  std::vector<LegalForm> legal_forms;                               // longest suffix first
  std::vector<LegalEventWord> legal_events;                         // first match wins
  std::vector<std::string> region_words;                            // names a firm name may begin with, longest first
  std::vector<std::pair<std::uint32_t, std::string>> name_regions;  // counties beyond `regions` that names begin with
  std::unordered_map<char32_t, std::vector<std::uint32_t>> region_abbreviations;  // 鲁: 370000; may be empty
  std::vector<std::string> industry_words;  // words that end the trade name, longest first
  std::vector<std::string> org_type_words;  // of which one stands in a kind of enterprise (企业类型)
  std::vector<std::pair<std::string, std::string>> programs;  // of recognitions: name in records, Chinese name
  std::vector<std::string> surnames;                          // of two characters, for telling persons
  IndustryTable industry_2011, industry_2017;
  std::vector<KeyIndustry> key_industries;
  std::unordered_map<std::string, std::string> ipc_titles;  // "C22C" -> 合金; may be empty
  CharMap simplified;
  HanTable han;  // may be empty
  // Readings that characters have in names of places and persons beside those of `han`: 乐陵, lao ling. May be empty.
  std::vector<std::pair<std::string, std::string>> name_readings;
  std::vector<LatinWord> latin_words;      // may be empty
  std::vector<ProductWord> product_words;  // may be empty

  std::string digest;  // of the tables' files: part of what a stage's result rests on

  FirmStatus status_of(std::string_view raw) const;  // kUnknown for a word the table does not have
  bool knows_status(std::string_view raw) const;
  PatentEvent event_of(std::string_view raw) const;
  // Code of the last of the regions that `region` (FirmName::region) is made of: 山东省滨州市 is 371600. 0: none, or
  // one of which several counties have the name.
  std::uint32_t region_code(std::string_view region) const;

  // Lookup structures built from the above by finish(); opaque.
  struct Index;
  std::shared_ptr<const Index> index;
  void finish();
};

}  // namespace tanmiao
