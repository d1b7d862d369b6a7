#include "apps/tanmiao/learned_files.h"

#include <boost/json.hpp>
#include <set>

#include "apps/tanmiao/learned_gate.h"
#include "apps/tanmiao/model_files.h"
#include "apps/tanmiao/model_history.h"
#include "core/hash.h"
#include "core/json_reading.h"

namespace tanmiao::app {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::string_view kLearnedInUse = "learned_in_use.json", kLearnedHeld = "learned_held.json";

Status write_model(Workplace& place, const miner::LearnedModel& model) {
  const fs::path models = models_of(place.folder());
  std::error_code failed;
  fs::create_directories(models, failed);
  if (failed) return Error{Errc::kIo, "cannot make the folder: " + failed.message(), models.string()};
  return store::write_file_durably(miner::learned_file(place.folder(), model.hash()), model.bytes());
}

// Those that no line names, and that are not compared with any more.
void drop_others(Workplace& place, Date today) {
  const fs::path models = models_of(place.folder());
  const json::object line = kept_object(models / kLearnedInUse);
  std::set<std::string> kept{std::string(text_of(line, "hash")), std::string(text_of(line, "before")),
                             std::string(text_of(kept_object(models / kLearnedHeld), "hash"))};
  for (const EarlierModel& model : earlier_within(line, place.config.backtest.compare_months, today, {}))
    kept.insert(model.hash);
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(models, failed)) {
    const std::string name = entry.path().filename().string();
    constexpr std::string_view kBegin = "learned-", kEnd = ".json";
    if (!name.starts_with(kBegin) || !name.ends_with(kEnd)) continue;
    const std::string hash = name.substr(kBegin.size(), name.size() - kBegin.size() - kEnd.size());
    std::error_code ignored;
    if (!kept.contains(hash)) fs::remove(entry.path(), ignored);
  }
}

Result<std::shared_ptr<const miner::LearnedModel>> kept_model(const store::DataFolder& folder, const std::string& hash,
                                                              const Error& otherwise) {
  const auto bytes = bytes_of(miner::learned_file(folder, hash));
  if (hash.empty() || !bytes || hash_hex(*bytes, 16) != hash) return otherwise;
  return miner::LearnedModel::read(*bytes);
}

}  // namespace

Status keep_learned(Workplace& place, const miner::LearnedModel& model, Date today) {
  const fs::path models = models_of(place.folder());
  TANMIAO_TRY(write_model(place, model));
  const json::object before = kept_object(models / kLearnedInUse);
  const json::object line{{"hash", model.hash()},
                          {"before", text_of(before, "hash")},
                          {"since", iso(today)},
                          {"earlier", earlier_after(before, model.hash(), today)}};
  TANMIAO_TRY(store::write_file_durably(models / kLearnedInUse, json::serialize(line) + "\n"));
  std::error_code ignored;
  fs::remove(models / kLearnedHeld, ignored);
  drop_others(place, today);
  return {};
}

Status hold_learned(Workplace& place, const miner::LearnedModel& model, Date today) {
  TANMIAO_TRY(write_model(place, model));
  const json::object line{{"hash", model.hash()}, {"since", iso(today)}};
  TANMIAO_TRY(store::write_file_durably(models_of(place.folder()) / kLearnedHeld, json::serialize(line) + "\n"));
  drop_others(place, today);
  return {};
}

std::vector<std::shared_ptr<const miner::LearnedModel>> earlier_learned(Workplace& place, Date today) {
  std::vector<std::shared_ptr<const miner::LearnedModel>> out;
  const json::object line = kept_object(models_of(place.folder()) / kLearnedInUse);
  const std::vector<std::string> in_use{std::string(text_of(line, "hash"))};
  for (const EarlierModel& model : earlier_within(line, place.config.backtest.compare_months, today, in_use))
    if (auto kept = kept_model(place.folder(), model.hash, Error{})) out.push_back(std::move(*kept));
  return out;
}

void drop_held(Workplace& place) {
  std::error_code ignored;
  fs::remove(models_of(place.folder()) / kLearnedHeld, ignored);
}

std::string learned_since(const store::DataFolder& folder) {
  return std::string(text_of(kept_object(models_of(folder) / kLearnedInUse), "since"));
}

Result<std::shared_ptr<const miner::LearnedModel>> learned_in_use(const AppConfig& config,
                                                                  const store::DataFolder& folder) {
  const std::shared_ptr<const miner::LearnedModel> none;
  if (!config.backtest.nightly || !config.backtest.learned) return none;
  const fs::path line = models_of(folder) / kLearnedInUse;
  if (!fs::exists(line)) return none;
  const std::string hash(text_of(kept_object(line), "hash"));
  return kept_model(folder, hash,
                    {Errc::kCorrupt,
                     "the learned model in use is missing or damaged; without the file that names it the scorecard "
                     "ranks until a night "
                     "has learnt another",
                     line.string()});
}

Status take_learned(Workplace& place, const std::string& by, const std::string& reason, Date today) {
  const fs::path line = models_of(place.folder()) / kLearnedHeld;
  const std::string hash(text_of(kept_object(line), "hash"));
  TANMIAO_ASSIGN(const auto model,
                 kept_model(place.folder(), hash, {Errc::kNotFound, "no learned model is held", line.string()}));
  TANMIAO_TRY(keep_learned(place, *model, today));
  return place.people().audit(by, "learned.take", hash, json::serialize(json::object{{"reason", reason}}), now());
}

}  // namespace tanmiao::app
