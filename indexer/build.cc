#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <fstream>
#include <map>
#include <mutex>
#include <numeric>
#include <sstream>

#include <tbb/parallel_for.h>
#include <tbb/parallel_invoke.h>
#include <tbb/task_arena.h>

#include "core/hash.h"
#include "core/text/normalize.h"
#include "core/text/search_form.h"
#include "indexer/database.h"
#include "indexer/document.h"
#include "indexer/fields.h"
#include "indexer/index.h"
#include "indexer/index_tables.h"

namespace tanmiao::indexer {

namespace fs = std::filesystem;

Result<Xapian::Database> open_database(const fs::path& folder, std::string_view snapshot) {
  std::ifstream note(folder / kNoteFile);
  if (!note) return Error{Errc::kNotFound, "there is no complete search index", folder.string()};
  int format = 0;
  std::uint64_t documents = 0;
  std::string made_from;
  if (!(note >> format >> documents >> made_from) || format != kIndexFormat)
    return Error{Errc::kCorrupt, "the note of the search index is not of this version", folder.string()};
  if (made_from != snapshot)
    return Error{
        Errc::kConflict,
        "the search index was made from another snapshot: digest " + made_from + ", expected " + std::string(snapshot),
        folder.string()};
  try {
    Xapian::Database database(folder.string());
    if (database.get_doccount() != documents)
      return Error{Errc::kCorrupt,
                   "the search index holds " + std::to_string(database.get_doccount()) + " documents, expected " +
                       std::to_string(documents),
                   folder.string()};
    return database;
  } catch (const Xapian::Error& error) {
    return damaged(error, folder);
  }
}

namespace {

constexpr std::string_view kStage = "index";

// The character table decides what terms look like, so it names the generation together with the snapshot.
std::string generation_of(const store::Snapshot& snapshot, const Reference& reference) {
  const std::map<char32_t, char32_t> sorted(reference.simplified.begin(), reference.simplified.end());
  std::string bytes = snapshot.info().digest + ";" + std::to_string(kIndexFormat);
  for (const auto& [from, to] : sorted) bytes += ";" + std::to_string(from) + ">" + std::to_string(to);
  for (const Zone& zone : reference.regions.zones()) bytes += ";" + zone.id;
  return "index" + std::to_string(kIndexFormat) + "-" + hash_hex(bytes, 32);
}

// Written in parallel, each with a range of firm numbers of its own, then joined by compaction: their number is fixed,
// so the index does not depend on that of the threads.
constexpr std::size_t kShards = 8;
// Xapian gathers postings in trees until a commit; small ones are cheap to add to, and what little is merged more often
// costs less (docs/measured/index.md).
constexpr std::uint64_t kCommitEvery = 2000;

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

// Firms [begin, end). Returns how many documents they gave.
std::uint64_t write_shard(const fs::path& place, const store::Snapshot& snapshot, const Reference& reference,
                          store::FirmNo begin, store::FirmNo end, Shown& shown) {
  // Lists of the terms of each document are never asked for.
  constexpr int kFlags =
      Xapian::DB_CREATE_OR_OVERWRITE | Xapian::DB_NO_SYNC | Xapian::DB_DANGEROUS | Xapian::DB_NO_TERMLIST;
  Xapian::WritableDatabase database(place.string(), kFlags);
  std::uint64_t written = 0;
  store::FirmNo told = begin;
  for (store::FirmNo firm = begin; firm < end; ++firm) {
    if (!listed(snapshot, firm)) continue;
    database.replace_document(firm, make_document(snapshot, reference, firm));
    if (++written % kCommitEvery != 0) continue;
    database.commit();
    shown.add(firm - told);
    told = firm;
  }
  database.commit();
  shown.add(end - told);
  return written;
}

Status sync_files(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;  // columns are synced by whoever writes them
    const int fd = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0 || ::fsync(fd) != 0) {
      const int reason = errno;
      if (fd >= 0) ::close(fd);
      return store::io_error(reason, "syncing", entry.path());
    }
    ::close(fd);
  }
  return store::sync_folder(folder);
}

// Each of some documents is where its terms say it is, and its texts are in the columns; and there are as many
// documents as firms. Empty: so it is.
std::string disagreement(const fs::path& fresh, const store::Snapshot& snapshot, const Reference& reference,
                         std::uint64_t documents) {
  constexpr store::FirmNo kSamples = 64;
  const Xapian::Database database(fresh.string());
  const auto tables = open_tables(fresh / kColumnsFolder, snapshot.last_firm());
  if (!tables) return tables.error().text();
  std::uint64_t listed_firms = 0;
  for (store::FirmNo firm = 1; firm <= snapshot.last_firm(); ++firm) listed_firms += listed(snapshot, firm) ? 1U : 0U;
  if (database.get_doccount() != documents || (*tables)->by_name.size() != listed_firms || listed_firms != documents)
    return std::to_string(database.get_doccount()) + " documents and " + std::to_string((*tables)->by_name.size()) +
           " names of " + std::to_string(listed_firms) + " firms";
  const store::FirmNo step = std::max<store::FirmNo>(1, snapshot.last_firm() / kSamples);
  for (store::FirmNo firm = 1; firm <= snapshot.last_firm(); firm += step) {
    if (!listed(snapshot, firm)) continue;
    const Xapian::Document document = make_document(snapshot, reference, firm);
    for (auto term = document.termlist_begin(); term != document.termlist_end(); ++term) {
      auto posting = database.postlist_begin(*term);
      posting.skip_to(firm);
      if (posting == database.postlist_end(*term) || *posting != firm)
        return "firm " + std::to_string(firm) + " is not found by its term " + *term;
    }
    if ((*tables)->name[firm] !=
        text::search_form(text::fold(snapshot.firms.name[firm], reference.simplified), text::Marks::kDropped))
      return "the name of firm " + std::to_string(firm) + " is another one";
  }
  return {};
}

// Shards are written beside and compacted (document ids kept) into `fresh`, which is complete and synced afterwards.
Result<std::uint64_t> build_beside(const fs::path& work, const fs::path& fresh, const store::Snapshot& snapshot,
                                   const Reference& reference, int threads, Progress& progress) {
  const std::uint64_t firms = snapshot.last_firm();
  Shown shown(progress, firms);
  std::array<std::uint64_t, kShards> written{};
  fs::create_directories(work);
  const auto place = [&](std::size_t shard) { return work / std::to_string(shard); };
  const auto first = [&](std::size_t shard) { return static_cast<store::FirmNo>(1 + firms * shard / kShards); };
  tbb::task_arena arena(threads > 0 ? threads : tbb::task_arena::automatic);
  Status columns;
  const auto shards = [&] {
    tbb::parallel_for(
        std::size_t{0}, kShards,
        [&](std::size_t i) { written[i] = write_shard(place(i), snapshot, reference, first(i), first(i + 1), shown); },
        tbb::simple_partitioner());
  };
  // Columns beside the postings: what must be done one after the other in one has company in the other.
  arena.execute([&] {
    tbb::parallel_invoke(shards, [&] { columns = write_tables(work / kColumnsFolder, snapshot, reference); });
  });
  TANMIAO_TRY(std::move(columns));
  progress.update(kStage, firms, firms, "compacting");
  Xapian::Database all;
  for (std::size_t i = 0; i < kShards; ++i)
    if (written[i] != 0 || i == 0) all.add_database(Xapian::Database(place(i).string()));
  all.compact(fresh.string(), Xapian::DBCOMPACT_NO_RENUMBER);
  const std::uint64_t documents = std::accumulate(written.begin(), written.end(), std::uint64_t{0});
  fs::rename(work / kColumnsFolder, fresh / kColumnsFolder);
  if (const std::string wrong = disagreement(fresh, snapshot, reference, documents); !wrong.empty())
    return Error{Errc::kCorrupt, "the new search index does not agree with the snapshot: " + wrong, fresh.string()};
  TANMIAO_TRY(sync_files(fresh));
  TANMIAO_TRY(store::write_file_durably(
      fresh / kNoteFile,
      std::to_string(kIndexFormat) + " " + std::to_string(documents) + " " + snapshot.info().digest + "\n"));
  return documents;
}

// The library says on a full disk that it cannot take back what it could not write: then the disk is asked.
bool disk_full(const Xapian::Error& error, const fs::path& folder) {
  constexpr std::uintmax_t kAFewBlocks = 64 << 10;
  const char* reason = error.get_error_string();
  if (reason != nullptr && std::string_view(reason) == std::strerror(ENOSPC)) return true;
  std::error_code failed;
  const fs::space_info space = fs::space(folder, failed);
  return !failed && space.available < kAFewBlocks;
}

Status build_generation(const fs::path& target, const store::Snapshot& snapshot, const IndexConfig& config,
                        const Reference& reference, Progress& progress, IndexReport& report) {
  const fs::path work = target.string() + ".work", fresh = target.string() + ".new";
  try {
    for (const fs::path& left : {work, fresh, target}) fs::remove_all(left);
    fs::create_directories(target.parent_path());
    TANMIAO_ASSIGN(report.documents, build_beside(work, fresh, snapshot, reference, config.threads, progress));
    fs::remove_all(work);
    fs::rename(fresh, target);
  } catch (const Xapian::Error& error) {
    if (disk_full(error, target.parent_path())) return store::io_error(ENOSPC, "writing the search index", target);
    return Error{Errc::kIo, "writing the search index: " + error.get_description(), target.string()};
  } catch (const fs::filesystem_error& error) {
    return store::io_error(error.code().value(), "writing the search index", target);
  }
  return store::sync_folder(target.parent_path());
}

}  // namespace

std::string check_index(const store::DataFolder& folder, const std::string& generation, std::string_view snapshot) {
  const fs::path place = folder.index(generation);
  if (const auto opened = open_database(place, snapshot); !opened) return opened.error().text();
  try {
    std::ostringstream told;
    if (std::string columns = check_tables(place / kColumnsFolder); !columns.empty()) return columns;
    const std::size_t errors = Xapian::Database::check(place.string(), 0, &told);
    return errors == 0 ? std::string() : place.string() + ": " + std::to_string(errors) + " errors in the index";
  } catch (const Xapian::Error& error) {
    return place.string() + ": " + error.get_description();
  }
}

Result<IndexReport> build_index(const store::DataFolder& folder, const store::Snapshot& snapshot,
                                const IndexConfig& config, const Reference& reference, Progress& progress) {
  IndexReport report;
  report.generation = generation_of(snapshot, reference);
  const fs::path target = folder.index(report.generation);
  if (const auto present = open_database(target, snapshot.info().digest)) {
    report.documents = present->get_doccount();
    report.unchanged = true;
    return report;
  }
  if (const Status done = build_generation(target, snapshot, config, reference, progress, report); !done) {
    // On a full disk its place is wanted for what tells of it.
    std::error_code ignored;
    for (const char* const left : {".work", ".new"}) fs::remove_all(target.string() + left, ignored);
    return done.error();
  }
  return report;
}

}  // namespace tanmiao::indexer
