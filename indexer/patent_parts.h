// Terms of the titles or abstracts of some patents with the firms that own them: what the lists of terms are joined
// from.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/folder.h"
#include "store/columns/snapshot.h"

namespace tanmiao::indexer {

// Which of its texts.
enum class PatentText : std::uint8_t { kTitle, kAbstract };

// By patent: the firms whose texts it has.
class PatentOwners {
 public:
  PatentOwners(const store::Snapshot& snapshot, const std::vector<store::FirmNo>& firms);
  std::span<const store::FirmNo> of(std::size_t patent) const {
    return std::span(firm_).subspan(first_[patent], first_[patent + 1] - first_[patent]);
  }
  std::size_t patents() const { return first_.size() - 1; }

 private:
  std::vector<std::uint32_t> first_;
  std::vector<store::FirmNo> firm_;
};

// The terms of some patents and the lists of their firms, by the bytes of the terms.
class PatentPart {
 public:
  struct Row {
    std::uint64_t key;     // term_key()
    std::uint64_t list;    // where its list begins; it ends where the next one does
    std::uint32_t longer;  // 0: the key is the term
  };
  std::size_t size() const { return rows_.empty() ? 0 : rows_.size() - 1; }
  std::uint64_t key(std::size_t row) const { return rows_[row].key; }
  bool is_longer(std::size_t row) const { return rows_[row].longer != 0; }
  std::string term(std::size_t row) const;
  std::string_view list(std::size_t row) const {  // as TermListTable has it
    return std::string_view(lists_).substr(rows_[row].list, rows_[row + 1].list - rows_[row].list);
  }
  std::size_t first_from(std::uint64_t key) const;  // the first row of that key or a greater one

 private:
  friend class PartMaker;
  std::vector<Row> rows_;  // and one that ends them
  std::string lists_;
  std::vector<std::string> longer_;
};

// Of the patents [begin, end). DamagedText (indexer/texts.h).
PatentPart make_part(PatentText which, const store::Snapshot& snapshot, const text::Folder& folder,
                     const PatentOwners& owners, std::size_t begin, std::size_t end);

}  // namespace tanmiao::indexer
