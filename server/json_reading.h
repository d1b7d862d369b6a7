// The JSON library, and how its objects are read.
#pragma once

#include <boost/json.hpp>
#include <string>

#include "core/json_reading.h"
