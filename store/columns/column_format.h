// What a column looks like on disk, for those who write and read columns. Internal to store/columns.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "core/error.h"

namespace tanmiao::store {

inline constexpr std::string_view kColumnManifest = "manifest.json";
inline constexpr std::string_view kColumnSuffix = ".col";
enum class ColumnKind : std::uint32_t { kFixed = 1, kStrings = 2, kPacked = 3 };

struct ColumnHeader {
  std::array<char, 8> magic{'T', 'M', 'C', 'O', 'L', '1', 0, 0};
  ColumnKind kind = ColumnKind::kFixed;
  std::uint32_t width = 0;   // of an element; 8 for texts: their offsets
  std::uint64_t count = 0;   // elements or texts
  std::uint64_t length = 0;  // of the payload in bytes
  std::uint64_t hash = 0;    // BLAKE2b-64 of the payload; of packed text see packed.h
  std::array<char, 24> reserved{};
};
static_assert(sizeof(ColumnHeader) == 64);

struct ColumnInfo {
  ColumnKind kind;
  std::uint32_t width;
  std::uint64_t count, hash;
};
using ColumnInfos = std::map<std::string, ColumnInfo, std::less<>>;

std::string digest_of(const ColumnInfos& columns);
// BLAKE2b-64 of both, one behind the other.
std::uint64_t payload_hash(std::span<const std::string_view> pieces);
std::uint64_t payload_hash(std::string_view a, std::string_view b = {});

}  // namespace tanmiao::store
