// pool export, import, conflicts, settle: the sheets, out and back.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/office_desk.h"
#include "apps/tanmiao/who_and_why.h"
#include "core/money.h"
#include "pool/export.h"
#include "pool/import.h"

namespace tanmiao::app {
namespace {

struct SheetOptions {
  std::string file, output, track, unit, batch, by, reason, take;
  std::vector<std::string> stages;
  std::uint64_t conflict = 0;
  bool wait = false;
};
using SharedSheet = std::shared_ptr<SheetOptions>;

// "staff_total", "owner" as people know them. Some words are both, "registration_no" a field of the register, too: of
// an entry on a track they are the cells of the pool.
std::string heading_of(const std::string& field, bool of_pool) {
  if (of_pool)
    for (const pool::CellWord& word : pool::pool_cells())
      if (word.word == field) return std::string(word.heading);
  if (const auto known = field_from_name(field)) return std::string(field_spec(*known).label);
  if (field == "verdict") return "核实结论";
  if (field == "stage") return "当前阶段";
  return field;
}

// An amount of a self-report as the sheet asks for it.
std::string in_wan(const store::Conflict& conflict, const std::string& value) {
  const auto field = conflict.track.empty() ? field_from_name(conflict.field) : std::nullopt;
  if (!field || field_spec(*field).type != FieldType::kMoney) return value;
  const auto money = parse_money_text(value);
  return money ? pool::capital_in_wan(money->minor, money->currency) + " 万元" : value;
}

boost::json::object import_object(const pool::ImportReport& report) {
  boost::json::array notes, remarks;
  for (const pool::RowNote& note : report.notes)
    notes.push_back(boost::json::object{{"where", note.where},
                                        {"firm", note.firm},
                                        {"outcome", note.outcome == pool::RowNote::Outcome::kRejected   ? "rejected"
                                                    : note.outcome == pool::RowNote::Outcome::kConflict ? "conflict"
                                                                                                        : "taken"},
                                        {"text", note.text}});
  for (const std::string& remark : report.remarks) remarks.emplace_back(remark);
  return {{"use", pool::word(report.use)}, {"file", report.file},           {"rows", report.rows},
          {"blank", report.blank},         {"taken", report.taken},         {"same", report.same},
          {"rejected", report.rejected},   {"conflicts", report.conflicts}, {"steps", report.steps},
          {"notes", std::move(notes)},     {"remarks", std::move(remarks)}, {"rejects", report.rejects}};
}

Result<int> import_file(const Common& common, const SheetOptions& options) {
  pool::ImportReport report;
  {
    TANMIAO_ASSIGN(auto desk, open_desk(common, options.by, "tanmiao pool import"));
    const pool::ImportTools tools{desk.place.people(), *desk.book, *desk.rules, desk.actor,
                                  desk.place.folder().exports()};
    TANMIAO_ASSIGN(report, pool::import_sheet(tools, std::filesystem::path(options.file)));
  }
  if (common.json) {
    print_json(import_object(report));
  } else {
    std::vector<std::vector<std::string>> rows;
    rows.reserve(report.notes.size());
    for (const pool::RowNote& note : report.notes)
      rows.push_back({note.outcome == pool::RowNote::Outcome::kRejected   ? "退回"
                      : note.outcome == pool::RowNote::Outcome::kConflict ? "冲突"
                                                                          : "已收",
                      note.where.substr(note.where.find_last_of('/') + 1), note.firm, note.text});
    for (const std::string& remark : report.remarks) print(remark + "\n");
    if (!rows.empty())
      print(table({{"结果"}, {"位置", false, 40}, {"企业", false, 30}, {"说明", false, 0, true}}, rows));
    print(std::string(pool::label(report.use)) + "：共 " + std::to_string(report.rows) + " 行，收入 " +
          std::to_string(report.taken) + "，未填 " + std::to_string(report.blank) + "，与已有相同 " +
          std::to_string(report.same) + "，退回 " + std::to_string(report.rejected) + "，冲突 " +
          std::to_string(report.conflicts) + "\n");
    if (!report.rejects.empty()) print("退回的行：" + report.rejects + "（改好后再导入）\n");
    if (report.conflicts > 0) print("两人填写不同的：tanmiao pool conflicts\n");
  }
  if (report.use == pool::SheetUse::kVisits && report.taken > 0 && !options.wait) remine(common);
  return kDone;
}

Result<int> export_sheet(const Common& common, const SheetOptions& options) {
  TANMIAO_ASSIGN(auto desk, open_desk(common, "-", "tanmiao pool export"));
  pool::PoolFilter filter;
  pool::PoolSheetInfo info;
  TANMIAO_ASSIGN(const pool::Track* track,
                 desk.rules->track(options.track.empty() ? desk.rules->tracks.front().id : options.track));
  filter.track = track->id;
  filter.batch = options.batch;
  if (!options.batch.empty()) info.filters.push_back("批次：" + options.batch);
  if (!options.unit.empty()) {
    pool::CandidateFilter unit;
    unit.unit = options.unit;
    TANMIAO_TRY(pool::check_filter(unit, *desk.snapshot, *desk.place.reference));
    filter.unit = unit.unit;
    info.filters.push_back("责任单位：" + filter.unit);
  }
  for (const std::string& word : options.stages) {
    TANMIAO_ASSIGN(const pool::StageWord* stage, desk.rules->stage(word));
    filter.stages.push_back(stage->id);
    info.filters.push_back("阶段：" + stage->label);
  }
  TANMIAO_ASSIGN(const auto inputs, desk.pool_inputs());
  const auto rows = pool::pool_rows(inputs, filter);
  info.title = desk.place.config.city_name + track->label;
  info.issuer = desk.place.config.issuer;
  info.as_of = desk.actor.today;
  std::filesystem::path path = options.output;
  if (path.empty()) {
    std::error_code ignored;
    std::filesystem::create_directories(desk.place.folder().exports(), ignored);
    path = desk.place.folder().exports() / (pool::safe_file_name(track->label + "_" + iso(info.as_of)) + ".xlsx");
  }
  TANMIAO_TRY(pool::export_pool(rows, *desk.rules, *desk.place.reference, path.string(), info));
  TANMIAO_TRY(
      note_done(desk.place, "pool.export", path.filename().string(), {{"track", track->id}, {"rows", rows.size()}}));
  common.json ? print_json(boost::json::object{{"file", path.string()}, {"entries", rows.size()}})
              : print(path.string() + "\n");
  say("共 " + std::to_string(rows.size()) + " 条");
  return kDone;
}

Result<int> conflicts(const Common& common) {
  TANMIAO_ASSIGN(auto desk, open_desk(common, "-", "tanmiao pool conflicts"));
  TANMIAO_ASSIGN(const auto open, desk.place.people().conflicts(true));
  TANMIAO_ASSIGN(const auto out, desk.suppressed_now());
  std::vector<std::vector<std::string>> rows;
  for (const store::Conflict& c : open) {
    if (out.has(*desk.book, c.firm)) continue;
    const pool::Step offered = c.field == "stage" ? pool::offered_step(c.offered) : pool::Step{c.offered};
    const std::string name = desk.book->card(desk.book->number(c.firm)).name;
    if (common.json) {
      boost::json::object line{{"conflict", c.id},           {"code", c.firm},           {"name", name},
                               {"track", c.track},           {"field", c.field},         {"base", c.base},
                               {"stored", c.stored},         {"stored_by", c.stored_by}, {"offered", offered.to},
                               {"offered_by", c.offered_by}, {"origin", c.origin},       {"at", iso(c.at)}};
      if (offered.on) line["offered_on"] = iso(*offered.on);
      if (!offered.reason.empty()) line["offered_reason"] = offered.reason;
      print_json(line);
    }
    const auto shown = [&](const std::string& value) {
      return c.field == "stage" ? pool::offered_label(*desk.rules, value) : in_wan(c, value);
    };
    rows.push_back({std::to_string(c.id), name, heading_of(c.field, !c.track.empty()), shown(c.stored), c.stored_by,
                    shown(c.offered), c.offered_by, c.origin});
  }
  if (!common.json)
    print(table({{"编号", true},
                 {"企业", false, 30},
                 {"栏目"},
                 {"现值"},
                 {"现值来自"},
                 {"另一值"},
                 {"另一值来自"},
                 {"位置", false, 40}},
                rows));
  say("待处理的不一致 " + std::to_string(rows.size()) + " 处");
  return kDone;
}

Result<int> settle(const Common& common, const SheetOptions& options) {
  bool report = false;
  {
    TANMIAO_ASSIGN(auto desk, open_desk(common, options.by, "tanmiao pool settle"));
    TANMIAO_ASSIGN(const auto open, desk.place.people().conflicts(true));
    for (const auto& c : open) report |= c.id == options.conflict && c.track.empty();
    TANMIAO_TRY(desk.office().settle(options.conflict, options.take, options.reason));
  }
  say(std::string("已采用") + (options.take == "offered" ? "后来的值" : "先前的值"));
  if (common.json) print_json(boost::json::object{{"conflict", options.conflict}, {"taken", options.take}});
  if (report && options.take == "offered") remine(common);
  return kDone;
}

}  // namespace

void declare_pool_sheets(CLI::App& app, Common& common, PoolLeaves& leaves) {
  auto options = std::make_shared<SheetOptions>();
  const auto by = [&](CLI::App* to) {
    to->add_option("--by", options->by, "who acts (default: the office of the configuration)")->transform(who());
  };
  CLI::App* in = add_leaf(app, common, "import", "a returned sheet: a filled-in candidate list, or the pool",
                          "tanmiao pool import 名单_博兴县.xlsx --by 博兴县科技局");
  in->add_option("FILE", options->file, "xlsx, ods, xls, csv")->required();
  in->add_flag("--no-lists", options->wait, "leave the lists to the next night");
  by(in);
  leaves.push_back({in, [=, &common] { return import_file(common, *options); }});

  CLI::App* out = add_leaf(app, common, "export", "the pool as a spreadsheet to edit and bring back",
                           "tanmiao pool export -o 培育库.xlsx --unit 高新区");
  out->add_option("-o,--output", options->output, "file (default: exports/ of the data folder)");
  out->add_option("--track", options->track, "培育库 (default: the first)");
  out->add_option("--unit", options->unit, "only this 责任单位");
  out->add_option("--batch", options->batch, "only this 批次");
  out->add_option("--stage", options->stages, "only this 阶段");
  leaves.push_back({out, [=, &common] { return export_sheet(common, *options); }});

  CLI::App* list =
      add_leaf(app, common, "conflicts", "values that two people gave differently", "tanmiao pool conflicts");
  leaves.push_back({list, [&common] { return conflicts(common); }});
  CLI::App* choose = add_leaf(app, common, "settle", "choose one of two values",
                              "tanmiao pool settle 3 --take offered --reason 电话核实");
  choose->add_option("CONFLICT", options->conflict, "number in tanmiao pool conflicts")->required();
  choose->add_option("--take", options->take, "stored or offered")
      ->required()
      ->check(CLI::IsMember({"stored", "offered"}));
  choose->add_option("--reason", options->reason, "why, for the audit")->transform(why())->required();
  by(choose);
  leaves.push_back({choose, [=, &common] { return settle(common, *options); }});
}

}  // namespace tanmiao::app
