#include "crawler/patterns.h"

#include <memory>
#include <unordered_map>

namespace tanmiao::crawler {

const re2::RE2& pattern(const std::string& text) {
  thread_local std::unordered_map<std::string, std::unique_ptr<const re2::RE2>> compiled;
  std::unique_ptr<const re2::RE2>& found = compiled[text];
  if (found == nullptr) found = std::make_unique<const re2::RE2>(text, re2::RE2::Quiet);
  return *found;
}

}  // namespace tanmiao::crawler
