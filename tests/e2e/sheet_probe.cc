// Prints what read_returned() makes of files, one JSON object a line, for torture.py: with the fields of a candidate
// list that was filled in. Usage: sheet_probe CONFIG_FOLDER TODAY FILE...
#include <boost/json.hpp>
#include <cstdio>

#include "core/messages.h"
#include "pool/candidate_columns.h"
#include "pool/import.h"
#include "pool/returned_sheet.h"
#include "tabular/reference_reader.h"

namespace {

namespace json = boost::json;
using namespace tanmiao;

json::object told(const pool::ReturnedSheet& sheet, const std::vector<pool::SheetField>& fields) {
  json::object out{{"sheet", sheet.sheet}, {"above", json::value_from(sheet.above)}};
  out["remarks"] = json::value_from(sheet.remarks);
  json::array rows, absent;
  for (std::size_t f = 0; f < fields.size(); ++f) {
    if (!sheet.present[f]) absent.emplace_back(fields[f].word);
  }
  for (const pool::ReturnedRow& row : sheet.rows) {
    json::object cells, problems, remarks;
    for (std::size_t f = 0; f < fields.size(); ++f) {
      const pool::ReturnedCell& cell = row.cells[f];
      if (!cell.value.empty()) cells[fields[f].word] = cell.value;
      if (!cell.problem.empty()) problems[fields[f].word] = cell.problem;
      if (!cell.remark.empty()) remarks[fields[f].word] = cell.remark;
    }
    rows.push_back({{"line", row.line},
                    {"problem", row.problem},
                    {"remark", row.remark},
                    {"cells", cells},
                    {"problems", problems},
                    {"remarks", remarks}});
  }
  out["absent"] = absent;
  out["rows"] = rows;
  return out;
}

int probe(int count, char** words) {
  const std::string config = words[1];
  const auto reference = tabular::load_reference(config + "/reference");
  if (!reference) return std::fprintf(stderr, "%s\n", reference.error().text().c_str()), 2;
  const auto rules = pool::PoolRules::load(config + "/pool", **reference);
  if (!rules) return std::fprintf(stderr, "%s\n", rules.error().text().c_str()), 2;
  const auto fields = pool::visit_fields(**rules);
  pool::ReturnedOptions options;
  options.today = *parse_iso_date(words[2]);
  for (const pool::CandidateColumn& column : pool::candidate_columns()) {
    options.known_headings.emplace_back(column.heading);
  }
  for (int i = 3; i < count; ++i) {
    const auto sheet = pool::read_returned(std::filesystem::path(words[i]), fields, options);
    const json::object line =
        sheet ? told(*sheet, fields)
              : json::object{{"error", in_chinese(sheet.error())}, {"english", sheet.error().message}};
    std::printf("%s\n", json::serialize(line).c_str());
  }
  return 0;
}

}  // namespace

int main(int count, char** words) {
  if (count >= 4) return probe(count, words);
  std::fprintf(stderr, "usage: sheet_probe CONFIG_FOLDER TODAY FILE...\n");
  return 2;
}
