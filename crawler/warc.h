// The archive of what came: WARC 1.1 (ISO 28500:2017), one gzip member a record, so that other tools read it.
//
// A segment is written behind its acknowledged length only; sync() makes it durable, the caller then commits the length
// with the captures. On start every segment is cut back to what was acknowledged; when nothing of the source is, which
// is so after a loss of the facts, its segments are set aside and not removed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "core/date.h"
#include "core/error.h"

namespace tanmiao::crawler {

struct WarcResponse {
  std::string url;     // WARC-Target-URI: where it came from after redirects
  std::string asked;   // WARC-Tanmiao-Asked: the frontier's address, when that is another
  std::string role;    // WARC-Tanmiao-Role: page description that reads it
  std::string robots;  // WARC-Tanmiao-Robots
  Instant fetched_at{};
  int status = 0;
  std::string head;  // status line and headers as received, each line with CR LF, no empty line at the end
  std::string body;  // as received: still content-encoded; transfer encoding taken off
};

class WarcWriter {
 public:
  // Makes the folder (0700), cuts all its segments back to `acknowledged` (empty: sets them aside as NAME.unknown),
  // goes on in the last one. kCorrupt when one is shorter than what was acknowledged.
  static Result<WarcWriter> open(const std::filesystem::path& folder,
                                 const std::map<std::string, std::uint64_t>& acknowledged, std::string software);
  WarcWriter(WarcWriter&& other) noexcept;
  WarcWriter& operator=(WarcWriter&& other) noexcept;
  ~WarcWriter();

  struct Place {
    std::string segment;
    std::uint64_t offset = 0;
  };
  Result<Place> append(const WarcResponse& response, Instant now);
  // A gzip member with a record as it lies in another segment.
  Result<Place> append_member(std::string_view packed);
  Status begin_segment(Instant now);  // whatever is open; append() begins one where it needs to
  Status sync();                      // to be called before its places are committed
  const std::string& segment() const { return name_; }
  std::uint64_t length() const { return length_; }
  // Begins another segment when this one is long; call only when all is committed.
  Status rotate_when_long();

 private:
  WarcWriter() = default;
  Status write_member(std::string_view record);
  Status write_all(std::string_view packed);

  std::filesystem::path folder_;
  std::string name_, software_;
  unsigned number_ = 0;
  int fd_ = -1;
  std::uint64_t length_ = 0;
};

// The record at an offset. kCorrupt when no whole member with a response lies there.
Result<WarcResponse> read_warc(const std::filesystem::path& file, std::uint64_t offset);

}  // namespace tanmiao::crawler
