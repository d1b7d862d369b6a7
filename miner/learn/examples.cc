#include "miner/learn/examples.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>
#include <unordered_map>

#include "core/hash.h"
#include "miner/learn/sparse.h"

namespace tanmiao::miner::learn {
namespace {

template <class Named>
std::vector<FirmKeys> keys_of_all(const std::vector<Named>& named, const Reference& reference) {
  std::vector<FirmKeys> keys(named.size());
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, named.size(), 256), [&](const auto& range) {
    for (std::size_t i = range.begin(); i < range.end(); ++i) keys[i] = keys_of_name(named[i].name, reference);
  });
  return keys;
}

// A firm is listed when its name's key or its code is on the list.
class Listing {
 public:
  Listing(const RankTask& task, Examples& examples) : task_(task), examples_(examples) {
    for (std::uint32_t i = 0; i < task.labels.size(); ++i) {
      if (!examples.label_keys[i].exact.empty()) by_name_[examples.label_keys[i].exact].push_back(i);
      if (!task.labels[i].code.empty()) by_code_[task.labels[i].code].push_back(i);
    }
  }
  void run() {
    examples_.listed.assign(task_.firms.size(), 0), examples_.label_found.assign(task_.labels.size(), 0);
    for (std::size_t row = 0; row < task_.firms.size(); ++row) {
      if (!task_.firms[row].train) continue;
      look(by_name_, examples_.keys[row].exact, row);
      look(by_code_, task_.firms[row].code, row);
    }
  }

 private:
  using Index = std::unordered_map<std::string_view, std::vector<std::uint32_t>>;
  void look(const Index& index, std::string_view key, std::size_t row) {
    const auto found = index.find(key);
    if (key.empty() || found == index.end()) return;
    examples_.listed[row] = 1;
    for (const std::uint32_t label : found->second) examples_.label_found[label] = 1;
  }
  const RankTask& task_;
  Examples& examples_;
  Index by_name_, by_code_;
};

void note_dates(const RankTask& task, RankReport& report) {
  for (const RankFirm& firm : task.firms) {
    if (!firm.train || firm.registered == kNoDay) continue;
    if (report.first_day == kNoDay || firm.registered < report.first_day) report.first_day = firm.registered;
    report.last_day = std::max(report.last_day, firm.registered);
  }
}

// All listed rows, and of the others those of the lowest hash.
void draw_sample(const RankTask& task, const std::vector<std::uint32_t>& order, const RankSettings& settings,
                 Examples& out, RankReport& report) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> others;
  std::vector<std::uint32_t> places;
  for (std::uint32_t place = 0; place < order.size(); ++place) {
    const RankFirm& firm = task.firms[order[place]];
    if (firm.score) out.scored.push_back(order[place]);
    if (!firm.train) continue;
    ++report.train_rows;
    if (out.listed[order[place]] != 0)
      places.push_back(place);
    else
      others.emplace_back(mixed(hash64(firm.code + '\n' + firm.name)), place);
  }
  report.listed_in_train = places.size();
  std::sort(others.begin(), others.end());
  const std::size_t taken = std::min(others.size(), settings.unlabelled);
  for (std::size_t i = 0; i < taken; ++i) places.push_back(others[i].second);
  if (taken > 0) out.other_weight = static_cast<double>(others.size()) / static_cast<double>(taken);
  std::sort(places.begin(), places.end());
  for (const std::uint32_t place : places) {
    out.sample.push_back(order[place]);
    out.sample_listed.push_back(out.listed[order[place]]);
    out.sample_fold.push_back(out.folds.of_firm[order[place]]);
  }
}

}  // namespace

bool comes_before(const RankFirm& a, const RankFirm& b) {
  const auto content = [](const RankFirm& f) {
    return std::tuple<const std::string&, const std::string&, const std::string&, const std::string&,
                      const std::string&, Day, double, bool, bool>(
        f.code, f.name, f.scope, f.address, f.type, f.registered, std::isnan(f.capital_wan) ? -1 : f.capital_wan,
        f.train, f.score);
  };
  return content(a) < content(b);
}

Examples gather_examples(const RankTask& task, const Reference& reference, const RankSettings& settings,
                         RankReport& report) {
  Examples out;
  out.keys = keys_of_all(task.firms, reference);
  out.label_keys = keys_of_all(task.labels, reference);
  Listing(task, out).run();
  out.folds = make_folds(task, out.keys, out.label_keys, out.listed, out.label_found, settings.folds);
  std::vector<std::uint32_t> order(task.firms.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return comes_before(task.firms[a], task.firms[b]); });
  draw_sample(task, order, settings, out, report);
  note_dates(task, report);
  report.groups_joined = out.folds.joined;
  report.labels = task.labels.size(), report.sample_rows = out.sample.size(), report.score_rows = out.scored.size();
  report.listed_by_name = static_cast<std::size_t>(std::count(out.label_found.begin(), out.label_found.end(), 0));
  if (report.train_rows > 0)
    report.listed_share = static_cast<double>(report.listed_in_train) / static_cast<double>(report.train_rows);
  return out;
}

}  // namespace tanmiao::miner::learn
