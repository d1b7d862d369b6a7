#include "core/text/tokenize.h"

#include <array>

#include "core/text/normalize.h"

namespace tanmiao::text {
namespace {

constexpr std::size_t kLongestWord = 64;  // bytes of a Latin word; the rest of a longer one is a word of its own
constexpr std::size_t kLongestItem = 80;  // bytes of a scope item

struct Char {
  char32_t code;
  std::uint32_t begin, end;
};

std::vector<Char> decode(std::string_view s) {
  std::vector<Char> chars;
  chars.reserve(s.size() / 2 + 1);
  std::size_t at = 0;
  while (at < s.size()) {
    const auto lead = static_cast<unsigned char>(s[at]);
    const std::size_t width = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    const std::size_t end = std::min(at + width, s.size());
    char32_t code = lead;
    if (width > 1) {
      code = lead & (0xFFu >> (width + 1));
      for (std::size_t i = at + 1; i < end; ++i) code = code << 6 | (static_cast<unsigned char>(s[i]) & 0x3Fu);
    }
    chars.push_back({code, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)});
    at = end;
  }
  return chars;
}

bool is_word(char32_t c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0x24F) ||
         (c >= 0x370 && c <= 0x52F) || (c >= 0x3040 && c <= 0x30FF) || (c >= 0xAC00 && c <= 0xD7A3);
}

// Marks that may stand inside a model number: 6061-t6, 2.5d, h02k/17.
bool is_inner_mark(char32_t c) { return c == '-' || c == '.' || c == '/' || c == '_'; }

class Tokenizer {
 public:
  Tokenizer(std::string_view s, bool pairs) : s_(s), chars_(decode(s)), pairs_(pairs) {}

  std::vector<Token> run() {
    for (std::size_t i = 0; i < chars_.size();) {
      if (is_han(chars_[i].code)) {
        i = han(i);
      } else if (is_word(chars_[i].code)) {
        i = word(i);
      } else {
        if (!tokens_.empty() && chars_[i].code != ' ') gap_ = true;
        ++i;
      }
    }
    return std::move(tokens_);
  }

 private:
  void emit(std::size_t first, std::size_t last, std::uint32_t position) {
    const std::uint32_t begin = chars_[first].begin, end = chars_[last].end;
    tokens_.push_back({std::string(s_.substr(begin, end - begin)), position, begin, end});
  }

  // A mark between two runs leaves a hole in the positions, so that no phrase reaches across it.
  void close_gap() {
    if (gap_) ++position_;
    gap_ = false;
  }

  std::size_t han(std::size_t i) {
    close_gap();
    std::size_t end = i;
    while (end < chars_.size() && is_han(chars_[end].code)) ++end;
    if (!pairs_ || end - i == 1) {
      for (std::size_t k = i; k < end; ++k) emit(k, k, position_++);
    } else {
      for (std::size_t k = i; k + 1 < end; ++k) emit(k, k + 1, position_++);
      ++position_;
    }
    return end;
  }

  std::size_t word(std::size_t i) {
    close_gap();
    std::size_t end = i;  // one past the last character of the whole, inner marks included
    std::vector<std::pair<std::size_t, std::size_t>> parts;
    while (end < chars_.size() && is_word(chars_[end].code)) {
      const std::size_t begin = end;
      while (end < chars_.size() && is_word(chars_[end].code) && chars_[end].end - chars_[begin].begin <= kLongestWord)
        ++end;
      parts.emplace_back(begin, end - 1);
      const bool goes_on = end + 1 < chars_.size() && is_inner_mark(chars_[end].code) && is_word(chars_[end + 1].code);
      if (goes_on) ++end;
      if (!goes_on && !(end < chars_.size() && is_word(chars_[end].code))) break;
    }
    const bool whole = parts.size() > 1 && chars_[parts.back().second].end - chars_[i].begin <= kLongestWord;
    if (whole) emit(i, parts.back().second, position_);
    for (const auto& [first, last] : parts) emit(first, last, position_++);
    return end;
  }

  std::string_view s_;
  std::vector<Char> chars_;
  bool pairs_;
  bool gap_ = false;
  std::uint32_t position_ = 0;
  std::vector<Token> tokens_;
};

// What nearly every scope carries and nobody looks for. The list of laws (法律、行政法规、国务院决定规定...) comes in
// pieces, since it is cut at its own marks.
constexpr std::array<std::string_view, 8> kBoilerplate{"依法须经批准", "经相关部门批准", "凭营业执照", "法律法规",
                                                       "行政法规",     "国务院决定",     "许可项目",   "一般项目"};
constexpr std::string_view kLaws = "法律";

bool is_scope_mark(char32_t c) {
  static constexpr std::u32string_view kMarks = U"、；，。,;.()（）[]【】:：|/";
  return kMarks.find(c) != std::u32string_view::npos || c == ' ';
}

}  // namespace

std::vector<Token> bigrams(std::string_view folded) { return Tokenizer(folded, true).run(); }

std::vector<Token> characters(std::string_view folded) { return Tokenizer(folded, false).run(); }

std::vector<std::string> scope_items(std::string_view folded) {
  std::vector<std::string> items;
  const auto chars = decode(folded);
  std::size_t begin = 0;
  const auto close = [&](std::size_t end) {
    if (begin < end && begin < chars.size()) {
      const std::uint32_t from = chars[begin].begin;
      const std::uint32_t to = chars[end - 1].end;
      const std::string_view item = folded.substr(from, to - from);
      bool boilerplate = item.size() > kLongestItem || end - begin < 2 || item == kLaws;
      for (const std::string_view word : kBoilerplate) boilerplate |= item.find(word) != std::string_view::npos;
      if (!boilerplate) items.emplace_back(item);
    }
    begin = end + 1;
  };
  for (std::size_t i = 0; i < chars.size(); ++i)
    if (is_scope_mark(chars[i].code)) close(i);
  close(chars.size());
  return items;
}

}  // namespace tanmiao::text
