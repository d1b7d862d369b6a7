// Serving the pages until a signal, for serve and demo.
#pragma once

#include "apps/tanmiao/workplace.h"

namespace tanmiao::app {

Result<int> serve_pages(const std::filesystem::path& data, const AppConfig& config,
                        std::shared_ptr<const Reference> reference, bool json);

}  // namespace tanmiao::app
