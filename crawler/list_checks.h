// Whether lists that go on (PagingRule) give what they say: as many rows or links as their total, and on each page
// others than before.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>

#include "crawler/crawl_batch.h"
#include "crawler/paging.h"

namespace tanmiao::crawler {

class ListChecks {
 public:
  // A page as it was read; `content`: hash of its records. false: another page of the list gave the same, so that it
  // leads on to nothing new.
  bool take(const PageRule& rule, const std::string& address, const PageReading& reading, std::uint64_t content);
  // The list has begun to repeat itself: its other pages are not worth a request.
  bool repeats(const PageRule& rule, const std::string& address) const;
  // Some pages were read by an earlier process: what came of them is not known any more.
  void taken_up() { whole_ = false; }

  std::string repeated() const { return repeated_; }  // what is told of the first list that repeats itself, or empty
  // Of the first list whose total is not what came. Pages that failed make a difference of their own.
  std::string wrong_total() const;

 private:
  struct List {
    std::unordered_map<std::uint64_t, std::string> pages;  // by content
    std::int64_t least = 0, most = -1;                     // totals that its pages said; most -1: none
    std::int64_t came = 0;
    bool repeats = false;
  };
  std::map<std::string, List> lists_;
  bool whole_ = true;
  std::string repeated_;
};

}  // namespace tanmiao::crawler
