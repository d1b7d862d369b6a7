#include "indexer/dictionary.h"

#include <algorithm>
#include <deque>
#include <numeric>
#include <optional>
#include <unordered_map>

#include <tbb/parallel_sort.h>

#include "core/text/search_form.h"
#include "indexer/text_scan.h"

namespace tanmiao::indexer {

std::uint32_t term_number(std::string_view term) {
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a: lies in files, so it must stay the same
  for (const char c : term) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return static_cast<std::uint32_t>(hash ^ hash >> 32);
}

struct DictionaryBuilder::Part {
  std::deque<std::string> texts;  // of this part, by their number here
  std::unordered_map<std::string_view, std::uint32_t> numbers;
  std::vector<std::uint32_t> firms, items;  // pairs in the order of adding
};

DictionaryBuilder::DictionaryBuilder(std::size_t parts) {
  parts_.reserve(parts);
  for (std::size_t i = 0; i < parts; ++i) parts_.push_back(std::make_unique<Part>());
}

DictionaryBuilder::~DictionaryBuilder() = default;

void DictionaryBuilder::add(std::size_t number, store::FirmNo firm, std::string_view form) {
  Part& part = *parts_[number];
  auto known = part.numbers.find(form);
  if (known == part.numbers.end()) {
    const std::string& kept = part.texts.emplace_back(form);
    known = part.numbers.emplace(kept, static_cast<std::uint32_t>(part.numbers.size())).first;
  }
  for (std::size_t i = part.firms.size(); i > 0 && part.firms[i - 1] == firm; --i)
    if (part.items[i - 1] == known->second) return;
  part.firms.push_back(firm);
  part.items.push_back(known->second);
}

void add_holders(std::string_view text, std::size_t row, std::vector<std::uint64_t>& pairs) {
  for (const std::string_view term : text::needed_terms(text))
    if (!text::is_one_character(term)) pairs.push_back(std::uint64_t{term_number(term)} << 32 | row);
}

namespace {

std::vector<std::uint64_t> holders_of(const store::StringBuilder& texts) {
  std::vector<std::uint64_t> pairs;
  pairs.reserve(texts.bytes() / 3);
  for (std::size_t row = 0; row < texts.size(); ++row) add_holders(texts[row], row, pairs);
  tbb::parallel_sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  return pairs;
}

}  // namespace

DictionaryTable<store::Build> DictionaryBuilder::finish(bool with_holders) {
  std::unordered_map<std::string_view, std::uint32_t> numbers;
  std::vector<std::string_view> texts;
  std::vector<std::vector<std::uint32_t>> rows;  // of each part: its numbers to those here, and later to rows
  rows.reserve(parts_.size());
  for (const auto& part : parts_) {
    std::vector<std::uint32_t>& to = rows.emplace_back();
    to.reserve(part->texts.size());
    for (const std::string& text : part->texts) {
      const auto [known, fresh] = numbers.emplace(text, static_cast<std::uint32_t>(texts.size()));
      if (fresh) texts.push_back(text);
      to.push_back(known->second);
    }
  }
  std::vector<std::uint32_t> order(texts.size()), row(texts.size());
  std::iota(order.begin(), order.end(), 0U);
  tbb::parallel_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return texts[a] < texts[b]; });
  for (std::size_t i = 0; i < order.size(); ++i) row[order[i]] = static_cast<std::uint32_t>(i);

  DictionaryTable<store::Build> table;
  for (const std::uint32_t number : order) table.text.push_back(texts[number]);
  table.first_firm.resize(texts.size() + 1);
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    for (std::uint32_t& number : rows[i]) number = row[number];
    for (const std::uint32_t item : parts_[i]->items) ++table.first_firm[rows[i][item] + 1];
  }
  std::partial_sum(table.first_firm.begin(), table.first_firm.end(), table.first_firm.begin());
  std::vector<std::uint32_t> next(table.first_firm.begin(), table.first_firm.end() - 1);
  table.firm.resize(table.first_firm.back());
  for (std::size_t i = 0; i < parts_.size(); ++i)
    for (std::size_t k = 0; k < parts_[i]->items.size(); ++k)
      table.firm[next[rows[i][parts_[i]->items[k]]]++] = parts_[i]->firms[k];
  if (with_holders) table.holder = holders_of(table.text);
  return table;
}

std::span<const std::uint64_t> Dictionary::holders(std::string_view wanted) const {
  const auto all = holder.span();
  const std::uint64_t number = term_number(wanted);
  const auto first = std::lower_bound(all.begin(), all.end(), number << 32);
  const auto last = std::lower_bound(first, all.end(), (number + 1) << 32);
  return all.subspan(static_cast<std::size_t>(first - all.begin()), static_cast<std::size_t>(last - first));
}

std::vector<std::uint32_t> Dictionary::scan(std::string_view form) const {
  std::vector<std::uint32_t> rows;
  each_row_holding(text, form, [&](std::size_t row) { rows.push_back(static_cast<std::uint32_t>(row)); });
  return rows;
}

std::vector<std::uint32_t> Dictionary::holding(std::string_view form, Edges edges) const {
  if (edges == Edges::kPart || holder.size() == 0) return scan(form);
  std::optional<std::span<const std::uint64_t>> rarest;
  for (const std::string_view needed : text::needed_terms(form)) {
    if (text::is_one_character(needed)) continue;
    if (const auto those = holders(needed); !rarest || those.size() < rarest->size()) rarest = those;
  }
  if (!rarest) return scan(form);
  std::vector<std::uint32_t> rows;
  for (const std::uint64_t pair : *rarest) {
    const auto row = static_cast<std::uint32_t>(pair);
    if (text[row].find(form) != std::string_view::npos) rows.push_back(row);
  }
  return rows;
}

std::vector<std::uint32_t> Dictionary::beginning(std::string_view form) const {
  std::size_t low = 0, high = text.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (text[middle] < form)
      low = middle + 1;
    else
      high = middle;
  }
  std::vector<std::uint32_t> rows;
  for (; low < text.size() && text[low].starts_with(form); ++low) rows.push_back(static_cast<std::uint32_t>(low));
  return rows;
}

void Dictionary::add_firms(const std::vector<std::uint32_t>& rows, FirmSet& firms) const {
  for (const std::uint32_t row : rows)
    for (const std::uint32_t number : firm.span().subspan(first_firm[row], first_firm[row + 1] - first_firm[row]))
      firms.add(number);
}

}  // namespace tanmiao::indexer
