// What must not be fed as an announcement list of a programme: our own sheets, and lists of another programme.
#pragma once

#include <string>
#include <vector>

#include "pool/pool_rules.h"
#include "pool/returned_sheet.h"

namespace tanmiao::pool {

// Error kFormat, which names the sheet, for a candidate list, a visit sheet or a pool sheet of ours.
Status check_foreign(const ReturnedSheet& sheet);

// Numbers decide where their shape is known, else words of the title lines, the headings and the file's name. Error
// kRefused names what was seen and the programme that fits. When the evidence is mixed, or the list is forced, it is a
// remark instead.
Status check_program(const ReturnedSheet& sheet, std::size_t number_field, const PoolRules& rules,
                     const OfficialProgram& program, bool forced, std::vector<std::string>& remarks);

}  // namespace tanmiao::pool
