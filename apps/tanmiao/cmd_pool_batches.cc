// pool admit, batch: admission in batches, draft -> frozen -> signed -> published.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/office_desk.h"
#include "apps/tanmiao/who_and_why.h"
#include "core/messages.h"

namespace tanmiao::app {
namespace {

struct BatchOptions {
  std::string batch, track, title, reason, on, by;
  std::vector<std::string> firms;
  std::optional<std::uint64_t> revision;
};
using SharedBatch = std::shared_ptr<BatchOptions>;

boost::json::object batch_object(const store::PoolBatch& batch, std::size_t members) {
  boost::json::object out{
      {"batch", batch.id}, {"track", batch.track}, {"title", batch.title}, {"state", batch.state},
      {"by", batch.by},    {"at", iso(batch.at)},  {"members", members},   {"revision", batch.revision}};
  if (batch.signed_on != Date{}) out["signed_on"] = iso(batch.signed_on);
  return out;
}

Result<int> told(const Common& common, Desk& desk, const store::PoolBatch& batch) {
  TANMIAO_ASSIGN(const auto members, desk.office().members(batch.id));
  if (common.json) print_json(batch_object(batch, members.size()));
  say("批次 " + batch.id + "：" + desk.rules->batch_label(batch.state) + "，" + std::to_string(members.size()) + " 家");
  return kDone;
}

Result<int> list_batches(const Common& common) {
  TANMIAO_ASSIGN(auto desk, open_desk(common, "-", "tanmiao pool batch list"));
  TANMIAO_ASSIGN(const auto batches, desk.place.people().pool_batches());
  std::vector<std::vector<std::string>> rows;
  for (const auto& batch : batches) {
    TANMIAO_ASSIGN(const auto members, desk.office().members(batch.id));
    if (common.json) print_json(batch_object(batch, members.size()));
    rows.push_back({batch.id, batch.title, desk.rules->track_label(batch.track), desk.rules->batch_label(batch.state),
                    std::to_string(members.size()), batch.signed_on == Date{} ? "" : iso(batch.signed_on), batch.by});
  }
  if (!common.json)
    print(table({{"批次"}, {"名称", false, 40}, {"培育库"}, {"状态"}, {"企业", true}, {"签批日"}, {"经办"}}, rows));
  return kDone;
}

Result<int> open_batch(const Common& common, const BatchOptions& options) {
  TANMIAO_ASSIGN(auto desk, open_desk(common, options.by, "tanmiao pool batch open"));
  const std::string track = options.track.empty() ? desk.rules->tracks.front().id : options.track;
  TANMIAO_ASSIGN(const auto batch, desk.office().open_batch(track, options.title));
  return told(common, desk, batch);
}

Result<int> tick(const Common& common, const BatchOptions& options, bool in) {
  TANMIAO_ASSIGN(auto desk, open_desk(common, options.by, "tanmiao pool admit"));
  std::vector<store::FirmNo> firms;
  for (const std::string& named : options.firms) {
    TANMIAO_ASSIGN(const auto firm, desk.firm(named));
    firms.push_back(firm);
  }
  TANMIAO_ASSIGN(const std::size_t changed, desk.office().tick(options.batch, firms, in));
  if (common.json) print_json(boost::json::object{{"batch", options.batch}, {"changed", changed}});
  say(std::to_string(changed) + (in ? " 家已列入批次 " : " 家已移出批次 ") + options.batch);
  return kDone;
}

Result<int> bring(const Common& common, const BatchOptions& options, const std::string& state) {
  std::optional<Date> on;
  if (!options.on.empty()) {
    const auto date = parse_iso_date(options.on);
    if (!date) return Error{Errc::kUsage, in_chinese(date.error().message), "--on"};
    on = *date;
  }
  TANMIAO_ASSIGN(auto desk, open_desk(common, options.by, "tanmiao pool batch"));
  TANMIAO_ASSIGN(const auto batch, desk.office().batch_to(options.batch, state, options.reason, on, options.revision));
  return told(common, desk, batch);
}

CLI::App* leaf(CLI::App& app, Common& common, const SharedBatch& options, std::string name, std::string summary,
               std::string example) {
  CLI::App* made = add_leaf(app, common, std::move(name), std::move(summary), std::move(example));
  made->add_option("--by", options->by, "who acts (default: the office of the configuration)")->transform(who());
  return made;
}

}  // namespace

void declare_pool_batches(CLI::App& app, Common& common, PoolLeaves& leaves) {
  auto options = std::make_shared<BatchOptions>();
  const auto firms = [&](CLI::App* to) {
    to->add_option("FIRM", options->firms, "credit codes, numbers, or names that one firm has")->required();
  };
  CLI::App* admit = leaf(app, common, options, "admit", "put verified firms into a draft batch (纳入)",
                         "tanmiao pool admit FIRM FIRM --batch 2026-11-25-1");
  firms(admit);
  admit->add_option("--batch", options->batch, "id of a draft batch")->required();
  leaves.push_back({admit, [=, &common] { return tick(common, *options, true); }});

  CLI::App* batch = app.add_subcommand("batch", "batches: open, freeze, sign off, publish");
  batch->require_subcommand(1);
  CLI::App* list = leaf(*batch, common, options, "list", "all batches", "tanmiao pool batch list");
  leaves.push_back({list, [&common] { return list_batches(common); }});
  CLI::App* open = leaf(*batch, common, options, "open", "begin a draft", "tanmiao pool batch open --title 第一批");
  open->add_option("--track", options->track, "培育库 (default: the first)");
  open->add_option("--title", options->title, "as it is printed");
  leaves.push_back({open, [=, &common] { return open_batch(common, *options); }});
  CLI::App* remove = leaf(*batch, common, options, "remove", "take firms out of a draft",
                          "tanmiao pool batch remove 2026-11-25-1 FIRM");
  remove->add_option("BATCH", options->batch, "id")->required();
  firms(remove);
  leaves.push_back({remove, [=, &common] { return tick(common, *options, false); }});
  struct State {
    std::string name, state, summary;
  };
  for (const State& to :
       {State{"freeze", "frozen", "members stay as they are"},
        State{"sign", "signed", "signed off: all members are admitted"}, State{"publish", "published", "made known"},
        State{"reopen", "draft", "back to draft, with a reason"}}) {
    CLI::App* made = leaf(*batch, common, options, to.name, to.summary, "tanmiao pool batch " + to.name + " BATCH");
    made->add_option("BATCH", options->batch, "id")->required();
    made->add_option("--revision", options->revision, "refuse when the batch is no longer at this revision");
    if (to.state == "signed") made->add_option("--on", options->on, "day of the signature (default: today)");
    if (to.state == "draft") made->add_option("--reason", options->reason, "why")->transform(why())->required();
    leaves.push_back({made, [=, &common] { return bring(common, *options, to.state); }});
  }
}

}  // namespace tanmiao::app
