#include "indexer/lookup.h"

#include <algorithm>
#include <iterator>

#include "core/settings.h"
#include "core/text/normalize.h"
#include "core/text/search_form.h"

namespace tanmiao::indexer {
// Letters alone. Syllables in full are a way of writing a name; initials and single syllables are listened to only
// where nothing else is found, because they fit much.
void Lookup::listen(const QueryWord& word, FoundWord& found) const {
  if (word.phrase || word.beginning || x_.sounds.empty() || word.folded.size() < 2) return;
  const std::string typed = plain_letters(word.folded);
  if (typed.empty()) return;
  const auto take = [&](char kind, const std::vector<SoundPattern>& patterns) {
    if (patterns.empty()) return;
    const std::string key = std::string("~") + kind + typed;
    FirmSetPtr firms = x_.found.get(key);
    bound_.check();
    if (!firms) firms = x_.found.put(key, kind == 'i' ? with_initials(patterns, typed) : spelled_so(patterns));
    if (firms->empty()) return;
    found.by_field.emplace_back(Field::kPinyin, *firms);
    found.heard = patterns;
  };
  const auto anything = [&] {
    return std::any_of(found.by_field.begin(), found.by_field.end(), [](const auto& f) { return !f.second.empty(); });
  };
  const bool cut = typed.size() <= Sounds::kMostCutLetters;
  std::vector<SoundPattern> patterns = cut ? x_.sounds.full(typed) : x_.sounds.heard_in(x_.tables->name, typed), single;
  std::partition_copy(patterns.begin(), patterns.end(), std::back_inserter(single), patterns.begin(),
                      [](const SoundPattern& pattern) { return pattern.size() == 1; });
  patterns.resize(patterns.size() - single.size());
  take('f', patterns);
  if (word.excluded) return;  // -gs leaves out what is written so, not each 公司
  if (!anything()) take('s', single);
  if (!anything()) take('i', x_.sounds.initials(typed));
}

// Names that fit: only those that hold a pair of characters that can be read so are looked at, where they are few.
FirmSet Lookup::spelled_so(const std::vector<SoundPattern>& patterns) const {
  FirmSet among = none();
  for (const SoundPattern& pattern : patterns) {
    const std::vector<std::string> pairs = pairs_of(pattern, false);
    if (pairs.empty()) return sounding_like(x_.tables->name, patterns, false);
    for (const std::string& pair : pairs) {
      bound_.step();
      add_firms_with(Field::kName, pair, among);
    }
  }
  return sounding_like(x_.tables->name, patterns, false, &among);
}

// A name in which one of the letters begins no syllable cannot be meant.
FirmSet Lookup::with_initials(const std::vector<SoundPattern>& patterns, std::string_view letters) const {
  std::uint32_t wanted = 0;
  for (const char c : letters)
    if (c >= 'a' && c <= 'z') wanted |= std::uint32_t{1} << (c - 'a');
  // Of zh, ch and sh given as two letters the second begins nothing.
  if (letters.find('h') != std::string_view::npos) wanted &= ~(std::uint32_t{1} << ('h' - 'a'));
  const auto& begins = x_.initials.of(*x_.tables, x_.sounds);
  FirmSet among = none();
  for (std::size_t firm = 1; firm < begins.size(); ++firm)
    if ((begins[firm] & wanted) == wanted) among.add(static_cast<store::FirmNo>(firm));
  return sounding_like(x_.tables->name, patterns, false, &among);
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
    case QueryField::kAbstract: TANMIAO_TRY(posted(Field::kAbstract)); break;
    case QueryField::kAward: TANMIAO_TRY(posted(Field::kAward)); break;
    case QueryField::kSignal: TANMIAO_TRY(posted(Field::kSignal)); break;
    case QueryField::kBrand: {
      TANMIAO_ASSIGN(FirmSet firms, with_brand(word));
      add(Field::kName, std::move(firms));
      break;
    }
    case QueryField::kPinyin: listen(word, found); break;
    case QueryField::kScope: add(Field::kScope, in_dictionary(x_.tables->scope, word, Field::kScope)); break;
    case QueryField::kIndustry:
      add(Field::kIndustry, in_dictionary(x_.tables->industry, word, Field::kIndustry));
      break;
    case QueryField::kCode: add(Field::kCode, in_codes(word, true)); break;
    case QueryField::kIpc: add(Field::kIpc, in_classes(word, true)); break;
    case QueryField::kAddress: add(Field::kAddress, in_addresses(word)); break;
    case QueryField::kPlace: {
      TANMIAO_ASSIGN(FirmSet firms, in_places(word));
      add(Field::kPlace, std::move(firms));
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

// Places one behind the other, each within those before: 滨州市博兴县.
Result<FirmSet> Lookup::in_places(const QueryWord& word) const {
  FirmSet firms = x_.listed;
  const std::string named = text::without_blanks(word.folded);
  for (std::string_view rest = named; !rest.empty();) {
    const auto place = x_.places.at_start(rest);
    if (place.bytes == 0) return no_such("place", rest, x_.places.names());
    firms &= firms_in(*x_.snapshot, x_.reference->regions, x_.listed, *place.places);
    rest.remove_prefix(place.bytes);
  }
  return firms;
}

Result<FoundWord> Lookup::anywhere(const QueryWord& word, int places_left) const {
  FoundWord found;
  const auto add = [&](Field field, FirmSet firms) { found.by_field.emplace_back(field, std::move(firms)); };
  for (const Field field : {Field::kName, Field::kFormer, Field::kPatent, Field::kAward, Field::kSignal}) {
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

// The word itself, what it is called otherwise, abstracts that hold it, and firms whose industry or patents have a code
// that speaks of it: by the table of products, or by a name of an industry or a title of a class that holds it.
Result<FoundWord> Lookup::about(const QueryWord& word) const {
  TANMIAO_ASSIGN(FoundWord found, anywhere(word, 0));
  TANMIAO_TRY(add_others(word, found));
  std::vector<std::string> gbt, ipc;
  if (const ProductWord* row = x_.products.row(word.folded)) gbt = row->gbt, ipc = row->ipc;
  // Of the classification from the subclass down: titles of what stands above speak of too much ("包装" in B65).
  const auto named = [&](const std::unordered_map<std::string, std::string>& names, std::vector<std::string>& out,
                         std::size_t shortest = 0) {
    for (const auto& [code, name] : names)
      if (code.size() >= shortest &&
          form_holds(text::search_form(text::fold(name, x_.reference->simplified), text::Marks::kKept), word.text_form))
        out.push_back(code);
  };
  named(x_.reference->industry_2017.name_by_code, gbt);
  named(x_.reference->ipc_titles, ipc, kSubclassSigns);
  FirmSet classes = none();
  for (const std::string& symbol : ipc) x_.tables->ipc.add_firms(classes_beginning(symbol), classes);
  const auto add = [&](Field field, const FirmSet& firms) {
    const auto same = std::find_if(found.by_field.begin(), found.by_field.end(),
                                   [&](const auto& known) { return known.first == field; });
    same == found.by_field.end() ? void(found.by_field.emplace_back(field, firms)) : void(same->second |= firms);
  };
  add(Field::kIndustry, in_industries(gbt));
  add(Field::kIpc, classes);
  TANMIAO_ASSIGN(const FirmSet told, in_postings(Field::kAbstract, word));
  add(Field::kAbstract, told);
  return found;
}

}  // namespace tanmiao::indexer
