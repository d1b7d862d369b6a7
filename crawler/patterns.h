// Regular expressions of source files, compiled once a thread: pages come by the ten thousand, their rules do not.
#pragma once

#include <re2/re2.h>

#include <string>

namespace tanmiao::crawler {

// Lives as long as the thread. Whether it is one at all was looked at when the source was loaded.
const re2::RE2& pattern(const std::string& text);

}  // namespace tanmiao::crawler
