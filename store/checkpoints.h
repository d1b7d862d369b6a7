// Brings the log of a database into its file on a thread and a connection of its own, while its writer goes on.
//
// A checkpoint is begun only when a commit was told of whose pages no checkpoint has brought yet. The log cannot begin
// anew before they are brought, so that none is ever under way while it does: in SQLite up to 3.51.2 a checkpoint that
// finds everything brought while the log begins anew may lose pages (sqlite.org/wal.html, "The WAL-Reset Bug"). This
// holds for one writer and no other that brings the log, which the lock of the data folder sees to.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "store/sqlite.h"

namespace tanmiao::store::sql {

class Checkpoints {
 public:
  // Pages of the log from which it is brought, and how many more may come before the log begins anew: then
  // the writer waits.
  struct Bounds {
    int least = 16'384, most_behind = 65'536;
  };
  // In place of SQLite's own, which are part of a commit. `writer` must outlive this; one thread at a time uses it.
  explicit Checkpoints(Database& writer) : Checkpoints(writer, Bounds()) {}
  Checkpoints(Database& writer, Bounds bounds);
  // Waits until what was to be brought is: who only reads may keep the file open, and SQLite brings the log at its
  // close only behind the last.
  ~Checkpoints();
  Checkpoints(const Checkpoints&) = delete;
  Checkpoints& operator=(const Checkpoints&) = delete;

  struct Tally {
    int begun = 0, idle = 0;  // idle: of those begun, found all of the log brought
  };
  Tally tally();

 private:
  void committed(int pages);
  bool started();  // false: there is no thread to be had
  void work();

  Database& writer_;
  const Bounds bounds_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int last_ = 0;      // pages of the log at the last commit
  int brought_ = 0;   // of them, known to be in the file
  int since_ = 0;     // pages of the log when it was to be brought first, or all of it was; 0: not yet
  unsigned log_ = 0;  // counts how often the log began anew
  bool wanted_ = false, busy_ = false, ended_ = false, unable_ = false;
  Tally tally_;
  std::thread thread_;
};

}  // namespace tanmiao::store::sql
