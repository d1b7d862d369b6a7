// Returned sheets of every format: an error or rows in which each cell is a value, a problem or neither.
#include <string>

#include "core/text/normalize.h"
#include "fuzz/fuzz.h"
#include "pool/returned_sheet.h"

using namespace tanmiao;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using enum pool::FieldKind;
  static const std::vector<pool::SheetField> kFields = {{"name", {"企业名称"}, kText, {}, true},
                                                        {"code", {"统一社会信用代码"}, kCode},
                                                        {"on", {"走访日期"}, kDate},
                                                        {"staff", {"职工总数"}, kCount},
                                                        {"sales", {"上年销售收入(万元)"}, kMoneyWan},
                                                        {"verdict", {"核实结论"}, kChoice, {"有意申报", "无研发"}},
                                                        {"number", {"证书编号"}, kNumber}};
  pool::ReturnedOptions options;
  options.max_bytes = 4U << 20;
  options.max_rows = 2'000;
  const auto sheet = pool::read_returned(std::string(fuzz::view(data, size)), "fuzz", kFields, options);
  if (!sheet) {
    fuzz::must(!sheet.error().message.empty());
    return 0;
  }
  fuzz::must(sheet->rows.size() <= options.max_rows);
  for (const pool::ReturnedRow& row : sheet->rows) {
    fuzz::must(row.cells.size() == kFields.size() &&
               row.all.size() <= std::max<std::size_t>(sheet->headings.size(), 1));
    for (const pool::ReturnedCell& cell : row.cells) {
      fuzz::must(cell.value.empty() || cell.problem.empty());
      fuzz::must(text::valid_utf8(cell.value) && text::valid_utf8(cell.problem) && text::valid_utf8(cell.remark));
    }
  }
  return 0;
}
