#include "indexer/query_text.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/settings.h"
#include "core/text/normalize.h"
#include "core/text/search_form.h"
#include "indexer/query_range.h"
#include "indexer/query_words.h"

namespace tanmiao::indexer {
namespace {

class Parser {
  using Join = QueryJoin::Join;

 public:
  Parser(std::string_view text, const CharMap& simplified, const std::vector<QueryFacet>& facets)
      : chars_(text::code_points(text)), map_(simplified), facets_(facets) {}

  Result<ParsedQuery> run() {
    if (chars_.size() > kMostCharacters)
      return Error{Errc::kLimit, "a query holds at most " + std::to_string(kMostCharacters) + " characters",
                   place(kMostCharacters)};
    skip_blanks();
    if (at_ == chars_.size()) return std::move(query_);
    TANMIAO_ASSIGN(query_.root, either());
    if (at_ < chars_.size()) return Error{Errc::kUsage, "nothing was opened that this bracket closes", place(at_)};
    if (query_.words.empty()) return Error{Errc::kUsage, "there is nothing to look for: only marks", place(0)};
    note_wanted(query_.root, true);
    std::sort(query_.wanted.begin(), query_.wanted.end());
    return std::move(query_);
  }

 private:
  using Kind = QueryNode::Kind;

  static std::string place(std::size_t at) { return "character " + std::to_string(at + 1); }
  void skip_blanks() {
    while (at_ < chars_.size() && is_blank(chars_[at_])) ++at_;
  }
  bool ended() const { return at_ == chars_.size() || is_close(chars_[at_]); }

  // Words joined by or.
  Result<QueryNode> either() {
    QueryNode node{Kind::kOr, 0, {}};
    for (;;) {
      TANMIAO_ASSIGN(QueryNode part, every());
      if (part.kind != Kind::kAll) node.parts.push_back(std::move(part));
      const std::size_t before = at_;
      if (take_join(false) != Join::kOr) break;
      skip_blanks();
      if (ended() || part_empty(node)) return Error{Errc::kUsage, "expected a word on both sides of OR", place(before)};
    }
    if (node.parts.size() == 1) return std::move(node.parts[0]);
    return node.parts.empty() ? QueryNode{} : std::move(node);
  }
  static bool part_empty(const QueryNode& node) { return node.parts.empty(); }

  // Words joined by and, also without a word between them.
  Result<QueryNode> every() {
    QueryNode node{Kind::kAnd, 0, {}};
    for (;;) {
      skip_blanks();
      if (ended()) break;
      const std::size_t before = at_;
      if (peek_join() == Join::kOr) break;
      if (take_join(node.parts.empty()) == Join::kAnd) {
        skip_blanks();
        if (ended() || node.parts.empty() || peek_join() == Join::kOr || peek_join() == Join::kAnd)
          return Error{Errc::kUsage, "expected a word on both sides of AND", place(before)};
      }
      TANMIAO_ASSIGN(QueryNode part, one());
      if (part.kind != Kind::kAll) node.parts.push_back(std::move(part));
    }
    if (node.parts.size() == 1) return std::move(node.parts[0]);
    return node.parts.empty() ? QueryNode{} : std::move(node);
  }

  // The word of a join that stands by itself here, and how many characters it has.
  std::pair<Join, std::size_t> join_here() const {
    const char32_t c = chars_[at_];
    const auto doubled = [&](bool (*is)(char32_t)) {
      return at_ + 1 < chars_.size() && is(chars_[at_ + 1]) ? std::size_t{2} : std::size_t{1};
    };
    if (is_or(c)) return {Join::kOr, doubled(is_or)};
    if (is_and(c)) return {Join::kAnd, doubled(is_and)};
    std::string word;
    std::size_t end = at_;
    while (end < chars_.size() && end - at_ <= kLongestJoin && !is_blank(chars_[end]) && !is_open(chars_[end]) &&
           !is_close(chars_[end]) && closers(chars_[end]).empty())
      text::append_utf8(word, chars_[end++]);
    word = text::nfkc(word);
    for (const QueryJoin& known : kQueryJoins) {
      if (word != known.spelling) continue;
      // Other than in capitals it is a join only between words; else it may be looked for.
      std::size_t next = end;
      while (next < chars_.size() && is_blank(chars_[next])) ++next;
      const bool more = next < chars_.size() && !is_close(chars_[next]);
      if (!known.always && (!more || (known.join != Join::kNot && !anything_))) continue;
      return {known.join, end - at_};
    }
    return {Join::kNone, 0};
  }
  Join peek_join() {
    skip_blanks();
    return ended() ? Join::kNone : join_here().first;
  }
  // Takes AND or OR; NOT belongs to the word behind it.
  Join take_join(bool) {
    skip_blanks();
    if (ended()) return Join::kNone;
    const auto [join, size] = join_here();
    if (join != Join::kAnd && join != Join::kOr) return Join::kNone;
    at_ += size;
    return join;
  }

  Result<QueryNode> one() {
    std::size_t nots = 0;
    for (;;) {
      const auto [join, size] = join_here();
      const bool mark = is_not(chars_[at_]);
      if (!mark && join != Join::kNot) break;
      const std::size_t begun = at_;
      at_ += mark ? 1 : size;
      ++nots;
      if (mark && (at_ == chars_.size() || is_blank(chars_[at_])))
        return Error{Errc::kUsage, "expected a word right behind the minus", place(begun)};
      if (!mark) skip_blanks();
      if (ended() || peek_join() == Join::kAnd || peek_join() == Join::kOr)
        return Error{Errc::kUsage, "expected a word behind NOT", place(begun)};
      if (nots > kMostDepth) return too_deep(begun);
    }
    TANMIAO_ASSIGN(QueryNode node, is_open(chars_[at_]) ? group() : word());
    if (nots % 2 == 0 || node.kind == Kind::kAll) return node;
    QueryNode without{Kind::kNot, 0, {}};
    without.parts.push_back(std::move(node));
    return without;
  }

  static Error too_deep(std::size_t at) {
    return {Errc::kLimit, "a query nests at most " + std::to_string(kMostDepth) + " brackets", place(at)};
  }

  Result<QueryNode> group() {
    const std::size_t opened = at_++;
    if (++depth_ > kMostDepth) return too_deep(opened);
    TANMIAO_ASSIGN(QueryNode node, either());
    if (at_ == chars_.size()) return Error{Errc::kUsage, "the bracket is not closed", place(opened)};
    ++at_, --depth_;
    return node;
  }

  Result<std::string> quoted() {
    const auto closing = closers(chars_[at_]);
    const std::size_t opened = at_++;
    std::string raw;
    while (at_ < chars_.size() && closing.find(chars_[at_]) == std::u32string_view::npos)
      text::append_utf8(raw, chars_[at_++]);
    if (at_ == chars_.size()) return Error{Errc::kUsage, "the quotation mark is not closed", place(opened)};
    ++at_;
    return raw;
  }

  // Up to what cannot be part of a word. Brackets that a word opens are its own: 宏创（山东）有限公司. So is & between
  // letters: H&M.
  std::string bare(bool stop_at_colon) {
    std::string raw;
    std::size_t opened = 0;
    for (; at_ < chars_.size(); ++at_) {
      const char32_t c = chars_[at_];
      if (is_blank(c) || is_or(c) || !closers(c).empty() || (stop_at_colon && is_colon(c))) break;
      const bool between =
          !raw.empty() && is_letter(chars_[at_ - 1]) && at_ + 1 < chars_.size() && is_letter(chars_[at_ + 1]);
      if (is_and(c) && !between) break;
      if (is_open(c)) ++opened;
      if (is_close(c) && opened-- == 0) break;
      text::append_utf8(raw, c);
    }
    return raw;
  }

  // A field's name if one stands here with its colon; the place moves behind it.
  Result<std::optional<std::pair<QueryField, std::string>>> field() {
    const std::size_t begun = at_;
    const std::string said = text::ascii_lower(text::without_blanks(text::nfkc(bare(true))));
    std::optional<std::pair<QueryField, std::string>> found;
    if (at_ == chars_.size() || !is_colon(chars_[at_]) || said.empty()) return at_ = begun, found;
    std::vector<std::string_view> english, chinese;
    for (const QueryFieldName& name : kQueryFields) {
      if (said == name.english || said == name.chinese) found = {name.field, ""};
      english.push_back(name.english), chinese.push_back(name.chinese);
    }
    // capital: is a range, and a facet by bands; 资质: the texts of recognitions, and a facet by programme.
    for (const QueryFacet& facet : facets_) {
      if (!found && (said == facet.name || said == facet.label)) found = {QueryField::kFacet, facet.name};
      english.push_back(facet.name), chinese.push_back(facet.label);
    }
    if (!found) {
      Error error = no_such("field", said, english, chinese);
      error.message += "; in quotation marks it is looked for as a text";
      error.where = place(begun);
      return error;
    }
    ++at_;
    if (at_ == chars_.size() || is_blank(chars_[at_]) || is_open(chars_[at_]))
      return Error{Errc::kUsage, "expected a word right behind the colon", place(at_ - 1)};
    return found;
  }

  // E21F 17/00: symbols of the classification are written with a blank behind the subclass.
  void take_group(std::string& typed) {
    if (!is_subclass(text::ascii_lower(text::nfkc(typed)))) return;
    std::size_t end = at_;
    while (end < chars_.size() && is_blank(chars_[end])) ++end;
    std::string group;
    for (; end < chars_.size() && !is_blank(chars_[end]) && !is_close(chars_[end]) && !is_or(chars_[end]); ++end)
      text::append_utf8(group, chars_[end]);
    if (!is_group(text::nfkc(group))) return;
    typed += group;
    at_ = end;
  }

  Result<QueryNode> word() {
    QueryWord word;
    if (closers(chars_[at_]).empty()) {
      TANMIAO_ASSIGN(auto field, this->field());
      if (field) std::tie(word.field, word.facet) = *field;
    }
    const std::size_t begun = at_;
    word.at = begun + 1;
    if (!closers(chars_[at_]).empty()) {
      word.phrase = true;
      TANMIAO_ASSIGN(word.typed, quoted());
    } else {
      word.typed = bare(false);
      if (at_ == begun) return Error{Errc::kUsage, "expected a word, not a mark", place(begun)};
      if (word.field == QueryField::kAny || word.field == QueryField::kIpc) take_group(word.typed);
    }
    anything_ = true;
    TANMIAO_TRY(finish(word, begun));
    if (word.name_form.empty() && word.field < QueryField::kFacet) return QueryNode{};
    query_.words.push_back(std::move(word));
    if (query_.words.size() > kMostWords)
      return Error{Errc::kLimit, "a query holds at most " + std::to_string(kMostWords) + " words", place(begun)};
    return QueryNode{Kind::kWord, query_.words.size() - 1, {}};
  }

  Status finish(QueryWord& word, std::size_t begun) {
    if (word.field > QueryField::kFacet) {
      if (Status read = read_range(word); !read) {
        Error error = read.error();
        error.where = place(begun);
        return error;
      }
      return {};
    }
    if (word.field == QueryField::kFacet) return {};
    const auto stars =
        static_cast<std::size_t>(std::count_if(chars_.begin() + static_cast<std::ptrdiff_t>(begun),
                                               chars_.begin() + static_cast<std::ptrdiff_t>(at_), is_star));
    if (!word.phrase && stars > 0) {
      if (stars > 1 || !is_star(chars_[at_ - 1]))
        return Error{Errc::kUsage, "a * may stand at the end of a word alone", place(begun)};
      word.beginning = true;
    }
    word.folded = text::squeeze(text::fold(word.typed, map_));
    if (word.beginning) word.folded.pop_back();
    word.name_form = text::search_form(word.folded, text::Marks::kDropped);
    word.text_form = text::search_form(word.folded, text::Marks::kKept);
    for (std::string* form : {&word.name_form, &word.text_form})
      if (word.beginning && form->ends_with(' ')) form->pop_back();
    return {};
  }

  void note_wanted(const QueryNode& node, bool wanted) {
    if (node.kind == Kind::kWord && wanted) query_.wanted.push_back(node.word);
    if (node.kind == Kind::kWord) query_.words[node.word].excluded = !wanted;
    for (const QueryNode& part : node.parts) note_wanted(part, wanted != (node.kind == Kind::kNot));
  }

  std::vector<char32_t> chars_;
  const CharMap& map_;
  const std::vector<QueryFacet>& facets_;
  std::size_t at_ = 0, depth_ = 0;
  bool anything_ = false;
  ParsedQuery query_;
};

}  // namespace

Result<ParsedQuery> parse_query_text(std::string_view text, const CharMap& simplified,
                                     const std::vector<QueryFacet>& facets) {
  if (text.size() > kMostCharacters * 4)
    return Error{Errc::kLimit, "a query holds at most " + std::to_string(kMostCharacters) + " characters",
                 "character " + std::to_string(kMostCharacters + 1)};
  return Parser(text, simplified, facets).run();
}

}  // namespace tanmiao::indexer
