#include "apps/tanmiao/match_table.h"

#include <array>
#include <cstdio>

#include "core/text/normalize.h"
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
    out += (out.empty() ? "" : "；") + factor.text;
    if (factor.field != "several" && factor.field != "typed" && factor.level != "chosen") out += bits;
  }
  return out;
}

using FirmOf = std::function<MatchedFirm(std::uint32_t)>;

// Name, code and id; of a cell with several names those of each, in their order. What is not likely names no firm.
std::array<std::string, 3> firm_cells(const MatchAnswer& answer, const FirmOf& firm) {
  std::vector<MatchedFirm> firms;
  if (answer.decision != MatchDecision::kNo && !answer.candidates.empty())
    firms.push_back(firm(answer.candidates.front().row));
  for (const MatchedPart& part : answer.parts)
    firms.push_back(part.best && part.decision != MatchDecision::kNo ? firm(part.best->row)
                                                                     : MatchedFirm{"未匹配", "", ""});
  if (answer.decision == MatchDecision::kNo) firms.clear();
  std::array<std::string, 3> out;
  for (std::size_t n = 0; n < firms.size(); ++n) {
    const std::string_view between = n == 0 ? "" : "；";
    out[0].append(between).append(firms[n].name);
    out[1].append(between).append(firms[n].code);
    out[2].append(between).append(firms[n].id);
  }
  return out;
}

// The cells of the row, filled up to the width of the table, and ours.
std::vector<std::string> cells_of(const MatchAnswer& answer, std::size_t width, const FirmOf& firm) {
  std::vector<std::string> cells = answer.mention.cells;
  cells.resize(width);
  const bool named = answer.decision != MatchDecision::kNo && (!answer.candidates.empty() || !answer.parts.empty());
  char probability[16] = "";
  if (!answer.candidates.empty())
    std::snprintf(probability, sizeof probability, "%.4f", answer.candidates.front().probability);
  for (std::string& cell : firm_cells(answer, firm)) cells.push_back(std::move(cell));
  cells.emplace_back(probability);
  cells.emplace_back(decision_label(answer.decision));
  const bool unread = !answer.mention.problem.empty(), several = answer.read.size() > 1;
  cells.push_back(unread                                                 ? "无法读取：" + answer.mention.problem
                  : named || several || !answer.mention.bad_code.empty() ? reasons(answer)
                                                                         : std::string());
  return cells;
}

bool is_iso_day(std::string_view text) {
  return text.size() == 10 && text[4] == '-' && text[7] == '-' && text::is_digits(text.substr(0, 4)) &&
         text::is_digits(text.substr(5, 2)) && text::is_digits(text.substr(8, 2));
}

// A number that is written in no other way than this, so that nothing of it is lost: not 007, 1.50, 1e5, nor what is
// longer than a telephone number.
bool plain_number(std::string_view text) {
  constexpr std::size_t kLongest = 12;
  const std::string_view body = text.substr(text.starts_with('-') ? 1 : 0);
  const std::size_t point = std::min(body.find('.'), body.size());
  const std::string_view whole = body.substr(0, point), part = body.substr(std::min(point + 1, body.size()));
  if (!text::is_digits(whole) || whole.size() > kLongest || (whole.size() > 1 && whole.front() == '0')) return false;
  return point == body.size() || (text::is_digits(part) && part.back() != '0' && body.size() <= kLongest + 1);
}

// What the cells of their columns are written as: what a workbook says of them; of delimited text what is plain.
std::vector<tabular::CellKind> kinds_of(const NameRow& row, std::size_t width) {
  using tabular::CellKind;
  std::vector<CellKind> out(width, CellKind::kCode);
  for (std::size_t n = 0; n < std::min(width, row.cells.size()); ++n) {
    const std::string_view text = row.cells[n];
    const std::uint8_t marks = n < row.marks.size() ? row.marks[n] : std::uint8_t{0};
    const bool date = row.marks.empty() || (marks & tabular::kDateMark) != 0;
    const bool leads = text.size() > 1 && text.front() == '0' && text[1] != '.';
    const bool number = row.marks.empty()
                            ? plain_number(text)
                            : (marks & tabular::kNumberMark) != 0 && (marks & tabular::kPercentMark) == 0 && !leads;
    if (date && is_iso_day(text))
      out[n] = CellKind::kDate;
    else if (number && (marks & tabular::kDateMark) == 0)
      out[n] = CellKind::kNumber;
  }
  return out;
}

std::vector<std::string> all_headings(const std::vector<std::string>& theirs) {
  std::vector<std::string> out = theirs;
  for (const std::string_view ours : kOurs) out.emplace_back(ours);
  return out;
}

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
  Status row(const MatchAnswer& answer) override {
    return writer_->row(cells_of(answer, width_, firm_), kinds_of(answer.mention, width_));
  }
  Status finish() override { return writer_->finish(); }

 private:
  std::unique_ptr<tabular::XlsxWriter> writer_;
  std::size_t width_;
  FirmOf firm_;
};

// Theirs as what they are (kinds_of), or as text, so that codes and numbers of telephones keep their digits.
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
