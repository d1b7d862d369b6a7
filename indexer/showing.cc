#include "indexer/showing.h"

#include <algorithm>

#include "core/text/normalize.h"
#include "core/text/search_form.h"
#include "indexer/highlight.h"
#include "indexer/texts.h"

namespace tanmiao::indexer {
namespace {

constexpr std::size_t kAround = 24;            // characters shown on each side of a find
constexpr std::uint32_t kMostTitles = 500;     // patents of one firm that are looked through
constexpr std::uint32_t kMostAbstracts = 100;  // each is unpacked by itself

// Where a word was found follows from the search itself; here it is only shown.
class Shower {
 public:
  Shower(const Shared& shared, const ParsedQuery& query, const std::vector<FoundWord>& found, store::FirmNo firm)
      : x_(shared),
        s_(*shared.snapshot),
        map_(shared.reference->simplified),
        query_(query),
        found_(found),
        firm_(firm) {}

  Hit run() {
    hit_.firm = firm_;
    FoldedText name(s_.firms.name[firm_], map_);
    mark(Field::kName, s_.firms.name[firm_], name);
    for (const std::size_t w : query_.wanted) mark_heard(found_[w], name);
    mark_others(name);
    hit_.name_html = name.html();
    for (const FieldRow& row : kFields)
      if (is_found(row.field)) hit_.matched_in.append(hit_.matched_in.empty() ? "" : "、").append(row.label);
    look_at_code();
    const auto look = [&](Field field) { return [this, field](std::string_view text) { look_at(field, text); }; };
    if (is_found(Field::kFormer)) each_former_name(s_, firm_, look(Field::kFormer));
    std::uint32_t titles = 0;
    if (is_found(Field::kPatent))
      each_title(s_, firm_, [&](std::string_view title) {
        if (++titles <= kMostTitles) look_at(Field::kPatent, title);
      });
    look_at(Field::kScope, s_.firms.scope[firm_]);
    look_at(Field::kIndustry, s_.firms.industry_name[firm_]);
    look_at(Field::kAddress, s_.firms.address[firm_]);
    if (is_found(Field::kAward)) each_award(s_, *x_.reference, firm_, look(Field::kAward));
    if (is_found(Field::kSignal)) each_signal(s_, firm_, look(Field::kSignal));
    if (is_found(Field::kAbstract) && hit_.snippet_html.empty()) look_at_abstracts();
    if (is_found(Field::kSynonym)) {
      look_at_others(s_.firms.scope[firm_]);
      each_title(s_, firm_, [&](std::string_view title) {
        if (++titles <= kMostTitles) look_at_others(title);
      });
    }
    return std::move(hit_);
  }

 private:
  bool is_found(Field field, std::size_t word) const {
    const FirmSet* firms = found_[word].of(field);
    return firms != nullptr && firms->has(firm_);
  }
  bool is_found(Field field) const {
    for (const std::size_t w : query_.wanted)
      if (is_found(field, w)) return true;
    return false;
  }

  // Of several texts of a field the one that holds the word is shown.
  bool is_held(Field field, const QueryWord& word, std::string_view shown) const {
    const auto several = {Field::kFormer, Field::kPatent, Field::kAbstract, Field::kAward, Field::kSignal};
    if (std::find(several.begin(), several.end(), field) == several.end()) return true;
    const auto marks = field == Field::kFormer ? text::Marks::kDropped : text::Marks::kKept;
    const std::string form = text::search_form(text::fold(shown, map_), marks);
    return form_holds(form, field == Field::kFormer ? word.name_form : word.text_form);
  }

  void mark(Field field, std::string_view shown, FoldedText& text) const {
    for (const std::size_t w : query_.wanted) {
      if (!is_found(field, w) || query_.words[w].folded.empty() || !is_held(field, query_.words[w], shown)) continue;
      const std::string& word = query_.words[w].folded;
      text.mark(word, query_.words[w].phrase);
      // 滨州市宏创: the name holds 宏创, and perhaps 滨州.
      const auto place = x_.places.at_start(word);
      if (text.marked() || place.bytes == 0) continue;
      text.mark(std::string_view(word).substr(0, place.bytes), true);
      text.mark(std::string_view(word).substr(place.bytes), true);
    }
  }

  // What in the name sounds like the word.
  void mark_heard(const FoundWord& word, FoldedText& name) const {
    const std::string_view form = x_.tables->name[firm_];
    for (const bool one_wrong : {false, true}) {
      const std::vector<SoundPattern>& patterns = one_wrong ? word.near : word.heard;
      for (std::size_t from = 0; from < patterns.size();) {
        const auto at = SoundScan(patterns, from, one_wrong).find(form);
        if (!at) continue;
        name.mark(form.substr(at->first, at->second - at->first), true);
        return;
      }
    }
  }

  void mark_others(FoldedText& text) const {
    for (const std::size_t w : query_.wanted)
      if (is_found(Field::kSynonym, w))
        for (const std::string& other : found_[w].also) text.mark(other, true);
  }

  void look_at_others(std::string_view text) {
    if (text.empty() || !hit_.snippet_html.empty()) return;
    FoldedText folded(text, map_);
    mark_others(folded);
    if (folded.marked()) hit_.snippet_html = folded.html(kAround);
  }

  void look_at(Field field, std::string_view text) {
    if (text.empty() || !hit_.snippet_html.empty() || !is_found(field)) return;
    FoldedText folded(text, map_);
    mark(field, text, folded);
    if (folded.marked()) hit_.snippet_html = folded.html(kAround);
  }

  void look_at_abstracts() {
    const auto [begin, end] = s_.ownerships_of(firm_);
    for (std::uint32_t i = begin; i < end && i - begin < kMostAbstracts && hit_.snippet_html.empty(); ++i) {
      const auto abstract = s_.patents.abstract.read(s_.ownerships.patent[i]);
      if (!abstract) throw DamagedText{abstract.error()};
      look_at(Field::kAbstract, *abstract);
    }
  }

  void look_at_code() {
    const std::string_view code = s_.firms.code[firm_];
    for (const std::size_t w : query_.wanted) {
      const std::string part = is_found(Field::kCode, w) ? code_part(query_.words[w].folded, 1) : "";
      const std::size_t at = part.empty() ? std::string_view::npos : code.find(part);
      if (at == std::string_view::npos) continue;
      hit_.snippet_html = escape_html(code.substr(0, at)) + "<mark>" + escape_html(part) + "</mark>" +
                          escape_html(code.substr(at + part.size()));
      return;
    }
  }

  const Shared& x_;
  const store::Snapshot& s_;
  const CharMap& map_;
  const ParsedQuery& query_;
  const std::vector<FoundWord>& found_;
  store::FirmNo firm_;
  Hit hit_{};
};

}  // namespace

Hit show_hit(const Shared& shared, const ParsedQuery& query, const std::vector<FoundWord>& found, store::FirmNo firm) {
  return Shower(shared, query, found, firm).run();
}

}  // namespace tanmiao::indexer
