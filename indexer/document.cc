#include "indexer/document.h"

#include "core/text/normalize.h"
#include "core/text/search_form.h"
#include "indexer/fields.h"
#include "indexer/texts.h"

namespace tanmiao::indexer {

Xapian::Document make_document(const store::Snapshot& snapshot, const Reference& reference, store::FirmNo firm) {
  Xapian::Document document;
  const auto add = [&](Field field, std::string_view text, text::Marks marks) {
    text::each_term(text::search_form(text::fold(text, reference.simplified), marks), [&](std::string_view term) {
      if (has_term(field, term)) document.add_boolean_term(term_of(field, term));
    });
  };
  add(Field::kName, snapshot.firms.name[firm], text::Marks::kDropped);
  each_former_name(snapshot, firm, [&](std::string_view name) { add(Field::kFormer, name, text::Marks::kDropped); });
  each_title(snapshot, firm, [&](std::string_view title) { add(Field::kPatent, title, text::Marks::kKept); });
  each_award(snapshot, reference, firm, [&](std::string_view text) { add(Field::kAward, text, text::Marks::kKept); });
  each_signal(snapshot, firm, [&](std::string_view title) { add(Field::kSignal, title, text::Marks::kKept); });
  return document;
}

}  // namespace tanmiao::indexer
