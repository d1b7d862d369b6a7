// The lines of a stream, in pieces: memory is that of the longest line. Behind each line as many bytes may be read as
// simdjson looks at beyond its end.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "tabular/byte_source.h"
#include "tabular/charset.h"

namespace tanmiao::crawler {

class JsonLines {
 public:
  static constexpr std::size_t kMostLine = std::size_t{16} << 20;  // bytes
  static constexpr std::size_t kPadding = 64;

  // Without a decoder the bytes are given as they are.
  JsonLines(std::unique_ptr<tabular::ByteSource> source, std::unique_ptr<tabular::Decoder> decoder);

  struct Line {
    std::string_view text;  // without its end; valid until the next call
    bool too_long = false;  // then it has no text
  };
  // false: the end. An error of the source comes once, after the lines before it.
  Result<bool> next(Line& line);

 private:
  Status fill();
  Status decode_piece();
  std::string_view unread() const { return std::string_view(buffer_).substr(begin_, end_ - begin_); }

  std::unique_ptr<tabular::ByteSource> source_;
  std::unique_ptr<tabular::Decoder> decoder_;
  std::size_t piece_size_;
  std::string buffer_, decoded_;
  std::unique_ptr<char[]> piece_;  // of what is decoded
  std::size_t begin_ = 0, end_ = 0;
  bool ended_ = false;
};

}  // namespace tanmiao::crawler
