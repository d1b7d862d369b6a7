// Reading archives: a record for each gzip member. Whatever the bytes are, the outcome is a record whose lengths and
// checksum hold, or kCorrupt with the place.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"
#include "crawler/warc_record.h"

namespace tanmiao::crawler {

struct WarcRecord {
  std::uint64_t offset = 0, length = 0;  // of the member in the file
  std::string fields;                    // lines of the header behind the version, each with CR LF
  std::string block;

  // The first field of that name (without regard to case), or empty.
  std::string_view field(std::string_view name) const;
  std::string_view type() const { return field("WARC-Type"); }
  std::string_view id() const { return field("WARC-Record-ID"); }
  bool digest_holds() const;  // WARC-Block-Digest, where it is SHA-256; true when there is none
};

class WarcReader {
 public:
  // Fills `to` from `offset` on and says how many bytes there were: less than `most` at the end only.
  using Bytes = std::function<std::size_t(std::uint64_t offset, char* to, std::size_t most)>;
  static constexpr std::uint64_t kMostRecord = std::uint64_t{512} << 20;  // bytes of a record after unpacking

  WarcReader(Bytes bytes, std::string name, std::uint64_t most_record = kMostRecord);
  // Bytes from `end` on are as if they were not there. kNotFound.
  static Result<WarcReader> open(const std::filesystem::path& file, std::uint64_t end = UINT64_MAX);
  WarcReader(WarcReader&&) noexcept;
  ~WarcReader();

  // The record here, then stands behind it; nothing at the end. After an error it stands where it stood.
  Result<std::optional<WarcRecord>> next();
  // The header of the record here, without reading all of it: length 0, no block, nothing checked. Moves nowhere.
  Result<WarcRecord> peek();
  Result<std::string> packed(std::uint64_t from, std::uint64_t to) const;  // the bytes as they lie there
  void seek(std::uint64_t offset) { at_ = offset; }
  std::uint64_t offset() const { return at_; }

 private:
  struct Inflater;
  Error damaged(std::string_view what) const;
  bool unpack_at_once(std::string& out, std::uint64_t& length);
  Result<std::string> unpack(bool header_only, std::uint64_t& length);

  Bytes bytes_;
  std::string name_;
  std::uint64_t most_record_ = kMostRecord, at_ = 0;
  std::unique_ptr<Inflater> inflater_;
};

// Of the text of a record as it is written: its fields, and of its block no more than the HTTP header. Nothing when a
// reader would not take it.
std::optional<WarcRecord> head_of_record(std::string_view text);
// A response or a revisit (whose body is empty) as what was archived. kCorrupt for other records.
Result<WarcResponse> response_of(const WarcRecord& record, const std::string& where);
// The response at an offset. kCorrupt when no whole member with one lies there.
Result<WarcResponse> read_warc(const std::filesystem::path& file, std::uint64_t offset);

}  // namespace tanmiao::crawler
