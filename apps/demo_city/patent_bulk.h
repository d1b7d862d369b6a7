// The folder that the patent office's FTP server shows, as the code of others describes it
// (/CN/DATA-SET/data/YYYYMMDDrawdata/): Tuesdays and Fridays, each kept for thirty days; zips of zips of one document
// each, an index beside them.
#pragma once

#include <filesystem>

#include "apps/demo_city/world.h"

namespace demo_city {

struct BulkTotals {
  int dates = 0, files = 0, documents = 0, events = 0;
};

// As it stands on `date`, which is none after the world's first day. What has left is removed, what is there already
// stays untouched.
BulkTotals write_patent_bulk(const std::filesystem::path& folder, const World& world, Date date);

}  // namespace demo_city
