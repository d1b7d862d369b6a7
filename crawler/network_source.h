// A source on the network under way: fetched on the loop together with the others, then brought to its end.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "crawler/crawl.h"

namespace tanmiao::crawler {

class NetworkSource {
 public:
  virtual ~NetworkSource() = default;
  virtual Status open() = 0;
  virtual void tell_begin() const = 0;  // once it is open
  virtual boost::asio::awaitable<void> run() = 0;
  virtual const Status& status() const = 0;
  virtual Result<SourceReport> finish() = 0;
};

}  // namespace tanmiao::crawler
