// One announcement list at a time goes into an inbox folder, from reading what it has to writing it: of all threads and
// processes.
#pragma once

#include <chrono>
#include <filesystem>

#include "pool/pool_rules.h"

namespace tanmiao::pool {

std::filesystem::path inbox_folder(const OfficialProgram& program, const std::filesystem::path& base);

class InboxLock {
 public:
  // Makes the folder. Waits for another list; error kLocked when that takes longer than `patience`.
  static Result<InboxLock> take(const OfficialProgram& program, const std::filesystem::path& base,
                                std::chrono::milliseconds patience = std::chrono::minutes(2));
  InboxLock(InboxLock&& other) noexcept;
  InboxLock& operator=(InboxLock&& other) noexcept;
  ~InboxLock();
  const std::filesystem::path& folder() const { return folder_; }

 private:
  InboxLock(std::filesystem::path folder, int fd) : folder_(std::move(folder)), fd_(fd) {}
  std::filesystem::path folder_;
  int fd_ = -1;
};

}  // namespace tanmiao::pool
