// The repositories of the facts file. One process writes (FolderLock); any number reads. Abstract, so that another
// database is another implementation behind the same wall; store/sqlite_*.cc is the embedded one.
//
// Publication: rows carry a batch id and are seen by readers once the batch is published. publish() is one transaction.
// Reads stream in a fixed order (kind, source, key) whatever order things came in, so all that is computed from them is
// reproducible.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "store/types.h"

namespace tanmiao::store {

inline constexpr int kResumeHours = 36;

class Facts {
 public:
  virtual ~Facts() = default;

  // --- nights and batches
  // The unfinished night if there is one (resumed = true, its date and clock kept, run_day and run_clock those given),
  // else a new one. A night begun more
  // than kResumeHours before `clock` is closed instead, and what it left open is given up: its clock would date today's
  // pages falsely.
  virtual Result<Night> begin_night(Date civil_date, Instant clock) = 0;
  virtual Status finish_night(NightId night) = 0;
  virtual Result<std::optional<Night>> last_night() = 0;
  // The open batch of (night, stage, source) if there is one, else a new one, in which the addresses wait that the
  // source's last batch found and did not ask for (kLeftOver), and those that it read when it was not published
  // (kAskedAgain).
  virtual Result<Batch> open_batch(const Night& night, Stage stage, std::string_view source) = 0;
  virtual Result<std::vector<Batch>> batches(NightId night) = 0;
  virtual Result<std::optional<Batch>> last_published(Stage stage, std::string_view source) = 0;
  // `breaches`: of its contract, which a person may accept; empty: it was held for another reason.
  virtual Status hold(BatchId batch, std::string_view why, std::string_view breaches = {}) = 0;
  // Batches of the source that were held since it was last published, in order.
  virtual Result<std::vector<Batch>> held_batches(std::string_view source) = 0;
  // Error kConflict when the batch is not held for breaches, or the source was published since.
  virtual Status accept_held(BatchId batch, std::string_view acceptance) = 0;
  // Cheap: a number that changes whenever a crawl batch that changed any record is published.
  virtual Result<std::uint64_t> records_generation() = 0;

  // --- crawling
  // -------------------------------------------------------------------------------------------------------
  virtual Result<std::map<std::string, Part>> parts(std::string_view source) = 0;  // as of the last published batch
  virtual Result<std::optional<Part>> part(std::string_view source, std::string_view name) = 0;  // one of them
  virtual Result<std::vector<std::string>> parts_within(std::string_view source, std::string_view prefix) = 0;  // names
  virtual Result<bool> any_parts(std::string_view source) = 0;
  // Of these parts of the batch's source those that it read or found unchanged.
  virtual Result<std::set<std::string>> parts_met(BatchId batch, const std::vector<std::string>& names) = 0;
  // In order of their ids, which is that in which they were found.
  virtual Status each_url(BatchId batch, const std::function<Status(FrontierUrl&&)>& visit) = 0;
  virtual Result<std::vector<FrontierUrl>> frontier(BatchId batch) = 0;              // all of each_url()
  virtual Result<std::vector<FrontierUrl>> urls(const std::vector<UrlId>& ids) = 0;  // committed ones, as asked
  virtual Result<UrlId> next_url_ids(std::size_t count) = 0;                         // the first of so many
  virtual Result<Asked> asked(std::string_view source, Date day) = 0;                // of all batches
  virtual Result<CaptureId> next_capture_id() = 0;
  virtual Result<std::map<std::string, std::uint64_t>> segments(std::string_view source) = 0;  // acknowledged lengths
  virtual Status commit(BatchId batch, const CrawlGroup& group) = 0;                           // one transaction
  // What is committed from here on is kept as a whole, or nothing of it: of a file that may prove to be unreadable. Any
  // thread may commit, but nothing else must be written until end_whole(), nor may it last: nobody else sees what was
  // committed, and the log of the file grows by it.
  virtual Status begin_whole() = 0;
  virtual Status end_whole(bool keep) = 0;
  // Compares with the published state, sets tombstones by `completeness`, makes everything of the batch visible. `good`
  // replaces what was kept of the last good delivery, scope by scope, in the same transaction.
  virtual Result<BatchCounts> publish_crawl(BatchId batch, Absence absence, const Tallies& good = {}) = 0;
  // What publish_crawl would count, before deciding to publish or to hold.
  virtual Result<BatchCounts> preview_crawl(BatchId batch, Absence absence) = 0;
  virtual Result<Tallies> tallies(BatchId batch) = 0;                 // of an open batch, so far
  virtual Result<Tallies> good_tallies(std::string_view source) = 0;  // as given to publish_crawl
  virtual Result<std::uint64_t> live_records(std::string_view source) = 0;
  virtual Result<std::vector<Reject>> rejects(std::string_view source, std::optional<BatchId> batch) = 0;
  virtual Result<std::optional<Capture>> capture(CaptureId id) = 0;
  virtual Result<std::vector<Capture>> captures(std::string_view source, std::optional<Instant> since) = 0;

  // After archived responses were written into other segments or removed: their captures point to the new places
  // (segment empty: only the hash is kept) and `segments` are all that the source has now, with their lengths. One
  // transaction.
  virtual Status move_captures(std::string_view source, const std::vector<Capture>& moved,
                               const std::map<std::string, std::uint64_t>& segments) = 0;

  // --- records
  // --------------------------------------------------------------------------------------------------------
  using RecordVisitor = std::function<Status(const StoredRecord&)>;
  // All visible records of the kinds (bit 1 << RecordKind), ordered by (kind, source, key).
  virtual Status each_record(const View& view, unsigned kinds, const RecordVisitor& visit) = 0;
  // For who takes in all of them and puts them in order itself: as they lie in the file, their fields not yet taken
  // apart (each_field_of_json()). `head` and `fields` hold for the call.
  using PackedVisitor = std::function<Status(const StoredRecord& head, std::string_view fields, bool has_earlier)>;
  // All records are in just one of the shares 0 .. of - 1, which that many threads may read at once: each sees what is
  // published when it begins, so that nothing may be published between.
  struct Share {
    std::uint32_t number = 0, of = 1;
  };
  virtual Status each_packed_record(const View& view, Share share, const PackedVisitor& visit) = 0;
  // Of those of the records that the view sees the versions before the visible one, the newest first. Tombstones are
  // left out.
  // `until`: the day for which the next version was stated.
  using EarlierVisitor = std::function<Status(const StoredRecord&, Date until)>;
  virtual Status each_earlier(const View& view, const std::vector<RecordId>& records, const EarlierVisitor& visit) = 0;
  virtual Result<std::vector<StoredRecord>> records_of(FirmNo firm, const View& view) = 0;  // by the live links
  virtual Result<std::vector<StoredRecord>> history(std::string_view source, RecordKind kind, std::string_view key) = 0;
  virtual Result<std::vector<StoredRecord>> records_by_id(
      const std::vector<RecordId>& ids) = 0;  // live versions, in that order
  struct RecordTotals {
    std::uint64_t records, versions, tombstones;
  };
  virtual Result<std::map<std::string, RecordTotals>> totals() = 0;  // by source

  // --- firms and links
  // ------------------------------------------------------------------------------------------------
  virtual Result<std::vector<FirmEntry>> firm_register() = 0;  // ordered by number
  // Numbers for firms that only a past day knows: given once, like all others. They continue the register.
  virtual Status add_firms(const std::vector<FirmEntry>& fresh) = 0;
  struct LinkUpdate {
    std::string generation;  // name of the columns folder already written and synced
    // Else: gives it when all else is written and nothing of it can be seen yet. An error undoes all. Asks nothing of
    // the store.
    std::function<Result<std::string>()> finish_generation = {};
    std::vector<FirmEntry> new_firms;  // numbers continue the register
    std::vector<FirmEntry> merged;     // entries whose successor is set now
    std::vector<Link> links;           // the whole live set, sorted by (record, slot); only differences are written
    std::vector<ReviewItem> reviews;   // the whole set
  };
  struct LinkDelta {
    std::uint64_t added, removed, moved;
  };
  // Writes and publishes in one transaction. Does not touch the live row.
  virtual Result<LinkDelta> publish_links(BatchId batch, const LinkUpdate& update) = 0;
  virtual Result<std::vector<Link>> links() = 0;
  virtual Result<std::vector<Link>> links_of(FirmNo firm) = 0;      // ordered by (record, slot)
  virtual Result<std::vector<Link>> links_in(RecordId record) = 0;  // ordered by slot
  // The newest; nullopt before the first.
  virtual Result<std::optional<NameModelEntry>> name_model() = 0;
  virtual Status keep_name_model(const NameModelEntry& model) = 0;
  virtual Result<std::vector<ReviewItem>> reviews(std::size_t offset, std::size_t limit) = 0;
  virtual Result<std::uint64_t> review_count() = 0;  // of those that were not linked

  // --- runs, leads, what is live
  // --------------------------------------------------------------------------------------
  virtual Status add_run(const RunEntry& run) = 0;   // idempotent by id
  virtual Result<std::vector<RunEntry>> runs() = 0;  // newest first
  virtual Result<std::optional<RunEntry>> run(std::string_view id) = 0;
  // Records what a run proposes: known leads are updated, missing ones become not current.
  virtual Status propose(const RunEntry& run, const std::vector<std::pair<FirmNo, std::uint32_t>>& firm_and_rank) = 0;
  virtual Result<std::vector<Lead>> leads(std::string_view campaign) = 0;
  virtual Result<Live> live() = 0;
  virtual Status set_live(const Live& live) = 0;
  // Free text kept with the facts ("fingerprint of stage inputs" and the like).
  virtual Result<std::string> note(std::string_view key) = 0;  // empty when unknown
  virtual Status set_note(std::string_view key, std::string_view value) = 0;

  // Canonical dump of all that is visible (records, versions, links, leads; natural keys, no row ids, no fetch times),
  // one line an item, in a fixed order. Two stores are equal when their dumps are.
  virtual Status dump(const std::function<void(std::string_view line)>& line) = 0;
  // Damage found: integrity of the file, hashes of records, dangling references. Empty when sound.
  virtual Result<std::vector<std::string>> check() = 0;
};

}  // namespace tanmiao::store
