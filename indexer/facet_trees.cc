// Facets whose values stand above one another. Each firm has a value with all that stand above it, so that a firm
// counts once on every level and a value never counts less than one below it.
#include <array>
#include <map>
#include <tuple>

#include "core/industry.h"
#include "indexer/facet_maker.h"

namespace tanmiao::indexer {
namespace {

using Path = std::vector<std::string>;

// Beginnings of a code, of these lengths.
Path path_of(std::string_view code, std::span<const std::size_t> lengths) {
  Path path;
  path.reserve(lengths.size());
  for (const std::size_t length : lengths)
    if (length <= code.size()) path.emplace_back(code.substr(0, length));
  return path;
}

// A division behind those that it lies in: as the table has it, which knows of townships that are counted to another
// county than their number says; else by the digits.
class DivisionPaths {
 public:
  explicit DivisionPaths(const RegionTable& regions) {
    for (const Division& division : regions.divisions())
      if (division.parent != 0) parent_.emplace(division.code, division.parent);
  }
  const Path& of(std::uint32_t code) {
    const auto [found, fresh] = paths_.try_emplace(code);
    if (!fresh) return found->second;
    constexpr std::size_t kMostLevels = 8;  // a damaged table must not run for ever
    Path path;
    for (std::uint32_t at = code; at != 0 && path.size() < kMostLevels; at = above(at))
      path.push_back(std::to_string(at));
    return found->second = Path(path.rbegin(), path.rend());
  }

 private:
  std::uint32_t above(std::uint32_t code) const {
    constexpr std::uint32_t kLargestCounty = 999999, kInCounty = 1000, kInPrefecture = 100, kInProvince = 10000;
    if (const auto known = parent_.find(code); known != parent_.end()) return known->second;
    if (code > kLargestCounty) return code / kInCounty;
    if (code % kInPrefecture != 0) return code / kInPrefecture * kInPrefecture;
    return code % kInProvince != 0 ? code / kInProvince * kInProvince : 0;
  }
  std::unordered_map<std::uint32_t, std::uint32_t> parent_;
  std::map<std::uint32_t, Path> paths_;
};

// "C", "C22", "C22C"
bool is_ipc_level(std::string_view value) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (value.empty() || value[0] < 'A' || value[0] > 'H') return false;
  if (value.size() == 1) return true;
  if (value.size() < 3 || value.size() > 4 || !digit(value[1]) || !digit(value[2])) return false;
  return value.size() == 3 || (value[3] >= 'A' && value[3] <= 'Z');
}

}  // namespace

FacetColumn make_region(const store::Snapshot& s, const RegionTable& regions) {
  constexpr std::size_t kLevels = 4, kCounty = 2;
  FacetMaker maker("region", "所在地", s.last_firm());
  maker.levels(kLevels);
  DivisionPaths paths(regions);
  const auto name = [&](const std::string& code) {
    return std::string(regions.name(static_cast<std::uint32_t>(std::stoul(code))));
  };
  maker.otherwise("unknown", "所在地未知");
  for (const Division& division : regions.divisions()) maker.know_path(paths.of(division.code), name, kCounty);
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> numbers;  // by code
  return maker.run(s, [&](store::FirmNo firm, FacetMaker& make) {
    const auto& f = s.firms;
    const std::uint32_t code = f.township[firm] != 0 ? f.township[firm]
                               : f.county[firm] != 0 ? f.county[firm]
                                                     : f.prefecture[firm];
    if (code == 0) return;
    const auto [found, fresh] = numbers.try_emplace(code);
    if (fresh) found->second = make.know_path(paths.of(code), name, kCounty);
    make.add_all(found->second);
  });
}

FacetColumn make_industry(const store::Snapshot& s, const Reference& reference) {
  static constexpr std::array<std::size_t, 4> kLengths{1, 3, 4, 5};  // half a division is none
  constexpr std::size_t kDivision = 1;
  FacetMaker maker("industry", "行业", s.last_firm());
  maker.levels(kLengths.size());
  maker.otherwise("unknown", "行业未知");
  const auto name = [&](const std::string& code) { return std::string(reference.industry_2017.name(code)); };
  std::vector<std::string_view> codes;
  codes.reserve(reference.industry_2017.name_by_code.size());
  for (const auto& [code, title] : reference.industry_2017.name_by_code) codes.push_back(code);
  std::sort(codes.begin(), codes.end());
  for (const std::string_view code : codes) maker.know_path(path_of(code, kLengths), name, kDivision);
  std::map<std::tuple<std::string_view, int, std::string_view>, std::vector<std::uint32_t>> known;
  return maker.run(s, [&](store::FirmNo firm, FacetMaker& make) {
    const std::tuple said{s.firms.industry_code[firm], int{s.firms.industry_edition[firm]},
                          s.firms.industry_name[firm]};
    const auto [found, fresh] = known.try_emplace(said);
    if (fresh) {
      const Path path =
          path_of(industry_of(std::get<0>(said), std::get<1>(said), std::get<2>(said), reference).in_2017, kLengths);
      found->second = make.know_path(path, name, kDivision);
    }
    make.add_all(found->second);
  });
}

FacetColumn make_ipc(const store::Snapshot& s, const Reference& reference) {
  static constexpr std::array<std::size_t, 3> kLengths{1, 3, 4};
  constexpr std::size_t kSubclass = 2;
  FacetMaker maker("ipc", "专利分类", s.last_firm());
  maker.know(is_ipc_level);
  maker.levels(kLengths.size());
  maker.otherwise("none", "无专利分类");
  const auto title_of = [&](const std::string& code) {
    const auto title = reference.ipc_titles.find(code);
    return title == reference.ipc_titles.end() ? code : code + " " + title->second;
  };
  std::unordered_map<std::string_view, std::vector<std::uint32_t>> numbers;  // by subclass
  return maker.run(s, [&](store::FirmNo firm, FacetMaker& make) {
    const auto [begin, end] = s.ownerships_of(firm);
    for (std::uint32_t i = begin; i < end; ++i) {
      std::string_view ipc = s.patents.ipc[s.ownerships.patent[i]];
      while (!ipc.empty()) {
        const std::size_t stop = std::min(ipc.find(' '), ipc.size());
        const auto [found, fresh] = numbers.try_emplace(ipc.substr(0, std::min(stop, kLengths.back())));
        if (fresh) found->second = make.know_path(path_of(found->first, kLengths), title_of, kSubclass);
        make.add_all(found->second);
        ipc.remove_prefix(std::min(stop + 1, ipc.size()));
      }
    }
  });
}

}  // namespace tanmiao::indexer
