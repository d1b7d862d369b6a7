// The forms in which a host may give back what it was told.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tanmiao::crawler {

// As it is; escaped for an address, once and twice, with '+' or small digits; for JSON, with and without "\\/"; for
// HTML; in hexadecimal digits; within a text in Base64, wherever in it: of its characters those that hang on the secret
// alone. Sorted, none twice.
std::vector<std::string> secret_forms(std::string_view secret);

}  // namespace tanmiao::crawler
