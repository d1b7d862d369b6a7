#include "indexer/highlight.h"

#include <algorithm>

#include "core/text/normalize.h"
#include "core/text/tokenize.h"

namespace tanmiao::indexer {

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  return out;
}

FoldedText::FoldedText(std::string_view text, const CharMap& simplified) {
  for (const char32_t c : text::code_points(text)) {
    const std::size_t begin = text_.size();
    starts_.push_back(begin);
    text::append_utf8(text_, c);
    folded_ += text::fold(std::string_view(text_).substr(begin), simplified);
    from_.resize(folded_.size(), begin);
  }
  starts_.push_back(text_.size());
}

bool FoldedText::holds(std::string_view word, bool phrase) const {
  if (folded_.find(word) != std::string::npos) return true;
  if (phrase) return false;
  const auto tokens = text::bigrams(word);
  return !tokens.empty() && std::all_of(tokens.begin(), tokens.end(), [&](const text::Token& token) {
    return folded_.find(token.term) != std::string::npos;
  });
}

bool FoldedText::mark_each(std::string_view part) {
  if (part.empty()) return false;
  bool any = false;
  for (std::size_t at = folded_.find(part); at != std::string::npos; at = folded_.find(part, at + part.size())) {
    const auto end = std::upper_bound(starts_.begin(), starts_.end(), from_[at + part.size() - 1]);
    marks_.push_back({from_[at], end == starts_.end() ? text_.size() : *end});
    any = true;
  }
  return any;
}

void FoldedText::mark(std::string_view word, bool phrase) {
  if (mark_each(word) || phrase) return;
  for (const text::Token& token : text::bigrams(word)) mark_each(token.term);
}

void FoldedText::merge() {
  std::sort(marks_.begin(), marks_.end(), [](const Mark& a, const Mark& b) { return a.begin < b.begin; });
  std::vector<Mark> merged;
  for (const Mark& mark : marks_) {
    if (!merged.empty() && mark.begin <= merged.back().end)
      merged.back().end = std::max(merged.back().end, mark.end);
    else
      merged.push_back(mark);
  }
  marks_ = std::move(merged);
}

std::string FoldedText::html(std::size_t around) {
  merge();
  std::size_t begin = 0, end = text_.size();
  if (around > 0 && !marks_.empty()) {
    const auto first =
        static_cast<std::size_t>(std::lower_bound(starts_.begin(), starts_.end(), marks_[0].begin) - starts_.begin());
    begin = starts_[first > around ? first - around : 0];
    end = starts_[std::min(first + 2 * around, starts_.size() - 1)];
    end = std::max(end, marks_[0].end);
  }
  const std::string_view text(text_);
  std::string out = begin > 0 ? "…" : "";
  std::size_t at = begin;
  for (const Mark& mark : marks_) {
    if (mark.begin >= end) break;
    const std::size_t stop = std::min(mark.end, end);
    out += escape_html(text.substr(at, mark.begin - at));
    out += "<mark>" + escape_html(text.substr(mark.begin, stop - mark.begin)) + "</mark>";
    at = stop;
  }
  out += escape_html(text.substr(at, end - at));
  return end < text_.size() ? out + "…" : out;
}

}  // namespace tanmiao::indexer
