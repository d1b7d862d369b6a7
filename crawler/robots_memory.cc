#include "crawler/robots_memory.h"

#include <boost/json.hpp>

namespace tanmiao::crawler {
namespace {

namespace json = boost::json;

std::string robots_key(const std::string& origin) { return "robots " + origin; }
std::string answer_key(const std::string& origin) { return "robots.txt " + origin; }

std::int64_t integer_in(const json::object& object, std::string_view name) {
  const json::value* const found = object.if_contains(name);
  return found != nullptr && found->is_int64() ? found->get_int64() : 0;
}

std::string text_in(const json::object& object, std::string_view name) {
  const json::value* const found = object.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

}  // namespace

Status remember_robots(store::Facts& facts, const std::vector<RobotsState>& states) {
  for (const RobotsState& state : states) {
    json::object note{{"state", state.state},
                      {"status", state.status},
                      {"fetched_at", state.fetched_at.time_since_epoch().count()},
                      {"rules", static_cast<std::int64_t>(state.rules)},
                      {"note", state.note}};
    if (state.crawl_delay) note["delay_ms"] = static_cast<std::int64_t>(*state.crawl_delay * 1000);
    TANMIAO_TRY(facts.set_note(robots_key(state.origin), json::serialize(note)));
  }
  return {};
}

Result<std::optional<RobotsState>> remembered_robots(store::Facts& facts, const std::string& origin) {
  TANMIAO_ASSIGN(const std::string note, facts.note(robots_key(origin)));
  boost::system::error_code failed;
  const json::value read = note.empty() ? json::value() : json::parse(note, failed);
  const json::object* const object = failed ? nullptr : read.if_object();
  if (object == nullptr) return std::optional<RobotsState>();
  RobotsState state;
  state.origin = origin;
  state.state = text_in(*object, "state");
  state.status = static_cast<int>(integer_in(*object, "status"));
  state.fetched_at = Instant(std::chrono::seconds(integer_in(*object, "fetched_at")));
  state.rules = static_cast<std::uint64_t>(integer_in(*object, "rules"));
  state.note = text_in(*object, "note");
  if (object->contains("delay_ms")) state.crawl_delay = static_cast<double>(integer_in(*object, "delay_ms")) / 1000;
  return std::optional(state);
}

// A line of JSON, and behind it the text as it came: bytes of any charset.
Status keep_robots(store::Facts& facts, const std::string& origin, Instant clock, const KeptRobots& kept) {
  const json::object head{{"kind", static_cast<std::int64_t>(kept.answer.kind)},
                          {"status", kept.answer.status},
                          {"fetched_at", kept.fetched_at.time_since_epoch().count()},
                          {"clock", clock.time_since_epoch().count()}};
  // One byte more shows that the file is longer than what counts.
  const std::string_view text = std::string_view(kept.answer.text).substr(0, kMostRobotsBytes + 1);
  return facts.set_note(answer_key(origin), json::serialize(head) + '\n' + std::string(text));
}

Result<std::optional<KeptRobots>> kept_robots(store::Facts& facts, const std::string& origin, Instant clock,
                                              Instant now) {
  TANMIAO_ASSIGN(const std::string note, facts.note(answer_key(origin)));
  const std::size_t end = note.find('\n');
  boost::system::error_code failed;
  const json::value read = end == std::string::npos ? json::value() : json::parse(note.substr(0, end), failed);
  const json::object* const head = failed ? nullptr : read.if_object();
  const std::int64_t kind = head == nullptr ? -1 : integer_in(*head, "kind");
  if (kind < 0 || kind > static_cast<std::int64_t>(RobotsAnswer::Kind::kNone)) return std::optional<KeptRobots>();
  KeptRobots kept;
  kept.fetched_at = Instant(std::chrono::seconds(integer_in(*head, "fetched_at")));
  const Instant asked_in(std::chrono::seconds(integer_in(*head, "clock")));
  const bool fresh =
      kept.fetched_at <= now && now - kept.fetched_at < kRobotsKept && std::chrono::abs(clock - asked_in) < kRobotsKept;
  if (!fresh) return std::optional<KeptRobots>();
  kept.answer = {static_cast<RobotsAnswer::Kind>(kind), static_cast<int>(integer_in(*head, "status")),
                 note.substr(end + 1)};
  return std::optional(std::move(kept));
}

}  // namespace tanmiao::crawler
