#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace demo_city {

// Source descriptions for a crawler (docs/sources.md): file name -> text. Ports in the order of all_sites().
std::map<std::string, std::string> source_files(const std::vector<std::uint16_t>& ports);

}  // namespace demo_city
