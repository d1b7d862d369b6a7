#include "tabular/config_table.h"

#include <charconv>
#include <cmath>
#include <fstream>
#include <sstream>

#include "tabular/reader.h"

namespace tanmiao::tabular {

Status read_config_table(const std::filesystem::path& path, std::string_view what, std::size_t columns,
                         const std::function<Status(const ConfigCells&)>& on_row, std::string* contents) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{Errc::kIo, "cannot be read; it is " + std::string(what), path.string()};
  std::ostringstream bytes;
  bytes << in.rdbuf();
  if (contents != nullptr) *contents += bytes.str();
  ReadOptions options;
  options.format = Format::kCsv;
  options.dialect.delimiter = ',';
  options.dialect.charset = "utf-8";
  TANMIAO_ASSIGN(const auto rows, read_rows(std::move(bytes).str(), path.string(), options));
  Row row;
  for (bool header = true;; header = false) {
    TANMIAO_ASSIGN(const bool more, rows->next(row));
    if (!more) return {};
    if (row.bad()) return Error{Errc::kConfig, row.problem, rows->where(row.line)};
    if (header || row.blank()) continue;
    if (row.cells.size() < columns)
      return Error{Errc::kConfig, "has fewer than " + std::to_string(columns) + " columns", rows->where(row.line)};
    const Status done = on_row(ConfigCells(row.cells.begin(), row.cells.end()));
    if (!done) return Error{Errc::kConfig, done.error().message, rows->where(row.line)};
  }
}

Error misfit(std::string message) { return {Errc::kConfig, std::move(message), {}}; }

Result<bool> config_flag(const std::string& text) {
  if (text == "1" || text == "0") return text == "1";
  return misfit("'" + text + "' is neither 0 nor 1");
}

Result<double> config_number(const std::string& text) {
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && stop == text.data() + text.size();
  if (!whole || !std::isfinite(value)) return misfit("'" + text + "' is no number");
  return value;
}

}  // namespace tanmiao::tabular
