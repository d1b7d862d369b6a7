// 汇总: how many firms by 责任单位, 研判 and 线索类型. Sums equal the list they were made from.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "pool/leads.h"

namespace tanmiao::pool {

inline constexpr std::array<LeadKind, 4> kLeadKinds = {LeadKind::kDirect, LeadKind::kRenewal, LeadKind::kStartUp,
                                                       LeadKind::kNew};
// As a list is read: the promising first.
inline constexpr std::array<Judgement, 4> kJudgements = {Judgement::kPromising, Judgement::kNeedsData,
                                                         Judgement::kLittle, Judgement::kNotYet};

struct SummaryLine {
  std::string unit, judgement;           // judgement "小计" sums a unit, unit "全市合计" the list
  std::array<std::uint32_t, 4> kinds{};  // by kLeadKinds
  std::uint32_t total = 0;
  bool sum = false;
};

// Units in the order of their names; a line only where there are firms.
std::vector<SummaryLine> summarise(std::span<const CandidateRow> rows);

}  // namespace tanmiao::pool
