// The schemas of the two files: each one commented, versioned text, and the steps that lead to it from every version
// that was ever released.
#pragma once

#include <span>

#include "store/sqlite.h"

namespace tanmiao::store::sql {

struct Schema {
  std::string_view name;                         // "facts"
  int version;                                   // kept in PRAGMA user_version
  std::string_view text;                         // makes an empty file one of this version
  std::span<const std::string_view> migrations;  // [n] leads from version n + 1 to n + 2
};
const Schema& facts_schema();
const Schema& people_schema();

// Brings a file to the schema's version in one transaction. A newer file throws kConfig; an older one that may not be
// written throws kConfig as well and says what to run.
void bring_forward(Database& database, const Schema& schema, bool may_write);

}  // namespace tanmiao::store::sql
