#include "crawler/accept.h"

#include <boost/json.hpp>

#include "crawler/crawl_sources.h"
#include "crawler/remote_ledger.h"

namespace tanmiao::crawler {

namespace {
namespace json = boost::json;
}

std::string acceptance_json(const Acceptance& acceptance) {
  return json::serialize(
      json::object{{"by", acceptance.by}, {"reason", acceptance.reason}, {"at", iso(acceptance.at)}});
}

Acceptance acceptance_from_json(std::string_view text) {
  Acceptance out;
  boost::system::error_code failed;
  const auto parsed = json::parse(text, failed);
  const auto* const object = failed ? nullptr : parsed.if_object();
  if (object == nullptr) return out;
  const auto member = [&](std::string_view name) {
    const auto* const value = object->if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
  };
  out.by = member("by");
  out.reason = member("reason");
  if (const auto at = parse_iso_instant(member("at"))) out.at = *at;
  return out;
}

std::string accepted_in_words(const Acceptance& acceptance, const std::vector<Breach>& breaches) {
  return "不合约定之处已由人工接受（" + acceptance.by + "：" + acceptance.reason + "）：" + in_words(breaches);
}

Result<std::vector<Breach>> accept_held(store::Store& store, const std::string& source_id, const Acceptance& acceptance,
                                        const CrawlConfig& config) {
  CrawlConfig one = config;
  one.only = {source_id};
  TANMIAO_ASSIGN(const auto sources, chosen_sources(one));  // names the nearest when there is none of this id
  TANMIAO_ASSIGN(const auto held, store.facts().held_batches(source_id));
  for (auto batch = held.rbegin(); batch != held.rend(); ++batch) {
    if (batch->breaches.empty()) continue;  // unreadable, cut off: nothing that could be a new normal
    std::vector<Breach> breaches = breaches_from_json(batch->breaches);
    json::array told;
    for (const Breach& breach : breaches)
      told.push_back(json::object{{"kind", breach_word(breach.kind)}, {"text", breach.text}});
    const json::object detail{
        {"reason", acceptance.reason}, {"held_on", iso(civil_day(batch->clock))}, {"breaches", std::move(told)}};
    TANMIAO_TRY(store.people().audit(acceptance.by, "crawl.accept", source_id, json::serialize(detail), acceptance.at));
    TANMIAO_TRY(store.facts().accept_held(batch->id, acceptance_json(acceptance)));
    return breaches;
  }
  TANMIAO_ASSIGN(const auto gaps, accept_gaps(store, source_id, acceptance));
  if (!gaps.empty()) {
    std::vector<Breach> breaches;
    for (const std::string& text : gaps) breaches.push_back({BreachKind::kGap, {}, 0, 0, text});
    return breaches;
  }
  return Error{Errc::kUsage,
               held.empty() ? "is not held: there is nothing to accept"
                            : "is held because it could not be read, which cannot be accepted: " + held.back().note,
               source_id};
}

}  // namespace tanmiao::crawler
