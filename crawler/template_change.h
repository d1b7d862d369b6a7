// Whether the pages of a source still look as its description expects. What a page of a kind usually holds (records, a
// field, links of a role) follows from the last good delivery; when too many lack it the site was rebuilt, and what is
// read of it is worth nothing. Pure functions of counters that the store keeps (crawler/tally.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crawler/contract.h"

namespace tanmiao::crawler {

// Breaches of kind kTemplate, by page description and mark.
std::vector<Breach> template_changes(const Source& source, const store::Tallies& read, const store::Tallies& good);

// A page without any record where nearly all of its kind gave some: it says nothing of what it gave before.
bool is_odd(const PageRule& page, const store::Tallies& good);

// Counters of what pages of a scope hold, "pages" and "has:...": those of tonight when they are enough to go by, else
// those of before. `kept`: the counters of the scope that stay.
void keep_marks(const Source& source, std::string_view scope, const std::map<std::string, std::int64_t>& read,
                const std::map<std::string, std::int64_t>* before, std::map<std::string, std::int64_t>& kept);

}  // namespace tanmiao::crawler
