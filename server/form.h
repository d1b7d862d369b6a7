// What a form of a page sends: application/x-www-form-urlencoded or multipart/form-data (RFC 7578). Both are read
// strictly and within bounds; what is not exactly that is refused, never guessed.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.h"

namespace tanmiao::server {

struct Upload {
  std::string field;
  std::string name;  // as the browser gave it: shown to people, never a path
  std::string bytes;
};

struct Form {
  std::vector<std::pair<std::string, std::string>> fields;  // in order; line ends are \n
  std::vector<Upload> files;

  std::string value(std::string_view name) const;             // of the first such field, trimmed; or empty
  std::vector<std::string> all(std::string_view name) const;  // every one that is not empty
  bool has(std::string_view name) const;
  const Upload* file(std::string_view name) const;  // null: none was chosen
};

inline constexpr std::size_t kMostFields = 2000, kLongestField = 8192, kMostFiles = 4;

// Errors kFormat, and kLimit beyond the bounds above. Messages are Chinese: they are shown.
Result<Form> parse_form(std::string_view content_type, std::string_view body);

}  // namespace tanmiao::server
