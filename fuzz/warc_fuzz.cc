// The archive's reader: any bytes are records whose lengths hold, or an error; the same bytes packed as a member too,
// so that mutations reach the text of a record and not only the checksum above it.
#include "crawler/warc_read.h"

#include <zlib.h>

#include "fuzz/fuzz.h"

namespace {

using tanmiao::crawler::WarcReader;

constexpr std::uint64_t kMostRecord = std::uint64_t{1} << 20;

void read_all(std::string_view bytes) {
  WarcReader reader([bytes](std::uint64_t offset, char* to,
                            std::size_t most) { return offset >= bytes.size() ? 0 : bytes.copy(to, most, offset); },
                    "fuzz", kMostRecord);
  for (;;) {
    const std::uint64_t here = reader.offset();
    const auto head = reader.peek();
    const auto record = reader.next();
    if (!record || !*record) {
      tanmiao::fuzz::must(reader.offset() == here);
      return;
    }
    const auto& r = **record;
    tanmiao::fuzz::must(head && head->fields == r.fields);
    tanmiao::fuzz::must(r.offset == here && r.length > 0 && reader.offset() == here + r.length);
    tanmiao::fuzz::must(reader.offset() <= bytes.size());
    (void)r.digest_holds();
    (void)tanmiao::crawler::response_of(r, "fuzz");
  }
}

std::string packed(std::string_view text) {
  z_stream stream{};
  std::string out(compressBound(static_cast<uLong>(text.size())) + 64, '\0');
  std::string in(text);
  tanmiao::fuzz::must(deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  tanmiao::fuzz::must(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = tanmiao::fuzz::view(data, size);
  read_all(bytes);
  read_all(packed(bytes));
  return 0;
}
