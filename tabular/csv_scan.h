// Finds the bytes that structure a delimited text (delimiter, quote, CR, LF) 64 at a time: one bit a byte, then the
// set bits are walked. SSE2 is part of every x86-64; elsewhere the same masks are made byte by byte.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tanmiao::tabular {

class StructureScanner {
 public:
  StructureScanner(char delimiter, char quote) : delimiter_(delimiter), quote_(quote) {}

  // Positions at or after `at` are looked for from now on.
  void start(std::string_view text, std::size_t at) {
    text_ = text;
    block_ = at & ~std::size_t{63};
    mask_ = mask_at(block_) & (~std::uint64_t{0} << (at & 63));
  }

  // The next structural byte, or text.size() when there is none.
  std::size_t next() {
    while (mask_ == 0) {
      block_ += 64;
      if (block_ >= text_.size()) return text_.size();
      mask_ = mask_at(block_);
    }
    const std::size_t found = block_ + static_cast<std::size_t>(std::countr_zero(mask_));
    mask_ &= mask_ - 1;
    return found;
  }

 private:
  std::uint64_t mask_at(std::size_t block) const {
    if (block >= text_.size()) return 0;
    const std::size_t left = text_.size() - block;
    if (left >= 64) return mask_of(text_.data() + block);
    std::array<char, 64> padded{};
    std::memcpy(padded.data(), text_.data() + block, left);
    return mask_of(padded.data()) & ((std::uint64_t{1} << left) - 1);
  }

  std::uint64_t mask_of(const char* p) const {
    std::uint64_t mask = 0;
#if defined(__SSE2__)
    const __m128i delimiter = _mm_set1_epi8(delimiter_), quote = _mm_set1_epi8(quote_);
    const __m128i lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r');
    for (unsigned i = 0; i < 4; ++i) {
      const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + std::size_t{16} * i));
      const __m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, delimiter), _mm_cmpeq_epi8(v, quote)),
                                       _mm_or_si128(_mm_cmpeq_epi8(v, lf), _mm_cmpeq_epi8(v, cr)));
      mask |= static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(hit))) << (16 * i);
    }
#else
    for (unsigned i = 0; i < 64; ++i) {
      const bool hit = p[i] == delimiter_ || p[i] == quote_ || p[i] == '\n' || p[i] == '\r';
      mask |= static_cast<std::uint64_t>(hit) << i;
    }
#endif
    return mask;
  }

  char delimiter_, quote_;
  std::string_view text_;
  std::size_t block_ = 0;
  std::uint64_t mask_ = 0;
};

}  // namespace tanmiao::tabular
