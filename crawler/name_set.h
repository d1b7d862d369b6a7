// Names of addresses and parts by the million: 125 bits of SipHash stand for each, so that what is known costs the same
// whether names are long or short, 16 bytes. Two of a hundred million names are taken for one with a chance of 10^-22.
#pragma once

#include <sodium.h>

#include <array>
#include <bit>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <string_view>

namespace tanmiao::crawler {

class NameSet {
 public:
  // A name may be in the set in up to three regards: 1, 2, 4 or a sum of them.
  using Regard = std::uint8_t;

  // false: it was in it.
  bool insert(std::string_view name, Regard regard = 1) {
    const Entry& entry = *names_.insert(entry_of(name)).first;
    const bool fresh = (entry.regards & regard) == 0;
    entry.regards = (entry.regards | regard) & 7U;
    return fresh;
  }
  bool contains(std::string_view name, Regard regard = 1) const {
    const auto found = names_.find(entry_of(name));
    return found != names_.end() && (found->regards & regard) != 0;
  }

 private:
  struct Entry {
    std::uint64_t high = 0;
    std::uint64_t low : 61 = 0;
    mutable std::uint64_t regards : 3 = 0;  // no part of the key
    bool operator==(const Entry& other) const { return high == other.high && low == other.low; }
  };
  struct Hash {
    using is_avalanching = void;  // it is a hash already
    std::size_t operator()(const Entry& entry) const { return entry.high; }
  };
  static Entry entry_of(std::string_view name) {
    static constexpr std::array<unsigned char, crypto_shorthash_siphashx24_KEYBYTES> kKey{};
    std::array<unsigned char, crypto_shorthash_siphashx24_BYTES> hash{};
    crypto_shorthash_siphashx24(hash.data(), reinterpret_cast<const unsigned char*>(name.data()), name.size(),
                                kKey.data());
    const auto halves = std::bit_cast<std::array<std::uint64_t, 2>>(hash);
    Entry entry;
    entry.high = halves[0];
    entry.low = (halves[1] >> 3U) & 0x1FFF'FFFF'FFFF'FFFFU;
    return entry;
  }

  boost::unordered_flat_set<Entry, Hash> names_;
};

}  // namespace tanmiao::crawler
