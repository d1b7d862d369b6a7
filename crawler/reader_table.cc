// Tables with the header wherever it stands: CSV of any charset (gzip too) and xlsx; and, as "table", whatever a table
// comes in: csv, workbooks of every format with all their sheets, the tables of web pages and of docx.
#include <optional>

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

tabular::ReadOptions options_of(const PageRule& page) {
  tabular::ReadOptions options;
  if (page.reader == "xlsx") options.format = tabular::Format::kXlsx;
  if (page.reader == "csv") options.format = tabular::Format::kCsv;
  options.documents = page.reader == "table";
  options.dialect.delimiter = page.separator;
  options.dialect.charset = page.charset;
  options.sheet = page.sheet;
  return options;
}

Result<std::unique_ptr<tabular::RowReader>> open(const Reading& reading) {
  const tabular::ReadOptions options = options_of(reading.page);
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

// Says of a reject where it stands in a document whose lines are counted over several tables.
class PlacedSink : public ReadingSink {
 public:
  explicit PlacedSink(ReadingSink& to) : to_(to) {}
  Status record(Record&& record) override { return to_.record(std::move(record)); }
  Status reject(store::Reject&& reject) override {
    reject.expected += place;
    return to_.reject(std::move(reject));
  }
  Status link(std::string&& url, std::string_view role) override { return to_.link(std::move(url), role); }
  Status found(FoundLink&& link) override { return to_.found(std::move(link)); }
  void said_total(std::int64_t total) override { to_.said_total(total); }
  void offered(std::uint64_t rows) override { to_.offered(rows); }
  void unknown_word(Field field, std::string_view word) override { to_.unknown_word(field, word); }
  void unmapped(std::string_view name) override { to_.unmapped(name); }
  void wrong_charset(std::string_view claimed, std::string_view charset) override {
    to_.wrong_charset(claimed, charset);
  }

  std::string place;  // empty: the line says it all

 private:
  ReadingSink& to_;
};

// The rows of one table after the other; lines of a further one count on.
class Tables {
 public:
  // `sheets`: how many there are; a reject of one of several names it.
  explicit Tables(const Reading& reading, std::size_t sheets = 1)
      : reading_(reading),
        sheets_(sheets),
        sink_(reading.sink),
        columns_(columns_of(reading.page)),
        mapper_(reading.source, reading.page, reading.document, reading.context) {}

  // Error of read_header() when it has no header.
  Status read(tabular::RowReader& rows, bool delimited, const std::string& sheet = "") {
    TANMIAO_ASSIGN(header_, tabular::read_header(rows, columns_.wanted));
    for (const auto& column : header_.unknown) reading_.sink.unmapped(column.heading);
    persons_ = may_name_persons(reading_.page, header_);
    find_units();
    tabular::Row row;
    for (;;) {
      TANMIAO_ASSIGN(const bool more, rows.next(row));
      if (!more) break;
      last_ = before_ + row.line;
      if (sheets_ > 1) sink_.place = "（工作表“" + sheet + "”第 " + std::to_string(row.line) + " 行）";
      if (row.blank()) continue;
      TANMIAO_TRY(give(row, delimited));
    }
    before_ = last_;
    return {};
  }

 private:
  void find_units() {
    units_.clear();
    for (const std::size_t wanted : columns_.of_column) {
      const int at = header_.position[wanted];
      units_.push_back(at < 0 ? std::string_view() : unit_in(header_.headings[static_cast<std::size_t>(at)]));
    }
  }

  Status give(const tabular::Row& row, bool delimited) {
    if (row.bad()) {
      const std::string fault = "此行无法读取：" + in_chinese(row.problem);
      return persons_ ? mapper_.reject(last_, fault + std::string(kNotKept), "", sink_)
                      : mapper_.reject(last_, fault, row.raw, sink_);
    }
    if (header_.takes(row, columns_.wanted)) {
      find_units();
      return {};
    }
    raw_.line = last_;
    raw_.cells = std::max(row.cells.size(), header_.headings.size());
    raw_.values.clear();
    for (std::size_t column = 0; column < columns_.of_column.size(); ++column) {
      const auto cell = header_.cell(row, columns_.of_column[column]);
      if (cell.empty()) continue;
      raw_.values.push_back(
          {column, cell, units_[column], static_cast<std::size_t>(header_.position[columns_.of_column[column]])});
    }
    const std::string fault = misfit(row, header_, delimited);
    if (fault.empty()) return mapper_.row(raw_, sink_);
    return mapper_.misfit(raw_, fault, persons_ ? std::string() : csv_of(row), sink_);
  }

  const Reading& reading_;
  std::size_t sheets_;
  PlacedSink sink_;
  Columns columns_;
  Mapper mapper_;
  tabular::Header header_;
  std::vector<std::string_view> units_;
  bool persons_ = false;
  RawRow raw_;
  std::uint32_t before_ = 0, last_ = 0;
};

// Whether a sheet without the header has some of its headings all the same: it lacks a column, or its first row has
// one.
bool names_some(std::string_view fault, const PageRule& page) {
  if (fault.starts_with("no column")) return true;
  const std::size_t first_row = fault.find("the first row is ");
  if (first_row == std::string_view::npos) return false;
  for (const auto& [field, joined] : page.columns)
    for (const std::string& heading : headings_of(joined))
      if (heading.size() > 1 && fault.find(heading, first_row) != std::string_view::npos) return true;
  return false;
}

// Every sheet and table that has the header; of a page most are there for its looks. The document is in error only when
// none has it: as the first says, or the one that comes nearest.
Status read_book(const Reading& reading, tabular::Book& book) {
  Tables tables(reading, book.sheets().size());
  std::optional<Error> fault;
  bool any = false;
  std::vector<std::pair<std::string, std::string>> incomplete;  // sheets, why
  for (std::size_t sheet = 0; sheet < book.sheets().size(); ++sheet) {
    const tabular::SheetInfo& info = book.sheets()[sheet];
    if (reading.page.sheet.empty() ? info.hidden : info.name != reading.page.sheet) continue;
    TANMIAO_ASSIGN(const auto rows, book.open(sheet));
    const Status done = tables.read(*rows, book.kind() == "csv", info.name);
    any = any || done;
    if (done) continue;
    const bool no_header = done.error().code == Errc::kFormat && done.error().message.starts_with("no ");
    if (!no_header) return done.error();
    // Of a workbook: a sheet with some of the headings is meant, and must not go unseen beside one that has them all.
    const bool page = book.kind() == "html" || book.kind() == "docx" || book.kind() == "csv";
    if (!page && book.sheets().size() > 1 && names_some(done.error().message, reading.page))
      incomplete.emplace_back(info.name, in_chinese(done.error().message));
    if (!fault || done.error().message.starts_with("no column")) fault = done.error();
  }
  if (any) {
    for (const auto& [sheet, why] : incomplete) {
      store::Reject reject;
      reject.source = reading.source.id, reject.part = reading.document.part;
      reject.expected = "工作表“" + sheet + "”整张未读：" + why;
      reading.sink.row();
      TANMIAO_TRY(reading.sink.reject(std::move(reject)));
    }
    return {};
  }
  return fault ? *fault : Error{Errc::kNotFound, "has no sheet \"" + reading.page.sheet + "\"", reading.document.part};
}

Status read_any_table(const Reading& reading) {
  if (reading.page.reader == "pdf" || is_pdf(reading.document)) {
    if (!reading.page.kind) return {};
    TANMIAO_ASSIGN(const auto tables, open_pdf(reading.document));
    return read_book(reading, *tables);
  }
  TANMIAO_ASSIGN(std::string bytes, document_bytes(reading.document));
  if (is_web_page(bytes)) {
    TANMIAO_ASSIGN(DecodedText page, page_text(reading, bytes));
    TANMIAO_TRY(read_page_links(reading, page));
    bytes = std::move(page.text);
    bytes.insert(0, "\xEF\xBB\xBF");  // it is UTF-8 now, whatever the page says
  }
  if (!reading.page.kind) return {};
  TANMIAO_ASSIGN(const auto book,
                 tabular::open_book(std::move(bytes), reading.document.part, options_of(reading.page)));
  return read_book(reading, *book);
}

}  // namespace

Status read_table(const Reading& reading) {
  if (reading.page.reader == "table" || reading.page.reader == "pdf") return read_any_table(reading);
  if (!reading.page.kind) return {};
  TANMIAO_ASSIGN(const auto rows, open(reading));
  return Tables(reading).read(*rows, reading.page.reader == "csv");
}

}  // namespace tanmiao::crawler
