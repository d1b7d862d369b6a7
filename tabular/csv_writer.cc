#include "tabular/csv_writer.h"

#include <algorithm>

#include "tabular/file_out.h"

namespace tanmiao::tabular {
namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";
constexpr std::string_view kStarters = "=+-@\t\r";
constexpr std::string_view kWideStarters[] = {"＝", "＋", "－", "＠"};  // some programs fold full-width forms

bool plain_number(std::string_view cell) {
  const std::string_view digits = cell.substr(1);
  return (cell[0] == '-' || cell[0] == '+') && !digits.empty() &&
         digits.find_first_not_of("0123456789.") == std::string_view::npos &&
         std::count(digits.begin(), digits.end(), '.') < 2;
}

}  // namespace

bool looks_like_formula(std::string_view cell) {
  if (cell.empty()) return false;
  if (kStarters.find(cell[0]) != std::string_view::npos) return !plain_number(cell);
  return std::any_of(std::begin(kWideStarters), std::end(kWideStarters),
                     [&](std::string_view wide) { return cell.starts_with(wide); });
}

std::string guarded(std::string_view cell) {
  return looks_like_formula(cell) ? "'" + std::string(cell) : std::string(cell);
}

std::string_view unguarded(std::string_view cell) {
  return cell.starts_with('\'') && looks_like_formula(cell.substr(1)) ? cell.substr(1) : cell;
}

void append_csv_row(std::string& out, const std::vector<std::string_view>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += ',';
    if (cells[i].find_first_of(",\"\r\n") == std::string_view::npos) {
      out += cells[i];
      continue;
    }
    out += '"';
    for (const char c : cells[i]) {
      if (c == '"') out += '"';
      out += c;
    }
    out += '"';
  }
  out += "\r\n";
}

Result<CsvWriter> CsvWriter::create(const std::string& path, const CsvWriteOptions& options) {
  CsvWriter writer;
  writer.path_ = path;
  writer.options_ = options;
  TANMIAO_ASSIGN(writer.out_, begin_file(path));
  if (options.bom) writer.out_ << kBom;
  return writer;
}

Status CsvWriter::row(std::span<const std::string> cells) {
  std::vector<std::string> safe;
  for (const std::string& cell : cells) safe.push_back(options_.guard ? guarded(cell) : cell);
  std::string line;
  append_csv_row(line, {safe.begin(), safe.end()});
  out_ << line;
  if (out_) return {};
  return write_error(path_);
}

Status CsvWriter::finish() { return finish_file(out_, path_); }

}  // namespace tanmiao::tabular
