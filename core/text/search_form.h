// The form in which search compares texts, the same for what is indexed and for what is asked: a text holds a word when
// the form of the text holds the form of the word, byte by byte.
//
// Of a folded text it keeps Han characters and words of letters and digits; a word stands between two blanks, shared
// with the next one ("6061-t6铝" gives " 6061 t6 铝"), so that "5g" is no part of "15g". White space, and marks within
// a model number, part words and leave nothing behind. Other marks leave nothing (names: brackets are often left out),
// or a line end that no word reaches across (titles, scopes).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/form_chars.h"

namespace tanmiao::text {

enum class Marks { kDropped, kKept };
// `folded` must come from text::fold(). Empty when there is nothing to compare. Neither begins nor ends in a line end.
std::string search_form(std::string_view folded, Marks marks);
// The same, appended; what was in `out` before is left alone.
void append_search_form(std::string& out, std::string_view folded, Marks marks);

// What an index of forms is made of: each Han character, each pair of neighbours, each word. Doubles are given too.
void each_term(std::string_view form, const std::function<void(std::string_view)>& term);
// The same of a folded text, without making its form: han(before, character) with the Han character that it makes a
// pair with (empty: with none), and word(word). Views of `folded`; what stands between the two characters of a pair may
// be dropped from the form.
template <class Han, class Word>
void each_folded_term(std::string_view folded, Marks marks, const Han& han, const Word& word) {
  std::string_view before;
  for (std::size_t at = 0; at < folded.size();) {
    if (form_chars::begins_han(folded, at)) {
      const std::string_view one = folded.substr(at, form_chars::char_at(folded, at).bytes);
      han(before, one);
      before = one;
      at += one.size();
    } else if (const std::size_t bytes = form_chars::word_bytes(folded, at); bytes > 0) {
      word(folded.substr(at, bytes));
      before = {};
      at += bytes;
    } else {
      // Marks within a model number part nothing that a word has not parted.
      if (marks == Marks::kKept && folded[at] != ' ' && folded[at] != '\t') before = {};
      at += form_chars::char_at(folded, at).bytes;
    }
  }
}
// Terms without which no text holds the form: pairs rather than the characters they are made of, and words.
std::vector<std::string_view> needed_terms(std::string_view form);
// A term of one Han character (or of one other character of three bytes and more).
bool is_one_character(std::string_view term);
// Characters, each word counted as one.
std::size_t form_length(std::string_view form);

}  // namespace tanmiao::text
