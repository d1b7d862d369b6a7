// What a word of which nothing holds anything may have been meant for, the ways that change least first: its parts by
// themselves, the name without its legal form, characters that sound or look alike, one character too many or too few.
#include <algorithm>
#include <map>
#include <tuple>

#include "core/text/normalize.h"
#include "core/text/search_form.h"
#include "indexer/lookup.h"

namespace tanmiao::indexer {
namespace {

// How many characters of a word another spelling of it changes; of letters nothing is said.
std::size_t characters_changed(std::string_view form, std::string_view spelling) {
  const auto typed = text::code_points(form), other = text::code_points(spelling);
  if (typed.size() != other.size()) return 0;
  std::size_t changed = 0;
  for (std::size_t i = 0; i < typed.size(); ++i) changed += typed[i] != other[i];
  return changed;
}

QueryWord with_text(QueryWord word, std::string folded) {
  word.name_form = text::search_form(folded, text::Marks::kDropped);
  word.text_form = text::search_form(folded, text::Marks::kKept);
  word.folded = std::move(folded);
  return word;
}

FirmSet all_fields(const FoundWord& found, FirmSet none) {
  for (const auto& [field, firms] : found.by_field) none |= firms;
  return none;
}

void keep_within(FoundWord& found, const FirmSet& firms) {
  for (auto& [field, those] : found.by_field) those &= firms;
  std::erase_if(found.by_field, [](const auto& by) { return by.second.empty(); });
}

// Beginnings of characters, and the end.
std::vector<std::size_t> edges_of(std::string_view text) {
  std::vector<std::size_t> edges;
  for (std::size_t at = 0; at < text.size(); ++at)
    if ((static_cast<unsigned char>(text[at]) & 0xC0u) != 0x80u) edges.push_back(at);
  edges.push_back(text.size());
  return edges;
}

}  // namespace

// How often spellings stand in names, and in items of scopes.
struct Lookup::Spellings {
  struct Count {
    std::uint64_t names = 0, scopes = 0;  // firms
  };
  std::map<std::string, Count, std::less<>> of;

  // A slip changes one character: fewer are likelier than what many names hold.
  const std::string* best(std::string_view typed) const {
    const std::string* best = nullptr;
    std::tuple<std::size_t, std::uint64_t, std::uint64_t> best_rank;
    for (const auto& [spelling, count] : of) {
      const std::tuple rank{characters_changed(typed, spelling), ~count.names, ~count.scopes};
      if (best == nullptr || rank < best_rank) best = &spelling, best_rank = rank;
    }
    return best;
  }
};

// In the fields that a word without a field looks into, places within it looked for as places; or in names alone.
Result<FoundWord> Lookup::held(const QueryWord& word) const {
  constexpr int kPlaces = 4;
  FoundWord found;
  if (word.field == QueryField::kAny) {
    TANMIAO_ASSIGN(found, anywhere(word, kPlaces));
    if (widening_) TANMIAO_TRY(add_others(word, found));
    return found;
  }
  TANMIAO_ASSIGN(FirmSet firms, in_postings(Field::kName, word));
  found.by_field.emplace_back(Field::kName, std::move(firms));
  return found;
}

// Pairs of characters of which every text that fits the pattern has one: those of the two neighbours that can be put in
// the fewest ways; where one character may be another one, those of two pairs of neighbours that share none. Empty
// where they are too many to be asked for.
std::vector<std::string> Lookup::pairs_of(const SoundPattern& pattern, bool one_wrong) const {
  constexpr std::size_t kMostPairs = 4000, kLeastForOneWrong = 4;
  std::vector<CharClass> used = pattern;
  for (CharClass& chars : used) std::erase_if(chars, [&](char32_t c) { return !x_.characters.holds(*x_.tables, c); });
  std::vector<std::pair<std::size_t, std::size_t>> ways;  // how many, at which place
  for (std::size_t i = 0; i + 1 < used.size(); ++i) ways.emplace_back(used[i].size() * used[i + 1].size(), i);
  if (ways.empty() || (one_wrong && pattern.size() < kLeastForOneWrong)) return {};
  std::sort(ways.begin(), ways.end());
  std::vector<std::size_t> places{ways[0].second};
  if (one_wrong) {
    const auto apart = std::find_if(ways.begin(), ways.end(), [&](const auto& way) {
      return way.second + 1 < places[0] || way.second > places[0] + 1;
    });
    if (apart == ways.end()) return {};
    places.push_back(apart->second);
  }
  std::vector<std::string> pairs;
  for (const std::size_t at : places)
    for (const char32_t first : used[at])
      for (const char32_t second : used[at + 1]) {
        if (pairs.size() == kMostPairs) return {};
        text::append_utf8(pairs.emplace_back(), first);
        text::append_utf8(pairs.back(), second);
      }
  return pairs;
}

FirmSet Lookup::spellings_of(const std::vector<SoundPattern>& patterns, bool one_wrong, bool scopes,
                             Spellings& out) const {
  const Dictionary& items = x_.tables->scope;
  // One pattern is asked for by its pairs; of many every text is read.
  const std::vector<std::string> pairs =
      patterns.size() == 1 ? pairs_of(patterns[0], one_wrong) : std::vector<std::string>();
  FirmSet among = none();
  std::vector<std::uint32_t> rows;
  for (const std::string& pair : pairs) {
    bound_.check();
    add_firms_with(Field::kName, pair, among);
    if (!scopes) continue;
    for (const std::uint64_t entry : items.holders(pair)) rows.push_back(static_cast<std::uint32_t>(entry));
  }
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  FirmSet firms = sounding_like(x_.tables->name, patterns, one_wrong, pairs.empty() ? nullptr : &among);
  for (std::size_t from = 0; from < patterns.size();) {
    bound_.check();
    const SoundScan scan(patterns, from, one_wrong);
    const auto look = [&](std::string_view text, std::uint64_t Spellings::Count::*where, std::uint64_t holders) {
      if (const auto at = scan.find(text))
        out.of[std::string(text.substr(at->first, at->second - at->first))].*where += holders;
    };
    firms.each([&](store::FirmNo firm) { look(x_.tables->name[firm], &Spellings::Count::names, 1); });
    const auto look_at = [&](std::size_t row) {
      look(items.text[row], &Spellings::Count::scopes, items.first_firm[row + 1] - items.first_firm[row]);
    };
    if (!pairs.empty())
      for (const std::uint32_t row : rows) look_at(row);
    else
      for (std::size_t row = 0; scopes && row < items.text.size(); ++row) look_at(row);
  }
  return firms;
}

// Names with one character less or more than was typed: 魏桥创创业, 魏桥创集团.
Result<FirmSet> Lookup::spellings_of_other_length(const QueryWord& word, Spellings& out) const {
  constexpr std::size_t kLeast = 4, kMost = 20, kLongSide = 2, kHan = 3;
  const std::string& typed = word.name_form;
  const std::vector<std::size_t> edges = edges_of(typed);
  FirmSet firms = none();
  const std::size_t count = edges.size() - 1;
  if (count < kLeast || count > kMost || Sounds::exactly(typed).empty()) return firms;
  const auto names_holding = [&](std::string_view part) {
    bound_.check();
    return in_postings(Field::kName, with_text(word, std::string(part)));
  };
  for (std::size_t k = 0; k < count; ++k) {
    std::string less = typed.substr(0, edges[k]) + typed.substr(edges[k + 1]);
    if (out.of.contains(less)) continue;
    TANMIAO_ASSIGN(const FirmSet holders, names_holding(less));
    if (holders.empty()) continue;
    out.of[std::move(less)].names = holders.size();
    firms |= holders;
  }
  for (std::size_t k = 1; k < count; ++k) {
    const std::string_view before = std::string_view(typed).substr(0, edges[k]),
                           behind = std::string_view(typed).substr(edges[k]);
    FirmSet holders = x_.listed;
    for (const auto& [part, length] : {std::pair{before, k}, std::pair{behind, count - k}}) {
      if (length < kLongSide) continue;
      TANMIAO_ASSIGN(const FirmSet those, names_holding(part));
      holders &= those;
    }
    holders.each([&](store::FirmNo firm) {
      const std::string_view name = x_.tables->name[firm];
      for (auto at = name.find(before); at != std::string_view::npos; at = name.find(before, at + 1)) {
        const std::size_t size = before.size() + kHan + behind.size();
        if (at + size > name.size() || name.substr(at + before.size() + kHan, behind.size()) != behind) continue;
        const std::string more(name.substr(at, size));
        if (edges_of(more).size() != edges.size() + 1) continue;
        ++out.of[more].names, firms.add(firm);
        return;
      }
    });
  }
  return firms;
}

// The spelling that is likeliest finds what it finds when it is typed; the others follow it.
Status Lookup::take_best(const QueryWord& word, const Spellings& spellings, FirmSet firms, FoundWord& found,
                         std::string& as) const {
  const std::string* const best = spellings.best(word.name_form);
  if (best == nullptr) return {};
  as = *best;
  TANMIAO_ASSIGN(FoundWord right, held(with_text(word, as)));
  for (auto& [field, those] : right.by_field)
    if (!those.empty()) found.by_field.emplace_back(field, std::move(those));
  if (!firms.empty()) found.by_field.emplace_back(Field::kPinyin, std::move(firms));
  return {};
}

Result<FoundWord> Lookup::guess(const QueryWord& word, std::string& as) const {
  if (word.phrase || word.beginning || (word.field != QueryField::kAny && word.field != QueryField::kName))
    return FoundWord{};
  for (const auto way : {&Lookup::guess_parts, &Lookup::guess_place_behind, &Lookup::guess_without_form,
                         &Lookup::guess_spelling, &Lookup::guess_length}) {
    TANMIAO_ASSIGN(FoundWord found, (this->*way)(word, as));
    if (!found.by_field.empty()) return found;
  }
  return FoundWord{};
}

// 铝、铜: a list, of which a firm holds everything.
Result<FoundWord> Lookup::guess_parts(const QueryWord& word, std::string& as) const {
  std::vector<std::string> parts{""};
  for (const char32_t c : text::code_points(word.folded)) {
    constexpr std::u32string_view kMarks = U"、,;，；/";
    if (kMarks.find(c) == std::u32string_view::npos)
      text::append_utf8(parts.back(), c);
    else if (!parts.back().empty())
      parts.emplace_back();
  }
  if (parts.back().empty()) parts.pop_back();
  FoundWord found;
  if (parts.size() < 2) return found;
  TANMIAO_ASSIGN(found, held(with_text(word, parts.front())));
  std::string said = parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) {
    TANMIAO_ASSIGN(const FoundWord other, held(with_text(word, parts[i])));
    keep_within(found, all_fields(other, none()));
    said += " " + parts[i];
  }
  if (!found.by_field.empty()) as = said;
  return found;
}

// A place behind the word: 万华烟台, 万华（烟台）.
Result<FoundWord> Lookup::guess_place_behind(const QueryWord& word, std::string& as) const {
  const std::string& typed = word.name_form;  // brackets around the place do not matter
  const auto place = x_.places.at_end(typed);
  if (place.bytes == 0 || place.bytes >= typed.size()) return FoundWord{};
  const std::size_t size = typed.size() - place.bytes;
  const std::string rest = typed.substr(0, size), named = typed.substr(size);
  constexpr std::size_t kLeast = 2;
  if (text::length(rest) < kLeast) return FoundWord{};
  TANMIAO_ASSIGN(FoundWord found, held(with_text(word, rest)));
  TANMIAO_ASSIGN(const FoundWord naming, held(with_text(word, named)));
  const FirmSet there = firms_in(*x_.snapshot, x_.reference->regions, x_.listed, *place.places);
  keep_within(found, all_fields(naming, there));
  if (!found.by_field.empty()) as = rest + " " + named;
  return found;
}

// What stands before the legal form of a company, the longest form first; empty when that is none, one character or a
// place alone.
std::vector<std::string> Lookup::without_form(const QueryWord& word) const {
  constexpr std::size_t kLeast = 2;
  std::vector<std::string> out;
  for (const LegalForm& form : x_.reference->legal_forms) {
    if (form.form_class != FormClass::kCompany || !word.folded.ends_with(form.suffix)) continue;
    std::string rest = word.folded.substr(0, word.folded.size() - form.suffix.size());
    if (text::length(rest) < kLeast || x_.places.at_start(rest).bytes == rest.size()) continue;
    out.push_back(std::move(rest));
  }
  return out;
}

// 有限责任公司 where the firm is a 有限公司, 浪潮公司 for 浪潮集团.
Result<FoundWord> Lookup::guess_without_form(const QueryWord& word, std::string& as) const {
  for (const std::string& rest : without_form(word)) {
    TANMIAO_ASSIGN(FoundWord found, held(with_text(word, rest)));
    keep_within(found, x_.listed);
    if (found.by_field.empty()) continue;
    as = rest;
    return found;
  }
  return FoundWord{};
}

Result<FoundWord> Lookup::guess_spelling(const QueryWord& word, std::string& as) const {
  FoundWord found;
  const bool scopes = word.field == QueryField::kAny;
  Spellings spellings;
  constexpr std::size_t kLeastForOneWrong = 4;
  const SoundPattern alike = x_.sounds.alike(word.name_form);
  if (alike.size() >= 2) {
    found.heard = {alike};
    FirmSet firms = spellings_of(found.heard, false, scopes, spellings);
    // One character that sounds alike is the likeliest slip; any other character is likelier than two that do.
    const std::string* const heard = spellings.best(word.name_form);
    // Unless all of it sounds like what stands somewhere, the slip is in the name: a legal form is none.
    if (const auto rests = without_form(word); heard == nullptr && !rests.empty())
      return guess_spelling(with_text(word, rests.front()), as);
    if (alike.size() >= kLeastForOneWrong && (heard == nullptr || characters_changed(word.name_form, *heard) > 1)) {
      if (heard == nullptr) {
        TANMIAO_ASSIGN(FoundWord there, guess_there(word, as));
        // A place that was typed is meant: no other character is put into it.
        if (!there.by_field.empty() || x_.places.at_start(word.name_form).bytes > 0) return there;
      }
      found.near = {Sounds::exactly(word.name_form)};
      firms |= spellings_of(found.near, true, scopes, spellings);
    }
    TANMIAO_TRY(take_best(word, spellings, std::move(firms), found, as));
    if (found.by_field.empty()) return guess_there(word, as);
    return found;
  }
  const std::string typed = plain_letters(word.folded);
  if (typed.empty() || typed.find('\'') != std::string::npos) return found;
  found.heard = x_.sounds.full(typed);  // of a field that is not listened for
  std::erase_if(found.heard, [](const SoundPattern& pattern) { return pattern.size() < 2; });
  FirmSet firms = spellings_of(found.heard, false, scopes, spellings);
  if (spellings.of.empty()) {
    found.heard = x_.sounds.misspelt(typed);
    firms = spellings_of(found.heard, false, scopes, spellings);
  }
  TANMIAO_TRY(take_best(word, spellings, std::move(firms), found, as));
  return found;
}

// A place before or behind the slip: 滨州宏创吕业, 魏乔邹平. What is guessed of the rest, there.
Result<FoundWord> Lookup::guess_there(const QueryWord& word, std::string& as) const {
  const std::string& typed = word.name_form;
  auto place = x_.places.at_start(typed);
  const bool before = place.bytes > 0;
  if (!before) place = x_.places.at_end(typed);
  if (place.bytes == 0 || place.bytes >= typed.size()) return FoundWord{};
  const std::size_t cut = before ? place.bytes : typed.size() - place.bytes;
  const std::string first = typed.substr(0, cut), second = typed.substr(cut), &named = before ? first : second;
  const QueryWord rest = with_text(word, before ? second : first);
  TANMIAO_ASSIGN(FoundWord found, guess_spelling(rest, as));
  keep_within(found, firms_in(*x_.snapshot, x_.reference->regions, x_.listed, *place.places));
  if (found.by_field.empty()) return found;
  // Of the spellings the likeliest that stands there.
  Spellings there;
  for (const auto& [patterns, one_wrong] : {std::pair{&found.heard, false}, std::pair{&found.near, true}})
    for (std::size_t from = 0; from < patterns->size();) {
      const SoundScan scan(*patterns, from, one_wrong);
      all_fields(found, none()).each([&](store::FirmNo firm) {
        const std::string_view name = x_.tables->name[firm];
        if (const auto at = scan.find(name))
          ++there.of[std::string(name.substr(at->first, at->second - at->first))].names;
      });
    }
  if (const std::string* best = there.best(rest.name_form)) as = *best;
  // Behind what the right words find, in the place or where it is named.
  TANMIAO_ASSIGN(FoundWord right, held(with_text(word, as)));
  TANMIAO_ASSIGN(const FoundWord naming, held(with_text(word, named)));
  keep_within(right, all_fields(naming, firms_in(*x_.snapshot, x_.reference->regions, x_.listed, *place.places)));
  as = before ? named + as : as + " " + named;
  right.heard = std::move(found.heard), right.near = std::move(found.near);
  right.by_field.emplace_back(Field::kPinyin, all_fields(found, none()));
  return right;
}

Result<FoundWord> Lookup::guess_length(const QueryWord& word, std::string& as) const {
  FoundWord found;
  if (x_.places.at_start(word.name_form).bytes > 0) return found;  // a typed place is meant: no character leaves it
  Spellings spellings;
  TANMIAO_ASSIGN(FirmSet firms, spellings_of_other_length(word, spellings));
  for (const auto& [spelling, count] : spellings.of) found.heard.push_back(Sounds::exactly(spelling));
  TANMIAO_TRY(take_best(word, spellings, std::move(firms), found, as));
  return found;
}

}  // namespace tanmiao::indexer
