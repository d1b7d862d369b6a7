// A place in a list, as it comes back in an address: what is taken is what was given out, byte by byte.
#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "fuzz/fuzz.h"
#include "indexer/cursor.h"

using tanmiao::fuzz::must;
using namespace tanmiao::indexer;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = tanmiao::fuzz::view(data, size);
  if (const auto cursor = decode_cursor(text))
    must(encode(*cursor) == text);
  else
    must(cursor.error().code == tanmiao::Errc::kUsage && cursor.error().where == "cursor");

  // The same bytes as a cursor: it comes back, and not when one letter is another one.
  std::array<std::uint8_t, 34> bytes{};
  std::memcpy(bytes.data(), data, std::min(size, bytes.size()));
  Cursor made;
  std::memcpy(&made.index, bytes.data(), 8), std::memcpy(&made.run, bytes.data() + 8, 8);
  std::memcpy(&made.query, bytes.data() + 16, 8), std::memcpy(&made.after, bytes.data() + 24, 4);
  std::memcpy(&made.shown, bytes.data() + 28, 4);
  std::string said = encode(made);
  const auto back = decode_cursor(said);
  must(back && *back == made);
  char& letter = said[bytes[32] % said.size()];
  letter = letter == 'A' ? 'B' : 'A';
  must(!decode_cursor(said));
  return 0;
}
