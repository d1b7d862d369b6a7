// Damage in the archive: every record is read at its place, unpacked and compared with its digests; every capture with
// what was noted of it.
#include <algorithm>
#include <map>

#include "core/hash.h"
#include "crawler/crawl.h"
#include "crawler/fetcher.h"
#include "crawler/warc_read.h"

namespace tanmiao::crawler {
namespace {

constexpr std::uint64_t kMostBody = std::uint64_t{512} << 20;
using Captures = std::map<std::uint64_t, store::Capture>;  // of a segment, by offset

// Empty when the response is what was noted.
std::string difference(const WarcRecord& record, const store::Capture& capture) {
  const auto response = response_of(record, {});
  if (!response) return response.error().message;
  if (record.type() != "response") return "not the response that lay here";
  std::string body;
  if (!decoded_body(response->head, response->body, kMostBody, body)) return "the body cannot be unpacked";
  if (hash64(body) != capture.bytes_hash) return "the body differs from what was fetched";
  return {};
}

// Behind a damaged record the next capture is where reading can go on.
void check_segment(const std::filesystem::path& file, std::uint64_t length, const Captures& captures,
                   std::vector<std::string>& damage) {
  auto reader = WarcReader::open(file, length);
  if (!reader) {
    for (const auto& [offset, capture] : captures)
      damage.push_back(file.string() + ":" + std::to_string(offset) + ": " + reader.error().message);
    if (captures.empty()) damage.push_back(reader.error().text());
    return;
  }
  while (reader->offset() < length) {
    const std::uint64_t here = reader->offset();
    const std::string place = file.string() + ":" + std::to_string(here) + ": ";
    const auto capture = captures.find(here);
    const auto next = captures.upper_bound(here);
    const std::uint64_t most = next == captures.end() ? length : next->first;
    const auto record = reader->next();
    std::string found;
    if (!record)
      found = record.error().message;
    else if (!*record)
      found = "the segment is shorter than what was acknowledged";
    else if (reader->offset() > most)
      found = "a record that reaches over the next page";
    else if (!(*record)->digest_holds())  // NOLINT(bugprone-unchecked-optional-access): looked at above
      found = "the record differs from its digest";
    else if (capture != captures.end())
      found = difference(**record, capture->second);  // NOLINT(bugprone-unchecked-optional-access): looked at above
    if (!found.empty()) damage.push_back(place + found);
    if (!record || !*record || reader->offset() > most) reader->seek(most);
  }
}

}  // namespace

Result<std::vector<std::string>> check_captures(store::Store& store, const std::vector<std::string>& sources) {
  std::vector<std::string> damage;
  for (const std::string& source : sources) {
    TANMIAO_ASSIGN(const auto captures, store.facts().captures(source, std::nullopt));
    TANMIAO_ASSIGN(const auto segments, store.facts().segments(source));
    std::map<std::string, Captures> of_segment;
    for (const auto& [name, length] : segments) of_segment[name];
    for (const store::Capture& capture : captures)  // of a file of a folder only the hash was kept
      if (!capture.segment.empty()) of_segment[capture.segment][capture.offset] = capture;
    for (const auto& [name, in_it] : of_segment) {
      const auto file = store.folder().captures(source) / name;
      const auto acknowledged = segments.find(name);
      if (acknowledged == segments.end()) {
        damage.push_back(file.string() + ": captures lie in a segment that was never acknowledged");
        continue;
      }
      check_segment(file, acknowledged->second, in_it, damage);
    }
  }
  return damage;
}

}  // namespace tanmiao::crawler
