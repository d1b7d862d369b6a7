// What a text is made of, 16 bytes at a time. Texts of registers and patents are ASCII, Han characters and the signs
// between them, nearly all of them: who knows that of a value need not take it apart character by character. "Surely"
// is safe one way: it says what is so for certain, and whoever is told nothing looks for himself.
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tanmiao::text {

struct Scan {
  // UTF-8 of printable ASCII without '[', Han characters U+4E00 to U+9FFF and signs (U+3001 to U+3011, U+FF01 to
  // U+FF3F), and none of the five characters that broken charsets leave behind: 锟 斤 锘 烫 屯.
  bool common = false;
  bool plain = false;  // common, and without blanks and signs: nfkc(), trim(), without_blanks() leave it as it is
};

#if defined(__SSE2__)

namespace scan_detail {

// Bytes by value, compared as signed ones: continuation bytes 80..BF are the least of them, ASCII is not negative.
inline __m128i all(int byte) { return _mm_set1_epi8(static_cast<char>(byte)); }
inline __m128i is(__m128i v, int byte) { return _mm_cmpeq_epi8(v, all(byte)); }
inline __m128i below(__m128i v, int byte) { return _mm_cmplt_epi8(v, all(byte)); }
inline __m128i above(__m128i v, int byte) { return _mm_cmpgt_epi8(v, all(byte)); }
inline __m128i within(__m128i v, int low, int high) { return _mm_and_si128(above(v, low - 1), below(v, high + 1)); }
inline __m128i both(__m128i a, __m128i b) { return _mm_and_si128(a, b); }
inline __m128i either(__m128i a, __m128i b) { return _mm_or_si128(a, b); }
inline __m128i without(__m128i a, __m128i b) { return _mm_andnot_si128(b, a); }
inline bool any(__m128i v) { return _mm_movemask_epi8(v) != 0; }

// 16 bytes (or what is so of them), and those one and two before each of them.
struct Window {
  __m128i at = _mm_setzero_si128(), before = _mm_setzero_si128(), before_that = _mm_setzero_si128();
  void move(__m128i next) {
    before = either(_mm_slli_si128(next, 1), _mm_srli_si128(at, 15));
    before_that = either(_mm_slli_si128(next, 2), _mm_srli_si128(at, 14));
    at = next;
  }
};

// Bytes that do not fit into ASCII and sequences of three, of which `leads` are the first bytes.
inline __m128i misfits(__m128i bytes, const Window& leads) {
  const __m128i continues = below(bytes, 0xC0), expected = either(leads.before, leads.before_that);
  return either(_mm_xor_si128(continues, expected), without(below(bytes, 0), either(continues, leads.at)));
}

inline __m128i han_lead(__m128i v) { return within(v, 0xE4, 0xE9); }
inline __m128i common_lead(__m128i v) { return either(han_lead(v), either(is(v, 0xE3), is(v, 0xEF))); }
// E1..EF without ED, behind which surrogates would stand.
inline __m128i three_byte_lead(__m128i v) { return without(within(v, 0xE1, 0xEF), is(v, 0xED)); }

// U+4000 to U+4DFF: of E4 the lesser half.
inline __m128i rare_han(const Window& w) { return both(is(w.before, 0xE4), below(w.at, 0xB8)); }

inline __m128i no_sign(const Window& w) {
  const __m128i second =
      either(without(is(w.before, 0xE3), is(w.at, 0x80)), without(is(w.before, 0xEF), is(w.at, 0xBC)));
  const __m128i third =
      either(without(is(w.before_that, 0xE3), within(w.at, 0x81, 0x91)), both(is(w.before_that, 0xEF), is(w.at, 0x80)));
  return either(second, third);
}

inline __m128i leftover(const Window& w) {
  const __m128i e9 = both(both(is(w.before_that, 0xE9), is(w.before, 0x94)), either(is(w.at, 0x9F), is(w.at, 0x98)));
  const __m128i e6 = both(both(is(w.before_that, 0xE6), is(w.before, 0x96)), is(w.at, 0xA4));
  const __m128i e7 = both(both(is(w.before_that, 0xE7), is(w.before, 0x83)), is(w.at, 0xAB));
  const __m128i e5 = both(both(is(w.before_that, 0xE5), is(w.before, 0xB1)), is(w.at, 0xAF));
  return either(either(e9, e6), either(e7, e5));
}

inline __m128i odd_ascii(__m128i v) { return either(within(v, 0x00, 0x1F), either(is(v, 0x7F), is(v, '['))); }

// 16 bytes of a text from `at` on, filled up with 'a' behind its end.
inline __m128i block(std::string_view s, std::size_t at) {
  if (at + 16 <= s.size()) return _mm_loadu_si128(reinterpret_cast<const __m128i*>(s.data() + at));
  std::array<char, 16> rest;
  rest.fill('a');
  if (at < s.size()) std::memcpy(rest.data(), s.data() + at, s.size() - at);
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(rest.data()));
}

}  // namespace scan_detail

inline Scan scan(std::string_view s) {
  using namespace scan_detail;
  Window w, leads;
  __m128i odd = _mm_setzero_si128(), touched = _mm_setzero_si128();
  for (std::size_t at = 0; at <= s.size(); at += 16) {  // the last block has room, so that a cut sequence shows
    w.move(block(s, at));
    leads.move(common_lead(w.at));
    odd = either(odd, either(misfits(w.at, leads), either(rare_han(w), no_sign(w))));
    odd = either(odd, either(leftover(w), odd_ascii(w.at)));
    touched = either(touched, either(is(w.at, ' '), either(is(w.at, 0xE3), is(w.at, 0xEF))));
  }
  const bool common = !any(odd);
  return {common, common && !any(touched)};
}

// ASCII and Han characters U+4E00 to U+9FFF alone.
inline bool ascii_and_han(std::string_view s) {
  using namespace scan_detail;
  Window w, leads;
  __m128i odd = _mm_setzero_si128();
  for (std::size_t at = 0; at <= s.size(); at += 16) {
    w.move(block(s, at));
    leads.move(han_lead(w.at));
    odd = either(odd, either(misfits(w.at, leads), rare_han(w)));
  }
  return !any(odd);
}

// How far a text is UTF-8 of ASCII but NUL and of three-byte sequences at least: up to the end of a character.
inline std::size_t surely_valid_prefix(std::string_view s) {
  using namespace scan_detail;
  Window w, leads;
  std::size_t i = 0;
  for (; i + 16 <= s.size(); i += 16) {
    w.move(_mm_loadu_si128(reinterpret_cast<const __m128i*>(s.data() + i)));
    leads.move(three_byte_lead(w.at));
    if (any(either(misfits(w.at, leads), is(w.at, 0)))) break;
  }
  const auto begins = [&](std::size_t at) { return static_cast<unsigned char>(s[at]) >= 0xE1; };
  if (i >= 1 && begins(i - 1)) return i - 1;
  if (i >= 2 && begins(i - 2)) return i - 2;
  return i;
}

#else

inline Scan scan(std::string_view) { return {}; }
inline bool ascii_and_han(std::string_view s) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(s[at]); };
  for (std::size_t i = 0; i < s.size();) {
    if (byte(i) < 0x80) {
      ++i;
      continue;
    }
    if (byte(i) < 0xE4 || byte(i) > 0xE9 || i + 2 >= s.size()) return false;
    if ((byte(i + 1) & 0xC0) != 0x80 || (byte(i + 2) & 0xC0) != 0x80) return false;
    if (byte(i) == 0xE4 && byte(i + 1) < 0xB8) return false;  // U+4000 to U+4DFF
    i += 3;
  }
  return true;
}
inline std::size_t surely_valid_prefix(std::string_view) { return 0; }

#endif

}  // namespace tanmiao::text
