// Tables of docx: the whole file, and its body alone, which a damaged zip seldom lets through.
#include "fuzz/rows.h"
#include "tests/tabular/zip_fixture.h"

namespace {

void read_tables(std::string bytes) {
  tanmiao::tabular::ReadOptions options;
  options.documents = true;
  options.limits.max_bytes = 4U << 20;
  options.limits.max_rows = 20'000;
  const auto book = tanmiao::tabular::open_book(std::move(bytes), "fuzz", options);
  if (!book) return;
  for (std::size_t sheet = 0; sheet < (*book)->sheets().size(); ++sheet) {
    const auto rows = (*book)->open(sheet);
    tanmiao::tabular::Row row;
    while (rows) {
      const auto more = (*rows)->next(row);
      if (!more || !*more) break;
      tanmiao::fuzz::check_row(row, options.limits);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(tanmiao::fuzz::view(data, size));
  if (bytes.starts_with("PK")) {
    read_tables(bytes);
  } else {
    read_tables(tanmiao::tabular::zip_of({{"word/document.xml", bytes}}));
  }
  return 0;
}
