#include "tabular/csv_reader.h"

#include <algorithm>
#include <optional>

#include "tabular/charset.h"
#include "tabular/csv_splitter.h"

namespace tanmiao::tabular {
namespace {

constexpr std::size_t kWindowPiece = std::size_t{256} << 10;
constexpr std::size_t kSample = std::size_t{1} << 20;  // what charset detection looks at
constexpr std::size_t kRawShown = 4096;                // of an over-long row

// UTF-8 text of the file, a sliding window of it.
class TextWindow {
 public:
  TextWindow(std::unique_ptr<ByteSource> source, std::string name, const ReadOptions& options)
      : source_(std::move(source)),
        name_(std::move(name)),
        limits_(options.limits),
        charset_(options.dialect.charset) {}

  Status start() {
    Peeked peeked = peek(std::move(source_), kSample);
    source_ = std::move(peeked.source);
    if (!charset_.empty()) {
      TANMIAO_ASSIGN(charset_, canonical_charset(charset_));
      const std::string other = misfit(charset_, peeked.head);
      if (!other.empty()) return wrong_charset(other, peeked.head);
      const Detected found = detect_charset(peeked.head);
      bom_ = found.bom;
      // "utf-16" alone leaves the byte order to the mark or the zeros.
      if (charset_ == "utf-16" && found.charset.starts_with("utf-16")) charset_ = found.charset;
    } else {
      const Detected found = detect_charset(peeked.head);
      charset_ = found.charset;
      bom_ = found.bom;
    }
    skip_ = bom_;
    if (!charset_.empty()) {
      TANMIAO_ASSIGN(decoder_, make_decoder(charset_, bom_));
    }
    fill();
    return {};
  }

  // Reads on: at least doubles what lies unread, so that a long row is looked at a few times only.
  void fill() {
    if (ended_) return;
    text_.erase(0, begin_);
    begin_ = 0;
    const std::size_t wanted = std::max(kWindowPiece, text_.size() * 2);
    while (!ended_ && text_.size() < wanted) read_piece();
  }

  std::string_view text() const { return text_; }
  std::size_t begin() const { return begin_; }
  bool ended() const { return ended_; }
  const std::optional<Error>& failure() const { return failure_; }
  const std::string& charset() const { return charset_; }

  // Moves on to `to`; the offsets in the file of the undecodable bytes that were passed.
  std::vector<std::uint64_t> advance(std::size_t to) {
    std::vector<std::uint64_t> bad;
    if (decoder_ && !decoder_->bad_offsets().empty()) {
      auto& offsets = decoder_->bad_offsets();
      const std::string_view passed = std::string_view(text_).substr(begin_, to - begin_);
      const auto n =
          std::min(offsets.size(), static_cast<std::size_t>(std::count(passed.begin(), passed.end(), kMark)));
      bad.assign(offsets.begin(), offsets.begin() + static_cast<std::ptrdiff_t>(n));
      offsets.erase(offsets.begin(), offsets.begin() + static_cast<std::ptrdiff_t>(n));
    }
    begin_ = to;
    return bad;
  }

 private:
  void read_piece() {
    if (!piece_) piece_ = std::make_unique_for_overwrite<char[]>(kWindowPiece);
    auto got = source_->read({piece_.get(), kWindowPiece});
    if (!got) {
      failure_ = got.error();
      ended_ = true;
      return;
    }
    ended_ = *got == 0;
    std::string_view bytes(piece_.get(), *got);
    read_ += bytes.size();
    if (read_ > limits_.max_bytes) {
      failure_ = Error{Errc::kLimit, "is larger than " + std::to_string(limits_.max_bytes) + " bytes", name_};
      ended_ = true;
      return;
    }
    const std::size_t skipped = std::min(skip_, bytes.size());
    skip_ -= skipped;
    bytes.remove_prefix(skipped);
    if (!decoder_ && !decide_late(bytes)) return;
    decoder_->decode(bytes, ended_, text_);
  }

  // A file that was ASCII as far as the sample went shows its charset here.
  bool decide_late(std::string_view bytes) {
    const Detected found = detect_charset(bytes);
    const bool zeros = bytes.find('\0') != std::string_view::npos;
    if (found.charset.empty() && !zeros) {
      text_.append(bytes);
      return false;
    }
    charset_ = found.charset.empty() ? "utf-8" : found.charset;
    auto decoder = make_decoder(charset_, read_ - bytes.size());
    if (!decoder) decoder = make_decoder("utf-8", read_ - bytes.size());
    decoder_ = std::move(*decoder);
    return true;
  }

  Error wrong_charset(const std::string& other, std::string_view head) const {
    std::string message = "is declared as " + charset_ + " but its bytes are not";
    if (auto decoder = make_decoder(charset_, 0)) {
      std::string out;
      (*decoder)->decode(head, false, out);
      if (const auto& bad = (*decoder)->bad_offsets(); !bad.empty()) {
        const auto lines = std::count(head.begin(), head.begin() + static_cast<std::ptrdiff_t>(bad.front()), '\n');
        message += " (first in line " + std::to_string(lines + 1) + ", byte " + std::to_string(bad.front()) + ")";
      }
    }
    if (other != "other") message += "; they look like " + other;
    return {Errc::kFormat, message, name_};
  }

  std::unique_ptr<ByteSource> source_;
  std::string name_;
  Limits limits_;
  std::string charset_;
  std::unique_ptr<Decoder> decoder_;
  std::string text_;
  std::unique_ptr<char[]> piece_;
  std::size_t begin_ = 0, bom_ = 0, skip_ = 0;
  std::uint64_t read_ = 0;
  bool ended_ = false;
  std::optional<Error> failure_;
};

std::string readable(std::string_view raw) {
  std::string out;
  for (const char c : raw) {
    if (c == kMark) {
      out += "\\x";
    } else {
      out += c;
    }
  }
  return out;
}

class CsvReader final : public RowReader {
 public:
  CsvReader(TextWindow window, std::string name, const ReadOptions& options)
      : window_(std::move(window)),
        name_(std::move(name)),
        limits_(options.limits),
        delimiter_(options.dialect.delimiter != 0 ? options.dialect.delimiter
                                                  : detect_delimiter(window_.text(), options.dialect.quote)),
        splitter_(delimiter_, options.dialect.quote, options.limits) {}

  Result<bool> next(Row& row) override {
    row.problem.clear();
    row.cells.clear();
    row.raw = {};
    for (;;) {
      if (window_.begin() == window_.text().size()) {
        if (window_.ended()) return end();
        window_.fill();
        continue;
      }
      const bool last = window_.ended() && !window_.failure();
      const Split split = splitter_.split(window_.text(), window_.begin(), last, row.cells);
      if (split == Split::kMore) {
        if (window_.ended()) return end();  // the row is cut off where the file is
        window_.fill();
        continue;
      }
      if (rows_ == limits_.max_rows) {
        return fail({Errc::kLimit, "has more than " + std::to_string(limits_.max_rows) + " rows", where(line_)});
      }
      ++rows_;
      give(split, row);
      return true;
    }
  }

  const std::string& name() const override { return name_; }
  std::string description() const override {
    const std::string delimiter = delimiter_ == '\t' ? "tab" : std::string{'\'', delimiter_, '\''};
    return "csv, " + (window_.charset().empty() ? std::string("ascii") : window_.charset()) + ", delimiter " +
           delimiter;
  }
  std::string where(std::uint32_t line) const override { return name_ + ":" + std::to_string(line); }

 private:
  void give(Split split, Row& row) {
    row.line = line_;
    if (split == Split::kTooLong) return skip_long_row(row);
    const std::string_view raw = window_.text().substr(window_.begin(), splitter_.content_end() - window_.begin());
    row.raw = raw;
    if (split == Split::kBad) row.problem = splitter_.problem();
    line_ += splitter_.lines();
    const auto bad_bytes = window_.advance(splitter_.next_row());
    if (!bad_bytes.empty()) name_bad_bytes(bad_bytes, row);
    if (row.bad()) row.cells.clear();
  }

  void name_bad_bytes(const std::vector<std::uint64_t>& offsets, Row& row) {
    const std::size_t at = row.raw.find(kMark);
    const std::string_view hex = at == std::string_view::npos ? "" : row.raw.substr(at + 1, 2);
    const std::string charset = window_.charset().empty() ? "utf-8" : window_.charset();
    row.problem = "byte 0x" + std::string(hex) + " at byte " + std::to_string(offsets.front()) + " of the file " +
                  (hex == "00" ? "is NUL, expected text" : "is not " + charset);
    if (offsets.size() > 1) row.problem += " (" + std::to_string(offsets.size()) + " such bytes in this row)";
    raw_ = readable(row.raw);
    row.raw = raw_;
  }

  void skip_long_row(Row& row) {
    raw_ = with_bytes_shown(readable(window_.text().substr(window_.begin(), kRawShown))) + "...";
    row.cells.clear();
    row.problem = "longer than " + std::to_string(limits_.max_row_bytes) + " bytes; expected a line end before";
    for (;;) {
      const std::size_t end = window_.text().find_first_of("\r\n", window_.begin());
      if (end != std::string_view::npos) {
        const bool pair = window_.text().substr(end, 2) == "\r\n";
        window_.advance(end + (pair ? 2 : 1));
        break;
      }
      window_.advance(window_.text().size());
      if (window_.ended()) break;
      window_.fill();
    }
    ++line_;
    row.raw = raw_;
  }

  Result<bool> end() {
    const auto& failure = window_.failure();
    if (reported_ || !failure) return false;
    Error error = *failure;
    if (error.where.empty()) error.where = name_;
    error.message += "; rows up to line " + std::to_string(line_ - 1) + " were read";
    return fail(std::move(error));
  }

  Result<bool> fail(Error error) {
    if (reported_) return false;
    reported_ = true;
    return error;
  }

  TextWindow window_;
  std::string name_;
  Limits limits_;
  char delimiter_;
  CsvSplitter splitter_;
  std::string raw_;
  std::uint32_t line_ = 1, rows_ = 0;
  bool reported_ = false;
};

}  // namespace

Result<std::unique_ptr<RowReader>> read_csv(std::unique_ptr<ByteSource> source, std::string name,
                                            const ReadOptions& options) {
  TextWindow window(std::move(source), name, options);
  Status started = window.start();
  if (!started) {
    Error error = started.error();
    if (error.where.empty()) error.where = name;
    return error;
  }
  return std::unique_ptr<RowReader>(std::make_unique<CsvReader>(std::move(window), std::move(name), options));
}

}  // namespace tanmiao::tabular
