#include "apps/tanmiao/model_gate.h"

#include <boost/json.hpp>

#include "apps/tanmiao/model_files.h"
#include "core/hash.h"
#include "core/json_reading.h"

namespace tanmiao::app {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::string_view kInUse = "in_use.json", kRefused = "refused.json";

fs::path scorecard_file(const AppConfig& config) { return config.rules / "scorecard.toml"; }

Result<std::string> scorecard_of(const AppConfig& config) {
  auto bytes = bytes_of(scorecard_file(config));
  if (!bytes) return Error{Errc::kConfig, "cannot read the file", scorecard_file(config).string()};
  return std::move(*bytes);
}

// The text first, then the line that names it.
Status keep(Workplace& place, const std::string& bytes, const std::string& scorecard, Date today) {
  const fs::path models = models_of(place.folder());
  std::error_code failed;
  fs::create_directories(models, failed);
  if (failed) return Error{Errc::kIo, "cannot make the folder: " + failed.message(), models.string()};
  const std::string hash = hash_hex(bytes, 16);
  TANMIAO_TRY(store::write_file_durably(models / (hash + ".toml"), bytes));
  const json::object line{{"hash", hash}, {"scorecard", scorecard}, {"since", iso(today)}};
  TANMIAO_TRY(store::write_file_durably(models / kInUse, json::serialize(line) + "\n"));
  fs::remove(models / kRefused, failed);
  return {};
}

// Refused before on the same data and the same past day: said again, not reckoned again. What could not be tested is
// tried each night.
bool refused_before(const json::object& refused, const std::string& hash, Date as_of, const std::string& snapshot) {
  return text_of(refused, "step") != word(ModelStep::kWaits) && text_of(refused, "candidate_hash") == hash &&
         text_of(refused, "as_of") == iso(as_of) && text_of(refused, "snapshot") == snapshot;
}

json::object duel_json(const miner::ModelDuel& duel) {
  return {{"as_of", iso(duel.as_of)},
          {"until", iso(duel.until)},
          {"label", duel.label},
          {"firms", duel.firms},
          {"labelled", duel.labelled},
          {"ap_in_use", in_micro(duel.ap_in_use)},
          {"ap_candidate", in_micro(duel.ap_candidate)},
          {"auc_in_use", in_micro(duel.auc_in_use)},
          {"auc_candidate", in_micro(duel.auc_candidate)},
          {"difference", measured_object(duel.difference)},
          {"share_worse", in_micro(duel.share_worse)}};
}

miner::ModelDuel duel_from(const json::object& o) {
  miner::ModelDuel duel;
  if (const auto day = parse_iso_date(text_of(o, "as_of"))) duel.as_of = *day;
  if (const auto day = parse_iso_date(text_of(o, "until"))) duel.until = *day;
  duel.label = text_of(o, "label");
  duel.firms = static_cast<std::uint64_t>(number_of(o, "firms")),
  duel.labelled = static_cast<std::uint64_t>(number_of(o, "labelled"));
  duel.ap_in_use = real_of(o, "ap_in_use"), duel.ap_candidate = real_of(o, "ap_candidate");
  duel.auc_in_use = real_of(o, "auc_in_use"), duel.auc_candidate = real_of(o, "auc_candidate");
  const json::object& d = object_of(o, "difference");
  duel.difference = {real_of(d, "value"), real_of(d, "low"), real_of(d, "high")};
  duel.share_worse = real_of(o, "share_worse"), duel.worse = true;
  return duel;
}

// Worse, or not to be tested: the one in use stays.
Status keep_out(Workplace& place, ModelStep step, const std::string& hash, const std::string& snapshot,
                ModelVerdict& verdict) {
  verdict.step = step;
  json::object line = verdict.duel ? duel_json(*verdict.duel) : json::object();
  line["candidate_hash"] = hash, line["snapshot"] = snapshot;
  line["in_use"] = verdict.in_use, line["candidate"] = verdict.candidate;
  line["step"] = word(step);
  if (!verdict.note.empty()) line["note"] = verdict.note;
  const json::object before = kept_object(models_of(place.folder()) / kRefused);
  const std::string_view step_before = before.contains("step") ? text_of(before, "step") : word(ModelStep::kRefused);
  verdict.news = text_of(before, "candidate_hash") != hash || step_before != word(step);
  TANMIAO_TRY(store::write_file_durably(models_of(place.folder()) / kRefused, json::serialize(line) + "\n"));
  if (!verdict.news) return {};
  return note_done(place, step == ModelStep::kWaits ? "model.hold" : "model.refuse", hash, line);
}

}  // namespace

std::string_view word(ModelStep step) {
  switch (step) {
    case ModelStep::kOff: return "off";
    case ModelStep::kSame: return "same";
    case ModelStep::kFirst: return "first";
    case ModelStep::kTaken: return "taken";
    case ModelStep::kWaits: return "held";
    case ModelStep::kRefused: break;
  }
  return "refused";
}

Result<std::optional<ModelInUse>> model_in_use(const store::DataFolder& folder) {
  const fs::path path = models_of(folder) / kInUse;
  if (!fs::exists(path)) return std::optional<ModelInUse>();
  const json::object line = kept_object(path);
  const auto since = parse_iso_date(text_of(line, "since"));
  if (text_of(line, "hash").empty() || !since)
    return Error{Errc::kCorrupt, "cannot tell which scorecard is in use", path.string()};
  return std::optional(ModelInUse{std::string(text_of(line, "hash")), std::string(text_of(line, "scorecard")), *since});
}

Result<std::shared_ptr<const miner::Rules>> rules_in_use(const AppConfig& config, const store::DataFolder& folder) {
  if (!config.backtest.nightly) return miner::Rules::load(config.rules);
  TANMIAO_ASSIGN(const auto in_use, model_in_use(folder));
  if (!in_use) return miner::Rules::load(config.rules);
  const fs::path path = models_of(folder) / (in_use->hash + ".toml");
  const auto bytes = bytes_of(path);
  if (!bytes || hash_hex(*bytes, 16) != in_use->hash)
    return Error{
        Errc::kCorrupt,
        "the scorecard in use is missing or damaged; tanmiao runs model --take takes that of the configuration",
        path.string()};
  const miner::KeptScorecard kept{*bytes, path.string()};
  return miner::Rules::load(config.rules, &kept);
}

Result<ModelVerdict> settle_model(Workplace& place, const store::Snapshot& snapshot, Date today, int threads,
                                  Progress& progress) {
  ModelVerdict verdict;
  if (!place.config.backtest.nightly) return verdict;
  TANMIAO_ASSIGN(const std::string bytes, scorecard_of(place.config));
  TANMIAO_ASSIGN(const auto candidate, miner::Rules::load(place.config.rules));
  const std::string hash = hash_hex(bytes, 16), id = candidate->scorecard_id();
  TANMIAO_ASSIGN(const auto in_use, model_in_use(place.folder()));
  verdict.in_use = in_use ? in_use->scorecard : id;
  if (!in_use || in_use->hash == hash) {
    verdict.step = in_use ? ModelStep::kSame : ModelStep::kFirst;
    verdict.news = !in_use;
    std::error_code ignored;
    fs::remove(models_of(place.folder()) / kRefused, ignored);  // whoever went back to the one in use refused nothing
    if (!in_use) TANMIAO_TRY(keep(place, bytes, id, today));
    return verdict;
  }
  verdict.candidate = id;
  const miner::BacktestConfig config = backtest_of(place.config, today, threads);
  const json::object refused = kept_object(models_of(place.folder()) / kRefused);
  if (refused_before(refused, hash, config.as_of, snapshot.info().digest)) {
    verdict.step = ModelStep::kRefused, verdict.duel = duel_from(refused);
    return verdict;
  }
  TANMIAO_ASSIGN(const auto now_rules, rules_in_use(place.config, place.folder()));
  const auto past = past_day(place, snapshot, config.as_of, progress);
  if (past) {
    const auto told = miner::duel(**past, snapshot, *now_rules, *candidate, *place.reference, config);
    if (told) verdict.duel = *told;
    if (!told) verdict.note = "无法检验新计分表：" + told.error().message;
  } else {
    verdict.note = "无法检验新计分表：" + past.error().message;
  }
  if (!verdict.duel || verdict.duel->worse) {
    const ModelStep step = verdict.duel ? ModelStep::kRefused : ModelStep::kWaits;
    TANMIAO_TRY(keep_out(place, step, hash, snapshot.info().digest, verdict));
    return verdict;
  }
  verdict.step = ModelStep::kTaken, verdict.news = true;
  TANMIAO_TRY(keep(place, bytes, id, today));
  json::object detail = duel_json(*verdict.duel);
  detail["in_use"] = verdict.in_use, detail["candidate"] = id;
  TANMIAO_TRY(note_done(place, "model.take", hash, detail));
  verdict.in_use = id;
  return verdict;
}

Status take_model(Workplace& place, const std::string& by, const std::string& reason, Date today) {
  TANMIAO_ASSIGN(const std::string bytes, scorecard_of(place.config));
  TANMIAO_ASSIGN(const auto rules, miner::Rules::load(place.config.rules));
  TANMIAO_TRY(keep(place, bytes, rules->scorecard_id(), today));
  return place.people().audit(by, "model.take", hash_hex(bytes, 16),
                              json::serialize(json::object{{"candidate", rules->scorecard_id()}, {"reason", reason}}),
                              now());
}

json::object verdict_json(const ModelVerdict& verdict) {
  json::object out{{"step", word(verdict.step)}, {"in_use", verdict.in_use}, {"news", verdict.news}};
  if (!verdict.candidate.empty()) out["candidate"] = verdict.candidate;
  if (verdict.duel) out["duel"] = duel_json(*verdict.duel);
  if (!verdict.note.empty()) out["note"] = verdict.note;
  return out;
}

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
