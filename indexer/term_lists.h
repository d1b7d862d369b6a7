// Which firms hold which terms of their patents' titles, and which of their abstracts: lists of firms in columns of
// their own.
//
// Abstracts have ten times the terms of all else. A tree that takes them one by one, as Xapian's does until a commit,
// was nine tenths of the cost of an index, and titles most of what was left; here they are numbered, counted and laid
// where they belong.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/reference.h"
#include "indexer/patent_parts.h"
#include "store/columns/snapshot.h"

namespace tanmiao::indexer {

struct TermListFolders {
  PatentText which;
  const char *whole, *changed;  // the latter beside kChangedFolder
};
inline constexpr std::array<TermListFolders, 2> kTermListFolders{
    {{PatentText::kTitle, "titles", "titles_changed"}, {PatentText::kAbstract, "abstracts", "abstracts_changed"}}};

template <class Mode>
struct TermListTable {
  store::Column<Mode, std::string> term;  // ascending by their bytes
  store::Column<Mode, std::string> list;  // of each: firm numbers, ascending, as the differences between them (LEB128)
  store::Column<Mode, std::uint32_t> count;  // of each: how many firms

  template <class F>
  void each(F&& f) {
    f("term", term), f("list", list), f("count", count);
  }
};

// A list as TermListTable has it.
class FirmListWriter {
 public:
  explicit FirmListWriter(std::string& out) : out_(out) {}
  void push_back(store::FirmNo firm) {  // ascending
    std::uint32_t more = firm - last_;
    last_ = firm;
    for (; more >= 0x80; more >>= 7) out_.push_back(static_cast<char>(more | 0x80));
    out_.push_back(static_cast<char>(more));
  }

 private:
  std::string& out_;
  store::FirmNo last_ = 0;
};
// A list that ends within a number ends before it.
template <class F>
void each_in_list(std::string_view list, const F& f) {
  store::FirmNo firm = 0;
  std::uint32_t more = 0;
  unsigned shift = 0;
  for (const char c : list) {
    const auto byte = static_cast<unsigned char>(c);
    if (shift < 32) more |= std::uint32_t{byte & 0x7Fu} << shift;
    shift += 7;
    if (byte >= 0x80) continue;
    firm += more;
    more = 0, shift = 0;
    f(firm);
  }
}

class TermLists : public TermListTable<store::Mapped> {
 public:
  // Exactly, of one term; 0: no firm holds it.
  std::uint64_t firms_with(std::string_view wanted) const {
    const std::size_t row = first_from(wanted);
    return row < term.size() && term[row] == wanted ? count[row] : 0;
  }
  template <class F>
  void each_firm(std::string_view wanted, const F& f) const {
    const std::size_t row = first_from(wanted);
    if (row < term.size() && term[row] == wanted) each_in_list(list[row], f);
  }
  // Terms that begin so, ascending.
  template <class F>
  void each_beginning(std::string_view prefix, const F& f) const {
    for (std::size_t row = first_from(prefix); row < term.size() && term[row].starts_with(prefix); ++row) f(term[row]);
  }

 private:
  std::size_t first_from(std::string_view wanted) const;
};

// Of these firms (ascending; those that are not listed are left out) into the folders `whole` or, when `changed`, those
// of that name, in `place`; they must not exist. Parallel; the same bytes on any number of threads. DamagedText
// (indexer/texts.h).
Status write_term_lists(const std::filesystem::path& place, bool changed, const store::Snapshot& snapshot,
                        const Reference& reference, const std::vector<store::FirmNo>& firms);

// Those of a generation, as Postings are.
struct OpenedTermLists {
  std::shared_ptr<const TermLists> base, changed;  // changed: null when the generation is whole
};
class PatentTermLists {
 public:
  const OpenedTermLists& of(PatentText which) const { return lists_[static_cast<std::size_t>(which)]; }

 private:
  friend Result<PatentTermLists> open_term_lists(const std::filesystem::path& generation, bool whole);
  std::array<OpenedTermLists, kTermListFolders.size()> lists_;
};
// kCorrupt when they are not whole.
Result<PatentTermLists> open_term_lists(const std::filesystem::path& generation, bool whole);

}  // namespace tanmiao::indexer
