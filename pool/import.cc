#include "pool/import.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <map>
#include <system_error>

#include "core/hash.h"
#include "core/quote.h"
#include "pool/candidate_columns.h"
#include "pool/export.h"
#include "pool/pool_sheet.h"

namespace tanmiao::pool {
namespace {

constexpr int kImportTries = 5;

std::string_view version_word(SheetUse use) { return use == SheetUse::kVisits ? "走访" : "台账"; }

// Every column of both sheets is ours: no remark on it.
std::vector<std::string> our_headings() {
  std::vector<std::string> headings{std::string(kVersionHeading), std::string(kRejectHeading)};
  for (const CandidateColumn& column : candidate_columns()) headings.emplace_back(column.heading);
  for (const PoolColumn& column : pool_columns()) headings.emplace_back(column.heading);
  return headings;
}

template <class Read>
Result<std::pair<SheetUse, ReturnedSheet>> read_either(const PoolRules& rules, const Actor& actor, const Read& read) {
  ReturnedOptions options;
  options.known_headings = our_headings();
  // The pool's sheet has a column that no other has.
  auto sheet = read(pool_fields(rules), options);
  if (sheet) return std::pair(SheetUse::kPool, std::move(*sheet));
  options.today = actor.today;  // the pool has dates to come, a visit has not
  auto visits = read(visit_fields(rules), options);
  if (!visits) return visits.error();
  return std::pair(SheetUse::kVisits, std::move(*visits));
}

Result<ImportState> state_of(store::People& people) {
  TANMIAO_ASSIGN(auto reports, people.self_reports());
  TANMIAO_ASSIGN(auto conflicts, people.conflicts(false));
  TANMIAO_ASSIGN(auto entries, people.pool_entries());
  return ImportState{std::move(reports), std::move(conflicts), Ledger(std::move(entries))};
}

// "退回_名单_2026-11-25.xlsx", with a number when it is there already: what waits to be mended is not overwritten.
std::filesystem::path rejects_path(const ImportTools& tools, const std::string& file) {
  std::string stem = std::filesystem::path(file).stem().string();
  // One that comes back unmended keeps its name but for the day.
  const std::size_t day = stem.rfind("_20");
  if (stem.starts_with(kRejectsPrefix) && day != std::string::npos && day > 0) stem.resize(day);
  const std::string name = safe_file_name(
      (stem.starts_with(kRejectsPrefix) ? stem : std::string(kRejectsPrefix) + stem) + "_" + iso(tools.actor.today));
  auto path = tools.rejects_folder / (name + ".xlsx");
  for (int n = 2; std::filesystem::exists(path); ++n)
    path = tools.rejects_folder / (name + "_" + std::to_string(n) + ".xlsx");
  return path;
}

// Rows that cannot be taken are written first: were the change stored and the process killed, their reasons would have
// to be asked for again.
Status write_rejected(const ImportTools& tools, const ReturnedSheet& sheet, ImportPlan& plan) {
  plan.report.rejected = plan.rejects.size();
  if (plan.rejects.empty()) return {};
  std::error_code failed;
  std::filesystem::create_directories(tools.rejects_folder, failed);
  if (failed) return Error{Errc::kIo, "cannot make the folder: " + failed.message(), tools.rejects_folder.string()};
  const auto path = rejects_path(tools, sheet.file);
  const auto fields = plan.report.use == SheetUse::kPool ? pool_fields(tools.rules) : visit_fields(tools.rules);
  TANMIAO_TRY(write_rejects(path.string(), sheet, fields, plan.rejects));
  plan.report.rejects = path.string();
  return {};
}

store::AuditEntry audit_of(const Actor& actor, const ImportReport& report) {
  store::AuditEntry entry;
  entry.at = actor.at;
  entry.by = actor.by;
  entry.action = kImportAction;
  entry.subject = std::filesystem::path(report.file).filename().string();
  entry.detail_json = boost::json::serialize(boost::json::object{{"use", word(report.use)},
                                                                 {"rows", report.rows},
                                                                 {"taken", report.taken},
                                                                 {"same", report.same},
                                                                 {"rejected", report.rejected},
                                                                 {"conflicts", report.conflicts}});
  return entry;
}

Result<ImportReport> take_in(const ImportTools& tools, SheetUse use, const ReturnedSheet& sheet) {
  for (int tries = 1;; ++tries) {
    TANMIAO_ASSIGN(const ImportState state, state_of(tools.people));
    TANMIAO_ASSIGN(ImportPlan plan,
                   use == SheetUse::kPool ? plan_pool(tools, sheet, state) : plan_visits(tools, sheet, state));
    plan.report.use = use;
    plan.report.file = sheet.file;
    plan.report.rows = sheet.rows.size();
    plan.report.remarks.insert(plan.report.remarks.begin(), sheet.remarks.begin(), sheet.remarks.end());
    TANMIAO_TRY(write_rejected(tools, sheet, plan));
    // A sheet of refused rows that came back is noted even when it brings nothing: it waits no more.
    const bool came_back = std::filesystem::path(sheet.file).filename().string().starts_with(kRejectsPrefix);
    if (plan.change.empty() && plan.rejects.empty() && !came_back) return plan.report;
    plan.change.audit.push_back(audit_of(tools.actor, plan.report));
    plan.change.last_report = state.reports.empty() ? 0 : state.reports.back().id;
    const auto done = tools.people.apply(plan.change);
    if (done) return plan.report;
    if (done.error().code != Errc::kConflict || tries == kImportTries) return done.error();
    std::error_code ignored;  // the next try writes its own
    if (!plan.report.rejects.empty()) std::filesystem::remove(plan.report.rejects, ignored);
  }
}

}  // namespace

std::string_view word(SheetUse use) { return use == SheetUse::kVisits ? "visits" : "pool"; }
std::string_view label(SheetUse use) { return use == SheetUse::kVisits ? "候选名单（走访填写）" : "培育库"; }

std::string entry_subject(std::string_view firm, std::string_view track) {
  return std::string(firm) + '\t' + std::string(track);
}

std::string version_text(SheetUse use, std::string_view subject, std::uint64_t version) {
  return std::string(version_word(use)) + std::to_string(version) + "-" + hash_hex(subject).substr(0, 4);
}

std::optional<std::uint64_t> version_of(SheetUse use, std::string_view subject, std::string_view text) {
  if (!text.starts_with(version_word(use))) return std::nullopt;
  const std::string_view digits = text.substr(version_word(use).size());
  std::uint64_t version = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
  if (error != std::errc() || version_text(use, subject, version) != text) return std::nullopt;
  return version;
}

std::string origin_of_row(const ReturnedSheet& sheet, const ReturnedRow& row) {
  if (!row.where.starts_with(sheet.file)) return row.where;
  return std::filesystem::path(sheet.file).filename().string() + row.where.substr(sheet.file.size());
}

RowFirm firm_of_row(const FirmBook& book, const ReturnedCell& name, const ReturnedCell& code, std::string_view unit) {
  RowFirm row;
  std::string title = name.value;
  if (code.problem.empty() && !code.value.empty()) {
    row.firm = book.number(code.value);
    if (row.firm == store::kNoFirm)
      row.problem = "企业库里没有代码 " + code.value;
    else if (!title.empty() && !book.bears(row.firm, title))
      row.problem = "代码与名称不符：" + code.value + " 是" + book.card(row.firm).name;
    return row;
  }
  if (title.empty()) {
    row.problem = code.problem.empty() ? "没有企业名称和统一社会信用代码" : "统一社会信用代码：" + code.problem;
    return row;
  }
  const auto named = book.by_name(title, unit);
  if (named.size() == 1) {
    row.firm = named.front();
    if (!code.problem.empty())
      row.remark = "代码" + in_quotes(code.as_written) + "已损坏，按企业名称认定为 " + book.card(row.firm).code;
    return row;
  }
  const std::string why = named.empty() ? "企业库里没有这个名称" : "有 " + std::to_string(named.size()) + " 家企业同名";
  row.problem = (code.problem.empty() ? "没有统一社会信用代码" : "统一社会信用代码：" + code.problem) + "；" + why;
  return row;
}

Result<ImportReport> import_sheet(const ImportTools& tools, const std::filesystem::path& file) {
  TANMIAO_ASSIGN(const auto read, read_either(tools.rules, tools.actor, [&](const auto& fields, const auto& options) {
                   return read_returned(file, fields, options);
                 }));
  return take_in(tools, read.first, read.second);
}

Result<ImportReport> import_sheet(const ImportTools& tools, std::string bytes, const std::string& name) {
  TANMIAO_ASSIGN(const auto read, read_either(tools.rules, tools.actor, [&](const auto& fields, const auto& options) {
                   return read_returned(bytes, name, fields, options);
                 }));
  return take_in(tools, read.first, read.second);
}

}  // namespace tanmiao::pool
