// Words of products: what else they are called, and the codes that speak of them (config/reference/product_words.csv).
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/reference.h"

namespace tanmiao::indexer {

class ProductWords {
 public:
  ProductWords(const std::vector<ProductWord>& words, const CharMap& simplified);

  // Other names of what the folded word calls, folded; each of them leads to the rest. Empty: none is known.
  const std::vector<std::string>& others(const std::string& folded) const;
  // Of the folded word or of what it is called otherwise; null: none.
  const ProductWord* row(const std::string& folded) const;

 private:
  struct Known {
    const ProductWord* row;
    std::vector<std::string> others;
  };
  std::unordered_map<std::string, Known> known_;
};

}  // namespace tanmiao::indexer
