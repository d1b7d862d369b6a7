// A data folder opened: facts, people, columns. Errors: kLocked, kIo, kDiskFull, kCorrupt, kConfig (newer schema than
// ours).
#pragma once

#include <memory>
#include <string_view>

#include "store/data_folder.h"
#include "store/facts.h"
#include "store/people.h"

namespace tanmiao::store {

enum class Access { kRead, kWrite };  // kWrite takes the lock on facts; people may be written in both

class Store {
 public:
  // Creates the folder and both files when missing (kWrite), migrates them forward. `what` names the command in the
  // lock.
  static Result<std::unique_ptr<Store>> open(const std::filesystem::path& data, Access access, std::string_view what);
  ~Store();
  const DataFolder& folder() const;
  Facts& facts();
  People& people();
  bool writable() const;  // opened with kWrite

 private:
  struct Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tanmiao::store
