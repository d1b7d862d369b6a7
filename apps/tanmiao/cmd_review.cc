// review: names that could not be linked for certain, and a person's decision on them.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/who_and_why.h"
#include "apps/tanmiao/workplace.h"
#include "core/firm_name.h"

namespace tanmiao::app {
namespace {

struct ReviewOptions {
  std::size_t offset = 0, limit = 50;
  std::string source, key, firm, by, reason;
  std::uint16_t slot = 0;
  bool same = false, different = false, everywhere = false;
};

Result<int> list(const Common& common, const ReviewOptions& options) {
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kRead, "tanmiao review list"));
  TANMIAO_ASSIGN(const auto items, place.facts().reviews(options.offset, options.limit));
  TANMIAO_ASSIGN(const auto count, place.facts().review_count());
  std::vector<std::vector<std::string>> rows;
  for (const auto& item : items) {
    std::string firms;
    for (const auto n : item.candidates) firms += (firms.empty() ? "" : ",") + std::to_string(n);
    if (common.json)
      print_json(
          boost::json::object{{"source", item.source},
                              {"kind", kind_name(item.kind)},
                              {"key", item.key},
                              {"slot", item.slot},
                              {"name", item.name},
                              {"why", item.why},
                              {"candidates", boost::json::array(item.candidates.begin(), item.candidates.end())}});
    rows.push_back({item.source, item.key, std::to_string(item.slot), item.name, firms, item.why});
  }
  if (!common.json)
    print(table({{"来源"}, {"记录"}, {"位", true}, {"名称", false, 40}, {"可能的企业"}, {"原因", false, 60}}, rows));
  say(std::to_string(items.size()) + " of " + std::to_string(count));
  return kDone;
}

Result<store::ReviewItem> find_item(Workplace& place, const ReviewOptions& options) {
  constexpr std::size_t kPage = 1000;
  for (std::size_t offset = 0;; offset += kPage) {
    TANMIAO_ASSIGN(const auto items, place.facts().reviews(offset, kPage));
    for (const auto& item : items)
      if (item.source == options.source && item.key == options.key && item.slot == options.slot) return item;
    if (items.size() < kPage) break;
  }
  return Error{Errc::kNotFound, "nothing waits under this source, key and slot: see tanmiao review list",
               options.source + " " + options.key};
}

Result<int> decide(const Common& common, const ReviewOptions& options) {
  if (options.same == options.different) return Error{Errc::kUsage, "say either --same or --different", ""};
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kRead, "tanmiao review decide"));
  TANMIAO_ASSIGN(const auto item, find_item(place, options));
  TANMIAO_ASSIGN(const auto live, open_live(place));
  TANMIAO_ASSIGN(const auto firm, find_firm(*live.snapshot, *place.reference, options.firm));
  TANMIAO_ASSIGN(const auto firms, place.facts().firm_register());
  const auto at = std::find_if(firms.begin(), firms.end(), [&](const auto& entry) { return entry.no == firm; });
  if (at == firms.end()) return Error{Errc::kNotFound, "no such firm in the register", options.firm};
  store::IdentityDecision decision;
  decision.source = item.source;
  if (!options.everywhere) decision.key = item.key;
  decision.slot = item.slot;
  decision.kind = item.kind;
  decision.name = exact_name_key(item.name, *place.reference);
  decision.firm_identity = at->identity;
  decision.ruling = options.same ? store::Ruling::kSame : store::Ruling::kDifferent;
  decision.by = options.by;
  decision.reason = options.reason;
  decision.decided_at = now();
  TANMIAO_TRY(place.people().decide_identity(decision));
  say("decided; it counts from the next link on");
  if (common.json)
    print_json(boost::json::object{
        {"source", item.source}, {"key", item.key}, {"slot", item.slot}, {"firm", firm}, {"same", options.same}});
  return kDone;
}

}  // namespace

Action declare_review(CLI::App& app, Common& common) {
  app.require_subcommand(1);
  auto options = std::make_shared<ReviewOptions>();
  CLI::App* listing = add_leaf(app, common, "list", "what waits, with the firms it may be", "tanmiao review list");
  listing->add_option("--offset", options->offset, "items before the page")->capture_default_str();
  listing->add_option("--limit", options->limit, "items on a page")->capture_default_str();
  CLI::App* deciding =
      add_leaf(app, common, "decide", "the name in the record is this firm, or is not",
               "tanmiao review decide taian-patents 2013100001 17 --same --by 'office' --reason 'same address'");
  deciding->add_option("SOURCE", options->source, "source of the record")->required();
  deciding->add_option("KEY", options->key, "key of the record")->required();
  deciding->add_option("FIRM", options->firm, "code, number or unique name")->required();
  deciding->add_option("--slot", options->slot, "which name of the record")->capture_default_str();
  deciding->add_flag("--same", options->same, "it is this firm");
  deciding->add_flag("--different", options->different, "it is not this firm, for ever");
  deciding->add_flag("--everywhere", options->everywhere,
                     "wherever this source writes the name, not in this record alone");
  deciding->add_option("--by", options->by, "who decides: an office or a role")->transform(who())->required();
  deciding->add_option("--reason", options->reason, "why, for the audit")->transform(why())->required();
  return [=, &common] { return listing->parsed() ? list(common, *options) : decide(common, *options); };
}

}  // namespace tanmiao::app
