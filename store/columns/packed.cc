#include "store/columns/packed.h"

#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <memory>
#include <new>

#include "core/hash.h"
#include "store/columns/column.h"
#include "store/columns/column_format.h"

namespace tanmiao::store {

namespace {

// Measured on abstracts (docs/measured/pipeline.md): 3 is 3 % smaller and takes 1.7 times as long. Explanations come
// out nearly the same on each.
constexpr int kLevel = 2;

constexpr std::size_t kMostBlock = PackedBuilder::kBlock + PackedBuilder::kMostRow;

void append_compressed(std::string& out, std::string_view text) {
  // Made anew, a context costs more than a block does: a megabyte of tables that the kernel has to clear.
  thread_local const std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(), &ZSTD_freeCCtx);
  if (context == nullptr) throw std::bad_alloc();
  const std::size_t before = out.size(), bound = ZSTD_compressBound(text.size());
  out.resize(before + bound);
  const std::size_t size =
      ZSTD_compressCCtx(context.get(), out.data() + before, bound, text.data(), text.size(), kLevel);
  if (ZSTD_isError(size) != 0) throw std::bad_alloc();  // with room for the bound nothing else can be wanting
  out.resize(before + size);
}

std::uint64_t hash_of(std::span<const std::uint64_t> offsets, std::span<const PackedBlock> blocks) {
  std::vector<std::uint64_t> texts;
  texts.reserve(2 * blocks.size());
  for (const PackedBlock& block : blocks.first(blocks.size() - 1))
    texts.insert(texts.end(), {block.first_row, block.hash});
  const auto bytes = [](std::span<const std::uint64_t> words) {
    return std::string_view(reinterpret_cast<const char*>(words.data()), words.size_bytes());
  };
  return payload_hash(bytes(offsets), bytes(texts));
}

std::string_view check_blocks(std::span<const std::uint64_t> offsets, std::span<const PackedBlock> blocks,
                              std::uint64_t bytes) {
  const std::uint64_t rows = offsets.size() - 1;
  if (offsets.front() != 0 || !std::is_sorted(offsets.begin(), offsets.end()))
    return "the offsets of the texts are not in order";
  if (blocks.front().first_row != 0 || blocks.front().at != 0 || blocks.back().first_row != rows ||
      blocks.back().at != bytes)
    return "the blocks do not fill the column";
  for (std::size_t i = 1; i < blocks.size(); ++i) {
    if (blocks[i].first_row <= blocks[i - 1].first_row || blocks[i].at < blocks[i - 1].at || blocks[i].first_row > rows)
      return "the blocks are not in order";
    if (offsets[blocks[i].first_row] - offsets[blocks[i - 1].first_row] > kMostBlock)
      return "a block is larger than blocks are made";
  }
  return {};
}

}  // namespace

void PackedBuilder::push_back(std::string_view text) {
  too_long_ |= text.size() > kMostRow;
  open_.append(text);
  offsets_.push_back(offsets_.back() + text.size());
  if (open_.size() >= kBlock) end_block();
}

void PackedBuilder::end_block() {
  if (first_open_ == size()) return;
  blocks_.push_back({first_open_, bytes_.size(), hash64(open_)});
  append_compressed(bytes_, open_);
  first_open_ = size();
  open_.clear();
}

void PackedBuilder::append(PackedBuilder&& other) {
  end_block(), other.end_block();
  const std::uint64_t rows = size(), text = offsets_.back(), bytes = bytes_.size();
  for (const PackedBlock& block : other.blocks_)
    blocks_.push_back({rows + block.first_row, bytes + block.at, block.hash});
  for (std::size_t i = 1; i < other.offsets_.size(); ++i) offsets_.push_back(text + other.offsets_[i]);
  bytes_.append(other.bytes_);
  first_open_ = size();
  too_long_ |= other.too_long_;
  other = {};
}

PackedBuilder::Closed PackedBuilder::close() const {
  Closed out{blocks_, {}, 0};
  if (first_open_ != size()) {
    out.blocks.push_back({first_open_, bytes_.size(), hash64(open_)});
    append_compressed(out.tail, open_);
  }
  out.blocks.push_back({size(), bytes_.size() + out.tail.size(), 0});
  out.hash = hash_of(offsets_, out.blocks);
  return out;
}

PackedView::PackedView() : PackedView(StringView()) {}

PackedView::PackedView(StringView plain) : plain_(std::make_shared<const StringView>(std::move(plain))) {}

PackedView PackedView::repeated(std::string_view value, std::size_t rows) {
  return PackedView(StringView::repeated(value, rows));
}

Result<PackedView> PackedView::map(const std::filesystem::path& path, std::string_view payload, std::uint64_t count,
                                   std::uint64_t hash, std::shared_ptr<const void> keeper) {
  const auto corrupt = [&](std::string_view message) {
    return Error{Errc::kCorrupt, std::string(message), path.string()};
  };
  constexpr std::uint64_t kWord = sizeof(std::uint64_t);
  const auto* words = reinterpret_cast<const std::uint64_t*>(payload.data());
  const std::uint64_t room = payload.size() / kWord;
  if (room < 2 || count > room - 2) return corrupt("the column is shorter than its list of texts");
  const std::uint64_t blocks = words[0], left = payload.size() - kWord * (count + 2);
  if (left / sizeof(PackedBlock) < 1 || blocks > left / sizeof(PackedBlock) - 1)
    return corrupt("the column is shorter than its list of blocks");
  PackedView view;
  view.offsets_ = {words + 1, static_cast<std::size_t>(count) + 1};
  view.blocks_ = {reinterpret_cast<const PackedBlock*>(words + count + 2), static_cast<std::size_t>(blocks) + 1};
  view.bytes_ = reinterpret_cast<const char*>(view.blocks_.data() + view.blocks_.size());
  view.path_ = path.string();
  view.keeper_ = std::move(keeper);
  view.plain_.reset();
  const std::uint64_t bytes = left - view.blocks_.size_bytes();
  if (const auto damage = check_blocks(view.offsets_, view.blocks_, bytes); !damage.empty()) return corrupt(damage);
  if (hash_of(view.offsets_, view.blocks_) != hash)
    return corrupt("the lists of texts and blocks do not match their hash");
  return view;
}

std::size_t PackedView::size() const { return plain_ ? plain_->size() : offsets_.size() - 1; }

Status PackedView::check() const {
  for (std::size_t block = 0; block + 1 < blocks_.size(); ++block) TANMIAO_TRY(text_of(block));
  return {};
}

std::size_t PackedView::block_of(std::size_t row) const {
  const auto after = std::upper_bound(blocks_.begin(), blocks_.end(), row,
                                      [](std::size_t wanted, const PackedBlock& b) { return wanted < b.first_row; });
  return static_cast<std::size_t>(after - blocks_.begin()) - 1;
}

Result<std::string> PackedView::text_of(std::size_t block) const {
  const PackedBlock &begin = blocks_[block], &end = blocks_[block + 1];
  std::string text(offsets_[end.first_row] - offsets_[begin.first_row], '\0');
  const std::size_t got = ZSTD_decompress(text.data(), text.size(), bytes_ + begin.at, end.at - begin.at);
  if (ZSTD_isError(got) != 0 || got != text.size() || hash64(text) != begin.hash)
    return Error{Errc::kCorrupt,
                 "the texts of rows " + std::to_string(begin.first_row) + " to " + std::to_string(end.first_row - 1) +
                     " are damaged",
                 path_};
  return text;
}

void PackedView::let_go(std::size_t begin, std::size_t end) const {
  if (plain_ || begin >= end || end > size()) return;
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto beyond_page = [&](const char* at) { return reinterpret_cast<std::uintptr_t>(at) % page; };
  const char* const from = bytes_ + blocks_[block_of(begin)].at;
  const char* const to = bytes_ + blocks_[block_of(end - 1) + 1].at;
  const char* const first = from + (page - beyond_page(from)) % page;  // whole pages
  const char* const last = to - beyond_page(to);
  // A hint: what fails leaves the pages where they are.
  if (first < last) ::madvise(const_cast<char*>(first), static_cast<std::size_t>(last - first), MADV_DONTNEED);
}

std::string_view PackedView::row_in(std::string_view text, std::size_t block, std::size_t row) const {
  const std::uint64_t begin = offsets_[blocks_[block].first_row];
  return text.substr(offsets_[row] - begin, offsets_[row + 1] - offsets_[row]);
}

Result<std::string> PackedView::read(std::size_t row) const {
  PackedReader reader(*this);
  TANMIAO_ASSIGN(const std::string_view text, reader.read(row));
  return std::string(text);
}

Result<std::string_view> PackedReader::read(std::size_t row) {
  if (row >= view_.size())
    return Error{Errc::kUsage,
                 "row " + std::to_string(row) + " of a column of " + std::to_string(view_.size()) + " rows",
                 view_.path_};
  if (view_.plain_) return (*view_.plain_)[row];
  const std::size_t block = view_.block_of(row);
  if (block_ != block) {
    block_.reset();
    TANMIAO_ASSIGN(text_, view_.text_of(block));
    block_ = block;
  }
  return view_.row_in(text_, block, row);
}

}  // namespace tanmiao::store
