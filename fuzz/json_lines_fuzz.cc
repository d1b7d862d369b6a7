// JSON lines of anybody: a line is the same in however small pieces the file comes, a broken one costs itself alone.
#include "crawler/json_lines.h"

#include "fuzz/pieces.h"
#include "fuzz/reading.h"

namespace {

constexpr std::string_view kPages = R"toml([[page]]
role = "flat"
reader = "json"
lines = true
kind = "firm"
key = ["firm_name"]
required = ["firm_name"]
[page.columns]
firm_name = "name"
credit_code = "on.code"
established = "on.day"
capital = "capital"
former_name = "former"
[[page]]
role = "below"
reader = "json"
lines = true
rows = "data.rows"
kind = "signal"
key = ["firm_name"]
required = ["firm_name"]
[page.columns]
firm_name = "name"
title = "title"
amount = "amount"
[page.rules.signal_type]
constant = "contest"
)toml";

void lines_in_pieces(std::string_view bytes, std::size_t most) {
  using tanmiao::fuzz::must;
  tanmiao::crawler::JsonLines lines(std::make_unique<tanmiao::fuzz::InPieces>(bytes, most), nullptr);
  tanmiao::crawler::JsonLines::Line line;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    const auto more = lines.next(line);
    must(more && *more && !line.too_long && line.text == bytes.substr(0, end));
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  const auto more = lines.next(line);
  must(more && !*more);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const tanmiao::crawler::Source kSource = tanmiao::fuzz::source_of(kPages);
  const std::string_view bytes = tanmiao::fuzz::view(data, size);
  lines_in_pieces(bytes, 1 + size % 97);
  tanmiao::fuzz::read_with_every_page(kSource, bytes);
  return 0;
}
