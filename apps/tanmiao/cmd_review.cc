// review: names that could not be linked for certain, and what people decide on them.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <memory>

#include "apps/tanmiao/console.h"
#include "apps/tanmiao/review_desk.h"
#include "apps/tanmiao/who_and_why.h"
#include "core/firm_name.h"

namespace tanmiao::app {
namespace {

struct ReviewOptions {
  std::size_t offset = 0, limit = 50;
  std::string source, key, firm, name, by, reason, kind;
  std::uint16_t slot = 0;
  bool same = false, different = false, unsure = false, everywhere = false, alone = false, together = false;
};

boost::json::object item_object(const pool::QueueItem& one) {
  const store::ReviewItem& item = one.item;
  boost::json::object out{
      {"source", item.source}, {"kind", kind_name(item.kind)},
      {"key", item.key},       {"slot", item.slot},
      {"name", item.name},     {"standing", pool::word(one.standing)},
      {"value", item.value},   {"candidates", boost::json::array(item.candidates.begin(), item.candidates.end())}};
  if (one.why_shown) out["why"] = item.why;
  if (!one.alike.empty()) out["alike"] = one.alike.size();
  return out;
}

Result<int> list(const Common& common, const ReviewOptions& options) {
  TANMIAO_ASSIGN(auto review, open_review(common, "-", "tanmiao review list"));
  TANMIAO_ASSIGN(const auto queue, review.queue());
  const auto& items = queue.items();
  const std::size_t begin = std::min(options.offset, items.size()),
                    end = begin + std::min(options.limit, items.size() - begin);
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = begin; i < end; ++i) {
    const store::ReviewItem& item = items[i].item;
    std::string firms;
    for (const auto n : item.candidates) firms += (firms.empty() ? "" : ",") + std::to_string(n);
    if (common.json) print_json(item_object(items[i]));
    rows.push_back({std::string(pool::label(items[i].standing)), item.source, item.key, std::to_string(item.slot),
                    item.name, firms, items[i].why_shown ? item.why : ""});
  }
  if (!common.json)
    print(table({{"状态"}, {"来源"}, {"记录"}, {"位", true}, {"名称", false, 40}, {"可能的企业"}, {"原因", false, 60}},
                rows));
  say(std::to_string(end - begin) + " of " + std::to_string(items.size()));
  return kDone;
}

// The name in this place of the record, whether it waits or a rule has linked it: rules err too.
Result<pool::NamedIn> name_in_record(const ReviewDesk& review, const ReviewOptions& options) {
  const std::string where = options.source + " " + options.key;
  std::vector<pool::NamedIn> found;
  std::size_t names_there = 0;
  bool any = false;
  for (int number = 1; number <= static_cast<int>(RecordKind::kSignal); ++number) {
    const auto kind = static_cast<RecordKind>(number);
    if (!options.kind.empty() && options.kind != kind_name(kind)) continue;
    TANMIAO_ASSIGN(const auto stored, pool::live_record(review.desk->place.facts(), kind, options.source, options.key));
    if (!stored) continue;
    any = true;
    const auto names = pool::names_in(stored->record);
    names_there = std::max(names_there, names.size());
    if (options.slot < names.size())
      found.push_back({options.source, options.key, kind, options.slot, std::string(names[options.slot])});
  }
  if (found.size() == 1) return found.front();
  if (found.size() > 1) return Error{Errc::kUsage, "records of several kinds have this key: add --kind", where};
  if (any)
    return Error{Errc::kNotFound, "the record has " + std::to_string(names_there) + " names: --slot counts from 0",
                 where};
  return Error{Errc::kNotFound, "no record has this source and key: see tanmiao review list and tanmiao explain",
               where};
}

// What is to be judged: the item of the queue with those that wait for the same reason, or any name of any record.
Result<pool::NameJudgement> judged_name(const ReviewDesk& review, const ReviewOptions& options) {
  TANMIAO_ASSIGN(const auto queue, review.queue());
  pool::NameJudgement judgement;
  for (const auto& one : queue.items()) {
    if (one.item.source != options.source || one.item.key != options.key || one.item.slot != options.slot) continue;
    if (!options.kind.empty() && options.kind != kind_name(one.item.kind)) continue;
    judgement.at = one.at();
    if (!options.alone) judgement.alike = one.alike;
    return judgement;
  }
  TANMIAO_ASSIGN(judgement.at, name_in_record(review, options));
  return judgement;
}

Result<store::FirmNo> named_firm(const ReviewDesk& review, const std::string& firm) {
  TANMIAO_ASSIGN(const auto number, review.desk->firm(firm));
  return pool::followed(*review.desk->book, number);
}

Result<int> decide(const Common& common, const ReviewOptions& options) {
  if (options.same + options.different + options.unsure != 1)
    return Error{Errc::kUsage, "say one of --same, --different and --unsure", ""};
  TANMIAO_ASSIGN(auto review, open_review(common, options.by, "tanmiao review decide"));
  TANMIAO_ASSIGN(pool::NameJudgement judgement, judged_name(review, options));
  TANMIAO_ASSIGN(judgement.firm, named_firm(review, options.firm));
  judgement.ruling = options.same     ? store::Ruling::kSame
                     : options.unsure ? store::Ruling::kUnsure
                                      : store::Ruling::kDifferent;
  judgement.everywhere = options.everywhere;
  judgement.reason = options.reason;
  TANMIAO_ASSIGN(const auto done, review.judge->decide(judgement, review.desk->actor));
  say(done.stood ? "already so: decided by " + done.decision.by + " on " + iso(civil_day(done.decision.decided_at))
                 : "decided; it counts from the next link on");
  if (common.json)
    print_json(boost::json::object{{"source", judgement.at.source},
                                   {"key", judgement.at.key},
                                   {"slot", judgement.at.slot},
                                   {"firm", judgement.firm},
                                   {"same", options.same},
                                   {"ruling", store::ruling_name(judgement.ruling)},
                                   {"everywhere", options.everywhere},
                                   {"stood", done.stood},
                                   {"records", done.records},
                                   {"remark", done.remark}});
  return kDone;
}

// Names that the record bears, whatever its kind; of a decision on a name everywhere KEY may be the name itself.
Result<std::vector<std::string>> names_under(const ReviewDesk& review, const std::string& source,
                                             const std::string& key) {
  const Reference& reference = *review.desk->place.reference;
  std::vector<std::string> keys{exact_name_key(key, reference)};
  for (int kind = 1; kind <= static_cast<int>(RecordKind::kSignal); ++kind) {
    TANMIAO_ASSIGN(const auto record,
                   pool::live_record(review.desk->place.facts(), static_cast<RecordKind>(kind), source, key));
    if (record)
      for (const auto name : pool::names_in(record->record)) keys.push_back(exact_name_key(name, reference));
  }
  return keys;
}

bool is_firm(const std::string& text, store::FirmNo number, const pool::Rulings::Said& said) {
  if (number != store::kNoFirm && said.firm == number) return true;
  const std::string& identity = said.decision->firm_identity;  // of one that the register lost
  return identity == text || identity == "code:" + text;
}

// What stands of the firm under the source and key: one decision, or --name says which.
Result<store::IdentityDecision> standing_decision(const ReviewDesk& review, const ReviewOptions& options) {
  const auto number = named_firm(review, options.firm);
  const std::string wanted = exact_name_key(options.name, *review.desk->place.reference);
  TANMIAO_ASSIGN(const auto names, names_under(review, options.source, options.key));
  std::vector<store::IdentityDecision> found;
  bool elsewhere = false;
  for (const auto& said : review.judge->rulings().standing()) {
    const store::IdentityDecision& d = *said.decision;
    if (d.source != options.source || !is_firm(options.firm, number ? *number : store::kNoFirm, said)) continue;
    if (!wanted.empty() && d.name != wanted) continue;
    const bool of_name = d.key.empty() && std::find(names.begin(), names.end(), d.name) != names.end();
    if (options.everywhere ? of_name : d.key == options.key) found.push_back(d);
    elsewhere |= !options.everywhere && of_name;
  }
  if (found.size() == 1) return found.front();
  const std::string where = options.source + " " + options.key;
  if (found.empty())
    return Error{Errc::kNotFound,
                 elsewhere ? "what stands was said of the name everywhere: add --everywhere"
                           : "nothing stands under this source, key and firm: see tanmiao review decisions",
                 where};
  std::string list;
  for (const auto& d : found) list += (list.empty() ? "" : ", ") + d.name;
  return Error{Errc::kUsage, "several names of the record were judged; add --name and one of: " + list, where};
}

Result<int> undo(const Common& common, const ReviewOptions& options) {
  TANMIAO_ASSIGN(auto review, open_review(common, options.by, "tanmiao review undo"));
  TANMIAO_ASSIGN(const auto stands, standing_decision(review, options));
  const pool::NamedIn at{stands.source, stands.key, stands.kind, stands.slot, stands.name};
  TANMIAO_ASSIGN(const auto done,
                 review.judge->undo(at, stands.firm_identity, options.reason, review.desk->actor, options.together));
  const auto number = pool::firm_of_identity(*review.desk->book, stands.firm_identity);
  const std::string firm =
      number == store::kNoFirm ? code_or_name(stands.firm_identity) : review.desk->book->card(number).name;
  say("taken back: “" + stands.name + "”与“" + firm + "”" + std::string(pool::label(stands.ruling)) + "（" + stands.by +
      "，" + iso(civil_day(stands.decided_at)) + "：" + stands.reason + "）" +
      (done.records > 1 ? "，共 " + std::to_string(done.records) + " 条记录" : std::string()) +
      "; from the next link on the rules decide");
  if (common.json)
    print_json(boost::json::object{{"source", at.source},
                                   {"key", at.key},
                                   {"slot", at.slot},
                                   {"name", stands.name},
                                   {"firm", stands.firm_identity},
                                   {"firm_name", firm},
                                   {"ruling", store::ruling_name(store::Ruling::kUndone)},
                                   {"was", store::ruling_name(stands.ruling)},
                                   {"was_by", stands.by},
                                   {"was_at", iso(stands.decided_at)},
                                   {"was_reason", stands.reason},
                                   {"records", done.records}});
  return kDone;
}

boost::json::object decision_object(const store::IdentityDecision& d, const pool::FirmCard& card) {
  boost::json::object out{{"source", d.source},
                          {"kind", kind_name(d.kind)},
                          {"key", d.key},
                          {"slot", d.slot},
                          {"name", d.name},
                          {"everywhere", d.key.empty()},
                          {"firm", d.firm_identity},
                          {"ruling", store::ruling_name(d.ruling)},
                          {"by", d.by},
                          {"reason", d.reason},
                          {"at", iso(d.decided_at)}};
  if (card.firm != store::kNoFirm) out["number"] = card.firm, out["firm_name"] = card.name;
  if (!card.code.empty()) out["code"] = card.code;
  return out;
}

Result<int> decisions(const Common& common) {
  TANMIAO_ASSIGN(auto review, open_review(common, "-", "tanmiao review decisions"));
  std::vector<std::vector<std::string>> rows;
  for (const auto& said : review.judge->rulings().standing()) {
    const store::IdentityDecision& d = *said.decision;
    if (pool::is_taken_out(*review.desk->book, *review.taken_out, d.firm_identity)) continue;
    const pool::FirmCard card = review.desk->book->card(said.firm);
    if (common.json) print_json(decision_object(d, card));
    rows.push_back({std::string(pool::label(d.ruling)), d.source, d.key.empty() ? "（全部）" : d.key, d.name,
                    card.firm == store::kNoFirm ? code_or_name(d.firm_identity) : card.name, d.reason, d.by,
                    iso(civil_day(d.decided_at))});
  }
  if (!common.json)
    print(table({{"判定"},
                 {"来源"},
                 {"记录"},
                 {"名称", false, 36},
                 {"企业", false, 36},
                 {"依据", false, 40},
                 {"经办"},
                 {"日期"}},
                rows));
  say(std::to_string(rows.size()) + " decisions stand");
  return kDone;
}

void add_place(CLI::App* leaf, ReviewOptions& options) {
  leaf->add_option("SOURCE", options.source, "source of the record")->required();
  leaf->add_option("KEY", options.key, "key of the record")->required();
  leaf->add_option("FIRM", options.firm, "code, number or unique name")->required();
}

void add_who(CLI::App* leaf, ReviewOptions& options) {
  leaf->add_option("--by", options.by, "who decides: an office or a role")->transform(who())->required();
  leaf->add_option("--reason", options.reason, "why, for the audit")->transform(why())->required();
}

}  // namespace

Result<ReviewDesk> open_review(const Common& common, const std::string& by, std::string_view what) {
  ReviewDesk review;
  TANMIAO_ASSIGN(auto desk, open_desk(common, by, what, DeskOf::kLinked));
  review.desk = std::make_unique<Desk>(std::move(desk));
  TANMIAO_ASSIGN(auto taken_out, review.desk->suppressed_now());
  review.taken_out = std::make_unique<pool::TakenOut>(std::move(taken_out));
  TANMIAO_ASSIGN(auto judge, pool::Judge::open(review.desk->place.facts(), review.desk->place.people(),
                                               *review.desk->book, *review.taken_out));
  review.judge = std::make_unique<pool::Judge>(std::move(judge));
  return review;
}

Action declare_review(CLI::App& app, Common& common) {
  app.require_subcommand(1);
  auto options = std::make_shared<ReviewOptions>();
  auto leaves = std::make_shared<PoolLeaves>();
  CLI::App* listing = add_leaf(app, common, "list", "what waits, with the firms it may be", "tanmiao review list");
  listing->add_option("--offset", options->offset, "items before the page")->capture_default_str();
  listing->add_option("--limit", options->limit, "items on a page")->capture_default_str();
  leaves->push_back({listing, [=, &common] { return list(common, *options); }});

  CLI::App* deciding =
      add_leaf(app, common, "decide", "the name in the record is this firm, or is not, whoever linked it",
               "tanmiao review decide taian-patents 2013100001 17 --same --by 'office' --reason 'same address'");
  add_place(deciding, *options);
  deciding->add_option("--slot", options->slot, "which name of the record")->capture_default_str();
  deciding->add_option("--kind", options->kind,
                       "firm, patent, patent_event, recognition, signal: where keys are shared");
  deciding->add_flag("--alone", options->alone, "not of the records that wait for the same reason as well");
  deciding->add_flag("--same", options->same, "it is this firm");
  deciding->add_flag("--different", options->different, "it is not this firm, for ever");
  deciding->add_flag("--unsure", options->unsure, "looked at and left open: neither links nor forbids");
  deciding->add_flag("--everywhere", options->everywhere,
                     "wherever this source writes the name, not in this record alone");
  add_who(deciding, *options);
  leaves->push_back({deciding, [=, &common] { return decide(common, *options); }});

  CLI::App* undoing = add_leaf(app, common, "undo", "takes back what was decided; the rules decide again",
                               "tanmiao review undo taian-patents 2013100001 17 --by 'office' --reason 'wrong firm'");
  add_place(undoing, *options);
  undoing->add_option("--name", options->name, "which name, where several of the record were judged");
  undoing->add_flag("--together", options->together, "also what was said in the same act of other records");
  undoing->add_flag("--everywhere", options->everywhere, "what was said of the name wherever the source writes it");
  add_who(undoing, *options);
  leaves->push_back({undoing, [=, &common] { return undo(common, *options); }});

  CLI::App* standing =
      add_leaf(app, common, "decisions", "what stands: who decided what, when and why", "tanmiao review decisions");
  leaves->push_back({standing, [&common] { return decisions(common); }});
  declare_review_sheets(app, common, *leaves);
  return [leaves]() -> Result<int> {
    for (const PoolLeaf& leaf : *leaves)
      if (leaf.app->parsed()) return leaf.act();
    return Error{Errc::kUsage, "name a sub-command", ""};
  };
}

}  // namespace tanmiao::app
