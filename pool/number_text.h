// Numbers of registrations and certificates (国家入库登记编号, 高企证书编号) as they are kept, wherever they were
// typed: in a page, a command or a sheet. Two that a person reads as one must not differ in the register.
#pragma once

#include <string>
#include <string_view>

#include "core/error.h"

namespace tanmiao::pool {

// NFKC, upper case, without blanks, invisible characters, dashes, dots, quotes and a label before it. Empty stays
// empty. Error kUsage, in Chinese: 无 and the like, and what a spreadsheet program has made a number of.
Result<std::string> number_text(std::string_view typed);

}  // namespace tanmiao::pool
