// The day a delivery speaks of, read from the name that people gave its file.
#pragma once

#include <optional>
#include <string_view>

#include "core/date.h"
#include "crawler/source.h"

namespace tanmiao::crawler {

// The first whole date in a file's name: 20240331, 2024-03-31, 2024.3.31, 2024_03_31, 2024年3月31日; a month alone
// (202403, 2024-03, 2024年3月) is its last day. Digits of a longer number are no date. Folders of the name do not
// count.
std::optional<Date> date_in_file_name(std::string_view name);

// Of a part that `page` reads; nullopt: the page says nothing of days, or the name has none: the night that read it.
std::optional<Date> stated_of(const PageRule& page, std::string_view part);

}  // namespace tanmiao::crawler
