#include "indexer/patent_parts.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/text/search_form.h"
#include "indexer/document.h"
#include "indexer/fields.h"
#include "indexer/term_lists.h"
#include "indexer/term_numbers.h"
#include "indexer/texts.h"

namespace tanmiao::indexer {
namespace {

template <class F>
void each_ownership(const store::Snapshot& snapshot, const std::vector<store::FirmNo>& firms, const F& f) {
  for (const store::FirmNo firm : firms) {
    if (!listed(snapshot, firm)) continue;
    const auto [begin, end] = snapshot.ownerships_of(firm);
    for (std::uint32_t i = begin; i < end; ++i) f(snapshot.ownerships.patent[i], firm);
  }
}

}  // namespace

PatentOwners::PatentOwners(const store::Snapshot& snapshot, const std::vector<store::FirmNo>& firms)
    : first_(snapshot.patents.title.size() + 1) {
  each_ownership(snapshot, firms, [&](std::uint32_t patent, store::FirmNo) { ++first_[patent + 1]; });
  std::partial_sum(first_.begin(), first_.end(), first_.begin());
  firm_.resize(first_.back());
  std::vector<std::uint32_t> next(first_.begin(), first_.end() - 1);
  each_ownership(snapshot, firms, [&](std::uint32_t patent, store::FirmNo firm) { firm_[next[patent]++] = firm; });
}

std::string PatentPart::term(std::size_t row) const {
  return rows_[row].longer != 0 ? longer_[rows_[row].longer - 1] : term_of_key(rows_[row].key);
}

std::size_t PatentPart::first_from(std::uint64_t key) const {
  const auto end = rows_.begin() + static_cast<std::ptrdiff_t>(size());
  const auto at =
      std::lower_bound(rows_.begin(), end, key, [](const Row& row, std::uint64_t wanted) { return row.key < wanted; });
  return static_cast<std::size_t>(at - rows_.begin());
}

class PartMaker {
 public:
  PartMaker(const store::Snapshot& snapshot, const text::Folder& folder, const PatentOwners& owners)
      : s_(snapshot), folder_(folder), owners_(owners) {}

  void read_titles(std::size_t begin, std::size_t end) {
    for (std::size_t patent = begin; patent < end; ++patent)
      if (!owners_.of(patent).empty()) take(patent, s_.patents.title[patent]);
  }
  void read_abstracts(std::size_t begin, std::size_t end) {
    store::PackedReader reader(s_.patents.abstract);
    for (std::size_t patent = begin; patent < end; ++patent) {
      if (owners_.of(patent).empty()) continue;
      const auto text = reader.read(patent);
      if (!text) throw DamagedText{text.error()};
      take(patent, *text);
    }
    s_.patents.abstract.let_go(begin, end);
  }

  PatentPart finish() {
    lay_out();
    std::vector<std::pair<std::uint64_t, std::uint32_t>> order;  // key, number
    order.reserve(numbers_.size());
    for (std::uint32_t i = 0; i < numbers_.size(); ++i) order.emplace_back(numbers_.key(i), i);
    std::sort(order.begin(), order.end(), [&](const auto& a, const auto& b) {
      return a.first != b.first ? a.first < b.first : numbers_[a.second] < numbers_[b.second];
    });
    PatentPart part;
    part.rows_.reserve(order.size() + 1);
    part.lists_.reserve(firms_.size());
    for (const auto& [key, number] : order) {
      const std::string* const longer = numbers_.long_term(number);
      if (longer != nullptr) part.longer_.push_back(*longer);
      part.rows_.push_back(
          {key, part.lists_.size(), longer == nullptr ? 0 : static_cast<std::uint32_t>(part.longer_.size())});
      FirmListWriter writer(part.lists_);
      for (std::uint64_t i = begin_of(number); i < ends_[number].end; ++i) writer.push_back(firms_[i]);
    }
    part.rows_.push_back({0, part.lists_.size(), 0});
    part.lists_.shrink_to_fit();
    return part;
  }

 private:
  struct Text {
    std::uint64_t begin, end;  // of its terms
    std::size_t patent;
  };
  struct End {
    std::uint64_t end;  // of the firms of a term
    store::FirmNo last;
  };

  void take(std::size_t patent, std::string_view said) {
    if (said.empty()) return;
    folded_.clear();
    folder_.append(folded_, said);
    const std::uint64_t begin = terms_.size();
    const auto text = static_cast<std::uint32_t>(texts_.size() + 1);
    const auto owners = static_cast<std::uint32_t>(owners_.of(patent).size());
    // Whether the text has it already.
    const auto add = [&](TermNumbers::Entry& entry) {
      if (entry.seen == text) return true;
      entry.seen = text;
      terms_.push_back(entry.number);
      if (entry.number == count_.size()) count_.push_back(0);
      count_[entry.number] += owners;
      return false;
    };
    text::each_folded_term(
        folded_, text::Marks::kKept,
        [&](std::string_view before, std::string_view one) {
          if (one.size() != 3 || (!before.empty() && before.size() != 3)) {
            if (!before.empty()) add(numbers_.of(std::string(before).append(one)));
            add(numbers_.of(one));
            return;
          }
          const std::uint64_t key = key_of_three(one);
          // With a pair the text has its characters.
          if (!before.empty() && add(numbers_.of_key(key_of_six(key_of_three(before), key)))) return;
          add(numbers_.of_key(key));
        },
        [&](std::string_view word) { add(numbers_.of(bounded_term(word))); });
    texts_.push_back({begin, terms_.size(), patent});
  }

  std::uint64_t begin_of(std::uint32_t number) const { return begins_[number]; }

  // The firms of each term, ascending and each once, behind those of the term before.
  void lay_out() {
    std::vector<std::pair<store::FirmNo, std::uint32_t>> order;  // firm, text
    for (std::uint32_t i = 0; i < texts_.size(); ++i)
      for (const store::FirmNo firm : owners_.of(texts_[i].patent)) order.emplace_back(firm, i);
    std::sort(order.begin(), order.end());
    begins_.resize(count_.size());
    std::exclusive_scan(count_.begin(), count_.end(), begins_.begin(), std::uint64_t{0});
    ends_.reserve(count_.size());
    for (const std::uint64_t begin : begins_) ends_.push_back({begin, 0});
    firms_.resize(count_.empty() ? 0 : begins_.back() + count_.back());
    for (const auto& [firm, text] : order)
      for (std::uint64_t i = texts_[text].begin; i < texts_[text].end; ++i) {
        End& end = ends_[terms_[i]];
        if (end.last == firm) continue;
        end.last = firm;
        firms_[end.end++] = firm;
      }
  }

  const store::Snapshot& s_;
  const text::Folder& folder_;
  const PatentOwners& owners_;
  std::string folded_;
  TermNumbers numbers_;
  std::vector<std::uint32_t> terms_;  // of the texts, one after the other, each once in a text
  std::vector<Text> texts_;
  std::vector<std::uint64_t> count_, begins_;  // by term: firms, doubles too, and where they begin in firms_
  std::vector<End> ends_;                      // by term
  std::vector<store::FirmNo> firms_;
};

PatentPart make_part(PatentText which, const store::Snapshot& snapshot, const text::Folder& folder,
                     const PatentOwners& owners, std::size_t begin, std::size_t end) {
  PartMaker maker(snapshot, folder, owners);
  which == PatentText::kTitle ? maker.read_titles(begin, end) : maker.read_abstracts(begin, end);
  return maker.finish();
}

}  // namespace tanmiao::indexer
