// 排名检验 of a night: the figures of the latest closed horizon.
#include <boost/json.hpp>

#include "apps/tanmiao/model_files.h"
#include "apps/tanmiao/model_gate.h"

namespace tanmiao::app {

namespace json = boost::json;

Result<RankingCheck> check_ranking(Workplace& place, const store::Snapshot& snapshot, Date today, int threads,
                                   Progress& progress) {
  RankingCheck check;
  const miner::BacktestConfig config = backtest_of(place.config, today, threads);
  const auto past = past_day(place, snapshot, config.as_of, progress);
  if (!past) {
    check.note = past.error().message;
    return check;
  }
  TANMIAO_ASSIGN(const auto rules, place.rules());
  auto report = miner::backtest(**past, snapshot, *rules, *place.reference, config);
  if (report)
    check.report = std::move(*report);
  else if (report.error().code == Errc::kUsage)
    check.note = "截至 " + iso(config.as_of) + " 无可检验：当日没有线索，或其后没有企业取得";
  else
    return report.error();
  TANMIAO_ASSIGN(check.inputs, miner::input_drift(**past, snapshot, *rules, *place.reference, config, today));
  return check;
}

json::object ranking_json(const RankingCheck& check) {
  json::object out;
  if (!check.note.empty()) out["note"] = check.note;
  if (check.report) {
    const miner::BacktestReport& r = *check.report;
    out["as_of"] = iso(r.as_of), out["until"] = iso(r.until), out["label"] = r.label, out["scorecard"] = r.scorecard;
    out["firms"] = r.firms, out["labelled"] = r.labelled, out["k"] = r.k;
    json::array scorers;
    for (const miner::ScorerFigures& s : r.scorers) {
      scorers.push_back(json::object{{"id", s.id},
                                     {"label", s.label},
                                     {"precision_at_k", measured_object(s.precision_at_k)},
                                     {"top5", measured_object(s.top5)},
                                     {"ap", measured_object(s.ap)},
                                     {"auc", measured_object(s.auc)}});
    }
    out["scorers"] = std::move(scorers);
  }
  json::array inputs;
  for (const miner::InputDrift& d : check.inputs)
    inputs.push_back(json::object{{"id", d.id},
                                  {"label", d.label},
                                  {"then", in_micro(d.then)},
                                  {"now", in_micro(d.now)},
                                  {"stability", in_micro(d.stability)}});
  out["inputs"] = std::move(inputs);
  return out;
}

}  // namespace tanmiao::app
