// Text normal forms. All functions take and give UTF-8; invalid bytes become U+FFFD.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/reference.h"

namespace tanmiao::text {

std::string nfkc(std::string_view s);     // compatibility form: full width -> ASCII, ligatures apart
std::string trim(std::string_view s);     // outer white space, U+3000 and U+00A0 included
std::string squeeze(std::string_view s);  // trim, inner runs of white space -> one blank
std::string without_blanks(std::string_view s);
std::string to_simplified(std::string_view s, const CharMap& map);
std::string fold(std::string_view s, const CharMap& map);  // nfkc + lower case + simplified: what search compares
bool valid_utf8(std::string_view s);
std::vector<char32_t> code_points(std::string_view s);
void append_utf8(std::string& out, char32_t c);
bool is_digits(std::string_view s);           // 0-9 and at least one
std::string ascii_lower(std::string_view s);  // A-Z alone
std::size_t length(std::string_view s);       // code points
bool is_han(char32_t c);
// "一千二百" -> 1200, "伍佰" -> 500; -1 when it is no Chinese numeral.
long long chinese_numeral(std::string_view s);

}  // namespace tanmiao::text
