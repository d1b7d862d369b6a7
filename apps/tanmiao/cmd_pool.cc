// pool, thin: what people decided on firms.
#include <boost/json.hpp>
#include <memory>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/workplace.h"
#include "core/identifiers.h"
#include "pool/leads.h"

namespace tanmiao::app {
namespace {

struct PoolOptions {
  std::string code, reason, by;
};

Result<int> list(const Common& common) {
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kRead, "tanmiao pool list"));
  TANMIAO_ASSIGN(const auto entries, place.people().pool_entries());
  TANMIAO_ASSIGN(const auto suppressed, place.people().suppressions());
  std::vector<std::vector<std::string>> rows;
  const auto add = [&](const std::string& code, const std::string& track, const std::string& stage,
                       const std::string& label, const std::string& reason, const std::string& by) {
    if (common.json)
      print_json(
          boost::json::object{{"code", code}, {"track", track}, {"stage", stage}, {"reason", reason}, {"by", by}});
    rows.push_back({code, track, label, reason, by});
  };
  for (const auto& e : entries) add(e.credit_code, e.track, e.stage, pool::stage_label(e.stage), e.reason, e.by);
  for (const auto& [code, reason] : suppressed) add(code, "", "SUPPRESSED", "不再列示", reason, "");
  if (!common.json) print(table({{"统一社会信用代码"}, {"培育库"}, {"阶段"}, {"原因", false, 50}, {"经办"}}, rows));
  return kDone;
}

Result<int> suppress(const Common& common, const PoolOptions& options) {
  const auto code = CreditCode::parse(options.code);
  if (!code) return Error{Errc::kUsage, code.error().message, options.code};
  TANMIAO_ASSIGN(auto place, open_workplace(common, people_access(common), "tanmiao pool suppress"));
  TANMIAO_TRY(place.people().suppress(code->text(), options.reason, options.by, now()));
  say("taken out of lists at once, of index and pages from the next link on");
  if (common.json) print_json(boost::json::object{{"code", code->text()}, {"stage", "SUPPRESSED"}});
  return kDone;
}

}  // namespace

Action declare_pool(CLI::App& app, Common& common) {
  app.require_subcommand(1);
  auto options = std::make_shared<PoolOptions>();
  CLI::App* listing = add_leaf(app, common, "list", "firms with a decision", "tanmiao pool list --json");
  CLI::App* suppressing = add_leaf(app, common, "suppress", "take a firm out of every list, page and export",
                                   "tanmiao pool suppress CODE --reason 'asked by the firm' --by 'office'");
  suppressing->add_option("CODE", options->code, "credit code")->required();
  suppressing->add_option("--reason", options->reason, "why, for the audit")->required();
  suppressing->add_option("--by", options->by, "who decides: an office or a role")->required();
  return [=, &common] { return listing->parsed() ? list(common) : suppress(common, *options); };
}

}  // namespace tanmiao::app
