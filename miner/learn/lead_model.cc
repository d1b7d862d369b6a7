#include "miner/learn/lead_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <fstream>
#include <sstream>

#include "core/hash.h"
#include "core/json_reading.h"
#include "miner/learn/sparse.h"

namespace tanmiao::miner {
namespace json = boost::json;
using learn::FoldTrees;
using learn::LearnedScore;
namespace {

constexpr int kFormat = 1;
constexpr double kParts = 1000;  // of a unit of log-odds

json::object day_json(const LessonDay& day) {
  return {{"as_of", iso(day.as_of)}, {"until", iso(day.until)}, {"firms", day.firms}, {"labelled", day.labelled}};
}
bool read_day(const json::object& from, LessonDay& day) {
  const auto as_of = parse_iso_date(text_of(from, "as_of")), until = parse_iso_date(text_of(from, "until"));
  if (!as_of || !until) return false;
  day = {*as_of, *until, static_cast<std::uint64_t>(number_of(from, "firms")),
         static_cast<std::uint64_t>(number_of(from, "labelled"))};
  return true;
}

}  // namespace

Result<std::shared_ptr<const LearnedModel>> LearnedModel::read(std::string bytes) {
  const auto damaged = [](std::string_view what) {
    return Error{Errc::kCorrupt, "the kept model cannot be read: " + std::string(what), ""};
  };
  boost::system::error_code failed;
  const json::value parsed = json::parse(bytes, failed);
  if (failed || !parsed.is_object()) return damaged("not JSON");
  const json::object& root = parsed.get_object();
  if (number_of(root, "format") != kFormat) return damaged("another format");
  auto out = std::make_shared<FoldTrees>();
  out->id = text_of(root, "id"), out->campaign = text_of(root, "campaign"), out->label = text_of(root, "label");
  out->scorecard_hash = text_of(root, "scorecard_hash");
  out->verdicts = static_cast<std::uint64_t>(number_of(root, "verdicts", 0));
  if (!read_day(object_of(root, "learnt"), out->learnt)) return damaged("its day");
  const json::object& curve = object_of(root, "curve");
  out->curve = {real_of(curve, "slope"), real_of(curve, "shift")};
  each_of(root, "columns", [&](const json::object& column) {
    out->columns.push_back({std::string(text_of(column, "id")), std::string(text_of(column, "label")), 0});
  });
  const json::value* folds = root.if_contains("folds");
  if (folds == nullptr || !folds->is_array() || folds->get_array().empty()) return damaged("no trees");
  for (const json::value& fold : folds->get_array()) {
    if (!fold.is_object()) return damaged("a fold");
    const json::object& from = fold.get_object();
    learn::FoldModel model{{real_of(from, "slope"), real_of(from, "shift")}, real_of(from, "mean"), {}};
    const json::value* trees = from.if_contains("trees");
    if (trees == nullptr) return damaged("no trees");
    TANMIAO_ASSIGN(model.trees, learn::Trees::from_json(json::serialize(*trees), out->columns.size()));
    out->folds.push_back(std::move(model));
  }
  if (out->score_column() >= out->columns.size()) return damaged("no column of the score");
  out->digest = hash_hex(bytes, 16);
  out->text = std::move(bytes);
  return std::shared_ptr<const LearnedModel>(std::move(out));
}

std::filesystem::path learned_file(const store::DataFolder& folder, std::string_view hash) {
  return folder.root() / "models" / ("learned-" + std::string(hash) + ".json");
}

std::shared_ptr<const LearnedModel> model_of_run(const store::DataFolder& folder, const store::RunEntry& run) {
  boost::system::error_code failed;
  const json::value inputs = json::parse(run.inputs_json, failed);
  if (failed || !inputs.is_object()) return nullptr;
  const std::string hash(text_of(inputs.get_object(), "learned"));
  if (hash.empty()) return nullptr;
  std::ifstream in(learned_file(folder, hash), std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in || hash_hex(text.str(), 16) != hash) return nullptr;
  auto model = LearnedModel::read(text.str());
  return model ? *model : nullptr;
}

// miner::mine writes it last, and nothing in it has that name.
std::string learned_text(store::PackedReader& explanations, std::size_t row) {
  constexpr std::string_view kBefore = ",\"learned\":";
  const auto text = explanations.read(row);
  if (!text || text->empty()) return {};
  const std::size_t at = text->rfind(kBefore);
  if (at == std::string_view::npos) return {};
  const std::string_view told = text->substr(at + kBefore.size(), text->size() - at - kBefore.size() - 1);
  boost::system::error_code failed;
  const json::value value = json::parse(told, failed);
  return !failed && value.is_object() ? std::string(told) : std::string();
}

bool reads_scorecard(const LearnedModel& model, const Rules& rules) {
  const auto* trees = dynamic_cast<const FoldTrees*>(&model);
  return trees != nullptr && trees->fits(dynamic_cast<const LoadedRules&>(rules).scorecard_);
}

namespace learn {

int fold_of(std::string_view code, std::string_view name, int folds) {
  return static_cast<int>(mixed(hash64(code.empty() ? name : code)) % static_cast<std::uint64_t>(folds));
}

std::size_t FoldTrees::score_column() const {
  const auto at =
      std::find_if(columns.begin(), columns.end(), [](const LeadColumn& column) { return column.id == kScoreColumn; });
  return static_cast<std::size_t>(at - columns.begin());
}

LearnedScore FoldTrees::score(const float* row, int fold) const {
  const FoldModel& model = folds[static_cast<std::size_t>(fold)];
  std::vector<double> parts(columns.size(), 0);
  model.trees.contributions(row, parts);
  const std::size_t card = score_column();
  parts[card] += model.card.slope * (static_cast<double>(row[card]) - model.card_mean);
  LearnedScore out;
  out.base = out.score =
      std::llround((model.trees.mean() + model.card.slope * model.card_mean + model.card.shift) * kParts);
  out.points.reserve(parts.size());
  for (const double part : parts) {
    out.points.push_back(std::llround(part * kParts));
    out.score += out.points.back();
  }
  out.probability = std::round(curve.of(static_cast<double>(out.score) / kParts) * 1e4) / 1e4;
  return out;
}

LearnedScore FoldTrees::score(const Context& context, const Priors* priors, const FirmFacts& facts,
                              const Assessment& a) const {
  std::vector<float> row;
  add_lead_row(context, priors, facts, a, row);
  const auto& firms = context.snapshot.firms;
  return score(row.data(), fold_of(firms.code[facts.firm], firms.name[facts.firm], static_cast<int>(folds.size())));
}

bool FoldTrees::fits(const Scorecard& card) const {
  if (scorecard_hash != hash_hex(card.bytes)) return false;
  const auto now = lead_columns(card);
  return std::equal(now.begin(), now.end(), columns.begin(), columns.end(),
                    [](const LeadColumn& a, const LeadColumn& b) { return a.id == b.id; });
}

void FoldTrees::seal() {
  json::array names, trees;
  for (const LeadColumn& column : columns) names.push_back(json::object{{"id", column.id}, {"label", column.label}});
  for (const FoldModel& fold : folds)
    trees.push_back(json::object{{"slope", fold.card.slope},
                                 {"shift", fold.card.shift},
                                 {"mean", fold.card_mean},
                                 {"trees", json::parse(fold.trees.to_json())}});
  text = json::serialize(json::object{{"format", kFormat},
                                      {"id", id},
                                      {"campaign", campaign},
                                      {"label", label},
                                      {"scorecard_hash", scorecard_hash},
                                      {"learnt", day_json(learnt)},
                                      {"verdicts", verdicts},
                                      {"curve", json::object{{"slope", curve.slope}, {"shift", curve.shift}}},
                                      {"columns", std::move(names)},
                                      {"folds", std::move(trees)}});
  digest = hash_hex(text, 16);
}

std::string FoldTrees::told(const Context& context, const Priors* priors, const FirmFacts& facts,
                            const Assessment& a) const {
  std::vector<float> row;
  add_lead_row(context, priors, facts, a, row);
  const auto& firms = context.snapshot.firms;
  const LearnedScore s =
      score(row.data(), fold_of(firms.code[facts.firm], firms.name[facts.firm], static_cast<int>(folds.size())));
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < s.points.size(); ++i)
    if (s.points[i] != 0) order.push_back(i);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t x, std::size_t y) { return std::abs(s.points[x]) > std::abs(s.points[y]); });
  json::array parts;
  for (const std::size_t i : order) {
    json::object one{{"id", columns[i].id}, {"label", columns[i].label}, {"points", s.points[i]}};
    if (!std::isnan(row[i])) one["value"] = std::round(static_cast<double>(row[i]) * 1e4) / 1e4;
    parts.emplace_back(std::move(one));
  }
  std::string from = fmt::format(
      "名次按学习排序：从截至 {} 的 {} 条线索学得，其中 {} 家其后至 {} 取得；"
      "本企业的得分来自没有学过本企业的模型，按同类线索推算取得的可能性 {:.1f}%",
      iso(learnt.as_of), learnt.firms, learnt.labelled, iso(learnt.until), 100 * s.probability);
  return json::serialize(json::object{{"model", digest},
                                      {"id", id},
                                      {"label", label},
                                      {"learnt", day_json(learnt)},
                                      {"verdicts", verdicts},
                                      {"text", std::move(from)},
                                      {"base", s.base},
                                      {"score", s.score},
                                      {"probability", s.probability},
                                      {"contributions", std::move(parts)}});
}

}  // namespace learn
}  // namespace tanmiao::miner
