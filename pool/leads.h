// The rows of the candidate list (候选名单): what a run found, joined with the register, with what people decided, and
// with the ranks of the run before. It never says that a firm meets a rule: a row holds an interval and a judgement.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/candidate.h"
#include "core/reference.h"
#include "pool/firm_book.h"
#include "pool/pool_rules.h"
#include "store/columns/run_table.h"
#include "store/columns/snapshot.h"
#include "store/people.h"

namespace tanmiao::pool {

// One row of 名单. Texts are as shown; an empty text, kNoDay and -1 are unknown.
struct CandidateRow {
  store::FirmNo firm = store::kNoFirm;
  std::uint32_t run_row = 0;
  std::uint32_t number = 0;  // 序号, from 1 within the list that was asked for
  std::uint32_t rank = 0;    // 名次, within its kind: start-ups are ranked among themselves
  std::string rank_change;   // 名次变化: ▲3, ▼2, 持平, 新进; empty when there is no run before
  std::string name, code, unit, township, zone, address;
  Day established = kNoDay;
  std::string status;
  std::int64_t capital = -1;     // minor units
  std::string capital_currency;  // ISO 4217
  std::string industries;
  LeadKind lead_kind = LeadKind::kNew;
  Judgement judgement = Judgement::kLittle;
  std::int32_t known_points = -1, most_points = -1;
  std::int32_t valid_inventions = -1, valid_class_two = -1, unverified = -1, pending = -1;
  Day last_filing = kNoDay;
  std::string rd_signals, recognitions, basis, ask_first, hints;
  std::string pool_state;         // 是否在市级培育库: 否, or the stage
  Day data_as_of = kNoDay;        // 数据截至: when its registration was last seen, else the date of the run
  std::string key;                // what decisions call it: FirmBook::key()
  std::uint64_t last_report = 0;  // the newest 企业自报 when the list was made
};

// Everything that is set must hold. An empty list of kinds means all of them.
struct CandidateFilter {
  std::string unit;  // 责任单位 by name
  std::vector<Judgement> judgements;
  std::vector<LeadKind> lead_kinds;
  std::string industry;                     // one 重点产业 by name
  std::string text;                         // part of the name, or of the credit code
  std::uint32_t top = 0;                    // at most so many rows; 0: all
  const std::vector<bool>* rows = nullptr;  // by row of the run, chosen by the caller; null: all
};

struct CandidateInputs {
  const FirmBook& book;  // over the run's snapshot
  const PoolRules& rules;
  const store::Run& run;
  Date as_of{};                           // of the run
  const store::Run* previous = nullptr;   // the run before of the same campaign
  std::vector<store::PoolEntry> pool;     // People::pool_entries()
  std::vector<store::FirmNo> suppressed;  // store::suppressed_firms(): ascending
  std::uint64_t last_report = 0;          // id of the newest of People::self_reports()
};

// In the run's order. Suppressed firms are left out before anything is counted.
std::vector<CandidateRow> candidate_rows(const CandidateInputs& inputs, const CandidateFilter& filter = {});

// kUsage with the nearest right one for a 责任单位 or a 重点产业 that does not exist. A unit may be named by its id,
// which becomes its name.
Status check_filter(CandidateFilter& filter, const store::Snapshot& snapshot, const Reference& reference);

// "责任单位：博兴县" and so on, for the title block; empty when nothing is filtered.
std::vector<std::string> describe(const CandidateFilter& filter);

// 注册资本 in 万 of its currency: "500", "63.5万美元". Empty when unknown.
std::string capital_in_wan(std::int64_t minor, std::string_view currency);

}  // namespace tanmiao::pool
