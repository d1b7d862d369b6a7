// Tables in: one row at a time, bounded, every trouble with the line it is on.
//
// A reader gives the rows of one file (CSV of any charset, optionally gzipped) or one sheet (xlsx, ods, xls, a table of
// HTML or docx, XML of Excel 2003) as UTF-8 text.
// It knows nothing of headers; header.h finds them. Two kinds of trouble:
//   - of a row (quote that never closes, undecodable bytes, too long, too many cells): next() gives the row with
//     `problem` set, its raw text and no cells, and goes on behind it;
//   - of the file (not what it claims to be, truncated gzip, a limit reached): next() returns the error once, after all
//     rows before it were given; then false. What was read before is good, but the file is incomplete.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace tanmiao::tabular {

// Bounds against hostile and broken files. Reaching a bound of a row makes that row bad; the others end the file with
// kLimit.
struct Limits {
  std::uint64_t max_bytes = std::uint64_t{2} << 30;  // of the table after unpacking
  std::uint32_t max_rows = 20'000'000;
  std::uint32_t max_columns = 1'024;
  std::uint32_t max_cell_bytes = 1U << 20;
  std::uint32_t max_row_bytes = 4U << 20;
  std::uint32_t max_ratio = 1'000;    // unpacked : packed, once more than 16 MiB are unpacked
  std::uint32_t max_entries = 4'096;  // files in a zip
  std::uint32_t max_depth = 64;       // elements in XML
};

// How a delimited file is written. 0 and "" mean: find out.
struct Dialect {
  char delimiter = 0;   // one of , ; tab |
  char quote = '"';     // 0: quotes mean nothing
  std::string charset;  // "utf-8", "gb18030", ...; gb2312 and gbk are read as GB18030, their superset
};

enum class Format : std::uint8_t { kAuto = 0, kCsv, kXlsx };  // kXlsx: any workbook in a zip

// What a workbook knows of a cell besides its text; bits.
enum Mark : std::uint8_t {
  kNumberMark = 1,     // a number, not text
  kDateMark = 2,       // a number that is shown as a date or clock, or a date proper
  kPercentMark = 4,    // a number that is shown in per cent
  kScaledMark = 8,     // a number that is shown in thousands, 万 and the like
  kNoResultMark = 16,  // a formula whose result was not stored: the text is empty
  kFaultMark = 32,     // an error: the text is #N/A, #REF!, ...
  kMergedMark = 64,    // the text of the merged cell's first row, which stands above
  kStruckMark = 128,   // struck through, in whole or in part
};

struct ReadOptions {
  Format format = Format::kAuto;  // kAuto: by the first bytes of the file, not by its name
  Dialect dialect;
  Limits limits;
  std::string sheet;  // name of the sheet; empty: the first visible one that has rows
  // Tables of text documents too: of docx; and of HTML each table is a sheet, also one within another, whose text is
  // then no part of the outer one's cell.
  bool documents = false;
};

// Valid until the next call of next().
struct Row {
  std::uint32_t line = 0;               // physical line on which the row begins, or row of the sheet; from 1
  std::vector<std::string_view> cells;  // as written: not trimmed; a short row stays short
  std::string_view raw;             // the row's text (UTF-8; undecodable bytes as \xNN) for rejects, without line end
  std::string problem;              // not empty: a bad row; says what is wrong and what was expected
  std::vector<std::uint8_t> marks;  // of Mark, parallel to cells; empty for delimited text
  bool hidden = false;              // hidden or filtered out; it is given all the same
  bool bad() const { return !problem.empty(); }
  // An empty line, or cells that are all empty. Readers give them; whoever reads records skips them.
  bool blank() const {
    for (const std::string_view cell : cells) {
      if (!cell.empty()) return false;
    }
    return !bad();
  }
};

class RowReader {
 public:
  virtual ~RowReader() = default;
  // true: `row` is the next one. false: the end. Error: the file ends here for a reason (see above).
  virtual Result<bool> next(Row& row) = 0;
  // The file, and the sheet of a workbook ("名单.xlsx!Sheet1"), as it stands in errors.
  virtual const std::string& name() const = 0;
  // What was found out: "csv, gb18030, delimiter ','" or "xlsx, sheet 名单".
  virtual std::string description() const = 0;
  // Where a row stands, as in Error::where: "file:line" or "file!sheet!row".
  virtual std::string where(std::uint32_t line) const = 0;
  // Do serial numbers of days count from 1904?
  virtual bool epoch_1904() const { return false; }
};

// Opens a file from disk. Errors: kNotFound and kIo with the path; kFormat when the bytes are not what the options say
// (a declared charset that does not fit, a zip that is no workbook); kNotFound naming the sheets when the wanted one is
// not there.
Result<std::unique_ptr<RowReader>> open_rows(const std::filesystem::path& path, const ReadOptions& options = {});

// The same from memory; `name` stands in errors. The reader keeps the bytes.
Result<std::unique_ptr<RowReader>> read_rows(std::string bytes, std::string name, const ReadOptions& options = {});

// Names of the sheets of a workbook in order (hidden ones left out); one empty name for a delimited file.
Result<std::vector<std::string>> sheet_names(std::string_view bytes, const std::string& name,
                                             const Limits& limits = {});

struct SheetInfo {
  std::string name;  // "" of a delimited file
  bool hidden = false;
};

// All sheets of a file, for who does not know which one is wanted. Readers may outlive their book.
class Book {
 public:
  virtual ~Book() = default;
  virtual const std::vector<SheetInfo>& sheets() const = 0;
  virtual Result<std::unique_ptr<RowReader>> open(std::size_t sheet) = 0;
  virtual Result<bool> has_rows(std::size_t sheet) = 0;
  virtual std::string_view kind() const = 0;  // "xlsx", "ods", "xls", "html", "xml", "docx", "csv"
};
Result<std::unique_ptr<Book>> open_book(std::string bytes, std::string name, const ReadOptions& options = {});

}  // namespace tanmiao::tabular
