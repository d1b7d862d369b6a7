#include "tabular/csv_splitter.h"

#include <algorithm>

namespace tanmiao::tabular {
namespace {

std::string without_doubled(std::string_view s, char quote) {
  std::string out;
  out.reserve(s.size());
  for (std::size_t i = 0; i < s.size(); ++i) {
    out += s[i];
    if (s[i] == quote) ++i;
  }
  return out;
}

std::uint32_t line_ends(std::string_view s) {
  std::uint32_t n = 0;
  for (std::size_t i = 0; i < s.size(); ++i) {
    n += s[i] == '\n' || (s[i] == '\r' && (i + 1 == s.size() || s[i + 1] != '\n'));
  }
  return n;
}

}  // namespace

Split CsvSplitter::split(std::string_view text, std::size_t at, bool last, std::vector<std::string_view>& cells) {
  text_ = text;
  begin_ = cell_ = at;
  lines_ = 1;
  row_done_ = false;
  cells.clear();
  unescaped_.clear();
  if (quote_ != 0 && at < text.size() && text[at] == quote_) {
    const Split result = quoted_cells(cells, last);
    if (result != Split::kRow || row_done_) return result == Split::kRow ? checked(cells, last) : result;
  }
  scanner_.start(text, cell_);
  for (;;) {
    const std::size_t found = scanner_.next();
    if (found == text.size()) {
      if (!last) return incomplete(last, false);
      cells.push_back(text.substr(cell_));
      content_end_ = next_row_ = text.size();
      return checked(cells, last);
    }
    const char c = text[found];
    if (c == delimiter_) {
      cells.push_back(text.substr(cell_, found - cell_));
      cell_ = found + 1;
      if (quote_ == 0 || cell_ >= text.size() || text[cell_] != quote_) continue;
      const Split result = quoted_cells(cells, last);
      if (result != Split::kRow) return result;
      if (row_done_) return checked(cells, last);
      scanner_.start(text, cell_);
    } else if (c != quote_) {
      cells.push_back(text.substr(cell_, found - cell_));
      const Split result = finish(found, last);
      return result == Split::kRow ? checked(cells, last) : result;
    }
  }
}

// Ends the row at the line end text_[end].
Split CsvSplitter::finish(std::size_t end, bool last) {
  content_end_ = end;
  if (text_[end] == '\r' && end + 1 == text_.size() && !last) return Split::kMore;  // the LF may still come
  next_row_ = end + (text_[end] == '\r' && end + 1 < text_.size() && text_[end + 1] == '\n' ? 2 : 1);
  row_done_ = true;
  return Split::kRow;
}

Split CsvSplitter::quoted_cells(std::vector<std::string_view>& cells, bool last) {
  Split result = Split::kRow;
  do {
    result = quoted_cell(cells, last);
  } while (result == Split::kRow && !row_done_ && cell_ < text_.size() && text_[cell_] == quote_);
  return result;
}

// From the opening quote at cell_ to behind the delimiter or line end that follows the closing one.
Split CsvSplitter::quoted_cell(std::vector<std::string_view>& cells, bool last) {
  const std::size_t open = cell_ + 1;
  std::size_t close = open;
  bool doubled = false;
  for (;;) {
    close = text_.find(quote_, close);
    if (close == std::string_view::npos) return incomplete(last, true);
    if (close + 1 == text_.size()) {
      if (!last) return incomplete(last, true);
      break;
    }
    if (text_[close + 1] != quote_) break;
    doubled = true;
    close += 2;
  }
  if (close - begin_ > limits_.max_row_bytes) return incomplete(last, true);
  const std::string_view inside = text_.substr(open, close - open);
  const std::size_t behind = close + 1;
  if (behind < text_.size() && text_[behind] != delimiter_ && text_[behind] != '\n' && text_[behind] != '\r') {
    return bad("text behind the closing quote of cell " + std::to_string(cells.size() + 1) +
                   "; expected a delimiter, the end of the line or a doubled quote",
               last);
  }
  if (doubled) unescaped_.push_back(without_doubled(inside, quote_));
  lines_ += line_ends(inside);
  cells.push_back(doubled ? std::string_view(unescaped_.back()) : inside);
  if (behind == text_.size()) {
    content_end_ = next_row_ = behind;
    row_done_ = true;
    return Split::kRow;
  }
  if (text_[behind] != delimiter_) return finish(behind, last);
  cell_ = behind + 1;
  return Split::kRow;
}

Split CsvSplitter::incomplete(bool last, bool in_quotes) {
  const bool too_long = text_.size() - begin_ > limits_.max_row_bytes;
  if (!last && !too_long) return Split::kMore;
  if (!in_quotes) return Split::kTooLong;
  return bad(too_long ? "a quote does not close within " + std::to_string(limits_.max_row_bytes) + " bytes"
                      : "a quote does not close before the end of the file",
             last);
}

Split CsvSplitter::bad(std::string problem, bool last) {
  std::size_t end = text_.find_first_of("\r\n", begin_);
  if (end == std::string_view::npos) {
    if (!last) return text_.size() - begin_ > limits_.max_row_bytes ? Split::kTooLong : Split::kMore;
    content_end_ = next_row_ = text_.size();
  } else if (finish(end, last) == Split::kMore) {
    return Split::kMore;
  }
  problem_ = std::move(problem);
  lines_ = 1;
  return Split::kBad;
}

Split CsvSplitter::checked(std::vector<std::string_view>& cells, bool last) {
  if (content_end_ - begin_ > limits_.max_row_bytes) return Split::kTooLong;
  if (cells.size() > limits_.max_columns) {
    return bad(std::to_string(cells.size()) + " cells, at most " + std::to_string(limits_.max_columns) + " are read",
               last);
  }
  if (content_end_ - begin_ <= limits_.max_cell_bytes) return Split::kRow;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].size() <= limits_.max_cell_bytes) continue;
    return bad("cell " + std::to_string(i + 1) + " has " + std::to_string(cells[i].size()) + " bytes, at most " +
                   std::to_string(limits_.max_cell_bytes) + " are read",
               last);
  }
  return Split::kRow;
}

char detect_delimiter(std::string_view text, char quote) {
  constexpr std::string_view kCandidates = ",;\t|";
  constexpr std::size_t kLines = 20, kBytes = std::size_t{64} << 10;
  text = text.substr(0, kBytes);
  char best = ',';
  std::size_t best_lines = 0, best_cells = 0;
  for (const char candidate : kCandidates) {
    CsvSplitter splitter(candidate, quote, Limits{});
    std::vector<std::string_view> cells;
    std::size_t lines = 0, total = 0;
    for (std::size_t at = 0, n = 0; at < text.size() && n < kLines; ++n) {
      const Split result = splitter.split(text, at, true, cells);
      if (result == Split::kTooLong) break;
      at = splitter.next_row();
      if (result != Split::kRow || cells.size() < 2) continue;
      ++lines;
      total += cells.size();
    }
    if (lines > best_lines || (lines == best_lines && total > best_cells)) {
      best = candidate, best_lines = lines, best_cells = total;
    }
  }
  return best;
}

}  // namespace tanmiao::tabular
