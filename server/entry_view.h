// An entry of the pool with its history, and the parts of its page that compare versions.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pool/pool_sheet.h"
#include "server/html.h"
#include "server/pool_query.h"
#include "server/posts.h"

namespace tanmiao::server {

struct EntryView {
  std::shared_ptr<const World> world;
  pool::PoolRow row;
  std::vector<store::PoolEntry> history;                    // by revision
  std::vector<store::Conflict> conflicts;                   // open ones of this entry
  std::map<std::string, std::string, std::less<>> batches;  // titles by id
  Date as_of{};
  const store::PoolEntry* revision(std::string_view number) const;
};

// `firm`: code, number, or the key of an entry whose firm the register lost; parameter "track", default the first.
// Error kNotFound: not on the track, or taken out.
Result<EntryView> entry_view(const Site& site, const Request& request, std::string_view firm);

std::vector<const pool::PoolColumn*> editable_columns();
std::string heading_of_cell(std::string_view word);
std::string cell_text(const store::PoolEntry& entry, std::string_view word);
std::string day_and_hour(Instant at);  // in Beijing: "2026-11-25 14:03"

// Where a report or a conflict came from, as people read it: "名单.xlsx 名单 第 12 行", "企业页录入".
std::string origin_text(const std::string& origin);
inline constexpr std::string_view kTypedOnPage = "企业页录入";

// Of a form that was refused: the value to show in it. What was typed; but where that is what the form began with,
// what stands now.
std::string merged_cell(const EntryView& view, const Typed& typed, std::string_view word);
// Both sides of a conflict, cell by cell; empty when the form was refused for something else.
Html differences(const EntryView& view, const Typed& typed);
Html open_conflicts_note(const EntryView& view);
Html entry_history(const Site& site, const EntryView& view);

}  // namespace tanmiao::server
