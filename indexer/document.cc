#include "indexer/document.h"

#include <algorithm>

#include "core/text/normalize.h"
#include "core/text/search_form.h"
#include "indexer/fields.h"
#include "indexer/texts.h"

namespace tanmiao::indexer {
namespace {

// f(field, text, marks) of all that a document is made of.
template <class F>
void each_text(const store::Snapshot& snapshot, const Reference& reference, store::FirmNo firm, const F& f) {
  f(Field::kName, snapshot.firms.name[firm], text::Marks::kDropped);
  each_former_name(snapshot, firm, [&](std::string_view name) { f(Field::kFormer, name, text::Marks::kDropped); });
  each_award(snapshot, reference, firm, [&](std::string_view text) { f(Field::kAward, text, text::Marks::kKept); });
  each_signal(snapshot, firm, [&](std::string_view title) { f(Field::kSignal, title, text::Marks::kKept); });
}

}  // namespace

Xapian::Document make_document(const store::Snapshot& snapshot, const Reference& reference, store::FirmNo firm) {
  Xapian::Document document;
  each_text(snapshot, reference, firm, [&](Field field, std::string_view text, text::Marks marks) {
    text::each_term(text::search_form(text::fold(text, reference.simplified), marks), [&](std::string_view term) {
      if (has_term(field, term)) document.add_boolean_term(term_of(field, term));
    });
  });
  return document;
}

Xapian::Document DocumentMaker::make(store::FirmNo firm) {
  fresh_.clear();
  // Whether the document has it already.
  const auto add = [&](TermNumbers::Entry& entry) {
    if (entry.seen == firm) return true;
    entry.seen = firm;
    fresh_.emplace_back(entry.key, entry.number);
    return false;
  };
  each_text(s_, reference_, firm, [&](Field field, std::string_view text, text::Marks marks) {
    folded_.clear();
    folder_.append(folded_, text);
    const auto prefix = std::uint64_t{static_cast<unsigned char>(row_of(field).prefix[0])} << 56;
    text::each_folded_term(
        folded_, marks,
        [&](std::string_view before, std::string_view one) {
          if (one.size() != 3 || (!before.empty() && before.size() != 3)) {
            if (!before.empty()) add(terms_.of(term_of(field, std::string(before).append(one))));
            if (has_term(field, one)) add(terms_.of(term_of(field, one)));
            return;
          }
          const std::uint64_t key = key_of_three(one);
          // With a pair it has its characters.
          if (!before.empty() && add(terms_.of_key(prefix | key_of_six(key_of_three(before), key) >> 8))) return;
          if (has_term(field, one)) add(terms_.of_key(prefix | key >> 8));
        },
        [&](std::string_view word) {
          if (has_term(field, word)) add(terms_.of(term_of(field, word)));
        });
  });
  // In order they go quicker into its tree.
  std::sort(fresh_.begin(), fresh_.end());
  Xapian::Document document;
  for (const auto& [key, number] : fresh_) document.add_boolean_term(terms_[number]);
  return document;
}

}  // namespace tanmiao::indexer
