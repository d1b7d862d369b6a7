// What a host says of why it does not answer.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "crawler/fetcher.h"
#include "crawler/source.h"

namespace tanmiao::crawler {

// The beginning, short enough for a report: whole characters, on one line.
std::string shown_words(std::string_view text);

// To be put behind what is told of an answer that is an error: the words at PageRule::says, and, of a signed request
// that was refused, how far the host's clock is from ours when that is more than a minute: signatures count for
// minutes.
std::string host_words(const PageRule& page, const FetchResponse& response, std::chrono::sys_seconds now);

}  // namespace tanmiao::crawler
