#pragma once

#include <map>
#include <string>

#include "apps/demo_city/world.h"

namespace demo_city {

// Announcement lists without codes, as an authority attaches them and nobody has fed yet: file name -> bytes, the same
// rows as a workbook and as a page with a table. Firms that would pass, one under its former name, one in the wrong
// county, two of two years ago, one that no register has, and a row without a number.
std::map<std::string, std::string> announcement_lists(const World& world);

}  // namespace demo_city
