// Texts that many firms share (items of a business scope, industries, classes of patents): each is kept once, with the
// firms that have it. A text is found by what it holds through its pairs of characters, and read before it counts.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "indexer/firm_set.h"
#include "store/columns/table.h"

namespace tanmiao::indexer {

template <class Mode>
struct DictionaryTable {
  store::Column<Mode, std::string> text;          // search forms, ascending, each once
  store::Column<Mode, std::uint32_t> first_firm;  // texts + 1 entries into `firm`
  store::Column<Mode, std::uint32_t> firm;        // of a text, ascending
  // term_number() of what a text holds << 32 | row of the text, ascending. Empty where there are so few texts that all
  // are read.
  store::Column<Mode, std::uint64_t> holder;

  // `name` goes before the names of the columns.
  template <class F>
  void each(const std::string& name, bool with_holders, F&& f) {
    f(name + ".text", text), f(name + ".first_firm", first_firm), f(name + ".firm", firm);
    if (with_holders) f(name + ".holder", holder);
  }
};

// Same term, same number; different terms rarely have the same, and texts are read anyway.
std::uint32_t term_number(std::string_view term);

// Appends what DictionaryTable::holder has of a text. Characters by themselves are not kept: most stand in a pair, and
// to read all texts takes no longer than their lists.
void add_holders(std::string_view text, std::size_t row, std::vector<std::uint64_t>& pairs);

// Gathers texts firm by firm. Parts are filled side by side and joined in order: the same tables on any number of
// threads.
class DictionaryBuilder {
 public:
  explicit DictionaryBuilder(std::size_t parts);
  ~DictionaryBuilder();
  DictionaryBuilder(const DictionaryBuilder&) = delete;
  DictionaryBuilder& operator=(const DictionaryBuilder&) = delete;
  // Within a part by ascending firm; parts hold ascending ranges. Doubles of a firm count once.
  void add(std::size_t part, store::FirmNo firm, std::string_view form);
  DictionaryTable<store::Build> finish(bool with_holders);

 private:
  struct Part;
  std::vector<std::unique_ptr<Part>> parts_;
};

class Dictionary;
using DictionaryText = std::pair<std::string, store::FirmNo>;
// The dictionary before without the firms of which `changed` (by firm) says so, and with `added` (any order, doubles
// count once): what DictionaryBuilder makes of all firms, byte by byte, at the cost of a copy.
DictionaryTable<store::Build> mended(const Dictionary& before, const std::vector<char>& changed,
                                     std::vector<DictionaryText> added, bool with_holders);

// Whether the letters and digits at the ends of what is looked for must be whole words of the text.
enum class Edges { kWhole, kPart };

class Dictionary : public DictionaryTable<store::Mapped> {
 public:
  // Rows of the texts that hold the form; ascending. `form` without line ends and, for kPart, without outer blanks.
  std::vector<std::uint32_t> holding(std::string_view form, Edges edges) const;
  std::vector<std::uint32_t> beginning(std::string_view form) const;
  void add_firms(const std::vector<std::uint32_t>& rows, FirmSet& firms) const;
  // Entries of `holder` for a pair of characters or a word; the lower half of each is a row, ascending.
  std::span<const std::uint64_t> holders(std::string_view term) const;

 private:
  std::vector<std::uint32_t> scan(std::string_view form) const;
};

}  // namespace tanmiao::indexer
