// What stands in the query of a link, in the bytes that a browser sends: those of the page's own charset.
#pragma once

#include <string>
#include <string_view>

namespace tanmiao::crawler {

// `reference` (UTF-8) with what is beyond ASCII in its query escaped in `charset`, a canonical name; what the charset
// does not have as its number, "&#8364;" (WHATWG URL, "percent-encode after encoding"). Unchanged for UTF-8, for
// charsets of Unicode and for an empty or unknown name: there UTF-8 is sent.
std::string query_in_charset(std::string_view reference, const std::string& charset);

}  // namespace tanmiao::crawler
