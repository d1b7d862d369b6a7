#include "indexer/document.h"

#include "core/hash.h"
#include "core/text/normalize.h"
#include "core/text/tokenize.h"
#include "indexer/fields.h"

namespace tanmiao::indexer {

std::string name_key(std::string_view folded) {
  constexpr std::size_t kLongest = 200;  // Xapian's terms hold 245 bytes, the prefix included
  std::string key;
  std::uint32_t end = 0;
  for (const text::Token& token : text::characters(folded)) {
    if (token.begin < end) continue;  // a part of a model number whose whole is there already
    key += token.term;
    end = token.end;
  }
  if (key.size() > kLongest) key = key.substr(0, kLongest) + hash_hex(key, 16);
  return key;
}

namespace {

constexpr Xapian::termpos kBetweenTexts = 100;  // so that no phrase reaches from one title into the next

class Writer {
 public:
  Writer(const store::Snapshot& snapshot, const Reference& reference, store::FirmNo firm)
      : s_(snapshot), reference_(reference), firm_(firm) {}

  Xapian::Document run() {
    const auto& f = s_.firms;
    const std::string name = text::fold(f.name[firm_], reference_.simplified);
    add_text(Field::kName, name);
    document_.add_boolean_term(term_of(Field::kWholeName, name_key(name)));
    add_each(Field::kFormer, f.former_names[firm_], '\n');
    add_text(Field::kScope, text::fold(f.scope[firm_], reference_.simplified));
    add_text(Field::kIndustry, text::fold(f.industry_name[firm_], reference_.simplified));
    add_patents();
    add_places();
    return std::move(document_);
  }

 private:
  void add_text(Field field, const std::string& folded) {
    const FieldRow& row = row_of(field);
    Xapian::termpos last = 0;
    for (const text::Token& token : text::bigrams(folded)) {
      const std::string term = term_of(field, token.term);
      if (row.positions)
        document_.add_posting(term, base_ + token.position);
      else
        document_.add_term(term);
      last = token.position;
    }
    // Single characters answer queries of one character, and the ends of words that stand beside Latin letters.
    for (const text::Token& token : text::characters(folded)) document_.add_term(term_of(field, token.term));
    base_ += last + kBetweenTexts;
  }

  void add_each(Field field, std::string_view joined, char mark) {
    while (!joined.empty()) {
      const std::size_t end = std::min(joined.find(mark), joined.size());
      add_text(field, text::fold(joined.substr(0, end), reference_.simplified));
      joined.remove_prefix(std::min(end + 1, joined.size()));
    }
  }

  void add_patents() {
    const auto [begin, end] = s_.ownerships_of(firm_);
    std::uint32_t last = ~0u;
    for (std::uint32_t i = begin; i < end; ++i) {
      const std::uint32_t patent = s_.ownerships.patent[i];
      if (patent == last) continue;
      last = patent;
      add_text(Field::kPatent, text::fold(s_.patents.title[patent], reference_.simplified));
      std::string_view ipc = s_.patents.ipc[patent];
      while (!ipc.empty()) {
        const std::size_t stop = std::min(ipc.find(' '), ipc.size());
        if (stop > 0 && stop <= 64) document_.add_boolean_term(term_of(Field::kIpc, ipc.substr(0, stop)));
        ipc.remove_prefix(std::min(stop + 1, ipc.size()));
      }
    }
  }

  void add_places() {
    const auto& f = s_.firms;
    const std::uint32_t prefecture = f.prefecture[firm_];
    for (const std::uint32_t code : {prefecture / 10000 * 10000, prefecture, f.county[firm_], f.township[firm_]})
      if (code != 0) document_.add_boolean_term(term_of(Field::kPlace, std::to_string(code)));
    if (const std::string_view zone = s_.zone_id(firm_, reference_.regions); !zone.empty())
      document_.add_boolean_term(term_of(Field::kPlace, "z" + std::string(zone)));
  }

  const store::Snapshot& s_;
  const Reference& reference_;
  store::FirmNo firm_;
  Xapian::termpos base_ = 0;
  Xapian::Document document_;
};

}  // namespace

Xapian::Document make_document(const store::Snapshot& snapshot, const Reference& reference, store::FirmNo firm) {
  return Writer(snapshot, reference, firm).run();
}

}  // namespace tanmiao::indexer
