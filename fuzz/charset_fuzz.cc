// A page in whatever bytes, with whatever its server and itself say of them: it comes out as UTF-8 with marks.
#include "crawler/page_charset.h"
#include "fuzz/fuzz.h"
#include "tabular/charset.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tanmiao;
  const std::string_view text = fuzz::view(data, size);
  const std::size_t first = text.find('\n'), second = first == text.npos ? text.npos : text.find('\n', first + 1);
  if (second == text.npos) return 0;
  const std::string http(text.substr(0, first)), meta(text.substr(first + 1, second - first - 1));
  const std::string_view bytes = text.substr(second + 1);
  const auto found = crawler::page_charset(bytes, "", http, meta);
  fuzz::must(static_cast<bool>(found));
  fuzz::must(found->bom <= bytes.size());
  const auto decoder = tabular::make_decoder(found->charset, found->bom);
  if (!decoder) return 0;
  std::string out;
  (*decoder)->decode(bytes.substr(found->bom), true, out);
  std::erase(out, tabular::kMark);
  fuzz::must(tabular::valid_prefix(out) == out.size());
  return 0;
}
