// What one answer is worked into: unpacked, hashed, packed for the archive, read. Away from the loop that fetches, so
// that reading a long page keeps no host waiting. Pure: no store, no network; safe on several threads.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <exception>
#include <string>

#include "crawler/crawl_batch.h"
#include "crawler/page_document.h"
#include "crawler/robots_tags.h"
#include "crawler/stop_signs.h"
#include "crawler/warc.h"

namespace tanmiao::crawler {

struct PageTask {
  const CrawlEnv& env;
  const Source& source;
  const PageRule& page;
  std::string part;       // the page's name
  WarcResponse response;  // as it came
  std::string answered;   // the address that answered: of a mirror its own
  std::uint64_t known_hash = 0;
  std::uint64_t known_content = 0;
  bool known = false;  // read before, with the description as it is now: equal bytes give equal records
};

struct PageWork {
  std::string unreadable;     // why nothing could be made of it, Chinese; empty: read
  bool decoded = false;       // the bytes could be unpacked; the rest is of them
  std::uint64_t hash = 0;     // of the unpacked body
  bool same = false;          // as it was known; read for its links only
  std::uint64_t content = 0;  // hash of the records
  bool same_content = false;  // as it was known, whatever else the page says
  PageWishes wishes;
  const StopSign* sign = nullptr;  // that the page is, if one
  PackedResponse packed;           // for the archive; no members: not kept, or the same
  PageReading reading;
  ReadMembers members;  // of an archive
  std::exception_ptr thrown;
};

PageWork work_page(const PageTask& task);

// The same on a thread of `pool`; goes on upon `loop`. Throws what was thrown there.
boost::asio::awaitable<PageWork> work_page(const PageTask& task, boost::asio::io_context& loop,
                                           boost::asio::thread_pool& pool);

}  // namespace tanmiao::crawler
