// The pure function of linkage: intake -> snapshot tables, links, review items.
#pragma once

#include "linkage/firms.h"
#include "linkage/suggest.h"

namespace tanmiao::linkage {

using Tables = store::SnapshotTables<store::Build>;

struct Assembly {
  std::shared_ptr<const void> remains;  // what it was made of, and what nothing points into: a gigabyte to give back
  Tables tables;
  std::vector<store::Link> links;          // sorted by record and slot
  std::vector<store::ReviewItem> reviews;  // those worth most first
  std::vector<store::FirmEntry> new_firms, merged;
  std::uint64_t firms = 0, patents_linked = 0;
  std::uint64_t decisions = 0, decisions_idle = 0, decisions_without_firm = 0;  // as LinkReport
};

// `frame`: the frozen model and the memory of the last link, and what is to be kept.
Result<Assembly> assemble(const Intake& intake, const LinkConfig& config, const Reference& reference,
                          NamesFrame& frame);

// Parts of it, each for its tables.
void write_firms(Firms& firms, const LinkConfig& config, const Reference& reference, Tables& out);
Status write_patents(const Firms& firms, const Mentions& mentions, const LinkConfig& config, const Reference& reference,
                     Assembly& out);  // error when texts that were set aside cannot be read
void write_lists(const Firms& firms, const Mentions& mentions, Assembly& out);

// first[n] .. first[n + 1] from rows sorted by firm: call row_of(firm) for firm = 0 .. last.
template <class Rows>
void write_first(std::vector<std::uint32_t>& first, const Rows& rows, store::FirmNo last) {
  std::uint32_t row = 0;
  for (store::FirmNo n = 0; n <= last; ++n) {
    first.push_back(row);
    while (row < rows.size() && rows[row].firm == n) ++row;
  }
  first.push_back(row);
}

}  // namespace tanmiao::linkage
