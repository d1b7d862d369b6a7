#include "miner/rules.h"

#include <re2/set.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <mutex>
#include <sstream>

#include "core/settings.h"
#include "miner/belief.h"

namespace tanmiao::miner {
namespace fs = std::filesystem;
namespace {

struct FeatureName {
  std::string_view id;
  Feature feature;
};
constexpr std::array<FeatureName, static_cast<std::size_t>(Feature::kCount)> kFeatures = {{
    {"direct_pass", Feature::kDirectPass},
    {"past_tech_sme", Feature::kPastTechSme},
    {"strong_recognitions", Feature::kStrongRecognitions},
    {"strong_signals", Feature::kStrongSignals},
    {"other_signals", Feature::kOtherSignals},
    {"valid_inventions", Feature::kValidInventions},
    {"valid_class_two", Feature::kValidClassTwo},
    {"unverified", Feature::kUnverified},
    {"pending", Feature::kPending},
    {"recent_filings", Feature::kRecentFilings},
    {"inventors", Feature::kInventors},
    {"acquired_only", Feature::kAcquiredOnly},
    {"key_industry", Feature::kKeyIndustry},
    {"known_fail", Feature::kKnownFail},
    {"gate_doubt", Feature::kGateDoubt},
    {"with_university", Feature::kAcademic},
    {"ipc_focus", Feature::kFocus},
    {"many_claims", Feature::kManyClaims},
    {"name_words", Feature::kNameWords},
    {"scope_words", Feature::kScopeWords},
}};

std::vector<std::string_view> feature_ids() {
  std::vector<std::string_view> ids;
  ids.reserve(kFeatures.size());
  for (const FeatureName& name : kFeatures) ids.push_back(name.id);
  return ids;
}

Result<std::string> read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{Errc::kConfig, "cannot read the file", path.string()};
  std::stringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

Result<std::vector<fs::path>> files_of(const fs::path& folder, std::string_view extension) {
  std::vector<fs::path> paths;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    if (entry.path().extension() == extension) paths.push_back(entry.path());
  }
  if (failed) return Error{Errc::kConfig, "cannot read the folder: " + failed.message(), folder.string()};
  if (paths.empty()) return Error{Errc::kConfig, "expected at least one *" + std::string(extension), folder.string()};
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<std::string> texts_of(const std::vector<Weighted>& words) {
  std::vector<std::string> out;
  out.reserve(words.size());
  for (const Weighted& word : words) out.push_back(word.text);
  return out;
}

int whole(Settings& settings, std::string_view key, int fallback, int least, int most) {
  return static_cast<int>(settings.integer(key, fallback, least, most));
}

void read_rules(Settings rules, Scorecard& card) {
  constexpr std::int64_t kMinorPerWan = 1'000'000;
  card.start_up_months = whole(rules, "start_up_months", 36, 1, 600);
  card.strong_record_years = whole(rules, "strong_record_years", 3, 1, 50);
  card.answer_years = whole(rules, "answer_years", 3, 1, 50);
  card.event_fresh_months = whole(rules, "event_fresh_months", 12, 1, 240);
  card.feed_fresh_days = whole(rules, "feed_fresh_days", 92, 1, 3660);
  card.event_feeds = rules.texts("event_feeds");
  card.pending_years = whole(rules, "pending_years", 6, 1, 20);
  card.many_claims = whole(rules, "many_claims", 10, 1, 1000);
  card.focus_filings = whole(rules, "focus_filings", 3, 1, 1000);
  card.focus_share = rules.number("focus_share", .6, 0, 1);
  card.large_capital_minor = rules.integer("large_capital_wan", 20000, 1, 100'000'000) * kMinorPerWan;
  card.large_staff = rules.integer("large_staff", 500, 1, 1'000'000);
  card.industry_least = rules.number("industry_least", 1, 0, 100);
}

void read_programs(Settings& settings, Scorecard& card) {
  for (Settings& table : settings.tables("program")) {
    Program program;
    program.id = table.text("id");
    program.label = table.text("label");
    program.expiry = table.word("expiry", "years", {"years", "tech_sme"});
    program.years = whole(table, "years", 0, 0, 50);
    program.recheck_years = whole(table, "recheck_years", 0, 0, 50);
    program.direct = table.flag("direct", false);
    program.strong = table.flag("strong", false);
    program.levels = table.texts("levels");
    if (card.programs.contains(program.id))
      table.complain("id", "the programme '" + program.id + "' stands there twice");
    card.programs[program.id] = program;
  }
  for (Settings& table : settings.tables("signal")) {
    SignalWord signal{table.text("id"), table.text("label"), table.flag("strong", false)};
    if (card.signals.contains(signal.id)) table.complain("id", "the signal '" + signal.id + "' stands there twice");
    card.signals[signal.id] = signal;
  }
}

void read_features(Settings& settings, Scorecard& card) {
  for (Settings& table : settings.tables("feature")) {
    const auto weight = read_feature(table);
    if (!weight) continue;
    if (std::any_of(card.features.begin(), card.features.end(), [&](const auto& f) { return f.id == weight->id; }))
      table.complain("id", "the feature '" + weight->id + "' stands there twice: it would count twice");
    card.features.push_back(*weight);
  }
  for (Settings& table : settings.tables("words")) {
    auto& words = table.word("where", "name", {"name", "scope"}) == "name" ? card.name_words : card.scope_words;
    const double weight = table.number("weight", 1, -100, 100);
    for (const std::string& word : table.texts("words")) words.push_back({word, weight});
  }
}

// Two rules of one programme that begin on one day: which of them ranks would be chance.
template <class Rule>
Status check_apart(const std::vector<std::pair<fs::path, const Rule*>>& rules, const auto& same_programme) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const Rule &one = *rules[i].second, &other = *rules[j].second;
      const std::string file = rules[j].first.filename().string();
      if (one.id == other.id)
        return Error{Errc::kConfig, "id: '" + one.id + "' is that of " + file + " too: expected one of its own",
                     rules[i].first.string()};
      if (same_programme(one, other) && one.valid_from == other.valid_from)
        return Error{Errc::kConfig,
                     "valid_from: " + iso(one.valid_from) + " is that of " + file +
                         " too: expected rules of one programme to begin on different days",
                     rules[i].first.string()};
    }
  }
  return {};
}

Status load_rubrics(const fs::path& folder, LoadedRules& rules) {
  TANMIAO_ASSIGN(const auto paths, files_of(folder, ".json"));
  std::vector<fs::path> of_rubrics, of_standards;
  for (const fs::path& path : paths) {
    TANMIAO_ASSIGN(const std::string bytes, read_file(path));
    if (is_standard(bytes)) {
      TANMIAO_ASSIGN(auto standard, parse_standard(bytes, path.string()));
      rules.standards_.push_back(std::move(standard));
      of_standards.push_back(path);
      continue;
    }
    TANMIAO_ASSIGN(auto rubric, parse_rubric(bytes, path.string()));
    rules.rubrics_.push_back(std::move(rubric));
    of_rubrics.push_back(path);
  }
  if (rules.rubrics_.empty())
    return Error{Errc::kConfig, "expected at least one rule of points for tech SMEs (score.indicators)",
                 folder.string()};
  std::vector<std::pair<fs::path, const Rubric*>> rubrics;
  for (std::size_t i = 0; i < of_rubrics.size(); ++i) rubrics.emplace_back(of_rubrics[i], &rules.rubrics_[i]);
  TANMIAO_TRY(check_apart(rubrics, [](const Rubric&, const Rubric&) { return true; }));
  std::vector<std::pair<fs::path, const Standard*>> standards;
  for (std::size_t i = 0; i < of_standards.size(); ++i) standards.emplace_back(of_standards[i], &rules.standards_[i]);
  return check_apart(standards, [](const Standard& a, const Standard& b) { return a.family == b.family; });
}

}  // namespace

std::optional<FeatureWeight> read_feature(Settings& table) {
  const std::string id = table.word("id", "", feature_ids());
  const auto* found = std::find_if(kFeatures.begin(), kFeatures.end(), [&](const auto& f) { return f.id == id; });
  FeatureWeight weight;
  weight.id = id;
  weight.label = table.text("label");
  weight.weight = table.number("weight", 0, -1000, 1000);
  weight.most = table.number("most", 1, 0, 1000);
  const std::string curve = table.word("curve", "flag", {"flag", "count", "log"});
  weight.curve = curve == "flag" ? Curve::kFlag : curve == "count" ? Curve::kCount : Curve::kLog;
  if (found == kFeatures.end()) return std::nullopt;  // the complaint is recorded
  weight.feature = found->feature;
  return weight;
}

struct WordSet::Matcher {
  explicit Matcher(const RE2::Options& options) : set(options, RE2::UNANCHORED) {}
  RE2::Set set;
};

WordSet::WordSet(const std::vector<std::string>& words) {
  if (words.empty()) return;
  RE2::Options options;
  options.set_literal(true);
  options.set_case_sensitive(false);
  options.set_max_mem(std::int64_t{64} << 20);
  auto matcher = std::make_shared<Matcher>(options);
  for (const std::string& word : words) matcher->set.Add(word, nullptr);
  if (matcher->set.Compile()) matcher_ = std::move(matcher);
}

std::vector<int> WordSet::find(std::string_view text) const {
  std::vector<int> rows;
  if (matcher_) matcher_->set.Match(re2::StringPiece(text.data(), text.size()), &rows);
  std::sort(rows.begin(), rows.end());
  return rows;
}

Result<Scorecard> parse_scorecard(const std::string& toml, const std::string& file) {
  TANMIAO_ASSIGN(Settings settings, Settings::parse(toml, file));
  Scorecard card;
  card.bytes = toml;
  card.id = settings.text("id");
  read_rules(settings.table("rules"), card);
  read_programs(settings, card);
  read_features(settings, card);
  TANMIAO_TRY(settings.finish());
  card.name_set = WordSet(texts_of(card.name_words));
  card.scope_set = WordSet(texts_of(card.scope_words));
  return card;
}

Result<std::shared_ptr<const Rules>> Rules::load(const fs::path& folder, const KeptScorecard* kept) {
  auto rules = std::make_shared<LoadedRules>();
  TANMIAO_ASSIGN(const auto campaigns, files_of(folder / "campaigns", ".toml"));
  for (const fs::path& path : campaigns) {
    TANMIAO_ASSIGN(const std::string bytes, read_file(path));
    TANMIAO_ASSIGN(auto campaign, parse_campaign(bytes, path.stem().string(), path.string()));
    rules->campaigns_.push_back(std::move(campaign));
  }
  TANMIAO_TRY(load_rubrics(folder / "rubrics", *rules));
  KeptScorecard card{{}, (folder / "scorecard.toml").string()};
  if (kept != nullptr) {
    card = *kept;
  } else {
    TANMIAO_ASSIGN(card.toml, read_file(card.file));
  }
  TANMIAO_ASSIGN(rules->scorecard_, parse_scorecard(card.toml, card.file));
  // A folder of rules of before this file existed has none: explanations then say nothing of likelihood.
  if (const fs::path belief = folder / "belief.toml"; fs::exists(belief)) {
    TANMIAO_ASSIGN(const std::string bytes, read_file(belief));
    TANMIAO_ASSIGN(auto priors, parse_priors(bytes, belief.string()));
    for (const Rubric& rubric : rules->rubrics_) TANMIAO_TRY(check_priors(priors, rubric, belief.string()));
    rules->priors_ = std::make_shared<const Priors>(std::move(priors));
  }
  return std::shared_ptr<const Rules>(std::move(rules));
}

std::vector<Rules::CampaignInfo> LoadedRules::campaigns() const {
  std::vector<CampaignInfo> out;
  out.reserve(campaigns_.size());
  for (const Campaign& campaign : campaigns_) out.push_back({campaign.id, campaign.title});
  return out;
}

Result<const Campaign*> LoadedRules::campaign(std::string_view id) const {
  std::vector<std::string_view> known;
  for (const Campaign& campaign : campaigns_) {
    if (campaign.id == id) return &campaign;
    known.push_back(campaign.id);
  }
  return no_such("campaign", id, known);
}

Result<const Rubric*> LoadedRules::rubric(Date as_of) const {
  const Rubric* best = nullptr;
  for (const Rubric& rubric : rubrics_) {
    if (rubric.in_force(as_of) && (best == nullptr || best->valid_from < rubric.valid_from)) best = &rubric;
  }
  // Before the first rubric the earliest one serves as a yardstick; its id stands on the run.
  if (best == nullptr) {
    for (const Rubric& rubric : rubrics_) {
      if (best == nullptr || rubric.valid_from < best->valid_from) best = &rubric;
    }
  }
  return best;
}

Result<const Standard*> LoadedRules::standard(std::string_view id_or_family, Date as_of) const {
  std::vector<std::string_view> ids, families;
  const Standard* best = nullptr;
  for (const Standard& standard : standards_) {
    if (standard.id == id_or_family) return &standard;
    ids.push_back(standard.id);
    families.push_back(standard.family);
    const bool fits = standard.family == id_or_family && standard.in_force(as_of);
    if (fits && (best == nullptr || best->valid_from < standard.valid_from)) best = &standard;
  }
  if (best != nullptr) return best;
  if (std::find(families.begin(), families.end(), id_or_family) != families.end())
    return Error{Errc::kNotFound, "no standard of this family was in force on " + iso(as_of),
                 std::string(id_or_family)};
  return no_such("rubric", id_or_family, ids, families);
}

std::vector<const Standard*> LoadedRules::standards_on(Date as_of) const {
  std::map<std::string_view, const Standard*> by_family;
  for (const Standard& standard : standards_) {
    if (!standard.in_force(as_of)) continue;
    const Standard*& best = by_family[standard.family];
    if (best == nullptr || best->valid_from < standard.valid_from) best = &standard;
  }
  std::vector<const Standard*> out;
  out.reserve(by_family.size());
  for (const auto& [family, standard] : by_family) out.push_back(standard);
  return out;
}

}  // namespace tanmiao::miner
