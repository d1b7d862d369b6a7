#include "core/hash.h"

#include <algorithm>
#include <array>

#include <sodium.h>

#include "core/text/normalize.h"

namespace tanmiao {
namespace {

std::string to_hex(const unsigned char* bytes, std::size_t count) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  out.reserve(count * 2);
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back(kHex[bytes[i] >> 4]);
    out.push_back(kHex[bytes[i] & 15]);
  }
  return out;
}

const unsigned char* as_bytes(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }

}  // namespace

std::uint64_t hash64(std::string_view bytes) {
  std::array<unsigned char, crypto_generichash_BYTES_MIN> digest{};
  crypto_generichash(digest.data(), digest.size(), as_bytes(bytes), bytes.size(), nullptr, 0);
  std::uint64_t hash = 0;
  for (std::size_t i = 8; i-- > 0;) hash = hash << 8 | digest[i];
  return hash;
}

std::string hash_hex(std::string_view bytes, std::size_t hex_digits) {
  std::array<unsigned char, 64> digest{};
  const std::size_t length = std::clamp<std::size_t>(hex_digits / 2, crypto_generichash_BYTES_MIN, digest.size());
  crypto_generichash(digest.data(), length, as_bytes(bytes), bytes.size(), nullptr, 0);
  return to_hex(digest.data(), length).substr(0, hex_digits);
}

std::string person_hash(std::string_view name, std::string_view key) {
  // The key may have any length; BLAKE2b takes 16 to 64 bytes, so it is hashed first.
  std::array<unsigned char, 32> derived{};
  crypto_generichash(derived.data(), derived.size(), as_bytes(key), key.size(), nullptr, 0);
  const std::string normal = text::without_blanks(text::nfkc(name));
  std::array<unsigned char, crypto_generichash_BYTES_MIN> digest{};
  crypto_generichash(digest.data(), digest.size(), as_bytes(normal), normal.size(), derived.data(), derived.size());
  return to_hex(digest.data(), 8);
}

}  // namespace tanmiao
