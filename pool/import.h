// What comes back in a spreadsheet: filled-in candidate lists become 企业自报, the pool's own sheet becomes edits and
// steps. One file is one transaction: all rows that can be read, or none when the process dies. The same file again
// changes nothing.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pool/firm_book.h"
#include "pool/ledger.h"
#include "pool/returned_sheet.h"
#include "pool/row_version.h"

namespace tanmiao::pool {

inline constexpr std::string_view kRejectsPrefix = "退回_";        // of workbooks with refused rows
inline constexpr std::string_view kImportAction = "sheet.import";  // in the audit; its subject is the file's name

std::string_view word(SheetUse use);   // "visits", "pool"
std::string_view label(SheetUse use);  // "候选名单（走访填写）"

struct RowNote {
  enum class Outcome : std::uint8_t { kTaken, kConflict, kRejected };
  std::string where, firm, text;  // file!sheet!row; name as in the sheet; what happened and why, in Chinese
  Outcome outcome = Outcome::kTaken;
};

struct ImportReport {
  SheetUse use = SheetUse::kVisits;
  std::string file;
  std::size_t rows = 0;        // of the sheet
  std::size_t blank = 0;       // nothing was filled in or changed
  std::size_t taken = 0;       // brought something new
  std::size_t same = 0;        // said what was known already
  std::size_t rejected = 0;    // wait in `rejects`
  std::size_t conflicts = 0;   // values that differ from another person's
  std::size_t steps = 0;       // entries that came to another stage
  std::vector<RowNote> notes;  // of rows that were refused, put right or are in conflict
  std::vector<std::string> remarks;
  std::string rejects;  // path of the workbook with the refused rows; empty: none
};

// What a plan is made on. Read anew for each try.
struct ImportState {
  std::vector<store::SelfReport> reports;
  std::vector<store::Conflict> conflicts;
  Ledger ledger;
};

// Rows that became part of the change, and those that did not.
struct ImportPlan {
  store::PeopleChange change;
  ImportReport report;
  std::vector<RejectedRow> rejects;
};

struct ImportTools {
  store::People& people;
  const FirmBook& book;
  const PoolRules& rules;
  Actor actor;
  std::filesystem::path rejects_folder;  // made when missing
};

// Finds out what the sheet is by its columns. Errors: those of read_returned(); kFormat for a sheet that is neither.
Result<ImportReport> import_sheet(const ImportTools& tools, const std::filesystem::path& file);
Result<ImportReport> import_sheet(const ImportTools& tools, std::string bytes, const std::string& name);

// The two kinds. Internal: pool/visits.cc, pool/pool_import.cc.
std::vector<SheetField> visit_fields(const PoolRules& rules);
std::vector<SheetField> pool_fields(const PoolRules& rules);
Result<ImportPlan> plan_visits(const ImportTools& tools, const ReturnedSheet& sheet, const ImportState& state);
Result<ImportPlan> plan_pool(const ImportTools& tools, const ReturnedSheet& sheet, const ImportState& state);

// "名单.xlsx!名单!7": where a row stood, without the folder that the file lay in.
std::string origin_of_row(const ReturnedSheet& sheet, const ReturnedRow& row);

// The firm that a row speaks of, or why it cannot be said. `remark`: what was put right.
struct RowFirm {
  store::FirmNo firm = store::kNoFirm;
  std::string problem, remark;
};
RowFirm firm_of_row(const FirmBook& book, const ReturnedCell& name, const ReturnedCell& code, std::string_view unit);

}  // namespace tanmiao::pool
