#include "pool/official.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "core/messages.h"
#include "core/quote.h"
#include "pool/achieve.h"
#include "pool/import.h"
#include "pool/official_guard.h"

namespace tanmiao::pool {
namespace {

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

bool says_not_ours(const std::string& cell) {
  static constexpr std::string_view kWords[] = {kNotOurs, "不是", "不是本企业", "均非本企业", "均不是", "非我企业"};
  return std::find(std::begin(kWords), std::end(kWords), cell) != std::end(kWords);
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
      row.by_code = true;
      if (!book.bears(firm, row.name)) {  // for a person to look at: a code is soon copied from the wrong line
        row.firms.push_back(book.card(firm));
        row.by_code = false;
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

// Of a row that was marked and came back with something that is no code of a firm we know, the mark stays: what was
// typed must not make it one of the firms of its name. A code that nobody has yet goes along.
void set_apart(OfficialRow& row, const FirmBook& book, const ReturnedCell& code, bool marked_now) {
  const bool of_nobody = !marked_now && code.problem.empty() && !code.value.empty() && row.firms.empty();
  if (marked_now)
    row.why = "已标为非本企业，不再按同名核对";
  else if (code.as_written.empty())
    row.why = "先前已标为非本企业；如有误，请填写代码";
  else
    row.why = "先前已标为非本企业，所填代码未采用" +
              (code.problem.empty() ? "：" + row.why : in_quotes(code.as_written) + "：" + code.problem);
  row.not_ours = true;
  row.code = of_nobody ? code.value : std::string(kNotOurs);
  row.firms.clear();
  for (const store::FirmNo firm : book.by_name(row.name)) row.not_these.push_back(book.card(firm));
  row.pile = Pile::kUnknown;
}

Result<OfficialList> match(const ReturnedSheet& sheet, const MatchTools& tools) {
  const OfficialProgram& program = tools.program;
  OfficialList list{program, std::filesystem::path(sheet.file).stem().string(), tools.as_of, {}, sheet.remarks};
  TANMIAO_TRY(check_program(sheet, kListNumber, tools.rules, program, tools.forced, list.remarks));
  for (const std::string& line : sheet.above)
    if (const std::size_t at = line.find(kTitleMark); at != std::string::npos) {
      list.title = line.substr(at + kTitleMark.size());
      if (const std::size_t end = list.title.rfind(kTitleEnd); end != std::string::npos) list.title.resize(end);
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
    if (row.year.empty() && year_in(row.number) > 0) row.year = std::to_string(year_in(row.number));
    const ReturnedCell& code = in.cells[kListCode];
    const bool marked = says_not_ours(code.as_written);
    if (!marked) place(row, tools.book, code);
    if (marked || (!row.by_code && tools.not_ours.contains(row_key(program, row.name, row.number, row.year))))
      set_apart(row, tools.book, code, marked);
    listed.push_back({program.program, day_in(row.issued), day_in(row.valid_to), year_in(row.year)});
    judged.push_back(list.rows.size());
    list.rows.push_back(std::move(row));
  }
  TANMIAO_ASSIGN(const auto verdicts, tools.judge(listed));
  for (std::size_t i = 0; i < judged.size() && i < verdicts.size(); ++i) {
    OfficialRow& row = list.rows[judged[i]];
    const auto [held, until] = verdicts[i];
    row.held = held;
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
  options.other_sheets = {"汇总", "说明", std::string(kProposalSheet)};
  return options;
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

std::string row_key(const OfficialProgram& program, const std::string& name, const std::string& number,
                    const std::string& year) {
  return program.number_heading.empty() ? name + '\t' + year : number;
}

std::size_t OfficialList::count(Pile pile) const {
  return static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(), [&](const OfficialRow& row) { return row.pile == pile; }));
}

Result<OfficialList> match_official(const ListFile& file, const MatchTools& tools) {
  const auto fields = official_fields();
  const auto sheet = file.tables  ? read_returned(*file.tables, file.name, fields, official_options())
                     : file.bytes ? read_returned(*file.bytes, file.name, fields, official_options())
                                  : read_returned(std::filesystem::path(file.name), fields, official_options());
  if (!sheet && sheet.error().code == Errc::kFormat)
    return Error{Errc::kFormat, "读不出公告名单，没有存入：须有一栏“企业名称”。" + in_chinese(sheet.error().message),
                 std::filesystem::path(file.name).filename().string()};
  if (!sheet) return sheet.error();
  TANMIAO_TRY(check_foreign(*sheet));
  return match(*sheet, tools);
}

}  // namespace tanmiao::pool
