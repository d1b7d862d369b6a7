// The four states of a right on a day.
#include <algorithm>

#include "miner/facts.h"

namespace tanmiao::miner {
namespace {

// What the legal events public by the day say, walked in order of date.
struct History {
  bool granted = false, ended = false;
  Day shown_alive = kNoDay;  // the last event that presupposes a right in force
};

History walk(const Context& context, std::uint32_t patent) {
  History history;
  const auto& events = context.snapshot.events;
  const auto [first, last] = context.snapshot.events_of(patent);
  for (std::uint32_t i = first; i < last; ++i) {
    if (!context.known(events.public_date[i], events.date[i], 0) || events.date[i] > context.day) continue;
    switch (static_cast<PatentEvent>(events.event[i])) {
      case PatentEvent::kGrant:
        history.granted = true;
        history.shown_alive = events.date[i];
        break;
      case PatentEvent::kRestored:
        history.ended = false;
        if (history.granted) history.shown_alive = events.date[i];
        break;
      case PatentEvent::kInForce:
        history.granted = true;
        history.ended = false;
        history.shown_alive = events.date[i];
        break;
      case PatentEvent::kPartlyInvalidated:
      case PatentEvent::kPledge:
      case PatentEvent::kPreservation:
        if (!history.ended) history.shown_alive = events.date[i];
        break;
      case PatentEvent::kRefused:
      case PatentEvent::kDeemedWithdrawn:
      case PatentEvent::kDeemedAbandoned:
      case PatentEvent::kLapsedFee:
      case PatentEvent::kLapsedOther:
      case PatentEvent::kExpired:
      case PatentEvent::kInvalidated:
      case PatentEvent::kDead: history.ended = true; break;
      default:  // transfers and licences are of applications too: they do not show a right in force
        break;
    }
  }
  return history;
}

bool status_known(const Context& context, const History& history, Day granted) {
  const auto fresh_from = to_day(add_months(context.as_of, -context.card.event_fresh_months));
  if (history.shown_alive != kNoDay && history.shown_alive >= fresh_from) return true;
  if (context.feed_to == kNoDay || context.feed_to < context.day - context.card.feed_fresh_days) return false;
  if (history.shown_alive != kNoDay) return true;
  return granted != kNoDay && granted >= context.feed_from;
}

bool granted_by(const Context& context, const History& history, std::uint32_t patent) {
  const auto& patents = context.snapshot.patents;
  const Day on = patents.granted[patent];
  return history.granted || (on != kNoDay ? on <= context.day : patents.granted_by_kind[patent] != 0);
}

}  // namespace

bool was_granted(const Context& context, std::uint32_t patent) {
  return granted_by(context, walk(context, patent), patent);
}

std::optional<IpState> ip_state(const Context& context, std::uint32_t patent) {
  const auto& patents = context.snapshot.patents;
  const Day day = context.day, filing = patents.filing[patent], granted_on = patents.granted[patent];
  if (!context.known(patents.public_date[patent], granted_on, 0) || (filing != kNoDay && filing > day))
    return std::nullopt;
  const History history = walk(context, patent);
  const auto kind = static_cast<PatentKind>(patents.kind[patent]);
  const auto filed = from_day(filing);
  if (history.ended) return IpState::kDead;
  if (filed && kind != PatentKind::kUnknown && term_end(kind, *filed) <= context.as_of) return IpState::kDead;
  if (granted_by(context, history, patent))
    return status_known(context, history, granted_on) ? IpState::kValid : IpState::kUnverified;
  if (kind == PatentKind::kUnknown) return IpState::kUnverified;
  // An old application of which nothing more is known was decided long ago, one way or the other.
  const bool old = filed && add_months(*filed, 12 * context.card.pending_years) <= context.as_of;
  return old ? IpState::kUnverified : IpState::kPending;
}

}  // namespace tanmiao::miner
