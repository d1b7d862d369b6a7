// Descriptions of sources: an error with its place, or a source that can read a document.
#include "crawler/source.h"

#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto source = tanmiao::crawler::parse_source(std::string(tanmiao::fuzz::view(data, size)), "fuzz.toml");
  if (!source) {
    tanmiao::fuzz::must(!source.error().message.empty() && source.error().where.starts_with("fuzz.toml"));
    return 0;
  }
  tanmiao::fuzz::must(!source->id.empty() && (!source->not_yet.empty() || !source->pages.empty()));
  for (const char* name : {"a.csv", "2024.zip", ""}) (void)source->page_for_file(name);
  return 0;
}
