// Delimited text of any charset, gzipped or not: every row is given or named as bad, and reading ends.
#include <string>

#include "fuzz/fuzz.h"
#include "fuzz/rows.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tanmiao::fuzz::read_all_rows(std::string(tanmiao::fuzz::view(data, size)), tanmiao::tabular::Format::kCsv);
  return 0;
}
