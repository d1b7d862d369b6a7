// One name against a list: candidates, their probabilities, and why.
#pragma once

#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "linkage/match/model.h"

namespace tanmiao::linkage {

struct MatchMention {
  std::string_view name;
  NameFacts facts;
  std::uint32_t coded = kNoRow;  // row of the list that has the mention's valid code
  bool listed = false;           // it is in the list itself: names that equal it are not looked at
  // Rows, sorted: of firms with a partner that the mention has too; of firms that stand beside it in a record, so that
  // they are somebody else.
  std::span<const std::uint32_t> partners{}, beside{};
  const std::function<bool(std::uint32_t)>* forbidden = nullptr;  // rows that people ruled out
  static constexpr std::uint32_t kNoRow = ~std::uint32_t{0};
};

struct MatchCandidate {
  std::uint32_t entry = 0, row = 0;
  Writing writing = Writing::kFull;
  Comparison levels;
  TermBits terms;
  double weight = 0;       // bits, before the others are looked at
  double probability = 0;  // 0..1
  double bits = 0;         // log2 of the odds of `probability`; has no bound
  double claimed = 0;      // bits that other names' claims on the row took from the weight (one_to_one.h)
  bool by_code = false;
  bool by_former = false;  // of a former name that the mention bears in brackets
};

enum class MatchDecision : std::uint8_t { kNo = 0, kReview, kLink };
std::string_view decision_word(MatchDecision decision);  // "link"

struct MatchThresholds {
  double link = 0.95, review = 0.2;  // least probabilities
  MatchDecision decide(double probability) const {
    if (probability >= link) return MatchDecision::kLink;
    return probability >= review ? MatchDecision::kReview : MatchDecision::kNo;
  }
};

// A factor of a candidate's weight, as people read it.
struct MatchFactor {
  std::string_view field, level;  // names as in the model's file; field "prior" and "code" have no level
  double bits = 0;
  std::string text;  // Chinese
};

class Matcher {
 public:
  Matcher(const Roll& roll, const MatchModel& model) : roll_(roll), model_(model) {}
  // Of a candidate that a code named: whether its name may be the mention's as well.
  bool name_allows(const MatchCandidate& c) const;

  // What a thread keeps from name to name.
  class Scratch {
   public:
    explicit Scratch(const Roll& roll) : keys(roll) {}
    Roll::Scratch keys;
    std::vector<std::uint32_t> found;
    Anatomy entry;
    std::vector<std::u16string> heads;  // texts of candidates that are no branch
    // Of the last mention: its exact key; how often the roll was asked (twice for a name with a former one in brackets;
    // `keys` says what was walked); the entries that the answer rests on; and the most bits that any of them can come
    // to when others of them go (-infinity: there are none).
    std::uint64_t exact = 0;
    int asks = 0;
    std::vector<std::uint32_t> looked_at;
    double most_bits = 0;
  };

  // All candidates that were looked at, one a row, the most probable first.
  void match(const MatchMention& mention, Scratch& scratch, std::vector<MatchCandidate>& out) const;
  std::vector<MatchFactor> factors(const MatchCandidate& candidate) const;
  const Roll& roll() const { return roll_; }
  const MatchModel& model() const { return model_; }

 private:
  void compare_all(const Anatomy& name, const MatchMention& mention, bool former, Scratch& scratch,
                   std::vector<MatchCandidate>& out) const;
  void weigh(std::vector<MatchCandidate>& some, Scratch& scratch) const;
  const Roll& roll_;
  const MatchModel& model_;
};

// Fills probability and bits from the weights; sorts the most probable first.
void share_out(std::vector<MatchCandidate>& candidates, const MatchModel& model);

}  // namespace tanmiao::linkage
