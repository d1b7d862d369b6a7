// What an FTP server says of a folder: entries in order, or an error; a name that may be used leads nowhere else.
#include "crawler/remote_listing.h"

#include <algorithm>

#include "core/text/normalize.h"
#include "fuzz/fuzz.h"

namespace {

using namespace tanmiao;
using fuzz::must;

void check(const Result<std::vector<crawler::RemoteEntry>>& entries) {
  if (!entries) {
    must(entries.error().code == Errc::kFormat);
    return;
  }
  must(std::is_sorted(entries->begin(), entries->end(),
                      [](const auto& one, const auto& other) { return one.name < other.name; }));
  for (const crawler::RemoteEntry& entry : *entries) {
    must(!entry.name.empty() && entry.name.find('\n') == std::string::npos && (!entry.folder || entry.size == 0));
    const auto name = crawler::usable_name(entry.name);
    if (!name) continue;
    must(!name->empty() && name->size() <= 200 && text::valid_utf8(*name) && *name != "." && *name != "..");
    for (const char c : *name) must(static_cast<unsigned char>(c) >= 0x20 && c != '/' && c != '\\');
  }
}

// As MLSD would say it.
std::string said(const std::vector<crawler::RemoteEntry>& entries) {
  std::string out;
  for (const crawler::RemoteEntry& entry : entries) {
    out += entry.folder ? "type=dir;" : "type=file;size=" + std::to_string(entry.size) + ";";
    out += "modify=" + entry.stamp + "; " + entry.name + "\r\n";
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::view(data, size);
  check(crawler::parse_list(text));
  const auto entries = crawler::parse_mlsd(text);
  check(entries);
  if (!entries) return 0;
  const auto again = crawler::parse_mlsd(said(*entries));
  must(again && *again == *entries);
  return 0;
}
