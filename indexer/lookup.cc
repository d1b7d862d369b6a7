#include "indexer/lookup.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "core/text/normalize.h"
#include "core/text/search_form.h"
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

}  // namespace

Result<FirmSet> Lookup::with_term(Field field, std::string_view term, bool beginning) const {
  FirmSet firms = none();
  const auto add = [&](const std::string& of) {
    for (auto post = db_.postlist_begin(of); post != db_.postlist_end(of); ++post, bound_.step())
      if (*post <= x_.snapshot->last_firm()) firms.add(*post);
  };
  const std::string wanted = term_of(field, term);
  if (!beginning) {
    add(wanted);
    return firms;
  }
  std::size_t count = 0;
  for (auto each = db_.allterms_begin(wanted); each != db_.allterms_end(wanted); ++each) {
    if (++count > kMostBeginnings)
      return Error{Errc::kLimit, "more than " + std::to_string(kMostBeginnings) + " words begin so", ""};
    add(*each);
  }
  return firms;
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
  if (field == Field::kScope) look(x_.snapshot->firms.scope[firm], text::Marks::kKept, word.text_form);
  if (field == Field::kIndustry) look(x_.snapshot->firms.industry_name[firm], text::Marks::kKept, word.text_form);
  return held;
}

// The rarest terms first; the last word of a beginning may be any that begins so.
Result<FirmSet> Lookup::in_postings(Field field, const QueryWord& word) const {
  const std::string& form = field == Field::kPatent ? word.text_form : word.name_form;
  const std::string key = std::string(row_of(field).prefix) + (word.beginning ? '*' : '=') + form;
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
  std::vector<std::pair<Xapian::doccount, std::string_view>> by_size;
  by_size.reserve(terms.size());
  for (const std::string_view term : terms) by_size.emplace_back(db_.get_termfreq(term_of(field, term)), term);
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
  if (without_outer_blanks(form) != only || term_of(field, only).size() != only.size() + 1)
    firms->filter([&](store::FirmNo firm) {
      bound_.step();
      return holds(field, firm, word);
    });
  return *x_.found.put(key, std::move(*firms));
}

// Letters alone. Syllables in full are a way of writing a name; initials and single syllables are listened to only
// where nothing else is found, because they fit much.
void Lookup::listen(const QueryWord& word, FoundWord& found) const {
  if (word.phrase || word.beginning || x_.sounds.empty() || word.folded.size() < 2) return;
  for (const char c : word.folded)
    if (!((c >= 'a' && c <= 'z') || c == '\'')) return;
  const auto take = [&](char kind, const std::vector<SoundPattern>& patterns) {
    if (patterns.empty()) return;
    const std::string key = std::string("~") + kind + word.folded;
    FirmSetPtr firms = x_.found.get(key);
    bound_.check();
    if (!firms) firms = x_.found.put(key, sounding_like(x_.tables->name, patterns, false));
    if (firms->empty()) return;
    found.by_field.emplace_back(Field::kPinyin, *firms);
    found.heard = patterns;
  };
  const auto anything = [&] {
    return std::any_of(found.by_field.begin(), found.by_field.end(), [](const auto& f) { return !f.second.empty(); });
  };
  std::vector<SoundPattern> patterns = x_.sounds.full(word.folded), single;
  std::partition_copy(patterns.begin(), patterns.end(), std::back_inserter(single), patterns.begin(),
                      [](const SoundPattern& pattern) { return pattern.size() == 1; });
  patterns.resize(patterns.size() - single.size());
  take('f', patterns);
  if (!anything()) take('s', single);
  if (!anything()) take('i', x_.sounds.initials(word.folded));
}

Result<FoundWord> Lookup::find(const QueryWord& word) const {
  bound_.check();
  FoundWord found;
  const auto add = [&](Field field, FirmSet firms) { found.by_field.emplace_back(field, std::move(firms)); };
  const auto posted = [&](Field field) -> Status {
    TANMIAO_ASSIGN(FirmSet firms, in_postings(field, word));
    add(field, std::move(firms));
    return {};
  };
  switch (word.field) {
    case QueryField::kAny: {
      TANMIAO_ASSIGN(FoundWord any, anywhere(word, 4));
      if (widening_) TANMIAO_TRY(add_others(word, any));
      return any;
    }
    case QueryField::kAbout: return about(word);
    case QueryField::kName: TANMIAO_TRY(posted(Field::kName)); break;
    case QueryField::kFormer: TANMIAO_TRY(posted(Field::kFormer)); break;
    case QueryField::kPatent: TANMIAO_TRY(posted(Field::kPatent)); break;
    case QueryField::kPinyin: listen(word, found); break;
    case QueryField::kScope: add(Field::kScope, in_dictionary(x_.tables->scope, word, Field::kScope)); break;
    case QueryField::kIndustry:
      add(Field::kIndustry, in_dictionary(x_.tables->industry, word, Field::kIndustry));
      break;
    case QueryField::kCode: add(Field::kCode, in_codes(word, true)); break;
    case QueryField::kIpc: add(Field::kIpc, in_classes(word, true)); break;
    case QueryField::kAddress: add(Field::kAddress, in_addresses(word)); break;
    case QueryField::kPlace: {
      const auto place = x_.places.at_start(word.folded);
      if (place.bytes == 0 || place.bytes != word.folded.size())
        return Error{Errc::kUsage, "there is no place '" + word.typed + "'", ""};
      add(Field::kPlace, firms_in(*x_.snapshot, x_.reference->regions, x_.listed, *place.places));
      break;
    }
    case QueryField::kFacet: {
      TANMIAO_ASSIGN(FirmSet firms, in_facet(word));
      add(Field::kFacet, std::move(firms));
      break;
    }
    default:
      if (word.field == QueryField::kPoints && x_.run == nullptr)
        return Error{Errc::kUsage, "field points needs a run, and there is none", ""};
      add(Field::kFacet, in_range(word));
  }
  return found;
}

Result<FoundWord> Lookup::anywhere(const QueryWord& word, int places_left) const {
  FoundWord found;
  const auto add = [&](Field field, FirmSet firms) { found.by_field.emplace_back(field, std::move(firms)); };
  for (const Field field : {Field::kName, Field::kFormer, Field::kPatent}) {
    TANMIAO_ASSIGN(FirmSet firms, in_postings(field, word));
    add(field, std::move(firms));
  }
  add(Field::kScope, in_dictionary(x_.tables->scope, word, Field::kScope));
  add(Field::kIndustry, in_dictionary(x_.tables->industry, word, Field::kIndustry));
  add(Field::kCode, in_codes(word, false));
  add(Field::kIpc, in_classes(word, false));
  const auto place = x_.places.at_start(word.folded);
  if (place.bytes > 0 && !word.phrase && places_left > 0) {
    const std::string key = "@" + word.folded.substr(0, place.bytes);
    FirmSetPtr region = x_.found.get(key);
    if (!region) region = x_.found.put(key, firms_in(*x_.snapshot, x_.reference->regions, x_.listed, *place.places));
    QueryWord here = word, rest = word;
    here.folded = word.folded.substr(0, place.bytes), rest.folded = word.folded.substr(place.bytes);
    for (QueryWord* part : {&here, &rest}) {
      part->name_form = text::search_form(part->folded, text::Marks::kDropped);
      part->text_form = text::search_form(part->folded, text::Marks::kKept);
    }
    if (rest.name_form.empty()) {
      add(Field::kPlace, *region);
    } else {
      // Elsewhere in the firm the place is named, or there it is.
      TANMIAO_ASSIGN(const FoundWord named, anywhere(here, 0));
      TANMIAO_ASSIGN(const FoundWord others, anywhere(rest, places_left - 1));
      FirmSet there = *region;
      for (const auto& [field, firms] : named.by_field) there |= firms;
      for (auto [field, firms] : others.by_field) {
        firms &= there;
        const auto same = std::find_if(found.by_field.begin(), found.by_field.end(),
                                       [&, f = field](const auto& known) { return known.first == f; });
        same == found.by_field.end() ? void(add(field, std::move(firms))) : void(same->second |= firms);
      }
    }
  }
  if (places_left > 0) listen(word, found);
  return found;
}

// Firms that hold what the word is called otherwise, and not the word.
Status Lookup::add_others(const QueryWord& word, FoundWord& found) const {
  if (word.phrase || word.beginning) return {};
  FirmSet others = none();
  for (const std::string& other : x_.products.others(word.folded)) {
    QueryWord as;
    as.folded = other, as.phrase = true;
    as.name_form = text::search_form(other, text::Marks::kDropped);
    as.text_form = text::search_form(other, text::Marks::kKept);
    TANMIAO_ASSIGN(const FoundWord here, anywhere(as, 0));
    for (const auto& [field, firms] : here.by_field) others |= firms;
    found.also.push_back(other);
  }
  for (const auto& [field, firms] : found.by_field) others -= firms;
  if (!others.empty()) found.by_field.emplace_back(Field::kSynonym, std::move(others));
  return {};
}

// The word itself, what it is called otherwise, and firms whose industry or patents have a code that speaks of it: by
// the table of products, or by a name of an industry or a title of a class that holds it.
Result<FoundWord> Lookup::about(const QueryWord& word) const {
  TANMIAO_ASSIGN(FoundWord found, anywhere(word, 0));
  TANMIAO_TRY(add_others(word, found));
  std::vector<std::string> gbt, ipc;
  if (const ProductWord* row = x_.products.row(word.folded)) gbt = row->gbt, ipc = row->ipc;
  const auto named = [&](const std::unordered_map<std::string, std::string>& names, std::vector<std::string>& out) {
    for (const auto& [code, name] : names)
      if (form_holds(text::search_form(text::fold(name, x_.reference->simplified), text::Marks::kKept), word.text_form))
        out.push_back(code);
  };
  named(x_.reference->industry_2017.name_by_code, gbt);
  named(x_.reference->ipc_titles, ipc);
  FirmSet classes = none();
  for (const std::string& symbol : ipc) x_.tables->ipc.add_firms(x_.tables->ipc.beginning(symbol), classes);
  const auto add = [&](Field field, const FirmSet& firms) {
    const auto same = std::find_if(found.by_field.begin(), found.by_field.end(),
                                   [&](const auto& known) { return known.first == field; });
    same == found.by_field.end() ? void(found.by_field.emplace_back(field, firms)) : void(same->second |= firms);
  };
  add(Field::kIndustry, in_industries(gbt));
  add(Field::kIpc, classes);
  return found;
}

FoundWord Lookup::guess(const QueryWord& word, std::string& as) const {
  FoundWord found;
  if (word.phrase || word.beginning || (word.field != QueryField::kAny && word.field != QueryField::kName))
    return found;
  std::unordered_map<std::string, std::uint64_t> spellings;
  const auto take = [&](const std::vector<SoundPattern>& patterns, bool one_wrong) {
    if (patterns.empty()) return false;
    bound_.check();
    FirmSet firms = sounding_like(x_.tables->name, patterns, one_wrong);
    if (firms.empty()) return false;
    for (std::size_t from = 0; from < patterns.size();) {
      const SoundScan scan(patterns, from, one_wrong);
      firms.each([&](store::FirmNo firm) {
        const std::string_view name = x_.tables->name[firm];
        if (const auto at = scan.find(name)) ++spellings[std::string(name.substr(at->first, at->second - at->first))];
      });
    }
    const auto best = std::max_element(spellings.begin(), spellings.end(), [](const auto& a, const auto& b) {
      return a.second != b.second ? a.second < b.second : a.first > b.first;
    });
    as = best->first;
    FirmSet most = firms;  // what most names hold comes first
    most.filter([&](store::FirmNo firm) { return form_holds(x_.tables->name[firm], as); });
    found.by_field.emplace_back(Field::kName, std::move(most));
    found.by_field.emplace_back(Field::kPinyin, std::move(firms));
    found.heard = patterns;
    found.one_wrong = one_wrong;
    return true;
  };
  constexpr std::size_t kLeastForOneWrong = 4;
  const SoundPattern alike = x_.sounds.alike(word.name_form);
  if (alike.size() >= 2) {
    if (take({alike}, false)) return found;
    if (alike.size() >= kLeastForOneWrong) take({Sounds::exactly(word.name_form)}, true);
    return found;
  }
  const bool letters = std::all_of(word.folded.begin(), word.folded.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  if (letters) take(x_.sounds.misspelt(word.folded), false);
  return found;
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
