// All source files of a configuration: a file that is wrong costs its own source, not the others.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/error.h"
#include "crawler/source.h"

namespace tanmiao::crawler {

struct CrawlConfig;

// A file that describes no source as it is.
struct BadSource {
  std::string id;  // as the file seems to say, else its name without .toml
  std::string file;
  std::vector<Error> faults;  // each with file, line and column
};

struct SourceFiles {
  std::vector<Source> sources;  // by id
  std::vector<BadSource> bad;   // by id; of two files with one id both
};
// Error only when a place cannot be opened.
Result<SourceFiles> load_source_files(const std::vector<std::filesystem::path>& places);
Result<SourceFiles> load_source_files(const CrawlConfig& config);

// The complaints about a file, each by itself: Settings::finish() gives them as lines of one error.
std::vector<Error> each_fault(const Error& error);
// All of them as one again.
Error as_error(const BadSource& bad);
// "a.toml:3:1：“fetch.pause”应为 ...": the place as it is, the rest Chinese. `whole_path`: as the program opened the
// file; else its name alone, for what leaves the machine.
std::string fault_in_chinese(const Error& fault, bool whole_path);

}  // namespace tanmiao::crawler
