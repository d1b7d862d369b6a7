// Sounds and shapes of Chinese characters: what typists and readers of print mistake for one another. The table is
// config/reference/han.csv (from Unihan); characters that it does not have sound and look like themselves alone.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tanmiao {

class HanTable {
 public:
  // `readings`: pinyin without tones, blanks between, the most usual first; `four_corner` as 5090.0 or 2719; `cangjie`
  // in letters. Characters beyond the basic plane are not taken.
  void add(char32_t c, std::string_view readings, std::string_view four_corner, std::string_view cangjie);
  bool empty() const { return shapes_.empty(); }

  // Number of the most usual reading, the same for characters that sound alike; 0: not in the table.
  std::uint16_t sound(char32_t c) const;
  std::string_view pinyin(std::uint16_t sound) const;  // of such a number
  // Of every character and each of its readings.
  template <class F>
  void each_reading(F&& f) const {
    for (std::size_t c = 0; c < row_.size(); ++c) {
      if (row_[c] == 0) continue;
      for (const std::uint16_t sound : shapes_[row_[c] - 1U].sounds)
        if (sound != 0) f(static_cast<char32_t>(c), std::string_view(syllables_[sound]));
    }
  }
  bool same_sound(char32_t a, char32_t b) const;  // in any of their readings; 同音
  // 形近: the same four-corner code with its fifth digit, or Cangjie codes of three letters or more in which one letter
  // differs, is missing or stands at another place (末 and 未: two letters, swapped).
  bool look_alike(char32_t a, char32_t b) const;

 private:
  static constexpr std::size_t kReadings = 4;
  struct Shape {
    std::array<std::uint16_t, kReadings> sounds{};
    std::uint32_t four_corner = 0;  // with its fifth digit; 0: none
    std::array<char, 5> cangjie{};
  };
  const Shape* find(char32_t c) const;
  std::uint16_t number_of(std::string_view syllable);

  std::vector<std::uint16_t> row_;  // by code point: 1 + row in shapes_
  std::vector<Shape> shapes_;
  std::vector<std::string> syllables_{""};
};

}  // namespace tanmiao
