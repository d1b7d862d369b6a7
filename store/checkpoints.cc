#include "store/checkpoints.h"

#include <algorithm>
#include <optional>
#include <system_error>

namespace tanmiao::store::sql {

Checkpoints::Checkpoints(Database& writer, Bounds bounds) : writer_(writer), bounds_(bounds) {
  writer_.on_commit([this](int pages) { committed(pages); });
}

Checkpoints::~Checkpoints() {
  writer_.on_commit({});
  {
    const std::scoped_lock lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

Checkpoints::Tally Checkpoints::tally() {
  const std::scoped_lock lock(mutex_);
  return tally_;
}

// On the writer's thread, behind each commit: it holds no lock of the file.
void Checkpoints::committed(int pages) {
  std::unique_lock lock(mutex_);
  if (pages < last_) ++log_, brought_ = 0, since_ = 0;  // it began anew
  last_ = pages;
  if (pages < bounds_.least || pages <= brought_) return;
  if (!started()) {
    writer_.checkpoint();
    return;
  }
  wanted_ = true;
  changed_.notify_all();
  if (since_ == 0) since_ = pages;
  if (pages - since_ <= bounds_.most_behind) return;
  // While a checkpoint ends the log cannot begin anew: behind the next it will.
  changed_.wait(lock, [&] { return !busy_ && !wanted_; });
  since_ = pages;
}

bool Checkpoints::started() {
  if (thread_.joinable() || unable_) return !unable_;
  try {
    thread_ = std::thread([this] { work(); });
  } catch (const std::system_error&) {
    unable_ = true;
  }
  return !unable_;
}

void Checkpoints::work() {
  std::optional<Database> own;
  try {
    own.emplace(writer_.path(), Database::Mode::kWrite);
  } catch (const Failure&) {
    own.reset();
  }
  std::unique_lock lock(mutex_);
  unable_ = !own;
  while (!unable_) {
    if (!wanted_ || last_ <= brought_) {
      wanted_ = false;
      changed_.notify_all();
      if (ended_) break;
      changed_.wait(lock, [&] { return wanted_ || ended_; });
      continue;
    }
    const unsigned log = log_;
    busy_ = true, wanted_ = false;
    lock.unlock();
    const auto state = own->checkpoint();
    lock.lock();
    busy_ = false;
    ++tally_.begun;
    // Where it failed, or the log began anew behind the last page (copied 0), nothing is known: the next commit has
    // pages that are not brought.
    const int brought = !state ? last_ : state->copied == 0 ? state->pages : state->copied;
    if (state && brought == state->pages && brought <= brought_) ++tally_.idle;
    if (log == log_) brought_ = std::max(brought_, brought);
  }
  wanted_ = false;
  changed_.notify_all();
}

}  // namespace tanmiao::store::sql
