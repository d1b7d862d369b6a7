#include "linkage/values.h"

#include <charconv>

namespace tanmiao::linkage {

Day day_of(std::string_view text) {
  const auto date = parse_loose_date(text);
  if (!date || date->kind == LooseDate::Kind::kMissing || date->kind == LooseDate::Kind::kOpenEnd) return kNoDay;
  return to_day(date->first);
}

std::int32_t number_of(std::string_view text) {
  std::int32_t value = -1;
  const auto end = text.data() + text.size();
  return !text.empty() && std::from_chars(text.data(), end, value).ptr == end ? value : -1;
}

}  // namespace tanmiao::linkage
