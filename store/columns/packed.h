// A column of long texts, compressed: rows are gathered into blocks of about 64 KiB, and a block is decompressed when
// one of its rows is asked for. For texts that are shown one firm at a time, not for what a stage walks through.
//
// Payload of the file (header: column.h), in uint64: the number of blocks; count + 1 offsets of the rows in the whole
// uncompressed text; a PackedBlock for each block and one for their end; then the compressed bytes. The hash of the
// column covers the texts and where they begin, not the compressed bytes: another version of the library may compress
// otherwise, and the folder would still hold the same.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace tanmiao::store {

class MappedFile;
class StringView;

struct PackedText {};  // the element type: Column<Mode, PackedText>

struct PackedBlock {
  std::uint64_t first_row = 0;
  std::uint64_t at = 0;    // of its bytes behind the last PackedBlock
  std::uint64_t hash = 0;  // BLAKE2b-64 of its text; 0 in the one that ends the list
};

// Holds what was pushed compressed, apart from the block that is being filled.
class PackedBuilder {
 public:
  static constexpr std::size_t kBlock = std::size_t{64} << 10;    // a block ends with the row that reaches this
  static constexpr std::size_t kMostRow = std::size_t{16} << 20;  // longer texts are refused when the column is written

  void push_back(std::string_view text);
  // The rows of another one behind these: what several threads filled. Blocks end where one is joined to the other, so
  // a column is the same only when it is made of the same parts.
  void append(PackedBuilder&& other);
  void end_block();  // compresses what is not yet: before another thread appends this one
  std::size_t size() const { return offsets_.size() - 1; }

 private:
  friend class ColumnFolderWriter;
  struct Closed {
    std::vector<PackedBlock> blocks;  // with the end
    std::string tail;                 // bytes of the last one
    std::uint64_t hash;
  };
  Closed close() const;

  std::vector<std::uint64_t> offsets_{0};
  std::vector<PackedBlock> blocks_;
  std::string bytes_, open_;
  std::uint64_t first_open_ = 0;
  bool too_long_ = false;
};

// Texts of a mapped column. Reads keep no state: any number of threads may share a view.
class PackedView {
 public:
  PackedView();
  explicit PackedView(StringView plain);  // of a folder that holds the texts as plain strings
  static PackedView repeated(std::string_view value, std::size_t rows);
  std::size_t size() const;
  // Errors: kCorrupt with the file and the rows of the block that is damaged; kUsage for a row that is none.
  Result<std::string> read(std::size_t row) const;
  // The process holds no pages of these rows, [begin, end), any more: they count as its memory as long as it has them
  // mapped. Any may be read again, by any thread at the same time.
  void let_go(std::size_t begin, std::size_t end) const;

 private:
  friend class ColumnFolderReader;
  friend class PackedReader;
  // `payload` as the header describes it. Checks all that a read relies on; a block is checked when it is read.
  static Result<PackedView> map(const std::filesystem::path& path, std::string_view payload, std::uint64_t count,
                                std::uint64_t hash, std::shared_ptr<const void> keeper);
  Status check() const;  // of every block
  std::size_t block_of(std::size_t row) const;
  Result<std::string> text_of(std::size_t block) const;
  std::string_view row_in(std::string_view text, std::size_t block, std::size_t row) const;

  std::span<const std::uint64_t> offsets_;
  std::span<const PackedBlock> blocks_;  // with the end
  const char* bytes_ = nullptr;
  std::string path_;
  std::shared_ptr<const void> keeper_;
  std::shared_ptr<const StringView> plain_;  // instead of all that
};

// Reads rows one after the other and keeps the block it read last, so that rows in order cost one decompression a
// block. Belongs to one thread; the view must outlive it. A text stays valid until the next read.
class PackedReader {
 public:
  explicit PackedReader(const PackedView& view) : view_(view) {}
  Result<std::string_view> read(std::size_t row);

 private:
  const PackedView& view_;
  std::optional<std::size_t> block_;
  std::string text_;
};

}  // namespace tanmiao::store
