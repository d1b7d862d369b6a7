// The mine stage: snapshot + campaign + rubric + scorecard, as of a date -> run.
//
// mine() is a pure function of its inputs: the same snapshot, campaign, rubric, scorecard and date give the same bytes
// on any number of threads. Unknown is never zero: the rubric gives an interval.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/progress.h"
#include "core/reference.h"
#include "store/answers.h"
#include "store/columns/run_table.h"
#include "store/columns/snapshot.h"
#include "store/data_folder.h"
#include "store/record_origin.h"

namespace tanmiao::miner {

// Loaded once and shared: config/campaigns/*.toml, config/rubrics/*.json, config/scorecard.toml, dictionaries of
// programs and signals. Errors kConfig with file, line, column and the nearest right word.
struct KeptScorecard {
  std::string toml, file;  // `file` is for messages
};
class Rules {
 public:
  // `kept`: another scorecard than that of the folder; null: that one.
  static Result<std::shared_ptr<const Rules>> load(const std::filesystem::path& config_folder,
                                                   const KeptScorecard* kept = nullptr);
  virtual ~Rules() = default;
  virtual std::string scorecard_id() const = 0;
  struct CampaignInfo {
    std::string id, title;
  };
  virtual std::vector<CampaignInfo> campaigns() const = 0;
};

class LearnedModel;  // miner/learned.h

struct MineConfig {
  std::string campaign = "all";
  Date as_of{};
  int threads = 0;
  std::shared_ptr<const store::FirmAnswers> answers{};  // 企业自报 of people; null: none
  // explain_json only: an id or family of config/rubrics whose standing is told in full, and what to suppose for it
  // ("revenue=12000000"; names as in docs/standards.md).
  std::string standard{};
  std::vector<std::string> suppose{};
  // What orders the leads in the place of the scorecard (miner/learned.h); null: nothing. One that reads another
  // scorecard, or that knows labels of after the day, is not used: MineReport::learned says. explain_json: the model by
  // which `run` is ordered (miner/learned.h, model_of_run), for what one more fact would do.
  std::shared_ptr<const LearnedModel> learned{};
};
struct MineReport {
  store::RunEntry run;  // the caller registers it
  std::uint64_t considered = 0, in_campaign = 0, candidates = 0;
  std::string learned;  // hash of the learned model that orders the leads; empty: the scorecard does
  std::vector<std::pair<std::string, std::uint64_t>> by_judgement, by_kind;  // labels
  std::vector<std::pair<std::string, std::uint64_t>> left_out;  // why not a lead: 已登记有效, 已注销 ...
};

// What the index says of a campaign: firm numbers, ascending, of all firms that may fit and of others. It speeds a
// campaign up and never changes the result. Another snapshot has other firms under its numbers, so mine() refuses the
// index of another one (kConflict).
struct Superset {
  std::string snapshot;  // digest of the snapshot that the index was made from
  std::function<Result<std::vector<store::FirmNo>>(const std::vector<std::string>& words,
                                                   const std::vector<std::string>& ipc_prefixes,
                                                   const std::vector<std::string>& industry_prefixes)>
      firms;
};
// `superset` may be null.
Result<MineReport> mine(const store::DataFolder& folder, const store::Snapshot& snapshot, const Rules& rules,
                        const Reference& reference, const MineConfig& config, const Superset* superset,
                        Progress& progress);

// Why each of the firms is no lead of the campaign on that day, in their order; empty: it is one. For what compares
// runs.
Result<std::vector<std::string>> why_not_leads(const store::Snapshot& snapshot, const Rules& rules,
                                               const Reference& reference, const MineConfig& config,
                                               const std::vector<store::FirmNo>& firms);

// Where the record of a line of evidence stood; see store::origin_of.
using OriginOf = std::function<Result<std::optional<store::RecordOrigin>>(RecordKind kind, std::string_view source,
                                                                          std::string_view key)>;
// One firm in full: the JSON of RunTable::explanation plus "firm", "patents", "recognitions", "signals", "standards",
// "rank" or "why_not_a_lead", and "standard" when config asks for one. `run` may be null. With `origin` what rests on a
// record also has "seen", "line" and "url" of it; with a run that holds the firm "why_not_higher"; with `listed`
// (miner/comparison.h, of the same snapshot and day) "listed".
struct TitleHolders;
Result<std::string> explain_json(const store::Snapshot& snapshot, const Rules& rules, const Reference& reference,
                                 const MineConfig& config, store::FirmNo firm, const store::Run* run,
                                 const OriginOf& origin = nullptr, const TitleHolders* listed = nullptr);

}  // namespace tanmiao::miner
