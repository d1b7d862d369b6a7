// 依据明细: one row an evidence, out of the explanation that a run keeps with each firm.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tanmiao::pool {

struct EvidenceLine {
  std::string kind, text, date, source, url;
};

// The `evidence` array of an explanation. Nothing for text that is no such JSON: a run of another version still
// exports.
std::vector<EvidenceLine> evidence_of(std::string_view explanation_json);

}  // namespace tanmiao::pool
