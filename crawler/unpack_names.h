// Names of members of archives as text.
#pragma once

#include <string>
#include <string_view>

namespace tanmiao::crawler {

// As UTF-8. Zips of Windows name their files in GB18030 and do not say so: what is no UTF-8 is read as GB18030, and so
// is UTF-8 of nothing but two-byte characters (Latin, Greek, Arabic) that is GB18030 of Chinese ones. Bytes that are
// neither become U+FFFD.
std::string member_name(std::string_view raw);

// Empty, or why no file may have this name: ways out of a folder, control characters.
std::string unsafe_name(std::string_view name);

// Folders with '/', without "./" and empty ones.
std::string tidy_name(std::string_view name);

}  // namespace tanmiao::crawler
