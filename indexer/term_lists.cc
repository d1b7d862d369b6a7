#include "indexer/term_lists.h"

#include <array>
#include <numeric>
#include <utility>

#include <tbb/parallel_for.h>

#include "core/text/normalize.h"
#include "core/text/search_form.h"
#include "indexer/document.h"
#include "indexer/fields.h"
#include "indexer/term_numbers.h"
#include "indexer/texts.h"

namespace tanmiao::indexer {
namespace {

// Both fixed, so that nothing depends on the number of threads.
constexpr std::size_t kPatentParts = 16;  // of the patents: texts are packed in blocks, so each part reads its own
constexpr std::size_t kRanges = 64;       // of the terms: the lists of all parts are joined range by range

// By patent: the firms whose abstracts it has.
class Owners {
 public:
  Owners(const store::Snapshot& snapshot, const std::vector<store::FirmNo>& firms)
      : first_(snapshot.patents.title.size() + 1) {
    each(snapshot, firms, [&](std::uint32_t patent, store::FirmNo) { ++first_[patent + 1]; });
    std::partial_sum(first_.begin(), first_.end(), first_.begin());
    firm_.resize(first_.back());
    std::vector<std::uint32_t> next(first_.begin(), first_.end() - 1);
    each(snapshot, firms, [&](std::uint32_t patent, store::FirmNo firm) { firm_[next[patent]++] = firm; });
  }
  std::span<const store::FirmNo> of(std::size_t patent) const {
    return std::span(firm_).subspan(first_[patent], first_[patent + 1] - first_[patent]);
  }
  std::size_t patents() const { return first_.size() - 1; }

 private:
  template <class F>
  static void each(const store::Snapshot& snapshot, const std::vector<store::FirmNo>& firms, const F& f) {
    for (const store::FirmNo firm : firms) {
      if (!listed(snapshot, firm)) continue;
      const auto [begin, end] = snapshot.ownerships_of(firm);
      for (std::uint32_t i = begin; i < end; ++i) f(snapshot.ownerships.patent[i], firm);
    }
  }
  std::vector<std::uint32_t> first_;
  std::vector<store::FirmNo> firm_;
};

// The terms of some patents and the lists of their firms, by the bytes of the terms.
struct PatentPart {
  store::StringBuilder term, list;
  std::vector<std::uint64_t> key;  // term_key() of each
};

class PartMaker {
 public:
  PartMaker(const store::Snapshot& snapshot, const CharMap& simplified, const Owners& owners)
      : s_(snapshot), simplified_(simplified), owners_(owners) {}

  void read(std::size_t begin, std::size_t end) {
    store::PackedReader reader(s_.patents.abstract);
    std::string form;
    for (std::size_t patent = begin; patent < end; ++patent) {
      if (owners_.of(patent).empty()) continue;
      const auto text = reader.read(patent);
      if (!text) throw DamagedText{text.error()};
      if (text->empty()) continue;
      form.clear();
      text::append_search_form(form, text::fold(*text, simplified_), text::Marks::kKept);
      take(patent, form);
    }
  }

  PatentPart finish() {
    const std::vector<std::uint32_t> firms = lay_out();
    std::vector<std::pair<std::uint64_t, std::uint32_t>> order;
    order.reserve(numbers_.size());
    for (std::uint32_t i = 0; i < numbers_.size(); ++i) order.emplace_back(term_key(numbers_[i]), i);
    std::sort(order.begin(), order.end(), [&](const auto& a, const auto& b) {
      return a.first != b.first ? a.first < b.first : numbers_[a.second] < numbers_[b.second];
    });
    PatentPart part;
    part.key.reserve(order.size());
    std::string list;
    for (const auto& [key, number] : order) {
      list.clear();
      FirmListWriter writer(list);
      store::FirmNo last = 0;
      for (std::uint64_t i = number == 0 ? 0 : ends_[number - 1]; i < ends_[number]; ++i)
        if (firms[i] != last) writer.push_back(last = firms[i]);
      part.term.push_back(numbers_[number]), part.list.push_back(list), part.key.push_back(key);
    }
    return part;
  }

 private:
  struct Text {
    std::uint64_t begin, end;  // of its terms
    std::size_t patent;
  };

  void take(std::size_t patent, std::string_view form) {
    const std::uint64_t begin = terms_.size();
    const auto text = static_cast<std::uint32_t>(texts_.size() + 1);
    text::each_term(form, [&](std::string_view term) {
      const std::uint32_t number = numbers_.of(bounded_term(term));
      if (number == seen_.size()) seen_.push_back(0), count_.push_back(0);
      if (seen_[number] == text) return;
      seen_[number] = text;
      terms_.push_back(number);
      count_[number] += owners_.of(patent).size();
    });
    texts_.push_back({begin, terms_.size(), patent});
  }

  // The firms of each term, ascending, behind those of the term before.
  std::vector<std::uint32_t> lay_out() {
    std::vector<std::pair<store::FirmNo, std::uint32_t>> order;  // firm, text
    for (std::uint32_t i = 0; i < texts_.size(); ++i)
      for (const store::FirmNo firm : owners_.of(texts_[i].patent)) order.emplace_back(firm, i);
    std::sort(order.begin(), order.end());
    ends_.resize(count_.size());
    std::exclusive_scan(count_.begin(), count_.end(), ends_.begin(), std::uint64_t{0});
    std::vector<std::uint32_t> firms(count_.empty() ? 0 : ends_.back() + count_.back());
    for (const auto& [firm, text] : order)
      for (std::uint64_t i = texts_[text].begin; i < texts_[text].end; ++i) firms[ends_[terms_[i]]++] = firm;
    return firms;
  }

  const store::Snapshot& s_;
  const CharMap& simplified_;
  const Owners& owners_;
  TermNumbers numbers_;
  std::vector<std::uint32_t> terms_;  // of the texts, one after the other, each once in a text
  std::vector<Text> texts_;
  std::vector<std::uint32_t> seen_;          // by term: the number of the text that had it last, from 1 on
  std::vector<std::uint64_t> count_, ends_;  // by term: firms, and where they end
};

// Joins the lists of all parts, for terms from one bound up to another.
class RangeMaker {
 public:
  RangeMaker(const std::array<PatentPart, kPatentParts>& parts, store::FirmNo last)
      : parts_(parts), bits_(last / 64 + 1) {}

  // `from` and `to`: rows of each part.
  TermListTable<store::Build> run(const std::array<std::size_t, kPatentParts>& from,
                                  const std::array<std::size_t, kPatentParts>& to) {
    struct Row {
      std::uint64_t key;
      std::uint32_t part, row;
    };
    std::vector<Row> rows;
    for (std::uint32_t part = 0; part < kPatentParts; ++part)
      for (std::size_t row = from[part]; row < to[part]; ++row)
        rows.push_back({parts_[part].key[row], part, static_cast<std::uint32_t>(row)});
    const auto term_at = [&](const Row& row) { return parts_[row.part].term[row.row]; };
    std::sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
      if (a.key != b.key) return a.key < b.key;
      const int difference = term_at(a).compare(term_at(b));
      return difference != 0 ? difference < 0 : a.part < b.part;
    });
    TermListTable<store::Build> table;
    for (std::size_t i = 0; i < rows.size();) {
      const std::string_view term = term_at(rows[i]);
      lists_.clear();
      for (; i < rows.size() && term_at(rows[i]) == term; ++i) lists_.push_back(parts_[rows[i].part].list[rows[i].row]);
      table.term.push_back(term);
      table.count.push_back(join());
      table.list.push_back(joined_);
    }
    return table;
  }

 private:
  // As bits when they are many: a list is then as quick to gather as to read.
  std::uint32_t join() {
    joined_.clear();
    FirmListWriter writer(joined_);
    std::uint32_t count = 0;
    firms_.clear();
    for (const std::string_view list : lists_) each_in_list(list, [&](store::FirmNo firm) { firms_.push_back(firm); });
    const auto put = [&](store::FirmNo firm) { writer.push_back(firm), ++count; };
    if (lists_.size() > 1 && firms_.size() > bits_.size() / 4) {
      for (const store::FirmNo firm : firms_) bits_[firm / 64] |= std::uint64_t{1} << firm % 64;
      for (std::size_t i = 0; i < bits_.size(); ++i)
        for (; bits_[i] != 0; bits_[i] &= bits_[i] - 1)
          put(static_cast<store::FirmNo>(i * 64 + static_cast<std::size_t>(std::countr_zero(bits_[i]))));
      return count;
    }
    std::sort(firms_.begin(), firms_.end());
    firms_.erase(std::unique(firms_.begin(), firms_.end()), firms_.end());
    for (const store::FirmNo firm : firms_) put(firm);
    return count;
  }

  const std::array<PatentPart, kPatentParts>& parts_;
  std::vector<std::uint64_t> bits_;  // by firm; none set between lists
  std::vector<std::string_view> lists_;
  std::vector<store::FirmNo> firms_;
  std::string joined_;
};

// Where each range begins in each part: at terms of the largest part.
std::vector<std::array<std::size_t, kPatentParts>> bounds_of(const std::array<PatentPart, kPatentParts>& parts) {
  const PatentPart& largest =
      *std::max_element(parts.begin(), parts.end(),
                        [](const PatentPart& a, const PatentPart& b) { return a.term.size() < b.term.size(); });
  std::vector<std::array<std::size_t, kPatentParts>> bounds(kRanges + 1);
  for (std::size_t range = 1; range <= kRanges; ++range) {
    for (std::size_t part = 0; part < kPatentParts; ++part) {
      const PatentPart& p = parts[part];
      if (range == kRanges || largest.term.size() == 0) {
        bounds[range][part] = p.term.size();
        continue;
      }
      // By whole keys, so that equal terms are never parted.
      const std::uint64_t key = largest.key[largest.key.size() * range / kRanges];
      bounds[range][part] = static_cast<std::size_t>(std::lower_bound(p.key.begin(), p.key.end(), key) - p.key.begin());
    }
  }
  return bounds;
}

TermListTable<store::Build> join_parts(const std::array<PatentPart, kPatentParts>& parts, store::FirmNo last) {
  const auto bounds = bounds_of(parts);
  std::vector<TermListTable<store::Build>> ranges(kRanges);
  tbb::parallel_for(std::size_t{0}, kRanges, [&](std::size_t range) {
    ranges[range] = RangeMaker(parts, last).run(bounds[range], bounds[range + 1]);
  });
  TermListTable<store::Build> all;
  for (TermListTable<store::Build>& range : ranges) {
    for (std::size_t i = 0; i < range.term.size(); ++i)
      all.term.push_back(range.term[i]), all.list.push_back(range.list[i]), all.count.push_back(range.count[i]);
    range = {};
  }
  return all;
}

}  // namespace

std::size_t TermLists::first_from(std::string_view wanted) const {
  std::size_t low = 0, high = term.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (term[middle] < wanted)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

Status write_term_lists(const std::filesystem::path& folder, const store::Snapshot& snapshot,
                        const Reference& reference, const std::vector<store::FirmNo>& firms) {
  const Owners owners(snapshot, firms);
  std::array<PatentPart, kPatentParts> parts;
  tbb::parallel_for(
      std::size_t{0}, kPatentParts,
      [&](std::size_t i) {
        PartMaker maker(snapshot, reference.simplified, owners);
        maker.read(owners.patents() * i / kPatentParts, owners.patents() * (i + 1) / kPatentParts);
        parts[i] = maker.finish();
      },
      tbb::simple_partitioner());
  auto table = join_parts(parts, snapshot.last_firm());
  parts = {};
  TANMIAO_ASSIGN(auto writer, store::ColumnFolderWriter::create(folder));
  Status status;
  table.each([&](std::string_view name, auto& column) {
    if (status) status = writer.write(name, column);
  });
  TANMIAO_TRY(std::move(status));
  return writer.finish("{}");
}

namespace {

Result<std::shared_ptr<const TermLists>> open_term_lists(const std::filesystem::path& folder) {
  TANMIAO_ASSIGN(const auto reader, store::ColumnFolderReader::open(folder));
  auto lists = std::make_shared<TermLists>();
  Status status;
  lists->each([&](std::string_view name, auto& column) {
    if (status) status = reader.read(name, column);
  });
  TANMIAO_TRY(std::move(status));
  if (lists->list.size() != lists->term.size() || lists->count.size() != lists->term.size())
    return Error{Errc::kCorrupt, "the lists of terms are not as many as the terms", folder.string()};
  return std::shared_ptr<const TermLists>(std::move(lists));
}

}  // namespace

Result<AbstractLists> open_abstracts(const std::filesystem::path& generation, bool whole) {
  AbstractLists lists;
  TANMIAO_ASSIGN(lists.base, open_term_lists(generation / kAbstractsFolder));
  if (!whole) {
    TANMIAO_ASSIGN(lists.changed, open_term_lists(generation / kChangedAbstractsFolder));
  }
  return lists;
}

}  // namespace tanmiao::indexer
