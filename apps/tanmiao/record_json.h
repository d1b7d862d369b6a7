// Records and rejects as JSON, for parse and rejects.
#pragma once

#include <boost/json/fwd.hpp>

#include "store/types.h"

namespace tanmiao::app {

boost::json::object record_json(const Record& record);
boost::json::object reject_json(const store::Reject& reject);
std::string reject_line(const store::Reject& reject);  // "list.csv:17: credit_code 'x': expected ..."
// As staff read it: "list.csv 第 17 行，credit_code“x”：应为 18 位，实有 1 位", the cell to its fortieth character.
std::string reject_told(const store::Reject& reject);

}  // namespace tanmiao::app
