// The words the world is made of: places, industries, syllables of invented names.
#pragma once

#include <span>
#include <string_view>

namespace demo_city {

// A township or street with its county; zone is empty when it lies in none.
struct Place {
  std::string_view county, township, zone;
  int county_code;
};

// One trade: GB/T 4754-2017 class, the word in a firm's name, a sentence of its scope, and for technical trades what is
// patented. `share` is its part of all firms, `technical` how likely a firm of it does R&D.
struct Trade {
  std::string_view code, name, word, scope, ipc, thing, purpose;
  int share;
  double technical;
};

std::span<const Place> places();
std::span<const Trade> trades();
std::span<const std::string_view> stems();     // first syllable of a trade name
std::span<const std::string_view> branches();  // second and third

}  // namespace demo_city
