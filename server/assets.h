// The files of web/, built into the program (embed.cmake).
#pragma once

#include <span>
#include <string_view>

namespace tanmiao::server {

struct Asset {
  std::string_view name, bytes;  // "style.css"
};
std::span<const Asset> assets();

}  // namespace tanmiao::server
