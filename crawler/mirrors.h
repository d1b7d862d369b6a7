// Other hosts that show the same under the same paths ([fetch] mirrors). Addresses are known by the first host of the
// source, whichever answered, so that a page is one page: a firm that came and went with the host of the day was none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace tanmiao::crawler {

class Mirrors {
 public:
  Mirrors() = default;
  // `first`: an address of the host that the others stand in for.
  Mirrors(std::string_view first, const std::vector<std::string>& mirrors);

  bool empty() const { return origins_.size() < 2; }
  // An address of a mirror as one of the first host; others stay.
  std::string known_as(std::string_view address) const;
  // The address at each of them, first host first; one alone when it is not theirs.
  std::vector<std::string> all(std::string_view address) const;
  // "https://b.example" of an address of a mirror; empty: of the first host, or none of them.
  std::string mirror_of(std::string_view address) const;

 private:
  std::size_t place(std::string_view address) const;  // in origins_, or its size
  std::vector<std::string> origins_;
};

// "https://b.example[:port][/]". kConfig.
Result<std::string> parse_mirror(std::string_view text);

}  // namespace tanmiao::crawler
