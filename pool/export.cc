#include "pool/export.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include "core/settings.h"
#include "pool/candidate_columns.h"
#include "pool/candidate_notes.h"
#include "pool/evidence_sheet.h"
#include "pool/row_version.h"
#include "pool/summary.h"
#include "tabular/csv_writer.h"
#include "tabular/jsonl_writer.h"
#include "tabular/xlsx_writer.h"

namespace tanmiao::pool {
namespace {

using tabular::CellKind;
using tabular::SheetColumn;
using tabular::SheetLayout;
using tabular::XlsxWriter;

constexpr std::string_view kNotice = "内部线索，不作为评价结论";
constexpr std::string_view kVerdictHeading = "核实结论";
constexpr std::uint16_t kFrozenColumns = 4;  // to 企业名称
constexpr std::uint16_t kListPagesWide = 4;  // who, how far, why, what to fill in: candidate_columns.cc
constexpr std::size_t kFileNameBytes = 200;

struct FormatWord {
  ExportFormat format;
  std::string_view word;
};
constexpr std::array<FormatWord, 3> kFormats = {
    {{ExportFormat::kXlsx, "xlsx"}, {ExportFormat::kCsv, "csv"}, {ExportFormat::kJsonl, "jsonl"}}};

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : std::string(between)) + part;
  return out;
}

std::vector<std::string> subtitles(const ExportInfo& info, std::size_t firms) {
  const std::string filters = info.filters.empty() ? "全部" : joined(info.filters, "；");
  return {"编制单位：" + (info.issuer.empty() ? "（未填）" : info.issuer) + "　　截至日期：" + iso(info.as_of),
          "筛选条件：" + filters + "　　共 " + std::to_string(firms) + " 家　　" + std::string(kNotice)};
}

SheetLayout list_layout(const ExportInfo& info, std::size_t firms) {
  SheetLayout layout;
  layout.name = "名单";
  layout.title = info.title;
  layout.subtitles = subtitles(info, firms);
  layout.frozen_columns = kFrozenColumns;
  layout.pages_wide = kListPagesWide;
  for (const CandidateColumn& column : candidate_columns()) {
    layout.columns.push_back({std::string(column.heading), column.width, column.kind, column.text == nullptr, {}});
    if (column.heading == kVerdictHeading) layout.columns.back().choices = info.verdicts;
    layout.columns.back().hidden = column.heading == kVersionHeading;
  }
  return layout;
}

std::vector<std::string> list_cells(const CandidateRow& row) {
  std::vector<std::string> cells;
  for (const CandidateColumn& column : candidate_columns()) {
    cells.push_back(column.text == nullptr ? std::string() : column.text(row));
  }
  return cells;
}

Status write_list(XlsxWriter& book, std::span<const CandidateRow> rows, const ExportInfo& info) {
  TANMIAO_TRY(book.begin_sheet(list_layout(info, rows.size())));
  for (const CandidateRow& row : rows) TANMIAO_TRY(book.row(list_cells(row)));
  return {};
}

Status write_summary(XlsxWriter& book, std::span<const CandidateRow> rows, const ExportInfo& info) {
  SheetLayout layout{"汇总", info.title + "汇总", subtitles(info, rows.size()), {}, 1, 1, false, true};
  layout.columns = {{"责任单位", 22, CellKind::kCentred}, {"研判", 18, CellKind::kCentred}};
  for (const LeadKind kind : kLeadKinds) layout.columns.push_back({std::string(label(kind)), 16, CellKind::kNumber});
  layout.columns.push_back({"合计", 16, CellKind::kNumber});
  TANMIAO_TRY(book.begin_sheet(layout));
  const bool whole_city = std::none_of(info.filters.begin(), info.filters.end(),
                                       [](const std::string& filter) { return filter.starts_with("责任单位："); });
  for (const SummaryLine& line : summarise(rows)) {
    const bool last = line.sum && line.judgement.empty();
    std::vector<std::string> cells = {last && !whole_city ? "合计" : line.unit, line.judgement};
    for (const std::uint32_t n : line.kinds) cells.push_back(std::to_string(n));
    cells.push_back(std::to_string(line.total));
    TANMIAO_TRY(book.row(cells, line.sum));
  }
  return {};
}

Status write_evidence(XlsxWriter& book, std::span<const CandidateRow> rows, const ExportInfo& info) {
  SheetLayout layout{"依据明细", "依据明细", subtitles(info, rows.size()), {}, 2, 1, true, true};
  layout.columns = {{"序号", 7, CellKind::kNumber},
                    {"企业名称", 32},
                    {"统一社会信用代码", 21, CellKind::kCode},
                    {"类别", 14, CellKind::kCentred},
                    {"内容", 62},
                    {"日期", 12, CellKind::kDate},
                    {"来源", 26},
                    {"出处", 54}};
  TANMIAO_TRY(book.begin_sheet(layout));
  if (info.explanations == nullptr) return {};
  store::PackedReader explanations(*info.explanations);
  for (const CandidateRow& row : rows) {
    TANMIAO_ASSIGN(const std::string_view explanation, explanations.read(row.run_row));
    for (const EvidenceLine& line : evidence_of(explanation)) {
      const auto title = info.sources.find(line.source);
      const std::string& source = title == info.sources.end() ? line.source : title->second;
      TANMIAO_TRY(book.row(std::vector<std::string>{std::to_string(row.number), row.name, row.code, line.kind,
                                                    line.text, line.date, source, line.url}));
    }
  }
  return {};
}

Status write_notes(XlsxWriter& book, const ExportInfo& info) {
  SheetLayout layout{"口径说明", "口径说明", {info.title + "　　" + std::string(kNotice)}, {}, 0, 1, false, true};
  layout.columns = {{"事项", 20, CellKind::kCentred}, {"说明", 120}};
  TANMIAO_TRY(book.begin_sheet(layout));
  for (const Note& note : candidate_notes(info.verdicts))
    TANMIAO_TRY(book.row(std::vector<std::string>{note.subject, note.text}));
  if (!info.run.empty())
    TANMIAO_TRY(book.row(std::vector<std::string>{"运行编号", info.run + "（供数据组核对：输入相同，编号相同）"}));
  return {};
}

Status export_xlsx(std::span<const CandidateRow> rows, const std::string& path, const ExportInfo& info) {
  TANMIAO_ASSIGN(const auto book, XlsxWriter::create(path, {info.title, info.issuer, info.as_of}));
  TANMIAO_TRY(write_list(*book, rows, info));
  TANMIAO_TRY(write_summary(*book, rows, info));
  TANMIAO_TRY(write_evidence(*book, rows, info));
  TANMIAO_TRY(write_notes(*book, info));
  return book->finish();
}

Status export_csv(std::span<const CandidateRow> rows, const std::string& path) {
  TANMIAO_ASSIGN(auto out, tabular::CsvWriter::create(path));
  std::vector<std::string> headings;
  for (const CandidateColumn& column : candidate_columns()) headings.emplace_back(column.heading);
  TANMIAO_TRY(out.row(headings));
  for (const CandidateRow& row : rows) TANMIAO_TRY(out.row(list_cells(row)));
  return out.finish();
}

// Money for programs: minor units and currency, in place of the 万元 that people read.
Status export_jsonl(std::span<const CandidateRow> rows, const std::string& path) {
  constexpr std::string_view kCapital = "capital_wan";
  std::vector<std::string> names;
  for (const CandidateColumn& column : candidate_columns()) {
    if (column.word != kCapital) {
      names.emplace_back(column.word);
      continue;
    }
    names.emplace_back("capital_minor");
    names.emplace_back("capital_currency");
  }
  TANMIAO_ASSIGN(auto out, tabular::JsonlWriter::create(path, names));
  for (const CandidateRow& row : rows) {
    std::vector<tabular::JsonCell> cells;
    for (const CandidateColumn& column : candidate_columns()) {
      if (column.word == kCapital) {
        cells.push_back({row.capital < 0 ? std::string() : std::to_string(row.capital), true});
        cells.push_back({row.capital < 0 ? std::string() : row.capital_currency, false});
      } else {
        cells.push_back({column.text == nullptr ? std::string() : column.text(row), column.kind == CellKind::kNumber});
      }
    }
    TANMIAO_TRY(out.row(cells));
  }
  return out.finish();
}

std::string_view extension(ExportFormat format) {
  return std::find_if(kFormats.begin(), kFormats.end(), [&](const FormatWord& f) { return f.format == format; })->word;
}

}  // namespace

Result<ExportFormat> export_format(std::string_view word) {
  std::vector<std::string_view> known;
  for (const FormatWord& format : kFormats) {
    if (format.word == word) return format.format;
    known.push_back(format.word);
  }
  return no_such("format", word, known);
}

Status export_candidates(std::span<const CandidateRow> rows, ExportFormat format, const std::string& path,
                         const ExportInfo& info) {
  if (format == ExportFormat::kXlsx) return export_xlsx(rows, path, info);
  return format == ExportFormat::kCsv ? export_csv(rows, path) : export_jsonl(rows, path);
}

Result<std::vector<UnitFile>> export_by_unit(std::span<const CandidateRow> rows, ExportFormat format,
                                             const std::string& folder, const ExportInfo& info) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return Error{Errc::kIo, "cannot make the folder: " + failed.message(), folder};
  std::map<std::string, std::vector<CandidateRow>> by_unit;
  for (const CandidateRow& row : rows) {
    auto& own = by_unit[row.unit];
    own.push_back(row);
    own.back().number = static_cast<std::uint32_t>(own.size());
  }
  std::vector<UnitFile> files;
  for (const auto& [unit, own] : by_unit) {
    ExportInfo part = info;
    const std::string filter = "责任单位：" + unit;
    if (std::find(part.filters.begin(), part.filters.end(), filter) == part.filters.end()) {
      part.filters.insert(part.filters.begin(), filter);
    }
    const std::string name = "候选名单_" + unit + "_" + iso(info.as_of);
    const std::string path = folder + "/" + safe_file_name(name) + "." + std::string(extension(format));
    TANMIAO_TRY(export_candidates(own, format, path, part));
    files.push_back({path, own.size()});
  }
  return files;
}

std::string safe_file_name(std::string_view wanted) {
  constexpr std::string_view kForbidden = "/\\:*?\"<>|";
  std::string out;
  for (const char c : wanted) {
    const bool bad = static_cast<unsigned char>(c) < 0x20 || c == 0x7F || kForbidden.find(c) != std::string_view::npos;
    out += bad ? '_' : c;
  }
  std::size_t end = std::min(out.size(), kFileNameBytes);
  while (end < out.size() && end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0) == 0x80) --end;
  out.resize(end);
  while (out.starts_with('.')) out.erase(0, 1);
  while (out.ends_with('.') || out.ends_with(' ')) out.pop_back();
  return out.empty() ? "_" : out;
}

}  // namespace tanmiao::pool
