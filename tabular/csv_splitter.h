// Splits delimited text into rows by RFC 4180, with these rules where files break it:
//   - a row ends at LF, CR LF or a lone CR; the last needs none; an empty line is a row of one empty cell;
//   - a cell is quoted only when the quote is its very first byte; quotes elsewhere are text;
//   - text behind a closing quote, and a quote that does not close before the end or before max_row_bytes, make a bad
//     row. It is the one physical line on which the row began, and splitting goes on at the next physical line: a
//     forgotten quote costs its own line, never the lines it would swallow.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "tabular/csv_scan.h"
#include "tabular/reader.h"

namespace tanmiao::tabular {

enum class Split : std::uint8_t {
  kRow,      // cells hold the row
  kBad,      // problem says why; the row's one line is raw
  kMore,     // the text ends before the row does
  kTooLong,  // longer than max_row_bytes: skip to the end of its line
};

class CsvSplitter {
 public:
  CsvSplitter(char delimiter, char quote, const Limits& limits)
      : scanner_(delimiter, quote), delimiter_(delimiter), quote_(quote), limits_(limits) {}

  // The row that begins at text[at]. `last`: nothing follows the text. Cells point into the text, or into the
  // splitter for cells with doubled quotes, until the next call.
  Split split(std::string_view text, std::size_t at, bool last, std::vector<std::string_view>& cells);

  std::size_t content_end() const { return content_end_; }  // end of the row without its line end
  std::size_t next_row() const { return next_row_; }
  std::uint32_t lines() const { return lines_; }  // physical lines the row took
  const std::string& problem() const { return problem_; }

 private:
  Split finish(std::size_t end, bool last);
  Split quoted_cells(std::vector<std::string_view>& cells, bool last);
  Split quoted_cell(std::vector<std::string_view>& cells, bool last);
  Split bad(std::string problem, bool last);
  Split incomplete(bool last, bool in_quotes);
  Split checked(std::vector<std::string_view>& cells, bool last);

  StructureScanner scanner_;
  char delimiter_, quote_;
  Limits limits_;
  std::string_view text_;
  std::size_t begin_ = 0, cell_ = 0, content_end_ = 0, next_row_ = 0;
  std::uint32_t lines_ = 1;
  bool row_done_ = false;
  std::deque<std::string> unescaped_;
  std::string problem_;
};

// The delimiter that cuts the first lines of `text` most evenly: of , ; tab | the one that occurs in most lines, and of
// those the one with the most cells. A comma when none does.
char detect_delimiter(std::string_view text, char quote);

}  // namespace tanmiao::tabular
