#include "crawler/host_memory.h"

#include <algorithm>
#include <boost/json.hpp>

namespace tanmiao::crawler {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

constexpr std::string_view kAskedNote = "hosts asked";
constexpr std::chrono::hours kWishKept{24};   // as long as robots.txt itself (RFC 9309, 2.4)
constexpr std::chrono::hours kAskedKept{24};  // longer than any pause
// A rest that is waited for; one that is longer means that nobody asks, whatever night it is.
constexpr std::chrono::seconds kWaitedFor{300};

std::string note_key(const std::string& host) { return "host " + host; }

Moment wall_time() { return std::chrono::floor<milliseconds>(std::chrono::system_clock::now()); }

std::int64_t integer_of(const json::object& object, std::string_view name) {
  const json::value* const found = object.if_contains(name);
  return found != nullptr && found->is_int64() ? found->get_int64() : 0;
}

std::string text_of_member(const json::object& object, std::string_view name) {
  const json::value* const found = object.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

bool flag_of_member(const json::object& object, std::string_view name) {
  const json::value* const found = object.if_contains(name);
  return found != nullptr && found->is_bool() && found->get_bool();
}

// Milliseconds by name.
std::map<std::string, milliseconds> times_of(const json::object& object, std::string_view name) {
  std::map<std::string, milliseconds> out;
  const json::value* const found = object.if_contains(name);
  if (found == nullptr || !found->is_object()) return out;
  for (const auto& [key, value] : found->get_object())
    if (value.is_int64()) out[std::string(key)] = milliseconds(value.get_int64());
  return out;
}

SignCount signs_of(const json::object& note) {
  SignCount out{text_of_member(note, "sign"), static_cast<int>(integer_of(note, "times")), {}};
  const json::value* const answers = note.if_contains("answers");
  if (answers == nullptr || !answers->is_array()) return out;
  for (const json::value& answer : answers->get_array())
    if (const json::array* const pair = answer.if_array(); pair != nullptr && pair->size() == 2)
      if (const auto *status = (*pair)[0].if_int64(), *address = (*pair)[1].if_int64(); status && address)
        out.answers.emplace_back(static_cast<int>(*status), static_cast<std::uint64_t>(*address));
  return out;
}

json::array answers_of(const SignCount& signs) {
  json::array out;
  for (const auto& [status, address] : signs.answers)
    out.push_back(json::array{status, static_cast<std::int64_t>(address)});
  return out;
}

json::object read_note(store::Facts& facts, const std::string& key, Status& status) {
  const auto note = facts.note(key);
  if (!note && status) status = note.error();
  if (!note || note->empty()) return {};
  boost::system::error_code failed;
  json::value read = json::parse(*note, failed);
  return failed || !read.is_object() ? json::object() : std::move(read.get_object());
}

}  // namespace

HostRest StoredHostMemory::known(const std::string& host) {
  const json::object note = read_note(facts_, note_key(host), status_);
  if (note.empty()) return {};
  const Moment now = wall_time();
  HostRest out;
  out.until = Instant(std::chrono::seconds(integer_of(note, "until")));
  const Instant clock(std::chrono::seconds(integer_of(note, "clock")));
  const bool dated = note.contains("day");  // not in notes of versions that counted nights by runs
  const bool tonight = dated && (integer_of(note, "day") == day_.time_since_epoch().count() ||
                                 std::chrono::abs(clock_ - clock) < kSameNight);
  if (tonight || (dated && out.until > now + kWaitedFor)) {
    out.over = text_of_member(note, "over");
    out.rule = text_of_member(note, "rule");
    out.address = text_of_member(note, "address");
    out.failed = flag_of_member(note, "failed");
  }
  if (tonight) {
    out.earned.factor = std::max(1.0, static_cast<double>(integer_of(note, "factor_percent")) / 100);
    out.earned.failures = static_cast<int>(integer_of(note, "failures"));
    out.earned.rests = static_cast<int>(integer_of(note, "rests"));
    out.signs = signs_of(note);
  }
  const Moment at(milliseconds(integer_of(note, "at")));
  if (now - at < kWishKept) out.wishes = times_of(note, "wishes");
  kept_[host] = out;
  return out;
}

void StoredHostMemory::keep(const std::string& host, const HostRest& rest) {
  HostRest& kept = kept_[host];
  if (kept == rest) return;
  kept = rest;
  json::object wishes;
  for (const auto& [origin, wish] : rest.wishes) wishes[origin] = wish.count();
  const json::object note{{"day", day_.time_since_epoch().count()},
                          {"clock", clock_.time_since_epoch().count()},
                          {"at", wall_time().time_since_epoch().count()},
                          {"until", rest.until.time_since_epoch().count()},
                          {"over", rest.over},
                          {"rule", rest.rule},
                          {"address", rest.address},
                          {"failed", rest.failed},
                          {"factor_percent", static_cast<std::int64_t>(rest.earned.factor * 100)},
                          {"failures", rest.earned.failures},
                          {"rests", rest.earned.rests},
                          {"sign", rest.signs.rule},
                          {"times", rest.signs.times},
                          {"answers", answers_of(rest.signs)},
                          {"wishes", std::move(wishes)}};
  const Status done = facts_.set_note(note_key(host), json::serialize(note));
  if (!done && status_) status_ = done;
}

std::optional<KeptRobots> StoredHostMemory::robots(const std::string& origin) {
  auto kept = kept_robots(facts_, origin, clock_, std::chrono::floor<std::chrono::seconds>(wall_time()));
  if (kept) return std::move(*kept);
  if (status_) status_ = kept.error();
  return std::nullopt;
}

void StoredHostMemory::keep_robots(const std::string& origin, const KeptRobots& kept) {
  const Status done = tanmiao::crawler::keep_robots(facts_, origin, clock_, kept);
  if (!done && status_) status_ = done;
}

void StoredHostMemory::load_asked() {
  if (std::exchange(loaded_, true)) return;
  const json::object note = read_note(facts_, std::string(kAskedNote), status_);
  const Moment now = wall_time();
  // A clock that was put back must not make anybody wait for it.
  const auto not_ahead = [now](milliseconds time) { return std::min(Moment(time), now); };
  anybody_ = flag_of_member(note, "asking") ? now : not_ahead(milliseconds(integer_of(note, "anybody")));
  for (const auto& [host, time] : times_of(note, "ended"))
    if (now - not_ahead(time) < kAskedKept) ended_[host] = not_ahead(time);
}

void StoredHostMemory::write_asked(bool asking) {
  json::object ended;
  for (const auto& [host, time] : ended_) ended[host] = time.time_since_epoch().count();
  const json::object note{
      {"asking", asking}, {"anybody", anybody_.time_since_epoch().count()}, {"ended", std::move(ended)}};
  const Status done = facts_.set_note(kAskedNote, json::serialize(note));
  if (!done && status_) status_ = done;
}

std::optional<Moment> StoredHostMemory::last_asked(const std::string& host) {
  load_asked();
  const auto found = ended_.find(host);
  const Moment last = found == ended_.end() ? anybody_ : std::max(anybody_, found->second);
  return wall_time() - last < kAskedKept ? std::optional(last) : std::nullopt;
}

void StoredHostMemory::asking() {
  load_asked();
  write_asked(true);
}

void StoredHostMemory::asked(const std::map<std::string, Moment>& ended) {
  load_asked();
  for (const auto& [host, time] : ended) ended_[host] = time;
  write_asked(false);
}

}  // namespace tanmiao::crawler
