// Where the program that reads files is (crawler/reader_process.h), and what it may use.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>

namespace tanmiao::crawler {

struct ReaderPlace {
  std::filesystem::path program;           // empty: documents are read in this process
  std::filesystem::path reference;         // the folder that this process's own tables were loaded from
  std::uint32_t city = 0;                  // and the city
  std::uint32_t most_memory = 2048;        // MiB of addresses
  std::chrono::seconds most_silence{300};  // without anything read; then it is killed
  // Bytes of what it gives of one document, beyond 200 times the size of the file; then it is killed.
  std::uint64_t most_given = std::uint64_t{256} << 20;
};

}  // namespace tanmiao::crawler
