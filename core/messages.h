// What the program says in English on a terminal, in the Chinese that staff read in run reports, rejects files and
// pages. A value in a message ("found 17") is carried over.
#pragma once

#include <string>
#include <string_view>

#include "core/error.h"

namespace tanmiao {

// The message alone. What the table does not know stays as it is, behind "原文": a person must be able to pass it on.
std::string in_chinese(std::string_view message);

// With its place as far as staff can use it: a line, a row of a sheet, a character. Paths of the machine are left out.
std::string in_chinese(const Error& error);

}  // namespace tanmiao
