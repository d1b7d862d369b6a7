// What the sub-commands of review share: the queue with what was said of it.
#pragma once

#include <memory>

#include "apps/tanmiao/office_desk.h"
#include "pool/review_queue.h"

namespace tanmiao::app {

struct ReviewDesk {
  std::unique_ptr<Desk> desk;  // the judge holds on to its parts
  std::unique_ptr<pool::TakenOut> taken_out;
  std::unique_ptr<pool::Judge> judge;

  Result<pool::ReviewQueue> queue() const {
    return pool::ReviewQueue::read(desk->place.facts(), judge->rulings(), *desk->book, *taken_out);
  }
};
// `by` as for open_desk().
Result<ReviewDesk> open_review(const Common& common, const std::string& by, std::string_view what);

void declare_review_sheets(CLI::App& app, Common& common, PoolLeaves& leaves);

}  // namespace tanmiao::app
