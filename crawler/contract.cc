#include "crawler/contract.h"

#include <cmath>

namespace tanmiao::crawler {
namespace {

std::string percent(double share) { return std::to_string(std::lround(share * 100)) + "%"; }
double share_of(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

std::string contract_breach(const Source& source, const store::BatchCounts& counts, std::uint64_t known) {
  const std::uint64_t rows = counts.fresh + counts.changed + counts.same;
  if (counts.parts == 0 && rows == 0 && source.folder) return {};
  const double rejected = share_of(counts.rejected, counts.read);
  if (counts.read > 0 && rejected > source.most_rejected)
    return "退回行占 " + percent(rejected) + "（" + std::to_string(counts.rejected) + "/" +
           std::to_string(counts.read) + "），超过约定上限 " + percent(source.most_rejected);
  if (rows < source.least_rows)
    return "低于约定下限：" + std::to_string(rows) + " 条，应不少于 " + std::to_string(source.least_rows) + " 条";
  if (source.most_rows != 0 && rows > source.most_rows)
    return "高于约定上限：" + std::to_string(rows) + " 条，应不多于 " + std::to_string(source.most_rows) + " 条";
  const double gone = share_of(counts.gone, known);
  if (counts.gone > 0 && gone > source.most_gone)
    return "消失的记录占 " + percent(gone) + "（" + std::to_string(counts.gone) + "/" + std::to_string(known) +
           "），超过约定上限 " + percent(source.most_gone);
  return {};
}

}  // namespace tanmiao::crawler
