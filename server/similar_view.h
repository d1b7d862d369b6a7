// Firms of the same technology as one, with the reason: on its page, on a page of their own, in the API.
#pragma once

#include <boost/json/fwd.hpp>
#include <string_view>

#include "server/site.h"

namespace tanmiao::server {

// The nearest few, for the firm's page. Empty where the search fails: the rest of the page stands all the same.
Html similar_section(const Site& site, const World& world, store::FirmNo firm, std::string_view campaign);

// Parameters: `where` (inside, outside: of the firm's prefecture) and the facets of a search.
Result<boost::json::object> similar_json(const Site& site, const Request& request, std::string_view firm);

}  // namespace tanmiao::server
