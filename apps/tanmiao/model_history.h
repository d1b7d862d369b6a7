// Models that ranked before the one in use: what a new one is held against besides it, so that small steps down do not
// add up. Kept in the line that names the one in use (models/*in_use.json), newest first.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <vector>

#include "core/date.h"

namespace tanmiao::app {

struct EarlierModel {
  std::string hash, scorecard;  // scorecard: its id; of a learned model empty
  Date until{};                 // day on which another took its place
};
std::vector<EarlierModel> earlier_models(const boost::json::object& in_use);
// Of the line that follows `in_use` when the model `taken` takes its place today.
boost::json::array earlier_after(const boost::json::object& in_use, std::string_view taken, Date today);
// Those that ranked within the months before today, but for `others`; the newest twelve at most, for each is tried.
std::vector<EarlierModel> earlier_within(const boost::json::object& in_use, int months, Date today,
                                         const std::vector<std::string>& others);

}  // namespace tanmiao::app
