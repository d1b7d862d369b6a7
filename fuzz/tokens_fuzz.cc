// The tokenizer of search: what the index is made of offers every text that holds a word. Input: the word, a line end,
// the text.
#include <algorithm>
#include <set>
#include <string>

#include "core/text/normalize.h"
#include "core/text/search_form.h"
#include "fuzz/fuzz.h"

using tanmiao::fuzz::must;
using namespace tanmiao;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;
  const std::string_view all = fuzz::view(data, size);
  const std::size_t end = std::min(all.find('\n'), all.size());
  const CharMap simplified{{U'鋁', U'铝'}, {U'業', U'业'}};
  const std::string word = text::fold(all.substr(0, end), simplified);
  const std::string long_text = text::fold(all.substr(std::min(end + 1, all.size())), simplified);
  for (const text::Marks marks : {text::Marks::kDropped, text::Marks::kKept}) {
    const std::string form = text::search_form(long_text, marks), wanted = text::search_form(word, marks);
    must(text::valid_utf8(form) && text::valid_utf8(wanted));
    must(!form.starts_with('\n') && !form.ends_with('\n'));
    must(form.find("  ") == std::string::npos && form.find("\n\n") == std::string::npos);
    if (marks == text::Marks::kDropped) must(form.find('\n') == std::string::npos);
    std::string appended = "before";
    text::append_search_form(appended, long_text, marks);
    must(appended == "before" + form);

    std::set<std::string, std::less<>> terms;
    text::each_term(form, [&](std::string_view term) {
      must(!term.empty() && text::valid_utf8(term) && term.find('\n') == std::string_view::npos);
      must(form.find(term) != std::string::npos);
      terms.emplace(term);
    });
    for (const std::string_view needed : text::needed_terms(form)) must(terms.contains(needed));
    if (wanted.empty() || form.find(wanted) == std::string::npos) continue;
    for (const std::string_view needed : text::needed_terms(wanted)) must(terms.contains(needed));
  }
  return 0;
}
