// The answer of a host that we do not know, held against the signs of config/crawl, and tables of signs as they may be
// written: first line a status and how much the page gave, then header lines, an empty one, and the page.
#include "crawler/stop_signs.h"

#include <algorithm>

#include "fuzz/fuzz.h"

namespace {

using namespace tanmiao;
using fuzz::must;

void hold_against(const crawler::StopSigns& signs, std::string_view input) {
  crawler::AnswerSeen answer;
  const std::size_t line = std::min(input.find('\n'), input.size());
  const std::string_view first = input.substr(0, line);
  for (const char c : first.substr(0, 3))
    if (c >= '0' && c <= '9') answer.status = answer.status * 10 + (c - '0');
  if (!first.empty()) answer.gave = static_cast<crawler::Gave>(static_cast<unsigned char>(first.back()) % 3);
  const std::string_view rest = input.substr(std::min(line + 1, input.size()));
  const std::size_t gap = rest.find("\n\n");
  answer.head = rest.substr(0, gap);
  answer.body = gap == std::string_view::npos ? std::string_view() : rest.substr(gap + 2);
  answer.address = answer.head.substr(0, answer.head.find('\n'));
  const crawler::StopSign* const sign = signs.find(answer);
  must(sign == nullptr || (!sign->name.empty() && answer.body.size() <= sign->most_bytes));
  (void)signs.find_address(answer.address);
  const std::size_t seen = crawler::visible_bytes(answer.body);
  must(seen <= answer.body.size() && (seen <= 100 || crawler::visible_bytes(answer.body, 100) > 100));
  crawler::SignWatch watch;
  watch.take_up({.answers = {{403, 1}, {200, 2}}});
  for (const char c : input.substr(0, 64)) {
    const auto byte = static_cast<unsigned char>(c);
    const crawler::Storm* const storm = watch.answered(signs, 200 + byte, byte % 8);
    must(storm == nullptr || !storm->name.empty());
    must(watch.count().answers.size() <= 2 + input.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto kSigns = crawler::StopSigns::load(TANMIAO_STOP_SIGNS);
  must(kSigns.has_value());
  const std::string_view input = fuzz::view(data, size);
  hold_against(**kSigns, input);
  const auto own = crawler::StopSigns::parse(input, "fuzz.toml");
  if (!own) {
    must(own.error().code == Errc::kConfig && own.error().where.starts_with("fuzz.toml"));
    return 0;
  }
  must(!(*own)->signs().empty());
  hold_against(**own, input);
  return 0;
}
