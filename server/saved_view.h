// Saved searches as pages and API see them.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "server/html.h"
#include "server/saved_query.h"
#include "server/site.h"

namespace tanmiao::server {

class FormWriter;  // server/form_html.h

std::string saved_path(std::string_view name);  // "/saved/%E9%93%9D"

// The one that is kept under this name. Error kNotFound, also for one that is not run any more.
Result<store::SavedSearch> find_saved(const Site& site, std::string_view name);

// Asks now and compares with the night before the last one that was written down, so that it tells what the last night
// brought and what came since.
Result<SavedFound> saved_news(const Site& site, const store::SavedSearch& search);

// On the page of a search: the form that keeps it.
Html keep_form(const FormWriter& writer, const ListQuery& query);

Result<boost::json::object> saved_json(const Site& site);                         // all that are kept
Result<boost::json::object> saved_json(const Site& site, std::string_view name);  // one, with what is new

}  // namespace tanmiao::server
