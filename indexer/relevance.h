// A query as a whole: the firms that its tree of words finds, and how well each of them fits.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/lookup.h"
#include "indexer/ordering.h"
#include "indexer/query_text.h"

namespace tanmiao::indexer {

// Firms by a tree of words; `of` gives those of one word, `all` are those that a NOT leaves.
template <class Of>
FirmSet evaluate(const QueryNode& node, const FirmSet& all, const Of& of) {
  switch (node.kind) {
    case QueryNode::Kind::kAll: break;
    case QueryNode::Kind::kWord: return of(node.word);
    case QueryNode::Kind::kNot: {
      FirmSet firms = all;
      firms -= evaluate(node.parts[0], all, of);
      return firms;
    }
    case QueryNode::Kind::kAnd:
    case QueryNode::Kind::kOr: {
      FirmSet firms = evaluate(node.parts[0], all, of);
      for (std::size_t i = 1; i < node.parts.size(); ++i)
        node.kind == QueryNode::Kind::kAnd ? firms &= evaluate(node.parts[i], all, of)
                                           : firms |= evaluate(node.parts[i], all, of);
      return firms;
    }
  }
  return all;
}

// Firms that hold the word in any field.
FirmSet all_of(const Shared& shared, const FoundWord& word);

// The steps of relevance, best first: whole names, their beginnings, and then the whole query asked of some fields
// alone. What only bounds where or of what kind the firms are (a range, a facet, a place or a scope beside a word) is
// fulfilled in every step: `铝 region:371625` is as good a find in a name as `铝` is.
std::vector<Step> steps_of(const Shared& shared, const ParsedQuery& parsed, const std::vector<FoundWord>& found,
                           const Lookup& lookup);

// Canonical answers of a fixed set of queries.
Status dump_answers(const Searcher& searcher, const std::vector<std::string>& facets,
                    const std::function<void(std::string_view)>& line);

}  // namespace tanmiao::indexer
