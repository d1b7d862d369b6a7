// A person's word that what a source delivers now is its new normal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/date.h"
#include "crawler/contract.h"

namespace tanmiao::crawler {

struct Acceptance {
  std::string by, reason;
  Instant at{};
};

std::string acceptance_json(const Acceptance& acceptance);
Acceptance acceptance_from_json(std::string_view json);
std::string accepted_in_words(const Acceptance& acceptance, const std::vector<Breach>& breaches);

}  // namespace tanmiao::crawler
