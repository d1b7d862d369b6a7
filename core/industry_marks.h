// Which key industries a text or a patent class speaks of, by the marks of config/reference/industry_marks.csv: words
// of names and business scopes, prefixes of the International Patent Classification.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/reference.h"

namespace tanmiao {

class IndustryMarks {
 public:
  // `industries` must outlive it. Of more than 32 the rest is not seen.
  explicit IndustryMarks(const std::vector<KeyIndustry>& industries);

  // A bit for each industry, by its place in the list; 0: none is known.
  std::uint32_t of_text(std::string_view text) const;  // UTF-8, one pass
  std::uint32_t of_ipc(std::string_view ipc) const;    // "C22C 21/00": one class; blanks do not matter

 private:
  struct Mark {
    std::string_view text;
    std::uint32_t bit;
  };
  std::unordered_map<std::uint64_t, std::vector<Mark>> words_;  // by their first six bytes
  std::vector<bool> heads_;                                     // places of these; nearly all else of a text has none
  std::vector<Mark> classes_;
  std::vector<std::string> without_blanks_;
};

}  // namespace tanmiao
