// Sitemaps and feeds of a host we do not know: addresses or an error, whatever the bytes are.
#include "crawler/address_list.h"
#include "crawler/url.h"
#include "fuzz/reading.h"

namespace {
constexpr std::string_view kPages = R"toml([[page]]
role = "map"
reader = "sitemap"
[[page.link]]
only = "/notice/"
role = "page"
[[page.link]]
role = "page"
[[page]]
role = "feed"
reader = "feed"
[[page.link]]
role = "page"
[[page]]
role = "page"
reader = "html"
)toml";
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tanmiao;
  static const crawler::Source kSource = fuzz::source_of(kPages);
  const std::string_view bytes = fuzz::view(data, size);
  fuzz::read_with_every_page(kSource, bytes);
  const Date tonight = make_date(2026, 11, 26);
  std::size_t given = 0;
  const crawler::OnListed take = [&](crawler::Listed&& entry) -> Status {
    ++given;
    fuzz::must(!entry.changed || *entry.changed <= tonight);
    fuzz::must(!entry.fault.empty() || (!entry.address.empty() && entry.address.size() <= crawler::kLongestListed));
    return {};
  };
  for (const auto each : {crawler::each_of_sitemap, crawler::each_of_feed})
    fuzz::must(each(tabular::from_memory(std::string(bytes)), "a", "gbk", tonight, take) || true);
  fuzz::must(given <= 2 * crawler::kMostListed);
  const auto day = crawler::listed_day(bytes.substr(0, 64), tonight);
  fuzz::must(!day || *day <= tonight);
  return 0;
}
