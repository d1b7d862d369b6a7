#include "indexer/highlight.h"

#include <algorithm>

#include "core/text/normalize.h"
#include "core/text/search_form.h"

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

namespace {

// Letters and digits are found as whole words alone: no 5g in 15g.
bool is_letter(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); }

}  // namespace

bool FoldedText::mark_each(std::string_view part) {
  if (part.empty()) return false;
  bool any = false;
  for (std::size_t at = folded_.find(part); at != std::string::npos; at = folded_.find(part, at + part.size())) {
    const std::size_t stop = at + part.size();
    if (at > 0 && is_letter(part.front()) && is_letter(folded_[at - 1])) continue;
    if (stop < folded_.size() && is_letter(part.back()) && is_letter(folded_[stop])) continue;
    const auto end = std::upper_bound(starts_.begin(), starts_.end(), from_[stop - 1]);
    marks_.push_back({from_[at], end == starts_.end() ? text_.size() : *end});
    any = true;
  }
  return any;
}

// Brackets and blanks stand in one and not in the other: then the pieces are marked.
void FoldedText::mark(std::string_view word, bool phrase) {
  if (mark_each(word) || phrase) return;
  const std::string form = text::search_form(word, text::Marks::kDropped);
  for (const std::string_view term : text::needed_terms(form)) mark_each(term);
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
