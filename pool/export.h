// The candidate list as a file: workbook (名单, 汇总, 依据明细, 口径说明), csv, or JSON lines.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.h"
#include "core/error.h"
#include "pool/leads.h"

namespace tanmiao::pool {

enum class ExportFormat : std::uint8_t { kXlsx = 1, kCsv, kJsonl };
Result<ExportFormat> export_format(std::string_view word);  // "xlsx"; kUsage names the known ones

struct ExportInfo {
  std::string title;                 // "滨州市科技型中小企业候选名单"
  std::string issuer;                // 编制单位
  Date as_of{};                      // of the run
  std::vector<std::string> filters;  // describe(filter)
  std::string run;                   // id of the run; may be empty
  // Titles of the sources by id; one that is missing is shown by its id.
  std::map<std::string, std::string, std::less<>> sources{};
  // Of the run, by CandidateRow::run_row: what 依据明细 is made of. Null: that sheet has no rows.
  const store::PackedView* explanations = nullptr;
  std::vector<std::string> verdicts{};  // 核实结论 that may be filled in: PoolRules::verdict_texts()
};

// Writes beside `path` and renames. csv: header and rows, UTF-8 with BOM, formula-safe (tabular/csv_writer.h). jsonl:
// one object a firm with English names, money in minor units.
Status export_candidates(std::span<const CandidateRow> rows, ExportFormat format, const std::string& path,
                         const ExportInfo& info);

// One file a 责任单位 into `folder` (made when missing), numbered anew from 1: "候选名单_博兴县_2026-11-23.xlsx".
// In the order of the units' names.
struct UnitFile {
  std::string path;
  std::size_t firms;
};
Result<std::vector<UnitFile>> export_by_unit(std::span<const CandidateRow> rows, ExportFormat format,
                                             const std::string& folder, const ExportInfo& info);

// A name that every file system takes: no separators, wildcards or control characters, at most 200 bytes.
std::string safe_file_name(std::string_view wanted);

}  // namespace tanmiao::pool
