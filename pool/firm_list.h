// Any firms of a snapshot as a table, row by row: what a search finds, written out. A row is made when it is written,
// so memory does not grow with the rows.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/reference.h"
#include "pool/export.h"
#include "store/columns/run_table.h"
#include "store/columns/snapshot.h"

namespace tanmiao::pool {

struct FirmListInfo {
  std::string title, issuer;
  Date as_of{};       // of the snapshot
  std::string query;  // as it is told in the workbook
};

class FirmList {
 public:
  // `run` may be null: its columns are then empty. All are kept as long as the list is.
  FirmList(std::shared_ptr<const store::Snapshot> snapshot, std::shared_ptr<const store::Run> run,
           std::shared_ptr<const Reference> reference, std::vector<store::FirmNo> firms)
      : snapshot_(std::move(snapshot)),
        run_(std::move(run)),
        reference_(std::move(reference)),
        firms_(std::move(firms)) {}
  std::size_t size() const { return firms_.size(); }

  // Csv: heading and rows, UTF-8 with BOM, formula-safe; JSON lines: an object a firm, English names, money in minor
  // units, unknown members left out. Gives the next piece (kPiece bytes and a row at most), empty at the end.
  std::string next_piece(ExportFormat format);
  // Beside `path`, then renamed.
  Status write(ExportFormat format, const std::string& path, const FirmListInfo& info);

 private:
  static constexpr std::size_t kPiece = 64 << 10;
  struct Row;
  Row row_of(std::size_t at) const;
  static void append_csv(std::string& out, const Row& row);
  static void append_json(std::string& out, const Row& row);
  Status write_xlsx(const std::string& path, const FirmListInfo& info) const;

  std::shared_ptr<const store::Snapshot> snapshot_;
  std::shared_ptr<const store::Run> run_;
  std::shared_ptr<const Reference> reference_;
  std::vector<store::FirmNo> firms_;
  std::size_t at_ = 0;
  bool begun_ = false;
};

}  // namespace tanmiao::pool
