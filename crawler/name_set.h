// Names of addresses and parts by the million: 128 bits of SipHash stand for each, so that what is known costs the same
// whether names are long or short. Two of a hundred million names are taken for one with a chance of 10^-23.
#pragma once

#include <sodium.h>

#include <array>
#include <bit>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <string_view>

namespace tanmiao::crawler {

class NameSet {
 public:
  // A name may be in the set in more than one regard.
  using Regard = std::uint8_t;

  // false: it was in it.
  bool insert(std::string_view name, Regard regard = 1) {
    Regard& regards = names_[key_of(name)];
    const bool fresh = (regards & regard) == 0;
    regards |= regard;
    return fresh;
  }
  bool contains(std::string_view name, Regard regard = 1) const {
    const auto found = names_.find(key_of(name));
    return found != names_.end() && (found->second & regard) != 0;
  }

 private:
  using Key = std::array<std::uint64_t, 2>;
  struct Hash {
    using is_avalanching = void;  // it is a hash already
    std::size_t operator()(const Key& key) const { return key[0]; }
  };
  static Key key_of(std::string_view name) {
    static constexpr std::array<unsigned char, crypto_shorthash_siphashx24_KEYBYTES> kKey{};
    std::array<unsigned char, crypto_shorthash_siphashx24_BYTES> hash{};
    crypto_shorthash_siphashx24(hash.data(), reinterpret_cast<const unsigned char*>(name.data()), name.size(),
                                kKey.data());
    return std::bit_cast<Key>(hash);
  }

  boost::unordered_flat_map<Key, Regard, Hash> names_;
};

}  // namespace tanmiao::crawler
