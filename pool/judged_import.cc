// A sheet of judgements that came back.
#include <algorithm>
#include <charconv>
#include <map>
#include <system_error>
#include <tuple>

#include "core/firm_name.h"
#include "core/identifiers.h"
#include "pool/export.h"
#include "pool/judged_sheet.h"
#include "pool/judged_words.h"
#include "store/suppression.h"

namespace tanmiao::pool {
namespace {

constexpr std::string_view kJudgedRejects = "判定退回_";  // of workbooks with refused rows

enum JudgedField : std::size_t {
  kOfSource,
  kOfKind,
  kOfKey,
  kOfSlot,
  kOfName,
  kOfFirm,
  kOfCode,
  kOfScope,
  kOfRuling,
  kOfReason,
  kOfBy,
  kJudgedFields
};

std::vector<SheetField> judged_fields() {
  std::vector<SheetField> fields(kJudgedFields);
  const auto set = [&](JudgedField field, std::string word, std::string_view heading, bool required = false) {
    fields[field] = {std::move(word), {std::string(heading)}, FieldKind::kText, {}, required};
  };
  set(kOfSource, "source", kSourceHeading, true), set(kOfKind, "kind", kKindHeading, true);
  set(kOfKey, "key", kKeyHeading), set(kOfSlot, "slot", kSlotHeading), set(kOfName, "name", kNameHeading, true);
  set(kOfFirm, "firm", kFirmHeading), set(kOfCode, "code", kCodeHeading), set(kOfScope, "scope", kScopeHeading);
  set(kOfRuling, "ruling", kRulingHeading), set(kOfReason, "reason", kReasonHeading), set(kOfBy, "by", kByHeading);
  return fields;
}

Error not_that(std::string_view heading, const std::string& value, std::string_view expected) {
  return {Errc::kUsage,
          std::string(heading) + "：" + (value.empty() ? "未填" : "“" + value + "”不能识别") + "，应为" +
              std::string(expected),
          ""};
}

Result<store::Ruling> ruling_of(const std::string& text) {
  if (const auto ruling = ruling_from_word(text)) return *ruling;
  return not_that(kRulingHeading, text, kRulingWords);
}

Result<RecordKind> kind_of(const std::string& text) {
  for (const auto kind : {RecordKind::kFirm, RecordKind::kPatent, RecordKind::kPatentEvent, RecordKind::kRecognition,
                          RecordKind::kSignal})
    if (text == label(kind) || text == kind_name(kind)) return kind;
  return not_that(kKindHeading, text, "登记、专利、专利事项、资质或线索");
}

template <class Number>
bool reads(const std::string& text, Number& number) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc() && end == text.data() + text.size();
}

// The firm by code, by identity, by number, or by a name that only one bears; its identity also where the register lost
// it.
class FirmInRow {
 public:
  FirmInRow(const Judge& judge, const FirmBook& book, const std::string& code, const std::string& name)
      : judge_(judge), book_(book) {
    if (code.empty())
      by_name(name);
    else
      by_code(code, name);
  }
  store::FirmNo firm = store::kNoFirm;
  std::string identity;
  std::string problem;  // with its column; empty: found

 private:
  void found(store::FirmNo n, const std::string& name) {
    if (!judge_.can_be_meant(n)) {  // nothing is said of one that was taken out
      identity.clear();
      problem = std::string(kCodeHeading) + "：登记数据中没有这家企业，或已不再列示";
      return;
    }
    firm = n, identity = identity_of(book_, n);
    if (!name.empty() && !book_.bears(n, name))
      problem = std::string(kFirmHeading) + "：“" + name + "”不是“" + std::string(kCodeHeading) + "”所指的企业（" +
                book_.card(n).name + "）";
  }
  void by_code(const std::string& code, const std::string& name) {
    if (const auto parsed = CreditCode::parse(code)) {
      identity = "code:" + parsed->text();
      const store::FirmNo n = book_.number(parsed->text());
      if (n != store::kNoFirm) return found(n, name);
      problem = std::string(kCodeHeading) + "：登记数据中没有 " + parsed->text();
      return;
    }
    if (store::names_identity(code)) {
      identity = code;
      if (const store::FirmNo n = firm_of_identity(book_, code); n != store::kNoFirm) return found(n, name);
      problem = std::string(kCodeHeading) + "：登记数据中没有 " + code;
      return;
    }
    store::FirmNo n = store::kNoFirm;
    if (reads(code, n)) n = followed(book_, n);
    if (n != store::kNoFirm && !book_.key(n).empty()) return found(n, name);
    problem = not_that(kCodeHeading, code, "登记数据中企业的统一社会信用代码、导出表所写的标识或编号").message;
  }
  void by_name(const std::string& name) {
    auto bearers = name.empty() ? std::vector<store::FirmNo>() : book_.by_name(name);
    std::erase_if(bearers, [&](store::FirmNo n) { return !judge_.can_be_meant(n); });
    if (bearers.size() == 1) return found(bearers.front(), name);
    problem = bearers.size() > 1 ? std::string(kCodeHeading) + "：未填，而叫“" + name + "”的企业有 " +
                                       std::to_string(bearers.size()) + " 家，应写明代码"
              : name.empty() ? std::string(kCodeHeading) + "：未填，应为统一社会信用代码或导出表所写的标识"
                             : std::string(kFirmHeading) + "：登记数据中没有“" + name + "”，应写明信用代码";
  }
  const Judge& judge_;
  const FirmBook& book_;
};

// What the rows of one sheet said so far. Two that contradict each other would undo each other each time the sheet is
// read.
class SheetSaid {
 public:
  explicit SheetSaid(const Reference& reference) : reference_(reference) {}
  Status add(const NamedIn& at, bool everywhere, const std::string& firm, store::Ruling ruling, std::uint32_t line) {
    const std::string name = exact_name_key(at.name, reference_);
    std::vector<std::string> places{at.key};
    if (everywhere && !at.key.empty()) places.emplace_back();
    for (const std::string& place : places)
      for (const One& one : said_[{at.kind, at.source, place, name}])
        if (one.firm == firm ? one.ruling != ruling
                             : one.ruling == store::Ruling::kSame && ruling == store::Ruling::kSame)
          return Error{Errc::kUsage,
                       std::string(kRulingHeading) + "：与本表第 " + std::to_string(one.line) +
                           " 行矛盾，同一名称应只有一个结论",
                       ""};
    for (const std::string& place : places) said_[{at.kind, at.source, place, name}].push_back({firm, ruling, line});
    return {};
  }

 private:
  struct One {
    std::string firm;
    store::Ruling ruling;
    std::uint32_t line;
  };
  const Reference& reference_;
  std::map<std::tuple<RecordKind, std::string, std::string, std::string>, std::vector<One>> said_;
};

// One row that says something.
class RowJudgement {
 public:
  RowJudgement(Judge& judge, const FirmBook& book, SheetSaid& sheet, Actor actor, const ReturnedRow& row)
      : judge_(judge), book_(book), sheet_(sheet), actor_(std::move(actor)), row_(row) {}

  Result<Judged> done() {
    if (!row_.problem.empty()) return Error{Errc::kUsage, row_.problem, ""};
    TANMIAO_ASSIGN(const store::Ruling ruling, ruling_of(at(kOfRuling)));
    TANMIAO_TRY(name_in_record());
    if (at(kOfReason).empty()) return not_that(kReasonHeading, "", "判定所依据的事实");
    if (!at(kOfBy).empty()) actor_.by = at(kOfBy);
    const FirmInRow firm(judge_, book_, at(kOfCode), at(kOfFirm));
    if (firm.identity.empty() || (ruling != store::Ruling::kUndone && !firm.problem.empty()))
      return Error{Errc::kUsage, firm.problem, ""};
    TANMIAO_TRY(sheet_.add(named_, everywhere_, firm.identity, ruling, row_.line));
    if (ruling == store::Ruling::kUndone) return undone(firm);
    NameJudgement judgement{named_, firm.firm, ruling, everywhere_, at(kOfReason), {}};
    if (together_) {
      TANMIAO_ASSIGN(judgement.alike, judge_.alike(named_));
    }
    // The firm is there: what is not found is the record, or the name in it.
    return told(judge_.decide(judgement, actor_), kKeyHeading);
  }
  const std::string& at(JudgedField field) const { return row_.cells[field].value; }

 private:
  // With the column that is to blame.
  static Result<Judged> told(Result<Judged> done, std::string_view not_found) {
    if (done) return done;
    Error error = done.error();
    error.message = std::string(error.code == Errc::kNotFound ? not_found : kRulingHeading) + "：" + error.message;
    return error;
  }
  Status name_in_record() {
    named_.source = at(kOfSource), named_.key = at(kOfKey), named_.name = at(kOfName);
    if (named_.source.empty()) return not_that(kSourceHeading, "", "来源的代号");
    TANMIAO_ASSIGN(named_.kind, kind_of(at(kOfKind)));
    if (named_.name.empty()) return not_that(kNameHeading, "", "记录中的名称");
    if (!at(kOfSlot).empty() && !reads(at(kOfSlot), named_.slot))
      return not_that(kSlotHeading, at(kOfSlot), "名称在记录中的序号，从 0 起");
    const std::string& scope = at(kOfScope);
    everywhere_ = scope == kEverywhereWord || scope == "everywhere";
    together_ = scope == kTogetherWord || scope == "together";
    if (!everywhere_ && !together_ && !scope.empty() && scope != kHereWord)
      return not_that(kScopeHeading, scope, "本条、本组或全部");
    if (!everywhere_ && named_.key.empty()) return not_that(kKeyHeading, "", "记录的编号；“范围”为“全部”时可以不填");
    return {};
  }
  Result<Judged> undone(const FirmInRow& firm) {
    NamedIn scope = named_;
    if (everywhere_) scope.key.clear();
    return told(judge_.undo(scope, firm.identity, at(kOfReason), actor_, together_), kRulingHeading);
  }

  Judge& judge_;
  const FirmBook& book_;
  SheetSaid& sheet_;
  Actor actor_;
  const ReturnedRow& row_;
  NamedIn named_;
  bool everywhere_ = false, together_ = false;
};

std::filesystem::path judged_rejects_path(const std::filesystem::path& folder, const std::string& file, Date today) {
  std::string stem = std::filesystem::path(file).stem().string();
  if (stem.starts_with(kJudgedRejects)) stem.erase(0, kJudgedRejects.size());
  const std::string name = safe_file_name(std::string(kJudgedRejects) + stem + "_" + iso(today));
  auto path = folder / (name + ".xlsx");
  for (int n = 2; std::filesystem::exists(path); ++n) path = folder / (name + "_" + std::to_string(n) + ".xlsx");
  return path;
}

Status write_judged_rejects(const ReturnedSheet& sheet, const std::vector<RejectedRow>& rejects,
                            const std::filesystem::path& folder, Date today, ImportReport& report) {
  report.rejected = rejects.size();
  if (rejects.empty()) return {};
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) return Error{Errc::kIo, "cannot make the folder: " + failed.message(), folder.string()};
  const auto path = judged_rejects_path(folder, sheet.file, today);
  TANMIAO_TRY(write_rejects(path.string(), sheet, judged_fields(), rejects));
  report.rejects = path.string();
  return {};
}

}  // namespace

Result<ImportReport> import_judged(Judge& judge, const FirmBook& book, const Actor& actor,
                                   const std::filesystem::path& file, const std::filesystem::path& rejects_folder) {
  ReturnedOptions options;
  for (const std::string_view heading : judged_headings()) options.known_headings.emplace_back(heading);
  TANMIAO_ASSIGN(const ReturnedSheet sheet, read_returned(file, judged_fields(), options));
  if (!sheet.present[kOfRuling])
    return Error{Errc::kFormat, "没有“" + std::string(kRulingHeading) + "”一列：应为 tanmiao review export 导出的表",
                 ""};
  ImportReport report;
  report.file = sheet.file;
  report.rows = sheet.rows.size();
  report.remarks = sheet.remarks;
  std::vector<RejectedRow> rejects;
  SheetSaid said(book.reference());
  std::size_t number = 0;
  for (const ReturnedRow& row : sheet.rows) {
    const std::size_t place = number++;
    RowJudgement judgement(judge, book, said, actor, row);
    if (row.problem.empty() && judgement.at(kOfRuling).empty()) {
      ++report.blank;
      continue;
    }
    const auto done = judgement.done();
    if (done) {
      ++(done->stood ? report.same : report.taken);
      if (!done->remark.empty()) report.remarks.push_back(origin_of_row(sheet, row) + "：" + done->remark);
      continue;
    }
    // What is wrong with the machine is no fault of the row.
    if (done.error().code == Errc::kIo || done.error().code == Errc::kDiskFull || done.error().code == Errc::kCorrupt ||
        done.error().code == Errc::kLocked)
      return done.error();
    rejects.push_back({place, done.error().message});
    report.notes.push_back(
        {origin_of_row(sheet, row), judgement.at(kOfName), done.error().message, RowNote::Outcome::kRejected});
  }
  TANMIAO_TRY(write_judged_rejects(sheet, rejects, rejects_folder, actor.today, report));
  return report;
}

}  // namespace tanmiao::pool
