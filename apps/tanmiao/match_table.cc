#include "apps/tanmiao/match_table.h"

#include <array>
#include <cstdio>

#include "tabular/csv_writer.h"
#include "tabular/xlsx_writer.h"

namespace tanmiao::app {
namespace {

using linkage::MatchDecision;

constexpr std::array<std::string_view, 6> kOurs{"匹配企业", "匹配代码", "匹配编号", "概率", "判定", "依据"};

std::string_view decision_label(MatchDecision decision) {
  switch (decision) {
    case MatchDecision::kLink: return "匹配";
    case MatchDecision::kReview: return "待核";
    case MatchDecision::kNo: break;
  }
  return "未匹配";
}

std::string reasons(const MatchAnswer& answer) {
  std::string out;
  for (const auto& factor : answer.factors) {
    if (factor.field == "prior") continue;
    char bits[24];
    std::snprintf(bits, sizeof bits, " %+.1f", factor.bits);
    out += (out.empty() ? "" : "；") + factor.text + bits;
  }
  return out;
}

// The cells of the row, filled up to the width of the table, and ours. What is not likely names no firm.
std::vector<std::string> cells_of(const MatchAnswer& answer, std::size_t width,
                                  const std::function<MatchedFirm(std::uint32_t)>& firm) {
  std::vector<std::string> cells = answer.mention.cells;
  cells.resize(width);
  const bool named = answer.decision != MatchDecision::kNo && !answer.candidates.empty();
  const MatchedFirm best = named ? firm(answer.candidates.front().row) : MatchedFirm{};
  char probability[16] = "";
  if (!answer.candidates.empty())
    std::snprintf(probability, sizeof probability, "%.4f", answer.candidates.front().probability);
  for (const std::string_view cell : {best.name, best.code, best.id}) cells.emplace_back(cell);
  cells.emplace_back(probability);
  cells.emplace_back(decision_label(answer.decision));
  const bool unread = !answer.mention.problem.empty();
  cells.push_back(unread                                      ? "无法读取：" + answer.mention.problem
                  : named || !answer.mention.bad_code.empty() ? reasons(answer)
                                                              : std::string());
  return cells;
}

std::vector<std::string> all_headings(const std::vector<std::string>& theirs) {
  std::vector<std::string> out = theirs;
  for (const std::string_view ours : kOurs) out.emplace_back(ours);
  return out;
}

using FirmOf = std::function<MatchedFirm(std::uint32_t)>;

class CsvTable : public MatchTable {
 public:
  CsvTable(tabular::CsvWriter writer, std::size_t width, FirmOf firm)
      : writer_(std::move(writer)), width_(width), firm_(std::move(firm)) {}
  Status row(const MatchAnswer& answer) override { return writer_.row(cells_of(answer, width_, firm_)); }
  Status finish() override { return writer_.finish(); }

 private:
  tabular::CsvWriter writer_;
  std::size_t width_;
  FirmOf firm_;
};

class XlsxTable : public MatchTable {
 public:
  XlsxTable(std::unique_ptr<tabular::XlsxWriter> writer, std::size_t width, FirmOf firm)
      : writer_(std::move(writer)), width_(width), firm_(std::move(firm)) {}
  Status row(const MatchAnswer& answer) override { return writer_->row(cells_of(answer, width_, firm_)); }
  Status finish() override { return writer_->finish(); }

 private:
  std::unique_ptr<tabular::XlsxWriter> writer_;
  std::size_t width_;
  FirmOf firm_;
};

// Theirs as text, so that codes and numbers of telephones keep their digits.
tabular::SheetLayout layout_of(const std::vector<std::string>& headings, std::size_t theirs) {
  tabular::SheetLayout layout;
  layout.name = "匹配结果";
  for (std::size_t i = 0; i < headings.size(); ++i) {
    tabular::SheetColumn column{headings[i], 16, tabular::CellKind::kText};
    if (i < theirs) column.kind = tabular::CellKind::kCode;
    if (i == theirs) column.width = 34;
    if (i == theirs + 1) column.kind = tabular::CellKind::kCode, column.width = 22;
    if (i == theirs + 3) column.kind = tabular::CellKind::kNumber, column.width = 9;
    if (i == theirs + 4) column.kind = tabular::CellKind::kCentred, column.width = 9;
    if (i == theirs + 5) column.width = 60;
    layout.columns.push_back(std::move(column));
  }
  return layout;
}

}  // namespace

Status MatchTable::check(const std::string& path) {
  if (path.ends_with(".csv") || path.ends_with(".xlsx")) return {};
  return Error{Errc::kUsage, "the output must end in .xlsx or .csv", path};
}

Result<std::unique_ptr<MatchTable>> MatchTable::create(const std::string& path,
                                                       const std::vector<std::string>& headings, FirmOf firm) {
  TANMIAO_TRY(check(path));
  const std::vector<std::string> all = all_headings(headings);
  if (path.ends_with(".csv")) {
    TANMIAO_ASSIGN(tabular::CsvWriter writer, tabular::CsvWriter::create(path));
    TANMIAO_TRY(writer.row(all));
    return std::unique_ptr<MatchTable>(new CsvTable(std::move(writer), headings.size(), std::move(firm)));
  }
  TANMIAO_ASSIGN(auto writer, tabular::XlsxWriter::create(path, {"名称匹配结果", "", {}}));
  TANMIAO_TRY(writer->begin_sheet(layout_of(all, headings.size())));
  return std::unique_ptr<MatchTable>(new XlsxTable(std::move(writer), headings.size(), std::move(firm)));
}

}  // namespace tanmiao::app
