// What store/'s repositories speak of.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/record.h"

namespace tanmiao::store {

using RecordId = std::uint64_t;  // row of the record register; not stable across rebuilds, never in an output
using VersionId = std::uint64_t;
using CaptureId = std::uint64_t;
using UrlId = std::uint64_t;
using BatchId = std::uint64_t;
using NightId = std::uint64_t;
using FirmNo = std::uint32_t;  // dense from 1, never used again; Xapian document id and column row
inline constexpr FirmNo kNoFirm = 0;

// Which state of the world a reader wants. Versions of a record stand in the order of the days they were stated for.
// One is seen when public_date <= as_of and seen_at <= known_at; of several the last. Without either: the live state.
// A version that follows another says something new of a known thing: when its public date is an estimate, it could be
// known from the day it was stated for and no earlier.
struct View {
  std::optional<Date> as_of;
  std::optional<Instant> known_at;
};

// A night: its civil date and clock are fixed at its start and kept when it resumes.
struct Night {
  NightId id = 0;
  Date civil_date{};
  Instant clock{};
  bool finished = false;
  bool resumed = false;  // it was begun by an earlier process
  // Of the command that runs it now: a night that is taken up a day later is dated as it was begun, while what hosts
  // may be asked is of today. The epoch: as the night.
  Instant run_clock{};
  Date run_day{};
  Instant now() const { return run_clock == Instant{} ? clock : run_clock; }
  Date today() const { return run_day == Date{} ? civil_date : run_day; }
};

enum class Stage : std::uint8_t { kCrawl = 1, kLink, kIndex, kMine, kPropose };
enum class BatchState : std::uint8_t { kOpen = 1, kPublished = 2, kHeld = 3, kAbandoned = 4 };

struct BatchCounts {
  std::uint64_t read = 0;  // rows or documents that were offered
  std::uint64_t rejected = 0;
  std::uint64_t fresh = 0;    // new records
  std::uint64_t changed = 0;  // new versions of known records
  std::uint64_t gone = 0;     // tombstones
  std::uint64_t missing = 0;  // not seen, but not often enough for a tombstone: still shown
  std::uint64_t same = 0;
  std::uint64_t parts = 0;       // pages or files read
  std::uint64_t parts_same = 0;  // of them unchanged and therefore not read again
  std::uint64_t older = 0;       // versions stated before the live one: they went beneath it
  std::uint64_t contested = 0;   // keys that came with differing contents; the last by (part, line) was taken
};

struct Batch {
  BatchId id = 0;
  NightId night = 0;
  Stage stage = Stage::kCrawl;
  std::string source;  // empty for the stages after crawl
  BatchState state = BatchState::kOpen;
  BatchCounts counts;
  std::string note;        // why it was held
  Instant clock{};         // of its night
  std::string breaches{};  // of its contract, when it was held for them; JSON of the crawler's
  std::string accepted{};  // a person takes them for the new normal; JSON of the crawler's
};

// Counters of a delivery: scope (a page description, a file) -> what is counted -> how often. Of a counter whose name
// begins with '^' the highest value counts, others are added up. What the names mean is the crawler's affair.
using Tallies = std::map<std::string, std::map<std::string, std::int64_t>>;

// A record as it lies in the store.
struct StoredRecord {
  Record record;
  RecordId id = 0;
  VersionId version = 0;
  std::uint64_t hash = 0;                        // content_hash(record)
  Instant first_seen{}, last_seen{}, seen_at{};  // seen_at: of this version
  Date first_stated{};                           // the first day this version was stated for
  bool tombstone = false;                        // readers without `with_tombstones` never see these
};

// A part: what a source is re-read by (one URL, one file of a folder). Known parts with equal hashes are not read
// again.
struct Part {
  std::string name;
  std::uint64_t bytes_hash = 0;    // of the raw bytes
  std::uint64_t reading_hash = 0;  // of the source's description and the reader's version
  std::string etag, last_modified;
  std::optional<Date> stated{};  // as Record::stated; absences are stated for this day too
  // Of pages that are not asked for each night: the civil day of the last answer, and how many days later it is due.
  std::optional<Date> checked{};
  std::uint16_t interval = 0;
  std::uint64_t content_hash = 0;  // of the records it gave, whatever else its bytes say; 0: not known
  CaptureId capture = 0;           // that it was last read from; 0: not known, or a file
  std::optional<Instant> seen{};   // clock of the last published batch that met it; of commits not looked at
};

struct Capture {
  CaptureId id = 0;
  std::string source, url;
  std::string segment;       // file name below captures/SOURCE; empty when only the hash is kept
  std::uint64_t offset = 0;  // of the gzip member
  Instant fetched_at{};
  int status = 0;  // HTTP status; 0 for files of a folder
  std::uint64_t bytes = 0, bytes_hash = 0;
  std::string robots;  // "allowed: line 4", "no robots.txt (404)", "not applicable"
};

// Leased: about to be asked for, or asked for already when the process died; committed before the request goes out.
inline constexpr const char* kLeftOver = "前夜未及";
inline constexpr const char* kAskedAgain = "前夜未发布";
enum class UrlState : std::uint8_t { kWaiting = 1, kDone = 2, kFailed = 3, kRefused = 4, kLeased = 5 };
struct FrontierUrl {
  std::string url, referrer,
      role;  // role: which page description of the source reads it ("list", "detail", "attachment")
  std::uint16_t depth = 0;
  UrlState state = UrlState::kWaiting;
  std::uint16_t attempts = 0;
  std::string note;  // why failed or refused; kLeftOver of one that an earlier night found and did not ask for,
                     // kAskedAgain of one that it read in a batch that was not published
  std::int16_t priority = 0;  // of its page description; the higher goes first
  UrlId id = 0;               // of next_url_ids()
};

// When a page that answered is due again.
struct Revisit {
  std::string part;
  Date checked{};
  std::uint16_t interval = 0;  // days
};

struct Reject {
  std::string source, part;
  std::uint32_t line = 0;
  std::string field, value, expected;
  std::string row;  // the whole row as CSV, so that it can be mended and fed again
  // Which record the row spoke of, when that much could be read: what it said last then stays instead of vanishing.
  std::optional<RecordKind> kind{};
  std::string key{};
};

// What a source asked of its hosts on one civil day, whatever became of it.
struct Asked {
  std::uint64_t requests = 0, bytes = 0;
};

// What one crawl step has to make durable together: either all of it is there after a crash or nothing.
struct CrawlGroup {
  std::vector<Capture> captures;          // ids are given by the caller: capture_id(), in order
  std::vector<FrontierUrl> urls;          // by id: inserted, or their state updated
  std::vector<Part> parts;                // read in this batch
  std::vector<std::string> parts_same;    // seen again unchanged, or not due: their records stay
  std::vector<std::string> parts_unseen;  // may not be looked at: their records stay, as if nobody had asked
  std::vector<Revisit> revisits;          // of `parts` and `parts_same`
  std::vector<Record> records;
  std::vector<Reject> rejects;
  std::uint64_t rows_read = 0;
  Tallies tallies;      // of what was read in this group, added to those of the batch
  std::string segment;  // the WARC file that was synced, and its length: recovery cuts it back to this
  std::uint64_t segment_length = 0;
  Asked asked;       // of the source's hosts since the last group
  Date asked_day{};  // Night::today(); the epoch: the civil date of the night
};

// How absence is understood when a source's batch is published.
enum class Completeness : std::uint8_t {
  kComplete,    // the whole source was seen: records not seen again get a tombstone
  kByPart,      // each part that was read again is complete in itself; parts not seen keep their records
  kAppendOnly,  // absence means nothing (weekly deliveries)
};

// Completeness, and how many deliveries in a row must lack a record before it counts as gone: a page that fails or
// moves for one night takes nothing away.
struct Absence {
  Absence(Completeness is,
          std::uint16_t deliveries = 1)  // NOLINT(google-explicit-constructor): most sources say no more
      : completeness(is), misses(deliveries) {}
  Completeness completeness;
  std::uint16_t misses;
};

// Why a record belongs to a firm.
enum class LinkReason : std::uint8_t {
  kCode = 1,    // same credit code
  kName,        // same exact name key, one firm only
  kNameCounty,  // several firms share the key; the county decided
  kFormerName,  // equals a former name
  kBranch,      // the record names a branch; linked to its parent
  kTransfer,    // became owner by a legal event
  kDecision,    // a person said so
  kOwn,         // the firm exists because of this record (no code, name only)
  kNameDate,    // several firms bear or bore the name; one of them existed on the day
  kNear,        // the names are not equal; the probability is high enough for the use (LinkConfig::link_from)
  kSuccession,  // became owner when it absorbed the firm that was
};
std::string_view link_reason_name(LinkReason reason);

struct Link {
  RecordId record = 0;
  FirmNo firm = kNoFirm;
  LinkReason reason = LinkReason::kCode;
  std::uint16_t slot = 0;  // which name of the record (0-based applicant number)
  bool operator==(const Link&) const = default;
};

// A name that could not be linked for certain, waiting for a person.
inline constexpr std::string_view kNoSuchName =
    "登记数据中没有这个名称";  // ReviewItem::why of a name that nobody bears
struct ReviewItem {
  std::string source, key;  // the record
  std::uint16_t slot = 0;
  std::string name;                // as published
  std::vector<FirmNo> candidates;  // in order of firm number
  std::string why;                 // "3 firms share this name and the record names no county"
  RecordKind kind = RecordKind::kFirm;
  std::int64_t value = 0;  // what a ruling would change, in thousandths of a point; the queue is in its order
  std::string
      detail{};  // JSON array, best first: {"firm", "probability", "bits", "factors": [{"field", "text", "bits"}]}
  FirmNo linked = kNoFirm;  // it was linked to this firm by probability: it waits for nobody, and anybody may object
};

// By what names that are not equal are compared, as it was frozen on a day.
struct NameModelEntry {
  std::string version;  // hash of the body
  Instant made{};
  std::string note;  // why it was made
  std::string body;
};

// A firm's entry in the register of numbers. `identity` is "code:<USCI>" or "name:<exact key>@<county or prefecture
// code>".
struct FirmEntry {
  FirmNo no = kNoFirm;
  std::string identity;
  FirmNo successor = kNoFirm;  // points on after a merge
};

struct RunEntry {
  std::string id;  // first 16 hex digits of the hash of all inputs
  std::string campaign;
  Date as_of{};
  std::string snapshot;             // link generation it was mined from
  std::string rubric, inputs_json;  // what went into the hash, readable
  Instant created{};
  std::uint64_t candidates = 0;
  std::optional<Instant> known_at{};  // of the view it was mined from
  bool live = true;                   // false: of a past day, not what lists show
};

// A lead: a firm that a run proposed. Rebuildable; what people did with it is in the pool.
struct Lead {
  FirmNo firm = kNoFirm;
  std::string campaign;
  std::string first_run, last_run;
  Date first_proposed{}, last_proposed{};
  std::uint32_t rank = 0;
  bool current = true;  // false: the last run no longer proposes it
};

// What is live. Written last, in one row.
struct Live {
  std::string snapshot;                                   // generation of columns and links
  std::string index;                                      // generation of the index
  std::vector<std::pair<std::string, std::string>> runs;  // campaign id -> run id, sorted
};

}  // namespace tanmiao::store
