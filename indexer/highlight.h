// Marks in text for a page. Everything is escaped here, by us, always; adjacent marks are one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/reference.h"

namespace tanmiao::indexer {

// A text with its folded form and where each folded byte came from.
class FoldedText {
 public:
  FoldedText(std::string_view text, const CharMap& simplified);

  // Marks the word; when it is not there as a whole (and is no phrase), its pairs of characters and words.
  void mark(std::string_view folded_word, bool phrase);
  bool marked() const { return !marks_.empty(); }
  // Escaped HTML; with `around` > 0 only so many characters on both sides of the first mark.
  std::string html(std::size_t around = 0);

 private:
  struct Mark {
    std::size_t begin, end;  // bytes of the text
  };
  bool mark_each(std::string_view part);
  void merge();

  std::string text_, folded_;
  std::vector<std::size_t> from_;    // folded byte -> first byte of its character in text_
  std::vector<std::size_t> starts_;  // first bytes of the characters of text_, and its end
  std::vector<Mark> marks_;
};

std::string escape_html(std::string_view text);

}  // namespace tanmiao::indexer
