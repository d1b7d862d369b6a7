// beliefs: the priors of likelihood, learned from what visits brought back.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <boost/json.hpp>
#include <cmath>
#include <memory>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/workplace.h"
#include "miner/belief_learn.h"
#include "store/answers.h"

namespace tanmiao::app {
namespace {

namespace json = boost::json;

// What would be shown as no change at all.
constexpr double kLeastOdds = .02, kLeastShare = .002;

void show(const miner::LearnedBeliefs& b) {
  print(fmt::format("走访过的企业 {} 家，其中人员与研发都已知、能定是否达标的 {} 家，达标 {} 家\n", b.visited,
                    b.settled, b.passed));
  if (b.settled > 0)
    print(fmt::format("未参与学习的企业上（十折）：均方误差 {:.4f} → {:.4f}；平均说 {:.1f}% → {:.1f}%，实际 {:.1f}%\n",
                      b.error_before, b.error_now, 100 * b.said_before, 100 * b.said_now,
                      100.0 * static_cast<double>(b.passed) / static_cast<double>(b.settled)));
  if (b.settled > 0 && b.error_now >= b.error_before) print("没有变准：走访还太少，或与原先的判断相符，不必换\n");
  if (b.settled > 0 && (b.passed == 0 || b.passed == b.settled))
    print(fmt::format(
        "注意：能定的企业{}达标。只走访把握大（或小）的企业，学得的机会会偏高（或低）；补访几家估计相反的再换\n",
        b.passed == 0 ? "无一" : "全部"));
  std::vector<std::vector<std::string>> rows;
  rows.reserve(b.changes.size());
  for (const miner::BeliefChange& c : b.changes) {
    if (std::abs(c.now - c.before) < (c.share ? kLeastShare : kLeastOdds)) continue;
    rows.push_back(
        {c.what,
         c.share ? fmt::format("{:.1f}%", 100 * c.before) : fmt::format("{:+.2f} ±{:.2f}", c.before, c.sd_before),
         c.share ? fmt::format("{:.1f}%", 100 * c.now) : fmt::format("{:+.2f} ±{:.2f}", c.now, c.sd_now)});
  }
  if (!rows.empty()) print(table({{"项目"}, {"原先", true}, {"学得", true}}, rows));
  if (rows.size() < b.changes.size()) print(fmt::format("另有 {} 项变化很小，未列\n", b.changes.size() - rows.size()));
}

json::object as_json(const miner::LearnedBeliefs& b) {
  json::array changes;
  for (const miner::BeliefChange& c : b.changes) {
    json::object one{{"what", c.what}, {"kind", c.share ? "share" : "log_odds"}, {"before", c.before}, {"now", c.now}};
    if (!c.share) one["sd_before"] = c.sd_before, one["sd_now"] = c.sd_now;
    changes.push_back(std::move(one));
  }
  json::object out{{"id", b.id},
                   {"visited", b.visited},
                   {"settled", b.settled},
                   {"passed", b.passed},
                   {"changes", std::move(changes)}};
  if (b.settled > 0)
    out["held_out"] = json::object{{"error_before", b.error_before},
                                   {"error_now", b.error_now},
                                   {"said_before", b.said_before},
                                   {"said_now", b.said_now}};
  return out;
}

Result<int> learn(const Common& common, const std::string& output) {
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kRead, "tanmiao beliefs"));
  TANMIAO_ASSIGN(const auto rules, place.rules());
  TANMIAO_ASSIGN(const auto live, open_live(place));
  const Date today = civil_day(now());
  TANMIAO_ASSIGN(auto visits,
                 store::firm_answers(place.facts(), place.people(), *live.snapshot, {today, std::nullopt}));
  const miner::MineConfig config{
      place.config.campaigns.front(), today, 0, std::make_shared<const store::FirmAnswers>(std::move(visits)), "", {}};
  TANMIAO_ASSIGN(const auto learned, miner::learn_beliefs(*live.snapshot, *rules, *place.reference, config));
  if (!output.empty()) TANMIAO_TRY(store::write_file_durably(output, learned.toml));
  if (common.json)
    print_json(as_json(learned));
  else
    show(learned);
  if (!output.empty())
    say(output + ": put it in the place of " + (place.config.rules / "belief.toml").string() + " to use it");
  return kDone;
}

}  // namespace

Action declare_beliefs(CLI::App& app, Common& common) {
  add_common(app, common);
  auto output = std::make_shared<std::string>();
  app.add_option("-o,--output", *output, "write the priors into this file (default: only say what would change)");
  return [output, &common] { return learn(common, *output); };
}

}  // namespace tanmiao::app
