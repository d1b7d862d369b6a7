// rejects/SOURCE.csv: what could not be read, for a person to mend in a spreadsheet program.
#include <algorithm>
#include <array>
#include <set>

#include "crawler/session.h"
#include "tabular/csv_writer.h"
#include "tabular/header.h"
#include "tabular/reader.h"

namespace tanmiao::crawler {
namespace {

constexpr std::array<std::string_view, 6> kHeadings = {"来源文件", "行", "字段", "值", "应为", "原行（改这一列）"};

std::vector<tabular::WantedColumn> wanted_columns() {
  std::vector<tabular::WantedColumn> wanted;
  for (const std::string_view heading : kHeadings)
    wanted.push_back({std::string(heading), {std::string(heading)}, true});
  return wanted;
}

}  // namespace

Result<std::vector<store::Reject>> read_rejects_file(const std::filesystem::path& file, const std::string& source) {
  TANMIAO_ASSIGN(const auto rows, tabular::open_rows(file));
  TANMIAO_ASSIGN(const tabular::Header header, tabular::read_header(*rows, wanted_columns()));
  std::vector<store::Reject> found;
  tabular::Row row;
  for (;;) {
    TANMIAO_ASSIGN(const bool more, rows->next(row));
    if (!more) return found;
    if (row.blank()) continue;
    if (row.bad()) return Error{Errc::kFormat, row.problem, rows->where(row.line)};
    const auto cell = [&](std::size_t w) { return std::string(tabular::unguarded(header.cell(row, w))); };
    store::Reject reject;
    reject.source = source;
    reject.part = cell(0);
    const std::string line = cell(1);
    if (line.empty() || line.size() > 9 || line.find_first_not_of("0123456789") != std::string::npos)
      return Error{Errc::kFormat, "expected a line number in column 行, found '" + line + "'", rows->where(row.line)};
    reject.line = static_cast<std::uint32_t>(std::stoul(line));
    reject.field = cell(2);
    reject.value = cell(3);
    reject.expected = cell(4);
    reject.row = cell(5);
    found.push_back(std::move(reject));
  }
}

Result<std::string> write_rejects_file(const store::DataFolder& folder, const std::string& source,
                                       const std::vector<store::Reject>& rejects,
                                       const std::vector<std::string>& parts_read) {
  const std::filesystem::path path = folder.rejects(source);
  std::error_code error;
  const bool there = std::filesystem::exists(path, error);
  if (parts_read.empty() && rejects.empty()) return there ? path.string() : std::string();
  std::vector<store::Reject> all;
  if (there) {
    const std::set<std::string> read(parts_read.begin(), parts_read.end());
    // A file that someone has half edited is no reason to fail: it is written anew from what is known.
    if (auto before = read_rejects_file(path, source))
      for (auto& reject : *before)
        if (!read.contains(reject.part)) all.push_back(std::move(reject));
  }
  for (const store::Reject& reject : rejects)
    if (std::none_of(all.begin(), all.end(), [&](const auto& r) {
          return r.part == reject.part && r.line == reject.line && r.field == reject.field;
        }))
      all.push_back(reject);
  if (all.empty()) {
    std::filesystem::remove(path, error);
    return std::string();
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return std::tie(a.part, a.line, a.field) < std::tie(b.part, b.line, b.field);
  });
  std::filesystem::create_directories(path.parent_path(), error);
  TANMIAO_ASSIGN(auto out, tabular::CsvWriter::create(path.string()));
  TANMIAO_TRY(out.row(std::vector<std::string>(kHeadings.begin(), kHeadings.end())));
  for (const store::Reject& r : all)
    TANMIAO_TRY(out.row(std::vector<std::string>{r.part, std::to_string(r.line), r.field, r.value, r.expected, r.row}));
  TANMIAO_TRY(out.finish());
  return path.string();
}

}  // namespace tanmiao::crawler
