// Tables: CSV of any charset (gzip too) and xlsx, with the header wherever it stands.
#include "core/messages.h"
#include "crawler/parties.h"
#include "crawler/reader_parts.h"
#include "tabular/header.h"
#include "tabular/reader.h"

namespace tanmiao::crawler {
namespace {

// One heading may feed several fields (a number that begins with the year), so headings and columns are apart.
struct Columns {
  std::vector<tabular::WantedColumn> wanted;
  std::vector<std::size_t> of_column;  // column of the page -> position in `wanted`
};

std::vector<std::string> headings_of(const std::string& joined) {
  std::vector<std::string> out;
  std::size_t from = 0;
  for (;;) {
    const std::size_t bar = joined.find('|', from);
    out.push_back(joined.substr(from, bar - from));
    if (bar == std::string::npos) return out;
    from = bar + 1;
  }
}

Columns columns_of(const PageRule& page) {
  Columns out;
  std::vector<std::string> seen;
  for (const auto& [field, headings] : page.columns) {
    bool needed = false;
    for (const Field required : page.required) needed = needed || required == field;
    std::size_t at = 0;
    while (at < seen.size() && seen[at] != headings) ++at;
    if (at == seen.size()) {
      seen.push_back(headings);
      out.wanted.push_back({std::string(field_spec(field).name), headings_of(headings), false});
    }
    out.wanted[at].required = out.wanted[at].required || needed;
    out.of_column.push_back(at);
  }
  return out;
}

Result<std::unique_ptr<tabular::RowReader>> open(const Reading& reading) {
  tabular::ReadOptions options;
  options.format = reading.page.reader == "xlsx" ? tabular::Format::kXlsx : tabular::Format::kCsv;
  options.dialect.delimiter = reading.page.separator;
  options.dialect.charset = reading.page.charset;
  options.sheet = reading.page.sheet;
  if (!reading.document.file.empty()) return tabular::open_rows(reading.document.file, options);
  return tabular::read_rows(std::string(reading.document.bytes), reading.document.part, options);
}

// Why a row does not fit under its header, or nothing. A workbook leaves out empty cells at the end, a CSV file does
// not: there a short row is a shifted one.
std::string misfit(const tabular::Row& row, const tabular::Header& header, bool csv) {
  std::size_t cells = row.cells.size();
  const std::size_t columns = header.headings.size();
  while (cells > columns && row.cells[cells - 1].empty()) --cells;
  if (cells == columns || (!csv && cells < columns)) return {};
  return "应有 " + std::to_string(columns) + " 列，此行有 " + std::to_string(row.cells.size()) + " 列（可能列错位）";
}

// A row as it is kept for mending: with commas, whatever separates the cells of its file.
std::string csv_of(const tabular::Row& row) {
  return csv_line(std::vector<std::string>(row.cells.begin(), row.cells.end()));
}

// "万元" of "金额(万元)"; empty when a heading names none.
std::string_view unit_in(std::string_view heading) {
  for (const std::string_view unit : {"亿元", "万元", "千元", "元", "万美元", "美元"})
    for (const auto& [open, close] : {std::pair("(", ")"), std::pair("（", "）")})
      if (heading.find(open + std::string(unit) + close) != std::string_view::npos) return unit;
  return {};
}

// A row that cannot be cut into cells is kept for mending unless a column may hold what names or reaches a person
// (domain paper, section F): then it is mended where it came from.
bool may_name_persons(const PageRule& page, const tabular::Header& header) {
  for (const auto& [field, heading] : page.columns)
    if (is_party(field) || field_spec(field).type == FieldType::kHash) return true;
  for (const auto& column : header.unknown)
    for (const std::string_view word : {"人", "姓名", "电话", "手机", "联系", "邮箱", "证件", "身份证"})
      if (column.heading.find(word) != std::string::npos) return true;
  return false;
}

}  // namespace

Status read_table(const Reading& reading) {
  if (!reading.page.kind) return {};
  const bool csv = reading.page.reader == "csv";
  const Columns columns = columns_of(reading.page);
  TANMIAO_ASSIGN(const auto rows, open(reading));
  TANMIAO_ASSIGN(const tabular::Header header, tabular::read_header(*rows, columns.wanted));
  for (const auto& column : header.unknown) reading.sink.unmapped(column.heading);
  const bool persons = may_name_persons(reading.page, header);
  std::vector<std::string_view> units;
  for (const std::size_t wanted : columns.of_column) {
    const int at = header.position[wanted];
    units.push_back(at < 0 ? std::string_view() : unit_in(header.headings[static_cast<std::size_t>(at)]));
  }
  const Mapper mapper(reading.source, reading.page, reading.document, reading.context);
  tabular::Row row;
  RawRow raw;
  for (;;) {
    TANMIAO_ASSIGN(const bool more, rows->next(row));
    if (!more) return {};
    if (row.blank()) continue;
    if (row.bad()) {
      const std::string fault = "此行无法读取：" + in_chinese(row.problem);
      TANMIAO_TRY(persons ? mapper.reject(row.line, fault + std::string(kNotKept), "", reading.sink)
                          : mapper.reject(row.line, fault, row.raw, reading.sink));
      continue;
    }
    raw.line = row.line;
    raw.cells = std::max(row.cells.size(), header.headings.size());
    raw.values.clear();
    for (std::size_t column = 0; column < columns.of_column.size(); ++column) {
      const auto cell = header.cell(row, columns.of_column[column]);
      if (cell.empty()) continue;
      raw.values.push_back(
          {column, cell, units[column], static_cast<std::size_t>(header.position[columns.of_column[column]])});
    }
    if (const std::string fault = misfit(row, header, csv); !fault.empty()) {
      TANMIAO_TRY(mapper.misfit(raw, fault, persons ? std::string() : csv_of(row), reading.sink));
    } else {
      TANMIAO_TRY(mapper.row(raw, reading.sink));
    }
  }
}

}  // namespace tanmiao::crawler
