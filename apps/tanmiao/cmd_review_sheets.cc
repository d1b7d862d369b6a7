// review export, import: the queue as a spreadsheet, out and back.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/review_desk.h"
#include "apps/tanmiao/who_and_why.h"
#include "pool/judged_sheet.h"

namespace tanmiao::app {
namespace {

struct QueueSheetOptions {
  std::string file, output, by, source;
  std::size_t limit = 0;
  bool decided = false;
};

Result<int> export_queue(const Common& common, const QueueSheetOptions& options) {
  TANMIAO_ASSIGN(auto review, open_review(common, "-", "tanmiao review export"));
  TANMIAO_ASSIGN(const auto queue, review.queue());
  pool::QueueFilter filter;
  filter.source = options.source;
  std::vector<const pool::QueueItem*> items;
  for (const pool::QueueItem* one : queue.select(filter))
    if (one->standing == pool::ItemStanding::kWaiting || one->standing == pool::ItemStanding::kNothingNear)
      items.push_back(one);
  if (options.limit > 0 && items.size() > options.limit) items.resize(options.limit);
  auto rows = pool::waiting_rows(items, review.judge->rulings(), *review.desk->book);
  const std::size_t waiting = rows.size();
  if (options.decided)
    for (auto& row : pool::decided_rows(review.judge->rulings(), *review.desk->book, *review.taken_out))
      if (options.source.empty() || row.source == options.source) rows.push_back(std::move(row));
  const Desk& desk = *review.desk;
  TANMIAO_TRY(pool::export_judged(
      rows, options.output,
      {desk.place.config.city_name + "名称待判定表", desk.place.config.issuer, desk.snapshot->info().civil_date}));
  TANMIAO_TRY(note_done(review.desk->place, "review.export", std::filesystem::path(options.output).filename().string(),
                        {{"rows", rows.size()}}));
  if (common.json)
    print_json(boost::json::object{
        {"file", options.output}, {"items", items.size()}, {"rows", waiting}, {"decided", rows.size() - waiting}});
  else
    print(options.output + "\n");
  say("待判定 " + std::to_string(items.size()) + " 项，" + std::to_string(rows.size()) + " 行");
  return kDone;
}

boost::json::object judged_object(const pool::ImportReport& report) {
  boost::json::array notes, remarks;
  for (const pool::RowNote& note : report.notes)
    notes.push_back(boost::json::object{{"where", note.where}, {"name", note.firm}, {"text", note.text}});
  for (const std::string& remark : report.remarks) remarks.emplace_back(remark);
  return {{"file", report.file},       {"rows", report.rows},           {"blank", report.blank},
          {"taken", report.taken},     {"same", report.same},           {"rejected", report.rejected},
          {"notes", std::move(notes)}, {"remarks", std::move(remarks)}, {"rejects", report.rejects}};
}

Result<int> import_queue(const Common& common, const QueueSheetOptions& options) {
  TANMIAO_ASSIGN(auto review, open_review(common, options.by, "tanmiao review import"));
  TANMIAO_ASSIGN(const auto report,
                 pool::import_judged(*review.judge, *review.desk->book, review.desk->actor,
                                     std::filesystem::path(options.file), review.desk->place.folder().exports()));
  if (common.json) {
    print_json(judged_object(report));
  } else {
    std::vector<std::vector<std::string>> rows;
    rows.reserve(report.notes.size());
    for (const pool::RowNote& note : report.notes) rows.push_back({"退回", note.where, note.firm, note.text});
    for (const std::string& remark : report.remarks) print(remark + "\n");
    if (!rows.empty())
      print(table({{"结果"}, {"位置", false, 40}, {"名称", false, 30}, {"说明", false, 0, true}}, rows));
    print("共 " + std::to_string(report.rows) + " 行，收入 " + std::to_string(report.taken) + "，未填 " +
          std::to_string(report.blank) + "，与已有相同 " + std::to_string(report.same) + "，退回 " +
          std::to_string(report.rejected) + "\n");
    if (!report.rejects.empty()) print("退回的行：" + report.rejects + "（改好后再导入）\n");
  }
  return kDone;
}

}  // namespace

void declare_review_sheets(CLI::App& app, Common& common, PoolLeaves& leaves) {
  auto options = std::make_shared<QueueSheetOptions>();
  CLI::App* out = add_leaf(app, common, "export", "what waits as a spreadsheet to fill in and bring back",
                           "tanmiao review export -o 待判定.xlsx");
  out->add_option("-o,--output", options->output, "file: .xlsx or .csv")->required();
  out->add_option("--source", options->source, "only names of this source");
  out->add_option("--limit", options->limit, "only the first so many names (default: all)");
  out->add_flag("--decided", options->decided, "the decisions that stand as well");
  leaves.push_back({out, [=, &common] { return export_queue(common, *options); }});

  CLI::App* in = add_leaf(app, common, "import", "a filled-in spreadsheet of review export",
                          "tanmiao review import 待判定.xlsx --by 市科技局");
  in->add_option("FILE", options->file, "xlsx, ods, xls, csv")->required();
  in->add_option("--by", options->by, "who is meant where 经办 is empty (default: the office of the configuration)")
      ->transform(who());
  leaves.push_back({in, [=, &common] { return import_queue(common, *options); }});
}

}  // namespace tanmiao::app
