#include "store/backup.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "store/audit_note.h"
#include "store/data_folder.h"
#include "store/sqlite.h"
#include "store/sqlite_people.h"

namespace tanmiao::store {
namespace {

constexpr int kBusyMs = 20'000;
constexpr int kBusyRounds = 50;

struct Close {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
using Handle = std::unique_ptr<sqlite3, Close>;

Error failure(int code, std::string_view doing, const std::filesystem::path& file, int system = 0) {
  if (auto error = sql::error_of_disk(code, system, file)) return *std::move(error);
  Errc ours = Errc::kIo;
  if ((code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB) ours = Errc::kCorrupt;
  if ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED) ours = Errc::kLocked;
  return {ours, std::string(doing) + ": " + sqlite3_errstr(code), file.string()};
}

Result<Handle> open(const std::filesystem::path& file, int flags) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &raw, flags | SQLITE_OPEN_FULLMUTEX, nullptr);
  Handle handle(raw);
  if (code != SQLITE_OK) return failure(code, "opening the database", file, sqlite3_system_errno(raw));
  sqlite3_busy_timeout(handle.get(), kBusyMs);
  return handle;
}

Status sync_file(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return io_error(errno, "opening the file to sync it", file);
  const bool synced = ::fsync(fd) == 0;
  const int why = errno;
  ::close(fd);
  if (!synced) return io_error(why, "syncing the file", file);
  return {};
}

// Runs `body` on the opened file; what it throws is the error.
template <class Body>
auto with_database(const std::filesystem::path& file, sql::Database::Mode mode, Body&& body)
    -> Result<decltype(body(std::declval<sql::Database&>()))> {
  try {
    sql::Database database(file, mode);
    return body(database);
  } catch (const sql::Failure& failed) {
    return failed.error;
  }
}

}  // namespace

// All pages in one step: the read transaction that this holds sees one state, and in write-ahead mode holds up nobody.
Status copy_database(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (!std::filesystem::exists(from)) return Error{Errc::kNotFound, "there is no such database", from.string()};
  TANMIAO_ASSIGN(const Handle source, open(from, SQLITE_OPEN_READWRITE));
  TANMIAO_ASSIGN(Handle target, open(to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  sqlite3_backup* copy = sqlite3_backup_init(target.get(), "main", source.get(), "main");
  if (copy == nullptr) return failure(sqlite3_errcode(target.get()), "copying the database", to);
  int code = SQLITE_OK;
  for (int round = 0; round < kBusyRounds; ++round) {
    code = sqlite3_backup_step(copy, -1);
    if (code != SQLITE_BUSY && code != SQLITE_LOCKED) break;
    sqlite3_sleep(kBusyMs / kBusyRounds);
  }
  const int finished = sqlite3_backup_finish(copy);
  if (code != SQLITE_DONE) return failure(code, "copying the database", from);
  if (finished != SQLITE_OK) return failure(finished, "copying the database", to);
  target.reset();
  return sync_file(to);
}

Result<std::string> damage_of_database(const std::filesystem::path& file) {
  return with_database(file, sql::Database::Mode::kRead, [](sql::Database& database) -> std::string {
    sql::Query query(database, "PRAGMA quick_check(1)");
    if (!query.step() || query.view(0) == "ok") return {};
    return query.text(0);
  });
}

Result<AuditHead> audit_noted_in(const std::filesystem::path& facts) {
  TANMIAO_ASSIGN(const std::string note,
                 with_database(facts, sql::Database::Mode::kRead, [](sql::Database& database) -> std::string {
                   sql::Query row(database, "SELECT value FROM note WHERE key = ?1");
                   return row.with(kAuditNote).step() ? row.text(0) : std::string();
                 }));
  return parse_audit_note(note);
}

Result<std::string> damage_of_people(const std::filesystem::path& file, const AuditHead& known) {
  TANMIAO_ASSIGN(std::string damage, damage_of_database(file));
  if (!damage.empty()) return damage;
  try {
    SqlitePeople people(file, sql::Database::Mode::kRead);
    TANMIAO_ASSIGN(const auto broken, people.check(known));
    return broken.empty() ? std::string() : broken.front();
  } catch (const sql::Failure& failed) {
    if (failed.error.code == Errc::kConfig) return std::string();
    return failed.error;
  }
}

Result<std::vector<AcknowledgedSegment>> acknowledged_segments(const std::filesystem::path& facts) {
  return with_database(facts, sql::Database::Mode::kRead, [](sql::Database& database) {
    std::vector<AcknowledgedSegment> found;
    sql::Query rows(database,
                    "SELECT s.name, g.name, g.length FROM segment g JOIN source s ON s.id = g.source"
                    " ORDER BY s.name, g.name");
    while (rows.step()) found.push_back({rows.text(0), rows.text(1), rows.get<std::uint64_t>(2)});
    return found;
  });
}

Status forget_capture_bytes(const std::filesystem::path& facts) {
  const auto done = with_database(facts, sql::Database::Mode::kWrite, [](sql::Database& database) {
    sql::Transaction transaction(database, sql::Transaction::Kind::kWrite);
    sql::Query(database, "UPDATE capture SET segment = '', offset = 0 WHERE segment <> ''").run();
    sql::Query(database, "DELETE FROM segment").run();
    transaction.commit();
    return true;
  });
  if (!done) return done.error();
  return {};
}

}  // namespace tanmiao::store
