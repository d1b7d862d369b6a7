// The one tokenizer of the index, used alike for documents and queries. Han text becomes overlapping bigrams (single
// characters where a run is one long, and additionally for queries of one character); Latin letters and digits become
// words, model numbers keep their inner marks as well ("6061-t6" gives 6061-t6, 6061, t6).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tanmiao::text {

struct Token {
  std::string term;
  std::uint32_t position;    // from 0; the two halves of a phrase stand at consecutive positions
  std::uint32_t begin, end;  // bytes of the folded text it came from
};

// `folded` must come from text::fold().
std::vector<Token> bigrams(std::string_view folded);
std::vector<Token> characters(std::string_view folded);  // Han characters one by one, words as above
// Items of a business scope: split at 、；，。,;. and brackets, boiler-plate (依法须经批准...) dropped, at most 80
// bytes each.
std::vector<std::string> scope_items(std::string_view folded);

}  // namespace tanmiao::text
