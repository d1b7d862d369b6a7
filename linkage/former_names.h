// Former names as a record states them, each with the days between which it was borne, as far as they are known.
#pragma once

#include <string_view>
#include <vector>

#include "linkage/slim.h"

namespace tanmiao::linkage {

struct FormerName {
  std::string_view name;  // lies in the text it was read from
  Day from = kNoDay;      // the first day
  Day until = kNoDay;     // the day of the change to another name
};

// The names of one text, with their own days in brackets or without any:
//   曾用名：甲公司（2015-03-02至2018-06-01）；乙公司（至2015年3月2日）
// Separated by ； ; | or a line end. A bracket that holds no day belongs to the name: 甲(山东)公司.
std::vector<FormerName> read_former_names(std::string_view text);

// Of a record: all its values of `former_name`. A value of one name without days of its own has the one of
// `former_until` beside it, where there are as many of these as values.
std::vector<FormerName> former_names_of(const Slim& record);

}  // namespace tanmiao::linkage
