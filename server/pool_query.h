// What the pages of the pool show, as their address says it, and the rows for it.
#pragma once

#include <string>
#include <vector>

#include "pool/pool_sheet.h"
#include "server/site.h"

namespace tanmiao::server {

struct PoolQuery {
  pool::PoolFilter filter;  // one track always
  std::size_t page = 1;
  std::string address() const;  // "?track=hnte&unit=博兴县", empty for the default
  std::string default_track;
};

// Parameters track, unit (id or name), stage (several), batch, q, page. kUsage names an unknown one.
Result<PoolQuery> parse_pool_query(const Site& site, const Request& request);

// Everything that rows of the pool are made of, read at one moment.
struct PoolState {
  std::shared_ptr<const World> world;
  std::vector<store::PoolEntry> entries;
  std::vector<store::PoolBatch> batches;
  std::vector<store::SelfReport> reports;  // settled
  std::vector<store::Conflict> conflicts;
  pool::TakenOut suppressed;
  Date as_of{};

  std::vector<pool::PoolRow> rows(const Site& site, const pool::PoolFilter& filter) const;
  std::vector<const store::PoolEntry*> members(std::string_view batch) const;  // that are shown
  const store::PoolBatch* batch(std::string_view id) const;
};
Result<PoolState> pool_state(const Site& site);

// "/pool/entry/CODE?track=hnte"; by the entry's own key where the register lost the firm.
std::string entry_path(const store::PoolEntry& entry);
std::string entry_path(std::string_view key, std::string_view track);

}  // namespace tanmiao::server
