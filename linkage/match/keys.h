// Keys of a name (blocking): what two names share when they may be the same.
//
// Each two characters of trade name and industry in their order, at most three apart; the region with the first two;
// the sounds of neighbours in the trade name; the whole trade name in pinyin; words of names in Latin letters and their
// beginnings. A key is a hash of 32 bits: two keys that collide cost a comparison and nothing else.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "linkage/match/anatomy.h"

namespace tanmiao::linkage {

// Sorted, each once. `mention`: of a name that is looked for, not of one in the list.
void keys_of(const Anatomy& name, bool mention, const HanTable& han, std::vector<std::uint32_t>& out);

// Hashes under which terms are counted.
std::uint64_t term_hash(std::u16string_view term);
std::uint64_t term_hash(std::string_view pinyin);

}  // namespace tanmiao::linkage
