// The lookup structures of Reference, for core/reference.cc and core/firm_name.cc only.
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

struct Reference::Index {
  std::unordered_map<std::string, FirmStatus, TextHash, std::equal_to<>> status;
  PhraseTable region;                // names a firm name may begin with
  TextSet industry;                  // words that end a trade name
  std::size_t longest_industry = 0;  // bytes
  TextSet surnames;
};

}  // namespace tanmiao
