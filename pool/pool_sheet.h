// 培育库 as a sheet: what people keep of each entry beside what the register and the run say of the firm. It goes out,
// is edited in an office program, and comes back (pool/import.h).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pool/firm_book.h"
#include "pool/ledger.h"
#include "pool/taken_out.h"
#include "tabular/xlsx_writer.h"

namespace tanmiao::pool {

// One line. Texts are as shown; empty is unknown.
struct PoolRow {
  store::PoolEntry entry;
  FirmCard card;  // empty where the register lost the firm; the entry's own name is shown then
  std::string stage, batch;
  Day last_visit = kNoDay;
  std::string verdict;
  Date data_as_of{};
  std::string name() const { return card.name.empty() ? entry.name : card.name; }
  std::string code() const;
  std::string unit() const;  // 待核 where the register lost it
};

struct PoolInputs {
  const FirmBook& book;
  const PoolRules& rules;
  std::vector<store::PoolEntry> entries;
  std::vector<store::PoolBatch> batches;
  std::vector<store::SelfReport> reports;  // settled
  TakenOut suppressed;
  Date as_of{};
};

struct PoolFilter {
  std::string track;                // id; empty: all
  std::string unit;                 // by name
  std::vector<std::string> stages;  // ids; empty: all
  std::string batch;
  std::string text;  // part of the name or the code
};

// By unit in the order of the reference, then by stage and name. Suppressed firms are left out.
std::vector<PoolRow> pool_rows(const PoolInputs& inputs, const PoolFilter& filter);

// 汇总 by 责任单位 and stage. Sums equal the rows they were made from; every unit stands there.
struct PoolSum {
  std::string unit;                   // "全市合计" for the last
  std::vector<std::uint32_t> stages;  // in the order of the rules' stages
  std::uint32_t in_pool = 0, total = 0;
};
std::vector<PoolSum> pool_sums(std::span<const PoolRow> rows, const PoolRules& rules, const Reference& reference);

enum class Edit : std::uint8_t { kShown, kCell, kStage };
struct PoolColumn {
  std::string_view heading;  // domain: words_and_forms.md, "Spreadsheet: pool"
  std::string_view word;
  double width;
  tabular::CellKind kind;
  Edit edit = Edit::kShown;             // kCell: `word` of PoolEntry::cells; kStage: the sheet may ask for a step
  std::string (*text)(const PoolRow&);  // null: the cell `word` of the entry
};
const std::vector<PoolColumn>& pool_columns();
std::string pool_text(const PoolColumn& column, const PoolRow& row);

struct PoolSheetInfo {
  std::string title, issuer;
  Date as_of{};
  std::vector<std::string> filters;
};
// 培育库 and 汇总. Writes beside `path` and renames.
Status export_pool(std::span<const PoolRow> rows, const PoolRules& rules, const Reference& reference,
                   const std::string& path, const PoolSheetInfo& info);

}  // namespace tanmiao::pool
