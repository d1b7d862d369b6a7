// pool, thin: what people decided on firms.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <memory>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/workplace.h"
#include "core/identifiers.h"
#include "pool/leads.h"
#include "store/suppression.h"

namespace tanmiao::app {
namespace {

struct PoolOptions {
  std::string firm, reason, by;
};

// "name:<key>@<place>" as people know it.
std::string name_of(const std::string& identity) {
  const auto begin = identity.find(':') + 1;
  return identity.substr(begin, identity.rfind('@') - begin);
}

bool looks_like_code(std::string_view text) {
  return text.size() == 18 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
}

Result<int> list_leads(const Common& common) {
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kRead, "tanmiao pool list"));
  TANMIAO_ASSIGN(const auto entries, place.people().pool_entries());
  TANMIAO_ASSIGN(const auto suppressed, place.people().suppressions());
  std::vector<std::vector<std::string>> rows;
  const auto add = [&](const std::string& code, const std::string& track, const std::string& stage,
                       const std::string& label, const std::string& reason, const std::string& by) {
    if (common.json)
      print_json(
          boost::json::object{{"code", code}, {"track", track}, {"stage", stage}, {"reason", reason}, {"by", by}});
    rows.push_back({store::names_identity(code) ? "（代码待查）" + name_of(code) : code, track, label, reason, by});
  };
  for (const auto& e : entries) add(e.firm, e.track, e.stage, pool::stage_label(e.stage), e.reason, e.by);
  for (const auto& [code, reason] : suppressed) add(code, "", "SUPPRESSED", "不再列示", reason, "");
  if (!common.json)
    print(table({{"统一社会信用代码", false, 60}, {"培育库"}, {"阶段"}, {"原因", false, 50}, {"经办"}}, rows));
  return kDone;
}

// What is written down of a firm that is to be taken out: its code, or its identity while no code is known. A code need
// not be known yet: the firm must not come in later either.
Result<std::string> suppressed_as(Workplace& place, const std::string& firm) {
  const auto code = CreditCode::parse(firm);
  if (code) return std::string(code->text());
  if (looks_like_code(firm)) return Error{Errc::kUsage, code.error().message, firm};
  TANMIAO_ASSIGN(const auto entries, place.facts().firm_register());
  if (store::names_identity(firm)) {
    const bool known = std::any_of(entries.begin(), entries.end(), [&](const auto& e) { return e.identity == firm; });
    if (known) return firm;
    return Error{Errc::kNotFound, "no firm has this identity", firm};
  }
  TANMIAO_ASSIGN(const auto live, open_live(place));
  TANMIAO_ASSIGN(store::FirmNo number, find_firm(*live.snapshot, *place.reference, firm));
  const auto& firms = live.snapshot->firms;
  if ((firms.flags[number] & store::kFirmMerged) != 0) number = firms.successor[number];
  if (!firms.code[number].empty()) return std::string(firms.code[number]);
  for (const auto& entry : entries)
    if (entry.no == number) return entry.identity;
  return Error{Errc::kNotFound, "no such firm", firm};
}

Result<int> suppress(const Common& common, const PoolOptions& options) {
  TANMIAO_ASSIGN(auto place, open_workplace(common, people_access(common), "tanmiao pool suppress"));
  TANMIAO_ASSIGN(const std::string subject, suppressed_as(place, options.firm));
  TANMIAO_TRY(place.people().suppress(subject, options.reason, options.by, now()));
  say("taken out of lists, totals, search, pages and exports: " + subject);
  if (common.json) print_json(boost::json::object{{"code", subject}, {"stage", "SUPPRESSED"}});
  return kDone;
}

}  // namespace

Action declare_pool(CLI::App& app, Common& common) {
  app.require_subcommand(1);
  auto options = std::make_shared<PoolOptions>();
  CLI::App* listing = add_leaf(app, common, "list", "firms with a decision", "tanmiao pool list --json");
  CLI::App* suppressing = add_leaf(app, common, "suppress", "take a firm out of every list, page and export",
                                   "tanmiao pool suppress FIRM --reason 'asked by the firm' --by 'office'");
  suppressing->add_option("FIRM", options->firm, "credit code, number, or a name that one firm has")->required();
  suppressing->add_option("--reason", options->reason, "why, for the audit")->required();
  suppressing->add_option("--by", options->by, "who decides: an office or a role")->required();
  return [=, &common] { return listing->parsed() ? list_leads(common) : suppress(common, *options); };
}

}  // namespace tanmiao::app
