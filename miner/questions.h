// What to ask a firm first (先问事项), in the same order everywhere: by how much of the uncertainty about the pass mark
// an answer is expected to take away. Internal to miner/.
#pragma once

#include <memory>
#include <string>

#include "miner/belief.h"

namespace tanmiao::miner {

// The label of a question of the likelihood, by what of it is still open for this firm: 科技人员数 where the total is
// known.
std::string question_label(const FirmFacts& facts, const Question& question);

// Made once for a run. What nothing else tells apart is asked the same, so most firms of a list are looked up.
class Questions {
 public:
  // `priors` null: no likelihood, so what is open is asked in a fixed order.
  Questions(const Context& context, const Priors* priors);
  ~Questions();
  Questions(const Questions&) = delete;
  Questions& operator=(const Questions&) = delete;

  // "上年研发费用与销售收入；2 件效力待核专利的年费与权属"; empty when nothing is worth a question. What the likelihood
  // does not weigh stands first: whether a direct basis still holds, and a condition in doubt. By any thread.
  std::string line(const FirmFacts& facts, const Assessment& a) const;

 private:
  struct Asked;  // what was asked of evidence like this before
  std::vector<Question> by_value(const FirmFacts& facts, const Assessment& a) const;

  const Context& context_;
  const Priors* priors_;
  std::unique_ptr<Asked> asked_;
};

}  // namespace tanmiao::miner
