// Marks in a text: nothing of it gets out unescaped, nothing is lost, marks are merged. Input: the word, a line end,
// the text.
#include "core/text/normalize.h"
#include "fuzz/fuzz.h"
#include "indexer/highlight.h"

using tanmiao::fuzz::must;
using namespace tanmiao;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;
  const std::string_view all = fuzz::view(data, size);
  const std::size_t end = std::min(all.find('\n'), all.size());
  const std::string_view word = all.substr(0, end), text = all.substr(std::min(end + 1, all.size()));
  const CharMap simplified{{U'鋁', U'铝'}, {U'業', U'业'}};
  const std::string folded = text::squeeze(text::fold(word, simplified));
  for (const bool phrase : {false, true}) {
    indexer::FoldedText marked(text, simplified);
    if (!folded.empty()) marked.mark(folded, phrase);
    const std::string html = marked.html();
    must(text::valid_utf8(html));
    must(html.find("</mark><mark>") == std::string::npos && html.find("<mark></mark>") == std::string::npos);
    std::string without = html;
    for (const std::string_view tag : {"<mark>", "</mark>"})
      for (std::size_t at = 0; (at = without.find(tag, at)) != std::string::npos;) without.erase(at, tag.size());
    must(without.find('<') == std::string::npos && without.find('>') == std::string::npos);
    std::string whole;
    for (const char32_t c : text::code_points(text)) text::append_utf8(whole, c);
    must(without == indexer::escape_html(whole));
    must(text::valid_utf8(marked.html(5)));
  }
  return 0;
}
