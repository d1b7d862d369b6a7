// 走访填写: rows of a candidate list that came back become 企业自报.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "pool/candidate_columns.h"
#include "pool/import.h"
#include "pool/taken_out.h"
#include "store/answers.h"

namespace tanmiao::pool {
namespace {

constexpr std::chrono::days kOfOneTime{366};  // answers further apart speak of different years

struct AnswerColumn {
  std::string_view word;  // of candidate_columns()
  Field field;
  FieldKind kind;
};
constexpr std::array<AnswerColumn, 7> kAnswers = {
    {{"staff", Field::kStaffTotal, FieldKind::kCount},
     {"technical_staff", Field::kTechStaff, FieldKind::kCount},
     {"sales_wan", Field::kRevenue, FieldKind::kMoneyWan},
     {"rd_expense_wan", Field::kRdExpense, FieldKind::kMoneyWan},
     {"costs_wan", Field::kTotalCost, FieldKind::kMoneyWan},
     {"assets_wan", Field::kAssets, FieldKind::kMoneyWan},
     {"software_copyrights", Field::kSoftwareCopyrights, FieldKind::kCount}}};
// Places in visit_fields().
enum Place : std::size_t { kName, kCode, kUnit, kVersion, kVisitor, kDay, kVerdictCell, kNoteCell, kFirstAnswer };

std::string heading_of(std::string_view word) {
  for (const CandidateColumn& column : candidate_columns())
    if (column.word == word) return std::string(column.heading);
  return std::string(word);
}

bool filled(const ReturnedCell& cell) { return !cell.value.empty() || !cell.problem.empty(); }

bool filled_in(const ReturnedRow& row) {
  if (filled(row.cells[kDay]) || filled(row.cells[kVerdictCell]) || filled(row.cells[kNoteCell])) return true;
  return std::any_of(row.cells.begin() + kFirstAnswer, row.cells.end(), filled);
}

std::optional<std::int64_t> number_at(const store::SelfReport& report, Field field) {
  for (const FieldValue& answer : report.answers)
    if (answer.field == field) return std::strtoll(answer.value.c_str(), nullptr, 10);
  return std::nullopt;
}

// What cannot be true together.
std::string contradiction(const store::SelfReport& report) {
  const auto more = [&](Field part, Field whole) {
    const auto a = number_at(report, part), b = number_at(report, whole);
    return a && b && *a > *b;
  };
  if (more(Field::kTechStaff, Field::kStaffTotal)) return "科技人员数大于职工总数";
  return {};
}

class VisitPlan {
 public:
  VisitPlan(const ImportTools& tools, const ReturnedSheet& sheet, const ImportState& state)
      : tools_(tools), sheet_(sheet), state_(state), fields_(visit_fields(tools.rules)) {
    for (const auto& report : state.reports) known_[tools.book.number(report.firm)].push_back(&report);
    in_force_ = store::settled_reports(state.reports, state.conflicts);
  }

  Result<ImportPlan> make() {
    TANMIAO_ASSIGN(const auto suppressions, tools_.people.suppressions());
    out_ = taken_out(tools_.book, suppressions);
    read_all();
    for (std::size_t i = 0; i < sheet_.rows.size(); ++i) TANMIAO_TRY(take(i));
    return std::move(plan_);
  }

 private:
  void reject(std::size_t i, const std::string& reason) {
    const ReturnedRow row = sheet_.rows[i];
    plan_.rejects.push_back({i, reason});
    plan_.report.notes.push_back({row.where, row.cells[kName].as_written, reason, RowNote::Outcome::kRejected});
  }

  // A row with something filled in, before it is known what the others say.
  struct Read {
    std::string problem;
    RowFirm meant;
    store::SelfReport report;
  };

  Read read(const ReturnedRow& row) const {
    Read out;
    if (row.problem.empty())
      out.meant = firm_of_row(tools_.book, row.cells[kName], row.cells[kCode], row.cells[kUnit].value);
    out.problem = problem_of(row, out.meant);
    if (out.problem.empty() && out_.has(tools_.book, tools_.book.key(out.meant.firm)))
      out.problem = "这家企业已不再列示";
    if (!out.problem.empty()) return out;
    out.report = report_of(row, out.meant.firm);
    if (out.report.answers.empty() && out.report.verdict.empty() && out.report.note.empty())
      out.problem = "只填了日期，没有填写内容";
    else
      out.problem = contradiction(out.report);
    return out;
  }

  // A firm that stands there twice with different answers: neither row is taken, since nobody can tell which is meant.
  void read_all() {
    std::map<std::string, std::vector<std::size_t>> rows;
    std::size_t i = 0;
    for (const ReturnedRow& row : sheet_.rows) {
      if (!row.problem.empty() || filled_in(row)) {
        const Read& one = read_.emplace(i, read(row)).first->second;
        if (one.problem.empty()) rows[one.report.firm].push_back(i);
      }
      ++i;
    }
    for (const auto& [firm, own] : rows) {
      const store::SelfReport& first = read_.at(own.front()).report;
      const auto differs = [&](std::size_t at) { return !read_.at(at).report.same_content(first); };
      if (std::none_of(own.begin(), own.end(), differs)) continue;
      std::string lines;
      for (const std::size_t at : own) lines += (lines.empty() ? "" : "、") + std::to_string(sheet_.rows[at].line);
      for (const std::size_t at : own) read_.at(at).problem = "同一企业在第 " + lines + " 行有不同的填写，请只留一行";
    }
  }

  Status take(std::size_t i) {
    const auto filled_in = read_.find(i);
    if (filled_in == read_.end()) {
      ++plan_.report.blank;
      return {};
    }
    auto& [problem, meant, report] = filled_in->second;
    if (!problem.empty()) {
      reject(i, problem);
      return {};
    }
    const ReturnedRow row = sheet_.rows[i];
    if (!in_sheet_.insert(report.firm).second) {  // the same once more
      ++plan_.report.same;
      return {};
    }
    std::string remarks = row.remark;
    for (const ReturnedCell& cell : row.cells)
      if (!cell.remark.empty() && &cell != &row.cells[kCode]) remarks += (remarks.empty() ? "" : "；") + cell.remark;
    if (!meant.remark.empty()) remarks += (remarks.empty() ? "" : "；") + meant.remark;
    if (!remarks.empty())
      plan_.report.notes.push_back({row.where, row.cells[kName].as_written, remarks, RowNote::Outcome::kTaken});
    return add(i, std::move(report));
  }

  std::string problem_of(const ReturnedRow& row, const RowFirm& meant) const {
    if (!row.problem.empty()) return row.problem;
    std::string problems = meant.problem;
    for (std::size_t f = kVisitor; f < row.cells.size(); ++f)
      if (!row.cells[f].problem.empty())
        problems += (problems.empty() ? "" : "；") + fields_[f].headings.front() + "：" + row.cells[f].problem;
    if (problems.empty() && row.cells[kDay].value.empty()) problems = "没有填走访日期";
    // What is written here stays in the audit: an office or a role, no telephone number.
    const std::string& visitor = row.cells[kVisitor].value;
    const auto digits = std::count_if(visitor.begin(), visitor.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (problems.empty() && digits >= 7) problems = "走访人请填科室或岗位，不填电话";
    return problems;
  }

  store::SelfReport report_of(const ReturnedRow& row, store::FirmNo firm) const {
    store::SelfReport report;
    report.firm = tools_.book.key(firm);
    report.visited_on = *parse_iso_date(row.cells[kDay].value);
    report.visitor = row.cells[kVisitor].value.empty() ? tools_.actor.by : row.cells[kVisitor].value;
    report.verdict = row.cells[kVerdictCell].value;
    report.note = row.cells[kNoteCell].value;
    report.origin = origin_of_row(sheet_, row);
    report.by = tools_.actor.by;
    report.at = tools_.actor.at;
    for (std::size_t a = 0; a < kAnswers.size(); ++a) {
      const std::string& value = row.cells[kFirstAnswer + a].value;
      if (value.empty()) continue;
      const bool money = kAnswers[a].kind == FieldKind::kMoneyWan;
      report.answers.push_back({kAnswers[a].field, money ? value + " CNY" : value});
    }
    std::sort(report.answers.begin(), report.answers.end(),
              [](const FieldValue& a, const FieldValue& b) { return a.field < b.field; });
    return report;
  }

  Status add(std::size_t i, store::SelfReport report) {
    const ReturnedRow row = sheet_.rows[i];
    const auto& before = known_[tools_.book.number(report.firm)];
    for (const store::SelfReport* r : before) {
      store::SelfReport again = report;
      again.firm = r->firm;  // its key may have been the name then
      if (!r->same_content(again)) continue;
      if (!r->withdrawn) ++plan_.report.same;
      if (r->withdrawn)
        reject(i, "与已撤回的第 " + std::to_string(r->id) + " 号填报相同；确要计入，由经办恢复那一次（pool withdraw " +
                      std::to_string(r->id) + " --undo）");
      return {};
    }
    const std::size_t place = plan_.change.reports.size() + 1;
    if (!compare(row, report, place)) TANMIAO_TRY(verify(report));
    plan_.change.reports.push_back(std::move(report));
    ++plan_.report.taken;
    return {};
  }

  // Against what another person brought in that the sheet did not know of, for the same year.
  // True: the verdict is in dispute.
  bool compare(const ReturnedRow& row, const store::SelfReport& report, std::size_t place) {
    const auto base = version_of(SheetUse::kVisits, report.firm, row.cells[kVersion].value);
    const store::FirmNo firm = tools_.book.number(report.firm);
    const bool named = !row.cells[kVisitor].value.empty();  // two who left it empty may be two people
    bool disputed = false;
    std::string text;
    for (const store::SelfReport& one : in_force_) {
      const store::SelfReport* other = &one;
      if (tools_.book.number(one.firm) != firm || (base && one.id <= *base)) continue;
      if (named && one.visitor == report.visitor) continue;
      if (std::chrono::abs(one.visited_on - report.visited_on) > kOfOneTime) continue;
      const auto differ = [&](std::string field, const std::string& theirs, const std::string& ours,
                              std::string_view title) {
        if (theirs.empty() || ours.empty() || theirs == ours) return;
        disputed |= field == "verdict";
        store::Conflict conflict;
        conflict.firm = report.firm;
        conflict.field = std::move(field);
        conflict.base = base ? std::to_string(*base) : "?";
        conflict.stored = theirs;
        conflict.stored_by = other->visitor + " " + iso(other->visited_on);
        conflict.stored_report = other->id;
        conflict.offered = ours;
        conflict.offered_by = report.visitor + " " + iso(report.visited_on);
        conflict.offered_report = place;
        conflict.origin = report.origin;
        conflict.at = report.at;
        plan_.change.conflicts.push_back(std::move(conflict));
        ++plan_.report.conflicts;
        if (!text.empty()) text += "；";
        text += title;
        text.append("：").append(other->visitor).append("填 ").append(theirs).append("，本表填 ").append(ours);
      };
      for (const FieldValue& answer : report.answers) {
        const FieldSpec& spec = field_spec(answer.field);
        for (const FieldValue& stored : other->answers)
          if (stored.field == answer.field) differ(std::string(spec.name), stored.value, answer.value, spec.label);
      }
      differ("verdict", other->verdict, report.verdict, "核实结论");
    }
    if (!text.empty())
      plan_.report.notes.push_back({row.where, row.cells[kName].as_written, text, RowNote::Outcome::kConflict});
    return disputed;
  }

  // A lead that was visited is 已核实 on the first track.
  Status verify(const store::SelfReport& report) {
    if (!tools_.rules.verifies(report.verdict)) return {};
    const std::string& track = tools_.rules.tracks.front().id;
    const auto known = std::find_if(state_.ledger.entries().begin(), state_.ledger.entries().end(), [&](const auto& e) {
      return e.track == track && tools_.book.number(e.firm) == tools_.book.number(report.firm);
    });
    store::PoolEntry now =
        known != state_.ledger.entries().end()
            ? *known
            : blank_entry(report.firm, tools_.book.card(tools_.book.number(report.firm)).name, track);
    if (!now.stage.empty() && now.stage != "LEAD") return {};
    Step to;
    to.verified = true;
    to.on = report.visited_on;
    if (now.stage.empty()) {
      to.to = "LEAD";
      to.reason = "走访";
      TANMIAO_ASSIGN(now, step(tools_.rules, now, to, tools_.actor));
      plan_.change.entries.push_back(now);
      ++now.revision;
    }
    to.to = "VERIFIED";
    to.reason = report.verdict;
    if (now.stage_since > report.visited_on) to.on = now.stage_since;
    TANMIAO_ASSIGN(auto next, step(tools_.rules, now, to, tools_.actor));
    plan_.change.entries.push_back(std::move(next));
    ++plan_.report.steps;
    return {};
  }

  const ImportTools& tools_;
  const ReturnedSheet& sheet_;
  const ImportState& state_;
  const std::vector<SheetField> fields_;
  std::map<store::FirmNo, std::vector<const store::SelfReport*>> known_;
  std::vector<store::SelfReport> in_force_;
  std::map<std::size_t, Read> read_;  // rows where something was filled in
  std::set<std::string> in_sheet_;
  TakenOut out_;
  ImportPlan plan_;
};

}  // namespace

std::vector<SheetField> visit_fields(const PoolRules& rules) {
  std::vector<SheetField> fields(kFirstAnswer + kAnswers.size());
  fields[kName] = {"name", {"企业名称", "单位名称", "公司名称"}, FieldKind::kText, {}, true};
  fields[kCode] = {"credit_code", {"统一社会信用代码", "社会信用代码", "信用代码"}, FieldKind::kCode, {}, false};
  fields[kUnit] = {"unit", {"责任单位", "所属县区"}, FieldKind::kText, {}, false};
  fields[kVersion] = {"version", {std::string(kVersionHeading)}, FieldKind::kText, {}, false};
  fields[kVisitor] = {"visited_by", {heading_of("visited_by")}, FieldKind::kText, {}, false};
  fields[kDay] = {"visited_on", {heading_of("visited_on"), "填报日期"}, FieldKind::kDate, {}, false};
  fields[kVerdictCell] = {"verdict", {heading_of("verdict")}, FieldKind::kChoice, rules.verdict_texts(), false};
  fields[kNoteCell] = {"note", {heading_of("note")}, FieldKind::kText, {}, false};
  for (std::size_t a = 0; a < kAnswers.size(); ++a)
    fields[kFirstAnswer + a] = {
        std::string(kAnswers[a].word), {heading_of(kAnswers[a].word)}, kAnswers[a].kind, {}, false};
  return fields;
}

Result<ImportPlan> plan_visits(const ImportTools& tools, const ReturnedSheet& sheet, const ImportState& state) {
  if (!sheet.present[kDay])
    return Error{Errc::kFormat, "没有“走访日期”一栏，不是探苗导出的候选名单，也不是培育库表", sheet.file};
  return VisitPlan(tools, sheet, state).make();
}

}  // namespace tanmiao::pool
