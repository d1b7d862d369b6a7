// One cell of a returned sheet, brought into the form of its field or refused with a reason.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pool/number_text.h"
#include "pool/returned_sheet.h"

namespace tanmiao::pool {

// What a cell is beside its text.
struct CellContext {
  std::uint8_t marks = 0;  // of tabular::Mark
  bool epoch_1904 = false;
  std::string_view unit;  // of a column of money or of counts, from its heading or the lines above: 万元, 元, 万人
  std::optional<Date> today;
};

ReturnedCell read_cell(std::string_view text, const SheetField& field, const CellContext& context);

// The parts of it, by kind of field; `text` has no invisible characters and no blanks around it.
void read_count(std::string_view text, const CellContext& context, ReturnedCell& cell);
void read_money(std::string_view text, const CellContext& context, ReturnedCell& cell);
void read_date(std::string_view text, const CellContext& context, ReturnedCell& cell);
void read_code(std::string_view text, const CellContext& context, ReturnedCell& cell);
void read_number_text(std::string_view text, const CellContext& context, ReturnedCell& cell);
void read_choice(std::string_view text, const SheetField& field, ReturnedCell& cell);

// Appends with ； between.
void add_remark(std::string& remark, std::string_view more);
// “text”, cut to what fits into a message.
std::string in_marks(std::string_view text);
// 无, 不详, -, N/A: they may mean zero or not known.
bool says_nothing(std::string_view text);
// Zero-width and other invisible characters, and blanks around, are taken off.
std::string visible(std::string_view text);

// The unit in brackets behind a heading, "万元" of 上年销售收入（万元）; empty: none.
std::string unit_of_heading(std::string_view heading);
// "元" of a title line 单位：元.
std::string unit_of_line(std::string_view line);

}  // namespace tanmiao::pool
