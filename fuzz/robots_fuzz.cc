// robots.txt of a host we do not know: any bytes are rules, and a decision comes in time.
#include "crawler/robots.h"
#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = tanmiao::fuzz::view(data, size);
  const std::size_t cut = text.find('\0');
  const std::string_view target = cut == text.npos ? "/a/b.html?c=d" : text.substr(cut + 1);
  const auto robots = tanmiao::crawler::Robots::parse(text.substr(0, cut), "TanmiaoBot");
  const auto decision = robots.check(target);
  tanmiao::fuzz::must(!decision.note.empty());
  return 0;
}
