#include "server/report_files.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace tanmiao::server {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargestReport = 64u << 20;

// "000012" of a night number; anything else is no file name of ours.
bool night_name(std::string_view name) {
  return !name.empty() && name.size() <= 20 && name.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string_view without_zeros(std::string_view name) {
  return name.substr(std::min(name.find_first_not_of('0'), name.size()));
}

}  // namespace

// Names are zero-padded: of two the longer one is the greater number.
std::vector<std::string> report_names(const store::DataFolder& folder) {
  std::vector<std::string> names;
  std::error_code failed;
  for (fs::directory_iterator at(folder.reports(), failed), end; !failed && at != end; at.increment(failed))
    if (at->path().extension() == ".json" && night_name(at->path().stem().string()))
      names.push_back(at->path().stem().string());
  std::sort(names.begin(), names.end(),
            [](const auto& a, const auto& b) { return a.size() != b.size() ? a.size() > b.size() : a > b; });
  return names;
}

Result<std::string> read_report(const store::DataFolder& folder, std::string_view night) {
  const auto known = report_names(folder);
  const auto found = night.empty() ? known.begin() : std::find_if(known.begin(), known.end(), [&](const auto& name) {
    return night_name(night) && without_zeros(name) == without_zeros(night);
  });
  if (found == known.end()) return Error{Errc::kNotFound, night.empty() ? "尚无运行报告" : "没有这一次的运行报告", ""};
  const fs::path path = folder.reports() / (*found + ".json");
  std::error_code failed;
  if (fs::file_size(path, failed) > kLargestReport || failed) return Error{Errc::kIo, "运行报告无法读取", *found};
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace tanmiao::server
