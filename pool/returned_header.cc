#include "pool/returned_header.h"

#include <algorithm>

#include "core/text/normalize.h"
#include "pool/returned_cell.h"

namespace tanmiao::pool {
namespace {

using tabular::Header;
using tabular::WantedColumn;

constexpr std::size_t kLongestTitle = 300;  // bytes kept of a title line

std::size_t fields_in(const Header& header) {
  return static_cast<std::size_t>(
      std::count_if(header.position.begin(), header.position.end(), [](int p) { return p >= 0; }));
}

bool looks_like_header(const Header& header, const std::vector<std::string>& row) {
  const std::size_t found = fields_in(header);
  const auto filled = std::count_if(row.begin(), row.end(), [](const std::string& c) { return !c.empty(); });
  return found >= 3 || (found >= 1 && found * 10 >= static_cast<std::size_t>(filled) * 6);
}

std::string title_of(const std::vector<std::string>& row) {
  std::string line;
  for (const std::string& cell : row) {
    if (cell.empty()) continue;
    if (!line.empty()) line += ' ';
    line += cell;
  }
  if (line.size() <= kLongestTitle) return line;
  std::size_t end = kLongestTitle;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;
  return line.substr(0, end);
}

}  // namespace

std::vector<WantedColumn> wanted_columns(std::span<const SheetField> fields) {
  std::vector<WantedColumn> wanted;
  for (const SheetField& field : fields) wanted.push_back({field.headings.front(), field.headings, field.required});
  return wanted;
}

std::optional<SheetHeader> find_header(std::span<const std::vector<std::string>> rows,
                                       std::span<const std::uint32_t> lines, std::span<const SheetField> fields,
                                       std::size_t& header_row) {
  const std::vector<WantedColumn> wanted = wanted_columns(fields);
  std::optional<Header> best;
  for (std::size_t r = 0; r < rows.size() && !best; ++r) {
    Header header = tabular::match_header(rows[r], wanted);
    if (!looks_like_header(header, rows[r])) continue;
    header_row = r;
    best = std::move(header);
    if (r + 1 == rows.size() || lines[r + 1] != lines[r] + 1) break;
    Header below = tabular::match_header(rows[r + 1], wanted);
    if (fields_in(below) > fields_in(*best)) best = std::move(below), header_row = r + 1;
  }
  if (!best) return std::nullopt;

  SheetHeader out;
  out.line = lines[header_row];
  out.headings = best->headings;
  out.found = fields_in(*best);
  out.complete = true;
  std::string unit_above;
  for (std::size_t r = 0; r < header_row; ++r) {
    std::string line = title_of(rows[r]);
    if (line.empty()) continue;
    if (unit_above.empty()) unit_above = unit_of_line(line);
    out.above.push_back(std::move(line));
  }
  for (std::size_t f = 0; f < fields.size(); ++f) {
    out.columns.emplace_back();
    out.units.emplace_back();
    const int position = best->position[f];
    if (position < 0) {
      out.complete = out.complete && !fields[f].required;
      continue;
    }
    out.columns.back().push_back(position);
    if (fields[f].kind != FieldKind::kMoneyWan && fields[f].kind != FieldKind::kCount) continue;
    out.units.back() = unit_of_heading(out.headings[static_cast<std::size_t>(position)]);
    if (out.units.back().empty() && fields[f].kind == FieldKind::kMoneyWan) out.units.back() = unit_above;
  }
  // A heading that stands twice: the other columns may hold answers too.
  for (tabular::UnknownColumn& stranger : best->unknown) {
    for (std::size_t i = 0; i < out.headings.size(); ++i) {
      if (out.headings[i] != stranger.heading) continue;
      const bool used = std::any_of(out.columns.begin(), out.columns.end(), [&](const std::vector<int>& c) {
        return std::find(c.begin(), c.end(), static_cast<int>(i)) != c.end();
      });
      if (used) continue;
      const Header alone = tabular::match_header(std::span(&stranger.heading, 1), wanted);
      const auto same = std::find(alone.position.begin(), alone.position.end(), 0);
      if (same == alone.position.end()) continue;
      out.columns[static_cast<std::size_t>(same - alone.position.begin())].push_back(static_cast<int>(i));
      stranger.heading.clear();
      break;
    }
  }
  for (tabular::UnknownColumn& stranger : best->unknown) {
    if (!stranger.heading.empty()) out.unknown.push_back(std::move(stranger));
  }
  return out;
}

}  // namespace tanmiao::pool
