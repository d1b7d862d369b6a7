#include "crawler/queue_note.h"

#include <boost/json.hpp>
#include <string_view>
#include <utility>

#include "core/hash.h"

namespace tanmiao::crawler {
namespace {

namespace json = boost::json;

constexpr std::string_view kDropped = "不再列入：";  // begins the note of such an address

std::string key_of(const std::string& source) { return "queue " + source; }

std::uint64_t number_in(const json::object& object, std::string_view name) {
  const json::value* const found = object.if_contains(name);
  if (found == nullptr) return 0;
  if (found->is_uint64()) return found->get_uint64();
  return found->is_int64() ? static_cast<std::uint64_t>(found->get_int64()) : 0;
}

}  // namespace

store::FrontierUrl dropped(store::FrontierUrl url, const std::string& why) {
  url.state = store::UrlState::kRefused;
  url.note = std::string(kDropped) + why;
  return url;
}

bool is_dropped(const store::FrontierUrl& url) {
  return url.state == store::UrlState::kRefused && url.note.starts_with(kDropped);
}

std::uint64_t start_hash(const Source& source) {
  std::string text = source.start_role + '\n' + source.robots_sitemaps + '\n';
  for (const std::string& start : source.start) text += start + '\n';
  return hash64(text);
}

QueueNote after_night(QueueNote before, std::uint64_t left) {
  before.growing = before.start != 0 && left > before.left ? before.growing + 1 : 0;
  before.left = left;
  return before;
}

Result<QueueNote> queue_note(store::Facts& facts, const std::string& source) {
  TANMIAO_ASSIGN(const std::string text, facts.note(key_of(source)));
  boost::system::error_code failed;
  const json::value value = json::parse(text, failed);
  if (text.empty() || failed || !value.is_object()) return QueueNote();
  const json::object& object = value.get_object();
  return QueueNote{number_in(object, "start"), number_in(object, "left"),
                   static_cast<int>(number_in(object, "growing"))};
}

Status keep_queue_note(store::Facts& facts, const std::string& source, const QueueNote& note) {
  return facts.set_note(key_of(source), json::serialize(json::object{
                                            {"start", note.start}, {"left", note.left}, {"growing", note.growing}}));
}

}  // namespace tanmiao::crawler
