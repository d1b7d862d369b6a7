#include "tabular/reader.h"

#include "tabular/byte_source.h"
#include "tabular/csv_reader.h"
#include "tabular/xlsx_reader.h"

namespace tanmiao::tabular {
namespace {

constexpr std::size_t kMagic = 4096;
constexpr std::string_view kZip = "PK\x03\x04", kEmptyZip = "PK\x05\x06";
constexpr std::string_view kOldOffice = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

bool is_zip(std::string_view head) { return head.starts_with(kZip) || head.starts_with(kEmptyZip); }

Error old_workbook(const std::string& name) {
  return {Errc::kFormat, "is a workbook of the old format (.xls) or protected by a password; save it as .xlsx or .csv",
          name};
}

Result<std::unique_ptr<RowReader>> read_source(std::unique_ptr<ByteSource> source, std::string name,
                                               const ReadOptions& options) {
  Peeked peeked = peek(std::move(source), kMagic);
  if (is_gzip(peeked.head)) peeked = peek(gunzip(std::move(peeked.source), name, options.limits), kMagic);
  if (peeked.head.starts_with(kOldOffice)) return old_workbook(name);
  if (options.format == Format::kXlsx && !is_zip(peeked.head)) {
    return Error{Errc::kFormat, "is not an xlsx workbook: it does not begin like a zip", name};
  }
  if (options.format == Format::kCsv && is_zip(peeked.head)) {
    return Error{Errc::kFormat, "is a zip or workbook, delimited text was expected", name};
  }
  if (!is_zip(peeked.head)) return read_csv(std::move(peeked.source), std::move(name), options);
  TANMIAO_ASSIGN(const std::string bytes, read_all(*peeked.source, name, options.limits));
  return read_xlsx(bytes, std::move(name), options);
}

}  // namespace

Result<std::unique_ptr<RowReader>> open_rows(const std::filesystem::path& path, const ReadOptions& options) {
  TANMIAO_ASSIGN(auto source, open_file(path));
  return read_source(std::move(source), path.string(), options);
}

Result<std::unique_ptr<RowReader>> read_rows(std::string bytes, std::string name, const ReadOptions& options) {
  return read_source(from_memory(std::move(bytes)), std::move(name), options);
}

Result<std::vector<std::string>> sheet_names(std::string_view bytes, const std::string& name, const Limits& limits) {
  if (!is_zip(bytes)) return std::vector<std::string>{""};
  return xlsx_sheets(bytes, name, limits);
}

}  // namespace tanmiao::tabular
