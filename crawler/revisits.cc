#include "crawler/revisits.h"

#include "crawler/warc_read.h"

namespace tanmiao::crawler {

Status Revisits::note(WarcWriter& warc, const WarcResponse& again, const store::Part& part) const {
  if (part.capture == 0) return {};
  TANMIAO_ASSIGN(const auto kept, env_.store.facts().capture(part.capture));
  if (!kept || kept->segment.empty() || kept->bytes_hash != part.bytes_hash) return {};
  auto reader = WarcReader::open(env_.store.folder().captures(source_.id) / kept->segment);
  if (!reader) return {};  // `tanmiao check` tells what is lost
  reader->seek(kept->offset);
  const auto record = reader->peek();
  if (!record || record->type() != "response") return {};
  WarcOriginal original;
  original.id = record->id();
  original.url = record->field("WARC-Target-URI");
  original.date = record->field("WARC-Date");
  original.payload_digest = record->field("WARC-Payload-Digest");
  original.part = part.name;
  const bool not_modified = again.status == 304;
  if (!not_modified && original.payload_digest != warc_digest({again.body})) return {};
  return warc.append_revisit(again, original, not_modified ? Revisit::kNotModified : Revisit::kSamePayload,
                             again.fetched_at);
}

}  // namespace tanmiao::crawler
