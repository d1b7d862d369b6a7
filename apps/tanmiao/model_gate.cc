#include "apps/tanmiao/model_gate.h"

#include <boost/json.hpp>

#include "apps/tanmiao/model_files.h"
#include "apps/tanmiao/model_history.h"
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
  const json::object line{{"hash", hash},
                          {"scorecard", scorecard},
                          {"since", iso(today)},
                          {"earlier", earlier_after(kept_object(models / kInUse), hash, today)}};
  TANMIAO_TRY(store::write_file_durably(models / kInUse, json::serialize(line) + "\n"));
  fs::remove(models / kRefused, failed);
  return {};
}

// Kept out before on the same data and the same past day: said again, not reckoned again. What could not be tested is
// tried each night.
bool kept_out_before(const json::object& line, const std::string& hash, const miner::BacktestConfig& config,
                     const std::string& snapshot, int compare_months) {
  return line.contains("ap_candidate") && text_of(line, "candidate_hash") == hash &&
         text_of(line, "as_of") == iso(config.as_of) && text_of(line, "snapshot") == snapshot &&
         number_of(line, "compare_months") == compare_months;
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
  duel.share_worse = real_of(o, "share_worse"), duel.worse = duel.share_worse >= miner::kSurelyWorse;
  return duel;
}

json::object earlier_json(const ModelVerdict::Earlier& earlier) {
  return {{"scorecard", earlier.scorecard}, {"until", iso(earlier.until)}, {"duel", duel_json(earlier.duel)}};
}

void say_again(const json::object& line, ModelVerdict& verdict) {
  verdict.step = text_of(line, "step") == word(ModelStep::kWaits) ? ModelStep::kWaits : ModelStep::kRefused;
  verdict.duel = duel_from(line), verdict.note = std::string(text_of(line, "note"));
  const json::object& earlier = object_of(line, "earlier");
  const auto until = parse_iso_date(text_of(earlier, "until"));
  if (until)
    verdict.earlier = ModelVerdict::Earlier{std::string(text_of(earlier, "scorecard")), *until,
                                            duel_from(object_of(earlier, "duel"))};
}

// Lower, worse, or not to be tested: the one in use stays.
Status keep_out(Workplace& place, ModelStep step, const std::string& hash, const std::string& snapshot,
                ModelVerdict& verdict) {
  verdict.step = step;
  json::object line = verdict.duel ? duel_json(*verdict.duel) : json::object();
  line["candidate_hash"] = hash, line["snapshot"] = snapshot;
  line["in_use"] = verdict.in_use, line["candidate"] = verdict.candidate;
  line["step"] = word(step), line["compare_months"] = verdict.compare_months;
  if (verdict.earlier) line["earlier"] = earlier_json(*verdict.earlier);
  if (!verdict.note.empty()) line["note"] = verdict.note;
  const json::object before = kept_object(models_of(place.folder()) / kRefused);
  const std::string_view step_before = before.contains("step") ? text_of(before, "step") : word(ModelStep::kRefused);
  verdict.news = text_of(before, "candidate_hash") != hash || step_before != word(step);
  TANMIAO_TRY(store::write_file_durably(models_of(place.folder()) / kRefused, json::serialize(line) + "\n"));
  if (!verdict.news) return {};
  return note_done(place, step == ModelStep::kWaits ? "model.hold" : "model.refuse", hash, line);
}

// Holds the candidate against the one in use and, on the same leads and labels, against those that ranked before it.
class Trial {
 public:
  Trial(Workplace& place, const store::Snapshot& snapshot, const miner::Rules& candidate, miner::BacktestConfig config,
        Date today)
      : place_(place), snapshot_(snapshot), candidate_(candidate), config_(std::move(config)), today_(today) {}

  Status run(const std::string& hash, Progress& progress, ModelVerdict& verdict) {
    TANMIAO_ASSIGN(const auto now_rules, rules_in_use(place_.config, place_.folder()));
    const auto past = past_day(place_, snapshot_, config_.as_of, progress);
    if (!past) return verdict.note = cannot(past.error()), Status{};
    const auto told = against(**past, *now_rules);
    if (!told) return verdict.note = cannot(told.error()), Status{};
    verdict.duel = *told;
    if (!verdict.duel->worse) against_earlier(**past, hash, verdict);
    return {};
  }

 private:
  static std::string cannot(const Error& error) { return "无法检验新计分表：" + error.message; }

  Result<miner::ModelDuel> against(const store::Snapshot& past, const miner::Rules& other) const {
    return miner::duel(past, snapshot_, other, candidate_, *place_.reference, config_);
  }

  void against_earlier(const store::Snapshot& past, const std::string& hash, ModelVerdict& verdict) const {
    const fs::path models = models_of(place_.folder());
    const json::object line = kept_object(models / kInUse);
    const std::vector<std::string> others{hash, std::string(text_of(line, "hash"))};
    for (const EarlierModel& model : earlier_within(line, verdict.compare_months, today_, others)) {
      const fs::path path = models / (model.hash + ".toml");
      const auto bytes = bytes_of(path);
      if (!bytes || hash_hex(*bytes, 16) != model.hash) continue;  // lost: nothing to compare with
      const miner::KeptScorecard kept{*bytes, path.string()};
      const auto rules = miner::Rules::load(place_.config.rules, &kept);
      if (!rules) continue;  // of before the scorecard's form changed
      const auto told = against(past, **rules);
      if (told && (!verdict.earlier || told->ap_in_use > verdict.earlier->duel.ap_in_use))
        verdict.earlier = ModelVerdict::Earlier{model.scorecard, model.until, *told};
    }
  }

  Workplace& place_;
  const store::Snapshot& snapshot_;
  const miner::Rules& candidate_;
  miner::BacktestConfig config_;
  Date today_;
};

// kTaken, or why not.
ModelStep judged(ModelVerdict& verdict) {
  if (!verdict.duel) return ModelStep::kWaits;
  if (verdict.duel->worse) return ModelStep::kRefused;
  if (verdict.duel->lower()) {
    verdict.note = "平均精度低于在用的，不自行采用";
    return ModelStep::kWaits;
  }
  if (!verdict.earlier || !verdict.earlier->duel.lower()) return ModelStep::kTaken;
  verdict.note = "平均精度低于近 " + std::to_string(verdict.compare_months) + " 个月用过的“" +
                 verdict.earlier->scorecard + "”，不自行采用";
  return ModelStep::kWaits;
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
  verdict.compare_months = place.config.backtest.compare_months;
  const json::object kept_out = kept_object(models_of(place.folder()) / kRefused);
  if (kept_out_before(kept_out, hash, config, snapshot.info().digest, verdict.compare_months)) {
    say_again(kept_out, verdict);
    return verdict;
  }
  TANMIAO_TRY(Trial(place, snapshot, *candidate, config, today).run(hash, progress, verdict));
  if (const ModelStep step = judged(verdict); step != ModelStep::kTaken) {
    TANMIAO_TRY(keep_out(place, step, hash, snapshot.info().digest, verdict));
    return verdict;
  }
  verdict.step = ModelStep::kTaken, verdict.news = true;
  TANMIAO_TRY(keep(place, bytes, id, today));
  json::object detail;
  if (verdict.duel) detail = duel_json(*verdict.duel);  // what is taken was compared
  detail["in_use"] = verdict.in_use, detail["candidate"] = id;
  if (verdict.earlier) detail["earlier"] = earlier_json(*verdict.earlier);
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
  if (verdict.earlier) out["earlier"] = earlier_json(*verdict.earlier);
  if (verdict.compare_months > 0) out["compare_months"] = verdict.compare_months;
  if (!verdict.note.empty()) out["note"] = verdict.note;
  return out;
}

}  // namespace tanmiao::app
