// The lookup structures of Reference, for core/reference.cc, core/firm_name.cc and core/industry.cc only.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "core/phrase_table.h"
#include "core/reference.h"

namespace tanmiao {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>()(s); }
};
using TextSet = std::unordered_set<std::string, TextHash, std::equal_to<>>;

std::string industry_name_key(std::string_view name);  // names of industries are compared by it

struct Reference::Index {
  std::unordered_map<std::string, FirmStatus, TextHash, std::equal_to<>> status;
  PhraseTable region;                // names a firm name may begin with
  TextSet industry;                  // words that end a trade name
  std::size_t longest_industry = 0;  // bytes
  TextSet surnames;
  TextSet same_industry;  // codes that have the same name in both editions of GB/T 4754
  // Code of 2011 -> the code of 2017 of the same level and name. What no code of 2017 is called like is not in it.
  std::unordered_map<std::string, std::string, TextHash, std::equal_to<>> industry_of_2011;
};

}  // namespace tanmiao
