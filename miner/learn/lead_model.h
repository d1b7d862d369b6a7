// The model behind LearnedModel: for each fold of firms the trees that never saw them. Internal to miner/.
#pragma once

#include "miner/learn/figures.h"
#include "miner/learn/lead_columns.h"
#include "miner/learn/trees.h"
#include "miner/learned.h"

namespace tanmiao::miner::learn {

// Score and contributions are whole thousandths of log-odds: each contribution is rounded by itself, halves away from
// zero, and the score that ranks is their sum with the base, so that it is exact.
struct LearnedScore {
  std::int64_t base = 0, score = 0;
  std::vector<std::int64_t> points;  // by column
  double probability = 0;            // of getting the label within the horizon
};

// Which fold a firm is in, today and in every lesson: by its code, else its name.
int fold_of(std::string_view code, std::string_view name, int folds);

// Of one fold: log-odds that follow from the scorecard alone, and what the trees add to them. With few labels the trees
// add little, and the order is nearly that of the scorecard.
struct FoldModel {
  Platt card;            // of the scorecard's score
  double card_mean = 0;  // of that score among what was learnt from
  Trees trees;
};

struct FoldTrees : LearnedModel {
  std::string id, campaign, label, scorecard_hash, text, digest;
  LessonDay learnt;
  std::uint64_t verdicts = 0;
  std::vector<LeadColumn> columns;
  std::vector<FoldModel> folds;
  Platt curve;  // of a score in log-odds

  const std::string& bytes() const override { return text; }
  const std::string& hash() const override { return digest; }
  const std::string& scorecard() const override { return scorecard_hash; }
  const LessonDay& day() const override { return learnt; }

  std::size_t score_column() const;  // where the scorecard's score stands in a row
  LearnedScore score(const float* row, int fold) const;
  LearnedScore score(const Context& context, const Priors* priors, const FirmFacts& facts, const Assessment& a) const;
  bool fits(const Scorecard& card) const;  // it reads the items of this scorecard
  void seal();                             // writes `text` and `digest`
  // JSON, docs/schema/explanation.json, "learned".
  std::string told(const Context& context, const Priors* priors, const FirmFacts& facts, const Assessment& a) const;
};

}  // namespace tanmiao::miner::learn
