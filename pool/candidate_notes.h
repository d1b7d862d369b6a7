// 口径说明: what the words of the candidate list mean, for the workbook and the pages.
#pragma once

#include <string>
#include <vector>

namespace tanmiao::pool {

struct Note {
  std::string subject, text;
};
const std::vector<Note>& candidate_notes();

}  // namespace tanmiao::pool
