// The stored form of a record's fields, where no Record needs to be made of it or is at hand anew.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "core/error.h"
#include "core/record.h"

namespace tanmiao {

// Visits each field of what fields_json() wrote, in its order. A value holds for the call. kCorrupt when it is no such
// text, and nothing was visited; bytes within values are not looked at.
Status each_field_of_json(std::string_view json, const std::function<void(Field, std::string_view value)>& visit);

// content_hash(record), where `fields_json` is at hand already.
std::uint64_t content_hash(const Record& record, std::string_view fields_json);

}  // namespace tanmiao
