// What texts alone say of a firm: eight linear models ("heads") over character n-grams, each once a fold without the
// fold's firms and names. Internal to miner/learn.
#pragma once

#include <array>
#include <vector>

#include "miner/learn/firm_features.h"
#include "miner/learn/logistic.h"
#include "miner/learn/ngrams.h"

namespace tanmiao::miner::learn {

// What a head is fitted to.
enum class Target : std::uint8_t {
  kNames,   // listed firms and listed names that the register lacks, against the rest
  kListed,  // listed firms against the rest
  kLike,    // firms whose names look most like listed names, against the rest: many more labels than there are
};
struct HeadSpec {
  std::string_view id, label;
  View view;
  Target target;
  double strength;
  bool presence;
};
inline constexpr std::size_t kHeads = 8, kNameHead = 0, kScopeHead = 1, kLikeHead = 3;
const std::array<HeadSpec, kHeads>& heads();

// What is learnt from, in canonical order.
struct TextSample {
  std::vector<FirmTexts> texts;
  std::vector<std::uint8_t> listed;
  std::vector<int> fold;
  std::vector<std::string> names;  // cores of listed names that the register lacks
  std::vector<int> name_fold;
};

class TextHeads {
 public:
  // Runs in the caller's arena. `without`: ids of heads that are not fitted; they give zero.
  static TextHeads learn(const TextSample& sample, const RankSettings& settings);

  struct Scratch {
    std::vector<std::uint64_t> hashes;
    std::vector<Entry> row;
    std::vector<double> sums;
  };
  // Scores of a firm: out[head * folds + fold].
  void score(const FirmTexts& texts, Scratch& scratch, float* out) const;
  int folds() const { return folds_; }

 private:
  struct ViewModel {
    Ngrams grams;
    std::vector<std::size_t> heads;
    std::vector<float> weights;  // [column][head of the view][fold]
    std::vector<float> bias;     // [head of the view][fold]
  };
  void pack(const std::vector<Linear>& fitted);
  std::array<ViewModel, kViews> views_;
  int folds_ = 0;
};

}  // namespace tanmiao::miner::learn
