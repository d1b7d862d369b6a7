#include "crawler/known_parts.h"

#include <optional>

namespace tanmiao::crawler {

Status KnownParts::open() {
  TANMIAO_ASSIGN(any_, facts_.any_parts(source_));
  return {};
}

std::shared_ptr<const store::Part> KnownParts::find(const std::string& name) {
  if (!any_) return nullptr;
  if (const auto kept = kept_.find(name); kept != kept_.end()) return kept->second;
  auto found = facts_.part(source_, name);
  if (!found) {
    if (status_) status_ = found.error();
    return nullptr;
  }
  if (kept_.size() >= kMostKept) kept_.clear();
  std::optional<store::Part> stored = std::move(*found);
  std::shared_ptr<const store::Part> part;
  if (stored) part = std::make_shared<const store::Part>(std::move(*stored));
  return kept_.emplace(name, std::move(part)).first->second;
}

std::vector<std::string> KnownParts::members(const std::string& name) {
  if (!any_) return {};
  auto found = facts_.parts_within(source_, name + "!");
  if (found) return std::move(*found);
  if (status_) status_ = found.error();
  return {};
}

}  // namespace tanmiao::crawler
