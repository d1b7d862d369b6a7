// The archive of what came: WARC 1.1 (ISO 28500:2017), one gzip member a record, so that other tools read it. What the
// records say: warc_record.h.
//
// A segment is written behind its acknowledged length only; sync() makes it durable, the caller then commits the length
// with the captures. On start every segment is cut back to what was acknowledged; when nothing of the source is, which
// is so after a loss of the facts, its segments are set aside and not removed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/date.h"
#include "core/error.h"
#include "crawler/cdxj.h"
#include "crawler/warc_record.h"

namespace tanmiao::crawler {

// The gzip members of a response, its request and its metadata, and the response's line of the index.
struct PackedResponse {
  std::string members;
  CdxjLine line;
};
PackedResponse pack_response(const WarcResponse& response);  // safe on several threads

// What was written of a segment up to a moment: made durable while its writer goes on.
class WarcCut {
 public:
  const std::string& segment() const { return name_; }  // empty: nothing was written yet
  std::uint64_t length() const { return length_; }
  Status sync() const;  // to be called before the length is committed; any thread
  // To be called once it is committed: of a segment that is closed the index is written beside it. Any thread.
  void committed();

 private:
  friend class WarcWriter;
  std::shared_ptr<const int> file_;
  std::filesystem::path folder_;
  std::string name_;
  std::uint64_t length_ = 0;
  std::unique_ptr<CdxjLines> lines_;  // of a segment that is closed
};

class WarcWriter {
 public:
  // Makes the folder (0700), cuts all its segments back to `acknowledged` (empty: sets them aside as NAME.unknown),
  // goes on in the last one. kCorrupt when one is shorter than what was acknowledged.
  static Result<WarcWriter> open(const std::filesystem::path& folder,
                                 const std::map<std::string, std::uint64_t>& acknowledged, std::string software);
  struct Place {
    std::string segment;
    std::uint64_t offset = 0;
  };
  // The response, its request and metadata; the place is that of the response.
  Result<Place> append(const WarcResponse& response, Instant now) { return append(pack_response(response), now); }
  Result<Place> append(const PackedResponse& packed, Instant now);
  // That a page was the same, and the request. Offsets of captures never point to it.
  Status append_revisit(const WarcResponse& again, const WarcOriginal& original, Revisit profile, Instant now);
  // A gzip member with a record as it lies in another segment.
  Result<Place> append_member(std::string_view packed);
  Status begin_segment(Instant now);  // whatever is open; append() begins one where it needs to
  Status sync();                      // to be called before its places are committed
  // What was written since the last cut, to be made durable and committed before what is written behind it. A segment
  // that is long is closed here: the next append() begins another.
  WarcCut cut();
  bool is_open() const { return file_ != nullptr; }
  const std::string& segment() const { return name_; }
  std::uint64_t length() const { return length_; }
  // Closes the segment when it is long, with its index beside it, of which the lines were made while it was written;
  // the next append() begins another. Call only when all is committed.
  void rotate_when_long() { cut().committed(); }

 private:
  WarcWriter() = default;
  Status write_all(std::string_view packed);

  std::filesystem::path folder_;
  std::string name_, software_;
  unsigned number_ = 0;
  std::shared_ptr<const int> file_;
  std::uint64_t length_ = 0;
  std::unique_ptr<CdxjLines> lines_;  // of the open segment
};

}  // namespace tanmiao::crawler
