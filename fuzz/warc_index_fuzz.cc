// An index beside a segment that somebody else wrote or a disk spoiled: entries, or those of the segment itself.
#include "crawler/warc_index.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "core/text/normalize.h"
#include "fuzz/fuzz.h"

namespace {

namespace fs = std::filesystem;
using namespace tanmiao;
using fuzz::must;

constexpr std::uint64_t kLength = 20;

// A segment that is no WARC file, in a folder that goes with the process.
struct Segment {
  Segment() : folder(fs::temp_directory_path() / ("warc_index_fuzz_" + std::to_string(::getpid()))) {
    fs::create_directories(folder);
    std::ofstream(file(), std::ios::binary) << std::string(kLength, 'x');
  }
  ~Segment() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;
  fs::path file() const { return folder / "000001.warc.gz"; }
  fs::path folder;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Segment segment;
  const std::string_view text = fuzz::view(data, size);
  {
    std::ofstream index(crawler::warc_index_of(segment.file()), std::ios::binary | std::ios::trunc);
    index << R"(!segment {"filename":"000001.warc.gz","length":)" << kLength << "}\n" << text;
  }
  std::string damage;
  for (const crawler::WarcEntry& entry : crawler::entries_of_segment(segment.file(), kLength, damage)) {
    must(entry.type == "response" || entry.type == "revisit");
    must(entry.key.find(' ') == std::string::npos && text::valid_utf8(entry.url) && text::valid_utf8(entry.digest));
  }
  const std::string_view line = text.substr(0, text.find('\n'));
  must(crawler::surt_key(line) == crawler::surt_key(line));
  return 0;
}
