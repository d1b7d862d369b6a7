#include "pool/judged_sheet.h"

#include <algorithm>
#include <cmath>

#include "pool/judged_words.h"
#include "tabular/csv_writer.h"
#include "tabular/xlsx_writer.h"

namespace tanmiao::pool {
namespace {

using tabular::CellKind;

struct JudgedColumn {
  std::string_view heading;
  double width;
  CellKind kind;
  bool to_fill;
  std::string JudgedRow::*cell;
};
constexpr auto kJudgedColumns = std::to_array<JudgedColumn>({
    {kSourceHeading, 16, CellKind::kText, false, &JudgedRow::source},
    {kKindHeading, 9, CellKind::kCentred, false, &JudgedRow::kind},
    {kKeyHeading, 20, CellKind::kCode, false, &JudgedRow::key},
    {kSlotHeading, 5, CellKind::kNumber, false, &JudgedRow::slot},
    {kNameHeading, 30, CellKind::kText, false, &JudgedRow::name},
    {kFirmHeading, 30, CellKind::kText, false, &JudgedRow::firm},
    {kCodeHeading, 21, CellKind::kCode, false, &JudgedRow::code},
    {kProbabilityHeading, 7, CellKind::kCentred, false, &JudgedRow::probability},
    {kWhyHeading, 40, CellKind::kText, false, &JudgedRow::why},
    {kValueHeading, 8, CellKind::kNumber, false, &JudgedRow::value},
    {kScopeHeading, 8, CellKind::kCentred, true, &JudgedRow::scope},
    {kRulingHeading, 10, CellKind::kCentred, true, &JudgedRow::ruling},
    {kReasonHeading, 26, CellKind::kText, true, &JudgedRow::reason},
    {kByHeading, 14, CellKind::kCentred, true, &JudgedRow::by},
});

std::string percent(double probability) {
  return probability < 0 ? std::string() : std::to_string(std::lround(100 * probability)) + "%";
}

// A value in thousandths as "2.49".
std::string thousandths(std::int64_t value) {
  if (value == 0) return {};
  std::string text = std::to_string(value / 1000), rest = std::to_string(1000 + value % 1000).substr(1);
  rest.erase(rest.find_last_not_of('0') + 1);
  return rest.empty() ? text : text + "." + rest;
}

// Its code, or its identity while none is known ("name:渤海科技有限公司@371602"): a number would be another firm's
// where the data was built anew.
std::string code_or_identity(const FirmCard& card) { return card.code.empty() ? card.key : card.code; }

// Of a firm that the register lost: what its identity says.
void name_lost_firm(std::string_view identity, JudgedRow& row) {
  if (identity.starts_with("code:")) row.code = identity.substr(5);
  if (identity.starts_with("name:")) row.code = identity, row.firm = identity.substr(5, identity.rfind('@') - 5);
}

void write_said(const store::IdentityDecision& decision, JudgedRow& row) {
  row.scope = decision.key.empty() ? kEverywhereWord : kHereWord;
  row.ruling = label(decision.ruling);
  row.reason = decision.reason;
  row.by = decision.by;
}

Status export_csv(std::span<const JudgedRow> rows, const std::string& path) {
  TANMIAO_ASSIGN(auto out, tabular::CsvWriter::create(path));
  std::vector<std::string> head;
  head.reserve(std::size(kJudgedColumns));
  for (const JudgedColumn& column : kJudgedColumns) head.emplace_back(column.heading);
  TANMIAO_TRY(out.row(head));
  for (const JudgedRow& row : rows) TANMIAO_TRY(out.row(judged_cells(row)));
  return out.finish();
}

Status export_xlsx(std::span<const JudgedRow> rows, const std::string& path, const JudgedSheetInfo& info) {
  TANMIAO_ASSIGN(const auto book, tabular::XlsxWriter::create(path, {info.title, info.issuer, info.as_of}));
  tabular::SheetLayout layout;
  layout.name = "待判定";
  layout.title = info.title;
  layout.subtitles = {
      "编制单位：" + (info.issuer.empty() ? "（未填）" : info.issuer) + "　　数据截至：" + iso(info.as_of) + "　　共 " +
          std::to_string(rows.size()) + " 行",
      "请填写“判定”（是同一家、不是、说不准、撤销）和“依据”；“范围”填“全部”表示该来源各条记录中的此名称都照此办理，"
      "“本组”表示“原因”中所说的各条一并办理。"
      "不填“判定”的行不作处理。"};
  layout.frozen_columns = 5;
  layout.pages_wide = 2;
  for (const JudgedColumn& column : kJudgedColumns) {
    layout.columns.push_back({std::string(column.heading), column.width, column.kind, column.to_fill, {}});
    auto& choices = layout.columns.back().choices;
    if (column.heading == kScopeHeading)
      choices = {std::string(kHereWord), std::string(kTogetherWord), std::string(kEverywhereWord)};
    if (column.heading == kRulingHeading)
      for (const auto ruling :
           {store::Ruling::kSame, store::Ruling::kDifferent, store::Ruling::kUnsure, store::Ruling::kUndone})
        choices.emplace_back(label(ruling));
  }
  TANMIAO_TRY(book->begin_sheet(layout));
  for (const JudgedRow& row : rows) TANMIAO_TRY(book->row(judged_cells(row)));
  return book->finish();
}

}  // namespace

std::vector<std::string_view> judged_headings() {
  std::vector<std::string_view> out;
  out.reserve(std::size(kJudgedColumns));
  for (const JudgedColumn& column : kJudgedColumns) out.push_back(column.heading);
  return out;
}

std::vector<std::string> judged_cells(const JudgedRow& row) {
  std::vector<std::string> out;
  out.reserve(std::size(kJudgedColumns));
  for (const JudgedColumn& column : kJudgedColumns) out.push_back(row.*column.cell);
  return out;
}

std::vector<JudgedRow> waiting_rows(std::span<const QueueItem* const> items, const Rulings& rulings,
                                    const FirmBook& book) {
  std::vector<JudgedRow> out;
  for (const QueueItem* const one : items) {
    const store::ReviewItem& item = one->item;
    const auto said = rulings.on(one->at());
    JudgedRow blank{item.source, std::string(label(item.kind)), item.key, std::to_string(item.slot), item.name};
    if (one->why_shown) blank.why = item.why;
    blank.value = thousandths(item.value);
    const auto candidates = candidates_of(item);
    for (const QueueCandidate& candidate : candidates) {
      JudgedRow row = blank;
      const FirmCard card = book.card(candidate.firm);
      row.firm = card.name, row.code = code_or_identity(card);
      row.probability = percent(candidate.probability);
      row.scope = !one->alike.empty() ? kTogetherWord : item.kind == RecordKind::kPatent ? kEverywhereWord : kHereWord;
      for (const auto& s : said)
        if (s.firm == candidate.firm) write_said(*s.decision, row);
      out.push_back(std::move(row));
    }
    if (candidates.empty()) out.push_back(blank);  // somebody may know the firm and write it in
  }
  return out;
}

std::vector<JudgedRow> decided_rows(const Rulings& rulings, const FirmBook& book, const TakenOut& taken_out) {
  std::vector<JudgedRow> out;
  for (const auto& said : rulings.standing()) {
    const store::IdentityDecision& d = *said.decision;
    if (is_taken_out(book, taken_out, d.firm_identity)) continue;
    JudgedRow row{d.source, std::string(label(d.kind)), d.key, std::to_string(d.slot), d.name};
    const FirmCard card = book.card(said.firm);
    row.firm = card.name, row.code = code_or_identity(card);
    if (card.firm == store::kNoFirm) name_lost_firm(d.firm_identity, row);
    write_said(d, row);
    out.push_back(std::move(row));
  }
  return out;
}

Status export_judged(std::span<const JudgedRow> rows, const std::string& path, const JudgedSheetInfo& info) {
  if (path.ends_with(".csv")) return export_csv(rows, path);
  if (path.ends_with(".xlsx")) return export_xlsx(rows, path, info);
  return Error{Errc::kUsage, "文件名应以 .xlsx 或 .csv 结尾", path};
}

}  // namespace tanmiao::pool
