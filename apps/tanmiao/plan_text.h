// What a crawl would do, in words and as JSON.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

#include "crawler/plan.h"

namespace tanmiao::app {

boost::json::object plan_json(const crawler::CrawlPlan& plan);
std::string plan_lines(const crawler::CrawlPlan& plan);

}  // namespace tanmiao::app
