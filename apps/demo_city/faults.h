// A site on a bad night: what stands in front of real ones. None of it can be got past, and nobody shall try.
#pragma once

#include <string>
#include <vector>

#include "apps/demo_city/site.h"

namespace demo_city {

// captcha, login, storm, challenge: from the tenth page on; template: all pages of tables are built of other elements.
inline const std::vector<std::string> kFaults = {"captcha", "challenge", "login", "storm", "template"};

Site with_fault(Site site, const std::string& fault);

}  // namespace demo_city
