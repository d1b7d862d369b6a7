// Files out of archives that came from outside: zip, 7z, tar, and what gzip, bzip2, xz or zstd packed, one within the
// other, within bounds.
//
// Nothing is written under a name from outside: a member up to `in_memory` bytes is held, a larger one lies in a file
// without a name below TMPDIR that is gone with the process. Memory is that and what the archive's own method needs
// (its dictionary: 64 MiB for most xz and 7z). Workbooks and text documents in a zip (xlsx, ods, docx) are files, not
// archives.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/error.h"

namespace tanmiao::crawler {

struct UnpackLimits {
  std::uint64_t max_bytes = std::uint64_t{8} << 30;         // of all that is unpacked, archives within included
  std::uint64_t max_member_bytes = std::uint64_t{2} << 30;  // a larger member is broken
  std::uint64_t in_memory = std::uint64_t{4} << 20;
  std::uint32_t max_ratio = 1'000;  // unpacked : the outermost file, once more than 16 MiB are unpacked
  std::uint32_t max_entries = 200'000;
  std::uint32_t max_name = 1'024;  // bytes of a member's name, folders included
  int max_depth = 3;               // archives within the outermost one
};

enum class Packed : std::uint8_t {
  kNo = 0,   // no archive, or a document that is a zip
  kArchive,  // files in it
  kSingle,   // gzip, bzip2, xz or zstd: one file, or a tar
};
// By the first bytes (512 at least, where there are so many), not by the name.
Packed packed_kind(std::string_view head);
Result<Packed> packed_kind_of(const std::filesystem::path& file);
inline constexpr std::size_t kPackedHead = 4096;

struct Member {
  std::string name;                  // "outer.zip!inner.zip!file.xml": UTF-8, folders with '/', no control characters
  std::string_view bytes;            // when it is held; valid until member() returns
  std::filesystem::path file;        // else: may be opened until member() returns
  std::uint64_t size = 0, hash = 0;  // hash64() of the bytes
};

// Takes what an archive holds, in its order.
class MemberSink {
 public:
  virtual ~MemberSink() = default;
  // Is a member of this name looked at at all? Others are neither unpacked nor told.
  virtual bool wanted(const std::string& /*name*/) { return true; }
  // Is a member that is itself packed to be opened? No: it is given as it is.
  virtual bool opens(const std::string& /*name*/, Packed /*kind*/) { return true; }
  virtual Status member(const Member& member) = 0;
  // A member that cannot be had, or an archive within whose rest cannot: `where` is its name. Others follow.
  virtual Status broken(const Error& error) = 0;
};

// Error of the sink, or: kFormat when the outermost file cannot be opened or its rest cannot be read, kLimit when a
// bound of the whole is reached. What was given before stands. `name` begins the members' names.
Status unpack(const std::filesystem::path& file, const std::string& name, const UnpackLimits& limits, MemberSink& sink);
Status unpack(std::string_view bytes, const std::string& name, const UnpackLimits& limits, MemberSink& sink);

// What stands behind the last '!' and '/' of the name of a part: "list.csv" of "2024.zip!滨城区/list.csv".
std::string_view file_name_of(std::string_view part);

}  // namespace tanmiao::crawler
