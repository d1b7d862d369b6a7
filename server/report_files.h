// Which run reports there are: reports/NIGHT.json of the data folder.
#pragma once

#include <string>
#include <vector>

#include "store/data_folder.h"

namespace tanmiao::server {

// "000012" of each night that has a report, newest first.
std::vector<std::string> report_names(const store::DataFolder& folder);
// The report of a night; the newest when `night` is empty. "12" and "000012" are the same night. kNotFound, kIo.
Result<std::string> read_report(const store::DataFolder& folder, std::string_view night);

}  // namespace tanmiao::server
