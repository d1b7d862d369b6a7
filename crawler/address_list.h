// Lists of addresses that a site makes for programs: sitemaps (sitemaps.org: list, index, plain text, each also as
// gzip) and feeds (RSS 0.9x to 2.0, RSS 1.0 in RDF, Atom). Read as they stream by: memory is that of a window, whatever
// the length.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/date.h"
#include "core/error.h"
#include "tabular/byte_source.h"

namespace tanmiao::crawler {

// Of the protocol: https://www.sitemaps.org/protocol.html. Feeds are held to the same.
inline constexpr std::size_t kMostListed = 50'000;
inline constexpr std::uint64_t kMostListBytes = std::uint64_t{50} << 20;  // unpacked
inline constexpr std::size_t kLongestListed = 2'048;                      // bytes of an address

struct Listed {
  std::string address;          // as written, blanks around it gone; may be relative in feeds
  std::optional<Date> changed;  // the civil day it last changed, else was published
  bool map = false;             // another sitemap
  std::string fault;            // why the entry cannot be used, Chinese; empty: it can
};
using OnListed = std::function<Status(Listed&&)>;

// `charset`: what the source's description or the server say; an XML declaration is stronger, a byte order mark the
// strongest. `tonight`: days to come are no days. kFormat: is no such list; kLimit: longer than allowed. Entries before
// an error were given.
Status each_of_sitemap(std::unique_ptr<tabular::ByteSource> bytes, const std::string& name, const std::string& charset,
                       Date tonight, const OnListed& take);
Status each_of_feed(std::unique_ptr<tabular::ByteSource> bytes, const std::string& name, const std::string& charset,
                    Date tonight, const OnListed& take);

// W3C date and time, that of e-mail (RFC 822), and the spellings of core/date.h; in Beijing where a zone is named. No
// day: months, years, days after `tonight`, nonsense.
std::optional<Date> listed_day(std::string_view text, Date tonight);

}  // namespace tanmiao::crawler
