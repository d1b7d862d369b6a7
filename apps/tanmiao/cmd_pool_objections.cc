// pool suppress, lift, correct, reports, withdraw, audit: objections of firms, and what shows that they were heard.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <memory>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/office_desk.h"
#include "apps/tanmiao/who_and_why.h"
#include "core/identifiers.h"
#include "core/money.h"
#include "pool/candidate_columns.h"
#include "store/suppression.h"

namespace tanmiao::app {
namespace {

struct ObjectionOptions {
  std::string firm, reason, by, field, value;
  bool withdraw = false, undo = false;
  std::uint64_t report = 0;
  std::size_t limit = 100;
};

bool looks_like_code(std::string_view text) {
  return text.size() == 18 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
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
    return Error{Errc::kNotFound, "没有这家企业", firm};
  }
  TANMIAO_ASSIGN(const auto live, open_live(place));
  TANMIAO_ASSIGN(store::FirmNo number, find_firm(*live.snapshot, *place.reference, firm));
  const auto& firms = live.snapshot->firms;
  if ((firms.flags[number] & store::kFirmMerged) != 0) number = firms.successor[number];
  if (!firms.code[number].empty()) return std::string(firms.code[number]);
  for (const auto& entry : entries)
    if (entry.no == number) return entry.identity;
  return Error{Errc::kNotFound, "没有这家企业", firm};
}

Result<int> suppress(const Common& common, const ObjectionOptions& options, bool out) {
  TANMIAO_ASSIGN(auto place, open_workplace(common, people_access(common), "tanmiao pool suppress"));
  TANMIAO_ASSIGN(const std::string subject, suppressed_as(place, options.firm));
  if (out) {
    TANMIAO_TRY(place.people().suppress(subject, options.reason, options.by, now()));
    say("不再列示：名单、合计、查询、网页和导出中即时不再出现：" + code_or_name(subject));
  } else {
    TANMIAO_TRY(place.people().lift_suppression(subject, options.reason, options.by, now()));
    say("恢复列示，最迟从下一次夜间任务起：" + code_or_name(subject));
  }
  if (common.json) print_json(boost::json::object{{"code", subject}, {"stage", out ? "SUPPRESSED" : "LIFTED"}});
  return kDone;
}

Result<int> suppressed(const Common& common) {
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kRead, "tanmiao pool suppressed"));
  TANMIAO_ASSIGN(const auto history, place.people().suppression_history());
  TANMIAO_ASSIGN(const auto now_out, place.people().suppressions());
  std::vector<std::vector<std::string>> rows;
  for (const auto& [key, reason] : now_out) {
    store::Suppression last;
    for (const store::Suppression& step : history)
      if (step.firm == key) last = step;
    if (common.json)
      print_json(boost::json::object{
          {"code", key}, {"stage", "SUPPRESSED"}, {"reason", reason}, {"by", last.by}, {"at", iso(last.at)}});
    rows.push_back({code_or_name(key), reason, last.by, iso(last.at)});
  }
  if (!common.json) print(table({{"企业", false, 60}, {"原因", false, 50}, {"经办"}, {"时间(UTC)"}}, rows));
  say("不再列示 " + std::to_string(rows.size()) + " 家");
  return kDone;
}

Result<int> correct(const Common& common, const ObjectionOptions& options) {
  if (options.withdraw == !options.value.empty())
    return Error{Errc::kUsage, "请写 --value 正确的值，或 --withdraw 撤销", ""};
  TANMIAO_ASSIGN(auto desk, open_desk(common, options.by, "tanmiao pool correct"));
  TANMIAO_ASSIGN(const auto firm, desk.firm(options.firm));
  TANMIAO_ASSIGN(const auto done, desk.office().correct(firm, options.field, options.value, options.reason));
  say(options.withdraw ? "更正已撤销，下一次夜间任务起生效" : "更正已记录，下一次夜间任务起生效");
  if (common.json) print_json(boost::json::object{{"code", done.firm}, {"field", done.field}, {"value", done.value}});
  return kDone;
}

// What a firm was said to have answered, and did not.
Result<int> withdraw(const Common& common, const ObjectionOptions& options) {
  {
    TANMIAO_ASSIGN(auto desk, open_desk(common, options.by, "tanmiao pool withdraw"));
    TANMIAO_TRY(
        desk.place.people().withdraw({options.report, !options.undo, options.reason, desk.actor.by, desk.actor.at}));
  }
  const std::string id = std::to_string(options.report);
  say(options.undo ? "第 " + id + " 号企业自报重新计入" : "第 " + id + " 号企业自报已撤回，不再计入；记录本身保留");
  if (common.json) print_json(boost::json::object{{"report", options.report}, {"withdrawn", !options.undo}});
  remine(common);
  return kDone;
}

Result<int> reports(const Common& common, const ObjectionOptions& options) {
  TANMIAO_ASSIGN(auto desk, open_desk(common, "-", "tanmiao pool reports"));
  TANMIAO_ASSIGN(const auto firm, desk.firm(options.firm));
  TANMIAO_ASSIGN(const auto all, desk.place.people().self_reports());
  TANMIAO_ASSIGN(const auto suppressed, suppressed_of(desk.place, *desk.snapshot));
  if (std::binary_search(suppressed.begin(), suppressed.end(), firm))
    return Error{Errc::kNotFound, "这家企业已不再列示", options.firm};
  std::vector<std::vector<std::string>> rows;
  for (const store::SelfReport& report : all) {
    if (desk.book->number(report.firm) != firm) continue;
    std::string answers;
    boost::json::object values;
    for (const FieldValue& answer : report.answers) {
      const FieldSpec& spec = field_spec(answer.field);
      std::string value = answer.value;
      if (spec.type == FieldType::kMoney)
        if (const auto money = parse_money_text(answer.value))
          value = pool::capital_in_wan(money->minor, money->currency) + " 万元";
      answers += (answers.empty() ? "" : "，") + std::string(spec.label) + " " + value;
      values[spec.name] = answer.value;
    }
    const std::string state = report.withdrawn ? "已撤回：" + report.withdrawn->reason : "";
    rows.push_back({std::to_string(report.id), iso(report.visited_on), report.visitor, answers, report.verdict,
                    report.note, state});
    if (common.json) {
      boost::json::object one{{"report", report.id},       {"visited_on", iso(report.visited_on)},
                              {"visitor", report.visitor}, {"answers", std::move(values)},
                              {"verdict", report.verdict}, {"note", report.note},
                              {"origin", report.origin},   {"withdrawn", report.withdrawn.has_value()}};
      if (report.withdrawn) one["withdrawn_reason"] = report.withdrawn->reason;
      print_json(one);
    }
  }
  if (!common.json)
    print(table({{"编号", true},
                 {"走访日期"},
                 {"走访人"},
                 {"企业自报", false, 60},
                 {"核实结论"},
                 {"备注", false, 30},
                 {"状态", false, 30}},
                rows));
  return kDone;
}

Result<int> audit(const Common& common, const ObjectionOptions& options) {
  TANMIAO_ASSIGN(auto place, open_workplace(common, store::Access::kRead, "tanmiao pool audit"));
  TANMIAO_ASSIGN(auto trail, place.people().audit_trail(0, 0x7fffffff));
  if (trail.size() > options.limit)
    trail.erase(trail.begin(), trail.end() - static_cast<std::ptrdiff_t>(options.limit));
  std::vector<std::vector<std::string>> rows;
  for (const auto& entry : trail) {
    if (common.json)
      print_json(boost::json::object{{"number", entry.number},
                                     {"at", iso(entry.at)},
                                     {"by", entry.by},
                                     {"action", entry.action},
                                     {"subject", entry.subject},
                                     {"detail", boost::json::parse(entry.detail_json)},
                                     {"hash", entry.hash}});
    rows.push_back(
        {std::to_string(entry.number), iso(entry.at), entry.by, entry.action, entry.subject, entry.detail_json});
  }
  if (!common.json)
    print(table({{"序号", true}, {"时间(UTC)"}, {"经办"}, {"动作"}, {"对象", false, 40}, {"内容", false, 60}}, rows));
  return kDone;
}

}  // namespace

void declare_pool_objections(CLI::App& app, Common& common, PoolLeaves& leaves) {
  auto options = std::make_shared<ObjectionOptions>();
  const auto firm = [&](CLI::App* to) {
    to->add_option("FIRM", options->firm, "credit code, number, or a name that one firm has")->required();
    to->add_option("--reason", options->reason, "why, for the audit")->transform(why())->required();
  };
  CLI::App* out = add_leaf(app, common, "suppress", "take a firm out of every list, page and export",
                           "tanmiao pool suppress FIRM --reason 'asked by the firm' --by 'office'");
  firm(out);
  out->add_option("--by", options->by, "who decides: an office or a role")->transform(who())->required();
  leaves.push_back({out, [=, &common] { return suppress(common, *options, true); }});
  CLI::App* back = add_leaf(app, common, "lift", "show a firm again that was taken out",
                            "tanmiao pool lift FIRM --reason 'asked by the firm' --by 'office'");
  firm(back);
  back->add_option("--by", options->by, "who decides: an office or a role")->transform(who())->required();
  leaves.push_back({back, [=, &common] { return suppress(common, *options, false); }});
  CLI::App* list =
      add_leaf(app, common, "suppressed", "firms that were taken out, with reason and day", "tanmiao pool suppressed");
  leaves.push_back({list, [&common] { return suppressed(common); }});
  CLI::App* mend = add_leaf(app, common, "correct", "a value of the register that is wrong, for good",
                            "tanmiao pool correct FIRM --field address --value '...' --reason '企业来函'");
  firm(mend);
  std::string fields;
  for (const auto& field : pool::correctable_fields()) fields += (fields.empty() ? "" : ", ") + field.name;
  mend->add_option("--field", options->field, "one of: " + fields)->required();
  mend->add_option("--value", options->value, "what is right");
  mend->add_flag("--withdraw", options->withdraw, "what the sources say counts again");
  mend->add_option("--by", options->by, "who decides (default: the office of the configuration)")->transform(who());
  leaves.push_back({mend, [=, &common] { return correct(common, *options); }});
  CLI::App* said = add_leaf(app, common, "reports", "what a firm answered when it was visited, with the numbers",
                            "tanmiao pool reports FIRM");
  said->add_option("FIRM", options->firm, "credit code, number, or a name that one firm has")->required();
  leaves.push_back({said, [=, &common] { return reports(common, *options); }});
  CLI::App* wrong = add_leaf(app, common, "withdraw", "an answer of a visit that was wrong: it counts no more",
                             "tanmiao pool withdraw 12 --reason '填错企业' --by 'office'");
  wrong->add_option("REPORT", options->report, "its number, see pool reports")->required();
  wrong->add_option("--reason", options->reason, "why, for the audit")->transform(why())->required();
  wrong->add_option("--by", options->by, "who decides (default: the office of the configuration)")->transform(who());
  wrong->add_flag("--undo", options->undo, "it counts again");
  leaves.push_back({wrong, [=, &common] { return withdraw(common, *options); }});
  CLI::App* trail = add_leaf(app, common, "audit", "what people did, newest last", "tanmiao pool audit --limit 20");
  trail->add_option("--limit", options->limit, "at most so many")->capture_default_str();
  leaves.push_back({trail, [=, &common] { return audit(common, *options); }});
}

}  // namespace tanmiao::app
