// Streams out of a compound file (MS-CFB): the envelope of .xls, .et and of workbooks protected by a password.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace tanmiao::tabular {

bool is_ole(std::string_view head);

class OleFile {
 public:
  // The bytes must outlive it. kFormat for damage.
  static Result<OleFile> open(std::string_view bytes, std::string name);
  bool has(std::u16string_view stream) const { return find(stream) != nullptr; }
  Result<std::string> read(std::u16string_view stream) const;

 private:
  struct Entry {
    std::u16string name;
    std::uint32_t start;
    std::uint64_t size;
  };
  OleFile(std::string_view bytes, std::string name) : bytes_(bytes), name_(std::move(name)) {}
  const Entry* find(std::u16string_view stream) const;
  Status read_tables();
  Status read_directory(std::uint32_t first);
  std::string_view sector(std::uint32_t number) const;
  Result<std::string> chain(std::uint32_t first, std::uint64_t most) const;
  Error broken(std::string_view what) const;

  std::string_view bytes_;
  std::string name_;
  std::uint32_t sector_shift_ = 9, mini_shift_ = 6;
  std::uint64_t mini_below_ = 4096;  // streams below this size stand in the mini stream
  std::vector<std::uint32_t> next_, mini_next_;
  std::string mini_;
  std::vector<Entry> entries_;
};

// Little-endian numbers of a file; 0 behind its end.
std::uint32_t little(std::string_view bytes, std::size_t at, std::size_t size);

}  // namespace tanmiao::tabular
