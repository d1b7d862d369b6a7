// How often terms and keys stand in a list of names: what makes a trade name rare. Counted from a list, or frozen: kept
// while the list goes on, so that what two names are worth beside each other does not depend on a third.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/error.h"
#include "linkage/match/anatomy.h"

namespace tanmiao::linkage {

class Frequencies {
 public:
  void count(const Anatomy& name, const HanTable& han);
  void count_key(std::uint32_t key, std::uint32_t entries);  // those of few entries are not kept
  void set_rows(std::size_t rows) { rows_ = rows; }

  std::size_t names() const { return names_; }
  std::size_t rows() const { return rows_; }
  // How many names have this trade name, industry, region, or trade name in pinyin (Latin: joined trade words).
  std::uint32_t trade(std::u16string_view trade) const;
  std::uint32_t pinyin(std::string_view pinyin) const;
  std::uint32_t industry(std::u16string_view industry) const;
  std::uint32_t region(std::u16string_view region) const;
  std::uint32_t unit(std::u16string_view unit) const;  // of a branch
  // How many names end, before their form, in these two characters, or have them before the last two: 油品, 船务.
  std::uint32_t word(std::u16string_view two) const;
  std::uint32_t key(std::uint32_t key) const;  // 1 of one that is not kept

  // Lines of text, sorted; terms of one name alone are left out. parse() reads it; error kCorrupt names the line.
  std::string text() const;
  static Result<Frequencies> parse(std::string_view text);

 private:
  using Counts = std::unordered_map<std::uint64_t, std::uint32_t>;
  Counts* counts_of(char mark);
  Counts trades_, pinyins_, industries_, regions_, units_, words_, keys_;
  std::size_t names_ = 0, rows_ = 0;
};

}  // namespace tanmiao::linkage
