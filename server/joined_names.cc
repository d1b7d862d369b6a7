#include "server/joined_names.h"

#include <algorithm>
#include <array>

#include "pool/judge.h"
#include "store/review_words.h"

namespace tanmiao::server {
namespace {

std::string title_in(const Record& record, const Reference& reference) {
  if (const auto title = record.get(Field::kTitle); !title.empty()) return std::string(title);
  return record_text(reference, Field::kProgram, record.get(Field::kProgram));
}

std::string day_in(const Record& record) {
  for (const Field field : {Field::kIssued, Field::kEventDate, Field::kFilingDate, Field::kPublicationDate})
    if (const auto day = record.get(field); !day.empty()) return std::string(day);
  return {};
}

auto place_of(const JoinedName& one) { return std::tie(one.at.kind, one.at.source, one.at.key, one.at.slot); }

// Of the firm that it is joined to said to be another, or another said to be the one: the next link acts on it.
bool overruled(const std::vector<pool::Rulings::Said>& said, store::FirmNo firm) {
  return std::any_of(said.begin(), said.end(), [&](const auto& s) {
    return s.decision->same() ? s.firm != firm : s.decision->ruling == store::Ruling::kDifferent && s.firm == firm;
  });
}

Error nothing_there() {
  return {Errc::kNotFound, "这一项已不在待判定之列，也没有归入企业：可能已判定并生效，或来源已改正", ""};
}

// The name in this place of the record, and what joined it.
struct Found {
  std::string name;
  store::Link link;
};
Result<Found> joined_there(store::Facts& facts, const pool::NamedIn& at) {
  TANMIAO_ASSIGN(const auto record, pool::live_record(facts, at.kind, at.source, at.key));
  if (!record) return nothing_there();
  TANMIAO_ASSIGN(const auto links, facts.links_in(record->id));
  const auto link = std::find_if(links.begin(), links.end(), [&](const auto& l) { return l.slot == at.slot; });
  const auto names = pool::names_in(record->record);
  if (link == links.end() || at.slot >= names.size()) return nothing_there();
  return Found{std::string(names[at.slot]), *link};
}

}  // namespace

std::string firm_word(const pool::FirmCard& card) { return card.code.empty() ? std::to_string(card.firm) : card.code; }

Result<std::vector<JoinedName>> joined_names(const Site& site, store::FirmNo firm, std::optional<RecordKind> kind) {
  std::vector<JoinedName> out;
  const auto read = [&](store::Store& store) -> Status {
    TANMIAO_ASSIGN(const auto links, store.facts().links_of(firm));
    std::vector<store::RecordId> ids;
    for (const store::Link& link : links)
      if (ids.empty() || ids.back() != link.record) ids.push_back(link.record);
    TANMIAO_ASSIGN(const auto records, store.facts().records_by_id(ids));
    auto record = records.begin();  // in the order of the links; one that vanished since is missing
    for (const store::Link& link : links) {
      while (record != records.end() && record->id < link.record) ++record;
      if (record == records.end() || record->id != link.record) continue;
      const Record& r = record->record;
      const auto names = pool::names_in(r);
      if (link.slot >= names.size() || (kind && r.kind != *kind)) continue;
      out.push_back({{r.source, r.key, r.kind, link.slot, std::string(names[link.slot])},
                     link.reason,
                     title_in(r, site.worlds.reference()),
                     day_in(r)});
    }
    return {};
  };
  TANMIAO_TRY(site.worlds.with_store(read));
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return place_of(a) < place_of(b); });
  return out;
}

ItemQuery judge_query(const JoinedName& name, std::string_view firm_word, std::optional<RecordKind> in_kind) {
  ItemQuery query{name.at, std::string(firm_word), {}, std::string(firm_word)};
  query.at.name.clear();
  query.among.kind = in_kind;
  return query;
}

Result<JudgeWays> judge_ways(const Site& site, const World& world, store::FirmNo firm) {
  TANMIAO_ASSIGN(const auto names, joined_names(site, firm));
  const std::string word = firm_word(world.book->card(firm));
  JudgeWays out;
  for (const JoinedName& one : names)
    out.try_emplace({one.at.kind, one.at.source, one.at.key}, judge_query(one, word).address());
  return out;
}

Result<JudgedItem> judged_item(const Site& site, const ReviewState& state, const pool::NamedIn& at) {
  if (const pool::QueueItem* one = state.queue->find(at)) return JudgedItem{*one};
  TANMIAO_ASSIGN(const Found found,
                 site.worlds.with_store([&](store::Store& store) { return joined_there(store.facts(), at); }));
  const pool::FirmBook& book = *state.world->book;
  const store::FirmNo firm = pool::followed(book, found.link.firm);
  const std::string identity = pool::identity_of(book, firm);
  if (identity.empty() || pool::is_taken_out(book, state.taken_out, identity)) return nothing_there();
  store::ReviewItem item{at.source, at.key, at.slot, found.name, {firm}, "", at.kind};
  item.why = "现归入“" + book.card(firm).name + "”：" + std::string(store::join_words(found.link.reason));
  item.linked = firm;
  JudgedItem out{{std::move(item), pool::ItemStanding::kLinked}, found.link.reason};
  if (overruled(state.rulings->on(out.one.at()), firm)) out.one.standing = pool::ItemStanding::kSettled;
  return out;
}

}  // namespace tanmiao::server
