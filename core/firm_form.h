// What kind of body a name is of, without taking the name apart: all that a list of applicants asks.
#pragma once

#include <string>
#include <string_view>

#include "core/firm_name.h"

namespace tanmiao {

// As parse_firm_name() gives them.
struct FirmForm {
  std::string display;
  bool branch = false;
  FormClass form_class = FormClass::kNone;
};
FirmForm firm_form(std::string_view name, const Reference& reference);

}  // namespace tanmiao
