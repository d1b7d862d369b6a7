// How an error message quotes the value it refuses.
#pragma once

#include <string>
#include <string_view>

namespace tanmiao {

// 'text' on one line of valid UTF-8, cut after 60 characters: the value may be of any length and of any bytes, and the
// message goes into JSON and onto a screen.
std::string in_quotes(std::string_view text);

}  // namespace tanmiao
