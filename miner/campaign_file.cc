// A campaign's file (docs/campaigns.md) read into what a mine step looks at.
#include "core/hash.h"
#include "core/settings.h"
#include "core/text/normalize.h"
#include "miner/rules.h"

namespace tanmiao::miner {
namespace {

using Of = Campaign::Named::Of;

std::vector<Weighted> weighted_words(Settings& settings, std::string_view key) {
  std::vector<Weighted> out;
  for (Settings& table : settings.tables(key)) {
    out.push_back({table.text("text"), table.number("weight", 1, 0, 100)});
    if (table.has("text") && text::trim(out.back().text).empty())
      table.complain("text", "expected a word: an empty one stands in every name");
  }
  return out;
}

WordSet set_of(const std::vector<Weighted>& words) {
  std::vector<std::string> texts;
  texts.reserve(words.size());
  for (const Weighted& word : words) texts.push_back(word.text);
  return WordSet(texts);
}

int bound(Settings& settings, std::string_view key, int least, int most, int fallback) {
  return static_cast<int>(settings.integer(key, fallback, least, most));
}

void remember(Settings& settings, std::string_view key, Of of, const std::vector<std::string>& names,
              Campaign& campaign) {
  for (const std::string& name : names) campaign.named.push_back({of, settings.where(key), name});
}

// `gbt` and `ipc` of a table: each code counts so much.
void read_codes(Settings& table, double weight, Campaign& campaign) {
  const auto gbt = table.texts("gbt"), ipc = table.texts("ipc");
  for (const std::string& code : gbt) campaign.gbt.push_back({code, weight});
  for (const std::string& code : ipc) campaign.ipc.push_back({code, weight});
  remember(table, "gbt", Of::kGbt, gbt, campaign);
  remember(table, "ipc", Of::kIpc, ipc, campaign);
}

constexpr int kMostFirms = 10'000'000;

void read_quota(Settings& table, Campaign& campaign) {
  Quota quota;
  int given = 0;
  if (table.has("unit")) {
    quota.of = Quota::Of::kUnit, quota.value = table.text("unit"), ++given;
    remember(table, "unit", Of::kUnit, {quota.value}, campaign);
  }
  if (table.has("industry")) {
    quota.of = Quota::Of::kIndustry, quota.value = table.text("industry"), ++given;
    remember(table, "industry", Of::kIndustry, {quota.value}, campaign);
  }
  if (table.has("kind")) {
    quota.of = Quota::Of::kKind, quota.value = table.word("kind", "new", {"direct", "renewal", "start_up", "new"}),
    ++given;
  }
  quota.least = bound(table, "least", 0, kMostFirms, 0);
  quota.most = bound(table, "most", 1, kMostFirms, 0);
  if (given != 1) table.complain("least", "a quota needs exactly one of unit, industry, kind");
  if (quota.least == 0 && quota.most == 0) table.complain("least", "a quota needs least, most or both");
  if (quota.most > 0 && quota.least > quota.most) table.complain("least", "least is greater than most");
  campaign.shortlist.quotas.push_back(std::move(quota));
}

void read_shortlist(Settings table, Campaign& campaign) {
  ShortlistRule& rule = campaign.shortlist;
  const bool asked = !table.keys().empty();
  rule.size = bound(table, "size", 1, kMostFirms, 0);
  rule.per_unit = bound(table, "per_unit", 1, kMostFirms, 0);
  rule.per_industry = bound(table, "per_industry", 1, kMostFirms, 0);
  rule.per_address = bound(table, "per_address", 1, kMostFirms, 0);
  rule.per_group = bound(table, "per_group", 1, kMostFirms, 0);
  std::int64_t least = 0;
  for (Settings& quota : table.tables("quota")) {
    read_quota(quota, campaign);
    least += rule.quotas.back().least;
  }
  if (asked && !rule.any()) table.complain("size", "expected size, per_unit, per_industry or a quota");
  if (rule.size > 0 && least > rule.size)
    table.complain("size", "the quotas ask for " + std::to_string(least) + " firms, more than size");
}

}  // namespace

std::string campaign_hash(const Campaign& campaign) { return hash_hex(campaign.id + "\n" + campaign.bytes); }

Result<Campaign> parse_campaign(const std::string& toml, const std::string& id, const std::string& file) {
  TANMIAO_ASSIGN(Settings settings, Settings::parse(toml, file));
  Campaign campaign;
  campaign.id = id;
  campaign.bytes = toml;
  campaign.title = settings.text("title");
  campaign.units = settings.texts("units");
  campaign.counties = settings.texts("counties");
  campaign.industries = settings.texts("industries");
  read_codes(settings, 1, campaign);
  for (Settings& table : settings.tables("code")) {
    const bool some = !table.texts("gbt").empty() || !table.texts("ipc").empty();
    if (!some) table.complain("gbt", "expected codes in gbt or ipc");
    read_codes(table, table.number("weight", 1, 0, 100), campaign);
  }
  campaign.words = weighted_words(settings, "word");
  campaign.minus_words = weighted_words(settings, "minus_word");
  campaign.without_programs = settings.texts("without_programs");
  campaign.least = settings.number("least", 1, 0.001, 1000);
  constexpr int kMostMonths = 6000;
  campaign.min_age_months = bound(settings, "min_age_months", -1, kMostMonths, -1);
  campaign.max_age_months = bound(settings, "max_age_months", -1, kMostMonths, -1);
  if (campaign.max_age_months >= 0 && campaign.min_age_months >= campaign.max_age_months)
    settings.complain("min_age_months", "expected less than max_age_months (" +
                                            std::to_string(campaign.max_age_months) + "): no firm is of such an age");
  remember(settings, "industries", Of::kIndustry, campaign.industries, campaign);
  remember(settings, "units", Of::kUnit, campaign.units, campaign);
  remember(settings, "counties", Of::kCounty, campaign.counties, campaign);
  remember(settings, "without_programs", Of::kProgram, campaign.without_programs, campaign);
  read_shortlist(settings.table("shortlist"), campaign);
  TANMIAO_TRY(settings.finish());
  campaign.plus_set = set_of(campaign.words);
  campaign.minus_set = set_of(campaign.minus_words);
  return campaign;
}

}  // namespace tanmiao::miner
