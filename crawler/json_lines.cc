#include "crawler/json_lines.h"

#include <algorithm>
#include <cstring>

namespace tanmiao::crawler {
namespace {

constexpr std::size_t kLinesPiece = std::size_t{1} << 20;

}  // namespace

JsonLines::JsonLines(std::unique_ptr<tabular::ByteSource> source, std::unique_ptr<tabular::Decoder> decoder)
    : source_(std::move(source)), decoder_(std::move(decoder)), buffer_(kLinesPiece + kPadding, '\0') {}

Result<bool> JsonLines::next(Line& line) {
  line = {};
  for (std::size_t looked_at = 0;;) {
    const std::string_view rest = unread();
    const std::size_t end = rest.find('\n', looked_at);
    if (end != std::string_view::npos || (ended_ && !rest.empty())) {
      const std::size_t length = std::min(end, rest.size());
      if (!line.too_long) line.text = rest.substr(0, length);
      begin_ += std::min(length + 1, rest.size());
      return true;
    }
    if (ended_) return line.too_long;
    looked_at = rest.size();
    if (rest.size() > kMostLine || line.too_long) {  // passed over as it comes
      line.too_long = true;
      begin_ = end_ = looked_at = 0;
    }
    const Status filled = fill();
    if (filled) continue;
    ended_ = true;
    begin_ = end_ = 0;  // a line that is cut off is none
    return filled.error();
  }
}

// Reads on behind what is unread.
Status JsonLines::fill() {
  if (begin_ > 0) std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  if (decoder_) return decode_piece();
  if (buffer_.size() < end_ + kLinesPiece / 2 + kPadding) buffer_.resize(2 * end_ + kLinesPiece + kPadding);
  TANMIAO_ASSIGN(const std::size_t got, source_->read({buffer_.data() + end_, buffer_.size() - kPadding - end_}));
  ended_ = got == 0;
  end_ += got;
  return {};
}

Status JsonLines::decode_piece() {
  piece_.resize(kLinesPiece / 4);
  TANMIAO_ASSIGN(const std::size_t got, source_->read(piece_));
  ended_ = got == 0;
  decoded_.clear();
  decoder_->decode(std::string_view(piece_).substr(0, got), ended_, decoded_);
  decoder_->bad_offsets().clear();  // the marks stand in the text and make their line no JSON
  if (buffer_.size() < end_ + decoded_.size() + kPadding) buffer_.resize(2 * (end_ + decoded_.size()) + kPadding);
  std::memcpy(buffer_.data() + end_, decoded_.data(), decoded_.size());
  end_ += decoded_.size();
  return {};
}

}  // namespace tanmiao::crawler
