#include "crawler/source_files.h"

#include <re2/re2.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

#include "core/messages.h"
#include "core/text/normalize.h"
#include "crawler/crawl.h"

namespace tanmiao::crawler {
namespace {

namespace fs = std::filesystem;

Result<std::vector<fs::path>> files_of(const fs::path& place) {
  std::error_code failed;
  if (fs::is_regular_file(place, failed)) return std::vector{place};
  std::vector<fs::path> out;
  fs::directory_iterator folder(place, failed);
  if (failed) return Error{Errc::kNotFound, "cannot open the sources: " + failed.message(), place.string()};
  for (const auto& entry : folder)
    if (entry.path().extension() == ".toml") out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

// Of a file that may be no TOML at all.
std::string seeming_id(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  static const re2::RE2 said(R"((?m)^[ \t]*id[ \t]*=[ \t]*["']([^"'\r\n/\\]+)["'])");
  std::string id;
  if (re2::RE2::PartialMatch(text, said, &id) && text::valid_utf8(id)) return id;
  return file.stem().string();
}

// "FILE:12:5" -> "FILE"
std::string file_in(std::string where) {
  for (int part = 0; part < 2; ++part) {
    const std::size_t colon = where.rfind(':');
    if (colon == std::string::npos || !text::is_digits(where.substr(colon + 1))) break;
    where.resize(colon);
  }
  return where;
}

void take_out_twins(SourceFiles& all) {
  std::map<std::string, std::vector<std::string>> files;
  for (const Source& source : all.sources) files[source.id].push_back(source.file);
  for (const Source& source : all.sources) {
    const auto& same = files[source.id];
    if (same.size() < 2) continue;
    const std::string& other = same.front() == source.file ? same.back() : same.front();
    all.bad.push_back(
        {source.id,
         source.file,
         {{Errc::kConfig, "two sources have the id '" + source.id + "'; the other is " + other, source.file}}});
  }
  std::erase_if(all.sources, [&](const Source& source) { return files[source.id].size() > 1; });
}

}  // namespace

std::vector<Error> each_fault(const Error& error) {
  const std::string file = file_in(error.where);
  std::vector<Error> out;
  for (std::string_view rest = error.message; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(rest.size(), end + 1));
    const std::size_t text = line.find(": ", std::min(file.size(), line.size()));
    const bool placed = !out.empty() && line.starts_with(file + ":") && text != std::string_view::npos;
    if (placed)
      out.push_back({error.code, std::string(line.substr(text + 2)), std::string(line.substr(0, text))});
    else
      out.push_back({error.code, std::string(line), error.where});
  }
  if (out.empty()) out.push_back(error);
  return out;
}

Error as_error(const BadSource& bad) {
  Error all{Errc::kConfig, "", bad.file};
  for (const Error& fault : bad.faults) {
    if (all.message.empty())
      all = {Errc::kConfig, fault.message, fault.where};
    else
      all.message.append("\n").append(fault.text());
  }
  return all;
}

std::string fault_in_chinese(const Error& fault, bool whole_path) {
  std::string where = fault.where;
  if (!whole_path) where.erase(0, where.rfind('/') == std::string::npos ? 0 : where.rfind('/') + 1);
  return where.empty() ? in_chinese(fault.message) : where + "：" + in_chinese(fault.message);
}

Result<SourceFiles> load_source_files(const std::vector<fs::path>& places) {
  SourceFiles all;
  for (const fs::path& place : places) {
    TANMIAO_ASSIGN(const auto files, files_of(place));
    for (const fs::path& file : files) {
      auto source = load_source(file);
      if (source)
        all.sources.push_back(std::move(*source));
      else
        all.bad.push_back({seeming_id(file), file.string(), each_fault(source.error())});
    }
  }
  take_out_twins(all);
  const auto by_id = [](const auto& a, const auto& b) { return a.id < b.id; };
  std::stable_sort(all.sources.begin(), all.sources.end(), by_id);
  std::stable_sort(all.bad.begin(), all.bad.end(), by_id);
  return all;
}

Result<SourceFiles> load_source_files(const CrawlConfig& config) {
  std::vector<fs::path> places = config.more_sources;
  if (!config.sources.empty()) places.insert(places.begin(), config.sources);
  return load_source_files(places);
}

Result<std::vector<Source>> load_sources(const std::vector<fs::path>& places) {
  TANMIAO_ASSIGN(SourceFiles all, load_source_files(places));
  if (!all.bad.empty()) return as_error(all.bad.front());
  return std::move(all.sources);
}

}  // namespace tanmiao::crawler
