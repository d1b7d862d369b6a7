// The fields that lie in columns and dictionaries.
#include <algorithm>
#include <optional>

#include "core/text/normalize.h"
#include "core/text/search_form.h"
#include "indexer/lookup.h"
#include "indexer/text_scan.h"
#include "indexer/texts.h"

namespace tanmiao::indexer {
namespace {

// [first, last) of the ascending texts that begin with (or are) the wanted one.
template <class TextAt>
std::pair<std::size_t, std::size_t> range_of(std::size_t size, std::string_view wanted, bool whole,
                                             const TextAt& text) {
  const auto partition = [&](std::size_t low, const auto& before) {
    std::size_t high = size;
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      if (before(text(middle)))
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  };
  const std::size_t first = partition(0, [&](std::string_view t) { return t < wanted; });
  const auto last = partition(first, [&](std::string_view t) { return whole ? t == wanted : t.starts_with(wanted); });
  return {first, last};
}

}  // namespace

std::string code_part(std::string_view folded, std::size_t least) {
  constexpr std::size_t kMost = 18, kOrganisation = 10,
                        kHyphen = 8;  // MA000026-9: an organisation code as it is written
  if (folded.size() < least || folded.size() > kMost) return {};
  std::string upper;
  for (std::size_t i = 0; i < folded.size(); ++i) {
    const char c = folded[i];
    if (c == '-' && i == kHyphen && folded.size() == kOrganisation) continue;
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'))) return {};
    upper += c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return upper;
}

FirmSet Lookup::names_beginning(std::string_view form, bool whole) const {
  const auto order = x_.tables->by_name.span();
  const auto [first, last] =
      range_of(order.size(), form, whole, [&](std::size_t i) { return x_.tables->name[order[i]]; });
  FirmSet firms = none();
  for (std::size_t i = first; i < last; ++i) firms.add(order[i]);
  return firms;
}

FirmSet Lookup::codes_beginning(std::string_view code) const {
  const auto order = x_.tables->by_code.span();
  const auto [first, last] =
      range_of(order.size(), code, false, [&](std::size_t i) { return x_.snapshot->firms.code[order[i]]; });
  FirmSet firms = none();
  for (std::size_t i = first; i < last; ++i) firms.add(order[i]);
  return firms;
}

FirmSet Lookup::in_dictionary(const Dictionary& dictionary, const QueryWord& word, Field field) const {
  const std::string key = std::string(row_of(field).label) + (word.beginning ? '*' : '=') + word.text_form;
  if (const auto known = x_.found.get(key)) return *known;
  std::optional<FirmSet> firms;
  bool several = false;
  each_piece(word.text_form, '\n', [&](std::string_view piece) {
    FirmSet those = none();
    dictionary.add_firms(dictionary.holding(piece, word.beginning ? Edges::kPart : Edges::kWhole), those);
    several = firms.has_value();
    firms ? void(*firms &= those) : void(firms = std::move(those));
  });
  if (!firms) return none();
  bound_.check();
  if (several)
    firms->filter([&](store::FirmNo firm) {
      bound_.step();
      return holds(field, firm, word);
    });
  return *x_.found.put(key, std::move(*firms));
}

FirmSet Lookup::in_addresses(const QueryWord& word) const {
  bound_.check();
  FirmSet firms = none();
  add_rows_holding(x_.tables->address, word.text_form, firms);
  return firms;
}

FirmSet Lookup::in_codes(const QueryWord& word, bool only_field) const {
  constexpr std::size_t kLeast = 4, kLeastPart = 6;  // of a beginning, and of a part that stands anywhere
  const std::string code = code_part(word.folded, only_field ? 1 : kLeast);
  if (code.empty()) return none();
  FirmSet firms = codes_beginning(code);
  if (!only_field && code.size() < kLeastPart) return firms;
  each_row_holding(x_.snapshot->firms.code, code, [&](std::size_t row) {
    const auto firm = static_cast<store::FirmNo>(row);
    if (x_.listed.has(firm)) firms.add(firm);
  });
  return firms;
}

// Rows of the symbols that begin so; behind a number of a group none goes on: E21F1 is no beginning of E21F17.
std::vector<std::uint32_t> Lookup::classes_beginning(const std::string& symbol) const {
  const Dictionary& ipc = x_.tables->ipc;
  std::vector<std::uint32_t> rows = ipc.beginning(symbol);
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (symbol.size() > kSubclassSigns && digit(symbol.back()))
    std::erase_if(rows, [&](std::uint32_t row) {
      const std::string_view text = ipc.text[row];
      return text.size() > symbol.size() && digit(text[symbol.size()]);
    });
  return rows;
}

// A symbol ("H02K17", "C22C") or its beginning; in the field itself also by the title of a class.
FirmSet Lookup::in_classes(const QueryWord& word, bool only_field) const {
  std::string symbol = text::without_blanks(word.folded);
  for (char& c : symbol) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  const auto digit = [&](std::size_t at) { return at < symbol.size() && symbol[at] >= '0' && symbol[at] <= '9'; };
  const bool looks_so = symbol.size() >= 4 && symbol[0] >= 'A' && symbol[0] <= 'H' && digit(1) && digit(2) &&
                        symbol[3] >= 'A' && symbol[3] <= 'Z';
  FirmSet firms = none();
  const Dictionary& ipc = x_.tables->ipc;
  if (looks_so || only_field) ipc.add_firms(classes_beginning(symbol), firms);
  if (!only_field) return firms;
  for (const auto& [code, title] : x_.reference->ipc_titles)
    if (code.size() >= kSubclassSigns &&
        text::search_form(text::fold(title, x_.reference->simplified), text::Marks::kKept).find(word.text_form) !=
            std::string::npos)
      ipc.add_firms(classes_beginning(code), firms);
  return firms;
}

Result<FirmSet> Lookup::in_facet(const QueryWord& word) const {
  const FacetColumn* facet = nullptr;
  for (const FacetColumn& known : x_.facets)
    if (known.name == word.facet) facet = &known;
  for (const auto& known : joined_)
    if (known->name == word.facet) facet = known.get();
  if (facet == nullptr) return Error{Errc::kUsage, "field " + word.facet + " needs a run, and there is none", ""};
  const std::vector<std::string> wanted{value_meant(*facet, word.typed)};
  TANMIAO_TRY(check_values(*facet, wanted));
  return firms_with(*facet, wanted, x_.listed);
}

FirmSet Lookup::in_industries(const std::vector<std::string>& codes) const {
  for (const FacetColumn& facet : x_.facets) {
    if (facet.name != "industry") continue;
    std::vector<std::string> wanted;  // levels of codes are values of their own
    for (const std::string& code : codes)
      if (std::find(facet.values.begin(), facet.values.end(), code) != facet.values.end()) wanted.push_back(code);
    return firms_with(facet, wanted, x_.listed);
  }
  return none();
}

FirmSet Lookup::in_range(const QueryWord& word) const {
  const auto& f = x_.snapshot->firms;
  FirmSet firms = x_.listed;
  // Unknown values are in no range.
  const auto keep = [&](const auto& value_of, std::int64_t unknown) {
    firms.filter([&](store::FirmNo firm) {
      const std::int64_t value = value_of(firm);
      return value != unknown && value >= word.low && value <= word.high;
    });
  };
  const auto in_yuan = [&](store::FirmNo n) { return f.capital_currency[n].empty() || f.capital_currency[n] == "CNY"; };
  if (word.field == QueryField::kEstablished)
    keep([&](store::FirmNo n) { return std::int64_t{f.established[n]}; }, kNoDay);
  if (word.field == QueryField::kStaff) keep([&](store::FirmNo n) { return std::int64_t{f.insured_staff[n]}; }, -1);
  if (word.field == QueryField::kCapital) keep([&](store::FirmNo n) { return in_yuan(n) ? f.capital[n] : -1; }, -1);
  if (word.field == QueryField::kPatents)
    keep(
        [&](store::FirmNo n) {
          std::int64_t count = 0;
          each_title(*x_.snapshot, n, [&](std::string_view) { ++count; });
          return count;
        },
        -1);
  if (word.field == QueryField::kPoints) {
    firms = none();
    for (std::size_t row = 0; row < x_.run->size(); ++row)
      if (x_.run->known_points[row] >= word.low && x_.run->known_points[row] <= word.high &&
          x_.listed.has(x_.run->firm[row]))
        firms.add(x_.run->firm[row]);
  }
  return firms;
}

}  // namespace tanmiao::indexer
