// The queue of names as a spreadsheet that staff fill in (判定, 依据, 范围) and send back. One row a name and a firm
// that it may be; what was decided already may go along. The same file twice changes nothing.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pool/import.h"
#include "pool/review_queue.h"

namespace tanmiao::pool {

// One row, as texts: what the export writes and the import reads.
struct JudgedRow {
  std::string source, kind, key, slot, name;  // 来源 类别 记录 位 名称
  std::string firm{}, code{};                 // 可能的企业, its 信用代码 or, while none is known, its identity
  std::string probability{}, why{}, value{};  // 概率, 原因, 价值
  std::string scope{}, ruling{}, reason{}, by{};  // 范围 判定 依据 经办
};
std::vector<std::string_view> judged_headings();
std::vector<std::string> judged_cells(const JudgedRow& row);

// The items' candidates, the best first, each with what stands on it.
std::vector<JudgedRow> waiting_rows(std::span<const QueueItem* const> items, const Rulings& rulings,
                                    const FirmBook& book);
// All that stands, but of firms that were taken out.
std::vector<JudgedRow> decided_rows(const Rulings& rulings, const FirmBook& book, const TakenOut& taken_out);

struct JudgedSheetInfo {
  std::string title, issuer;
  Date as_of{};
};
// `path` ends in .xlsx or .csv: error kUsage otherwise. Written beside it and renamed.
Status export_judged(std::span<const JudgedRow> rows, const std::string& path, const JudgedSheetInfo& info);

// Reads xlsx, ods, xls, csv. A row without 判定 is passed over. A row that cannot be taken is told in `notes` by file,
// row and column, put into a workbook beside the others that were refused, and the rest goes on. `actor`: who is meant
// where 经办 is empty. Errors: those of read_returned().
Result<ImportReport> import_judged(Judge& judge, const FirmBook& book, const Actor& actor,
                                   const std::filesystem::path& file, const std::filesystem::path& rejects_folder);

}  // namespace tanmiao::pool
