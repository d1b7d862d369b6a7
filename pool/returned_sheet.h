// Sheets that come back filled in: what people and office programs made of a list we sent out is brought into one form,
// or refused cell by cell with a reason in Chinese. Nothing is guessed and nothing is left out without a word.
//
// An empty cell is unknown and changes nothing; "0" is a value. 无, 不详, - and the like in a cell for a number are
// refused: they may mean zero or not known. What damage is known and what happens to it: docs/measured/sheets.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.h"
#include "core/error.h"
#include "pool/row_list.h"

namespace tanmiao::tabular {
class Book;
}

namespace tanmiao::pool {

enum class FieldKind : std::uint8_t {
  kText,    // trimmed; line breaks stay
  kCode,    // credit code, else registration number of 15 or 13 digits: checked, canonical
  kNumber,  // another number kept as text (certificate, tech-SME number): half width, upper case, no blanks, unchecked
  kDate,    // ISO; whole days only
  kCount,   // a whole number from 0, decimal
  kMoneyWan,  // 万元 unless the cell or the heading's brackets say otherwise; value in minor units (分), at least 0
  kChoice,    // one of `choices`
};

struct SheetField {
  std::string word;                   // the caller's own name of it
  std::vector<std::string> headings;  // best first, then synonyms; messages say the first
  FieldKind kind = FieldKind::kText;
  std::vector<std::string> choices{};  // of kChoice
  bool required = false;               // a sheet without such a column is not ours, a row without a value is refused
};

struct ReturnedSheet {
  std::string file, sheet;            // sheet: the first one that was read; empty for csv
  std::vector<std::string> headings;  // of all columns but 退回原因; of several sheets the union
  std::vector<int> column;            // for each field its first place in `headings`, -1: none
  std::vector<bool> present;          // which fields have a column
  std::vector<std::string> above;     // title lines
  RowList rows;                       // blank lines, totals and footnotes left out; the latter two are remarked
  std::vector<std::string> remarks;   // of the file: which sheets were read and which not, columns nobody knows, ...
};

struct ReturnedOptions {
  std::uint64_t max_bytes = std::uint64_t{256} << 20;  // of the file, and of what it unpacks to
  std::uint32_t max_rows = 200'000;
  std::uint32_t max_columns = 256;
  std::optional<Date> today{};                // a date behind it is refused; absent: not checked
  std::string sheet{};                        // read this one alone; empty: every visible one that fits
  std::vector<std::string> known_headings{};  // columns that are ours, but not asked for: no remark
  std::vector<std::string> other_sheets{"汇总", "依据明细", "口径说明"};  // ours, but no list: no remark
};

// Reads xlsx, xlsm, ods, xls, csv and tab-separated text of any charset, HTML and XML of Excel under the name .xls: by
// the bytes, not by the name. Of a workbook every visible sheet whose header has the required columns, and at least
// half as many of the fields as the best one, is read, in order; hidden ones only when no visible one fits. Remarks say
// which were read and which not.
//
// Errors: kNotFound, kIo; kFormat for what is no table, is protected by a password, or has no header row with the
// required columns; kLimit. in_chinese() has words for each of them.
Result<ReturnedSheet> read_returned(const std::filesystem::path& path, std::span<const SheetField> fields,
                                    const ReturnedOptions& options = {});
// The same from memory: an upload. `name` stands in messages.
Result<ReturnedSheet> read_returned(std::string bytes, const std::string& name, std::span<const SheetField> fields,
                                    const ReturnedOptions& options = {});

// The same of tables that somebody else opened (PDF).
Result<ReturnedSheet> read_returned(tabular::Book& book, const std::string& name, std::span<const SheetField> fields,
                                    const ReturnedOptions& options = {});

struct RejectedRow {
  std::size_t row = 0;  // index in ReturnedSheet::rows
  std::string reason;
};
inline constexpr std::string_view kRejectHeading = "退回原因";

// A workbook with 退回原因 and then the columns as they came, codes and other numbers as text: it can be mended and
// read again, the reason is then left out. Writes beside `path` and renames.
Status write_rejects(const std::string& path, const ReturnedSheet& sheet, std::span<const SheetField> fields,
                     std::span<const RejectedRow> rejects);

}  // namespace tanmiao::pool
