// What facets and their values are called, wherever a query is told without an answer that counts them.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/reference.h"
#include "pool/pool_rules.h"

namespace tanmiao::server {

class FacetWords {
 public:
  // `rules` may be null: then stages are told by their ids.
  FacetWords(const Reference& reference, const pool::PoolRules* rules);
  // "unit": 责任单位. What has no name stands for itself.
  std::string_view facet(std::string_view name) const;
  // "unit", "U06": 博兴县.
  std::string_view value(std::string_view facet, std::string_view value) const;

 private:
  struct Words {
    std::string label;
    std::map<std::string, std::string, std::less<>> values;
  };
  std::map<std::string, Words, std::less<>> facets_;
};

}  // namespace tanmiao::server
