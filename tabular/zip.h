// Files out of a zip that came from outside, within bounds.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "tabular/byte_source.h"
#include "tabular/reader.h"

namespace tanmiao::tabular {

// The entries for which `wanted` says yes, by path. kFormat when it is no zip or an entry is damaged; kLimit when there
// are too many entries, or what is wanted unpacks to more than limits.max_bytes or max_ratio allow. Names are only
// compared, never used as paths.
Result<std::map<std::string, std::string>> unzip(std::string_view bytes, const std::string& name, const Limits& limits,
                                                 const std::function<bool(std::string_view)>& wanted);

// One entry as a stream, within the same bounds; kFormat when it is not there. The bytes must outlive the stream.
Result<std::unique_ptr<ByteSource>> open_entry(std::string_view bytes, const std::string& name, const Limits& limits,
                                               std::string_view path);

}  // namespace tanmiao::tabular
