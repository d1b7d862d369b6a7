// fold() for many texts: what most characters become lies in a table.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/reference.h"

namespace tanmiao::text {

class Folder {
 public:
  // `map` must outlive it. Takes a millisecond.
  explicit Folder(const CharMap& map);
  // Appends fold(s, map).
  void append(std::string& out, std::string_view s) const;
  std::string operator()(std::string_view s) const {
    std::string out;
    append(out, s);
    return out;
  }

 private:
  const CharMap& map_;
  // By character of the basic plane: what it becomes whatever stands beside it, as long as that is in the table too.
  // 0: that is not so, and the text is left to fold().
  std::vector<char16_t> to_;
};

}  // namespace tanmiao::text
