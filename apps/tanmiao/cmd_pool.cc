// pool: what people decided on firms. The list here; the other sub-commands in files of their own.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/office_desk.h"
#include "core/messages.h"

namespace tanmiao::app {
namespace {

struct ListOptions {
  std::string track, unit, batch, text, firm;
  std::vector<std::string> stages;
};

Result<pool::PoolFilter> filter_of(const Desk& desk, const ListOptions& options) {
  pool::PoolFilter filter;
  filter.batch = options.batch;
  filter.text = options.text;
  if (!options.track.empty()) {
    TANMIAO_ASSIGN(const pool::Track* track, desk.rules->track(options.track));
    filter.track = track->id;
  }
  for (const std::string& word : options.stages) {
    TANMIAO_ASSIGN(const pool::StageWord* stage, desk.rules->stage(word));
    filter.stages.push_back(stage->id);
  }
  if (!options.unit.empty()) {
    pool::CandidateFilter unit;
    unit.unit = options.unit;
    TANMIAO_TRY(pool::check_filter(unit, *desk.snapshot, *desk.place.reference));
    filter.unit = unit.unit;
  }
  return filter;
}

boost::json::object row_object(const pool::PoolRow& row) {
  boost::json::object cells;
  for (const auto& [word, value] : row.entry.cells) cells[word] = value;
  return {{"code", row.entry.firm},
          {"name", row.name()},
          {"unit", row.unit()},
          {"track", row.entry.track},
          {"stage", row.entry.stage},
          {"stage_label", row.stage},
          {"since", iso(row.entry.stage_since)},
          {"batch", row.entry.batch},
          {"cells", std::move(cells)},
          {"verdict", row.verdict},
          {"reason", row.entry.reason},
          {"by", row.entry.by},
          {"revision", row.entry.revision}};
}

Result<int> list(const Common& common, const ListOptions& options) {
  TANMIAO_ASSIGN(auto desk, open_desk(common, "-", "tanmiao pool list"));
  TANMIAO_ASSIGN(const auto filter, filter_of(desk, options));
  TANMIAO_ASSIGN(const auto inputs, desk.pool_inputs());
  const auto rows = pool::pool_rows(inputs, filter);
  std::vector<std::vector<std::string>> lines;
  for (const pool::PoolRow& row : rows) {
    if (common.json) print_json(row_object(row));
    lines.push_back({code_or_name(row.entry.firm), row.name(), row.unit(), desk.rules->track_label(row.entry.track),
                     row.stage, iso(row.entry.stage_since), row.entry.batch, row.entry.reason, row.entry.by});
  }
  if (!common.json)
    print(table({{"统一社会信用代码", false, 60},
                 {"企业名称", false, 34},
                 {"责任单位"},
                 {"培育库"},
                 {"阶段"},
                 {"起始日"},
                 {"批次"},
                 {"原因", false, 50},
                 {"经办"}},
                lines));
  say("共 " + std::to_string(rows.size()) + " 条");
  return kDone;
}

Result<int> history(const Common& common, const ListOptions& options) {
  TANMIAO_ASSIGN(auto desk, open_desk(common, "-", "tanmiao pool history"));
  TANMIAO_ASSIGN(const auto key, desk.key(options.firm));
  const store::FirmNo firm = desk.book->number(key);
  TANMIAO_ASSIGN(const auto out, desk.suppressed_now());
  if (out.has(*desk.book, key)) return Error{Errc::kNotFound, "没有这家企业：" + options.firm, ""};
  TANMIAO_ASSIGN(const auto entries, desk.place.people().pool_entries());
  std::vector<std::vector<std::string>> lines;
  for (const auto& entry : entries) {
    if (out.has(*desk.book, entry.firm)) continue;
    if (entry.firm != key && (firm == store::kNoFirm || desk.book->number(entry.firm) != firm)) continue;
    TANMIAO_ASSIGN(const auto revisions, desk.place.people().pool_history(entry.firm, entry.track));
    for (const auto& r : revisions) {
      boost::json::object cells;
      for (const auto& [word, value] : r.cells) cells[word] = value;
      if (common.json)
        print_json(boost::json::object{{"code", r.firm},
                                       {"track", r.track},
                                       {"revision", r.revision},
                                       {"stage", r.stage},
                                       {"since", iso(r.stage_since)},
                                       {"batch", r.batch},
                                       {"cells", std::move(cells)},
                                       {"reason", r.reason},
                                       {"by", r.by},
                                       {"at", iso(r.at)}});
      lines.push_back({desk.rules->track_label(r.track), std::to_string(r.revision), desk.rules->stage_label(r.stage),
                       iso(r.stage_since), r.batch, r.reason, r.by, iso(r.at)});
    }
  }
  if (!common.json)
    print(table(
        {{"培育库"}, {"版本", true}, {"阶段"}, {"起始日"}, {"批次"}, {"原因", false, 40}, {"经办"}, {"时间(UTC)"}},
        lines));
  return kDone;
}

}  // namespace

Action declare_pool(CLI::App& app, Common& common) {
  app.require_subcommand(1);
  auto leaves = std::make_shared<PoolLeaves>();
  auto options = std::make_shared<ListOptions>();
  CLI::App* listing =
      add_leaf(app, common, "list", "firms on a track", "tanmiao pool list --track tech_sme --unit 博兴县 --json");
  listing->add_option("--track", options->track, "only this 培育库, by id or name");
  listing->add_option("--unit", options->unit, "only this 责任单位");
  listing->add_option("--stage", options->stages, "only this 阶段, by id or name");
  listing->add_option("--batch", options->batch, "only members of this 批次");
  listing->add_option("--text", options->text, "only names or codes that contain this");
  leaves->push_back({listing, [=, &common] { return list(common, *options); }});
  CLI::App* past = add_leaf(app, common, "history", "every revision of a firm's entries", "tanmiao pool history FIRM");
  past->add_option("FIRM", options->firm, "credit code, number, or a name that one firm has")->required();
  leaves->push_back({past, [=, &common] { return history(common, *options); }});
  declare_pool_moves(app, common, *leaves);
  declare_pool_batches(app, common, *leaves);
  declare_pool_sheets(app, common, *leaves);
  declare_pool_official(app, common, *leaves);
  declare_pool_objections(app, common, *leaves);
  return [leaves]() -> Result<int> {
    for (const PoolLeaf& leaf : *leaves) {
      if (!leaf.app->parsed()) continue;
      auto done = leaf.act();
      // Office staff read these, in one language with what the commands print.
      if (!done) return Error{done.error().code, in_chinese(done.error().message), done.error().where};
      return done;
    }
    return kUsage;
  };
}

}  // namespace tanmiao::app
