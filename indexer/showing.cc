#include "indexer/showing.h"

#include "indexer/fields.h"
#include "indexer/highlight.h"
#include "indexer/text_query.h"

namespace tanmiao::indexer {
namespace {

constexpr std::size_t kAround = 24;         // characters shown on each side of a find
constexpr std::uint32_t kMostTitles = 500;  // patents of one firm that are looked through

class Shower {
 public:
  Shower(const store::Snapshot& snapshot, const Reference& reference, const std::vector<QueryWord>& words)
      : s_(snapshot), map_(reference.simplified), words_(words) {}

  Hit run(store::FirmNo firm) {
    const auto& f = s_.firms;
    hit_.firm = firm;
    FoldedText name(f.name[firm], map_);
    if (mark(name)) matched(Field::kName);
    hit_.name_html = name.html();
    look_at_code(f.code[firm]);
    std::string_view former = f.former_names[firm];
    while (!former.empty()) {
      const std::size_t end = std::min(former.find('\n'), former.size());
      look_at(Field::kFormer, former.substr(0, end));
      former.remove_prefix(std::min(end + 1, former.size()));
    }
    look_at_patents(firm);
    look_at(Field::kScope, f.scope[firm]);
    look_at(Field::kIndustry, f.industry_name[firm]);
    if (hit_.matched_in.empty() && wanted()) matched(Field::kPlace);
    return std::move(hit_);
  }

 private:
  bool wanted() const {
    for (const QueryWord& word : words_)
      if (!word.without) return true;
    return false;
  }

  bool mark(FoldedText& text) const {
    for (const QueryWord& word : words_)
      if (!word.without && text.holds(word.folded, word.phrase)) text.mark(word.folded, word.phrase);
    return text.marked();
  }

  void matched(Field field) {
    const std::string label(row_of(field).label);
    if (hit_.matched_in.find(label) != std::string::npos && field != Field::kPatent) return;
    hit_.matched_in += (hit_.matched_in.empty() ? "" : "、") + label;
  }

  bool look_at(Field field, std::string_view text) {
    if (text.empty() || !wanted()) return false;
    FoldedText folded(text, map_);
    if (!mark(folded)) return false;
    matched(field);
    if (hit_.snippet_html.empty()) hit_.snippet_html = folded.html(kAround);
    return true;
  }

  void look_at_patents(store::FirmNo firm) {
    const auto [begin, end] = s_.ownerships_of(firm);
    for (std::uint32_t i = begin; i < end && i - begin < kMostTitles; ++i)
      if (look_at(Field::kPatent, s_.patents.title[s_.ownerships.patent[i]])) return;
  }

  void look_at_code(std::string_view code) {
    for (const QueryWord& word : words_) {
      const std::string beginning = word.without ? "" : code_beginning(word.folded);
      if (beginning.empty() || !code.starts_with(beginning)) continue;
      matched(Field::kCode);
      hit_.snippet_html = "<mark>" + escape_html(beginning) + "</mark>" + escape_html(code.substr(beginning.size()));
      return;
    }
  }

  const store::Snapshot& s_;
  const CharMap& map_;
  const std::vector<QueryWord>& words_;
  Hit hit_{};
};

}  // namespace

Hit show_hit(const store::Snapshot& snapshot, const Reference& reference, const std::vector<QueryWord>& words,
             store::FirmNo firm) {
  return Shower(snapshot, reference, words).run(firm);
}

}  // namespace tanmiao::indexer
