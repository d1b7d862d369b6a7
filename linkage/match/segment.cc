#include "linkage/match/segment.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_sort.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <type_traits>

#include "linkage/match/keys.h"

namespace tanmiao::linkage {
namespace {

constexpr unsigned kMostBucketBits = 20;
constexpr std::size_t kLongestUnit = 60;

// Columns have elements of eight bytes at most: structs lie in them as words.
using Words = std::vector<std::uint64_t>;
template <class T>
Words words_of(const std::vector<T>& values) {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) % sizeof(std::uint64_t) == 0);
  Words words(values.size() * (sizeof(T) / sizeof(std::uint64_t)));
  if (!values.empty()) std::memcpy(words.data(), values.data(), values.size() * sizeof(T));
  return words;
}
template <class T>
std::span<const T> of_words(std::span<const std::uint64_t> words) {
  return {reinterpret_cast<const T*>(words.data()), words.size() * sizeof(std::uint64_t) / sizeof(T)};
}

}  // namespace

std::shared_ptr<const RollSegment> RollSegment::make(const Anatomist& anatomist, std::span<const SegmentName> names,
                                                     int threads, const std::function<void(const Anatomy&)>& counted) {
  constexpr std::size_t kBlock = 16384;
  auto segment = std::make_shared<RollSegment>();
  auto made = std::make_shared<Made>();
  made->entries.reserve(names.size());
  made->arena.reserve(names.size() * 14);
  std::vector<Anatomy> block(std::min(kBlock, names.size()));
  tbb::task_arena arena(threads > 0 ? threads : tbb::task_arena::automatic);
  for (std::size_t from = 0; from < names.size(); from += kBlock) {
    const std::size_t count = std::min(kBlock, names.size() - from);
    arena.execute([&] {
      tbb::parallel_for(tbb::blocked_range<std::size_t>(0, count, 256), [&](const auto& range) {
        for (std::size_t i = range.begin(); i < range.end(); ++i) block[i] = anatomist.take_apart(names[from + i].name);
      });
    });
    for (std::size_t i = 0; i < count; ++i) {
      segment->add(block[i], names[from + i], *made);
      if (counted) counted(block[i]);
    }
  }
  segment->look_at(*made);
  arena.execute([&] { segment->index(anatomist.reference().han, *made); });
  segment->look_at(*made);
  segment->made_ = made.get();
  segment->keeper_ = std::move(made);
  return segment;
}

void RollSegment::look_at(const Made& made) {
  entries_ = made.entries, arena_ = made.arena, exact_ = made.exact;
  bucket_ = made.bucket, keys_ = made.keys, begin_ = made.begin, postings_ = made.postings;
}

void RollSegment::add(const Anatomy& name, const SegmentName& from, Made& made) {
  Entry entry;
  entry.id = from.id, entry.exact = name.exact, entry.region = name.region, entry.end = name.end;
  entry.form = name.form;
  entry.flags = static_cast<std::uint8_t>((name.latin ? 1 : 0) | (name.full ? 2 : 0));
  if (name.latin) {
    entry.at = static_cast<std::uint32_t>(latin_.size());
    latin_.push_back(name.words);
    made.latin.push_back(from.name);
  } else {
    entry.at = static_cast<std::uint32_t>(made.arena.size());
    entry.unit = static_cast<std::uint8_t>(std::min(name.unit.size(), kLongestUnit));
    made.arena.insert(made.arena.end(), name.text.begin(), name.text.end());
    made.arena.insert(made.arena.end(), name.unit.begin(), name.unit.begin() + entry.unit);
  }
  made.entries.push_back(entry);
}

void RollSegment::unpack(std::uint32_t number, Anatomy& out) const {
  const Entry& entry = entries_[number];
  out.latin = entry.latin(), out.full = entry.full(), out.end = entry.end, out.region = entry.region;
  out.form = entry.form, out.exact = entry.exact;
  out.text.clear(), out.unit.clear(), out.words.clear();
  if (entry.latin()) {
    out.words = latin_[entry.at];
    return;
  }
  const std::u16string_view from(arena_.data() + entry.at, std::size_t{entry.end[kFormPart]} + entry.unit);
  out.text = from.substr(0, entry.end[kFormPart]);
  out.unit = from.substr(entry.end[kFormPart]);
}

void RollSegment::index(const HanTable& han, Made& made) {
  for (std::uint32_t n = 0; n < entries_.size(); ++n)
    if (entries_[n].exact != 0) made.exact.push_back({entries_[n].exact, n, 0});
  tbb::parallel_sort(made.exact.begin(), made.exact.end());

  constexpr std::size_t kBlock = 8192;
  const std::size_t blocks = (entries_.size() + kBlock - 1) / kBlock;
  std::vector<std::vector<std::uint64_t>> found(blocks);
  tbb::parallel_for(std::size_t{0}, blocks, [&](std::size_t b) {
    Anatomy name;
    std::vector<std::uint32_t> keys;
    for (std::size_t n = b * kBlock; n < std::min(entries_.size(), (b + 1) * kBlock); ++n) {
      unpack(static_cast<std::uint32_t>(n), name);
      keys_of(name, false, han, keys);
      for (const std::uint32_t key : keys) found[b].push_back(std::uint64_t{key} << 32 | n);
    }
  });
  std::size_t total = 0;
  for (const auto& block : found) total += block.size();
  std::vector<std::uint64_t> all;
  all.reserve(total);
  for (auto& block : found) {
    all.insert(all.end(), block.begin(), block.end());
    std::vector<std::uint64_t>().swap(block);
  }
  tbb::parallel_sort(all.begin(), all.end());
  made.postings.resize(total);
  for (std::size_t i = 0; i < total; ++i) {
    const auto key = static_cast<std::uint32_t>(all[i] >> 32);
    if (i == 0 || made.keys.back() != key) {
      made.keys.push_back(key);
      made.begin.push_back(static_cast<std::uint32_t>(i));
    }
    made.postings[i] = static_cast<std::uint32_t>(all[i]);
  }
  made.begin.push_back(static_cast<std::uint32_t>(total));
  const auto bits = std::clamp<unsigned>(static_cast<unsigned>(std::bit_width(made.keys.size())), 1, kMostBucketBits);
  bucket_shift_ = 32 - bits;
  made.bucket.assign((std::size_t{1} << bits) + 1, static_cast<std::uint32_t>(made.keys.size()));
  for (std::size_t i = made.keys.size(); i-- > 0;)
    made.bucket[made.keys[i] >> bucket_shift_] = static_cast<std::uint32_t>(i);
  for (std::size_t b = made.bucket.size() - 1; b-- > 0;) made.bucket[b] = std::min(made.bucket[b], made.bucket[b + 1]);
}

std::span<const RollSegment::Exact> RollSegment::exact(std::uint64_t exact) const {
  if (exact == 0) return {};
  const auto from = std::lower_bound(exact_.begin(), exact_.end(), Exact{exact, 0, 0});
  auto to = from;
  while (to != exact_.end() && to->exact == exact) ++to;
  return {from, to};
}

std::span<const std::uint32_t> RollSegment::postings(std::uint32_t key) const {
  const std::size_t bucket = key >> bucket_shift_;
  for (std::size_t i = bucket_[bucket]; i < bucket_[bucket + 1]; ++i)
    if (keys_[i] == key) return postings_.subspan(begin_[i], begin_[i + 1] - begin_[i]);
  return {};
}

Status RollSegment::write(store::ColumnFolderWriter& folder) const {
  if (made_ == nullptr) return Error{Errc::kUsage, "only a segment that was made here can be written", ""};
  TANMIAO_TRY(folder.write("roll.entries", words_of(made_->entries)));
  TANMIAO_TRY(folder.write("roll.arena", made_->arena));
  TANMIAO_TRY(folder.write("roll.exact", words_of(made_->exact)));
  TANMIAO_TRY(folder.write("roll.bucket", made_->bucket));
  TANMIAO_TRY(folder.write("roll.keys", made_->keys));
  TANMIAO_TRY(folder.write("roll.begin", made_->begin));
  TANMIAO_TRY(folder.write("roll.postings", made_->postings));
  return folder.write("roll.latin", made_->latin);
}

Result<std::shared_ptr<const RollSegment>> RollSegment::open(const Anatomist& anatomist,
                                                             const store::ColumnFolderReader& folder) {
  struct Kept {
    store::ColumnView<std::uint64_t> entries, exact;
    store::ColumnView<char16_t> arena;
    store::ColumnView<std::uint32_t> bucket, keys, begin, postings;
    store::StringView latin;
  };
  auto kept = std::make_shared<Kept>();
  TANMIAO_TRY(folder.read("roll.entries", kept->entries));
  TANMIAO_TRY(folder.read("roll.arena", kept->arena));
  TANMIAO_TRY(folder.read("roll.exact", kept->exact));
  TANMIAO_TRY(folder.read("roll.bucket", kept->bucket));
  TANMIAO_TRY(folder.read("roll.keys", kept->keys));
  TANMIAO_TRY(folder.read("roll.begin", kept->begin));
  TANMIAO_TRY(folder.read("roll.postings", kept->postings));
  TANMIAO_TRY(folder.read("roll.latin", kept->latin));
  const std::size_t buckets = kept->bucket.size();
  if (buckets < 3 || !std::has_single_bit(buckets - 1) || kept->begin.size() != kept->keys.size() + 1)
    return Error{Errc::kCorrupt, "the index of names does not fit together", ""};
  auto segment = std::make_shared<RollSegment>();
  segment->entries_ = of_words<Entry>(kept->entries.span()), segment->exact_ = of_words<Exact>(kept->exact.span());
  segment->arena_ = kept->arena.span();
  segment->bucket_ = kept->bucket.span(), segment->keys_ = kept->keys.span();
  segment->begin_ = kept->begin.span(), segment->postings_ = kept->postings.span();
  segment->bucket_shift_ = 32 - static_cast<unsigned>(std::bit_width(buckets - 1) - 1);
  for (std::size_t n = 0; n < kept->latin.size(); ++n)
    segment->latin_.push_back(anatomist.take_apart(kept->latin[n]).words);
  segment->keeper_ = std::move(kept);
  return std::shared_ptr<const RollSegment>(std::move(segment));
}

}  // namespace tanmiao::linkage
