// What a backup needs of the two files while others write them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/error.h"
#include "store/people.h"

namespace tanmiao::store {

// A copy of a database as it stood at one moment, complete in one file and synced, whoever writes it meanwhile. `to`
// must not exist. Errors: kCorrupt when a page cannot be read, kDiskFull, kIo, kNotFound.
Status copy_database(const std::filesystem::path& from, const std::filesystem::path& to);

// Empty when the structure of the file is sound; else what is not.
Result<std::string> damage_of_database(const std::filesystem::path& file);
// The same of people.db, with its chain of audit entries. A file of an older schema is looked at without the chain.
Result<std::string> damage_of_people(const std::filesystem::path& file, const AuditHead& known);
// The end of the audit that a facts.db noted; see store/audit_note.h.
Result<AuditHead> audit_noted_in(const std::filesystem::path& facts);

// The WARC segments that a facts file acknowledges: beyond `length` nothing of them counts, before it nothing changes.
struct AcknowledgedSegment {
  std::string source, name;
  std::uint64_t length = 0;
};
Result<std::vector<AcknowledgedSegment>> acknowledged_segments(const std::filesystem::path& facts);

// Notes of each capture that its bytes are not kept any more, only its hash: of a facts file that comes back without
// its captures.
Status forget_capture_bytes(const std::filesystem::path& facts);

}  // namespace tanmiao::store
