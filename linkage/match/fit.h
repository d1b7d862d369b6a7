// Fits the weights of a MatchModel. With labels: by maximum likelihood of the truth among the candidates (conditional
// logit). Without: by expectation and maximisation of Fellegi and Sunter's model, where the probability of a level
// among matches and among others gives its weight. Weights are held to those they start from, so that a level that
// hardly occurs keeps its weight; weights of -20 bits and less are rules and stay.
#pragma once

#include <vector>

#include "linkage/match/matcher.h"

namespace tanmiao::linkage {

struct FitCase {
  static constexpr int kNobody = -1;   // the list does not have the firm, or no candidate was it
  static constexpr int kUnknown = -2;  // no label
  std::vector<MatchCandidate> candidates;
  int truth = kNobody;  // index of the candidate
  double list = 1;      // rows of the list it was matched against
};

struct FitOptions {
  int rounds = 400;     // of gradient ascent
  double hold = 0.002;  // strength of the prior, per case
};

struct FitReport {
  std::size_t cases = 0, labelled = 0;
  double before = 0, after = 0;  // mean log2-likelihood of the labels, per case
};

FitReport fit(MatchModel& model, const std::vector<FitCase>& cases, const FitOptions& options = {});

struct UnlabelledOptions {
  int rounds = 6;
  double held_by = 25;            // the old weights count as so many matches
  std::vector<Writing> writings;  // whose weights move
  std::vector<NameField> fields;  // which of them
  bool rates = false;             // and the prior, by how many names seem to have their firm in the list
};
// Labels of the cases are not looked at.
void fit_unlabelled(MatchModel& model, const std::vector<FitCase>& cases, const UnlabelledOptions& options);

// Lists have habits: of one nearly every name has its firm, of another hardly one; one leaves out only 股份有限公司,
// another every form. A sample of a list that is long enough tells; only the rates and, of short names, the weights of
// the form move. Nothing happens below a hundred cases that have candidates.
void learn_habits(MatchModel& model, const std::vector<FitCase>& sample);

// The scale of margins under which the labelled cases are likeliest, the best candidate of each alone.
double fit_margin_scale(const std::vector<FitCase>& cases);

}  // namespace tanmiao::linkage
