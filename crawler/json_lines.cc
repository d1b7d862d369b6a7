#include "crawler/json_lines.h"

#include <algorithm>
#include <cstring>

namespace tanmiao::crawler {
namespace {

// Read at once: little of a short file, more as it goes on.
constexpr std::size_t kFirstLines = std::size_t{16} << 10, kLinesPiece = std::size_t{1} << 20;
constexpr std::size_t kDecodedPiece = std::size_t{256} << 10;

}  // namespace

JsonLines::JsonLines(std::unique_ptr<tabular::ByteSource> source, std::unique_ptr<tabular::Decoder> decoder)
    : source_(std::move(source)), decoder_(std::move(decoder)), piece_size_(kFirstLines) {}

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
  if (buffer_.size() < end_ + piece_size_ / 2 + kPadding) buffer_.resize(2 * end_ + piece_size_ + kPadding);
  const std::size_t room = buffer_.size() - kPadding - end_;
  TANMIAO_ASSIGN(const std::size_t got, source_->read({buffer_.data() + end_, room}));
  ended_ = got == 0;
  if (got == room) piece_size_ = std::min(2 * piece_size_, kLinesPiece);
  end_ += got;
  return {};
}

Status JsonLines::decode_piece() {
  if (!piece_) piece_ = std::make_unique_for_overwrite<char[]>(kDecodedPiece);
  TANMIAO_ASSIGN(const std::size_t got, source_->read({piece_.get(), kDecodedPiece}));
  ended_ = got == 0;
  decoded_.clear();
  decoder_->decode({piece_.get(), got}, ended_, decoded_);
  decoder_->bad_offsets().clear();  // the marks stand in the text and make their line no JSON
  if (buffer_.size() < end_ + decoded_.size() + kPadding) buffer_.resize(2 * (end_ + decoded_.size()) + kPadding);
  std::memcpy(buffer_.data() + end_, decoded_.data(), decoded_.size());
  end_ += decoded_.size();
  return {};
}

}  // namespace tanmiao::crawler
