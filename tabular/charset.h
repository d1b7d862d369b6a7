// Character sets of table files: finding out which, and decoding to UTF-8 without ever guessing a character.
//
// A byte that does not belong to the charset, and a NUL, comes out as a mark: the byte 0xFF (which no UTF-8 text has)
// and two hex digits. The reader of rows turns marked rows into bad rows.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "core/error.h"

namespace tanmiao::tabular {

inline constexpr char kMark = '\xFF';

// "gbk" -> "gb18030", "UTF8" -> "utf-8", names of ICU otherwise in lower case; kUsage with the known ones for nonsense.
Result<std::string> canonical_charset(std::string_view name);

struct Detected {
  std::string charset;
  std::size_t bom = 0;  // bytes to skip
};
// What the first bytes say by themselves; bom 0: nothing.
Detected byte_order_mark(std::string_view sample);
// From the beginning of a file. In this order: byte order mark; valid UTF-8 (a few broken characters allowed); zeros as
// UTF-16 has them; with 64 or more non-ASCII bytes uchardet, except that what decodes as GB18030 without a fault is
// never called a single-byte charset; GB18030. Empty charset: all ASCII so far.
Detected detect_charset(std::string_view sample);

// Does the sample contradict the declared charset? Empty: it fits; else the charset it looks like (or "other").
std::string misfit(std::string_view declared, std::string_view sample);

class Decoder {
 public:
  virtual ~Decoder() = default;
  // Appends the text of `bytes` to `out`; a character that is cut off waits for the next piece unless `last`.
  virtual void decode(std::string_view bytes, bool last, std::string& out) = 0;
  // Offsets in the decoded stream of the bytes that became marks, in order; the caller takes them off the front.
  std::deque<std::uint64_t>& bad_offsets() { return bad_offsets_; }

 protected:
  void mark(std::string_view bytes, std::uint64_t offset, std::string& out);
  std::deque<std::uint64_t> bad_offsets_;
};
// `first_offset`: how many bytes of the file were skipped (the byte order mark). Takes a canonical name.
Result<std::unique_ptr<Decoder>> make_decoder(const std::string& charset, std::uint64_t first_offset);

// Length of the valid UTF-8 at the beginning of `s`; NUL counts as invalid.
std::size_t valid_prefix(std::string_view s);

// `s` for the eye: each byte that is no UTF-8, and each NUL, as \xNN.
std::string with_bytes_shown(std::string_view s);

}  // namespace tanmiao::tabular
