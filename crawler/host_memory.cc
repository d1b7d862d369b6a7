#include "crawler/host_memory.h"

#include <boost/json.hpp>

namespace tanmiao::crawler {
namespace {

std::string note_key(const std::string& host) { return "host " + host; }

}  // namespace

HostRest StoredHostMemory::known(const std::string& host) {
  const auto note = facts_.note(note_key(host));
  if (!note && status_) status_ = note.error();
  if (!note || note->empty()) return {};
  boost::system::error_code failed;
  const boost::json::value read = boost::json::parse(*note, failed);
  const boost::json::object* const rest = failed ? nullptr : read.if_object();
  if (rest == nullptr) return {};
  const auto number = [&](const char* name) {
    const boost::json::value* const found = rest->if_contains(name);
    return found != nullptr && found->is_int64() ? found->get_int64() : 0;
  };
  if (number("night") != static_cast<std::int64_t>(night_)) return {};
  HostRest out;
  out.until = Instant(std::chrono::seconds(number("until")));
  const auto text = [&](const char* name) {
    const boost::json::value* const found = rest->if_contains(name);
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
  };
  out.over = text("over");
  out.rule = text("rule");
  out.address = text("address");
  const boost::json::value* const by_failures = rest->if_contains("failed");
  out.failed = by_failures != nullptr && by_failures->is_bool() && by_failures->get_bool();
  kept_[host] = out;
  return out;
}

void StoredHostMemory::keep(const std::string& host, const HostRest& rest) {
  HostRest& kept = kept_[host];
  if (kept == rest) return;
  kept = rest;
  const boost::json::object note{{"night", static_cast<std::int64_t>(night_)},
                                 {"until", rest.until.time_since_epoch().count()},
                                 {"over", rest.over},
                                 {"rule", rest.rule},
                                 {"address", rest.address},
                                 {"failed", rest.failed}};
  const Status done = facts_.set_note(note_key(host), boost::json::serialize(note));
  if (!done && status_) status_ = done;
}

}  // namespace tanmiao::crawler
