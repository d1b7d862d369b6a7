// JSON answers: rows by path, members of members, links in the text.
#include "fuzz/reading.h"

namespace {
constexpr std::string_view kPages = R"toml([[page]]
reader = "json"
kind = "firm"
rows = "data.rows"
key = ["firm_name"]
required = ["firm_name"]
[page.columns]
firm_name = "name"
credit_code = "code"
established = "on.day"
capital = "capital"
former_name = "former"
[[page.link]]
match = "/file/(\\w+)"
address = "http://h.test/f/$1?p={page}"
role = "unread"
)toml";
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const tanmiao::crawler::Source kSource = tanmiao::fuzz::source_of(kPages);
  tanmiao::fuzz::read_with_every_page(kSource, tanmiao::fuzz::view(data, size));
  return 0;
}
