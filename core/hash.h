// BLAKE2b over bytes, as the project names contents with.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tanmiao {

std::uint64_t hash64(std::string_view bytes);
std::string hash_hex(std::string_view bytes, std::size_t hex_digits = 32);  // 16..128 digits, even
// Keyed hash of a person's name, 16 hex digits: the same name gives the same hash under one key only.
std::string person_hash(std::string_view name, std::string_view key);

}  // namespace tanmiao
