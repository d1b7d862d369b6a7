#include "indexer/query_text.h"

#include "core/text/normalize.h"
#include "core/text/tokenize.h"

namespace tanmiao::indexer {
namespace {

constexpr std::size_t kMostCharacters = 200, kMostWords = 16;

bool is_blank(char32_t c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0x3000 || c == 0xA0; }
bool is_minus(char32_t c) { return c == '-' || c == 0xFF0D || c == 0x2212; }

// What closes the phrase that `c` opens; empty when it opens none.
std::u32string_view closers(char32_t c) {
  switch (c) {
    case '"':
    case 0xFF02:
    case U'“':
    case U'”': return U"\"＂“”";
    case U'「': return U"」";
    case U'『': return U"』";
    default: return {};
  }
}

class Parser {
 public:
  Parser(std::string_view text, const CharMap& simplified) : chars_(text::code_points(text)), map_(simplified) {}

  Result<std::vector<QueryWord>> run() {
    if (chars_.size() > kMostCharacters)
      return Error{Errc::kLimit, "a query holds at most " + std::to_string(kMostCharacters) + " characters", place()};
    bool anything = false;
    while (skip_blanks(), at_ < chars_.size()) {
      anything = true;
      TANMIAO_TRY(one());
      if (words_.size() > kMostWords)
        return Error{Errc::kLimit, "a query holds at most " + std::to_string(kMostWords) + " words", place()};
    }
    at_ = 0;
    if (anything && words_.empty()) return Error{Errc::kUsage, "there is nothing to look for: only marks", place()};
    return std::move(words_);
  }

 private:
  std::string place() const { return "character " + std::to_string(at_ + 1); }
  void skip_blanks() {
    while (at_ < chars_.size() && is_blank(chars_[at_])) ++at_;
  }

  Status one() {
    QueryWord word;
    if (is_minus(chars_[at_])) {
      word.without = true;
      if (at_ + 1 >= chars_.size() || is_blank(chars_[at_ + 1]))
        return Error{Errc::kUsage, "expected a word right behind the minus", place()};
      ++at_;
    }
    std::string raw;
    if (const auto closing = closers(chars_[at_]); !closing.empty()) {
      const std::size_t opened = at_++;
      word.phrase = true;
      while (at_ < chars_.size() && closing.find(chars_[at_]) == std::u32string_view::npos)
        text::append_utf8(raw, chars_[at_++]);
      if (at_ == chars_.size()) {
        at_ = opened;
        return Error{Errc::kUsage, "the quotation mark is not closed", place()};
      }
      ++at_;
    } else {
      while (at_ < chars_.size() && !is_blank(chars_[at_]) && closers(chars_[at_]).empty())
        text::append_utf8(raw, chars_[at_++]);
    }
    word.folded = text::squeeze(text::fold(raw, map_));
    if (!text::bigrams(word.folded).empty()) words_.push_back(std::move(word));
    return {};
  }

  std::vector<char32_t> chars_;
  const CharMap& map_;
  std::size_t at_ = 0;
  std::vector<QueryWord> words_;
};

}  // namespace

Result<std::vector<QueryWord>> parse_query_text(std::string_view text, const CharMap& simplified) {
  if (text.size() > kMostCharacters * 4)
    return Error{Errc::kLimit, "a query holds at most " + std::to_string(kMostCharacters) + " characters",
                 "character " + std::to_string(kMostCharacters + 1)};
  return Parser(text, simplified).run();
}

}  // namespace tanmiao::indexer
