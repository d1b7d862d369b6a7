// What Rules::load reads: campaigns, rubrics, scorecard. Internal to miner/.
#pragma once

#include <map>

#include "miner/mine.h"
#include "miner/rubric.h"
#include "miner/shortlist.h"
#include "miner/standard.h"

namespace tanmiao {
class Settings;
}

namespace tanmiao::miner {

struct Priors;  // miner/belief.h

// Words found in texts at once, in time linear in the text.
class WordSet {
 public:
  WordSet() = default;
  explicit WordSet(const std::vector<std::string>& words);
  std::vector<int> find(std::string_view text) const;  // rows of `words`, ascending

 private:
  struct Matcher;
  std::shared_ptr<const Matcher> matcher_;
};

struct Weighted {
  std::string text;
  double weight = 1;
};

struct Campaign {
  std::string id, title, bytes;
  std::vector<std::string> units, counties;  // names; empty: everywhere
  std::vector<std::string> industries;       // ids of key industries, any of them
  std::vector<Weighted> gbt, ipc;            // prefixes
  std::vector<Weighted> words, minus_words;
  std::vector<std::string> without_programs;  // firms that hold one of these validly are left out
  double least = 1;                           // subject score from which on a firm belongs
  int min_age_months = -1, max_age_months = -1;
  WordSet plus_set, minus_set;
  ShortlistRule shortlist;
  // Names that only the reference can tell right from wrong: the place in the file, what kind, the name.
  struct Named {
    enum class Of : std::uint8_t { kIndustry, kUnit, kCounty, kProgram, kGbt, kIpc } of;
    std::string where, name;
  };
  std::vector<Named> named;
  bool by_subject() const { return !industries.empty() || !gbt.empty() || !ipc.empty() || !words.empty(); }
};

struct Program {
  std::string id, label, expiry;
  int years = 0;  // 0: without a stated end it does not expire
  int recheck_years =
      0;  // of those without an end: so long after the list that names it, it counts as unverified; 0: never
  bool direct = false, strong = false;
  std::vector<std::string> levels;
};
struct SignalWord {
  std::string id, label;
  bool strong = false;
};

enum class Feature : std::uint8_t {
  kDirectPass,
  kPastTechSme,
  kStrongRecognitions,
  kStrongSignals,
  kOtherSignals,
  kValidInventions,
  kValidClassTwo,
  kUnverified,
  kPending,
  kRecentFilings,
  kInventors,
  kAcquiredOnly,
  kKeyIndustry,
  kKnownFail,
  kGateDoubt,
  kAcademic,
  kFocus,
  kManyClaims,
  kNameWords,
  kScopeWords,
  kCount
};
enum class Curve : std::uint8_t { kFlag, kCount, kLog };
struct FeatureWeight {
  Feature feature;
  std::string id, label;
  double weight = 0, most = 0;
  Curve curve = Curve::kFlag;
};

struct Scorecard {
  std::string id, bytes;
  // Sources that deliver every legal event of the patents, without a gap from their first to their last: only they can
  // show that a right is in force because nothing was heard of it.
  std::vector<std::string> event_feeds;
  int answer_years = 3;  // what a firm said of itself longer ago is shown and not reckoned with
  int start_up_months = 36, strong_record_years = 3, event_fresh_months = 12, feed_fresh_days = 92, pending_years = 6;
  int many_claims = 10, focus_filings = 3;
  double focus_share = .6;
  std::int64_t large_capital_minor = 0, large_staff = 500;
  double industry_least = 1;
  std::map<std::string, Program, std::less<>> programs;
  std::map<std::string, SignalWord, std::less<>> signals;
  std::vector<FeatureWeight> features;
  std::vector<Weighted> name_words, scope_words;
  WordSet name_set, scope_set;
};

class LoadedRules : public Rules {
 public:
  std::vector<CampaignInfo> campaigns() const override;
  std::string scorecard_id() const override { return scorecard_.id; }
  Result<const Campaign*> campaign(std::string_view id) const;
  Result<const Rubric*> rubric(Date as_of) const;
  // By id, or of a family the one in force on the day. Errors: kUsage for a word that names none, kNotFound for a
  // family without one on that day.
  Result<const Standard*> standard(std::string_view id_or_family, Date as_of) const;
  std::vector<const Standard*> standards_on(Date as_of) const;  // of each family the one in force, by family

  std::vector<Campaign> campaigns_;  // by id
  std::vector<Rubric> rubrics_;
  std::vector<Standard> standards_;  // by file name
  Scorecard scorecard_;
  std::shared_ptr<const Priors> priors_;
};

std::string campaign_hash(const Campaign& campaign);  // as it stands among the inputs of a run
Result<Campaign> parse_campaign(const std::string& toml, const std::string& id, const std::string& file);
// A [[feature]] or [[signal]] table; nullopt when its id is none, which is then complained about.
std::optional<FeatureWeight> read_feature(Settings& table);
Result<Scorecard> parse_scorecard(const std::string& toml, const std::string& file);

}  // namespace tanmiao::miner
