// What is done on the pages of names that wait: a ruling, and taking one back.
#include "pool/judge.h"
#include "server/joined_names.h"
#include "server/people_posts.h"
#include "server/review_parts.h"

namespace tanmiao::server {
namespace {

Result<store::Ruling> ruling_word(const std::string& word) {
  for (const auto ruling : {store::Ruling::kSame, store::Ruling::kDifferent, store::Ruling::kUnsure})
    if (word == store::ruling_name(ruling)) return ruling;
  return Error{Errc::kUsage, "请按“是同一家”“不是”或“说不准”", ""};
}

std::string said_text(store::Ruling ruling) {
  return (ruling == store::Ruling::kUnsure ? "：记为“" : "：判为“") + std::string(pool::label(ruling)) + "”";
}

std::string_view when_text(store::Ruling ruling, std::optional<store::LinkReason> joined) {
  // Of what the rules joined a doubt takes nothing away.
  if (ruling == store::Ruling::kUnsure && joined) return "，仍按规则归入；可随时再判。";
  return ruling == store::Ruling::kUnsure ? "，搁置，不归入任何企业；可随时再判。" : "，下一次夜间任务起生效。";
}

// f(judge), on what stands now, one caller at a time.
template <class F>
Result<pool::Judged> with_judge(const Site& site, const ReviewState& state, F&& f) {
  return site.worlds.with_store([&](store::Store& store) -> Result<pool::Judged> {
    TANMIAO_ASSIGN(auto judge, pool::Judge::open(store.facts(), store.people(), *state.world->book, state.taken_out));
    return f(judge);
  });
}

// The item that comes next, or the same one while another firm may be meant; the list when nothing is left.
std::string next_address(const Site& site, const ItemQuery& query, const pool::QueueItem* after) {
  const auto state = review_state(site);
  if (!state) return "/review";
  if (const auto* same = (*state)->queue->find(query.at);
      same != nullptr && same->standing == pool::ItemStanding::kWaiting)
    return item_query(*same, query.among).address();
  if (after != nullptr)
    if (const auto* next = (*state)->queue->find(after->at())) return item_query(*next, query.among).address();
  return "/review" + ReviewQuery{query.among, 1}.address();
}

// The list of the firm's records that the item was come to from, else that of the firm it is joined to.
Result<std::string> firm_list(const Site& site, const ReviewState& state, const ItemQuery& query,
                              store::FirmNo joined) {
  store::FirmNo firm = joined;
  if (!query.in_firm.empty()) {
    TANMIAO_ASSIGN(firm, site.find_firm(*state.world, query.in_firm));
  }
  return records_path(state.world->book->card(firm).code, firm);
}

}  // namespace

Result<Done> ruling_post(const Posted& posted) {
  const Site& site = posted.site;
  TANMIAO_ASSIGN(const auto state, review_state(site));
  TANMIAO_ASSIGN(const ItemQuery query, parse_item_query(posted.request));
  TANMIAO_ASSIGN(const JudgedItem judged, judged_item(site, *state, query.at));
  const pool::QueueItem* one = &judged.one;
  pool::NameJudgement judgement;
  TANMIAO_ASSIGN(judgement.ruling, ruling_word(posted.text("ruling")));
  TANMIAO_ASSIGN(judgement.firm, site.find_firm(*state->world, query.firm));
  judgement.at = one->at();
  judgement.everywhere = posted.text("everywhere") == "yes";
  judgement.alike = one->alike;
  judgement.reason = posted.text("reason");
  const Neighbours around = neighbours(*state->queue, query.among, one->at());
  std::string list;  // of the firm's records, where it is one of these that was judged
  if (judged.joined || !query.in_firm.empty()) {
    TANMIAO_ASSIGN(list, firm_list(site, *state, query, one->item.linked));
  }
  TANMIAO_ASSIGN(const auto done, with_judge(site, *state, [&](pool::Judge& judge) -> Result<pool::Judged> {
                   const auto said = judge.rulings().on(one->at());
                   if (!said.empty() && posted.text("mark") != mark_of(judge.rulings(), one->at()))
                     return Error{Errc::kConflict,
                                  said.back().decision->by + "已判定：" +
                                      std::string(pool::label(said.back().decision->ruling)) + "（" +
                                      said.back().decision->reason + "）。请看过再判",
                                  ""};
                   return judge.decide(judgement, posted.actor);
                 }));
  const std::string name = "“" + one->item.name + "”";
  const std::string next =
      list.empty() ? next_address(site, query, around.after != nullptr ? around.after : around.before) : list;
  if (done.stood) return Done{next, {name + "已经如此判定过，没有重复记录。", "", ""}};
  Notice notice{name + "与“" + state->world->book->card(judgement.firm).name + "”" + said_text(judgement.ruling) +
                    (done.records > 1 ? "，共 " + std::to_string(done.records) + " 条记录" : std::string()) +
                    std::string(when_text(judgement.ruling, judged.joined)) + done.remark,
                "", ""};
  notice.action = "/review/decisions";
  notice.button = "撤销";
  notice.fields = undo_fields(done.decision, "item");
  notice.fields.emplace_back("item", query.address());
  notice.fields.emplace_back("reason", "误判，随即撤销");
  return Done{next, std::move(notice)};
}

namespace {

// "已撤销：“甲”与“乙公司”判为“不是”（某单位：依据）".
std::string taken_back(const ReviewState& state, const pool::Judged& done) {
  if (!done.was) return "已撤销";
  const store::IdentityDecision& was = *done.was;
  const store::FirmNo firm = pool::firm_of_identity(*state.world->book, was.firm_identity);
  return "已撤销：“" + was.name + "”与“" +
         (firm == store::kNoFirm ? lost_firm(was.firm_identity) : state.world->book->card(firm).name) + "”" +
         std::string(pool::label(was.ruling)) + "（" + was.by + "：" + was.reason + "）" +
         (done.records > 1 ? "，共 " + std::to_string(done.records) + " 条记录" : std::string());
}

}  // namespace

Result<Done> undo_post(const Posted& posted) {
  const Site& site = posted.site;
  TANMIAO_ASSIGN(const auto state, review_state(site));
  pool::NamedIn at{posted.text("source"), posted.text("key"), RecordKind::kFirm, 0, posted.text("name")};
  const auto kind = kind_from_name(posted.text("kind"));
  if (!kind) return Error{Errc::kNotFound, "没有这个表单", ""};
  at.kind = *kind;
  const std::string slot = posted.text("slot"), identity = posted.text("firm");
  for (const char c : slot)
    if (c < '0' || c > '9' || slot.size() > 5) return Error{Errc::kNotFound, "没有这个表单", ""};
  if (!slot.empty()) at.slot = static_cast<std::uint16_t>(std::stoul(slot));
  if (pool::is_taken_out(*state->world->book, state->taken_out, identity))
    return Error{Errc::kNotFound, "没有可以撤销的判定", ""};
  TANMIAO_ASSIGN(
      const auto done, with_judge(site, *state, [&](pool::Judge& judge) -> Result<pool::Judged> {
        const auto* last = judge.rulings().last(at, identity);
        if (last != nullptr && last->ruling != store::Ruling::kUndone && iso(last->decided_at) != posted.text("at"))
          return Error{Errc::kConflict, last->by + "后来又判定过，请看过再撤销", ""};
        // What was said of several records at once is taken back at once where it is so right after it.
        return judge.undo(at, identity, posted.text("reason"), posted.actor, posted.text("then") == "item");
      }));
  Notice notice{done.stood ? "先前已经撤销过。" : taken_back(*state, done) + "，下一次夜间任务按规则重新归属。", "",
                ""};
  // Back to the item that was judged, where it is still there.
  Request item;
  if (posted.text("then") == "item" && parse_target(posted.text("item"), item) && item.path == "/review/item") {
    const auto query = parse_item_query(item);
    if (query && judged_item(site, *state, query->at)) return Done{query->address(), std::move(notice)};
  }
  return Done{"/review/decisions", std::move(notice)};
}

}  // namespace tanmiao::server
