// The queue of names that wait for a person, for the API.
#include <algorithm>
#include <boost/json.hpp>

#include "server/api_pool.h"
#include "server/review_state.h"

namespace tanmiao::server {
namespace {

namespace json = boost::json;

json::object candidate_json(const ReviewState& state, const pool::QueueCandidate& candidate,
                            const std::vector<pool::Rulings::Said>& said) {
  const pool::FirmCard card = state.world->book->card(candidate.firm);
  json::object out{{"firm", candidate.firm}, {"name", card.name}};
  if (!card.code.empty()) out["code"] = card.code;
  if (candidate.probability >= 0) out["probability"] = candidate.probability;
  for (const auto& s : said)
    if (s.firm == candidate.firm) out["ruling"] = store::ruling_name(s.decision->ruling);
  json::array factors;
  for (const pool::QueueFactor& factor : candidate.factors)
    factors.push_back(
        json::object{{"field", factor.field}, {"label", factor.label}, {"text", factor.text}, {"bits", factor.bits}});
  if (!factors.empty()) out["factors"] = std::move(factors);
  return out;
}

json::object queue_item_json(const ReviewState& state, const pool::QueueItem& one) {
  const store::ReviewItem& item = one.item;
  json::object out{{"source", item.source}, {"kind", kind_name(item.kind)},     {"key", item.key}, {"slot", item.slot},
                   {"name", item.name},     {"state", pool::word(one.standing)}};
  if (item.value > 0) out["value"] = item.value;
  if (one.why_shown) out["why"] = item.why;
  if (!one.alike.empty()) out["alike"] = one.alike.size();
  const auto said = state.rulings->on(one.at());
  json::array candidates;
  for (const auto& candidate : pool::candidates_of(item)) candidates.push_back(candidate_json(state, candidate, said));
  out["candidates"] = std::move(candidates);
  return out;
}

}  // namespace

Result<json::object> review_json(const Site& site, const Request& request) {
  TANMIAO_ASSIGN(const auto state, review_state(site));
  TANMIAO_ASSIGN(const ReviewQuery query, parse_review_query(*state, request));
  const auto items = state->queue->select(query.filter);
  const std::size_t begin = std::min((query.page - 1) * kRowsOfPage, items.size()),
                    end = std::min(begin + kRowsOfPage, items.size());
  json::array rows;
  for (std::size_t i = begin; i < end; ++i) rows.push_back(queue_item_json(*state, *items[i]));
  json::object states;
  for (std::size_t i = 0; i < pool::kStandings; ++i) {
    const auto standing = static_cast<pool::ItemStanding>(i);
    states[pool::word(standing)] = state->queue->count(standing);
  }
  return json::object{{"snapshot", state->world->live.snapshot},
                      {"total", items.size()},
                      {"page", query.page},
                      {"pages", (items.size() + kRowsOfPage - 1) / kRowsOfPage},
                      {"page_size", kRowsOfPage},
                      {"states", std::move(states)},
                      {"items", std::move(rows)}};
}

}  // namespace tanmiao::server
