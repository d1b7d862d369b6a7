// Bytes of a table file, pulled in pieces: from disk or memory, gzip taken off.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "tabular/reader.h"

namespace tanmiao::tabular {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Fills `into` as far as it can; 0 is the end. After an error the source is at its end.
  virtual Result<std::size_t> read(std::span<char> into) = 0;
};

Result<std::unique_ptr<ByteSource>> open_file(const std::filesystem::path& path);
std::unique_ptr<ByteSource> from_memory(std::string bytes);

// The first bytes of a source, put back in front of it; an error met meanwhile comes after them.
struct Peeked {
  std::string head;
  std::unique_ptr<ByteSource> source;
};
Peeked peek(std::unique_ptr<ByteSource> source, std::size_t bytes);

bool is_gzip(std::string_view head);

// Unpacks gzip, several members after one another included. kFormat for damage and for an end before the last
// member's trailer; kLimit beyond limits.max_bytes or limits.max_ratio.
std::unique_ptr<ByteSource> gunzip(std::unique_ptr<ByteSource> packed, std::string name, const Limits& limits);

// All of it, at most limits.max_bytes.
Result<std::string> read_all(ByteSource& source, const std::string& name, const Limits& limits);

}  // namespace tanmiao::tabular
