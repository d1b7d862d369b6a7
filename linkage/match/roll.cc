#include "linkage/match/roll.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_sort.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "linkage/match/latin.h"

namespace tanmiao::linkage {
namespace {

constexpr std::size_t kCoreLength = 8;   // characters of trade name and industry that make keys
constexpr std::size_t kReach = 3;        // how far apart two of them may stand
constexpr std::size_t kPostings = 3000;  // that one mention may look at
constexpr std::size_t kCommon = 20000;   // a key of more entries tells nothing
constexpr float kWorthwhile = 0.35F;     // of the best candidate's score
constexpr unsigned kMostBucketBits = 20;

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

void keys_of(const Anatomy& name, bool mention, const HanTable& han, std::vector<std::uint32_t>& out) {
  out.clear();
  if (name.latin)
    keys_of_latin(name, mention, out);
  else
    keys_of_chinese(name, han, out);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
}

template <class Map>
std::uint32_t count_in(const Map& counts, std::uint64_t key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

}  // namespace

Roll::Roll(const Anatomist& anatomist, std::span<const RollName> names, std::vector<NameFacts> facts, int threads)
    : anatomist_(anatomist), facts_(std::move(facts)) {
  constexpr std::size_t kBlock = 16384;
  entries_.reserve(names.size());
  arena_.reserve(names.size() * 14);
  std::vector<Anatomy> block(std::min(kBlock, names.size()));
  tbb::task_arena arena(threads > 0 ? threads : tbb::task_arena::automatic);
  for (std::size_t from = 0; from < names.size(); from += kBlock) {
    const std::size_t count = std::min(kBlock, names.size() - from);
    arena.execute([&] {
      tbb::parallel_for(tbb::blocked_range<std::size_t>(0, count, 256), [&](const auto& range) {
        for (std::size_t i = range.begin(); i < range.end(); ++i)
          block[i] = anatomist_.take_apart(names[from + i].name);
      });
    });
    for (std::size_t i = 0; i < count; ++i) add(block[i], names[from + i].row);
  }
  arena.execute([&] { index(); });
}

void Roll::add(const Anatomy& name, std::uint32_t row) {
  Entry entry{};
  entry.exact = name.exact, entry.row = row, entry.region = name.region;
  entry.end = name.end, entry.form = name.form, entry.latin = name.latin, entry.full = name.full;
  if (name.latin) {
    entry.at = static_cast<std::uint32_t>(latin_.size());
    latin_.push_back(name.words);
    ++pinyins_[hash_text(std::string_view(trade_words(name)), kPinyinKey)];
  } else {
    entry.at = static_cast<std::uint32_t>(arena_.size());
    entry.unit = static_cast<std::uint8_t>(std::min<std::size_t>(name.unit.size(), 60));
    arena_ += name.text;
    arena_ += std::u16string_view(name.unit).substr(0, entry.unit);
    ++trades_[hash_text(name.part(kTradePart), kPairKey)];
    ++industries_[hash_text(name.part(kIndustryPart), kPairKey)];
    ++regions_[hash_text(name.part(kRegionPart), kPairKey)];
    ++pinyins_[hash_text(std::string_view(pinyin_of(name.part(kTradePart), han())), kPinyinKey)];
  }
  entries_.push_back(entry);
}

void Roll::unpack(std::uint32_t number, Anatomy& out) const {
  const Entry& entry = entries_[number];
  out.latin = entry.latin, out.full = entry.full, out.end = entry.end, out.region = entry.region;
  out.form = entry.form, out.exact = entry.exact;
  out.text.clear(), out.unit.clear(), out.words.clear();
  if (entry.latin) {
    out.words = latin_[entry.at];
  } else {
    out.text.assign(arena_, entry.at, entry.end[kFormPart]);
    out.unit.assign(arena_, entry.at + entry.end[kFormPart], entry.unit);
  }
}

void Roll::index() {
  for (std::uint32_t n = 0; n < entries_.size(); ++n)
    if (entries_[n].exact != 0) exact_.emplace_back(entries_[n].exact, n);
  tbb::parallel_sort(exact_.begin(), exact_.end());

  constexpr std::size_t kBlock = 8192;
  const std::size_t blocks = (entries_.size() + kBlock - 1) / kBlock;
  std::vector<std::vector<std::uint64_t>> made(blocks);
  tbb::parallel_for(std::size_t{0}, blocks, [&](std::size_t b) {
    Anatomy name;
    std::vector<std::uint32_t> keys;
    for (std::size_t n = b * kBlock; n < std::min(entries_.size(), (b + 1) * kBlock); ++n) {
      unpack(static_cast<std::uint32_t>(n), name);
      keys_of(name, false, han(), keys);
      for (const std::uint32_t key : keys) made[b].push_back(std::uint64_t{key} << 32 | n);
    }
  });
  std::size_t total = 0;
  for (const auto& block : made) total += block.size();
  std::vector<std::uint64_t> all;
  all.reserve(total);
  for (auto& block : made) {
    all.insert(all.end(), block.begin(), block.end());
    std::vector<std::uint64_t>().swap(block);
  }
  tbb::parallel_sort(all.begin(), all.end());
  entries_of_key_.resize(total);
  for (std::size_t i = 0; i < total; ++i) {
    const auto key = static_cast<std::uint32_t>(all[i] >> 32);
    if (i == 0 || keys_.back() != key) keys_.push_back(key), begin_.push_back(static_cast<std::uint32_t>(i));
    entries_of_key_[i] = static_cast<std::uint32_t>(all[i]);
  }
  begin_.push_back(static_cast<std::uint32_t>(total));
  const auto bits = std::clamp<unsigned>(static_cast<unsigned>(std::bit_width(keys_.size())), 1, kMostBucketBits);
  bucket_shift_ = 32 - bits;
  bucket_.assign((std::size_t{1} << bits) + 1, static_cast<std::uint32_t>(keys_.size()));
  for (std::size_t i = keys_.size(); i-- > 0;) bucket_[keys_[i] >> bucket_shift_] = static_cast<std::uint32_t>(i);
  for (std::size_t b = bucket_.size() - 1; b-- > 0;) bucket_[b] = std::min(bucket_[b], bucket_[b + 1]);
}

std::span<const std::uint32_t> Roll::postings(std::uint32_t key) const {
  const std::size_t bucket = key >> bucket_shift_;
  for (std::size_t i = bucket_[bucket]; i < bucket_[bucket + 1]; ++i)
    if (keys_[i] == key) return {entries_of_key_.data() + begin_[i], begin_[i + 1] - begin_[i]};
  return {};
}

void Roll::find_exact(std::uint64_t exact, std::vector<std::uint32_t>& out) const {
  out.clear();
  if (exact == 0) return;
  for (auto at = std::lower_bound(exact_.begin(), exact_.end(), std::pair{exact, std::uint32_t{0}});
       at != exact_.end() && at->first == exact; ++at)
    out.push_back(at->second);
}

void Roll::candidates(const Anatomy& mention, std::size_t most, Scratch& scratch,
                      std::vector<std::uint32_t>& out) const {
  out.clear();
  keys_of(mention, true, han(), scratch.keys);
  std::vector<std::span<const std::uint32_t>> lists;
  lists.reserve(scratch.keys.size());
  for (const std::uint32_t key : scratch.keys)
    if (const auto list = postings(key); !list.empty()) lists.push_back(list);
  std::stable_sort(lists.begin(), lists.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
  std::size_t seen = 0;
  const auto total = static_cast<float>(entries_.size());
  for (const auto& list : lists) {
    if (!scratch.touched.empty() && (seen + list.size() > kPostings || list.size() > kCommon)) break;
    const float weight = std::log2(1.0F + total / static_cast<float>(list.size()));
    seen += list.size();
    for (const std::uint32_t entry : list.first(std::min(list.size(), kCommon))) {
      if (scratch.score[entry] == 0) scratch.touched.push_back(entry);
      scratch.score[entry] += weight;
    }
  }
  auto& touched = scratch.touched;
  const auto better = [&](std::uint32_t a, std::uint32_t b) {
    return scratch.score[a] != scratch.score[b] ? scratch.score[a] > scratch.score[b] : a < b;
  };
  std::size_t count = std::min(most, touched.size());
  std::partial_sort(touched.begin(), touched.begin() + static_cast<std::ptrdiff_t>(count), touched.end(), better);
  // What shares little with the mention beside the best is not worth a comparison.
  if (mention.full && !mention.latin && count > 0) {
    const float least = kWorthwhile * scratch.score[touched.front()];
    while (scratch.score[touched[count - 1]] < least) --count;
  }
  out.assign(touched.begin(), touched.begin() + static_cast<std::ptrdiff_t>(count));
  for (const std::uint32_t entry : touched) scratch.score[entry] = 0;
  touched.clear();
}

std::uint32_t Roll::count_trade(std::u16string_view trade) const {
  return count_in(trades_, hash_text(trade, kPairKey));
}
std::uint32_t Roll::count_pinyin(std::string_view pinyin) const {
  return count_in(pinyins_, hash_text(pinyin, kPinyinKey));
}
std::uint32_t Roll::count_industry(std::u16string_view industry) const {
  return count_in(industries_, hash_text(industry, kPairKey));
}
std::uint32_t Roll::count_region(std::u16string_view region) const {
  return count_in(regions_, hash_text(region, kPairKey));
}

}  // namespace tanmiao::linkage
