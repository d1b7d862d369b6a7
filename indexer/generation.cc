#include "indexer/generation.h"

#include <malloc.h>

#include <algorithm>
#include <mutex>
#include <numeric>

#include <tbb/parallel_for.h>
#include <tbb/parallel_invoke.h>
#include <tbb/task_arena.h>

#include "indexer/digests.h"
#include "indexer/document.h"
#include "indexer/term_lists.h"
#include "store/data_folder.h"

namespace tanmiao::indexer {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kStage = "index";
constexpr const char* kDigestColumn = "digest";

// Xapian gathers postings in trees until a commit; small ones are cheap to add to, and what little is merged more often
// costs less (docs/measured/index.md).
constexpr std::uint64_t kCommitEvery = 2000;
// When more firms than one in so many differ from the whole build, there is another one: looking into two places for
// most words would cost every query what one night saves.
constexpr std::uint64_t kMostChanged = 8;

// Counts for all shards; the display is told by one thread at a time.
class Shown {
 public:
  Shown(Progress& progress, std::uint64_t total) : progress_(progress), total_(total) {}
  void add(std::uint64_t firms) {
    const std::scoped_lock hold(mutex_);
    done_ += firms;
    progress_.update(kStage, done_, total_, "");
  }

 private:
  Progress& progress_;
  std::uint64_t total_, done_ = 0;
  std::mutex mutex_;
};

// Those of `firms` (ascending) that are listed. Returns how many documents they gave.
std::uint64_t write_shard(const fs::path& place, const IndexSource& source, const text::Folder& folder,
                          const std::vector<store::FirmNo>& firms, Shown& shown) {
  // Lists of the terms of each document are never asked for.
  constexpr int kFlags =
      Xapian::DB_CREATE_OR_OVERWRITE | Xapian::DB_NO_SYNC | Xapian::DB_DANGEROUS | Xapian::DB_NO_TERMLIST;
  Xapian::WritableDatabase database(place.string(), kFlags);
  DocumentMaker documents(source.snapshot, source.reference, folder);
  std::uint64_t written = 0, told = 0, seen = 0;
  for (const store::FirmNo firm : firms) {
    ++seen;
    if (!listed(source.snapshot, firm)) continue;
    database.replace_document(firm, documents.make(firm));
    if (++written % kCommitEvery != 0) continue;
    database.commit();
    shown.add(seen - told);
    told = seen;
  }
  database.commit();
  shown.add(seen - told);
  return written;
}

// A shard for each part of `firms`, compacted into `target` without another numbering.
std::uint64_t write_postings(const fs::path& work, const fs::path& target, const IndexSource& source,
                             const std::vector<store::FirmNo>& firms, Progress& progress) {
  Shown shown(progress, firms.size());
  const text::Folder folder(source.reference.simplified);
  const std::size_t shards = source.shards;
  std::vector<std::uint64_t> written(shards);
  const auto place = [&](std::size_t shard) { return work / std::to_string(shard); };
  tbb::parallel_for(
      std::size_t{0}, shards,
      [&](std::size_t i) {
        const auto at = [&](std::size_t shard) {
          return firms.begin() + static_cast<std::ptrdiff_t>(firms.size() * shard / shards);
        };
        written[i] = write_shard(place(i), source, folder, {at(i), at(i + 1)}, shown);
      },
      tbb::simple_partitioner());
  progress.update(kStage, firms.size(), firms.size(), "compacting");
  Xapian::Database all;
  for (std::size_t i = 0; i < shards; ++i)
    if (written[i] != 0 || i == 0) all.add_database(Xapian::Database(place(i).string()));
  all.compact(target.string(), Xapian::DBCOMPACT_NO_RENUMBER);
  return std::accumulate(written.begin(), written.end(), std::uint64_t{0});
}

// Columns beside the postings: what must be done one after the other in one has company in the other. Texts of patents
// come afterwards, since both take memory. `before`: what changed since then is written, else all.
Result<std::uint64_t> write_all(const fs::path& work, const fs::path& fresh, const IndexSource& source,
                                const std::vector<store::FirmNo>& firms, const MappedTables* before,
                                Progress& progress) {
  const bool changed = before != nullptr;
  const fs::path postings = changed ? fresh / kChangedFolder : fresh;
  fs::create_directories(work);
  tbb::task_arena arena(source.threads > 0 ? source.threads : tbb::task_arena::automatic);
  std::uint64_t documents = 0;
  Status columns, lists;
  arena.execute([&] {
    tbb::parallel_invoke([&] { documents = write_postings(work, postings, source, firms, progress); },
                         [&] {
                           columns = write_tables(work / kColumnsFolder, source.snapshot, source.reference,
                                                  source.digests, before);
                         });
    progress.update(kStage, firms.size(), firms.size(), "patents");
    ::malloc_trim(0);  // the trees of the postings are small pieces, which the library would keep for as small ones
    lists = write_term_lists(work, changed, source.snapshot, source.reference, firms);
  });
  TANMIAO_TRY(std::move(columns));
  TANMIAO_TRY(std::move(lists));
  fs::rename(work / kColumnsFolder, fresh / kColumnsFolder);
  for (const TermListFolders& folders : kTermListFolders) {
    const char* const name = changed ? folders.changed : folders.whole;
    fs::rename(work / name, fresh / name);
  }
  return documents;
}

void link_files(const fs::path& from, const fs::path& to) {
  fs::create_directories(to);
  for (const auto& entry : fs::directory_iterator(from))
    if (entry.is_regular_file() && entry.path().filename() != kNoteFile)
      fs::create_hard_link(entry.path(), to / entry.path().filename());
}

Result<std::vector<std::uint64_t>> read_base(const fs::path& folder) {
  TANMIAO_ASSIGN(const auto reader, store::ColumnFolderReader::open(folder / kBaseFolder));
  store::ColumnView<std::uint64_t> digests;
  TANMIAO_TRY(reader.read(kDigestColumn, digests));
  return std::vector<std::uint64_t>(digests.span().begin(), digests.span().end());
}

Status write_base(const fs::path& folder, const std::vector<std::uint64_t>& digests) {
  TANMIAO_ASSIGN(auto writer, store::ColumnFolderWriter::create(folder / kBaseFolder));
  TANMIAO_TRY(writer.write(kDigestColumn, digests));
  return writer.finish("{}");
}

std::uint64_t count_listed(const std::vector<std::uint64_t>& digests) {
  return static_cast<std::uint64_t>(
      std::count_if(digests.begin(), digests.end(), [](std::uint64_t digest) { return digest != 0; }));
}

}  // namespace

Result<std::vector<store::FirmNo>> stale_firms(const fs::path& folder, const MappedTables& tables) {
  TANMIAO_ASSIGN(const auto base, read_base(folder));
  return changed_firms(base, tables.digest.span());
}

std::optional<IndexBefore> index_before(const fs::path& folder, const IndexSource& source) {
  const auto opened = open_postings(folder, {});
  if (!opened || opened->note.tables != source.tables) return std::nullopt;
  auto tables = open_tables(folder / kColumnsFolder, std::nullopt);
  if (!tables || !open_term_lists(folder, opened->note.whole)) return std::nullopt;
  // A damaged byte would be carried on and be sound by its new hash.
  if (!check_tables(folder / kColumnsFolder).empty()) return std::nullopt;
  for (const TermListFolders& lists : kTermListFolders)
    if (!check_tables(folder / lists.whole).empty()) return std::nullopt;
  if (!opened->note.whole && !check_tables(folder / kBaseFolder).empty()) return std::nullopt;
  IndexBefore before{folder, opened->note, std::move(*tables), {}, {}};
  if (before.note.whole) {
    const auto digests = before.tables->digest.span();
    before.base_digests.assign(digests.begin(), digests.end());
  } else {
    auto base = read_base(folder);
    if (!base) return std::nullopt;
    before.base_digests = std::move(*base);
  }
  before.stale = changed_firms(before.base_digests, source.digests);
  if (before.stale.size() * kMostChanged > count_listed(source.digests)) return std::nullopt;
  return before;
}

Result<IndexNote> write_whole(const fs::path& work, const fs::path& fresh, const IndexSource& source,
                              Progress& progress) {
  std::vector<store::FirmNo> all(source.snapshot.last_firm());
  std::iota(all.begin(), all.end(), store::FirmNo{1});
  TANMIAO_ASSIGN(const std::uint64_t documents, write_all(work, fresh, source, all, nullptr, progress));
  return IndexNote{source.snapshot.info().digest, source.tables, documents, documents, 0, true};
}

Result<IndexNote> write_changes(const fs::path& work, const fs::path& fresh, const IndexSource& source,
                                const IndexBefore& before, Progress& progress) {
  link_files(before.folder, fresh);
  for (const TermListFolders& lists : kTermListFolders) {
    link_files(before.folder / lists.whole, fresh / lists.whole);
    TANMIAO_TRY(store::sync_folder(fresh / lists.whole));
  }
  TANMIAO_TRY(write_base(fresh, before.base_digests));
  std::vector<store::FirmNo> firms;
  firms.reserve(before.stale.size());
  for (const store::FirmNo firm : before.stale)
    if (firm <= source.snapshot.last_firm() && firm != 0) firms.push_back(firm);
  TANMIAO_ASSIGN(const std::uint64_t changed, write_all(work, fresh, source, firms, before.tables.get(), progress));
  return IndexNote{
      source.snapshot.info().digest, source.tables, count_listed(source.digests), before.note.base, changed, false};
}

}  // namespace tanmiao::indexer
