#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <fstream>
#include <map>

#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include "core/hash.h"
#include "indexer/database.h"
#include "indexer/document.h"
#include "indexer/fields.h"
#include "indexer/index.h"

namespace tanmiao::indexer {

namespace fs = std::filesystem;

Result<Xapian::Database> open_database(const fs::path& folder) {
  std::ifstream note(folder / kNoteFile);
  if (!note) return Error{Errc::kNotFound, "there is no complete search index", folder.string()};
  int format = 0;
  std::uint64_t documents = 0;
  if (!(note >> format >> documents) || format != kIndexFormat)
    return Error{Errc::kCorrupt, "the note of the search index is not of this version", folder.string()};
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
constexpr store::FirmNo kChunk = 500;

// The character table decides what terms look like, so it names the generation together with the snapshot.
std::string generation_of(const store::Snapshot& snapshot, const Reference& reference) {
  const std::map<char32_t, char32_t> sorted(reference.simplified.begin(), reference.simplified.end());
  std::string bytes = snapshot.info().digest + ";" + std::to_string(kIndexFormat);
  for (const auto& [from, to] : sorted) bytes += ";" + std::to_string(from) + ">" + std::to_string(to);
  for (const Zone& zone : reference.regions.zones()) bytes += ";" + zone.id;
  return "index" + std::to_string(kIndexFormat) + "-" + hash_hex(bytes, 32);
}

// oneTBB orders the steps of the pipeline already. `made`, and the atomics of write_documents(), say the same in words
// that a race detector hears, since that library is not instrumented; they cost one store a chunk.
struct Chunk {
  std::atomic<bool> made = false;
  store::FirmNo begin = 0;
  std::vector<std::pair<store::FirmNo, Xapian::Document>> documents;
};

// Documents are made on all threads and written in order by one: the index does not depend on their number.
std::uint64_t write_documents(Xapian::WritableDatabase& database, const store::Snapshot& snapshot,
                              const Reference& reference, int threads, Progress& progress) {
  const store::FirmNo last = snapshot.last_firm();
  std::atomic<store::FirmNo> next = 1;
  std::atomic<std::uint64_t> written = 0;
  tbb::task_arena arena(threads > 0 ? threads : tbb::task_arena::automatic);
  const auto deal = [&](tbb::flow_control& control) {
    const store::FirmNo begin = next.load(std::memory_order_acquire);
    if (begin > last) control.stop();
    next.store(std::min(begin + kChunk, last + 1), std::memory_order_release);
    return begin;
  };
  const auto make = [&](store::FirmNo begin) {
    auto chunk = std::make_shared<Chunk>();
    chunk->begin = begin;
    for (store::FirmNo firm = begin; firm <= last && firm < begin + kChunk; ++firm)
      if (listed(snapshot, firm)) chunk->documents.emplace_back(firm, make_document(snapshot, reference, firm));
    chunk->made.store(true, std::memory_order_release);
    return chunk;
  };
  const auto write = [&](const std::shared_ptr<Chunk>& chunk) {
    const std::uint64_t before = written.load(std::memory_order_acquire);
    static_cast<void>(chunk->made.load(std::memory_order_acquire));
    for (const auto& [firm, document] : chunk->documents) database.replace_document(firm, document);
    written.store(before + chunk->documents.size(), std::memory_order_release);
    progress.update(kStage, std::min(chunk->begin + kChunk - 1, last), last, "");
  };
  arena.execute([&] {
    tbb::parallel_pipeline(
        8, tbb::make_filter<void, store::FirmNo>(tbb::filter_mode::serial_in_order, deal) &
               tbb::make_filter<store::FirmNo, std::shared_ptr<Chunk>>(tbb::filter_mode::parallel, make) &
               tbb::make_filter<std::shared_ptr<Chunk>, void>(tbb::filter_mode::serial_in_order, write));
  });
  return written;
}

Status sync_files(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) {
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

// Written uncompacted beside, compacted (document ids kept) into `fresh`, which is complete and synced afterwards.
Result<std::uint64_t> build_beside(const fs::path& work, const fs::path& fresh, const store::Snapshot& snapshot,
                                   const Reference& reference, int threads, Progress& progress) {
  std::uint64_t documents = 0;
  {
    constexpr int kFlags = Xapian::DB_CREATE_OR_OVERWRITE | Xapian::DB_NO_SYNC | Xapian::DB_DANGEROUS;
    Xapian::WritableDatabase database(work.string(), kFlags);
    documents = write_documents(database, snapshot, reference, threads, progress);
    database.commit();
    progress.update(kStage, snapshot.last_firm(), snapshot.last_firm(), "compacting");
    database.compact(fresh.string(), Xapian::DBCOMPACT_NO_RENUMBER);
  }
  TANMIAO_TRY(sync_files(fresh));
  TANMIAO_TRY(store::write_file_durably(fresh / kNoteFile,
                                        std::to_string(kIndexFormat) + " " + std::to_string(documents) + "\n"));
  return documents;
}

}  // namespace

Result<IndexReport> build_index(const store::DataFolder& folder, const store::Snapshot& snapshot,
                                const IndexConfig& config, const Reference& reference, Progress& progress) {
  IndexReport report;
  report.generation = generation_of(snapshot, reference);
  const fs::path target = folder.index(report.generation);
  if (const auto present = open_database(target)) {
    report.documents = present->get_doccount();
    report.unchanged = true;
    return report;
  }
  const fs::path work = target.string() + ".work", fresh = target.string() + ".new";
  try {
    for (const fs::path& left : {work, fresh, target}) fs::remove_all(left);
    fs::create_directories(target.parent_path());
    TANMIAO_ASSIGN(report.documents, build_beside(work, fresh, snapshot, reference, config.threads, progress));
    fs::remove_all(work);
    fs::rename(fresh, target);
  } catch (const Xapian::Error& error) {
    const char* reason = error.get_error_string();
    if (reason != nullptr && std::string_view(reason) == std::strerror(ENOSPC))
      return store::io_error(ENOSPC, "writing the search index", target);
    return Error{Errc::kIo, "writing the search index: " + error.get_description(), target.string()};
  } catch (const fs::filesystem_error& error) {
    return store::io_error(error.code().value(), "writing the search index", target);
  }
  TANMIAO_TRY(store::sync_folder(target.parent_path()));
  return report;
}

}  // namespace tanmiao::indexer
