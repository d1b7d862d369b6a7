// Tables of config/: CSV in UTF-8 with a header row.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"

namespace tanmiao::tabular {

using ConfigCells = std::vector<std::string>;

// Calls on_row for each row behind the header that is not blank; rows have at least `columns` cells. `what` says what
// a missing file would have been ("one of the tables of config/reference"). An error of on_row gets file and line.
// The bytes of the file are appended to `contents` unless it is null. Errors: kIo, kConfig.
Status read_config_table(const std::filesystem::path& path, std::string_view what, std::size_t columns,
                         const std::function<Status(const ConfigCells&)>& on_row, std::string* contents = nullptr);

Error misfit(std::string message);                      // kConfig without a place: on_row's errors
Result<bool> config_flag(const std::string& text);      // "0", "1"
Result<double> config_number(const std::string& text);  // a decimal fraction

}  // namespace tanmiao::tabular
