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
    const bool fresh = (entry.low & regard & kRegards) == 0;
    entry.low |= regard & kRegards;
    return fresh;
  }
  bool contains(std::string_view name, Regard regard = 1) const {
    const auto found = names_.find(entry_of(name));
    return found != names_.end() && (found->low & regard & kRegards) != 0;
  }

 private:
  static constexpr std::uint64_t kRegards = 7;
  struct Entry {
    std::uint64_t high = 0;
    mutable std::uint64_t low = 0;  // its last three bits are the regards, and no part of the key
    bool operator==(const Entry& other) const { return high == other.high && ((low ^ other.low) & ~kRegards) == 0; }
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
    return {halves[0], halves[1] & ~kRegards};
  }

  boost::unordered_flat_set<Entry, Hash> names_;
};

}  // namespace tanmiao::crawler
