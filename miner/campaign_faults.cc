#include "miner/campaign_faults.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "core/settings.h"
#include "miner/rules.h"

namespace tanmiao::miner {
namespace {

namespace fs = std::filesystem;
using NamedThing = Campaign::Named;
using Of = NamedThing::Of;
using Known = std::vector<std::string_view>;

Known known_names(Of of, const Scorecard& scorecard, const Reference& reference) {
  Known known;
  if (of == Of::kIndustry)
    for (const KeyIndustry& industry : reference.key_industries)
      known.insert(known.end(), {industry.id, industry.name});
  if (of == Of::kUnit)
    for (const Unit& unit : reference.regions.units()) known.push_back(unit.name);
  if (of == Of::kCounty)
    for (const Division& division : reference.regions.divisions()) known.push_back(division.name);
  if (of == Of::kProgram) {
    for (const auto& [id, program] : scorecard.programs) known.push_back(id);
    for (const auto& [id, name] : reference.programs)
      if (std::find(known.begin(), known.end(), id) == known.end()) known.push_back(id);
  }
  return known;
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_division(const std::string& code, const Reference& reference) {
  const auto& all = reference.regions.divisions();
  return all_digits(code) && (all.empty() || std::any_of(all.begin(), all.end(), [&](const Division& division) {
                                return std::to_string(division.code) == code;
                              }));
}

std::string wrong_name(const NamedThing& named, const Scorecard& scorecard, const Reference& reference) {
  constexpr std::string_view kWhat[] = {"industry", "responsible unit", "county", "programme"};
  const Known known = known_names(named.of, scorecard, reference);
  if (std::find(known.begin(), known.end(), named.name) != known.end()) return {};
  if (named.of == Of::kCounty && is_division(named.name, reference)) return {};
  if (known.empty() && named.of == Of::kProgram) return {};
  return "unknown " + std::string(kWhat[static_cast<std::size_t>(named.of)]) + " '" + named.name + "'" +
         did_you_mean(named.name, known);
}

// Firms have codes as "C3252": "3252" fits none.
std::string wrong_industry_code(const std::string& code, const Reference& reference) {
  const IndustryTable& table = reference.industry_2017;
  const auto& all = table.name_by_code;
  const bool begins =
      std::any_of(all.begin(), all.end(), [&](const auto& entry) { return entry.first.starts_with(code); });
  if (all.empty() || (begins && !code.empty())) return {};
  const std::string meant = table.canonical(code);
  return "no code of GB/T 4754-2017 begins with '" + code + "'" +
         (meant.empty() || meant == code ? std::string(": expected such as C38 or C3252")
                                         : ", did you mean '" + meant + "'?");
}

// Patents have symbols as "C22C21/00": the titles go down to the subclass, group and subgroup are digits.
std::string wrong_ipc(const std::string& code, const Reference& reference) {
  constexpr std::size_t kSubclass = 4;
  const auto& titles = reference.ipc_titles;
  if (titles.empty()) return {};
  const std::string head = code.substr(0, kSubclass);
  bool fits = !code.empty();
  if (code.size() <= kSubclass) {
    fits = fits && std::any_of(titles.begin(), titles.end(), [&](const auto& t) { return t.first.starts_with(head); });
  } else {
    const std::string_view group = std::string_view(code).substr(kSubclass);
    const std::size_t slash = std::min(group.find('/'), group.size());
    const std::string_view behind = group.substr(std::min(slash + 1, group.size()));
    fits = titles.contains(head) && all_digits(group.substr(0, slash)) && (behind.empty() || all_digits(behind));
  }
  return fits ? "" : "no IPC symbol begins with '" + code + "': expected such as H02K or C22C21/";
}

// Line and column of "file:line:column".
std::pair<int, int> place_of(const std::string& where) {
  const std::size_t column = where.rfind(':');
  if (column == std::string::npos || column == 0) return {};
  const std::size_t line = where.rfind(':', column - 1);
  if (line == std::string::npos) return {};
  return {std::atoi(where.c_str() + line + 1), std::atoi(where.c_str() + column + 1)};
}

Result<std::string> text_of_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream bytes;
  if (!in || !(bytes << in.rdbuf())) return Error{Errc::kConfig, "cannot read the file", path.string()};
  return bytes.str();
}

}  // namespace

std::vector<Error> unknown_in(const Campaign& campaign, const Scorecard& scorecard, const Reference& reference) {
  std::vector<Error> faults;
  for (const NamedThing& named : campaign.named) {
    std::string wrong = named.of == Of::kGbt   ? wrong_industry_code(named.name, reference)
                        : named.of == Of::kIpc ? wrong_ipc(named.name, reference)
                                               : wrong_name(named, scorecard, reference);
    if (!wrong.empty()) faults.push_back({Errc::kConfig, std::move(wrong), named.where});
  }
  std::stable_sort(faults.begin(), faults.end(),
                   [](const Error& a, const Error& b) { return place_of(a.where) < place_of(b.where); });
  return faults;
}

std::vector<Error> campaign_faults(const fs::path& rules, const Reference& reference) {
  Scorecard scorecard;
  if (const auto toml = text_of_file(rules / "scorecard.toml"))
    if (auto read = parse_scorecard(*toml, "scorecard.toml")) scorecard = std::move(*read);
  std::vector<fs::path> files;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(rules / "campaigns", failed))
    if (entry.path().extension() == ".toml") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<Error> faults;
  for (const fs::path& file : files) {
    const auto toml = text_of_file(file);
    const auto campaign = toml ? parse_campaign(*toml, file.stem().string(), file.string()) : toml.error();
    if (!campaign) {
      faults.push_back(campaign.error());
      continue;
    }
    const auto unknown = unknown_in(*campaign, scorecard, reference);
    faults.insert(faults.end(), unknown.begin(), unknown.end());
  }
  return faults;
}

Status as_status(const std::vector<Error>& faults) {
  if (faults.empty()) return {};
  Error all = faults.front();
  for (std::size_t i = 1; i < faults.size(); ++i) all.message.append("\n").append(faults[i].text());
  return all;
}

}  // namespace tanmiao::miner
