#include "indexer/used_letters.h"

namespace tanmiao::indexer {

bool UsedCharacters::holds(const MappedTables& tables, char32_t c) {
  std::call_once(found_, [&] {
    used_.resize(0x10000);
    const auto read = [&](std::string_view form) { each_han(form, [&](char32_t found) { used_[found] = true; }); };
    for (std::size_t firm = 1; firm < tables.name.size(); ++firm) read(tables.name[firm]);
    for (std::size_t row = 0; row < tables.scope.text.size(); ++row) read(tables.scope.text[row]);
  });
  return c < used_.size() && used_[c];
}

const std::vector<std::uint32_t>& NameInitials::of(const MappedTables& tables, const Sounds& sounds) {
  std::call_once(found_, [&] {
    std::vector<std::uint32_t> of_character(0x10000);
    for (std::size_t letter = 0; letter < sounds.letters().size(); ++letter)
      for (const char32_t c : sounds.letters()[letter])
        if (c < of_character.size()) of_character[c] |= std::uint32_t{1} << letter;
    begins_.resize(tables.name.size());
    for (std::size_t firm = 1; firm < tables.name.size(); ++firm)
      each_han(tables.name[firm], [&](char32_t c) { begins_[firm] |= of_character[c]; });
  });
  return begins_;
}

}  // namespace tanmiao::indexer
