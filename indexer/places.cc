#include "indexer/places.h"

#include <algorithm>

#include "core/text/normalize.h"

namespace tanmiao::indexer {

PlaceNames::PlaceNames(const RegionTable& regions, const CharMap& simplified) {
  constexpr std::size_t kHan = 3;  // bytes of one character
  constexpr std::uint8_t kCounty = 3;
  for (const Division& division : regions.divisions()) {
    const std::string name = text::fold(division.name, simplified);
    const Place place{regions.successor(division.code), ""};
    add(name, place);
    // 山东, 滨州 and 邹平 are said for 山东省, 滨州市 and 邹平市; short names of townships are words of other things.
    const bool shortened = division.level <= kCounty && name.size() > 2 * kHan;
    for (const std::string_view ending : {"省", "市", "区", "县"})
      if (shortened && name.ends_with(ending)) add(name.substr(0, name.size() - kHan), place);
  }
  for (const Zone& zone : regions.zones()) add(text::fold(zone.name, simplified), {0, zone.id});
}

void PlaceNames::add(const std::string& name, const Place& place) {
  if (text::length(name) < 2) return;
  places_[name].push_back(place);
  longest_ = std::max(longest_, name.size());
}

PlaceNames::Found PlaceNames::at_start(std::string_view word) const {
  for (std::size_t size = std::min(longest_, word.size()); size > 0; --size) {
    if (size < word.size() && (static_cast<unsigned char>(word[size]) & 0xC0u) == 0x80u) continue;
    const auto found = places_.find(std::string(word.substr(0, size)));
    if (found != places_.end()) return {size, &found->second};
  }
  return {};
}

PlaceNames::Found PlaceNames::at_end(std::string_view word) const {
  for (std::size_t size = std::min(longest_, word.size()); size > 0; --size) {
    if ((static_cast<unsigned char>(word[word.size() - size]) & 0xC0u) == 0x80u) continue;
    const auto found = places_.find(std::string(word.substr(word.size() - size)));
    if (found != places_.end()) return {size, &found->second};
  }
  return {};
}

std::vector<std::string_view> PlaceNames::names() const {
  std::vector<std::string_view> names;
  names.reserve(places_.size());
  for (const auto& [name, places] : places_) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

FirmSet firms_in(const store::Snapshot& s, const RegionTable& regions, const FirmSet& listed,
                 const std::vector<PlaceNames::Place>& places) {
  constexpr std::uint32_t kInProvince = 10000;
  FirmSet firms = listed;
  const auto& f = s.firms;
  firms.filter([&](store::FirmNo firm) {
    return std::any_of(places.begin(), places.end(), [&](const PlaceNames::Place& place) {
      if (place.code == 0) return s.zone_id(firm, regions) == place.zone;
      const std::uint32_t prefecture = f.prefecture[firm];
      return place.code == f.county[firm] || place.code == prefecture || place.code == f.township[firm] ||
             place.code == prefecture / kInProvince * kInProvince;
    });
  });
  return firms;
}

}  // namespace tanmiao::indexer
