// The fields that have terms: in the postings, or in lists of their own.
#include <algorithm>
#include <optional>
#include <set>

#include "core/text/normalize.h"
#include "core/text/search_form.h"
#include "indexer/lookup.h"
#include "indexer/text_scan.h"
#include "indexer/texts.h"

namespace tanmiao::indexer {
namespace {

constexpr std::size_t kMostBeginnings = 1000;  // words that tech* may stand for

// Words stand between blanks.
bool has_word_edge(std::string_view form) { return form.starts_with(' ') || form.ends_with(' '); }

std::string_view without_outer_blanks(std::string_view form) {
  while (form.starts_with(' ')) form.remove_prefix(1);
  while (form.ends_with(' ')) form.remove_suffix(1);
  return form;
}

// What TermLists say, said by Xapian.
class PostedTerms {
 public:
  explicit PostedTerms(const Xapian::Database& database) : db_(database) {}
  std::uint64_t firms_with(const std::string& term) const { return db_.get_termfreq(term); }
  template <class F>
  void each_firm(const std::string& term, const F& f) const {
    for (auto post = db_.postlist_begin(term); post != db_.postlist_end(term); ++post) f(*post);
  }
  template <class F>
  void each_beginning(const std::string& prefix, const F& f) const {
    for (auto term = db_.allterms_begin(prefix); term != db_.allterms_end(prefix); ++term) f(*term);
  }

 private:
  const Xapian::Database& db_;
};

}  // namespace

// f(base, changed): where the terms of the field lie. `changed` may be null.
template <class F>
auto Lookup::in_lists(Field field, const F& f) const {
  if (field == Field::kPatent || field == Field::kAbstract) {
    const auto& lists = x_.patents.of(field == Field::kPatent ? PatentText::kTitle : PatentText::kAbstract);
    return f(*lists.base, lists.changed.get());
  }
  const PostedTerms base(db_.base);
  if (!db_.changed) return f(base, static_cast<const PostedTerms*>(nullptr));
  const PostedTerms changed(*db_.changed);
  return f(base, &changed);
}

// Adds the firms that have the term; gives how many.
template <class Lists>
std::size_t Lookup::add_term(const Lists& base, const Lists* changed, const std::string& term, FirmSet& firms) const {
  std::size_t count = 0;
  const auto add = [&](const Lists& lists, const FirmSet* without) {
    lists.each_firm(term, [&](store::FirmNo firm) {
      bound_.step();
      if (firm > x_.snapshot->last_firm() || (without != nullptr && without->has(firm))) return;
      firms.add(firm);
      ++count;
    });
  };
  add(base, changed != nullptr ? &x_.stale : nullptr);
  if (changed != nullptr) add(*changed, nullptr);
  return count;
}

// Terms in whose list a firm still stands count: as many as in an index that was made as a whole.
template <class Lists>
Result<FirmSet> Lookup::with_beginning(const Lists& base, const Lists* changed, const std::string& prefix) const {
  std::set<std::string> terms;
  const auto gather = [&](std::string_view term) {
    bound_.step();
    terms.emplace(term);
  };
  base.each_beginning(prefix, gather);
  if (changed != nullptr) changed->each_beginning(prefix, gather);
  FirmSet firms = none();
  std::size_t count = 0;
  for (const std::string& term : terms)
    if (add_term(base, changed, term, firms) > 0 && ++count > kMostBeginnings)
      return Error{Errc::kLimit, "more than " + std::to_string(kMostBeginnings) + " words begin so", ""};
  return firms;
}

std::uint64_t Lookup::most_with(Field field, std::string_view term) const {
  return in_lists(field, [&](const auto& base, const auto* changed) {
    const std::string stored = term_of(field, term);
    return base.firms_with(stored) + (changed != nullptr ? changed->firms_with(stored) : 0);
  });
}

void Lookup::add_firms_with(Field field, std::string_view term, FirmSet& firms) const {
  in_lists(field,
           [&](const auto& base, const auto* changed) { return add_term(base, changed, term_of(field, term), firms); });
}

Result<FirmSet> Lookup::with_term(Field field, std::string_view term, bool beginning) const {
  return in_lists(field, [&](const auto& base, const auto* changed) -> Result<FirmSet> {
    if (beginning) return with_beginning(base, changed, term_of(field, term));
    FirmSet firms = none();
    add_term(base, changed, term_of(field, term), firms);
    return firms;
  });
}

bool Lookup::holds(Field field, store::FirmNo firm, const QueryWord& word) const {
  if (field == Field::kName) return form_holds(x_.tables->name[firm], word.name_form);
  bool held = false;
  std::string form;
  const auto look = [&](std::string_view text, text::Marks marks, std::string_view wanted) {
    if (held) return;
    form.clear();
    text::append_search_form(form, text::fold(text, x_.reference->simplified), marks);
    held = form_holds(form, wanted);
  };
  if (field == Field::kFormer)
    each_former_name(*x_.snapshot, firm,
                     [&](std::string_view name) { look(name, text::Marks::kDropped, word.name_form); });
  if (field == Field::kPatent)
    each_title(*x_.snapshot, firm, [&](std::string_view title) { look(title, text::Marks::kKept, word.text_form); });
  const auto kept = [&](std::string_view text) { look(text, text::Marks::kKept, word.text_form); };
  if (field == Field::kAward) each_award(*x_.snapshot, *x_.reference, firm, kept);
  if (field == Field::kSignal) each_signal(*x_.snapshot, firm, kept);
  if (field == Field::kScope) look(x_.snapshot->firms.scope[firm], text::Marks::kKept, word.text_form);
  if (field == Field::kIndustry) look(x_.snapshot->firms.industry_name[firm], text::Marks::kKept, word.text_form);
  return held;
}

// The rarest terms first; the last word of a beginning may be any that begins so.
Result<FirmSet> Lookup::in_postings(Field field, const QueryWord& word) const {
  const bool names = field == Field::kName || field == Field::kFormer;
  const std::string& form = names ? word.name_form : word.text_form;
  const std::string key = std::string(row_of(field).label) + (word.beginning ? '*' : '=') + form;
  if (const auto known = x_.found.get(key)) return *known;
  std::vector<std::string_view> terms = text::needed_terms(form);
  if (terms.empty()) return none();
  constexpr std::size_t kRead = 3;  // lists that are read; more of them cost more than the texts that are left
  std::string_view prefix;
  const std::size_t last = form.size() - std::min(form.size(), terms.back().size());
  if (word.beginning && last > 0 && form[last - 1] == ' ') prefix = terms.back(), terms.pop_back();
  std::erase_if(terms, [&](std::string_view term) { return !has_term(field, term); });
  if (terms.empty() && prefix.empty()) {  // of names: single characters alone
    FirmSet firms = none();
    add_rows_holding(x_.tables->name, form, firms);
    return *x_.found.put(key, std::move(firms));
  }
  std::vector<std::pair<std::uint64_t, std::string_view>> by_size;
  by_size.reserve(terms.size());
  for (const std::string_view term : terms) by_size.emplace_back(most_with(field, term), term);
  std::sort(by_size.begin(), by_size.end());
  std::optional<FirmSet> firms;
  for (std::size_t i = 0; i < by_size.size() && i < (field == Field::kName ? kRead : by_size.size()); ++i) {
    // A list that is much longer than what is left rules out less than reading costs.
    if (firms && field == Field::kName && by_size[i].first > 4 * firms->size()) break;
    TANMIAO_ASSIGN(const FirmSet those, with_term(field, by_size[i].second, false));
    firms ? void(*firms &= those) : void(firms = those);
  }
  if (!prefix.empty()) {
    TANMIAO_ASSIGN(const FirmSet those, with_term(field, prefix, true));
    firms ? void(*firms &= those) : void(firms = those);
  }
  const std::string_view only = terms.size() == 1 && prefix.empty() ? terms[0] : std::string_view();
  const bool said = without_outer_blanks(form) == only && bounded_term(only).size() == only.size();
  if (!said && field == Field::kAbstract) firms = with_abstract(*firms, word);
  if (!said && field != Field::kAbstract)
    firms->filter([&](store::FirmNo firm) {
      bound_.step();
      return holds(field, firm, word);
    });
  return *x_.found.put(key, std::move(*firms));
}

// The order of reading is that of the column, so they are read together.
FirmSet Lookup::with_abstract(const FirmSet& perhaps, const QueryWord& word) const {
  FirmSet firms = none();
  std::string form;
  each_abstract(*x_.snapshot, perhaps.numbers(), [&](store::FirmNo firm, std::string_view abstract) {
    bound_.step();
    if (firms.has(firm)) return;
    form.clear();
    text::append_search_form(form, text::fold(abstract, x_.reference->simplified), text::Marks::kKept);
    if (form_holds(form, word.text_form)) firms.add(firm);
  });
  return firms;
}

// Names are taken apart when somebody asks: those that hold the word are few.
// Whether what follows begins with a word of industry: of 宏创铝业控股, which the parser leaves whole, the brand is
// 宏创.
bool Lookup::industry_at_start(std::string_view rest) const {
  const auto& words = x_.reference->industry_words;
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) { return rest.starts_with(word); });
}

Result<FirmSet> Lookup::with_brand(const QueryWord& word) const {
  TANMIAO_ASSIGN(FirmSet firms, in_postings(Field::kName, word));
  firms.filter([&](store::FirmNo firm) {
    bound_.check();
    const FirmName name = parse_firm_name(x_.snapshot->firms.name[firm], *x_.reference);
    const std::string trade =
        text::search_form(text::fold(name.trade_name, x_.reference->simplified), text::Marks::kDropped);
    constexpr std::size_t kTwo = 6;  // bytes: one character begins too many trade names
    return trade == word.name_form || (word.name_form.size() >= kTwo && trade.starts_with(word.name_form) &&
                                       industry_at_start(trade.substr(word.name_form.size())));
  });
  return firms;
}

FirmSet Lookup::perhaps_holding(const std::string& folded) const {
  const std::string name = text::search_form(folded, text::Marks::kDropped);
  if (name.empty()) return x_.listed;  // only marks: nothing can be ruled out
  QueryWord word;
  word.folded = folded, word.name_form = name, word.text_form = text::search_form(folded, text::Marks::kKept);
  FirmSet firms = none();
  const bool cut = has_word_edge(name);  // a word of the query may be a piece of a longer one: 5g in 15g
  if (cut) {
    add_rows_holding(x_.tables->name, without_outer_blanks(name), firms);
  } else if (auto named = in_postings(Field::kName, word)) {
    firms = std::move(*named);
  }
  std::optional<FirmSet> scopes;
  each_piece(word.text_form, '\n', [&](std::string_view piece) {
    FirmSet those = none();
    x_.tables->scope.add_firms(has_word_edge(piece)
                                   ? x_.tables->scope.holding(without_outer_blanks(piece), Edges::kPart)
                                   : x_.tables->scope.holding(piece, Edges::kWhole),
                               those);
    scopes ? void(*scopes &= those) : void(scopes = std::move(those));
  });
  if (scopes) firms |= *scopes;
  return firms;
}

}  // namespace tanmiao::indexer
