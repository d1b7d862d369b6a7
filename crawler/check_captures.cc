// Damage among the archived responses: each is read at its place, unpacked and hashed again.
#include "core/hash.h"
#include "crawler/crawl.h"
#include "crawler/fetcher.h"
#include "crawler/warc.h"

namespace tanmiao::crawler {
namespace {

constexpr std::uint64_t kMostBody = std::uint64_t{512} << 20;

// Empty when the response lies there as it came.
std::string damage_of(const store::Store& store, const store::Capture& capture) {
  const auto file = store.folder().captures(capture.source) / capture.segment;
  const std::string place = file.string() + ":" + std::to_string(capture.offset) + ": ";
  const auto response = read_warc(file, capture.offset);
  if (!response) return place + response.error().message;
  std::string body;
  if (!decoded_body(response->head, response->body, kMostBody, body)) return place + "the body cannot be unpacked";
  if (hash64(body) != capture.bytes_hash) return place + "the body differs from what was fetched";
  return {};
}

}  // namespace

Result<std::vector<std::string>> check_captures(store::Store& store, const std::vector<std::string>& sources) {
  std::vector<std::string> damage;
  for (const std::string& source : sources) {
    TANMIAO_ASSIGN(const auto captures, store.facts().captures(source, std::nullopt));
    for (const store::Capture& capture : captures) {
      if (capture.segment.empty()) continue;  // a file of a folder: only its hash was kept
      if (std::string found = damage_of(store, capture); !found.empty()) damage.push_back(std::move(found));
    }
  }
  return damage;
}

}  // namespace tanmiao::crawler
