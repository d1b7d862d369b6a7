#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "apps/demo_city/world.h"

namespace demo_city {

// What `make` leaves in its folder: world.json (parameters and ports), truth.csv, sources/*.toml, secrets/* (mode
// 0600), lists/* (announcement lists to try) and an empty inbox for them.
struct WorldFolder {
  WorldConfig config;
  std::vector<std::uint16_t> ports;  // in the order of all_sites()
};
void write_world_folder(const std::filesystem::path& folder, const World& world,
                        const std::vector<std::uint16_t>& ports);
WorldFolder read_world_folder(const std::filesystem::path& folder);

}  // namespace demo_city
