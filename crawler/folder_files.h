// What a folder source's files are read with: which files are deliveries, which archives are opened, and a sink that
// hands records on while a file is read.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/crawl_batch.h"
#include "crawler/unpack.h"

namespace tanmiao::crawler {

struct Fingerprint {
  std::uint64_t bytes = 0, hash = 0;
};
// hash64() of the file's bytes, without holding them.
Result<Fingerprint> fingerprint(const std::filesystem::path& file);

// By which it is seen that a file was written or replaced, also with the same bytes. nullopt: there is none.
struct FileStamp {
  std::uint64_t size = 0, inode = 0;
  std::int64_t seconds = 0, nanoseconds = 0;  // of the last writing
  bool operator==(const FileStamp&) const = default;
};
std::optional<FileStamp> stamp_of(const std::filesystem::path& file);

// What stands in an inbox and is not read.
struct LeftOut {
  std::string name, why;    // Chinese
  bool unreadable = false;  // it is meant to be: a folder without the right to look into it
};
// Names below the inbox, sorted. Links are not followed: a name never leads out of the inbox.
Result<std::vector<std::string>> files_below(const std::filesystem::path& inbox,
                                             std::vector<LeftOut>* left_out = nullptr);

// Not a delivery: hidden files, locks of office programs, half downloads, our own explanations, what a Macintosh adds.
// `name` may have folders, and be that of a member of an archive.
bool passed_over(std::string_view name);

// Is a packed file opened and its members read, each by the page that its name fits? Not when the page that the packed
// file itself fits has a reader that opens it: of patent XML, and of tables for a single gzip.
bool opens_archive(const Source& source, std::string_view name, Packed kind);

// The bytes of a member by the name of its part ("2024.zip!滨城区/list.csv"); kNotFound when the inbox has it no more.
Result<std::string> member_bytes(const std::filesystem::path& inbox, const std::string& part);

// Hands records on in groups while the file is read. Rows and rejects are counted with the file's last group, so that a
// file that is begun again after a crash is not counted twice.
class FileSink : public ReadingSink {
 public:
  FileSink(CrawlBatch& batch, PageTally tally) : batch_(batch) { page.tally = std::move(tally); }
  Status record(Record&& record) override;
  Status reject(store::Reject&& reject) override { return page.reject(std::move(reject)); }
  Status link(std::string&&, std::string_view) override { return {}; }
  void offered(std::uint64_t rows) override { page.rows += rows; }
  void unknown_word(Field field, std::string_view word) override { page.unknown_word(field, word); }
  void wrong_charset(std::string_view claimed, std::string_view charset) override {
    page.wrong_charset(claimed, charset);
  }
  void unmapped(std::string_view name) override { page.unmapped(name); }
  // An error of the store or a wish to stop, not one of the file.
  const std::optional<Error>& ours() const { return ours_; }

  PageReading page;

 private:
  CrawlBatch& batch_;
  std::optional<Error> ours_;
};

// Keeps nothing: whether a document can be read to its end.
class DrySink : public ReadingSink {
 public:
  Status record(Record&&) override { return {}; }
  Status reject(store::Reject&&) override { return {}; }
  Status link(std::string&&, std::string_view) override { return {}; }
  void offered(std::uint64_t) override {}
  void unknown_word(Field, std::string_view) override {}
  void wrong_charset(std::string_view, std::string_view) override {}
};

}  // namespace tanmiao::crawler
