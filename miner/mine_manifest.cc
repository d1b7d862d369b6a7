#include "miner/mine_manifest.h"

#include <boost/json.hpp>

namespace tanmiao::miner {
namespace json = boost::json;
namespace {

using Counts = std::vector<std::pair<std::string, std::uint64_t>>;

json::array counts_json(const Counts& counts) {
  json::array out;
  for (const auto& [name, n] : counts) out.push_back(json::array{name, n});
  return out;
}

Counts counts_from(const json::value& value) {
  Counts out;
  for (const auto& item : value.as_array()) {
    out.emplace_back(item.at(0).as_string().c_str(), item.at(1).to_number<std::uint64_t>());
  }
  return out;
}

}  // namespace

std::string run_manifest(const MineReport& report) {
  return json::serialize(json::object{{"run", report.run.id},
                                      {"campaign", report.run.campaign},
                                      {"as_of", iso(report.run.as_of)},
                                      {"rubric", report.run.rubric},
                                      {"inputs", json::parse(report.run.inputs_json)},
                                      {"considered", report.considered},
                                      {"in_campaign", report.in_campaign},
                                      {"candidates", report.candidates},
                                      {"by_judgement", counts_json(report.by_judgement)},
                                      {"by_kind", counts_json(report.by_kind)},
                                      {"left_out", counts_json(report.left_out)}});
}

bool known_run(const std::filesystem::path& folder, MineReport& report) {
  if (!std::filesystem::exists(folder)) return false;
  const auto run = store::Run::open(folder);
  if (!run) return false;
  try {
    const json::value root = json::parse((*run)->manifest_json());
    report.considered = root.at("considered").to_number<std::uint64_t>();
    report.in_campaign = root.at("in_campaign").to_number<std::uint64_t>();
    report.candidates = root.at("candidates").to_number<std::uint64_t>();
    report.by_judgement = counts_from(root.at("by_judgement"));
    report.by_kind = counts_from(root.at("by_kind"));
    report.left_out = counts_from(root.at("left_out"));
    report.run.candidates = report.candidates;
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace tanmiao::miner
