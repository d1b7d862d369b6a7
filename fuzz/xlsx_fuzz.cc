// Workbooks: a damaged zip or sheet is an error with a place, never a crash or an endless read.
#include <string>

#include "fuzz/fuzz.h"
#include "fuzz/rows.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = tanmiao::fuzz::view(data, size);
  (void)tanmiao::tabular::sheet_names(bytes, "fuzz");
  tanmiao::fuzz::read_all_rows(std::string(bytes), tanmiao::tabular::Format::kXlsx);
  return 0;
}
