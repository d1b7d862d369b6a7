#include "apps/tanmiao/model_files.h"

#include <boost/json.hpp>
#include <cmath>
#include <fstream>
#include <sstream>

#include "linkage/link.h"
#include "miner/nightly.h"

namespace tanmiao::app {
namespace fs = std::filesystem;
namespace json = boost::json;

fs::path models_of(const store::DataFolder& folder) { return folder.root() / "models"; }

std::optional<std::string> bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

json::object kept_object(const fs::path& path) {
  const auto text = bytes_of(path);
  if (!text) return {};
  boost::system::error_code failed;
  auto value = json::parse(*text, failed);
  return !failed && value.is_object() ? std::move(value.get_object()) : json::object{};
}

double in_micro(double figure) { return std::round(figure * 1e6) / 1e6; }

json::object measured_object(const miner::Measured& m) {
  return {{"value", in_micro(m.value)}, {"low", in_micro(m.low)}, {"high", in_micro(m.high)}};
}

miner::BacktestConfig backtest_of(const AppConfig& config, Date today, int threads) {
  miner::BacktestConfig out;
  out.campaign = config.campaigns.front();
  out.horizon_months = config.backtest.horizon_months;
  out.as_of = miner::closed_horizon(today, out.horizon_months);
  out.label = config.backtest.label;
  out.resamples = config.backtest.resamples;
  out.threads = threads;
  return out;
}

Result<std::shared_ptr<const store::Snapshot>> past_day(Workplace& place, const store::Snapshot& snapshot, Date as_of,
                                                        Progress& progress) {
  if (snapshot.last_firm() > place.config.backtest.most_firms)
    return Error{Errc::kUsage, "有 " + std::to_string(snapshot.last_firm()) + " 家企业，超过 backtest.most_firms", ""};
  return linkage::assemble_as_of(*place.store, {as_of, std::nullopt}, place.config.link, *place.reference, progress);
}

}  // namespace tanmiao::app
