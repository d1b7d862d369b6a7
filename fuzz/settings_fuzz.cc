// Configuration files: whatever is wrong is an error with file, line and column.
#include "core/settings.h"
#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto settings = tanmiao::Settings::parse(tanmiao::fuzz::view(data, size), "fuzz.toml");
  if (!settings) {
    tanmiao::fuzz::must(settings.error().where.starts_with("fuzz.toml:"));
    return 0;
  }
  (void)settings->text("name", "");
  (void)settings->integer("pause", 1, 0, 100);
  (void)settings->date("since");
  (void)settings->texts("words");
  auto fetch = settings->table("fetch");
  (void)fetch.entries();
  for (auto& page : settings->tables("page")) (void)page.word("format", "csv", {"csv", "xlsx", "html"});
  (void)settings->finish();
  return 0;
}
