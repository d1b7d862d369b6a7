// Sitemaps and feeds: pages that lead on and hold no rows.
#include <cstring>

#include "core/text/normalize.h"
#include "crawler/address_list.h"
#include "crawler/patterns.h"
#include "crawler/reader_parts.h"
#include "crawler/url.h"

namespace tanmiao::crawler {
namespace {

// Bytes that somebody else holds.
class ViewSource : public tabular::ByteSource {
 public:
  explicit ViewSource(std::string_view bytes) : rest_(bytes) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t some = std::min(into.size(), rest_.size());
    if (some > 0) std::memcpy(into.data(), rest_.data(), some);
    rest_.remove_prefix(some);
    return some;
  }

 private:
  std::string_view rest_;
};

class Lister {
 public:
  explicit Lister(const Reading& reading) : reading_(reading), base_(parse_url(reading.document.part)) {}

  Status take(Listed&& entry) {
    ++line_;
    if (!entry.fault.empty()) return refuse(entry, entry.fault);
    const auto url = base_ ? resolve_url(*base_, entry.address) : parse_url(entry.address);
    if (!url) return refuse(entry, "不是网址");
    FoundLink link;
    link.address = url->text();
    link.changed = entry.changed;
    if (entry.map) {
      link.role = reading_.page.role;
      return reading_.sink.found(std::move(link));
    }
    for (const LinkRule& rule : reading_.page.links) {
      if (!rule.only.empty() && !re2::RE2::PartialMatch(link.address, pattern(rule.only))) continue;
      link.role = rule.role;
      return reading_.sink.found(std::move(link));
    }
    return {};
  }

 private:
  Status refuse(const Listed& entry, const std::string& why) {
    store::Reject reject;
    reject.source = reading_.source.id;
    reject.part = reading_.document.part;
    reject.line = line_;
    reject.field = "网址";
    if (text::valid_utf8(entry.address)) reject.value = entry.address.substr(0, kLongestListed);
    while (!text::valid_utf8(reject.value)) reject.value.pop_back();
    reject.expected = why;
    return reading_.sink.reject(std::move(reject));
  }

  const Reading& reading_;
  Result<Url> base_;
  std::uint32_t line_ = 0;  // of entries, from 1
};

}  // namespace

Status read_address_list(const Reading& reading) {
  std::unique_ptr<tabular::ByteSource> bytes;
  if (reading.document.file.empty()) {
    bytes = std::make_unique<ViewSource>(reading.document.bytes);
  } else {
    TANMIAO_ASSIGN(bytes, tabular::open_file(reading.document.file));
  }
  Lister lister(reading);
  const std::string& charset = reading.page.charset.empty() ? reading.document.charset : reading.page.charset;
  const auto each = reading.page.reader == "feed" ? each_of_feed : each_of_sitemap;
  return each(std::move(bytes), reading.document.part, charset, reading.context.seen,
              [&](Listed&& entry) { return lister.take(std::move(entry)); });
}

}  // namespace tanmiao::crawler
