// One source in one night: gathers what its documents give, commits it in groups, and at the end judges the whole by
// the source's contract: published, or held with yesterday's data kept. Single-threaded.
#pragma once

#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "crawler/crawl.h"
#include "crawler/reading.h"
#include "crawler/warc.h"

namespace tanmiao::crawler {

// What a crawl works with, passed on by reference.
struct Work {
  store::Store& store;
  const store::Night& night;
  const CrawlConfig& config;
  const Reference& reference;
  Progress& progress;
  const std::atomic<bool>& stop;
};

class Session final : public ReadingSink {
 public:
  Session(const Work& work, const Source& source);

  // Takes the open batch of this night up again, or begins one. `finished()` then tells whether an earlier process of
  // this night ended with the source already: report() says how.
  // `anew`: another batch of this night, whatever ended before (replay, mended rows).
  Status begin(bool anew = false);
  bool finished() const { return finished_; }

  const Source& source() const { return source_; }
  const std::vector<store::FrontierUrl>& frontier() const { return frontier_; }  // as it was at begin()
  const store::Part* known_part(const std::string& name) const;                  // as last published
  std::uint64_t reading_hash() const { return reading_hash_; }
  bool unchanged(const std::string& part, std::uint64_t bytes_hash) const;

  // Reads a document into the group at hand. `links_only`: its records are known to be unchanged.
  Status read(const PageRule& page, const Document& document, bool links_only = false);
  std::vector<std::pair<std::string, std::string>> take_links() { return std::exchange(links_, {}); }  // address, role

  Result<store::CaptureId> next_capture() { return work_.store.facts().next_capture_id(); }
  void capture(store::Capture capture) { group_.captures.push_back(std::move(capture)); }
  void url(store::FrontierUrl url) { group_.urls.push_back(std::move(url)); }
  void part_read(store::Part part) { group_.parts.push_back(std::move(part)); }
  void part_same(std::string name) { group_.parts_same.push_back(std::move(name)); }
  Result<WarcWriter*> archive();  // opened at first use

  Status commit();           // all that was gathered, together
  Status commit_if_large();  // for the loop over pages

  // `whole`: everything of the source was asked and answered. Publishes or holds.
  Status finish(bool whole);
  Status hold(std::string why);
  SourceReport& report() { return report_; }

  Status record(Record&& record) override;
  Status reject(store::Reject&& reject) override;
  Status link(std::string&& absolute_url, std::string_view role) override;
  void row() override { ++group_.rows_read; }
  void unknown_word(Field field, std::string_view word) override;

 private:
  std::string breach(const store::BatchCounts& counts) const;
  Status settle(SourceOutcome outcome, const store::BatchCounts& counts);

  const Work& work_;
  const Source& source_;
  store::Batch batch_;
  bool finished_ = false, links_only_ = false;
  std::uint64_t reading_hash_ = 0;
  std::map<std::string, store::Part> parts_;
  std::vector<store::FrontierUrl> frontier_;
  std::vector<std::pair<std::string, std::string>> links_;
  std::optional<WarcWriter> archive_;
  store::CrawlGroup group_;
  std::map<std::string, std::uint64_t> words_;
  SourceReport report_;
};

SourceReport report_head(const Source& source);

// The two ways of a source; each ends with finish() or hold(). An error ends the stage (disk, stop), never a host or a
// file.
Status crawl_folder(const Work& work, Session& session);
Status crawl_hosts(const Work& work, const std::vector<Session*>& sessions);

// rejects/SOURCE.csv: rows of parts that were not read again stay.
Result<std::string> write_rejects_file(const store::DataFolder& folder, const std::string& source,
                                       const std::vector<store::Reject>& rejects,
                                       const std::vector<std::string>& parts_read);
// Rows of such a file as someone mended them.
Result<std::vector<store::Reject>> read_rejects_file(const std::filesystem::path& file, const std::string& source);

}  // namespace tanmiao::crawler
