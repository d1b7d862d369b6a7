// What the store knows of the parts of a source, asked for one by one: a source may have millions, a night needs a few
// of them at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/facts.h"

namespace tanmiao::crawler {

class KnownParts {
 public:
  KnownParts(store::Facts& facts, std::string source) : facts_(facts), source_(std::move(source)) {}
  Status open();

  // As of the last published batch; nullptr: it was never read, or the store cannot be read, which status() tells.
  std::shared_ptr<const store::Part> find(const std::string& name);
  // Of an archive its members that are known, "name!member".
  std::vector<std::string> members(const std::string& name);
  const Status& status() const { return status_; }

 private:
  static constexpr std::size_t kMostKept = 4096;
  store::Facts& facts_;
  std::string source_;
  bool any_ = false;  // of a source that was never read nothing need be asked
  std::unordered_map<std::string, std::shared_ptr<const store::Part>> kept_;
  Status status_;
};

}  // namespace tanmiao::crawler
