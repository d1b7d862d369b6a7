#include "pool/official.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <system_error>

#include "core/quote.h"
#include "pool/export.h"
#include "pool/import.h"
#include "tabular/csv_writer.h"
#include "tabular/reader.h"
#include "tabular/xlsx_writer.h"

namespace tanmiao::pool {
namespace {

constexpr std::string_view kTitleMark = "名单：";  // of a line above the header of a pile
constexpr std::string_view kRightCode = "统一社会信用代码";

// Places in official_fields().
enum OfficialPlace : std::size_t {
  kListName,
  kListCode,
  kListCounty,
  kListNumber,
  kListIssued,
  kListValid,
  kListYear,
  kListFields
};

std::vector<SheetField> official_fields() {
  std::vector<SheetField> fields(kListFields);
  fields[kListName] = {"name", {"企业名称", "单位名称", "公司名称", "申报单位", "名称"}, FieldKind::kText, {}, true};
  fields[kListCode] = {"code", {std::string(kRightCode), "社会信用代码", "信用代码"}, FieldKind::kCode, {}, false};
  fields[kListCounty] = {"county",
                         {"所属县区", "县区", "所属县（市、区）", "所属市县", "责任单位", "所在地", "属地", "地区"},
                         FieldKind::kText,
                         {},
                         false};
  fields[kListNumber] = {"number",
                         {"入库登记编号", "登记编号", "入库编号", "证书编号", "高企证书编号", "编号"},
                         FieldKind::kNumber,
                         {},
                         false};
  fields[kListIssued] = {"issued", {"发证日期", "发证时间", "公布日期", "公告日期"}, FieldKind::kDate, {}, false};
  fields[kListValid] = {
      "valid_to", {"有效期至", "有效期止", "编号有效期至", "证书有效期至"}, FieldKind::kDate, {}, false};
  fields[kListYear] = {"year", {"年度", "年份"}, FieldKind::kText, {}, false};
  return fields;
}

// Columns of the piles that are ours and are not read back.
const std::vector<std::string>& pile_headings() {
  static const std::vector<std::string> headings = {"序号",         "状态",     "失效日期", "对应企业",
                                                    "对应责任单位", "同名企业", "说明",     "原表位置"};
  return headings;
}

int year_in(std::string_view text) {
  int year = 0;
  const std::string_view digits = text.substr(0, 4);
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), year);
  return error == std::errc() && stop == digits.data() + 4 && year >= 1990 && year <= 2100 ? year : 0;
}

Day day_in(const std::string& text) {
  const auto date = parse_iso_date(text);
  return date ? to_day(*date) : kNoDay;
}

std::string state_label(Held held) {
  switch (held) {
    case Held::kValid: return "有效";
    case Held::kRenewDue: return "待续评";
    case Held::kExpired: return "已失效";
    case Held::kUnverified: break;
  }
  return "待核";
}

std::string problems_of(const ReturnedRow& row, const std::vector<SheetField>& fields, const OfficialProgram& program) {
  std::string text = row.problem;
  const auto add = [&](const std::string& problem) { text += (text.empty() ? "" : "；") + problem; };
  for (const std::size_t f : {kListName, kListIssued, kListValid})
    if (!row.cells[f].problem.empty()) add(fields[f].headings.front() + "：" + row.cells[f].problem);
  if (!program.number_heading.empty() && row.cells[kListNumber].value.empty()) add("没有" + program.number_heading);
  return text;
}

void place(OfficialRow& row, const FirmBook& book, const ReturnedCell& code) {
  std::vector<store::FirmNo> found;
  if (code.problem.empty() && !code.value.empty()) {
    if (const store::FirmNo firm = book.number(code.value); firm != store::kNoFirm) {
      found = {firm};
      row.why = "按代码";
      if (!book.bears(firm, row.name)) {  // for a person to look at: a code is soon copied from the wrong line
        row.firms.push_back(book.card(firm));
        row.pile = Pile::kNamesakes;
        row.why = "代码与名称不符：" + row.code + " 是" + book.card(firm).name;
        row.code.clear();
        return;
      }
    } else {
      row.why = "企业库里没有代码 " + code.value;
    }
  } else {
    found = book.by_name(row.name, row.county);
    if (found.size() == 1 && !row.county.empty() && !book.lies_in(found.front(), row.county)) {
      row.firms.push_back(book.card(found.front()));
      row.pile = Pile::kNamesakes;
      row.why = "同名企业在" + (row.firms.front().unit.empty() ? std::string("别处") : row.firms.front().unit) +
                "，不在" + row.county + "：确是这家的请填写代码";
      return;
    }
    row.why = found.empty()       ? "企业库里没有这个名称（含曾用名）"
              : found.size() == 1 ? "按名称" + std::string(row.county.empty() ? "" : "与县区")
                                  : "有 " + std::to_string(found.size()) + " 家企业同名，请填写代码";
    if (!code.problem.empty()) row.why += "；代码" + in_quotes(code.as_written) + "不可用：" + code.problem;
  }
  for (const store::FirmNo firm : found) row.firms.push_back(book.card(firm));
  row.pile = found.empty() ? Pile::kUnknown : found.size() == 1 ? Pile::kFound : Pile::kNamesakes;
  if (row.pile == Pile::kFound) row.code = row.firms.front().code;
}

Result<OfficialList> match(const ReturnedSheet& sheet, const OfficialProgram& program, const FirmBook& book,
                           const JudgeListed& judge, Date as_of) {
  OfficialList list{program, std::filesystem::path(sheet.file).stem().string(), as_of, {}, sheet.remarks};
  for (const std::string& line : sheet.above)
    if (const std::size_t at = line.find(kTitleMark); at != std::string::npos) {
      list.title = line.substr(at + kTitleMark.size());
      if (const std::size_t end = list.title.find("　"); end != std::string::npos) list.title.resize(end);
    }
  const auto fields = official_fields();
  std::vector<ListedRecognition> listed;
  std::vector<std::size_t> judged;  // rows of the list, parallel
  for (const ReturnedRow& in : sheet.rows) {
    OfficialRow row;
    row.where = origin_of_row(sheet, in);
    const auto value = [&](std::size_t f) { return f < in.cells.size() ? in.cells[f].value : std::string(); };
    row.name = value(kListName), row.code = value(kListCode), row.county = value(kListCounty);
    row.number = value(kListNumber), row.issued = value(kListIssued), row.valid_to = value(kListValid);
    row.year = value(kListYear);
    if (const std::string problem = problems_of(in, fields, program); !problem.empty()) {
      row.pile = Pile::kUnreadable;
      row.why = problem;
      if (row.name.empty() && !in.cells.empty()) row.name = in.cells[kListName].as_written;
      list.rows.push_back(std::move(row));
      continue;
    }
    place(row, book, in.cells[kListCode]);
    if (row.year.empty() && year_in(row.number) > 0) row.year = std::to_string(year_in(row.number));
    listed.push_back({program.program, day_in(row.issued), day_in(row.valid_to), year_in(row.year)});
    judged.push_back(list.rows.size());
    list.rows.push_back(std::move(row));
  }
  TANMIAO_ASSIGN(const auto verdicts, judge(listed));
  for (std::size_t i = 0; i < judged.size() && i < verdicts.size(); ++i) {
    OfficialRow& row = list.rows[judged[i]];
    const auto [held, until] = verdicts[i];
    row.state = state_label(held);
    row.until = until;
    if (row.pile == Pile::kFound && (held == Held::kExpired || held == Held::kRenewDue)) row.pile = Pile::kLapsed;
  }
  return list;
}

ReturnedOptions official_options() {
  ReturnedOptions options;
  options.known_headings = pile_headings();
  options.known_headings.emplace_back(kRejectHeading);
  options.other_sheets = {"汇总", "说明"};
  return options;
}

std::string namesakes(const OfficialRow& row) {
  std::string text;
  for (const FirmCard& card : row.firms)
    text += (text.empty() ? "" : "\n") + card.name + "（" + (card.code.empty() ? "代码待查" : card.code) + "，" +
            (card.unit.empty() ? "待核" : card.unit) + "）";
  return text;
}

}  // namespace

std::string_view word(Pile pile) {
  switch (pile) {
    case Pile::kFound: return "found";
    case Pile::kNamesakes: return "namesakes";
    case Pile::kUnknown: return "unknown";
    case Pile::kLapsed: return "lapsed";
    case Pile::kUnreadable: break;
  }
  return "unreadable";
}

std::string_view label(Pile pile) {
  switch (pile) {
    case Pile::kFound: return "已找到";
    case Pile::kNamesakes: return "同名待核";
    case Pile::kUnknown: return "未找到";
    case Pile::kLapsed: return "已失效";
    case Pile::kUnreadable: break;
  }
  return "退回";
}

std::size_t OfficialList::count(Pile pile) const {
  return static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(), [&](const OfficialRow& row) { return row.pile == pile; }));
}

Result<OfficialList> match_official(const std::filesystem::path& file, const OfficialProgram& program,
                                    const FirmBook& book, const JudgeListed& judge, Date as_of) {
  TANMIAO_ASSIGN(const auto sheet, read_returned(file, official_fields(), official_options()));
  return match(sheet, program, book, judge, as_of);
}

Result<OfficialList> match_official(std::string bytes, const std::string& name, const OfficialProgram& program,
                                    const FirmBook& book, const JudgeListed& judge, Date as_of) {
  TANMIAO_ASSIGN(const auto sheet, read_returned(std::move(bytes), name, official_fields(), official_options()));
  return match(sheet, program, book, judge, as_of);
}

Status write_piles(const OfficialList& list, const std::string& path, const std::string& issuer) {
  using tabular::CellKind;
  TANMIAO_ASSIGN(const auto book, tabular::XlsxWriter::create(path, {list.title, issuer, list.as_of}));
  for (const Pile pile : kPiles) {
    tabular::SheetLayout layout;
    layout.name = label(pile);
    layout.title = list.program.label + "公告名单核对：" + std::string(label(pile));
    layout.subtitles = {std::string(kTitleMark) + list.title + "　　截至日期：" + iso(list.as_of) + "　　" +
                            std::to_string(list.count(pile)) + " 家，共 " + std::to_string(list.rows.size()) + " 行",
                        "代码有误或空缺的，在“统一社会信用代码”一栏改好后整份再导入；各页的行都会重新核对"};
    layout.frozen_columns = 2;
    layout.pages_wide = 2;
    const std::string number = list.program.number_heading.empty() ? "编号" : list.program.number_heading;
    layout.columns = {{"序号", 7, CellKind::kNumber},
                      {"企业名称", 32},
                      {std::string(kRightCode), 21, CellKind::kCode, true},
                      {"所属县区", 14, CellKind::kCentred, true},
                      {number, 22, CellKind::kCode},
                      {"发证日期", 12, CellKind::kDate},
                      {"有效期至", 12, CellKind::kDate},
                      {"年度", 8, CellKind::kCentred},
                      {"状态", 9, CellKind::kCentred},
                      {"失效日期", 12, CellKind::kDate},
                      {"对应企业", 32},
                      {"对应责任单位", 14, CellKind::kCentred},
                      {"同名企业", 44},
                      {"说明", 36},
                      {"原表位置", 26}};
    TANMIAO_TRY(book->begin_sheet(layout));
    std::size_t n = 0;
    for (const OfficialRow& row : list.rows) {
      if (row.pile != pile) continue;
      const bool one = row.firms.size() == 1;
      const auto until = from_day(row.until);
      TANMIAO_TRY(book->row(std::vector<std::string>{
          std::to_string(++n), row.name, row.code, row.county, row.number, row.issued, row.valid_to, row.year,
          row.state, until ? iso(*until) : "", one ? row.firms.front().name : "", one ? row.firms.front().unit : "",
          row.firms.size() > 1 ? namesakes(row) : "", row.why, row.where}));
    }
  }
  return book->finish();
}

Result<std::string> keep_list(const OfficialList& list, const std::filesystem::path& base) {
  const std::filesystem::path folder = (base / list.program.inbox).lexically_normal();
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return Error{Errc::kIo, "cannot make the folder: " + failed.message(), folder.string()};
  std::string name = list.title;
  if (name.find(list.program.file_word) == std::string::npos) name = list.program.file_word + "_" + name;
  const std::string path = (folder / (safe_file_name(name) + ".csv")).string();
  const bool numbered = !list.program.number_heading.empty();
  std::vector<std::string> header = {"企业名称", std::string(kRightCode), "所属县区"};
  if (numbered) header.push_back(list.program.number_heading);
  header.insert(header.end(), {"发证日期", "有效期至", "年度"});
  // Rows that were kept before and are not in this one stay: a single pile may come back, or another list of one name.
  std::map<std::string, std::vector<std::string>> rows;
  std::vector<std::string> order;
  const auto key_of = [&](const std::vector<std::string>& cells) {
    return numbered ? cells[3] : cells[0] + '\t' + cells.back();
  };
  const auto put = [&](std::vector<std::string> cells) {
    const std::string key = key_of(cells);
    if (rows.insert_or_assign(key, std::move(cells)).second) order.push_back(key);
  };
  if (std::filesystem::exists(path)) {
    TANMIAO_ASSIGN(const auto kept, tabular::open_rows(path));
    tabular::Row row;
    for (bool first = true;; first = false) {
      TANMIAO_ASSIGN(const bool more, kept->next(row));
      if (!more) break;
      if (first || row.bad() || row.cells.size() != header.size()) continue;
      std::vector<std::string> cells(row.cells.begin(), row.cells.end());
      put(std::move(cells));
    }
  }
  for (const OfficialRow& row : list.rows) {
    if (row.pile == Pile::kUnreadable) continue;
    std::vector<std::string> cells = {row.name, row.code, row.county};
    if (numbered) cells.push_back(row.number);
    cells.insert(cells.end(), {row.issued, row.valid_to, row.year});
    put(std::move(cells));
  }
  if (order.empty()) return Error{Errc::kFormat, "没有一行读得出来，名单未存", list.title};
  TANMIAO_ASSIGN(auto out, tabular::CsvWriter::create(path));
  TANMIAO_TRY(out.row(header));
  for (const std::string& key : order) TANMIAO_TRY(out.row(rows.at(key)));
  TANMIAO_TRY(out.finish());
  return path;
}

}  // namespace tanmiao::pool
