#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/settings.h"
#include "miner/learn/rank.h"
#include "miner/learn/stack.h"

namespace tanmiao::miner {

std::string_view rank_method_word(RankMethod method) {
  switch (method) {
    case RankMethod::kLearned: return "learned";
    case RankMethod::kNames: return "names";
    case RankMethod::kScorecard: break;
  }
  return "scorecard";
}

Result<RankSettings> RankSettings::load(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  if (!in || !(bytes << in.rdbuf())) return Error{Errc::kConfig, "cannot be read", file.string()};
  RankSettings out;
  out.bytes = bytes.str();
  TANMIAO_ASSIGN(Settings settings, Settings::parse(out.bytes, file.string()));
  out.id = settings.text("id");
  Settings learning = settings.table("learning");
  out.folds = static_cast<int>(learning.integer("folds", out.folds, 2, 20));
  out.unlabelled = static_cast<std::size_t>(learning.integer("unlabelled", 30'000, 100, 1'000'000));
  out.least_listed = static_cast<std::size_t>(learning.integer("least_listed", 20, 5, 100'000));
  out.like_share = learning.number("like_share", out.like_share, 0.001, 0.5);
  out.rounds = static_cast<int>(learning.integer("rounds", out.rounds, 1, 5'000));
  out.depth = static_cast<int>(learning.integer("depth", out.depth, 1, 10));
  out.seeds = static_cast<int>(learning.integer("seeds", out.seeds, 1, 100));
  out.without = learning.texts("without");
  const std::vector<std::string> parts = learning.texts("parts");
  const auto has = [&](std::string_view part) { return std::find(parts.begin(), parts.end(), part) != parts.end(); };
  if (learning.has("parts")) out.trees = has("trees"), out.linear = has("linear");
  const bool all_known = std::all_of(parts.begin(), parts.end(),
                                     [](const std::string& part) { return part == "trees" || part == "linear"; });
  if (!all_known || (!out.trees && !out.linear)) learning.complain("parts", "expected trees, linear or both");
  const auto names = learn::column_names();
  std::vector<std::string_view> known;
  known.reserve(names.size());
  for (const learn::ColumnName& name : names) known.push_back(name.id);
  for (const std::string& id : out.without)
    if (std::find(known.begin(), known.end(), id) == known.end())
      learning.complain("without", "there is no feature '" + id + "'" + did_you_mean(id, known));
  Settings words = settings.table("words");
  out.zone_words = words.texts("zone");
  out.template_words = words.texts("template");
  out.not_company_words = words.texts("not_company");
  TANMIAO_TRY(settings.finish());
  return out;
}

}  // namespace tanmiao::miner
