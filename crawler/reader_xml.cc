// XML by path, read as it comes: memory is that of one row. `rows` names the element of a row from the root on
// ("/catalogue/firm", '*' is any element) or anywhere ("//firm"); columns name what is below it ("name", "on/day",
// "@id", "code/@kind", "." is the row itself). Names are local ones: prefixes do not count.
#include <algorithm>
#include <deque>

#include "core/messages.h"
#include "core/text/normalize.h"
#include "crawler/reader_parts.h"
#include "tabular/charset.h"
#include "tabular/xml_pull.h"

namespace tanmiao::crawler {
namespace {

constexpr std::size_t kXmlHead = 4096, kXmlPiece = std::size_t{64} << 10;
constexpr std::size_t kMostRowText = std::size_t{16} << 20;  // bytes of the values of one row
constexpr std::size_t kValueCost = 32;                       // bytes that one takes beside its text

// Bytes of another charset as UTF-8; what cannot be decoded as U+FFFD, so that the row it stands in is refused.
class DecodedSource : public tabular::ByteSource {
 public:
  DecodedSource(std::unique_ptr<tabular::ByteSource> source, std::unique_ptr<tabular::Decoder> decoder)
      : source_(std::move(source)), decoder_(std::move(decoder)) {}

  Result<std::size_t> read(std::span<char> into) override {
    while (at_ == text_.size() && !ended_) {
      TANMIAO_TRY(decode());
    }
    const std::size_t size = std::min(into.size(), text_.size() - at_);
    text_.copy(into.data(), size, at_);
    at_ += size;
    return size;
  }

 private:
  Status decode() {
    if (!piece_) piece_ = std::make_unique_for_overwrite<char[]>(kXmlPiece);
    TANMIAO_ASSIGN(const std::size_t got, source_->read({piece_.get(), kXmlPiece}));
    ended_ = got == 0;
    text_.clear();
    at_ = 0;
    decoder_->decode({piece_.get(), got}, ended_, text_);
    decoder_->bad_offsets().clear();
    constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // as long as a mark
    for (auto mark = text_.find(tabular::kMark); mark != std::string::npos; mark = text_.find(tabular::kMark, mark))
      text_.replace(mark, kReplacement.size(), kReplacement);
    return {};
  }

  std::unique_ptr<tabular::ByteSource> source_;
  std::unique_ptr<tabular::Decoder> decoder_;
  std::unique_ptr<char[]> piece_;
  std::string text_;
  std::size_t at_ = 0;
  bool ended_ = false;
};

// What the declaration says: <?xml version="1.0" encoding="GB2312"?>.
std::string declared_encoding(std::string_view head) {
  const std::size_t end = std::min(head.find("?>"), head.size());
  const std::size_t at = head.substr(0, end).find("encoding=");
  if (at == std::string_view::npos || at + 10 >= end) return {};
  const char quote = head[at + 9];
  const std::size_t close = head.find(quote, at + 10);
  return close < end ? std::string(head.substr(at + 10, close - at - 10)) : std::string();
}

Result<std::unique_ptr<tabular::ByteSource>> open_xml(const Reading& reading) {
  const Document& document = reading.document;
  std::unique_ptr<tabular::ByteSource> source;
  if (document.file.empty()) {
    source = tabular::from_memory(std::string(document.bytes));
  } else {
    TANMIAO_ASSIGN(source, tabular::open_file(document.file));
  }
  tabular::Limits limits;
  limits.max_bytes = std::uint64_t{64} << 30;  // none of it is held
  tabular::Peeked head = tabular::peek(std::move(source), kXmlHead);
  if (tabular::is_gzip(head.head))
    head = tabular::peek(tabular::gunzip(std::move(head.source), document.part, limits), kXmlHead);
  const tabular::Detected found = tabular::detect_charset(head.head);
  std::string named = reading.page.charset;
  if (named.empty() && found.bom > 0) named = found.charset;
  if (named.empty()) named = declared_encoding(head.head);
  if (named.empty()) named = "utf-8";
  TANMIAO_ASSIGN(const std::string charset, tabular::canonical_charset(named));
  // The parser passes over the mark of UTF-8 itself.
  if (charset == "utf-8" && tabular::valid_prefix(head.head) + 4 >= head.head.size()) return std::move(head.source);
  TANMIAO_ASSIGN(auto decoder, tabular::make_decoder(charset, 0));
  return std::unique_ptr<tabular::ByteSource>(
      std::make_unique<DecodedSource>(std::move(head.source), std::move(decoder)));
}

std::vector<std::string> steps_of(std::string_view path) {
  std::vector<std::string> steps;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    if (end > 0) steps.emplace_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return steps;
}

class XmlRows {
 public:
  XmlRows(const Reading& reading, std::unique_ptr<tabular::ByteSource> source)
      : reading_(reading),
        mapper_(reading.source, reading.page, reading.document, reading.context),
        pull_(std::move(source), reading.document.part, limits()),
        anywhere_(reading.page.rows.starts_with("//")),
        row_steps_(steps_of(reading.page.rows)) {
    for (std::size_t column = 0; column < reading.page.columns.size(); ++column) {
      std::string path = reading.page.columns[column].second;
      if (path == ".") path.clear();
      const std::size_t at = path.find('@');
      const std::string attribute = at == std::string::npos ? "" : path.substr(at + 1);
      if (at != std::string::npos) path.resize(at);
      while (path.ends_with('/')) path.pop_back();
      wanted_.push_back({column, steps_of(path), attribute});
    }
  }

  Status read() {
    using Event = tabular::XmlPull::Event;
    for (;;) {
      TANMIAO_ASSIGN(const Event event, pull_.next());
      if (event == Event::kDone) break;
      if (event == Event::kStart) TANMIAO_TRY(start());
      if (event == Event::kText && row_depth_ > 0) TANMIAO_TRY(text());
      if (event == Event::kEnd) TANMIAO_TRY(end());
    }
    if (rows_ > 0) return {};
    return Error{Errc::kFormat, "has no rows at '" + reading_.page.rows + "'", reading_.document.part};
  }

 private:
  struct Wanted {
    std::size_t column;
    std::vector<std::string> steps;
    std::string attribute;
  };
  struct Open {
    std::size_t column, depth;
    std::string text;
  };

  static tabular::Limits limits() {
    tabular::Limits out;
    out.max_depth = 200;
    return out;
  }

  bool is_row() const {
    if (names_.size() < row_steps_.size() || (!anywhere_ && names_.size() != row_steps_.size())) return false;
    return std::equal(row_steps_.rbegin(), row_steps_.rend(), names_.rbegin(),
                      [](const std::string& step, const std::string& name) { return step == "*" || step == name; });
  }

  bool stands_at(const Wanted& wanted) const {
    if (names_.size() - row_depth_ != wanted.steps.size()) return false;
    return std::equal(wanted.steps.begin(), wanted.steps.end(),
                      names_.begin() + static_cast<std::ptrdiff_t>(row_depth_));
  }

  Status start() {
    names_.emplace_back(pull_.element());
    if (row_depth_ == 0) {
      if (!is_row()) return {};
      row_depth_ = names_.size();
      found_.clear();
      size_ = 0;
      too_large_ = false;
    }
    for (const Wanted& wanted : wanted_) {
      if (!stands_at(wanted)) continue;
      if (wanted.attribute.empty()) {
        open_.push_back({wanted.column, names_.size(), {}});
        continue;
      }
      TANMIAO_ASSIGN(std::string value, pull_.attribute(wanted.attribute));
      if (!value.empty() && grows(value.size() + kValueCost)) found_.push_back({wanted.column, std::move(value)});
    }
    return {};
  }

  // Whether there is room for so many bytes more in the row.
  bool grows(std::size_t bytes) {
    size_ += bytes;
    too_large_ = too_large_ || size_ > kMostRowText;
    return !too_large_;
  }

  Status text() {
    if (open_.empty() || too_large_) return {};
    piece_.clear();
    TANMIAO_TRY(pull_.append_text(piece_));
    if (!grows(piece_.size() * open_.size())) return {};
    for (Open& open : open_) open.text += piece_;
    return {};
  }

  Status end() {
    // In the order of the columns that stand at one place.
    const auto closed =
        std::find_if(open_.begin(), open_.end(), [this](const Open& open) { return open.depth == names_.size(); });
    for (auto open = closed; open != open_.end(); ++open)
      if (std::string value = text::squeeze(open->text); !value.empty() && grows(kValueCost))
        found_.push_back({open->column, std::move(value)});
    open_.erase(closed, open_.end());
    const bool whole = row_depth_ == names_.size();
    names_.pop_back();
    return whole ? give() : Status();
  }

  Status give() {
    row_depth_ = 0;
    ++rows_;
    if (too_large_)
      return mapper_.reject(rows_, "此条过大：超过 " + std::to_string(kMostRowText >> 20) + " MiB", "", reading_.sink);
    std::stable_sort(found_.begin(), found_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    RawRow row;
    row.line = rows_;
    row.values.reserve(found_.size());
    for (const auto& [column, value] : found_) row.values.push_back({column, value});
    return mapper_.row(row, reading_.sink);
  }

  const Reading& reading_;
  Mapper mapper_;
  tabular::XmlPull pull_;
  bool anywhere_;
  std::vector<std::string> row_steps_;
  std::vector<Wanted> wanted_;
  std::vector<std::string> names_;  // of the open elements
  std::size_t row_depth_ = 0;       // of the row that is open; 0: none
  std::vector<Open> open_;          // values in the making, the innermost last
  std::vector<std::pair<std::size_t, std::string>> found_;
  std::string piece_;
  std::size_t size_ = 0;
  bool too_large_ = false;
  std::uint32_t rows_ = 0;
};

}  // namespace

Status read_xml(const Reading& reading) {
  if (!reading.page.kind) return {};
  TANMIAO_ASSIGN(auto source, open_xml(reading));
  return XmlRows(reading, std::move(source)).read();
}

}  // namespace tanmiao::crawler
