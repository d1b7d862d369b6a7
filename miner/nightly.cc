#include "miner/nightly.h"

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/hash.h"
#include "miner/backtest_figures.h"
#include "miner/backtest_leads.h"

namespace tanmiao::miner {
namespace {

// A lead's values of the scorecard's items.
using ItemValues = std::vector<double>;

// Values as the scorecard counts them, in few bins: what is rare above stands with what is below it.
std::size_t bin_of(double value) {
  constexpr std::array<double, 4> kEdges = {0, 1, 2, 4};
  std::size_t bin = 0;
  while (bin < kEdges.size() && value > kEdges.at(bin)) ++bin;
  return bin;
}
constexpr std::size_t kBins = 5;

std::vector<ItemValues> sampled_values(const Context& context, int threads, std::size_t most) {
  const store::Snapshot& s = context.snapshot;
  const store::FirmNo last = s.last_firm();
  const std::uint64_t one_in = std::max<std::uint64_t>(1, last / std::max<std::size_t>(1, most));
  std::vector<ItemValues> all(last);
  tbb::task_arena arena(threads > 0 ? threads : tbb::task_arena::automatic);
  arena.execute([&] {
    tbb::parallel_for(store::FirmNo{1}, last + 1, [&](store::FirmNo firm) {
      if (one_in > 1 && hash64(s.firms.code[firm]) % one_in != 0) return;
      const FirmFacts facts = gather(context, firm);
      if (!in_campaign(context, facts) || !why_left_out(context, facts).empty()) return;
      for (const Contribution& c : assess(context, facts).contributions) all[firm - 1].push_back(c.value);
    });
  });
  std::erase_if(all, [](const ItemValues& values) { return values.empty(); });
  return all;
}

// PSI with half a firm added to each bin, so that an empty one does not make it infinite.
InputDrift drift_of(const FeatureWeight& feature, std::size_t at, const std::vector<ItemValues>& then,
                    const std::vector<ItemValues>& now) {
  InputDrift out{feature.id, feature.label};
  std::array<double, kBins> a{}, b{};
  const auto count = [&](const std::vector<ItemValues>& firms, std::array<double, kBins>& bins, double& share) {
    double counts = 0;
    for (const ItemValues& values : firms) {
      ++bins.at(bin_of(values[at]));
      counts += values[at] != 0;
    }
    share = firms.empty() ? 0 : counts / static_cast<double>(firms.size());
    for (double& bin : bins) bin = (bin + .5) / (static_cast<double>(firms.size()) + .5 * kBins);
  };
  count(then, a, out.then), count(now, b, out.now);
  for (std::size_t i = 0; i < kBins; ++i) out.stability += (b.at(i) - a.at(i)) * std::log(b.at(i) / a.at(i));
  return out;
}

}  // namespace

Date closed_horizon(Date today, int months) {
  const std::chrono::year_month_day day(today);
  const Date first_of_month = std::chrono::sys_days(day.year() / day.month() / std::chrono::day(1));
  return add_months(first_of_month, -months) - std::chrono::days(1);
}

Result<ModelDuel> duel(const store::Snapshot& past, const store::Snapshot& now, const Rules& in_use,
                       const Rules& candidate, const Reference& reference, const BacktestConfig& config) {
  TANMIAO_ASSIGN(const LabelledLeads old, labelled_leads(past, now, in_use, reference, config));
  TANMIAO_ASSIGN(const LabelledLeads fresh, labelled_leads(past, now, candidate, reference, config));
  ModelDuel out;
  out.as_of = config.as_of, out.until = add_months(config.as_of, config.horizon_months);
  out.label = config.label, out.in_use = old.scorecard, out.candidate = fresh.scorecard;
  std::vector<double> before, after;
  std::vector<std::uint8_t> labels;
  for (std::size_t i = 0, j = 0; i < old.firms.size() && j < fresh.firms.size();) {
    if (old.firms[i].number != fresh.firms[j].number) {
      ++(old.firms[i].number < fresh.firms[j].number ? i : j);
      continue;
    }
    before.push_back(old.firms[i].scores[kScorecard]), after.push_back(fresh.firms[j].scores[kScorecard]);
    labels.push_back(old.labels[i]);
    ++i, ++j;
  }
  out.firms = labels.size();
  out.labelled = static_cast<std::uint64_t>(std::count(labels.begin(), labels.end(), 1));
  if (out.labelled == 0)
    return Error{Errc::kUsage, "none of the leads of that day got the label within the horizon", config.label};
  out.ap_in_use = average_precision(before, labels), out.ap_candidate = average_precision(after, labels);
  out.auc_in_use = area_under_roc(before, labels), out.auc_candidate = area_under_roc(after, labels);
  const PairedDifference paired = paired_difference(before, after, labels, config.resamples);
  out.difference = paired.ap, out.share_worse = paired.share_worse;
  out.worse = out.share_worse >= kSurelyWorse;
  return out;
}

Result<std::vector<InputDrift>> input_drift(const store::Snapshot& past, const store::Snapshot& now, const Rules& rules,
                                            const Reference& reference, const BacktestConfig& config, Date today,
                                            std::size_t most) {
  MineConfig then_config{config.campaign, config.as_of, config.threads}, now_config = then_config;
  now_config.as_of = today;
  TANMIAO_ASSIGN(Context then, context_for(past, rules, reference, then_config));
  TANMIAO_ASSIGN(Context is, context_for(now, rules, reference, now_config));
  then.dated_only = is.dated_only = true;
  const auto before = sampled_values(then, config.threads, most), after = sampled_values(is, config.threads, most);
  std::vector<InputDrift> out;
  out.reserve(then.card.features.size());
  for (std::size_t i = 0; i < then.card.features.size(); ++i)
    out.push_back(drift_of(then.card.features[i], i, before, after));
  return out;
}

}  // namespace tanmiao::miner
