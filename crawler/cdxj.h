// A line of an index of archives, in CDXJ: the address as a SURT key ("cn,example)/list?page=2"), 14 digits of time,
// JSON. Made of a record as it stands in the archive, whether it was read there or is about to be written.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"
#include "crawler/spool.h"
#include "crawler/warc_read.h"

namespace tanmiao::crawler {

struct WarcEntry {
  std::string key, url, mime, digest;
  std::string type;       // response or revisit
  std::string timestamp;  // 14 digits, UTC
  int status = 0;
  std::uint64_t offset = 0, length = 0;
  std::string file;
  // Of revisits: the capture that they refer to.
  std::string part, refers_to_date;  // ISO
};

// "cn,example)/a?b=1&c=2": host reversed and without "www.", letters small, parameters sorted; as public archives look
// pages up. Numeric hosts stay as they are.
std::string surt_key(std::string_view url);

// Nothing of records that are neither response nor revisit. kCorrupt.
Result<std::optional<WarcEntry>> entry_of(const WarcRecord& record, const std::filesystem::path& segment);

// A line but for what is known once its record is written.
class CdxjLine {
 public:
  CdxjLine() = default;
  explicit CdxjLine(const WarcEntry& entry);
  // Of the text of a record that takes `packed` bytes; none when reading it back would give none.
  static CdxjLine of(std::string_view record, std::uint64_t packed);
  bool known() const { return !before_.empty(); }
  std::string at(std::uint64_t offset, std::string_view file) const;  // with its end

 private:
  std::string before_, behind_;  // the offset and the name of the file
};

// The lines of a segment while it is written, in its order; many of them lie in a file without a name.
class CdxjLines {
 public:
  explicit CdxjLines(std::uint64_t from) : from_(from) {}
  void add(const CdxjLine& line, std::uint64_t offset, std::string_view file);
  void lose() { whole_ = false; }        // something was written of which there is no line
  bool whole() const { return whole_; }  // of all records from `from` on
  std::uint64_t from() const { return from_; }
  Result<std::string> text() const;

 private:
  static constexpr std::size_t kInMemory = std::size_t{1} << 20, kAtOnce = std::size_t{64} << 10;
  std::uint64_t from_;
  bool whole_ = true;
  std::string last_;  // those that the spool has not got
  Spool spool_{kInMemory};
};

}  // namespace tanmiao::crawler
