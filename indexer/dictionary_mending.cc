// A dictionary made from the one of the night before.
#include <algorithm>
#include <iterator>

#include "indexer/dictionary.h"

namespace tanmiao::indexer {
namespace {

constexpr std::uint32_t kGone = ~0u;

class Mender {
 public:
  Mender(const Dictionary& before, const std::vector<char>& changed, std::vector<DictionaryText> added)
      : before_(before), changed_(changed), added_(std::move(added)), row_now_(before.text.size(), kGone) {
    std::sort(added_.begin(), added_.end());
    added_.erase(std::unique(added_.begin(), added_.end()), added_.end());
  }

  DictionaryTable<store::Build> run(bool with_holders) {
    table_.first_firm.push_back(0);
    table_.firm.reserve(before_.firm.size() + added_.size());
    auto next = added_.cbegin();
    for (std::uint32_t row = 0; row < before_.text.size(); ++row) {
      const std::string_view text = before_.text[row];
      while (next != added_.end() && next->first < text) take_fresh(next);
      take(row, text, next);
    }
    while (next != added_.end()) take_fresh(next);
    if (with_holders) table_.holder = holders();
    return std::move(table_);
  }

 private:
  using Next = std::vector<DictionaryText>::const_iterator;

  // A text that stood there before, with firms that are left and firms that came.
  void take(std::uint32_t row, std::string_view text, Next& next) {
    const auto firms =
        before_.firm.span().subspan(before_.first_firm[row], before_.first_firm[row + 1] - before_.first_firm[row]);
    const std::size_t begun = table_.firm.size();
    for (const std::uint32_t firm : firms) {
      for (; next != added_.end() && next->first == text && next->second < firm; ++next)
        table_.firm.push_back(next->second);
      if (changed_[firm] == 0) table_.firm.push_back(firm);
    }
    for (; next != added_.end() && next->first == text; ++next) table_.firm.push_back(next->second);
    if (table_.firm.size() == begun) return;  // nobody has it any more
    row_now_[row] = static_cast<std::uint32_t>(table_.text.size());
    close(text);
  }

  void take_fresh(Next& next) {
    const std::string& text = next->first;
    const auto row = static_cast<std::uint32_t>(table_.text.size());
    add_holders(text, row, fresh_);
    const Next first = next;
    for (; next != added_.end() && next->first == first->first; ++next) table_.firm.push_back(next->second);
    close(text);
  }

  void close(std::string_view text) {
    table_.text.push_back(text);
    table_.first_firm.push_back(static_cast<std::uint32_t>(table_.firm.size()));
  }

  // Rows keep their order, so the entries that are left stay sorted.
  std::vector<std::uint64_t> holders() {
    std::sort(fresh_.begin(), fresh_.end());
    fresh_.erase(std::unique(fresh_.begin(), fresh_.end()), fresh_.end());
    std::vector<std::uint64_t> left, out;
    left.reserve(before_.holder.size());
    for (const std::uint64_t entry : before_.holder.span())
      if (const std::uint32_t row = row_now_[static_cast<std::uint32_t>(entry)]; row != kGone)
        left.push_back((entry >> 32 << 32) | row);
    out.reserve(left.size() + fresh_.size());
    std::merge(left.begin(), left.end(), fresh_.begin(), fresh_.end(), std::back_inserter(out));
    return out;
  }

  const Dictionary& before_;
  const std::vector<char>& changed_;
  std::vector<DictionaryText> added_;
  std::vector<std::uint32_t> row_now_;  // by row before
  std::vector<std::uint64_t> fresh_;    // holders of texts that are new
  DictionaryTable<store::Build> table_;
};

}  // namespace

DictionaryTable<store::Build> mended(const Dictionary& before, const std::vector<char>& changed,
                                     std::vector<DictionaryText> added, bool with_holders) {
  return Mender(before, changed, std::move(added)).run(with_holders);
}

}  // namespace tanmiao::indexer
