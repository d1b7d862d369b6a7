// Records of a source from its archive alone, after a loss of the facts.
#include <algorithm>
#include <tuple>

#include "core/hash.h"
#include "crawler/address.h"
#include "crawler/crawl_sources.h"
#include "crawler/fetcher.h"
#include "crawler/replay.h"
#include "crawler/scope.h"
#include "crawler/warc_read.h"

namespace tanmiao::crawler {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t kMostUnpacked = std::uint64_t{512} << 20;

Result<std::vector<fs::path>> unknown_segments(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed))
    if (at->path().filename().string().find(".warc.gz.unknown") != std::string::npos) found.push_back(at->path());
  if (failed) return Error{Errc::kIo, "cannot read the folder of captures: " + failed.message(), folder.string()};
  std::sort(found.begin(), found.end());
  return found;
}

class Adopting {
 public:
  Adopting(const CrawlEnv& env, const Source& source, store::BatchId id)
      : env_(env),
        source_(source),
        scope_(source.scope),
        batch_(env, source, id),
        folder_(env.store.folder().captures(source.id)) {}

  Result<SourceReport> run(std::optional<Instant> since) {
    store::Facts& facts = env_.store.facts();
    TANMIAO_ASSIGN(const auto segments, facts.segments(source_.id));
    // Sets aside what lies there when no segment is known.
    TANMIAO_ASSIGN(batch_.warc, WarcWriter::open(folder_, segments, env_.config.identity.product));
    TANMIAO_ASSIGN(parts_, facts.parts(source_.id));
    TANMIAO_ASSIGN(const auto files, unknown_segments(folder_));
    for (const fs::path& file : files) TANMIAO_TRY(look_through(file, since));
    for (const auto& [part, place] : last_) TANMIAO_TRY(adopt(part, place));
    const auto completeness = source_.completeness == store::Completeness::kAppendOnly
                                  ? store::Completeness::kAppendOnly
                                  : store::Completeness::kByPart;
    TANMIAO_ASSIGN(SourceReport report, batch_.finish({}, completeness));
    if (damaged_ > 0) report.why += (report.why.empty() ? "" : "；") + std::to_string(damaged_) + " 个存档文件有损坏";
    return report;
  }

 private:
  struct Place {
    Instant at{};
    fs::path file;
    std::uint64_t offset = 0;
  };

  Status look_through(const fs::path& file, std::optional<Instant> since) {
    TANMIAO_ASSIGN(WarcReader reader, WarcReader::open(file));
    for (;;) {
      const auto record = reader.next();
      if (!record) ++damaged_;
      if (!record || !*record) return {};
      if ((*record)->type() != "response") continue;  // NOLINT(bugprone-unchecked-optional-access): looked at above
      const auto response =
          response_of(**record, file.string());  // NOLINT(bugprone-unchecked-optional-access): looked at above
      const auto url = response ? parse_address(response->url) : Error{};
      if (!url || (since && response->fetched_at < *since)) continue;
      const std::string part = plain_address(scope_, *url);
      if (parts_.contains(part)) continue;
      Place& place = last_[part];
      if (place.file.empty() || place.at <= response->fetched_at)
        place = {response->fetched_at, file,
                 (*record)->offset};  // NOLINT(bugprone-unchecked-optional-access): looked at above
    }
  }

  Status adopt(const std::string& part, const Place& place) {
    TANMIAO_ASSIGN(WarcReader reader, WarcReader::open(place.file));
    reader.seek(place.offset);
    TANMIAO_ASSIGN(const auto record, reader.next());
    if (!record) return Error{Errc::kCorrupt, "the record is gone", place.file.string()};
    TANMIAO_ASSIGN(const WarcResponse response, response_of(*record, place.file.string()));
    std::string body;
    if (!decoded_body(response.head, response.body, kMostUnpacked, body)) return ++damaged_, Status();
    if (!batch_.warc->is_open()) {  // NOLINT(bugprone-unchecked-optional-access): looked at above
      // NOLINTNEXTLINE(bugprone-unchecked-optional-access): looked at above
      TANMIAO_TRY(batch_.warc->begin_segment(response.fetched_at));
    }
    TANMIAO_ASSIGN(const auto copied, copy_with_companions(reader, *record));
    store::Capture capture;
    TANMIAO_ASSIGN(capture.id, env_.store.facts().next_capture_id());
    capture.source = source_.id;
    capture.url = part;
    capture.segment = copied.segment;
    capture.offset = copied.offset;
    capture.fetched_at = response.fetched_at;
    capture.status = response.status;
    capture.bytes = response.body.size();
    capture.bytes_hash = hash64(body);
    capture.robots = response.robots;
    batch_.group.captures.push_back(capture);
    return reread_page(
        env_, batch_, response, capture,
        {part, capture.bytes_hash, 0, header_of(response.head, "ETag"), header_of(response.head, "Last-Modified")});
  }

  // Request and metadata stand behind their response.
  Result<WarcWriter::Place> copy_with_companions(WarcReader& reader, const WarcRecord& response) {
    std::uint64_t end = reader.offset();
    for (;;) {
      const auto next = reader.next();
      // NOLINTNEXTLINE(bugprone-unchecked-optional-access): looked at in the same line
      if (!next || !*next || (*next)->field("WARC-Concurrent-To") != response.id()) break;
      end = reader.offset();
    }
    TANMIAO_ASSIGN(const std::string members, reader.packed(response.offset, end));
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): opened by the caller
    return batch_.warc->append_member(members);
  }

  const CrawlEnv& env_;
  const Source& source_;
  Scope scope_;
  CrawlBatch batch_;
  fs::path folder_;
  std::map<std::string, store::Part> parts_;
  std::map<std::string, Place> last_;  // of each address the last response
  std::uint64_t damaged_ = 0;
};

}  // namespace

Result<SourceReport> replay_unknown(store::Store& store, const store::Night& night, const std::string& source_id,
                                    std::optional<Instant> since, const CrawlConfig& config,
                                    const Reference& reference) {
  CrawlConfig one = config;
  one.only = {source_id};
  const std::atomic<bool> stop = false;
  const CrawlEnv env{store, night, one, reference, silent_progress(), stop};
  TANMIAO_ASSIGN(const std::vector<Source> sources, chosen_sources(one));
  const Source& source = sources.front();
  if (source.folder)
    return Error{Errc::kUsage, "a folder of files has no archive: its files are read again", source_id};
  TANMIAO_ASSIGN(const auto refused, why_not_reread(store.facts(), night, source));
  if (refused) return *refused;
  TANMIAO_ASSIGN(const store::Batch opened, open_batch_by(store.facts(), night, source.id, kByReplay));
  return Adopting(env, source, opened.id).run(since);
}

}  // namespace tanmiao::crawler
