// What all ways into the store share: the pending commit group of a source's batch, its counters, and its end.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "crawler/crawl.h"
#include "crawler/name_set.h"
#include "crawler/reading.h"
#include "crawler/stop_signs.h"
#include "crawler/tally.h"
#include "crawler/warc.h"

namespace tanmiao::crawler {

// What a crawl works with.
struct CrawlEnv {
  store::Store& store;
  const store::Night& night;
  const CrawlConfig& config;
  const Reference& reference;
  Progress& progress;
  const std::atomic<bool>& stop;
  std::shared_ptr<const StopSigns> signs{};  // of crawls of the network
  std::shared_ptr<const DiskFloor> disk{};   // of crawls

  // kDiskFull when no more must be written.
  Status room() const { return disk ? disk->check() : Status(); }

  ReadContext reading() const { return {reference, config.person_key, night.civil_date}; }
};

// Of the source's description, the reader's version, the key of persons' hashes and the words that people add to the
// reference tables when a report names unknown ones: with equal bytes and equal reading hash a part gives equal
// records.
std::uint64_t reading_hash(const Source& source, const CrawlConfig& config, const Reference& reference);

// A commit group is written when it holds this many.
inline constexpr std::size_t kGroupRecords = 6000, kGroupUrls = 2000;

// Everything one document gave, to be kept or dropped as a whole.
class PageReading : public ReadingSink {
 public:
  Status record(Record&& record) override;
  Status reject(store::Reject&& reject) override;
  Status link(std::string&& url, std::string_view role) override;
  Status found(FoundLink&& link) override;
  void said_total(std::int64_t said) override { total = said; }
  void offered(std::uint64_t more) override { rows += more; }
  void unknown_word(Field field, std::string_view word) override { tally.unknown_word(field, word); }
  void unmapped(std::string_view name) override { tally.unmapped(name); }
  void wrong_charset(std::string_view claimed, std::string_view charset) override {
    ++charsets[{std::string(claimed), std::string(charset)}];
  }

  std::vector<Record> records;
  std::vector<store::Reject> rejects;
  std::vector<FoundLink> links;
  std::map<std::pair<std::string, std::string>, std::uint64_t> charsets;  // claimed, real
  PageTally tally;                                                        // what contracts are held against
  std::uint64_t rows = 0;
  std::optional<std::int64_t> total;  // of the list that it is a page of, as it says
};

// What was gathered of a batch, on its way into the store.
class GroupUnderWay {
 public:
  Status write();  // archive synced, then one transaction; once, on any thread

 private:
  friend class CrawlBatch;
  GroupUnderWay(store::Facts& facts, store::BatchId id) : facts_(&facts), id_(id) {}
  store::Facts* facts_;
  store::BatchId id_;
  store::CrawlGroup group_;
  std::optional<WarcCut> archived_;
};

class CrawlBatch {
 public:
  CrawlBatch(const CrawlEnv& env, const Source& source, store::BatchId id);

  store::CrawlGroup group;         // pending
  std::optional<WarcWriter> warc;  // of sources that archive
  static constexpr NameSet::Regard kReread = 1;
  NameSet names;  // kReread: parts read again in this batch, of whatever process
  // (part, line) of the mended rows that the batch consists of: it is no reading of the source
  std::optional<std::set<std::pair<std::string, std::uint32_t>>> fed;
  std::uint64_t failed_urls = 0;
  std::vector<Breach> broken_off;  // see Delivery
  bool reread = false;             // a replay of what was published
  SourceReport report;

  store::UrlId next_url_id();  // 0: the store gave none, which the next flush() tells
  void add(PageReading&& page);
  bool full() const;
  // Archive synced, then one transaction; after it kCancelled when asked to stop, kDiskFull at the floor of the disk.
  Status flush();
  // What is pending, to be written while more is gathered. One after the other: the next is taken when this is written.
  Result<GroupUnderWay> take_group();
  // Contract, rejects file, published or held. `trouble`: a reason to hold found while crawling, or empty.
  bool whole = false;  // the source was asked for all it has, and answered
  Result<SourceReport> finish(std::string trouble, store::Completeness completeness);
  const Source& source() const { return source_; }
  // Of the breaches those for which nobody has answered; tells in the report which a person accepted.
  Result<std::vector<Breach>> unanswered(const std::vector<Breach>& breaches);

 private:
  void tell_rejects(const std::vector<store::Reject>& rejects) const;
  Result<Delivery> delivery(store::Completeness completeness);
  Result<SourceReport> hold(const std::string& why);
  void tell(const Delivery& delivery);
  Status write_rejects(bool held);
  Status commit();

  const CrawlEnv& env_;
  const Source& source_;
  store::BatchId id_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> charsets_;
  store::UrlId next_id_ = 0, end_id_ = 0;
  Status ids_;
};

SourceReport blank_report(const Source& source);

}  // namespace tanmiao::crawler
