#include "core/han.h"

#include <algorithm>

namespace tanmiao {
namespace {

std::size_t length(const std::array<char, 5>& code) {
  return static_cast<std::size_t>(std::find(code.begin(), code.end(), '\0') - code.begin());
}

// One letter more, less or other, or two neighbours swapped.
bool one_apart(const std::array<char, 5>& a, const std::array<char, 5>& b) {
  const std::size_t n = length(a), m = length(b);
  if (n > m) return one_apart(b, a);
  if (m - n > 1 || n == 0) return false;
  std::size_t front = 0, back = 0;
  while (front < n && a[front] == b[front]) ++front;
  while (back < n - front && a[n - 1 - back] == b[m - 1 - back]) ++back;
  const std::size_t left = n - front - back;
  if (left == 0 || (n == m && left == 1)) return true;
  return n == m && left == 2 && a[front] == b[front + 1] && a[front + 1] == b[front];
}

}  // namespace

std::uint16_t HanTable::number_of(std::string_view syllable) {
  const auto at =
      static_cast<std::size_t>(std::find(syllables_.begin(), syllables_.end(), syllable) - syllables_.begin());
  if (at == syllables_.size()) syllables_.emplace_back(syllable);
  return static_cast<std::uint16_t>(at);
}

void HanTable::add(char32_t c, std::string_view readings, std::string_view four_corner, std::string_view cangjie) {
  if (c > 0xFFFF) return;
  if (row_.size() <= c) row_.resize(0x10000);
  Shape shape;
  for (std::size_t n = 0; n < kReadings && !readings.empty(); ++n) {
    const std::size_t end = std::min(readings.find(' '), readings.size());
    shape.sounds[n] = number_of(readings.substr(0, end));
    readings.remove_prefix(std::min(end + 1, readings.size()));
  }
  std::size_t digits = 0;
  for (const char d : four_corner) {
    if (d < '0' || d > '9') continue;
    shape.four_corner = shape.four_corner * 10 + static_cast<std::uint32_t>(d - '0');
    ++digits;
  }
  if (digits != 5) shape.four_corner = 0;
  std::copy_n(cangjie.begin(), std::min(cangjie.size(), shape.cangjie.size()), shape.cangjie.begin());
  shapes_.push_back(shape);
  row_[c] = static_cast<std::uint16_t>(shapes_.size());
}

const HanTable::Shape* HanTable::find(char32_t c) const {
  if (c >= row_.size() || row_[c] == 0) return nullptr;
  return &shapes_[row_[c] - 1U];
}

std::uint16_t HanTable::sound(char32_t c) const {
  const Shape* shape = find(c);
  return shape == nullptr ? std::uint16_t{0} : shape->sounds[0];
}

std::string_view HanTable::pinyin(std::uint16_t sound) const { return syllables_[sound]; }

bool HanTable::same_sound(char32_t a, char32_t b) const {
  const Shape *one = find(a), *other = find(b);
  if (one == nullptr || other == nullptr) return a == b;
  return std::any_of(one->sounds.begin(), one->sounds.end(), [&](std::uint16_t s) {
    return s != 0 && std::find(other->sounds.begin(), other->sounds.end(), s) != other->sounds.end();
  });
}

bool HanTable::look_alike(char32_t a, char32_t b) const {
  const Shape *one = find(a), *other = find(b);
  if (one == nullptr || other == nullptr) return a == b;
  if (one->four_corner != 0 && one->four_corner == other->four_corner) return true;
  const std::size_t longer = std::max(length(one->cangjie), length(other->cangjie));
  const std::size_t shorter = std::min(length(one->cangjie), length(other->cangjie));
  if (longer == 2 && shorter == 2) return one->cangjie[0] == other->cangjie[1] && one->cangjie[1] == other->cangjie[0];
  return longer >= 3 && one_apart(one->cangjie, other->cangjie);
}

}  // namespace tanmiao
