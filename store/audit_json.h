// Details of an audit entry. Internal to store/.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string>

namespace tanmiao::store {

inline std::string audit_json(
    std::initializer_list<std::pair<boost::json::string_view, boost::json::value_ref>> members) {
  return boost::json::serialize(boost::json::object(members));
}

}  // namespace tanmiao::store
