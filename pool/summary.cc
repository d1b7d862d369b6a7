#include "pool/summary.h"

#include <algorithm>
#include <map>

namespace tanmiao::pool {
namespace {

void count(const CandidateRow& row, SummaryLine& line) {
  const auto kind = std::find(kLeadKinds.begin(), kLeadKinds.end(), row.lead_kind);
  if (kind != kLeadKinds.end()) ++line.kinds[static_cast<std::size_t>(kind - kLeadKinds.begin())];
  ++line.total;
}

}  // namespace

std::vector<SummaryLine> summarise(std::span<const CandidateRow> rows) {
  std::map<std::string, std::map<std::size_t, SummaryLine>> by_unit;
  std::map<std::string, SummaryLine> sums;
  SummaryLine all{"全市合计", "", {}, 0, true};
  for (const CandidateRow& row : rows) {
    const auto place = std::find(kJudgements.begin(), kJudgements.end(), row.judgement);
    SummaryLine& line = by_unit[row.unit][static_cast<std::size_t>(place - kJudgements.begin())];
    line.unit = row.unit;
    line.judgement = label(row.judgement);
    SummaryLine& sum = sums[row.unit];
    sum.unit = row.unit;
    sum.judgement = "小计";
    sum.sum = true;
    count(row, line);
    count(row, sum);
    count(row, all);
  }
  std::vector<SummaryLine> out;
  for (const auto& [unit, lines] : by_unit) {
    for (const auto& [place, line] : lines) out.push_back(line);
    out.push_back(sums[unit]);
  }
  out.push_back(all);
  return out;
}

}  // namespace tanmiao::pool
