#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace demo_city {

// Source descriptions for a crawler (docs/sources.md): file name -> text. Ports in the order of all_sites(); `folder`
// of the world, absolute: there lie its secrets.
std::map<std::string, std::string> source_files(const std::vector<std::uint16_t>& ports, const std::string& folder);

// One of them: {PORT} stands for the port of its host, {FOLDER} for the folder.
struct SourceFile {
  std::string_view name, text;
  std::size_t site;  // position in all_sites()
};
std::span<const SourceFile> open_data_sources();  // of the imitations

}  // namespace demo_city
