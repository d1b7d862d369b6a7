// source: who may be fetched, by whose decision.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <filesystem>
#include <map>
#include <memory>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/who_and_why.h"
#include "apps/tanmiao/workplace.h"
#include "core/settings.h"
#include "crawler/source_files.h"

namespace tanmiao::app {
namespace {

struct DecideOptions {
  std::string source, by, reason;
};

Result<std::map<std::string, store::SourceApproval>> approvals(Workplace& place) {
  TANMIAO_ASSIGN(const auto all, place.people().source_approvals());
  std::map<std::string, store::SourceApproval> out;
  for (const auto& approval : all) out[approval.source] = approval;
  return out;
}

// What counts today: an approval of other terms than those in the file is none.
std::string state_of(const crawler::SourceSummary& source, const store::SourceApproval* approval) {
  if (source.kind == "folder") return "folder";
  if (!source.not_yet.empty()) return "not_yet";
  if (!approval) return "proposed";
  if (approval->state == store::SourceState::kApproved && approval->terms_hash != source.terms_hash) return "changed";
  return std::string(store::source_state_name(approval->state));
}

std::string state_label(const std::string& state) {
  if (state == "folder") return "文件，无须批准";
  if (state == "approved") return "已批准";
  if (state == "suspended") return "已暂停";
  if (state == "not_yet") return "尚不能读取";
  if (state == "broken") return "说明有错，不读取";
  if (state == "changed") return "说明已改，须重新批准";
  return "未批准";
}

Result<int> list_of_sources(const Common& common) {
  TANMIAO_ASSIGN(const auto config, open_config(common));
  TANMIAO_ASSIGN(const auto sources, crawler::list_sources(config.crawl));
  std::map<std::string, store::SourceApproval> known;
  if (std::filesystem::exists(common.data / "facts.db")) {  // nobody has approved anything where there is no data yet
    TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kRead, "tanmiao source list"));
    TANMIAO_ASSIGN(known, approvals(place));
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& s : sources) {
    const auto at = known.find(s.id);
    const auto* approval = at == known.end() ? nullptr : &at->second;
    const std::string state = state_of(s, approval);
    if (common.json) {
      boost::json::object line{
          {"id", s.id},       {"title", s.title}, {"publisher", s.publisher},
          {"kind", s.kind},   {"state", state},   {"terms", s.terms},
          {"basis", s.basis}, {"file", s.file},   {"hosts", boost::json::array(s.hosts.begin(), s.hosts.end())}};
      if (!s.not_yet.empty()) line["not_yet"] = s.not_yet;
      if (approval)
        line["decided"] = boost::json::object{
            {"by", approval->reviewer}, {"reason", approval->reason}, {"at", iso(approval->decided_at)}};
      print_json(line);
    }
    rows.push_back({s.id, state_label(state), s.title, s.publisher, approval ? approval->reviewer : ""});
  }
  TANMIAO_ASSIGN(const auto files, crawler::load_source_files(config.crawl));
  for (const crawler::BadSource& bad : files.bad) {
    boost::json::array faults;
    for (const Error& fault : bad.faults) {
      faults.emplace_back(fault.text());
      say("来源说明有错：" + crawler::fault_in_chinese(fault, true));
    }
    if (common.json)
      print_json(
          boost::json::object{{"id", bad.id}, {"state", "broken"}, {"file", bad.file}, {"faults", std::move(faults)}});
    rows.push_back({bad.id, state_label("broken"), "", "", ""});
  }
  if (!common.json) print(table({{"来源"}, {"状态"}, {"名称", false, 50}, {"发布单位", false, 30}, {"批准人"}}, rows));
  return kDone;
}

Result<int> decide(const Common& common, const DecideOptions& options, store::SourceState state) {
  TANMIAO_ASSIGN(auto place, open_workplace(common, people_access(common), "tanmiao source"));
  TANMIAO_ASSIGN(const auto sources, crawler::list_sources(place.config.crawl));
  std::vector<std::string_view> ids;
  for (const auto& s : sources) {
    ids.push_back(s.id);
    if (s.id != options.source) continue;
    if (state == store::SourceState::kApproved && !s.not_yet.empty())
      return Error{Errc::kUsage, "cannot be fetched yet, whoever approves it: " + s.not_yet, s.id};
    TANMIAO_TRY(place.people().decide_source({s.id, state, options.by, options.reason, s.terms_hash, now()}));
    say(s.id + "：" + state_label(std::string(store::source_state_name(state))) + "。条款：" + s.terms);
    if (common.json) print_json(boost::json::object{{"id", s.id}, {"state", store::source_state_name(state)}});
    return kDone;
  }
  TANMIAO_ASSIGN(const auto files, crawler::load_source_files(place.config.crawl));
  for (const crawler::BadSource& bad : files.bad) {
    if (bad.id == options.source) return crawler::as_error(bad);
    ids.push_back(bad.id);
  }
  return no_such("source", options.source, ids);
}

std::shared_ptr<DecideOptions> declare_decision(CLI::App& leaf) {
  auto options = std::make_shared<DecideOptions>();
  leaf.add_option("SOURCE", options->source, "id of the source")->required();
  leaf.add_option("--by", options->by, "who decides: an office or a role")->transform(who())->required();
  leaf.add_option("--reason", options->reason, "why, for the audit")->transform(why())->required();
  return options;
}

}  // namespace

Action declare_source(CLI::App& app, Common& common) {
  app.require_subcommand(1);
  CLI::App* listing = add_leaf(app, common, "list", "all sources and their state", "tanmiao source list --json");
  CLI::App* approving = add_leaf(app, common, "approve", "a person has read the terms and lets it be fetched",
                                 "tanmiao source approve sd-open-data --by 'office' --reason 'terms read'");
  CLI::App* suspending = add_leaf(app, common, "suspend", "not to be fetched any more",
                                  "tanmiao source suspend sd-open-data --by 'office' --reason 'terms changed'");
  const auto approval = declare_decision(*approving), suspension = declare_decision(*suspending);
  return [=, &common]() -> Result<int> {
    if (listing->parsed()) return list_of_sources(common);
    if (approving->parsed()) return decide(common, *approval, store::SourceState::kApproved);
    return decide(common, *suspension, store::SourceState::kSuspended);
  };
}

}  // namespace tanmiao::app
