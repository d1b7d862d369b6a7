// One column: an array on disk, memory-mapped to read, immutable once written.
//
// File: 64-byte header (magic "TMCOL1\0\0", element kind, element size, count, byte length, BLAKE2b-64 of the payload,
// little endian), then the payload: fixed-width values; for strings count+1 uint64 offsets and the bytes; for packed
// text what packed.h says. Written with write + fsync, never through the map, so that a full disk is an error and not a
// signal. Folders of columns are written beside and renamed (see snapshot.h and run_table.h).
#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "store/columns/packed.h"

namespace tanmiao::store {

// A read-only mapping of a whole file; shared by the views made from it.
class MappedFile {
 public:
  static Result<std::shared_ptr<const MappedFile>> open(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  std::string_view bytes() const { return {data_, size_}; }

 private:
  MappedFile(const char* data, std::size_t size) : data_(data), size_(size) {}
  const char* data_;
  std::size_t size_;
};

// Views. T: trivially copyable, 1, 2, 4 or 8 bytes. repeated(): the same value in every row, for a column that the
// folder does not have.
template <class T>
class ColumnView {
 public:
  static ColumnView repeated(T value, std::size_t rows) {
    const auto values = std::make_shared<const std::vector<T>>(rows, value);
    ColumnView view;
    view.values_ = *values;
    view.keeper_ = values;
    return view;
  }
  std::size_t size() const { return values_.size(); }
  T operator[](std::size_t row) const { return values_[row]; }
  std::span<const T> span() const { return values_; }

 private:
  friend class ColumnFolderReader;
  std::span<const T> values_;
  std::shared_ptr<const void> keeper_;  // of the memory
};

class StringView {
 public:
  static StringView repeated(std::string_view value, std::size_t rows);
  std::size_t size() const { return offsets_.empty() ? 0 : offsets_.size() - 1; }
  // Opening a column reads none of its offsets; a damaged one leads nowhere but to std::range_error.
  std::string_view operator[](std::size_t row) const {
    const std::uint64_t begin = offsets_[row], end = offsets_[row + 1];
    if (begin > end || end > size_) [[unlikely]]
      damaged();
    return {bytes_ + begin, static_cast<std::size_t>(end - begin)};
  }

 private:
  friend class ColumnFolderReader;
  [[noreturn]] static void damaged();
  std::span<const std::uint64_t> offsets_;
  const char* bytes_ = nullptr;
  std::uint64_t size_ = 0;  // of the bytes
  std::shared_ptr<const void> keeper_;
};

// Builders.
template <class T>
using ColumnBuilder = std::vector<T>;

// Texts lie in pieces that stay where they are: what has grown large is neither copied nor held twice to grow further.
class StringBuilder {
 public:
  void push_back(std::string_view s) {
    if (s.size() > room_) begin_piece(s.size());
    if (!s.empty()) std::memcpy(pieces_.back().text.get() + (bytes() - pieces_.back().first), s.data(), s.size());
    room_ -= s.size();
    offsets_.push_back(bytes() + s.size());
  }
  void append(StringBuilder&& other);  // its rows behind these; leaves nothing of it
  void reserve(std::size_t rows) { offsets_.reserve(rows + 1); }
  std::size_t size() const { return offsets_.size() - 1; }
  std::string_view operator[](std::size_t row) const;
  const std::vector<std::uint64_t>& offsets() const { return offsets_; }
  std::uint64_t bytes() const { return offsets_.back(); }  // of all texts
  std::vector<std::string_view> pieces() const;            // that are all texts, one behind the other

 private:
  struct Piece {
    std::uint64_t first;  // the offset of its first byte
    std::unique_ptr<char[]> text;
  };
  void begin_piece(std::size_t least);

  std::vector<std::uint64_t> offsets_{0};
  std::vector<Piece> pieces_;
  std::size_t room_ = 0;  // of the last piece
};

// Writes the columns of one generation into a new folder; finish() makes it appear under its name.
class ColumnFolderWriter {
 public:
  // `folder` must not exist; work happens in folder + ".new", which is removed first when a crash left one.
  static Result<ColumnFolderWriter> create(const std::filesystem::path& folder);
  template <class T>
  Status write(std::string_view name, const std::vector<T>& values) {
    static_assert(std::is_trivially_copyable_v<T>);
    return write_fixed(name, values.data(), sizeof(T), values.size());
  }
  Status write(std::string_view name, const StringBuilder& values);
  Status write(std::string_view name, const PackedBuilder& values);  // kLimit: a text is longer than kMostRow
  // `manifest` is a JSON object of the caller's; "columns" (name, count, hash, sorted by name) is added and `digest`
  // set.
  Status finish(std::string_view manifest_json);
  // BLAKE2b-128 hex over the sorted (name, kind, count, hash) of all columns written so far: equal content, equal
  // digest, whatever the manifest says besides.
  std::string digest() const;

 private:
  Status write_fixed(std::string_view name, const void* data, std::size_t width, std::size_t count);
  struct State;
  static std::filesystem::path path_of(const State& state, std::string_view name);
  std::shared_ptr<State> state_;
};

class ColumnFolderReader {
 public:
  static Result<ColumnFolderReader> open(const std::filesystem::path& folder);
  const std::string& manifest_json() const;
  const std::string& digest() const;
  bool has(std::string_view name) const;
  // Errors: kCorrupt with folder and column when it is missing, damaged or of another kind.
  template <class T>
  Status read(std::string_view name, ColumnView<T>& view) const {
    TANMIAO_ASSIGN(auto raw, find_fixed(name, sizeof(T)));
    view.values_ = {reinterpret_cast<const T*>(raw.data), raw.count};
    view.keeper_ = raw.file;
    return {};
  }
  Status read(std::string_view name, StringView& view) const;
  Status read(std::string_view name, PackedView& view) const;  // also of plain strings: the column was packed later
  // Reads every byte and compares with the hashes; names the damaged columns.
  Result<std::vector<std::string>> check() const;

 private:
  struct Raw {
    const char* data;
    std::size_t count;
    std::shared_ptr<const MappedFile> file;
  };
  Result<Raw> find_fixed(std::string_view name, std::size_t width) const;
  Status check(const std::string& name) const;
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace tanmiao::store
