// Workbooks of many rows out and in again; bench/sheets.py runs the parts one by one beside others and measures them.
//   sheets_bench write ROWS FILE     tabular/xlsx_writer.h: what an export does, read back to know that it is whole
//   sheets_bench library ROWS FILE   libxlsxwriter by itself: the same cells and formats, nothing else
//   sheets_bench check ROWS FILE     the reading back alone
//   sheets_bench read FILE           tabular/reader.h: every row, none kept
//   sheets_bench returned FILE       pool/returned_sheet.h: every row, checked and kept
#include <xlsxwriter.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/date.h"
#include "core/identifiers.h"
#include "pool/returned_sheet.h"
#include "tabular/reader.h"
#include "tabular/xlsx_check.h"
#include "tabular/xlsx_writer.h"

namespace {

using namespace tanmiao;
using tabular::CellKind;

constexpr std::size_t kColumns = 30;
constexpr std::array<std::string_view, kColumns> kHeadings = {
    "序号",       "名次",         "企业名称",           "统一社会信用代码",   "责任单位",        "乡镇(街道)",
    "注册地址",   "成立日期",     "登记状态",           "注册资本(万元)",     "重点产业",        "线索类型",
    "研判",       "可确认得分",   "最高可能得分",       "有效发明",           "有效Ⅱ类知识产权", "在审发明",
    "最近申请日", "资质及有效期", "主要依据",           "先问事项",           "走访人",          "走访日期",
    "职工总数",   "科技人员数",   "上年销售收入(万元)", "上年研发费用(万元)", "核实结论",        "备注"};

CellKind kind_of(std::size_t column) {
  switch (column) {
    case 3: return CellKind::kCode;
    case 7:
    case 18:
    case 23: return CellKind::kDate;
    case 0:
    case 1:
    case 9:
    case 13:
    case 14:
    case 15:
    case 16:
    case 17:
    case 24:
    case 25:
    case 26:
    case 27: return CellKind::kNumber;
    default: return CellKind::kText;
  }
}

std::string code_of(std::uint32_t n) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "MA%06u", n % 1'000'000);
  std::string code = "91371626" + std::string(digits);
  code += org_code_check(std::string_view(code).substr(8));
  return code + credit_code_check(code);
}

// No two rows alike, nothing from a generator of random numbers.
std::vector<std::string> row_of(std::uint32_t n) {
  const std::string number = std::to_string(n), day = iso(make_date(2001, 1, 1) + std::chrono::days(n % 9'000));
  return {number,
          number,
          "示例第" + number + "精密制造有限公司",
          code_of(n),
          n % 3 == 0 ? "博兴县" : "高新区",
          "兴福镇",
          "某省某市某县兴福镇工业园区" + number + "号",
          day,
          "存续",
          std::to_string(n % 5'000) + ".5",
          "高端铝业",
          "新发掘",
          n % 2 == 0 ? "需补充数据" : "较有希望",
          std::to_string(n % 60),
          std::to_string(60 + n % 40),
          std::to_string(n % 7),
          std::to_string(n % 11),
          std::to_string(n % 3),
          day,
          "科技型中小企业 有效期至 " + day,
          "近三年申请发明专利 " + std::to_string(n % 7) + " 件，实用新型 " + std::to_string(n % 11) + " 件，见明细",
          "职工总数、科技人员数、上年研发费用",
          "走访组",
          day,
          std::to_string(n % 900),
          std::to_string(n % 90),
          std::to_string(n % 90'000) + "." + std::to_string(n % 10),
          std::to_string(n % 4'000),
          "有意申报",
          n % 5 == 0 ? "已约下周再访" : ""};
}

[[noreturn]] void fail(const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  std::exit(1);
}

void write(std::uint32_t rows, const std::string& path) {
  auto book = tabular::XlsxWriter::create(path, {"候选名单", "编制单位", make_date(2026, 11, 23)});
  if (!book) fail(book.error().text());
  tabular::SheetLayout layout;
  layout.name = "名单";
  layout.title = "候选名单";
  layout.frozen_columns = 4;
  for (std::size_t c = 0; c < kColumns; ++c) layout.columns.push_back({std::string(kHeadings[c]), 14, kind_of(c)});
  if (auto done = (*book)->begin_sheet(layout); !done) fail(done.error().text());
  for (std::uint32_t n = 1; n <= rows; ++n) {
    if (auto done = (*book)->row(row_of(n)); !done) fail(done.error().text());
  }
  if (auto done = (*book)->finish(); !done) fail(done.error().text());
}

void library(std::uint32_t rows, const std::string& path) {
  lxw_workbook_options options{};
  options.constant_memory = LXW_TRUE;
  lxw_workbook* book = workbook_new_opt(path.c_str(), &options);
  lxw_worksheet* sheet = workbook_add_worksheet(book, "名单");
  lxw_format* date = workbook_add_format(book);
  format_set_num_format(date, "yyyy-mm-dd");
  for (std::size_t c = 0; c < kColumns; ++c) {
    worksheet_write_string(sheet, 0, static_cast<lxw_col_t>(c), std::string(kHeadings[c]).c_str(), nullptr);
  }
  for (std::uint32_t n = 1; n <= rows; ++n) {
    const std::vector<std::string> cells = row_of(n);
    for (std::size_t c = 0; c < kColumns; ++c) {
      const auto column = static_cast<lxw_col_t>(c);
      if (kind_of(c) == CellKind::kNumber) {
        worksheet_write_number(sheet, n, column, std::strtod(cells[c].c_str(), nullptr), nullptr);
      } else if (kind_of(c) == CellKind::kDate) {
        lxw_datetime when{
            std::atoi(cells[c].c_str()), std::atoi(cells[c].c_str() + 5), std::atoi(cells[c].c_str() + 8), 0, 0, 0};
        worksheet_write_datetime(sheet, n, column, &when, date);
      } else if (!cells[c].empty()) {
        worksheet_write_string(sheet, n, column, cells[c].c_str(), nullptr);
      }
    }
  }
  if (workbook_close(book) != LXW_NO_ERROR) fail("libxlsxwriter cannot write");
}

void read(const std::string& path) {
  auto reader = tabular::open_rows(path);
  if (!reader) fail(reader.error().text());
  tabular::Row row;
  std::size_t rows = 0, cells = 0;
  for (;;) {
    const auto more = (*reader)->next(row);
    if (!more) fail(more.error().text());
    if (!*more) break;
    ++rows;
    for (const std::string_view cell : row.cells) cells += cell.empty() ? 0U : 1U;
  }
  std::printf("%zu rows, %zu cells\n", rows, cells);
}

void returned(const std::string& path) {
  using enum pool::FieldKind;
  const std::vector<pool::SheetField> fields = {{"name", {"企业名称"}, kText, {}, true},
                                                {"code", {"统一社会信用代码"}, kCode},
                                                {"by", {"走访人"}, kText},
                                                {"on", {"走访日期"}, kDate},
                                                {"staff", {"职工总数"}, kCount},
                                                {"technical", {"科技人员数"}, kCount},
                                                {"sales", {"上年销售收入(万元)"}, kMoneyWan},
                                                {"rd", {"上年研发费用(万元)"}, kMoneyWan},
                                                {"verdict", {"核实结论"}, kChoice, {"有意申报", "无研发"}},
                                                {"note", {"备注"}, kText}};
  const auto sheet = pool::read_returned(std::filesystem::path(path), fields);
  if (!sheet) fail(sheet.error().text());
  std::size_t problems = 0;
  for (const pool::ReturnedRow& row : sheet->rows) problems += row.problems(fields).empty() ? 0U : 1U;
  std::printf("%zu rows, %zu with problems\n", sheet->rows.size(), problems);
}

}  // namespace

int main(int count, char** words) {
  const std::string mode = count > 1 ? words[1] : "";
  if (count == 3 && mode == "read") return read(words[2]), 0;
  if (count == 3 && mode == "returned") return returned(words[2]), 0;
  if (count != 4)
    return std::fprintf(stderr, "usage: sheets_bench write|library|check ROWS FILE, read|returned FILE\n"), 2;
  const auto rows = static_cast<std::uint32_t>(std::strtoul(words[2], nullptr, 10));
  if (mode == "write") write(rows, words[3]);
  if (mode == "library") library(rows, words[3]);
  if (mode == "check") {
    const std::uint64_t cells = std::uint64_t{kColumns} * (rows + 1) + 10;  // the title is merged over ten of them
    const auto whole = tabular::workbook_is_whole(words[3], std::span(&cells, 1));
    if (!whole) fail(whole.error().text());
  }
  return 0;
}
