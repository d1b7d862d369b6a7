// What a person types into the search: a tree of words within the bounds, or an error that points into the text.
#include "core/text/normalize.h"
#include "core/text/search_form.h"
#include "fuzz/fuzz.h"
#include "indexer/query_text.h"

using tanmiao::fuzz::must;
using namespace tanmiao::indexer;

namespace {

std::size_t words_in(const QueryNode& node, std::size_t depth) {
  must(depth < 64);
  using Kind = QueryNode::Kind;
  if (node.kind == Kind::kWord) return 1;
  must(node.kind == Kind::kAll || !node.parts.empty());
  must(node.kind != Kind::kNot || node.parts.size() == 1);
  std::size_t words = 0;
  for (const QueryNode& part : node.parts) words += words_in(part, depth + 1);
  return words;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = tanmiao::fuzz::view(data, size);
  const auto parsed = parse_query_text(text, {{U'鋁', U'铝'}}, {{"status", "登记状态"}, {"unit", "责任单位"}});
  const std::size_t length = tanmiao::text::code_points(text).size();
  if (!parsed) {
    const std::string where = parsed.error().where;
    must(where.starts_with("character "));
    const std::size_t at = std::stoul(where.substr(10));
    must(at >= 1 && (at <= length || at == kMostCharacters + 1));
    return 0;
  }
  must(length <= kMostCharacters && parsed->words.size() <= kMostWords);
  must(words_in(parsed->root, 0) == parsed->words.size());
  must(parsed->wanted.size() <= parsed->words.size());
  for (const QueryWord& word : parsed->words) {
    must(word.at >= 1 && word.at <= length);
    must(tanmiao::text::valid_utf8(word.name_form) && tanmiao::text::valid_utf8(word.text_form));
    if (word.field < QueryField::kFacet) must(!word.name_form.empty() && !word.text_form.empty());
    if (word.field > QueryField::kFacet) must(word.low <= word.high);
  }
  return 0;
}
