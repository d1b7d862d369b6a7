// Tag soup as well-formed XML: what a browser would make of a page, as far as its readers need it. Pure.
#pragma once

#include <string>
#include <string_view>

namespace tanmiao::crawler {

inline constexpr std::size_t kDeepestHtml = 256;  // elements within each other; deeper ones are left empty

// `html`: UTF-8. Gives one element html with head and body, names in lower case, end tags put in where HTML lets them
// be left out, entities of HTML 4 as characters. Comments keep their place and lose their text; of attributes that come
// twice the first counts; a tag that the text ends in is dropped. Bytes of no valid UTF-8 are passed on; NUL becomes
// U+FFFD. Time and memory are linear in the text.
std::string well_formed(std::string_view html);

}  // namespace tanmiao::crawler
