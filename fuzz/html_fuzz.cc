// Web pages by XPath and as tables: rows, rejects and links, never a crash, whatever the tags do.
#include "fuzz/reading.h"

namespace {
constexpr std::string_view kPages = R"toml([[page]]
role = "path"
reader = "html"
kind = "signal"
rows = "//tr[td]"
key = ["firm_name"]
required = ["firm_name"]
[page.columns]
firm_name = "td[1]"
title = "string(td[2])"
year = "td[3]"
[page.rules.signal_type]
constant = "rd_project"
[[page.link]]
xpath = "//a"
role = "path"
[[page.link]]
match = "open\\('([^']*)'\\)"
role = "path"
[[page]]
role = "table"
reader = "table"
kind = "signal"
key = ["firm_name"]
required = ["firm_name"]
[page.columns]
firm_name = "企业名称|name"
title = "项目|title"
amount = "金额(万元)|amount"
[page.rules.signal_type]
constant = "rd_project"
)toml";
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const tanmiao::crawler::Source kSource = tanmiao::fuzz::source_of(kPages);
  tanmiao::fuzz::read_with_every_page(kSource, tanmiao::fuzz::view(data, size));
  return 0;
}
