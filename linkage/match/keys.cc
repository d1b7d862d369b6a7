#include "linkage/match/keys.h"

#include <algorithm>
#include <string>

#include "linkage/match/latin.h"

namespace tanmiao::linkage {
namespace {

constexpr std::size_t kCoreLength = 8;  // characters of trade name and industry that make keys
constexpr std::size_t kReach = 3;       // how far apart two of them may stand

std::uint64_t mix(std::uint64_t h, std::uint64_t value) {
  h = (h ^ value) * 0x9E3779B97F4A7C15ULL;
  return h ^ (h >> 32);
}
template <class Char>
std::uint64_t hash_text(std::basic_string_view<Char> text, std::uint64_t seed) {
  for (const Char c : text) seed = mix(seed, static_cast<std::uint64_t>(c) + 1);
  return seed;
}

enum KeyKind : std::uint64_t { kPairKey = 11, kRegionKey, kSoundKey, kPinyinKey, kWordKey, kBeginKey };

std::uint32_t key_of(KeyKind kind, std::uint64_t a, std::uint64_t b, std::uint64_t c = 0) {
  return static_cast<std::uint32_t>(mix(mix(mix(kind, a + 1), b + 1), c + 1) >> 16);
}
std::uint32_t key_of(KeyKind kind, std::string_view text) {
  return static_cast<std::uint32_t>(hash_text(text, kind) >> 16);
}

// The second place of a name that begins with two may be its trade name (山东嘉祥食品): its last two characters make
// pairs with what follows as those of a trade name do. Not where a word says that it is a place: 山东滨州市.
std::size_t doubtful_place(std::u16string_view region) {
  constexpr std::u16string_view kSaysPlace = u"省市县区盟旗州镇乡";
  const bool place = region.size() < 4 || kSaysPlace.find(region.back()) != std::u16string_view::npos;
  return place ? 0 : 2;
}

void keys_of_chinese(const Anatomy& name, const HanTable& han, std::vector<std::uint32_t>& out) {
  const std::size_t doubtful = doubtful_place(name.part(kRegionPart));
  const std::u16string_view core = std::u16string_view(name.text)
                                       .substr(name.end[kRegionPart] - doubtful, name.core().size() + doubtful)
                                       .substr(0, kCoreLength);
  for (std::size_t i = 0; i < core.size(); ++i)
    for (std::size_t j = i + 1; j < core.size() && j <= i + kReach; ++j)
      out.push_back(key_of(kPairKey, core[i], core[j]));
  const std::u16string_view region = name.part(kRegionPart).substr(0, name.end[kRegionPart] - doubtful);
  if (!region.empty() && !core.empty()) {
    out.push_back(key_of(kPairKey, region[0], core[0]));
    if (core.size() > 1) {
      out.push_back(key_of(kPairKey, region[0], core[1]));
      out.push_back(key_of(kRegionKey, region.size() > 1 ? region[1] : 0, mix(region[0], core[0]), core[1]));
    }
  }
  const std::u16string_view trade = name.part(kTradePart);
  for (std::size_t i = 0; i + 1 < std::min(trade.size(), kCoreLength); ++i) {
    const auto one = han.sound(trade[i]), other = han.sound(trade[i + 1]);
    if (one != 0 && other != 0) out.push_back(key_of(kSoundKey, one, other));
  }
  if (const std::string pinyin = pinyin_of(trade, han); !pinyin.empty()) out.push_back(key_of(kPinyinKey, pinyin));
  if (trade.size() > 2)
    if (const std::string two = pinyin_of(trade.substr(0, 2), han); !two.empty())
      out.push_back(key_of(kPinyinKey, two));
}

constexpr std::size_t kBegin = 5;  // letters

void keys_of_latin(const Anatomy& name, bool mention, std::vector<std::uint32_t>& out) {
  std::vector<std::string_view> words;
  for (const LatinPart& word : name.words)
    if (word.trade) words.push_back(word.text);
  for (const std::string_view word : words) {
    if (word.size() >= 2) out.push_back(key_of(kWordKey, word));
    if (word.size() >= kBegin) out.push_back(key_of(kBeginKey, word.substr(0, kBegin)));
  }
  constexpr std::size_t kRun = 4;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string run;
    for (std::size_t j = i; j < words.size() && j < i + kRun; ++j) {
      run += words[j];
      if (mention || (i == 0 && j + 1 == words.size())) out.push_back(key_of(kPinyinKey, run));
    }
  }
}

}  // namespace

void keys_of(const Anatomy& name, bool mention, const HanTable& han, std::vector<std::uint32_t>& out) {
  out.clear();
  if (name.latin)
    keys_of_latin(name, mention, out);
  else
    keys_of_chinese(name, han, out);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
}

std::uint64_t term_hash(std::u16string_view term) { return hash_text(term, kPairKey); }
std::uint64_t term_hash(std::string_view pinyin) { return hash_text(pinyin, kPinyinKey); }

}  // namespace tanmiao::linkage
