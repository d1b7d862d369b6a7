// Texts as weighted character n-grams: tf-idf with sublinear counts and rows of length one, or mere presence. The
// dictionary is what the training texts have; a text of other files is weighed by it.
#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "miner/learn/sparse.h"

namespace tanmiao::miner::learn {

struct NgramOptions {
  int shortest = 1, longest = 3;  // code points
  int least_texts = 3;            // an n-gram of fewer texts is left out
};

class Ngrams {
 public:
  // Texts are UTF-8, already folded; a line feed in a text is a border that no n-gram crosses.
  static Ngrams learn(const std::vector<std::string_view>& texts, const NgramOptions& options);

  std::size_t columns() const { return idf_.size(); }
  // Appends the row of a text. `scratch` is the caller's, for speed.
  void weigh(std::string_view text, std::vector<std::uint64_t>& scratch, std::vector<Entry>& row) const;

 private:
  NgramOptions options_;
  std::unordered_map<std::uint64_t, std::uint32_t> column_;
  std::vector<float> idf_;
};

// Hashes of the n-grams of a text, sorted, repetitions kept.
void gram_hashes(std::string_view text, const NgramOptions& options, std::vector<std::uint64_t>& out);

}  // namespace tanmiao::miner::learn
