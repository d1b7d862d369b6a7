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

fs::path kept_before(const fs::path& path) { return path.string() + ".before"; }

// Written also when there are none.
Status write_rows(const fs::path& path, std::vector<store::Reject> rejects) {
  std::stable_sort(rejects.begin(), rejects.end(), [](const store::Reject& a, const store::Reject& b) {
    return std::tie(a.part, a.line, a.field) < std::tie(b.part, b.line, b.field);
  });
  std::string text = "\xEF\xBB\xBF";
  tabular::append_csv_row(text, {kHeadings.begin(), kHeadings.end()});
  for (const store::Reject& r : rejects)
    add_row(text, {r.part, std::to_string(r.line), r.field, r.value, r.expected, r.row});
  std::error_code failed;
  fs::create_directories(path.parent_path(), failed);
  return store::write_file_durably(path, text);
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
  if (!rejects.empty()) return write_rows(path, std::move(rejects));
  std::error_code failed;
  fs::remove(path, failed);
  return {};
}

Result<bool> update_rejects_file(const fs::path& path, const NameSet& reread, const std::vector<store::Reject>& fresh,
                                 bool held) {
  const fs::path before = kept_before(path);
  std::error_code failed;
  const bool after_held = fs::exists(before, failed);
  auto known = read_rejects_file(after_held ? before : path);
  std::vector<store::Reject> rows;
  if (known) rows = std::move(*known);  // a file that someone broke is written anew
  if (held && !after_held) TANMIAO_TRY(write_rows(before, rows));
  const std::size_t count = rows.size();
  std::erase_if(rows, [&](const store::Reject& r) { return reread.contains(r.part); });
  const bool same = known && !after_held && rows.size() == count && fresh.empty();
  rows.insert(rows.end(), fresh.begin(), fresh.end());
  const bool any = !rows.empty();
  if (!same) TANMIAO_TRY(write_rejects_file(path, std::move(rows)));
  if (!held && after_held) fs::remove(before, failed);
  return any;
}

Result<bool> replace_in_rejects_file(const fs::path& path, const std::set<std::pair<std::string, std::uint32_t>>& fed,
                                     const std::vector<store::Reject>& fresh) {
  std::error_code failed;
  bool any = false;
  for (const fs::path& file : {path, kept_before(path)}) {
    const bool beside = file != path;
    if (beside && !fs::exists(file, failed)) continue;
    auto rows = read_rejects_file(file);
    if (!rows) continue;
    std::erase_if(*rows, [&](const store::Reject& r) { return fed.contains({r.part, r.line}); });
    rows->insert(rows->end(), fresh.begin(), fresh.end());
    if (!beside) any = !rows->empty();
    // Even when nothing is left: an empty file beside still says that a held reading is shown.
    TANMIAO_TRY(beside ? write_rows(file, std::move(*rows)) : write_rejects_file(file, std::move(*rows)));
  }
  return any;
}

}  // namespace tanmiao::crawler
