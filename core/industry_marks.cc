#include "core/industry_marks.h"

#include <algorithm>
#include <cstring>

#include "core/text/normalize.h"

namespace tanmiao {

namespace {

constexpr std::size_t kHead = 6;  // two Chinese characters

std::uint64_t head_of(std::string_view text) {
  std::uint64_t head = 0;
  std::memcpy(&head, text.data(), kHead);
  return head;
}

constexpr unsigned kPlaceBits = 16;
std::size_t place_of(std::uint64_t head) {
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15U;  // 2^64 divided by the golden ratio: neighbours lie apart
  return static_cast<std::size_t>(head * kOdd >> (64 - kPlaceBits));
}

}  // namespace

IndustryMarks::IndustryMarks(const std::vector<KeyIndustry>& industries) {
  const std::size_t count = std::min<std::size_t>(industries.size(), 32);
  heads_.resize(std::size_t{1} << kPlaceBits);
  std::size_t classes = 0;
  for (std::size_t n = 0; n < count; ++n) classes += industries[n].ipc_prefixes.size();
  without_blanks_.reserve(classes), classes_.reserve(classes);  // views point into it
  for (std::size_t n = 0; n < count; ++n) {
    const std::uint32_t bit = std::uint32_t{1} << n;
    for (const auto& word : industries[n].words)
      if (word.text.size() >= kHead) {
        words_[head_of(word.text)].push_back({word.text, bit});
        heads_[place_of(head_of(word.text))] = true;
      }
    for (const auto& prefix : industries[n].ipc_prefixes) {
      without_blanks_.push_back(text::without_blanks(prefix.text));
      classes_.push_back({without_blanks_.back(), bit});
    }
  }
}

std::uint32_t IndustryMarks::of_text(std::string_view text) const {
  std::uint32_t out = 0;
  for (std::size_t at = 0; at + kHead <= text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) continue;  // within a character
    const std::uint64_t head = head_of(text.substr(at));
    if (!heads_[place_of(head)]) continue;
    const auto found = words_.find(head);
    if (found == words_.end()) continue;
    for (const Mark& mark : found->second)
      if (text.substr(at).starts_with(mark.text)) out |= mark.bit;
  }
  return out;
}

std::uint32_t IndustryMarks::of_ipc(std::string_view ipc) const {
  const std::string plain = text::without_blanks(ipc);
  std::uint32_t out = 0;
  for (const Mark& mark : classes_)
    if (plain.starts_with(mark.text)) out |= mark.bit;
  return out;
}

}  // namespace tanmiao
