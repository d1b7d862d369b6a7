// The model card: what the ranking was learnt from, by what, how good it is on firms it did not see, and its limits.
#include <boost/json.hpp>
#include <cmath>
#include <cstdarg>
#include <cstdio>

#include "miner/learn/rank.h"

namespace tanmiao::miner {
namespace {

std::string format(const char* pattern, ...) __attribute__((format(printf, 1, 2)));
std::string format(const char* pattern, ...) {
  std::array<char, 512> text{};
  va_list arguments;
  va_start(arguments, pattern);
  std::vsnprintf(text.data(), text.size(), pattern, arguments);
  va_end(arguments);
  return text.data();
}

std::string day(Day value) {
  const auto date = from_day(value);
  return date ? iso(*date) : "unknown";
}

boost::json::value day_json(Day value) {
  if (value == kNoDay) return nullptr;
  return boost::json::value(day(value));
}

double rounded(double value) { return std::round(value * 1e6) / 1e6; }

std::vector<std::string> limits_of(const RankReport& r) {
  std::vector<std::string> out{
      "A firm that is not listed is unlabelled, not negative: precision and AP count firms of the kind that the list "
      "lacks as mistakes.",
      "What the register does not say (patents, staff, R&D) is not in it; a high rank is a reason to look, never a "
      "finding.",
      "Learnt from one register and one list: another city, another year of the list or another publisher's scopes "
      "need a run of their own.",
      "Firms of the list that the register lacks teach by their names alone; regions, brackets and legal forms are "
      "taken out of names first, since they would tell files apart and not firms."};
  if (!r.calibrated)
    out.emplace_back(
        "Probabilities are not calibrated: there are too few listed firms in the training register. They "
        "keep the order and have the assumed share (" +
        format("%.2f", 100 * r.assumed_share) + " %) as their mean.");
  else if (r.rescaled)
    out.emplace_back(
        "Probabilities were scaled to the class prior given, as if the list were a random part of the kind.");
  else
    out.emplace_back(
        "A probability is that of standing on a list like this one, not that of being of the kind: the "
        "latter is higher, by the estimate of the class prior.");
  if (r.calibrated && r.listed_in_train < 200)
    out.emplace_back(
        "Few listed firms: the figures below have wide intervals; with another half of the same list they "
        "would differ by several points.");
  return out;
}

std::string method_text(const RankReport& r) {
  switch (r.method) {
    case RankMethod::kLearned:
      return "Eight linear models over character n-grams of name, scope and address, each cross-fitted; XGBoost " +
             r.xgboost +
             " with monotone constraints and a linear model over these and thirteen numbers; both in equal shares of "
             "their spread; Platt's curve over held-out scores. Numbers are cut to the range of the rows that were "
             "learnt from (their middle 99.8 %).";
    case RankMethod::kNames:
      return "Name model, scope model fitted to what names say, and scorecard, in equal shares of their spread.";
    case RankMethod::kScorecard: break;
  }
  return "The plain scorecard of config/scorecard.toml: words of name and scope, branches last.";
}

std::string prior_text(const RankReport& r) {
  std::string out = format("Listed: %.3f %% of the training rows.", 100 * r.listed_share);
  if (r.calibrated)
    out += format(
        " Class prior (share of the kind, best-bin estimate over held-out scores, an upper bound when the list "
        "is a random part of the kind): %.2f %%.",
        100 * r.kind_share);
  if (r.class_prior > 0) out += format(" Class prior given: %.2f %%.", 100 * r.class_prior);
  return out;
}

std::string figures_table(const RankReport& r) {
  std::string out =
      "| part | listed | rows | in the top 5 % | AP | AUC | listed in the first 100 |\n|---|---|---|---|---|---|---|\n";
  for (const PartFigures& p : r.figures)
    out += format("| %s | %zu | %zu | %.1f %% | %.3f | %.3f | %.1f |\n", p.id.c_str(), p.figures.listed, p.figures.rows,
                  100 * p.figures.top_share, p.figures.average_precision, p.figures.auc, p.figures.hits_at_100);
  return out;
}

std::string features_table(const RankReport& r) {
  std::string out =
      "| feature | what | AUC alone | unknown | linear weight | share of the trees' gain "
      "|\n|---|---|---|---|---|---|\n";
  for (const FeatureNote& f : r.features)
    out += format("| %s | %s | %.3f | %.1f %% | %+.3f | %.1f %% |\n", f.id.c_str(), f.label.c_str(), f.auc,
                  100 * f.unknown, f.weight, 100 * f.gain);
  return out;
}

std::string calibration_table(const RankReport& r) {
  std::string out = "| probability | rows | listed, expected | listed, found |\n|---|---|---|---|\n";
  for (const CalibrationBin& b : r.calibration)
    out += format("| %g to %g | %zu | %.1f | %zu |\n", b.from, b.to, b.rows, b.expected, b.listed);
  return out;
}

}  // namespace

std::string rank_card_text(const RankReport& r, const std::vector<std::string>& inputs) {
  std::string out = "# Model card: firms ranked by likeness to a list\n\n";
  for (const std::string& line : inputs) out += "- " + line + "\n";
  out += "- method: " + std::string(rank_method_word(r.method)) + (r.why.empty() ? "" : " (" + r.why + ")") + "\n";
  out += "- settings: " + r.settings_digest + "\n\n## Data\n\n";
  out += format(
      "%zu firms of the training register, registered %s to %s; %zu of them listed. Of %zu firms of the list %zu are "
      "not in the register and teach by their names. Learnt from %zu rows. %zu firms share a code, a name, a trade "
      "name or scope and address with another and went into its fold. %zu firms were ranked",
      r.train_rows, day(r.first_day).c_str(), day(r.last_day).c_str(), r.listed_in_train, r.labels, r.listed_by_name,
      r.sample_rows, r.groups_joined, r.score_rows);
  out += r.method == RankMethod::kScorecard
             ? std::string(" by words whose weights were set beforehand; nothing was learnt.\n\n")
             : format(", %zu of them by models that saw neither them nor their group.\n\n", r.held_out);
  out += prior_text(r) + "\n\n## Method\n\n" + method_text(r) + "\n";
  if (!r.figures.empty())
    out += "\n## Figures, on firms of the training register that were held out\n\n" + figures_table(r);
  if (!r.calibration.empty()) out += "\n## Calibration, held out\n\n" + calibration_table(r);
  if (!r.features.empty()) out += "\n## Features\n\n" + features_table(r);
  if (!r.warnings.empty()) {
    out += "\n## Warnings\n\n";
    for (const std::string& warning : r.warnings) out += "- " + warning + "\n";
  }
  out += "\n## Limits\n\n";
  for (const std::string& limit : limits_of(r)) out += "- " + limit + "\n";
  return out;
}

std::string rank_card_json(const RankReport& r, const std::vector<std::string>& inputs) {
  boost::json::array figures, calibration, features;
  for (const PartFigures& p : r.figures)
    figures.push_back(boost::json::object{{"part", p.id},
                                          {"rows", p.figures.rows},
                                          {"listed", p.figures.listed},
                                          {"top_5_percent", rounded(p.figures.top_share)},
                                          {"average_precision", rounded(p.figures.average_precision)},
                                          {"auc", rounded(p.figures.auc)},
                                          {"listed_in_first_100", rounded(p.figures.hits_at_100)}});
  for (const CalibrationBin& b : r.calibration)
    calibration.push_back(boost::json::object{
        {"from", b.from}, {"to", b.to}, {"rows", b.rows}, {"expected", rounded(b.expected)}, {"listed", b.listed}});
  for (const FeatureNote& f : r.features)
    features.push_back(boost::json::object{{"id", f.id},
                                           {"label", f.label},
                                           {"auc", rounded(f.auc)},
                                           {"unknown", rounded(f.unknown)},
                                           {"weight", rounded(f.weight)},
                                           {"gain", rounded(f.gain)}});
  boost::json::object out{
      {"method", rank_method_word(r.method)},
      {"why", r.why},
      {"inputs", boost::json::value_from(inputs)},
      {"train_rows", r.train_rows},
      {"sample_rows", r.sample_rows},
      {"score_rows", r.score_rows},
      {"labels", r.labels},
      {"listed_in_train", r.listed_in_train},
      {"listed_by_name", r.listed_by_name},
      {"grouped", r.groups_joined},
      {"held_out", r.held_out},
      {"first_day", day_json(r.first_day)},
      {"last_day", day_json(r.last_day)},
      {"listed_share", rounded(r.listed_share)},
      {"class_prior_estimate", r.calibrated ? boost::json::value(rounded(r.kind_share)) : nullptr},
      {"class_prior_given", r.class_prior > 0 ? boost::json::value(r.class_prior) : nullptr},
      {"assumed_share", r.assumed_share > 0 ? boost::json::value(rounded(r.assumed_share)) : nullptr},
      {"calibrated", r.calibrated},
      {"figures", std::move(figures)},
      {"calibration", std::move(calibration)},
      {"features", std::move(features)},
      {"warnings", boost::json::value_from(r.warnings)},
      {"limits", boost::json::value_from(limits_of(r))},
      {"settings", r.settings_digest},
      {"xgboost", r.xgboost}};
  return boost::json::serialize(out);
}

}  // namespace tanmiao::miner
