// 口径说明: what the words of the candidate list mean, for the workbook and the pages.
#pragma once

#include <string>
#include <vector>

namespace tanmiao::pool {

struct Note {
  std::string subject, text;
};
std::vector<Note> candidate_notes(const std::vector<std::string>& verdicts);

}  // namespace tanmiao::pool
