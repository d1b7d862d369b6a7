// Names in Latin letters beside Chinese ones (by pinyin and by what industry words translate to) and beside each other.
#pragma once

#include <string>
#include <vector>

#include "linkage/match/comparison.h"

namespace tanmiao::linkage {

// The trade name in pinyin, syllables joined: 鲁泰 is lutai. Letters and digits stay; empty without Chinese characters.
std::string pinyin_of(std::u16string_view chinese, const HanTable& han);
// Trade words of a name in Latin letters, joined.
std::string trade_words(const Anatomy& latin);

// Sets trade, industry and extra; at least one of the two names is in Latin letters.
void compare_latin(const Anatomy& mention, const Anatomy& entry, const HanTable& han, Comparison& out);

// Edits (one letter other, more or less) from one to the other, up to `most`, else most + 1.
int edit_distance(std::string_view a, std::string_view b, int most);

}  // namespace tanmiao::linkage
