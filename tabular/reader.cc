#include "tabular/reader.h"

#include "tabular/byte_source.h"
#include "tabular/csv_reader.h"

namespace tanmiao::tabular {
namespace {

constexpr std::size_t kMagic = 4096;

bool is_ole(std::string_view head) { return head.starts_with("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"); }

Result<std::unique_ptr<RowReader>> read_source(std::unique_ptr<ByteSource> source, std::string name,
                                               const ReadOptions& options) {
  Peeked peeked = peek(std::move(source), kMagic);
  if (is_gzip(peeked.head)) {
    peeked = peek(gunzip(std::move(peeked.source), name, options.limits), kMagic);
  }
  if (is_ole(peeked.head)) {
    return Error{Errc::kFormat, "is a workbook of the old format (.xls); expected .xlsx or .csv: save it again as one",
                 name};
  }
  return read_csv(std::move(peeked.source), std::move(name), options);
}

}  // namespace

Result<std::unique_ptr<RowReader>> open_rows(const std::filesystem::path& path, const ReadOptions& options) {
  TANMIAO_ASSIGN(auto source, open_file(path));
  return read_source(std::move(source), path.string(), options);
}

Result<std::unique_ptr<RowReader>> read_rows(std::string bytes, std::string name, const ReadOptions& options) {
  return read_source(from_memory(std::move(bytes)), std::move(name), options);
}

}  // namespace tanmiao::tabular
