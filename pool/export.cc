#include "pool/export.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include "pool/candidate_columns.h"
#include "pool/evidence_sheet.h"
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
constexpr std::uint16_t kFrozenColumns = 4;  // to 企业名称
constexpr std::uint16_t kListPagesWide = 4;
constexpr std::size_t kFileNameBytes = 200;

struct FormatWord {
  ExportFormat format;
  std::string_view word;
};
constexpr std::array<FormatWord, 3> kFormats = {
    {{ExportFormat::kXlsx, "xlsx"}, {ExportFormat::kCsv, "csv"}, {ExportFormat::kJsonl, "jsonl"}}};

// 口径说明.
struct Note {
  std::string_view subject, text;
};
constexpr std::array<Note, 15> kNotes = {{
    {"用途",
     "本表为内部线索，供走访核实使用，不作为评价结论，不对外公布；是否申报由企业自主决定，能否入库以国家系统登记为准"
     "。"},
    {"名次",
     "按本次运行的评分由高到低排列；科技型初创（成立未满 36 "
     "个月）单独排名，因为知识产权需要时间。名次变化与上一次运行相比。"},
    {"线索类型",
     "直接确认：有可直接确认的依据（如有效高企）而未登记；续评：以前登记过、本年度未登记；科技型初创：成立未满 36 "
     "个月；新发掘：其余。"},
    {"研判",
     "较有希望：未发现不满足的条件，且已有较强依据；需补充数据：有依据但不足；线索较少：几乎没有依据；暂不满足：已知有"
     "一项条件不满足，或最高可能得分不到 60 分。研判只是提示，以核实为准。"},
    {"得分区间",
     "可确认得分只计已有公开依据的部分；最高可能得分假定所有未知项都取最高。两者之间的差，就是需要向企业核实的内容。"},
    {"未知不等于零",
     "空白表示未知，不是 0。研发费用、科技人员数、销售收入一般不公开，须走访后填写；填 0 表示确认为零。"},
    {"有效发明", "已授权且截至日法律状态确认为有效的发明专利等 I 类知识产权。只有“有效”才计入可确认得分。"},
    {"有效Ⅱ类知识产权", "已授权且截至日确认为有效的实用新型、外观设计、软件著作权等。"},
    {"效力待核",
     "已授权，但手头数据没有截至日的法律状态。不计入可确认得分，只使最高可能得分上升；请核对年费缴纳与权属。"},
    {"在审发明", "已公开、尚未授权的发明专利申请，不计分。"},
    {"提示", "疑似超规模、仅受让专利、地址待核、名称待核等是提示，不是条件；规模指标多数不公开，须核实。"},
    {"责任单位",
     "按注册地址的街道、园区归属，其次按县（市、区）确定，每家企业只归一个责任单位；地址不能说明的归“待核”。"},
    {"注册资本", "单位为万元人民币；其他币种注明币种，不折算。"},
    {"数据截至", "该企业登记信息最近一次在来源中出现的日期；没有登记来源的为本次运行的截至日。"},
    {"填写与回传",
     "浅黄色表头的各栏由走访人填写后回传，作为“企业自报”记录，注明日期和填写人；空白不改变任何数据。核实结论限填：有意"
     "申报、材料不足、无研发、超规模、不愿申报、联系不上、已迁出、已注销、专利非本企业。"},
}};

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : std::string(between)) + part;
  return out;
}

std::vector<std::string> subtitles(const ExportInfo& info, std::size_t firms) {
  std::string first =
      "编制单位：" + (info.issuer.empty() ? "（未填）" : info.issuer) + "　　截至日期：" + iso(info.as_of);
  if (!info.run.empty()) first += "　　运行编号：" + info.run;
  const std::string filters = info.filters.empty() ? "全部" : joined(info.filters, "；");
  return {first, "筛选条件：" + filters + "　　共 " + std::to_string(firms) + " 家　　" + std::string(kNotice)};
}

SheetLayout list_layout(const ExportInfo& info, std::size_t firms) {
  SheetLayout layout;
  layout.name = "名单";
  layout.title = info.title;
  layout.subtitles = subtitles(info, firms);
  layout.frozen_columns = kFrozenColumns;
  layout.pages_wide = kListPagesWide;
  for (const CandidateColumn& column : candidate_columns()) {
    layout.columns.push_back({std::string(column.heading), column.width, column.kind, column.text == nullptr});
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
  for (const SummaryLine& line : summarise(rows)) {
    std::vector<std::string> cells = {line.unit, line.judgement};
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
                    {"内容", 70},
                    {"日期", 12, CellKind::kDate},
                    {"来源", 24}};
  TANMIAO_TRY(book.begin_sheet(layout));
  if (info.explanations == nullptr) return {};
  store::PackedReader explanations(*info.explanations);
  for (const CandidateRow& row : rows) {
    TANMIAO_ASSIGN(const std::string_view explanation, explanations.read(row.run_row));
    for (const EvidenceLine& line : evidence_of(explanation)) {
      const std::string source = line.source + (line.url.empty() ? "" : "\n" + line.url);
      TANMIAO_TRY(book.row(std::vector<std::string>{std::to_string(row.number), row.name, row.code, line.kind,
                                                    line.text, line.date, source}));
    }
  }
  return {};
}

Status write_notes(XlsxWriter& book, const ExportInfo& info) {
  SheetLayout layout{"口径说明", "口径说明", {info.title + "　　" + std::string(kNotice)}, {}, 0, 1, false, true};
  layout.columns = {{"事项", 20, CellKind::kCentred}, {"说明", 120}};
  TANMIAO_TRY(book.begin_sheet(layout));
  for (const Note& note : kNotes) {
    TANMIAO_TRY(book.row(std::vector<std::string>{std::string(note.subject), std::string(note.text)}));
  }
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
  for (const FormatWord& known : kFormats) {
    if (known.word == word) return known.format;
  }
  return Error{Errc::kUsage, "unknown format \"" + std::string(word) + "\"; known are xlsx, csv, jsonl", ""};
}

Status export_candidates(std::span<const CandidateRow> rows, ExportFormat format, const std::string& path,
                         const ExportInfo& info) {
  if (format == ExportFormat::kXlsx) return export_xlsx(rows, path, info);
  return format == ExportFormat::kCsv ? export_csv(rows, path) : export_jsonl(rows, path);
}

Result<std::vector<std::string>> export_by_unit(std::span<const CandidateRow> rows, ExportFormat format,
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
  std::vector<std::string> paths;
  for (const auto& [unit, own] : by_unit) {
    ExportInfo part = info;
    const std::string filter = "责任单位：" + unit;
    if (std::find(part.filters.begin(), part.filters.end(), filter) == part.filters.end()) {
      part.filters.insert(part.filters.begin(), filter);
    }
    const std::string name = "候选名单_" + unit + "_" + iso(info.as_of);
    const std::string path = folder + "/" + safe_file_name(name) + "." + std::string(extension(format));
    TANMIAO_TRY(export_candidates(own, format, path, part));
    paths.push_back(path);
  }
  return paths;
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
