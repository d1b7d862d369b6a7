// What stands around a name that was typed by hand and is no part of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "linkage/match/typed_name.h"

namespace tanmiao::linkage {

using TypedPieces = std::vector<std::string>;

std::size_t han_in(std::string_view s);  // Han characters
bool bears_form(std::string_view name, const Reference& reference);
std::size_t list_numeral(std::string_view s);  // bytes of 一 to 十 that it begins with, at most three of them

// Whether as many letters and digits as a credit code has stand in a row.
bool holds_code(std::string_view s);

// Without number, label, quotes and signs around it, as long as two Han characters are left; `typed` in NFKC.
std::string bare_name(std::string_view typed, const TypedWords& words, const Reference& reference);

}  // namespace tanmiao::linkage
