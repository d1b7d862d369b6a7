#include "indexer/term_lists.h"

#include <array>
#include <bit>

#include <tbb/parallel_for.h>

#include "core/text/folder.h"
#include "indexer/patent_parts.h"

namespace tanmiao::indexer {
namespace {

// Both fixed, so that nothing depends on the number of threads.
constexpr std::size_t kPatentParts = 16;  // of the patents: texts are packed in blocks, so each part reads its own
constexpr std::size_t kRanges = 64;       // of the terms: the lists of all parts are joined range by range

// Joins the lists of all parts, for terms from one bound up to another.
class RangeMaker {
 public:
  RangeMaker(const std::array<PatentPart, kPatentParts>& parts, store::FirmNo last)
      : parts_(parts), bits_(last / 64 + 1) {}

  // `from` and `to`: rows of each part.
  TermListTable<store::Build> run(const std::array<std::size_t, kPatentParts>& from,
                                  const std::array<std::size_t, kPatentParts>& to) {
    std::vector<Row> rows;
    for (std::uint32_t part = 0; part < kPatentParts; ++part)
      for (std::size_t row = from[part]; row < to[part]; ++row)
        rows.push_back({parts_[part].key(row), part, static_cast<std::uint32_t>(row)});
    std::sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) {
      if (a.key != b.key) return a.key < b.key;
      const int difference = is_longer(a) || is_longer(b) ? term(a).compare(term(b)) : 0;
      return difference != 0 ? difference < 0 : a.part < b.part;
    });
    TermListTable<store::Build> table;
    for (std::size_t i = 0; i < rows.size();) {
      const Row first = rows[i];
      lists_.clear();
      for (; i < rows.size() && same_term(rows[i], first); ++i)
        lists_.push_back(parts_[rows[i].part].list(rows[i].row));
      table.term.push_back(term(first));
      table.count.push_back(join());
      table.list.push_back(joined_);
    }
    return table;
  }

 private:
  struct Row {
    std::uint64_t key;
    std::uint32_t part, row;
  };
  bool is_longer(const Row& row) const { return parts_[row.part].is_longer(row.row); }
  std::string term(const Row& row) const { return parts_[row.part].term(row.row); }
  bool same_term(const Row& a, const Row& b) const {
    return a.key == b.key && ((!is_longer(a) && !is_longer(b)) || term(a) == term(b));
  }

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
  const PatentPart& largest = *std::max_element(
      parts.begin(), parts.end(), [](const PatentPart& a, const PatentPart& b) { return a.size() < b.size(); });
  std::vector<std::array<std::size_t, kPatentParts>> bounds(kRanges + 1);
  for (std::size_t range = 1; range <= kRanges; ++range) {
    for (std::size_t part = 0; part < kPatentParts; ++part) {
      const PatentPart& p = parts[part];
      if (range == kRanges || largest.size() == 0) {
        bounds[range][part] = p.size();
        continue;
      }
      // By whole keys, so that equal terms are never parted.
      bounds[range][part] = p.first_from(largest.key(largest.size() * range / kRanges));
    }
  }
  return bounds;
}

// Leaves nothing of the parts.
TermListTable<store::Build> join_parts(std::array<PatentPart, kPatentParts>& parts, store::FirmNo last) {
  const auto bounds = bounds_of(parts);
  std::vector<TermListTable<store::Build>> ranges(kRanges);
  tbb::parallel_for(std::size_t{0}, kRanges, [&](std::size_t range) {
    ranges[range] = RangeMaker(parts, last).run(bounds[range], bounds[range + 1]);
  });
  parts = {};
  TermListTable<store::Build> all;
  for (TermListTable<store::Build>& range : ranges) {
    all.term.append(std::move(range.term)), all.list.append(std::move(range.list));
    all.count.insert(all.count.end(), range.count.begin(), range.count.end());
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

namespace {

Status write_lists(const std::filesystem::path& folder, PatentText which, const store::Snapshot& snapshot,
                   const text::Folder& folded, const PatentOwners& owners) {
  std::array<PatentPart, kPatentParts> parts;
  tbb::parallel_for(
      std::size_t{0}, kPatentParts,
      [&](std::size_t i) {
        parts[i] = make_part(which, snapshot, folded, owners, owners.patents() * i / kPatentParts,
                             owners.patents() * (i + 1) / kPatentParts);
      },
      tbb::simple_partitioner());
  auto table = join_parts(parts, snapshot.last_firm());
  TANMIAO_ASSIGN(auto writer, store::ColumnFolderWriter::create(folder));
  Status status;
  table.each([&](std::string_view name, auto& column) {
    if (status) status = writer.write(name, column);
  });
  TANMIAO_TRY(std::move(status));
  return writer.finish("{}");
}

Result<std::shared_ptr<const TermLists>> open_lists(const std::filesystem::path& folder) {
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

Status write_term_lists(const std::filesystem::path& place, bool changed, const store::Snapshot& snapshot,
                        const Reference& reference, const std::vector<store::FirmNo>& firms) {
  const PatentOwners owners(snapshot, firms);
  const text::Folder folded(reference.simplified);
  for (const TermListFolders& folders : kTermListFolders)
    TANMIAO_TRY(
        write_lists(place / (changed ? folders.changed : folders.whole), folders.which, snapshot, folded, owners));
  return {};
}

Result<PatentTermLists> open_term_lists(const std::filesystem::path& generation, bool whole) {
  PatentTermLists opened;
  for (const TermListFolders& folders : kTermListFolders) {
    OpenedTermLists& lists = opened.lists_[static_cast<std::size_t>(folders.which)];
    TANMIAO_ASSIGN(lists.base, open_lists(generation / folders.whole));
    if (whole) continue;
    TANMIAO_ASSIGN(lists.changed, open_lists(generation / folders.changed));
  }
  return opened;
}

}  // namespace tanmiao::indexer
