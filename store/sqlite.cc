#include "store/sqlite.h"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>

#include "store/data_folder.h"

namespace tanmiao::store::sql {

namespace {

constexpr int kBusyMilliseconds = 20'000;

struct Translation {
  int sqlite;
  Errc ours;
};
constexpr Translation kTranslations[] = {
    {SQLITE_CORRUPT, Errc::kCorrupt}, {SQLITE_NOTADB, Errc::kCorrupt},      {SQLITE_BUSY, Errc::kLocked},
    {SQLITE_LOCKED, Errc::kLocked},   {SQLITE_CONSTRAINT, Errc::kConflict}, {SQLITE_INTERRUPT, Errc::kCancelled},
    {SQLITE_TOOBIG, Errc::kLimit},    {SQLITE_MISMATCH, Errc::kCorrupt},
};

Errc translate(int code) {
  for (const Translation& t : kTranslations)
    if (t.sqlite == (code & 0xff)) return t.ours;
  return Errc::kIo;
}

}  // namespace

void fail(Errc code, std::string message) { throw Failure{{code, std::move(message), {}}}; }

// SQLite's own words ("disk I/O error") name neither. A full disk shows as an error of I/O where the log's shared
// memory cannot grow.
std::optional<Error> error_of_disk(int code, int system, const std::filesystem::path& file) {
  const int kind = code & 0xff;
  if (kind == SQLITE_FULL) system = ENOSPC;
  const bool known = system != 0 && kind != SQLITE_READONLY;
  const std::string why = known ? std::strerror(system) : sqlite3_errstr(code);
  const std::string it =
      file.filename().string() + " in " + (file.has_parent_path() ? file.parent_path().string() : ".");
  const auto given = [&](Errc ours, const std::string& message) { return Error{ours, message, file.string()}; };
  if (kind != SQLITE_FULL && kind != SQLITE_IOERR && kind != SQLITE_CANTOPEN && kind != SQLITE_READONLY)
    return std::nullopt;
  if (known && (system == ENOSPC || system == EDQUOT))
    return given(Errc::kDiskFull,
                 "no room for " + it + ": " + why + "; make room there, then run the same command again");
  if (known && system == EFBIG)
    return given(Errc::kDiskFull, it + " may not grow any more: " + why +
                                      "; raise the limit on sizes of files, then run the same command again");
  if (kind == SQLITE_READONLY)
    return given(Errc::kRefused,
                 it + " is read-only for this user: expected leave to write the folder and the files in it");
  if (kind == SQLITE_CANTOPEN)
    return given(Errc::kIo,
                 it + " cannot be opened: " + why + "; expected a folder that is there and that this user may write");
  return given(Errc::kIo, it + " cannot be read or written: " + why + "; look after the disk, then run tanmiao check");
}

Database::Database(std::filesystem::path path, Mode mode) : path_(std::move(path)) {
  // guarded() lets in one thread at a time.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (mode == Mode::kCreate ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(path_.c_str(), &handle_, flags, nullptr);
  try {
    if (code != SQLITE_OK) raise(code, "opening the database");
    sqlite3_extended_result_codes(handle_, 1);
    sqlite3_busy_timeout(handle_, kBusyMilliseconds);
    script(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-24576;"
        "PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=16384; PRAGMA journal_size_limit=67108864;");
    if (mode == Mode::kRead) query_only(true);
  } catch (const Failure&) {
    sqlite3_close_v2(handle_);
    throw;
  }
}

Database::~Database() {
  for (auto& [text, statements] : idle_)
    for (sqlite3_stmt* statement : statements) sqlite3_finalize(statement);
  sqlite3_close_v2(handle_);
}

void Database::query_only(bool on) { script(on ? "PRAGMA query_only=ON" : "PRAGMA query_only=OFF"); }

void Database::on_commit(std::function<void(int pages)> told) {
  on_commit_ = std::move(told);
  const auto call = [](void* of, sqlite3*, const char*, int pages) {
    static_cast<Database*>(of)->on_commit_(pages);
    return SQLITE_OK;
  };
  sqlite3_wal_hook(handle_, on_commit_ ? static_cast<int (*)(void*, sqlite3*, const char*, int)>(call) : nullptr, this);
}

std::optional<Database::LogState> Database::checkpoint() {
  LogState state{};
  const int code = sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, &state.pages, &state.copied);
  return code == SQLITE_OK && state.pages >= 0 ? std::optional(state) : std::nullopt;
}

// Of the last failure, where it is known: of a COMMIT that failed only the files themselves know it.
int Database::system_reason() const {
  if (handle_ == nullptr) return 0;
  int reason = sqlite3_system_errno(handle_);
  sqlite3_file* log = nullptr;
  if (reason == 0) sqlite3_file_control(handle_, "main", SQLITE_FCNTL_JOURNAL_POINTER, static_cast<void*>(&log));
  if (log != nullptr && log->pMethods != nullptr)
    log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, static_cast<void*>(&reason));
  if (reason == 0) sqlite3_file_control(handle_, "main", SQLITE_FCNTL_LAST_ERRNO, static_cast<void*>(&reason));
  return reason;
}

void Database::raise(int code, std::string_view doing) {
  if (auto error = error_of_disk(code, system_reason(), path_)) throw Failure{*std::move(error)};
  std::string message = std::string(doing) + ": " + (handle_ ? sqlite3_errmsg(handle_) : sqlite3_errstr(code));
  throw Failure{{translate(code), std::move(message), path_.filename().string()}};
}

void Database::script(std::string_view text) {
  const std::string copy(text);
  const int code = sqlite3_exec(handle_, copy.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) raise(code, "running a script");
}

std::int64_t Database::number(std::string_view text) {
  Query query(*this, text);
  return query.step() ? query.integer(0) : 0;
}

std::int64_t Database::last_row() const { return sqlite3_last_insert_rowid(handle_); }
std::int64_t Database::written() const { return sqlite3_total_changes64(handle_); }
std::int64_t Database::changes() const { return sqlite3_changes64(handle_); }

sqlite3_stmt* Database::borrow(std::string_view text) {
  if (const auto found = idle_.find(text); found != idle_.end() && !found->second.empty()) {
    sqlite3_stmt* statement = found->second.back();
    found->second.pop_back();
    return statement;
  }
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_, text.data(), static_cast<int>(text.size()), SQLITE_PREPARE_PERSISTENT,
                                      &statement, nullptr);
  if (code != SQLITE_OK) raise(code, text);
  return statement;
}

void Database::give_back(std::string_view text, sqlite3_stmt* statement) {
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  auto found = idle_.find(text);
  if (found == idle_.end()) found = idle_.emplace(std::string(text), std::vector<sqlite3_stmt*>()).first;
  found->second.push_back(statement);
}

Query::Query(Database& database, std::string_view text)
    : database_(database), text_(text), statement_(database.borrow(text)) {}
Query::~Query() { database_.give_back(text_, statement_); }

void Query::rewind() { sqlite3_reset(statement_); }

bool Query::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  database_.raise(code, text_.substr(0, 60));
}

void Query::run() {
  while (step()) {
  }
}

void Query::bind(int index, std::nullptr_t) { sqlite3_bind_null(statement_, index); }
void Query::bind(int index, std::int64_t value) { sqlite3_bind_int64(statement_, index, value); }
void Query::bind(int index, std::string_view value) {
  const char* data = value.data() ? value.data() : "";
  const int code = sqlite3_bind_text64(statement_, index, data, value.size(),
                                       texts_stay_ ? SQLITE_STATIC : SQLITE_TRANSIENT, SQLITE_UTF8);
  if (code != SQLITE_OK) database_.raise(code, "binding a text");
}

bool Query::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }
std::string_view Query::view(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return text ? std::string_view(text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)))
              : std::string_view();
}

Transaction::Transaction(Database& database, Kind kind) : database_(database) {
  if (database_.depth_ == 0) database_.one(kind == Kind::kWrite ? "BEGIN IMMEDIATE" : "BEGIN");
  ++database_.depth_;
}

Transaction::~Transaction() {
  if (!open_) return;
  --database_.depth_;
  // A statement that failed with a full disk may already have rolled back.
  if (database_.depth_ == 0 && !sqlite3_get_autocommit(database_.handle_))
    sqlite3_exec(database_.handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  if (database_.depth_ == 1) database_.one("COMMIT");
  --database_.depth_;
  open_ = false;
}

}  // namespace tanmiao::store::sql
