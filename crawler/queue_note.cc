#include "crawler/queue_note.h"

#include <algorithm>
#include <boost/json.hpp>
#include <string_view>
#include <utility>

#include "core/hash.h"
#include "crawler/patterns.h"

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

std::uint64_t links_hash(const Source& source) {
  std::string text;
  const auto add = [&](std::string_view part) { text.append(part).push_back('\n'); };
  for (const PageRule& page : source.pages) {
    for (const std::string_view part : {std::string_view(page.role), std::string_view(page.reader)}) add(part);
    add(page.paging.kind == PagingRule::Kind::kNone ? "" : "goes on");
    for (const LinkRule& link : page.links) {
      for (const std::string* const part :
           {&link.xpath, &link.match, &link.each, &link.address, &link.only, &link.role})
        add(*part);
      for (const auto& [pointer, wanted] : link.where) add(pointer), add(wanted);
    }
  }
  return hash64(text);
}

// Sitemaps lead to sitemaps, and lists to their further pages, without a rule.
bool may_lead_to(const Source& source, const std::string& role, std::string_view address) {
  const std::string_view url = url_of(address);
  return std::any_of(source.pages.begin(), source.pages.end(), [&](const PageRule& page) {
    if (page.role == role && (page.reader == "sitemap" || page.paging.kind != PagingRule::Kind::kNone)) return true;
    return std::any_of(page.links.begin(), page.links.end(), [&](const LinkRule& link) {
      return link.role == role && (link.only.empty() || re2::RE2::PartialMatch(url, pattern(link.only)));
    });
  });
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
                   static_cast<int>(number_in(object, "growing")), number_in(object, "links")};
}

Status keep_queue_note(store::Facts& facts, const std::string& source, const QueueNote& note) {
  return facts.set_note(
      key_of(source),
      json::serialize(
          json::object{{"start", note.start}, {"left", note.left}, {"growing", note.growing}, {"links", note.links}}));
}

}  // namespace tanmiao::crawler
