// SQLite behind a small wall. Inside it a failure is thrown as Failure and caught by guarded() in every public method
// of the repositories, so that their bodies read as a row of statements; nothing of this leaves store/.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/date.h"
#include "core/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace tanmiao::store::sql {

struct Failure {
  Error error;
};
[[noreturn]] void fail(Errc code, std::string message);

// What SQLite answers when a file cannot be read, written or opened, as people are told: the place and what to do.
// `system`: errno, 0 when it is not known. nullopt: `code` says something else.
std::optional<Error> error_of_disk(int code, int system, const std::filesystem::path& file);

class Database;

// A prepared statement on loan; given back, reset, by the destructor. The same text may be on loan several times.
class Query {
 public:
  Query(Database& database, std::string_view text);
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query();

  // Binds all parameters from ?1 on: integers, enumerations, texts, dates (days), instants (seconds), optionals (NULL).
  template <class... Values>
  Query& with(const Values&... values) {
    rewind();
    int index = 0;
    (bind(++index, values), ...);
    return *this;
  }
  bool step();  // true: a row is there
  void run();   // steps to the end
  template <class... Values>
  void run_with(const Values&... values) {
    texts_stay_ = true;  // until run() is through: they are not copied
    with(values...).run();
    texts_stay_ = false;
  }

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::string_view view(int column) const;  // valid until the next step
  std::string text(int column) const { return std::string(view(column)); }
  template <class T>
  T get(int column) const {
    return static_cast<T>(integer(column));
  }
  std::uint64_t hash(int column) const { return static_cast<std::uint64_t>(integer(column)); }
  Date date(int column) const { return Date(std::chrono::days(integer(column))); }
  Instant instant(int column) const { return Instant(std::chrono::seconds(integer(column))); }

 private:
  void rewind();
  void bind(int index, std::nullptr_t);
  void bind(int index, std::int64_t value);
  void bind(int index, std::string_view value);
  void bind(int index, const std::string& value) { bind(index, std::string_view(value)); }
  void bind(int index, const char* value) { bind(index, std::string_view(value)); }
  void bind(int index, Date value) { bind(index, static_cast<std::int64_t>(value.time_since_epoch().count())); }
  void bind(int index, Instant value) { bind(index, static_cast<std::int64_t>(value.time_since_epoch().count())); }
  template <class T>
    requires(std::is_integral_v<T> || std::is_enum_v<T>)
  void bind(int index, T value) {
    bind(index, static_cast<std::int64_t>(value));
  }
  template <class T>
  void bind(int index, const std::optional<T>& value) {
    value ? bind(index, *value) : bind(index, nullptr);
  }

  Database& database_;
  std::string_view text_;
  sqlite3_stmt* statement_;
  bool texts_stay_ = false;
};

class Database {
 public:
  enum class Mode { kCreate, kWrite, kRead };
  // WAL, synchronous=FULL, foreign keys, busy timeout. Throws Failure.
  Database(std::filesystem::path path, Mode mode);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  void script(std::string_view text);  // several statements
  void one(std::string_view text) { Query(*this, text).run(); }
  std::int64_t number(std::string_view text);  // first column of the first row, 0 when there is none
  std::int64_t last_row() const;
  std::int64_t changes() const;
  std::int64_t written() const;  // rows, by this connection
  void query_only(bool on);
  // In place of SQLite's own checkpoints: told after each commit how many pages the log holds. Must not throw.
  void on_commit(std::function<void(int pages)> told);
  struct LogState {
    int pages, copied;  // of the log, and how many of them are in the file
  };
  // Copies what no reader holds up, and waits for nobody. nullopt: it failed; the log stays, and is sound.
  std::optional<LogState> checkpoint();
  const std::filesystem::path& path() const { return path_; }
  std::recursive_mutex& mutex() { return mutex_; }

 private:
  friend class Query;
  friend class Transaction;
  [[noreturn]] void raise(int code, std::string_view doing);
  int system_reason() const;  // errno, 0: not known
  sqlite3_stmt* borrow(std::string_view text);
  void give_back(std::string_view text, sqlite3_stmt* statement);

  std::filesystem::path path_;
  sqlite3* handle_ = nullptr;
  int depth_ = 0;  // of open Transactions
  std::function<void(int)> on_commit_;
  std::map<std::string, std::vector<sqlite3_stmt*>, std::less<>> idle_;
  std::recursive_mutex mutex_;
};

// Rolled back unless committed. An inner one is part of the outer one.
class Transaction {
 public:
  enum class Kind { kRead, kWrite };
  Transaction(Database& database, Kind kind);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

// Runs `body` with the database's mutex held; what it throws becomes the error of the Result.
template <class Body>
auto guarded(Database& database, Body body) {
  using Value = decltype(body());
  using Wrapped = std::conditional_t<std::is_void_v<Value>, Status, Result<Value>>;
  std::scoped_lock hold(database.mutex());
  try {
    if constexpr (std::is_void_v<Value>) {
      body();
      return Wrapped();
    } else {
      return Wrapped(body());
    }
  } catch (const Failure& failure) {
    return Wrapped(failure.error);
  }
}

}  // namespace tanmiao::store::sql
