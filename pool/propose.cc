#include "pool/propose.h"

#include <algorithm>
#include <map>

#include "store/columns/run_table.h"
#include "store/columns/snapshot.h"
#include "store/suppression.h"

namespace tanmiao::pool {
namespace {

std::map<store::FirmNo, std::uint32_t> current_ranks(const std::vector<store::Lead>& leads) {
  std::map<store::FirmNo, std::uint32_t> ranks;
  for (const store::Lead& lead : leads) {
    if (lead.current) ranks[lead.firm] = lead.rank;
  }
  return ranks;
}

}  // namespace

Result<ProposeReport> propose(store::Store& store, const store::RunEntry& entry) {
  TANMIAO_ASSIGN(const auto run, store::Run::open(store.folder().run(entry.id)));
  TANMIAO_ASSIGN(const auto snapshot, store::Snapshot::open(store.folder().columns(entry.snapshot)));
  TANMIAO_ASSIGN(const auto suppressions, store.people().suppressions());
  TANMIAO_ASSIGN(const auto before, store.facts().leads(entry.campaign));
  TANMIAO_ASSIGN(const auto suppressed,
                 store::suppressed_firms(store.facts(), store::suppressed_names(suppressions), *snapshot));
  auto known = current_ranks(before);
  ProposeReport report;
  std::vector<std::pair<store::FirmNo, std::uint32_t>> proposed;
  for (std::size_t i = 0; i < run->size(); ++i) {
    const store::FirmNo firm = run->firm[i];
    const bool out = firm > snapshot->last_firm() || (snapshot->firms.flags[firm] & store::kFirmSuppressed) != 0 ||
                     std::binary_search(suppressed.begin(), suppressed.end(), firm);
    if (out) {
      ++report.suppressed;
      continue;
    }
    const auto was = known.find(firm);
    report.fresh += was == known.end();
    report.moved += was != known.end() && was->second != run->rank[i];
    if (was != known.end()) known.erase(was);
    proposed.emplace_back(firm, run->rank[i]);
  }
  report.proposed = proposed.size();
  report.gone = known.size();
  TANMIAO_TRY(store.facts().propose(entry, proposed));
  return report;
}

}  // namespace tanmiao::pool
