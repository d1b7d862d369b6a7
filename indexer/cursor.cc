#include "indexer/cursor.h"

#include <array>
#include <optional>

#include "core/hash.h"

namespace tanmiao::indexer {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kSaid = 33, kCheck = 6, kBytes = kSaid + kCheck;  // a multiple of three: no padding
constexpr std::size_t kLetters = kBytes / 3 * 4;
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static_assert(kBytes % 3 == 0 && kAlphabet.size() == 64);

void put(std::string& out, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
}

std::uint64_t take(std::string_view& bytes, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  bytes.remove_prefix(count);
  return value;
}

std::uint64_t check_of(std::string_view said) { return hash64(said) & ((std::uint64_t{1} << 8 * kCheck) - 1); }

std::optional<std::string> bytes_of(std::string_view text) {
  if (text.size() != kLetters) return std::nullopt;
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 4) {
    std::uint32_t group = 0;
    for (const char c : text.substr(at, 4)) {
      const std::size_t value = kAlphabet.find(c);
      if (value == std::string_view::npos) return std::nullopt;
      group = group << 6 | static_cast<std::uint32_t>(value);
    }
    for (const int shift : {16, 8, 0}) out += static_cast<char>(group >> shift & 0xFF);
  }
  return out;
}

}  // namespace

std::uint64_t generation_mark(std::string_view name) { return hash64(name); }

std::string encode(const Cursor& cursor) {
  std::string bytes(1, kVersion);
  put(bytes, cursor.index, 8), put(bytes, cursor.run, 8), put(bytes, cursor.query, 8);
  put(bytes, cursor.after, 4), put(bytes, cursor.shown, 4);
  put(bytes, check_of(bytes), kCheck);
  std::string out;
  out.reserve(kLetters);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (const char c : std::string_view(bytes).substr(at, 3)) group = group << 8 | static_cast<unsigned char>(c);
    for (const int shift : {18, 12, 6, 0}) out += kAlphabet[group >> shift & 63];
  }
  return out;
}

Result<Cursor> decode_cursor(std::string_view text) {
  const auto bytes = bytes_of(text);
  const std::string_view said = bytes ? std::string_view(*bytes).substr(0, kSaid) : std::string_view();
  std::string_view rest = bytes ? std::string_view(*bytes).substr(kSaid) : std::string_view();
  if (!bytes || said[0] != kVersion || take(rest, kCheck) != check_of(said))
    return Error{Errc::kUsage, "this is no place in a list: copy it whole, or begin with the first page", "cursor"};
  rest = said.substr(1);
  Cursor cursor;
  cursor.index = take(rest, 8), cursor.run = take(rest, 8), cursor.query = take(rest, 8);
  cursor.after = static_cast<store::FirmNo>(take(rest, 4)), cursor.shown = static_cast<std::uint32_t>(take(rest, 4));
  return cursor;
}

}  // namespace tanmiao::indexer
