// --by and --reason: what the audit says of a decision is neither empty nor blank.
#pragma once

#include <CLI/CLI.hpp>

namespace tanmiao::app {

// To be given to transform(): takes the blanks off both ends (full-width and invisible ones too) and refuses what is
// then empty.
CLI::Validator who();
CLI::Validator why();

}  // namespace tanmiao::app
