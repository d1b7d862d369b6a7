// What servers say of a folder: MLSD (RFC 3659) and the usual forms of LIST (ls -l, MS-DOS). A line that cannot be read
// is an error of the whole listing: a file that is not seen would be missed for ever.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace tanmiao::crawler {

struct RemoteEntry {
  std::string name;  // bytes as the server has them
  bool folder = false;
  std::uint64_t size = 0;
  std::string stamp;  // when it was changed, in the server's words: only good for comparing
  bool operator==(const RemoteEntry&) const = default;
};

// Files and folders, sorted by name; links, devices, "." and ".." are left out. kFormat.
Result<std::vector<RemoteEntry>> parse_mlsd(std::string_view text);
Result<std::vector<RemoteEntry>> parse_list(std::string_view text);

// The name of a remote file as it may be used here: UTF-8 (GB18030 where it is none), one segment, nothing that leads
// anywhere else. kFormat.
Result<std::string> usable_name(std::string_view raw);

}  // namespace tanmiao::crawler
