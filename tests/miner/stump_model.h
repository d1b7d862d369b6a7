// A learned model made by hand, for tests.
#pragma once

#include <boost/json.hpp>

#include "core/hash.h"
#include "miner/learn/lead_model.h"
#include "tests/miner/fixture.h"

namespace tanmiao::miner {

// "From `bound` on `column` is worth `worth`"; what is not known is worth nothing.
struct Stump {
  std::string column;
  double bound = 0, worth = 0;
};
// A model of one fold: log-odds `slope` a point of the scorecard, and the stumps.
inline std::shared_ptr<const learn::FoldTrees> model_of(const World& world, const std::vector<Stump>& stumps,
                                                        double slope = 0) {
  auto out = std::make_shared<learn::FoldTrees>();
  const Scorecard& card = world.loaded().scorecard_;
  out->id = "by hand", out->campaign = "all", out->label = "tech_sme", out->scorecard_hash = hash_hex(card.bytes);
  out->learnt = {make_date(2024, 12, 31), make_date(2025, 12, 31), 100, 10};
  out->curve = {1, 0};
  out->columns = learn::lead_columns(card);
  boost::json::array trees;
  for (const Stump& stump : stumps) {
    const auto at = std::find_if(out->columns.begin(), out->columns.end(),
                                 [&](const learn::LeadColumn& column) { return column.id == stump.column; });
    EXPECT_NE(at, out->columns.end()) << stump.column;
    trees.push_back(boost::json::array{boost::json::array{2, stump.bound, 1, 2, at - out->columns.begin(), 1},
                                       boost::json::array{1, 0}, boost::json::array{1, stump.worth}});
  }
  out->folds.push_back(
      {{slope, 0}, 0, learn::Trees::from_json(boost::json::serialize(trees), out->columns.size()).value()});
  out->seal();
  return out;
}

}  // namespace tanmiao::miner
