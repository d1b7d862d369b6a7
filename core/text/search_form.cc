#include "core/text/search_form.h"

#include <algorithm>

#include "core/text/form_chars.h"

namespace tanmiao::text {
namespace {

constexpr char kBlank = ' ', kEnd = '\n';

using form_chars::begins_han;
using form_chars::Char;
using form_chars::char_at;
using form_chars::is_letter;
using form_chars::word_bytes;

bool is_inner_mark(char32_t c) { return c == '-' || c == '.' || c == '/' || c == '_'; }

class Former {
 public:
  Former(std::string& out, Marks marks) : out_(out), first_(out.size()), marks_(marks) {}

  void run(std::string_view s) {
    for (std::size_t at = 0; at < s.size();) {
      if (begins_han(s, at)) {
        at += han(s, at);
        continue;
      }
      const Char c = char_at(s, at);
      if (is_letter(c.code)) {
        const std::size_t bytes = word_bytes(s, at);
        word(s.substr(at, bytes));
        at += bytes;
        continue;
      }
      // A mark within a model number: only directly between two words.
      const bool inner = is_inner_mark(c.code) && behind_word_ && at + 1 < s.size() && word_bytes(s, at + 1) > 0;
      behind_word_ = false;
      cut_ |= marks_ == Marks::kKept && !inner && c.code != kBlank && c.code != '\t';
      at += c.bytes;
    }
  }

 private:
  std::size_t han(std::string_view s, std::size_t at) {
    close();
    const std::size_t bytes = char_at(s, at).bytes;
    out_.append(s.substr(at, bytes));
    behind_word_ = false;
    return bytes;
  }

  void word(std::string_view word) {
    close();
    if (out_.size() == first_ || out_.back() != kBlank) out_.push_back(kBlank);
    out_.append(word).push_back(kBlank);
    behind_word_ = true;
  }

  void close() {
    if (cut_ && out_.size() > first_) out_.push_back(kEnd);
    cut_ = false;
  }

  std::string& out_;
  std::size_t first_;
  Marks marks_;
  bool cut_ = false, behind_word_ = false;
};

// Walks the pieces of a form: a Han character each, a word each (without its blanks), a line end.
template <class Han, class Word, class End>
void walk(std::string_view form, const Han& han, const Word& word, const End& end) {
  for (std::size_t at = 0; at < form.size();) {
    if (form[at] == kBlank) {
      ++at;
    } else if (form[at] == kEnd) {
      end();
      ++at;
    } else if (begins_han(form, at)) {
      const std::size_t bytes = char_at(form, at).bytes;
      han(at, bytes);
      at += bytes;
    } else {
      const std::size_t stop = std::min(form.find_first_of(" \n", at), form.size());
      word(form.substr(at, stop - at));
      at = stop;
    }
  }
}

}  // namespace

void append_search_form(std::string& out, std::string_view folded, Marks marks) { Former(out, marks).run(folded); }

std::string search_form(std::string_view folded, Marks marks) {
  std::string out;
  out.reserve(folded.size() + 2);
  append_search_form(out, folded, marks);
  return out;
}

void each_term(std::string_view form, const std::function<void(std::string_view)>& term) {
  std::size_t before = 0, before_end = ~std::size_t{0};
  walk(
      form,
      [&](std::size_t at, std::size_t bytes) {
        term(form.substr(at, bytes));
        if (before_end == at) term(form.substr(before, at + bytes - before));
        before = at, before_end = at + bytes;
      },
      term, [] {});
}

std::vector<std::string_view> needed_terms(std::string_view form) {
  std::vector<std::string_view> terms;
  std::size_t before = 0, before_end = ~std::size_t{0};
  bool single = false;  // the last term is a Han character that no pair holds yet
  walk(
      form,
      [&](std::size_t at, std::size_t bytes) {
        const bool pair = before_end == at;
        if (pair && single) terms.pop_back();
        terms.push_back(pair ? form.substr(before, at + bytes - before) : form.substr(at, bytes));
        single = !pair;
        before = at, before_end = at + bytes;
      },
      [&](std::string_view word) { terms.push_back(word), single = false; }, [&] { single = false; });
  return terms;
}

bool is_one_character(std::string_view term) {
  const auto lead = static_cast<unsigned char>(term[0]);
  return lead >= 0xE0 && term.size() == (lead < 0xF0 ? 3U : 4U);
}

std::size_t form_length(std::string_view form) {
  std::size_t length = 0;
  walk(
      form, [&](std::size_t, std::size_t) { ++length; }, [&](std::string_view) { ++length; }, [] {});
  return length;
}

}  // namespace tanmiao::text
