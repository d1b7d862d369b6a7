// The steps by which world.cc makes a world; private to the demo city.
#pragma once

#include "apps/demo_city/random.h"
#include "apps/demo_city/world.h"

namespace demo_city {

void make_firms(World& world);
void make_patents(World& world);       // needs firms
void make_recognitions(World& world);  // needs firms and patents: officials see the truth late

}  // namespace demo_city
