#pragma once

#include <map>
#include <string>
#include <vector>

#include "store/types.h"

namespace tanmiao::crawler {

// Of each part the capture that `replay` reads: the last whole one whose bytes are those last read.
std::map<std::string, store::Capture> replayable_captures(const std::vector<store::Capture>& captures,
                                                          const std::map<std::string, store::Part>& parts);

}  // namespace tanmiao::crawler
