// The shortlist of a run: who is visited first when places are few. Drawn from the ranked rows by what the campaign
// asks for ([shortlist]): so many in all, of each unit and industry, and never too many of one address or group.
//
// Deterministic and greedy. First each quota takes its least, in the order of the file, from the top of the ranking
// down; then the best of the rest fill up. Whoever would break a cap is passed over. A quota that finds too few says
// so.
#pragma once

#include <string>
#include <vector>

#include "core/standing.h"
#include "miner/mine.h"
#include "store/columns/run_table.h"

namespace tanmiao::miner {

struct Quota {
  enum class Of : std::uint8_t { kUnit, kIndustry, kKind } of = Of::kUnit;
  std::string value;        // name of the unit or industry, word of the kind of lead
  int least = 0, most = 0;  // most 0: no bound of its own
};
// What a campaign asks for; 0 is "no bound".
struct ShortlistRule {
  int size = 0;                        // in all
  int per_unit = 0, per_industry = 0;  // of each
  int per_address = 0, per_group = 0;  // a house with its number; a firm with its branches, daughters and heirs
  std::vector<Quota> quotas;
  bool any() const { return size > 0 || per_unit > 0 || per_industry > 0 || !quotas.empty(); }
};

struct Pick {
  std::uint32_t row = 0;  // of the run
  std::string why;        // "按名次", or the quota that took it: "责任单位 博兴县 至少 10 家"
};
struct Shortlisted {
  std::vector<Pick> picks;                                         // by row, so in rank order
  std::vector<std::pair<std::string, std::uint64_t>> passed_over;  // why, how many above the last pick
  std::vector<std::string> short_of;                               // quotas that found too few
};
// `run` is of `snapshot`; firms of `without` (ascending) are passed over without a word.
Shortlisted shortlist(const store::Snapshot& snapshot, const store::Run& run, const Reference& reference,
                      const ShortlistRule& rule, const std::vector<store::FirmNo>& without = {});
// The rule of a campaign, which must be the one that the run was mined with: kConflict when its file has changed since,
// kNotFound when it asks for none.
Result<ShortlistRule> shortlist_rule(const Rules& rules, const store::RunEntry& run);

// 12号 of "黄河五路12号A座1203室": what firms of one address share. Empty when too little is written to tell.
std::string address_key(std::string_view address, const Reference& reference);

// Who is kept off the list because it holds what the list is about, and who held it: P20 and P21 of the proxies.
struct Renewal {
  Standing standing;
  std::uint32_t rank = 0;  // in the run; 0: no lead
  bool start_up = false;
};
// Firms of the campaign with a registration as a tech SME or a certificate as HNTE, by end, then firm. `run` may be
// null. Ends that are not known come last.
Result<std::vector<Renewal>> renewals(const store::Snapshot& snapshot, const Rules& rules, const Reference& reference,
                                      const MineConfig& config, const store::Run* run);

}  // namespace tanmiao::miner
