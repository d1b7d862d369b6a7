// What the two gates of a ranking share: the folder where models are kept, and the past day they are tested on.
#pragma once

#include <boost/json/fwd.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "apps/tanmiao/workplace.h"
#include "miner/backtest.h"

namespace tanmiao::app {

std::filesystem::path models_of(const store::DataFolder& folder);
std::optional<std::string> bytes_of(const std::filesystem::path& path);
boost::json::object kept_object(const std::filesystem::path& path);  // empty when it is missing or none

double in_micro(double figure);  // so many digits that whoever reads the text and writes it again writes the same
boost::json::object measured_object(const miner::Measured& m);

// Of [backtest], as of the latest day whose horizon is over.
miner::BacktestConfig backtest_of(const AppConfig& config, Date today, int threads);
// The snapshot of a past day, unless there are more firms than a night may look at again (kUsage, Chinese).
Result<std::shared_ptr<const store::Snapshot>> past_day(Workplace& place, const store::Snapshot& snapshot, Date as_of,
                                                        Progress& progress);

}  // namespace tanmiao::app
