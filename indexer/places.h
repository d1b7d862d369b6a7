// Names of places, so that 滨州市 finds the firms of Binzhou whose names do not hold it, and so that 滨州市宏创 finds
// 滨州宏创.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/reference.h"
#include "indexer/firm_set.h"
#include "store/columns/snapshot.h"

namespace tanmiao::indexer {

class PlaceNames {
 public:
  struct Place {
    std::uint32_t code = 0;  // of a division, or
    std::string zone;        // id of a zone
  };
  struct Found {
    std::size_t bytes = 0;  // length of the longest place name that begins the word; 0: none
    const std::vector<Place>* places = nullptr;
  };
  PlaceNames(const RegionTable& regions, const CharMap& simplified);
  Found at_start(std::string_view folded_word) const;
  Found at_end(std::string_view folded_word) const;
  // Ascending.
  std::vector<std::string_view> names() const;

 private:
  void add(const std::string& name, const Place& place);
  std::unordered_map<std::string, std::vector<Place>> places_;
  std::size_t longest_ = 0;
};

FirmSet firms_in(const store::Snapshot& snapshot, const RegionTable& regions, const FirmSet& listed,
                 const std::vector<PlaceNames::Place>& places);

}  // namespace tanmiao::indexer
