// The columns of 名单, once for every format: heading, English name, width, and how a row fills it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pool/leads.h"
#include "tabular/xlsx_writer.h"

namespace tanmiao::pool {

struct CandidateColumn {
  std::string_view heading;  // domain: words_and_forms.md, "Spreadsheet: candidates"
  std::string_view word;     // member name in JSON lines
  double width;
  tabular::CellKind kind;
  std::string (*text)(const CandidateRow&);  // null: to be filled in and sent back
};

const std::vector<CandidateColumn>& candidate_columns();

}  // namespace tanmiao::pool
