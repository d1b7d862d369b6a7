// What is wrong with a source as a whole, where each of its keys is right: it could never give anything.
#pragma once

#include <string>

#include "core/settings.h"
#include "crawler/source.h"

namespace tanmiao::crawler {

// An id names folders and files of the data folder.
void check_source_id(Settings& at, const std::string& id);
// Of the page that was read last (`at` is its table): an address is read by the first page of its role.
void check_role_once(Settings& at, const Source& source);
// Roles that are used and that no page has; `at` is the whole file.
void check_roles(Settings& at, const Source& source);
// Hosts and addresses to start with. Nothing of a source that cannot be fetched yet is looked at.
void check_addresses(Settings& at, const Source& source);

}  // namespace tanmiao::crawler
