// The pool's sheet on its way back: each row is set against the revision it was made from. What only one side changed
// is taken; what both changed differently is a conflict, and what stands stays until somebody chooses.
#include <algorithm>
#include <map>
#include <set>

#include "pool/import.h"
#include "pool/number_text.h"
#include "pool/pool_sheet.h"
#include "pool/taken_out.h"
#include "store/answers.h"

namespace tanmiao::pool {
namespace {

enum PoolPlace : std::size_t {
  kFirmName,
  kFirmCode,
  kFirmUnit,
  kRowVersion,
  kStage,
  kSince,
  kLeftOn,
  kLeaveReason,
  kFirstCell
};

FieldKind kind_of_cell(std::string_view word, bool date) {
  if (date) return FieldKind::kDate;
  if (word == "channel") return FieldKind::kChoice;
  return is_number_cell(word) ? FieldKind::kNumber : FieldKind::kText;
}

// Columns that are cells of an entry and may be edited in the sheet.
std::vector<const PoolColumn*> cell_columns() {
  std::vector<const PoolColumn*> columns;
  for (const PoolColumn& column : pool_columns())
    if (column.edit == Edit::kCell) columns.push_back(&column);
  return columns;
}

std::string_view value_of(const store::PoolEntry& entry, std::string_view word) {
  const auto at = entry.cells.find(word);
  return at == entry.cells.end() ? std::string_view() : std::string_view(at->second);
}

// As the sheet gives it back: a number that was kept before numbers were brought into one form is no edit.
std::string as_returned(const store::PoolEntry& entry, std::string_view word) {
  const std::string_view stored = value_of(entry, word);
  if (is_number_cell(word))
    if (auto number = number_text(stored)) return std::move(*number);
  return std::string(stored);
}

class PoolPlan {
 public:
  PoolPlan(const ImportTools& tools, const ReturnedSheet& sheet, const ImportState& state)
      : tools_(tools), sheet_(sheet), fields_(pool_fields(tools.rules)) {
    for (const store::PoolEntry& entry : state.ledger.entries()) {
      const store::FirmNo firm = tools.book.number(entry.firm);
      if (firm != store::kNoFirm) by_firm_[firm].push_back(&entry);
      by_key_[entry.firm].push_back(&entry);
    }
    for (const auto& report : store::settled_reports(state.reports, state.conflicts))
      if (tools.rules.verifies(report.verdict)) verified_.insert(tools.book.number(report.firm));
    for (const store::Conflict& c : state.conflicts) told_.insert({c.firm, c.track, c.field, c.base, c.offered});
  }

  Result<ImportPlan> make() {
    TANMIAO_ASSIGN(const auto suppressions, tools_.people.suppressions());
    out_ = taken_out(tools_.book, suppressions);
    for (std::size_t i = 0; i < sheet_.rows.size(); ++i) TANMIAO_TRY(take(i));
    return std::move(plan_);
  }

 private:
  struct Diff {
    Cells cells;
    std::string stage;                       // id; empty: as it is
    std::vector<store::Conflict> conflicts;  // that are not known yet
    bool differs = false;                    // in its stage from another's, known or not
    bool nothing() const { return cells.empty() && stage.empty() && conflicts.empty(); }
  };

  void reject(std::size_t i, const std::string& reason) {
    const ReturnedRow row = sheet_.rows[i];
    plan_.rejects.push_back({i, reason});
    plan_.report.notes.push_back({row.where, row.cells[kFirmName].as_written, reason, RowNote::Outcome::kRejected});
  }

  Status take(std::size_t i) {
    const ReturnedRow row = sheet_.rows[i];
    std::string problem = row.problem;
    RowFirm meant;
    if (problem.empty()) {
      meant = firm_of_row(tools_.book, row.cells[kFirmName], row.cells[kFirmCode], row.cells[kFirmUnit].value);
      // A firm that the register lost is still in the pool, under its code.
      if (meant.firm != store::kNoFirm || !by_key_.contains(row.cells[kFirmCode].value)) problem = meant.problem;
    }
    for (std::size_t f = kStage; f < row.cells.size(); ++f)
      if (!row.cells[f].problem.empty())
        problem += (problem.empty() ? "" : "；") + fields_[f].headings.front() + "：" + row.cells[f].problem;
    const store::PoolEntry* now = problem.empty() ? entry_of(meant.firm, row, problem) : nullptr;
    if (!problem.empty()) {
      reject(i, problem);
      return {};
    }
    if (out_.has(tools_.book, now->firm)) {
      reject(i, "这家企业已不再列示");
      return {};
    }
    if (!seen_.insert(now).second) {
      reject(i, "同一企业在表中不止一行");
      return {};
    }
    TANMIAO_ASSIGN(const auto base, base_of(*now, row));
    own_hand_ = false;
    if (base) {
      TANMIAO_ASSIGN(own_hand_, own_hand_since(*now, base->revision));
    }
    Diff diff = difference(row, *now, base ? &*base : nullptr);
    if (diff.stage.empty() && !diff.differs)
      if (const std::string idle = idle_cells(row, *now, base ? &*base : nullptr); !idle.empty()) {
        reject(i, "“" + idle + "”只随“当前阶段”一起改变：请同时改当前阶段，或恢复原值");
        return {};
      }
    if (diff.nothing()) {
      ++(base && base->revision != now->revision ? plan_.report.same : plan_.report.blank);
      return {};
    }
    return apply(i, *now, diff, row);
  }

  // On the track that the sheet's row was made from: the version leads there; of a firm on one track that one.
  const store::PoolEntry* entry_of(store::FirmNo firm, const ReturnedRow& row, std::string& problem) const {
    const auto found = by_firm_.find(firm);
    const auto keyed = by_key_.find(row.cells[kFirmCode].value);
    if (found == by_firm_.end() && keyed == by_key_.end()) {
      problem = "不在培育库：请先在候选名单或企业页列为线索";
      return nullptr;
    }
    const auto& own = found != by_firm_.end() ? found->second : keyed->second;
    // The row's version names its track; without one the title does.
    for (const store::PoolEntry* entry : own)
      if (version_of(SheetUse::kPool, entry_subject(entry->firm, entry->track), row.cells[kRowVersion].value))
        return entry;
    for (const Track& track : tools_.rules.tracks) {
      const bool titled = std::any_of(sheet_.above.begin(), sheet_.above.end(), [&](const std::string& line) {
        return line.find(track.label) != std::string::npos;
      });
      if (!titled) continue;
      for (const store::PoolEntry* entry : own)
        if (entry->track == track.id) return entry;
      problem = "不在" + track.label;
      return nullptr;
    }
    if (own.size() == 1) return own.front();
    problem = "这家企业在不止一个培育库，表头没有写明是哪一个";
    return nullptr;
  }

  Result<std::optional<store::PoolEntry>> base_of(const store::PoolEntry& now, const ReturnedRow& row) const {
    const auto version = version_of(SheetUse::kPool, entry_subject(now.firm, now.track), row.cells[kRowVersion].value);
    if (!version) return std::optional<store::PoolEntry>();
    if (*version == now.revision) return std::optional(now);
    TANMIAO_ASSIGN(const auto history, tools_.people.pool_history(now.firm, now.track));
    for (const store::PoolEntry& entry : history)
      if (entry.revision == *version) return std::optional(entry);
    return std::optional<store::PoolEntry>();
  }

  // Whether every revision since is of whoever brings the sheet.
  Result<bool> own_hand_since(const store::PoolEntry& now, std::uint64_t revision) const {
    if (revision == now.revision) return false;
    TANMIAO_ASSIGN(const auto history, tools_.people.pool_history(now.firm, now.track));
    return std::all_of(history.begin(), history.end(), [&](const store::PoolEntry& entry) {
      return entry.revision <= revision || entry.by == tools_.actor.by;
    });
  }

  store::Conflict conflict(const store::PoolEntry& now, std::string field, std::string base, std::string stored,
                           std::string offered, const ReturnedRow& row) const {
    store::Conflict made;
    made.firm = now.firm;
    made.track = now.track;
    made.field = std::move(field);
    made.base = std::move(base);
    made.stored = std::move(stored);
    made.stored_by = now.by;
    made.offered = std::move(offered);
    made.offered_by = tools_.actor.by;
    made.origin = origin_of_row(sheet_, row);
    made.at = tools_.actor.at;
    return made;
  }

  Diff difference(const ReturnedRow& row, const store::PoolEntry& now, const store::PoolEntry* base) {
    Diff diff;
    const auto compare = [&](const std::string& word, std::string_view was, std::string_view stored,
                             const std::string& offered, const auto& take_it) {
      if (offered == stored || (base != nullptr && offered == was)) return;
      if (base != nullptr && stored == was) return take_it();
      // Without its version an empty cell cannot be told from one that was emptied: it changes nothing.
      if (base == nullptr && offered.empty()) return;
      if (base == nullptr && stored.empty()) return take_it();
      if (own_hand_) return take_it();  // nobody else wrote since the sheet went out
      const std::string before = base == nullptr ? "?" : std::string(was);
      diff.conflicts.push_back(conflict(now, word, before, std::string(stored), offered, row));
    };
    const auto columns = cell_columns();
    for (std::size_t c = 0; c < columns.size(); ++c) {
      if (!sheet_.present[kFirstCell + c]) continue;
      const std::string word(columns[c]->word);
      const std::string& offered = row.cells[kFirstCell + c].value;
      const std::string was = base == nullptr ? std::string() : as_returned(*base, word);
      compare(word, was, as_returned(now, word), offered, [&] { diff.cells[word] = offered; });
    }
    const auto stage = tools_.rules.stage(row.cells[kStage].value);
    if (sheet_.present[kStage] && stage)
      compare("stage", base == nullptr ? std::string_view() : std::string_view(base->stage), now.stage, (*stage)->id,
              [&] { diff.stage = (*stage)->id; });
    for (store::Conflict& c : diff.conflicts) {
      if (c.field != "stage") continue;
      diff.differs = true;
      Diff wanted;
      wanted.stage = c.offered, wanted.cells = diff.cells;
      Step to = step_of(wanted, base == nullptr ? now : *base, row);
      c.offered = offered_text(to);
    }
    std::erase_if(diff.conflicts, [&](const store::Conflict& c) {  // brought in before, open or settled
      return told_.contains({now.firm, now.track, c.field, c.base, c.offered});
    });
    return diff;
  }

  // Headings of cells that only go with a step, and were changed without one.
  std::string idle_cells(const ReturnedRow& row, const store::PoolEntry& now, const store::PoolEntry* base) const {
    std::string idle;
    const auto changed = [&](PoolPlace place, const std::string& shown, std::string_view stored) {
      const std::string& given = row.cells[place].value;
      if (!sheet_.present[place] || given.empty() || given == shown || given == stored) return;
      idle += (idle.empty() ? "" : "、") + fields_[place].headings.front();
    };
    const store::PoolEntry& from = base == nullptr ? now : *base;
    changed(kSince, iso(from.stage_since), iso(now.stage_since));
    changed(kLeftOn, std::string(value_of(from, "left_on")), value_of(now, "left_on"));
    changed(kLeaveReason, std::string(value_of(from, "leave_reason")), value_of(now, "leave_reason"));
    return idle;
  }

  Status apply(std::size_t i, const store::PoolEntry& now, Diff& diff, const ReturnedRow& row) {
    store::PoolEntry next = now;
    if (!diff.stage.empty()) {
      auto stepped = step(tools_.rules, now, step_of(diff, now, row), tools_.actor);
      if (!stepped) {
        reject(i, stepped.error().message);
        return {};
      }
      next = std::move(*stepped);
    } else if (!diff.cells.empty()) {
      auto changed = edited(tools_.rules, now, diff.cells, tools_.actor);
      if (!changed) {
        reject(i, changed.error().message);
        return {};
      }
      next = std::move(*changed);
    }
    if (!diff.stage.empty() || !diff.cells.empty()) {
      plan_.change.entries.push_back(std::move(next));
      ++plan_.report.taken;
      plan_.report.steps += !diff.stage.empty();
    }
    std::string text = row.remark;
    for (const ReturnedCell& cell : row.cells)
      if (!cell.remark.empty()) text += (text.empty() ? "" : "；") + cell.remark;
    if (!text.empty())
      plan_.report.notes.push_back({row.where, row.cells[kFirmName].as_written, text, RowNote::Outcome::kTaken});
    for (store::Conflict& conflict : diff.conflicts) {
      plan_.report.notes.push_back(
          {row.where, row.cells[kFirmName].as_written, told(conflict), RowNote::Outcome::kConflict});
      plan_.change.conflicts.push_back(std::move(conflict));
      ++plan_.report.conflicts;
    }
    return {};
  }

  Step step_of(const Diff& diff, const store::PoolEntry& now, const ReturnedRow& row) const {
    Step to;
    to.to = diff.stage;
    to.cells = diff.cells;
    to.verified = verified_.contains(tools_.book.number(now.firm));
    to.reason = row.cells[kLeaveReason].value;
    if (to.reason.empty())
      if (const auto note = diff.cells.find("note"); note != diff.cells.end()) to.reason = note->second;
    const std::string& day = row.cells[to.to == "LEFT" && !row.cells[kLeftOn].value.empty() ? kLeftOn : kSince].value;
    if (const auto on = parse_iso_date(day); on && *on != now.stage_since) to.on = *on;
    return to;
  }

  std::string told(const store::Conflict& c) const {
    std::string heading = c.field;
    for (const PoolColumn& column : pool_columns())
      if (column.word == c.field) heading = column.heading;
    const auto shown = [&](const std::string& value) {
      if (value.empty()) return std::string("（空）");
      return c.field == "stage" ? offered_label(tools_.rules, value) : value;
    };
    return heading + "：" + c.stored_by + "改为" + shown(c.stored) + "，本表为" + shown(c.offered) +
           "；暂按前者，请选择";
  }

  const ImportTools& tools_;
  const ReturnedSheet& sheet_;
  const std::vector<SheetField> fields_;
  std::map<store::FirmNo, std::vector<const store::PoolEntry*>> by_firm_;
  std::set<store::FirmNo> verified_;
  std::map<std::string, std::vector<const store::PoolEntry*>, std::less<>> by_key_;
  std::set<std::tuple<std::string, std::string, std::string, std::string, std::string>> told_;
  bool own_hand_ = false;
  TakenOut out_;
  std::set<const store::PoolEntry*> seen_;
  ImportPlan plan_;
};

}  // namespace

std::vector<SheetField> pool_fields(const PoolRules& rules) {
  std::vector<SheetField> fields(kFirstCell);
  std::vector<std::string> stages;
  stages.reserve(rules.stages.size());
  for (const StageWord& stage : rules.stages) stages.push_back(stage.label);
  fields[kFirmName] = {"name", {"企业名称", "单位名称", "公司名称"}, FieldKind::kText, {}, true};
  fields[kFirmCode] = {"credit_code", {"统一社会信用代码", "社会信用代码", "信用代码"}, FieldKind::kCode, {}, false};
  fields[kFirmUnit] = {"unit", {"责任单位"}, FieldKind::kText, {}, false};
  fields[kRowVersion] = {"version", {std::string(kVersionHeading)}, FieldKind::kText, {}, false};
  fields[kStage] = {"stage", {"当前阶段"}, FieldKind::kChoice, stages, true};
  fields[kSince] = {"stage_since", {"阶段起始日"}, FieldKind::kDate, {}, false};
  fields[kLeftOn] = {"left_on", {"出库日期"}, FieldKind::kDate, {}, false};
  fields[kLeaveReason] = {"leave_reason", {"出库原因"}, FieldKind::kText, {}, false};
  for (const PoolColumn* column : cell_columns()) {
    const bool date = column->kind == tabular::CellKind::kDate;
    SheetField field{
        std::string(column->word), {std::string(column->heading)}, kind_of_cell(column->word, date), {}, false};
    if (column->word == "channel") field.choices = rules.channels;
    fields.push_back(std::move(field));
  }
  return fields;
}

Result<ImportPlan> plan_pool(const ImportTools& tools, const ReturnedSheet& sheet, const ImportState& state) {
  return PoolPlan(tools, sheet, state).make();
}

}  // namespace tanmiao::pool
