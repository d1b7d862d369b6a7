#include "crawler/revisits.h"

#include "crawler/replay.h"
#include "crawler/warc_read.h"

namespace tanmiao::crawler {

Status Revisits::note(WarcWriter& warc, const WarcResponse& again, const std::string& part,
                      const std::map<std::string, store::Part>& parts) {
  if (!kept_) {
    TANMIAO_ASSIGN(const auto captures, env_.store.facts().captures(source_.id, std::nullopt));
    kept_.emplace();
    for (const auto& [url, capture] : replayable_captures(captures, parts))
      kept_->emplace(url, Kept{capture.segment, capture.offset});
  }
  const auto found = kept_->find(part);
  if (found == kept_->end()) return {};
  auto reader = WarcReader::open(env_.store.folder().captures(source_.id) / found->second.segment);
  if (!reader) return {};  // `tanmiao check` tells what is lost
  reader->seek(found->second.offset);
  const auto record = reader->peek();
  if (!record || record->type() != "response") return {};
  WarcOriginal original;
  original.id = record->id();
  original.url = record->field("WARC-Target-URI");
  original.date = record->field("WARC-Date");
  original.payload_digest = record->field("WARC-Payload-Digest");
  original.part = part;
  const bool not_modified = again.status == 304;
  if (!not_modified && original.payload_digest != warc_digest({again.body})) return {};
  return warc.append_revisit(again, original, not_modified ? Revisit::kNotModified : Revisit::kSamePayload,
                             again.fetched_at);
}

}  // namespace tanmiao::crawler
