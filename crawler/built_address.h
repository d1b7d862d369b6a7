// Addresses that a source file builds: a form with places, "/files?id=$1&of={cataId}#POST:form:page=1".
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace tanmiao::crawler {

// What stands at a place: `name` is "$1" to "$9", or what is between the braces. Escaped as a component of an address.
using PlaceValue = std::function<std::string(std::string_view name)>;

// Within a body of JSON a value is put as part of a string. A secret's name stays ({secret:NAME}).
std::string built_address(std::string_view form, const PlaceValue& value);
// As escape_component(), but a '%' is one.
std::string escape_all(std::string_view text);

}  // namespace tanmiao::crawler
