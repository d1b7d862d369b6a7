// Facts in one SQLite file. One class, its methods spread over sqlite_facts_*.cc by repository.
#pragma once

#include <atomic>
#include <optional>
#include <unordered_map>

#include "store/checkpoints.h"
#include "store/facts.h"
#include "store/sqlite.h"
#include "store/staged_counts.h"

namespace tanmiao::store {

// What a delivery lacks: it gets a tombstone, or is missed once more. Ascending.
struct Vanished {
  std::vector<RecordId> gone, missing;
};

// Of the rows s of one record r: they do not go on top of its history just so (SqliteFacts::settle_histories).
#define TANMIAO_UNSETTLED "(count(*) > 1 OR (max(s.version IS NOT NULL) AND min(s.stated) < max(r.stated)))"

// A record that was never published has room in this column for what its publication adds (GroupWriter).
#define TANMIAO_ROOM_TAKEN "missed_on = CASE WHEN live_version IS NULL THEN NULL ELSE missed_on END"

// What a batch would change.
struct Survey {
  BatchId batch = 0;
  Absence absence;
  std::int64_t written = 0, elsewhere = 0;  // state of the file: Database::written(), PRAGMA data_version
  Vanished vanished;
  BatchCounts counts;
  bool unsettled = false;
};

class SqliteFacts final : public Facts {
 public:
  // Throws sql::Failure. Brings the file forward when it may be written.
  SqliteFacts(const std::filesystem::path& path, sql::Database::Mode mode);

  Result<Night> begin_night(Date civil_date, Instant clock) override;
  Status finish_night(NightId night) override;
  Result<std::optional<Night>> last_night() override;
  Result<Batch> open_batch(const Night& night, Stage stage, std::string_view source) override;
  Result<std::vector<Batch>> batches(NightId night) override;
  Result<std::optional<Batch>> last_published(Stage stage, std::string_view source) override;
  Status hold(BatchId batch, std::string_view why, std::string_view breaches) override;
  Result<std::vector<Batch>> held_batches(std::string_view source) override;
  Status accept_held(BatchId batch, std::string_view acceptance) override;
  Result<std::uint64_t> records_generation() override;

  Result<std::map<std::string, Part>> parts(std::string_view source) override;
  Result<std::optional<Part>> part(std::string_view source, std::string_view name) override;
  Result<std::vector<std::string>> parts_within(std::string_view source, std::string_view prefix) override;
  Result<bool> any_parts(std::string_view source) override;
  Result<std::set<std::string>> parts_met(BatchId batch, const std::vector<std::string>& names) override;
  Status each_url(BatchId batch, const std::function<Status(FrontierUrl&&)>& visit) override;
  Result<std::vector<FrontierUrl>> frontier(BatchId batch) override;
  Result<std::vector<FrontierUrl>> urls(const std::vector<UrlId>& ids) override;
  Result<UrlId> next_url_ids(std::size_t count) override;
  Result<Asked> asked(std::string_view source, Date day) override;
  Result<CaptureId> next_capture_id() override;
  Result<std::map<std::string, std::uint64_t>> segments(std::string_view source) override;
  Status commit(BatchId batch, const CrawlGroup& group) override;
  Status begin_whole() override;
  Status end_whole(bool keep) override;
  Result<BatchCounts> publish_crawl(BatchId batch, Absence absence, const Tallies& good) override;
  Result<BatchCounts> preview_crawl(BatchId batch, Absence absence) override;
  Result<Tallies> tallies(BatchId batch) override;
  Result<Tallies> good_tallies(std::string_view source) override;
  Result<std::uint64_t> live_records(std::string_view source) override;
  Result<std::vector<Reject>> rejects(std::string_view source, std::optional<BatchId> batch) override;
  Result<std::optional<Capture>> capture(CaptureId id) override;
  Result<std::vector<Capture>> captures(std::string_view source, std::optional<Instant> since) override;

  Status move_captures(std::string_view source, const std::vector<Capture>& moved,
                       const std::map<std::string, std::uint64_t>& segments) override;

  Status each_record(const View& view, unsigned kinds, const RecordVisitor& visit) override;
  Status each_packed_record(const View& view, const PackedVisitor& visit) override;
  Status each_earlier(const View& view, const std::vector<RecordId>& records, const EarlierVisitor& visit) override;
  Result<std::vector<StoredRecord>> records_of(FirmNo firm, const View& view) override;
  Result<std::vector<StoredRecord>> history(std::string_view source, RecordKind kind, std::string_view key) override;
  Result<std::vector<StoredRecord>> records_by_id(const std::vector<RecordId>& ids) override;
  Result<std::map<std::string, RecordTotals>> totals() override;

  Result<std::vector<FirmEntry>> firm_register() override;
  Status add_firms(const std::vector<FirmEntry>& fresh) override;
  Result<LinkDelta> publish_links(BatchId batch, const LinkUpdate& update) override;
  Result<std::vector<Link>> links() override;
  Result<std::vector<Link>> links_of(FirmNo firm) override;
  Result<std::vector<Link>> links_in(RecordId record) override;
  Result<std::optional<NameModelEntry>> name_model() override;
  Status keep_name_model(const NameModelEntry& model) override;
  Result<std::vector<ReviewItem>> reviews(std::size_t offset, std::size_t limit) override;
  Result<std::uint64_t> review_count() override;

  Status add_run(const RunEntry& run) override;
  Result<std::vector<RunEntry>> runs() override;
  Result<std::optional<RunEntry>> run(std::string_view id) override;
  Status propose(const RunEntry& run, const std::vector<std::pair<FirmNo, std::uint32_t>>& firm_and_rank) override;
  Result<std::vector<Lead>> leads(std::string_view campaign) override;
  Result<Live> live() override;
  Status set_live(const Live& live) override;
  Result<std::string> note(std::string_view key) override;
  Status set_note(std::string_view key, std::string_view value) override;

  Status dump(const std::function<void(std::string_view line)>& line) override;
  Result<std::vector<std::string>> check() override;

  // Of the rows that the batch staged, kept while they were; nullopt: they have to be counted.
  std::optional<StagedSums> kept_sums(BatchId batch);

 private:
  friend class GroupWriter;
  Batch batch_row(BatchId id);                      // kNotFound
  Date civil_date_of(NightId night);                // kNotFound
  Batch open_batch_row(BatchId id);                 // kConflict when it is no longer open
  std::int64_t source_id(std::string_view name);    // registers it
  std::int64_t find_source(std::string_view name);  // 0: unknown
  std::int64_t part_id(std::int64_t source, std::string_view name);
  std::vector<std::pair<std::string, std::int64_t>> sources_by_name();
  void drop_staged(BatchId batch);
  void write_tallies(BatchId batch, const Tallies& tallies);
  void keep_good(std::string_view source, const Tallies& good);
  BatchCounts count_crawl(const Batch& batch, const Vanished& vanished, bool& unsettled);
  StagedCounts& counts_of(BatchId batch);
  void forget_counts_of_others();
  Survey survey(const Batch& batch, Absence absence);
  Vanished vanished(const Batch& batch, Absence absence);
  void settle_histories(const Batch& batch);
  void publish_batch(BatchId batch, const BatchCounts& counts);
  std::optional<StoredRecord> record_row(RecordId id, const View& view);
  void dump_records(const std::function<void(std::string_view)>& line);
  void dump_links(const std::function<void(std::string_view)>& line);
  void dump_leads(const std::function<void(std::string_view)>& line);
  void check_hashes(std::vector<std::string>& damage);

  sql::Database database_;
  std::optional<Survey> survey_;           // of the last preview
  std::optional<sql::Transaction> whole_;  // of begin_whole()
  std::map<BatchId, StagedCounts> counts_;
  std::int64_t counted_with_ = 0;                // PRAGMA data_version: what others wrote
  std::optional<sql::Checkpoints> checkpoints_;  // the last: it ends before what it works on
  // 0: not read yet. Given without the database, which another thread may be writing to.
  std::atomic<CaptureId> next_capture_ = 0;
  std::atomic<UrlId> next_url_ = 0;
};

}  // namespace tanmiao::store
