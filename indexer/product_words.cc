#include "indexer/product_words.h"

#include "core/text/normalize.h"

namespace tanmiao::indexer {

ProductWords::ProductWords(const std::vector<ProductWord>& words, const CharMap& simplified) {
  for (const ProductWord& word : words) {
    std::vector<std::string> names{text::fold(word.word, simplified)};
    names.reserve(word.same.size() + 1);
    for (const std::string& other : word.same) names.push_back(text::fold(other, simplified));
    for (const std::string& name : names) {
      Known known{&word, {}};
      for (const std::string& other : names)
        if (other != name) known.others.push_back(other);
      known_.try_emplace(name, std::move(known));
    }
  }
}

const std::vector<std::string>& ProductWords::others(const std::string& folded) const {
  static const std::vector<std::string> kNone;
  const auto found = known_.find(folded);
  return found == known_.end() ? kNone : found->second.others;
}

const ProductWord* ProductWords::row(const std::string& folded) const {
  const auto found = known_.find(folded);
  return found == known_.end() ? nullptr : found->second.row;
}

}  // namespace tanmiao::indexer
