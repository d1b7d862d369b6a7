// What a page says of itself to programs: the X-Robots-Tag headers and <meta name="robots">, for everybody or for us.
//
// noindex, none: nothing of the page is kept, neither its bytes nor records. noarchive: its bytes are not kept, records
// are. nofollow, none: its links are not followed. unavailable_after: noindex from that moment on. Several statements
// add up: the strictest holds.
#pragma once

#include <chrono>
#include <string_view>

namespace tanmiao::crawler {

struct PageWishes {
  bool noindex = false, noarchive = false, nofollow = false;
  bool any() const { return noindex || noarchive || nofollow; }
};

// `head`: status line and headers; `html`: the body when it is a page, else empty. `product`: as sent,
// "TanmiaoBot/0.1".
PageWishes page_wishes(std::string_view head, std::string_view html, std::string_view product,
                       std::chrono::sys_seconds now);

}  // namespace tanmiao::crawler
