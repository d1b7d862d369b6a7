#include "server/review_state.h"

#include <algorithm>
#include <charconv>

#include "core/money.h"
#include "core/settings.h"

namespace tanmiao::server {
namespace {

void add_parameter(std::string& out, std::string_view name, std::string_view value) {
  if (!value.empty())
    out += (out.find('?') == std::string::npos ? "?" : "&") + std::string(name) + "=" + url_encode(value);
}

template <class Number>
bool whole_number(const std::string& text, Number& number) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failed == std::errc() && end == text.data() + text.size();
}

Result<RecordKind> kind_of_word(const std::string& word) {
  if (const auto kind = kind_from_name(word)) return *kind;
  return no_such("类别", word, {"firm", "patent", "patent_event", "recognition", "signal"});
}

Result<pool::ItemStanding> standing_of_word(const std::string& word) {
  if (const auto standing = pool::standing_from_word(word)) return *standing;
  return no_such("状态", word, {"waiting", "shelved", "settled", "linked", "nothing_near"});
}

void add_filter(std::string& out, const pool::QueueFilter& filter, const std::string& prefix) {
  add_parameter(out, prefix + "source", filter.source);
  if (filter.kind) add_parameter(out, prefix + "kind", kind_name(*filter.kind));
  if (filter.standing) add_parameter(out, prefix + "state", pool::word(*filter.standing));
}

// True: it was one of the filter's.
Result<bool> read_filter(std::string_view name, const std::string& value, pool::QueueFilter& filter) {
  if (name == "source") {
    filter.source = value;
  } else if (name == "kind") {
    TANMIAO_ASSIGN(filter.kind, kind_of_word(value));
  } else if (name == "state") {
    TANMIAO_ASSIGN(filter.standing, standing_of_word(value));
  } else {
    return false;
  }
  return true;
}

}  // namespace

Result<std::shared_ptr<const ReviewState>> Worlds::reviews(std::string_view campaign) {
  TANMIAO_ASSIGN(const auto world, now(campaign));
  TANMIAO_ASSIGN(const FirmNumbers firms, suppressed(*world));
  const std::lock_guard guard(store_mutex_);
  store::Facts& facts = store_->facts();
  store::People& people = store_->people();
  TANMIAO_ASSIGN(const auto linked, facts.last_published(store::Stage::kLink, ""));
  TANMIAO_ASSIGN(const auto head, people.audit_head());
  const std::string moment =
      world->live.snapshot + " " + std::to_string(linked ? linked->id : 0) + " " + std::to_string(head.number);
  if (reviews_.state != nullptr && reviews_.moment == moment) return reviews_.state;
  auto state = std::make_shared<ReviewState>();
  state->world = world;
  TANMIAO_ASSIGN(const auto suppressions, people.suppressions());
  state->taken_out = pool::taken_out(*world->book, suppressions, *firms);
  TANMIAO_ASSIGN(const auto decisions, people.identity_decisions());
  state->rulings = std::make_unique<const pool::Rulings>(decisions, *world->book);
  TANMIAO_ASSIGN(auto queue, pool::ReviewQueue::read(facts, *state->rulings, *world->book, state->taken_out));
  state->queue = std::make_unique<const pool::ReviewQueue>(std::move(queue));
  reviews_ = {moment, std::move(state)};
  return reviews_.state;
}

Result<std::shared_ptr<const ReviewState>> review_state(const Site& site) {
  return site.worlds.reviews(site.config.campaign);
}

std::optional<std::size_t> Site::waiting() const {
  const auto state = review_state(*this);
  if (!state) return std::nullopt;  // the page that asks has its own words for it
  return (*state)->queue->count(pool::ItemStanding::kWaiting);
}

std::string ReviewQuery::address() const {
  std::string out;
  add_filter(out, filter, "");
  if (page > 1) add_parameter(out, "page", std::to_string(page));
  return out;
}

Result<ReviewQuery> parse_review_query(const ReviewState& state, const Request& request) {
  ReviewQuery query;
  for (const auto& [name, value] : request.parameters) {
    if (value.empty() || name == "notice") continue;
    TANMIAO_ASSIGN(const bool taken, read_filter(name, value, query.filter));
    if (taken) continue;
    if (name != "page") return no_such("参数", name, {"source", "kind", "state", "page"});
    if (!whole_number(value, query.page) || query.page == 0 || query.page > 1'000'000)
      return Error{Errc::kUsage, "页码应为正整数：" + value, ""};
  }
  const auto known = state.queue->sources();
  if (!query.filter.source.empty() && std::find(known.begin(), known.end(), query.filter.source) == known.end())
    query.page = 1;  // a source of which nothing waits any more is no mistake
  return query;
}

std::string ItemQuery::address() const {
  std::string out = "/review/item";
  add_parameter(out, "source", at.source);
  add_parameter(out, "kind", kind_name(at.kind));
  add_parameter(out, "key", at.key);
  add_parameter(out, "slot", std::to_string(at.slot));
  add_parameter(out, "firm", firm);
  add_filter(out, among, "in_");
  add_parameter(out, "in_firm", in_firm);
  return out;
}

Result<ItemQuery> parse_item_query(const Request& request) {
  ItemQuery query;
  for (const auto& [name, value] : request.parameters) {
    if (value.empty() || name == "notice") continue;
    if (name == "source") {
      query.at.source = value;
    } else if (name == "kind") {
      TANMIAO_ASSIGN(query.at.kind, kind_of_word(value));
    } else if (name == "key") {
      query.at.key = value;
    } else if (name == "slot") {
      if (!whole_number(value, query.at.slot)) return Error{Errc::kUsage, "位应为从 0 起的整数：" + value, ""};
    } else if (name == "firm") {
      query.firm = value;
    } else if (name == "in_firm") {
      query.in_firm = value;
    } else {
      const std::string_view inner = name.starts_with("in_") ? std::string_view(name).substr(3) : std::string_view();
      TANMIAO_ASSIGN(const bool taken, read_filter(inner, value, query.among));
      if (!taken) return no_such("参数", name, {"source", "kind", "key", "slot", "firm"});
    }
  }
  return query;
}

ItemQuery item_query(const pool::QueueItem& one, const pool::QueueFilter& among) {
  ItemQuery query{one.at(), "", among, ""};
  query.at.name.clear();
  return query;
}

Neighbours neighbours(const pool::ReviewQueue& queue, const pool::QueueFilter& among, const pool::NamedIn& at) {
  pool::QueueFilter filter = among;
  if (!filter.standing) filter.standing = pool::ItemStanding::kWaiting;
  const auto items = queue.select(filter);
  const auto here = std::find(items.begin(), items.end(), queue.find(at));
  Neighbours out;
  out.count = items.size();
  if (here == items.end()) {
    out.after = items.empty() ? nullptr : items.front();
    return out;
  }
  out.place = static_cast<std::size_t>(here - items.begin()) + 1;
  if (here != items.begin()) out.before = *(here - 1);
  if (here + 1 != items.end()) out.after = *(here + 1);
  return out;
}

std::string mark_of(const pool::Rulings& rulings, const pool::NamedIn& at) {
  const auto said = rulings.on(at);
  if (said.empty()) return "0";
  const store::IdentityDecision& last = *said.back().decision;
  return std::to_string(said.size()) + " " + std::string(store::ruling_name(last.ruling)) + " " + last.firm_identity +
         " " + iso(last.decided_at) + " " + last.by;
}

std::string record_text(const Reference& reference, Field field, std::string_view value) {
  if (field == Field::kStatus) {
    const auto status = status_from_word(value);
    return status == FirmStatus::kUnknown ? std::string(value) : std::string(status_label(status));
  }
  if (field == Field::kProgram)
    for (const auto& [word, label] : reference.programs)
      if (word == value) return label;
  if (field_spec(field).type == FieldType::kMoney)
    if (const auto money = parse_money_text(value))
      return pool::capital_in_wan(money->minor, money->currency) + " 万元";
  return std::string(value);
}

std::string title_of(const SourceTitles& titles, const std::string& source) {
  const auto title = titles.find(source);
  return title == titles.end() ? source : title->second;
}

}  // namespace tanmiao::server
