#include "store/record_origin.h"

#include <algorithm>

namespace tanmiao::store {

Result<std::optional<RecordOrigin>> origin_of(Facts& facts, const View& view, RecordKind kind, std::string_view source,
                                              std::string_view key) {
  TANMIAO_ASSIGN(const auto versions, facts.history(source, kind, key));
  const auto seen = std::find_if(versions.rbegin(), versions.rend(), [&](const StoredRecord& version) {
    return !version.tombstone && (!view.as_of || version.record.public_date <= *view.as_of) &&
           (!view.known_at || version.seen_at <= *view.known_at);
  });
  if (seen == versions.rend()) return std::optional<RecordOrigin>();
  RecordOrigin origin{civil_day(seen->seen_at), seen->record.origin.part, seen->record.origin.line, {}, 0};
  if (seen->record.origin.capture != 0) {
    TANMIAO_ASSIGN(const auto capture, facts.capture(seen->record.origin.capture));
    if (capture) origin.segment = capture->segment, origin.offset = capture->offset;
  }
  return std::optional(std::move(origin));
}

}  // namespace tanmiao::store
