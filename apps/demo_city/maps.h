// Lists of addresses for programs: what a site has in /notice/ as a sitemap (an index and a packed list) and an Atom
// feed.
#pragma once

#include <string>

#include "apps/demo_city/site.h"

namespace demo_city {

// `origin`: "http://127.0.0.1:8001". On each day the notice that is named first is changed anew.
Site with_maps(Site site, const std::string& origin, Date today, int day);

}  // namespace demo_city
