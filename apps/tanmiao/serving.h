// Serving the pages until a signal, for serve and demo.
#pragma once

#include "apps/tanmiao/workplace.h"

namespace tanmiao::app {

// `common` names the data, and the configuration that the lists are made anew with after answers came in.
Result<int> serve_pages(const Common& common, const AppConfig& config, std::shared_ptr<const Reference> reference);

}  // namespace tanmiao::app
