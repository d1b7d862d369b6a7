#include "crawler/rejects_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

#include "store/data_folder.h"
#include "tabular/csv_writer.h"
#include "tabular/header.h"

namespace tanmiao::crawler {
namespace {

namespace fs = std::filesystem;
constexpr std::array<std::string_view, 6> kHeadings{"来源文件", "行", "字段", "值", "应为", "原行"};

void add_row(std::string& out, const std::array<std::string, 6>& cells) {
  std::array<std::string, 6> safe;
  for (std::size_t i = 0; i < cells.size(); ++i) safe[i] = tabular::guarded(cells[i]);
  tabular::append_csv_row(out, {safe.begin(), safe.end()});
}

std::vector<tabular::WantedColumn> wanted_columns() {
  std::vector<tabular::WantedColumn> wanted;
  for (const std::string_view heading : kHeadings) {
    const bool required = heading == "来源文件" || heading == "行" || heading == "原行";
    wanted.push_back({std::string(heading), {std::string(heading)}, required});
  }
  return wanted;
}

}  // namespace

Result<std::vector<store::Reject>> read_rejects_file(const fs::path& path) {
  std::vector<store::Reject> found;
  if (!fs::exists(path)) return found;
  TANMIAO_ASSIGN(const auto rows, tabular::open_rows(path));
  TANMIAO_ASSIGN(const auto header, tabular::read_header(*rows, wanted_columns()));
  tabular::Row row;
  while (true) {
    TANMIAO_ASSIGN(const bool more, rows->next(row));
    if (!more) return found;
    if (row.blank()) continue;
    if (row.bad()) return Error{Errc::kFormat, row.problem, rows->where(row.line)};
    std::array<std::string, 6> cell;
    for (std::size_t i = 0; i < cell.size(); ++i) cell[i] = tabular::unguarded(header.cell(row, i));
    std::uint32_t line = 0;
    const auto [end, failed] = std::from_chars(cell[1].data(), cell[1].data() + cell[1].size(), line);
    if (failed != std::errc() || end != cell[1].data() + cell[1].size())
      return Error{Errc::kFormat, "'" + cell[1] + "' in column 行: expected the number of a line",
                   rows->where(row.line)};
    store::Reject reject;
    reject.part = cell[0];
    reject.line = line;
    reject.field = cell[2];
    reject.value = cell[3];
    reject.expected = cell[4];
    reject.row = cell[5];
    found.push_back(std::move(reject));
  }
}

Status write_rejects_file(const fs::path& path, std::vector<store::Reject> rejects) {
  std::error_code failed;
  if (rejects.empty()) {
    fs::remove(path, failed);
    return {};
  }
  std::stable_sort(rejects.begin(), rejects.end(), [](const store::Reject& a, const store::Reject& b) {
    return std::tie(a.part, a.line, a.field) < std::tie(b.part, b.line, b.field);
  });
  std::string text = "\xEF\xBB\xBF";
  tabular::append_csv_row(text, {kHeadings.begin(), kHeadings.end()});
  for (const store::Reject& r : rejects)
    add_row(text, {r.part, std::to_string(r.line), r.field, r.value, r.expected, r.row});
  fs::create_directories(path.parent_path(), failed);
  return store::write_file_durably(path, text);
}

Result<bool> update_rejects_file(const fs::path& path, const std::set<std::string>& reread,
                                 const std::vector<store::Reject>& fresh) {
  auto known = read_rejects_file(path);
  std::vector<store::Reject> rows;
  if (known) rows = std::move(*known);  // a file that someone broke is written anew
  const std::size_t before = rows.size();
  std::erase_if(rows, [&](const store::Reject& r) { return reread.contains(r.part); });
  if (known && rows.size() == before && fresh.empty()) return !rows.empty();
  rows.insert(rows.end(), fresh.begin(), fresh.end());
  const bool any = !rows.empty();
  TANMIAO_TRY(write_rejects_file(path, std::move(rows)));
  return any;
}

}  // namespace tanmiao::crawler
