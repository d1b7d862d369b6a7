#include "tabular/reader.h"

#include <array>

#include "tabular/byte_source.h"
#include "tabular/csv_reader.h"
#include "tabular/docx_reader.h"
#include "tabular/html_table.h"
#include "tabular/ods_reader.h"
#include "tabular/ole_file.h"
#include "tabular/xls_reader.h"
#include "tabular/xlsx_reader.h"
#include "tabular/xml_sheet.h"

namespace tanmiao::tabular {
namespace {

constexpr std::size_t kMagic = 4096;
constexpr std::string_view kZip = "PK\x03\x04", kEmptyZip = "PK\x05\x06";

bool is_zip(std::string_view head) { return head.starts_with(kZip) || head.starts_with(kEmptyZip); }
bool is_markup(std::string_view head) { return is_xml_sheet(head) || is_flat_ods(head) || is_html(head); }

struct NoTable {
  std::string_view magic, what;
};
constexpr std::array<NoTable, 5> kNoTables = {{{"%PDF", "a PDF"},
                                               {"\x89PNG", "a picture"},
                                               {"\xFF\xD8\xFF", "a picture"},
                                               {"MIME-Version:", "a web archive (.mht)"},
                                               {"Rar!", "a RAR archive"}}};

// What a file is by its first bytes: a workbook that is read whole, or delimited text.
Result<bool> is_workbook(std::string_view head, const std::string& name, const ReadOptions& options) {
  if (options.format == Format::kXlsx && !is_zip(head)) {
    return Error{Errc::kFormat, "is not an xlsx workbook: it does not begin like a zip", name};
  }
  if (options.format == Format::kCsv) {
    if (is_zip(head) || is_ole(head)) {
      return Error{Errc::kFormat, "is a zip or workbook, delimited text was expected", name};
    }
    return false;
  }
  for (const NoTable& other : kNoTables) {
    if (head.starts_with(other.magic)) {
      return Error{Errc::kFormat, "is " + std::string(other.what) + ", not a table", name};
    }
  }
  return is_zip(head) || is_ole(head) || is_markup(head);
}

Result<std::unique_ptr<Book>> open_workbook_of(std::string bytes, std::string name, const ReadOptions& options) {
  if (is_ole(bytes)) return open_xls(bytes, name, options);
  if (is_zip(bytes)) {
    if (options.documents && is_docx(bytes)) return open_docx(bytes, name, options);
    if (is_ods(bytes)) return open_ods(bytes, std::move(name), options);
    return open_xlsx(std::move(bytes), std::move(name), options);
  }
  const std::string_view head = std::string_view(bytes).substr(0, kMagic);
  if (is_flat_ods(head)) return open_ods(bytes, std::move(name), options);
  return is_xml_sheet(head) ? open_xml_sheet(bytes, std::move(name), options)
                            : open_html(bytes, std::move(name), options);
}

Error no_such_sheet(const Book& book, const std::string& wanted, const std::string& name) {
  std::string known;
  for (const SheetInfo& sheet : book.sheets()) known += (known.empty() ? "" : ", ") + sheet.name;
  return {Errc::kNotFound, "has no sheet \"" + wanted + "\"; its sheets are " + known, name};
}

// The sheet that is named, else the first visible one with rows, else the last visible one.
Result<std::unique_ptr<RowReader>> chosen_sheet(Book& book, const std::string& name, const ReadOptions& options) {
  const std::vector<SheetInfo>& sheets = book.sheets();
  std::size_t chosen = sheets.size();
  for (std::size_t i = 0; i < sheets.size(); ++i) {
    if (options.sheet.empty() ? sheets[i].hidden : sheets[i].name != options.sheet) continue;
    chosen = i;
    if (!options.sheet.empty()) break;
    TANMIAO_ASSIGN(const bool rows, book.has_rows(i));
    if (rows) break;
  }
  if (chosen == sheets.size()) return no_such_sheet(book, options.sheet, name);
  return book.open(chosen);
}

// Gzip taken off; `workbook` says whether it is one.
Result<Peeked> looked_at(std::unique_ptr<ByteSource> source, const std::string& name, const ReadOptions& options,
                         bool& workbook) {
  Peeked peeked = peek(std::move(source), kMagic);
  if (is_gzip(peeked.head)) peeked = peek(gunzip(std::move(peeked.source), name, options.limits), kMagic);
  TANMIAO_ASSIGN(workbook, is_workbook(peeked.head, name, options));
  return peeked;
}

Result<std::unique_ptr<RowReader>> read_source(std::unique_ptr<ByteSource> source, std::string name,
                                               const ReadOptions& options) {
  bool workbook = false;
  TANMIAO_ASSIGN(Peeked peeked, looked_at(std::move(source), name, options, workbook));
  if (!workbook) return read_csv(std::move(peeked.source), std::move(name), options);
  TANMIAO_ASSIGN(std::string bytes, read_all(*peeked.source, name, options.limits));
  TANMIAO_ASSIGN(const auto book, open_workbook_of(std::move(bytes), name, options));
  return chosen_sheet(*book, name, options);
}

// A delimited file as a book of one sheet without a name.
class CsvBook final : public Book {
 public:
  CsvBook(std::string bytes, std::string name, ReadOptions options)
      : bytes_(std::move(bytes)), name_(std::move(name)), options_(std::move(options)) {}
  const std::vector<SheetInfo>& sheets() const override { return infos_; }
  std::string_view kind() const override { return "csv"; }
  Result<std::unique_ptr<RowReader>> open(std::size_t) override {
    return read_csv(from_memory(bytes_), name_, options_);
  }
  Result<bool> has_rows(std::size_t) override { return !bytes_.empty(); }

 private:
  std::string bytes_, name_;
  ReadOptions options_;
  std::vector<SheetInfo> infos_{SheetInfo{}};
};

}  // namespace

Result<std::unique_ptr<RowReader>> open_rows(const std::filesystem::path& path, const ReadOptions& options) {
  TANMIAO_ASSIGN(auto source, open_file(path));
  return read_source(std::move(source), path.string(), options);
}

Result<std::unique_ptr<RowReader>> read_rows(std::string bytes, std::string name, const ReadOptions& options) {
  return read_source(from_memory(std::move(bytes)), std::move(name), options);
}

Result<std::unique_ptr<Book>> open_book(std::string bytes, std::string name, const ReadOptions& options) {
  bool workbook = false;
  TANMIAO_ASSIGN(Peeked peeked, looked_at(from_memory(std::move(bytes)), name, options, workbook));
  TANMIAO_ASSIGN(std::string unpacked, read_all(*peeked.source, name, options.limits));
  if (workbook) return open_workbook_of(std::move(unpacked), std::move(name), options);
  return std::unique_ptr<Book>(std::make_unique<CsvBook>(std::move(unpacked), std::move(name), options));
}

Result<std::vector<std::string>> sheet_names(std::string_view bytes, const std::string& name, const Limits& limits) {
  ReadOptions options;
  options.limits = limits;
  TANMIAO_ASSIGN(const auto book, open_book(std::string(bytes), name, options));
  std::vector<std::string> names;
  for (const SheetInfo& sheet : book->sheets()) {
    if (!sheet.hidden) names.push_back(sheet.name);
  }
  return names;
}

}  // namespace tanmiao::tabular
