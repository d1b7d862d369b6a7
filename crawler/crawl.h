// The crawl stage: sources -> captures -> records.
//
// For each approved source: frontier -> fetch (politely) -> WARC -> reader -> mapping -> records, committed in groups
// and published per source at its end. A source that breaks its contract is held: yesterday's data stays. A source that
// is not approved is not fetched and is reported as such. Folder sources (an inbox of files) need no approval for the
// network, they never touch it.
#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "core/progress.h"
#include "core/record.h"
#include "core/reference.h"
#include "crawler/accept.h"
#include "crawler/disk_floor.h"
#include "crawler/observer.h"
#include "crawler/reader_place.h"
#include "crawler/robots_state.h"
#include "crawler/stop_signs.h"
#include "crawler/tally.h"
#include "store/store.h"

namespace tanmiao::crawler {

struct Identity {
  std::string product = "TanmiaoBot/0.1";
  std::string contact;  // e-mail or URL; fetching refuses to start when empty
};

struct CrawlConfig {
  std::filesystem::path sources;                    // folder of source files
  std::vector<std::filesystem::path> more_sources;  // further folders or files
  std::filesystem::path base;                       // folder that relative inbox paths of source files start from
  std::vector<std::string> only;                    // ids; empty: all
  Identity identity;
  std::string person_key;             // secret for hashes of persons' names; lies outside the data folder
  bool allow_loopback_speed = false;  // shorter pauses than the polite default, for loopback addresses only
  std::filesystem::path stop_signs;   // the table of crawler/stop_signs.h; empty: no answer is a stop sign
  std::size_t commit_pages = 400;     // captures a commit group holds at most
  std::uint64_t least_free = 0;       // bytes of the disk with the data that stay free (disk_floor.h); 0: no floor
  DiskFloor::Measure free_bytes = crawler::free_bytes;
  Observer* observer = nullptr;  // told of what happens; nullptr: nobody
  ReaderPlace reader;            // of the process that files are read in
};

// kNotNow: outside the hours in which it may be asked.
enum class SourceOutcome { kPublished, kUnchanged, kHeld, kNotApproved, kFailed, kNotNow };

inline constexpr std::size_t kMostLostNamed = 20;

struct SourceReport {
  std::string id, title;
  SourceOutcome outcome = SourceOutcome::kPublished;
  store::BatchCounts counts;
  std::uint64_t requests = 0, bytes = 0, failed_urls = 0;
  std::uint64_t not_due = 0;                 // pages that were not asked for, see PageRule::revisit_most
  std::string why;                           // Chinese, for the report: 未批准，未抓取; 低于合同下限 ...
  std::vector<RobotsState> robots;           // of each host that was asked
  std::vector<std::string> unknown_words;    // words no table knows ("登记状态：停业整顿 ×3")
  std::vector<store::Reject> first_rejects;  // up to 20
  std::string rejects_file;
  bool rejects_can_be_fed = false;  // mended rows of it are taken back: a page is read as csv or xlsx
  std::uint64_t expected_least = 0, expected_most = 0;  // the contract's band for rows, 0 = none
  std::vector<Breach> breaches;                         // of the contract, held or accepted
  std::optional<Acceptance> accepted;                   // a person let them pass
  std::vector<UnmappedField> unmapped;                  // columns and members that no rule reads
  std::vector<SignSeen> signs;                          // stop signs, the first of each rule and host
  std::uint32_t silent_days = 0;                        // [contract] silent_days; 0: not declared
  std::vector<std::string> alarms{};                    // what a person must know before it is too late, Chinese
  std::vector<std::string> advice{};                    // what its description or its publisher is asked for, Chinese
  // "name（why）" of files of an inbox or a server, and of attachments of web pages, that could not be read: the first
  // kMostLostNamed; how many there are. Of attachments those come first that were not met before: so many.
  std::vector<std::string> lost_files{};
  std::uint64_t lost_count = 0;
  std::optional<std::uint64_t> lost_new{};
  bool no_records_yet = false;             // documents were read, and none ever gave a record
  bool first_delivery = false;             // nothing was published of it before
  std::vector<std::string> file_faults{};  // what is wrong with its source file, Chinese, with its place
  bool stopped = false;                    // the host shut programs out and was left alone for the night
};

struct CrawlReport {
  std::vector<SourceReport> sources;
  bool any_held = false;
};

// Runs or resumes the crawl of a night. `stop` ends it at the next commit point with kCancelled.
Result<CrawlReport> crawl(store::Store& store, const store::Night& night, const CrawlConfig& config,
                          const Reference& reference, Progress& progress, const std::atomic<bool>& stop);

// A person takes the breaches for which the source was held last as they stand, once: they no longer hold the next
// delivery unless it is worse, and what it gives is the measure from then on. In the audit first. Gives what was
// accepted; kUsage when the source is not held for a breach.
Result<std::vector<Breach>> accept_held(store::Store& store, const std::string& source_id, const Acceptance& acceptance,
                                        const CrawlConfig& config);

// Reads every archived response and compares it with what was noted of it; names the damaged ones. Empty when sound.
Result<std::vector<std::string>> check_captures(store::Store& store, const std::vector<std::string>& sources);

// What a source would read from a file: records as they would be stored, and rejects. Nothing is stored.
struct ParseResult {
  std::vector<Record> records;
  std::vector<store::Reject> rejects;
  std::uint64_t rows = 0;
};
Result<ParseResult> parse_file(const std::string& source_id, const std::filesystem::path& file,
                               const CrawlConfig& config, const Reference& reference);

// The register of sources as described by the files: for `tanmiao source list` and approvals. Files that are wrong are
// left out (crawler/source_files.h tells them).
struct SourceSummary {
  std::string id, title, publisher, kind;  // kind: "http", "folder" or "remote"
  std::string terms, basis;
  std::vector<std::string> hosts;
  std::string file, terms_hash;  // hash of what an approval is about
  std::string not_yet;           // why it cannot be fetched, whoever approves it; empty: it can
};
Result<std::vector<SourceSummary>> list_sources(const CrawlConfig& config);

// Reads captures again into records without network. `rejects`: feed mended rows of rejects/SOURCE.csv.
Result<SourceReport> replay(store::Store& store, const store::Night& night, const std::string& source_id,
                            std::optional<Instant> since, const CrawlConfig& config, const Reference& reference);
// The same of archived pages that the facts do not know, since they were lost: the last of each address, copied out of
// the segments that were set aside (NAME.unknown) into the source's own. Pages that are known are left alone.
Result<SourceReport> replay_unknown(store::Store& store, const store::Night& night, const std::string& source_id,
                                    std::optional<Instant> since, const CrawlConfig& config,
                                    const Reference& reference);
Result<SourceReport> feed_rejects(store::Store& store, const store::Night& night, const std::string& source_id,
                                  const std::filesystem::path& mended, const CrawlConfig& config,
                                  const Reference& reference);

}  // namespace tanmiao::crawler
