// Where a firm stands in a list that a learned model orders: by what the run itself wrote of each row.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "core/json_reading.h"
#include "miner/beside.h"

namespace tanmiao::miner {
namespace json = boost::json;
namespace {

constexpr std::size_t kMostColumns = 5;

// Points by column, in thousandths of log-odds, and what to call them.
struct Parts {
  std::map<std::string, double> points;
  std::map<std::string, std::string> labels;
};
void add(const json::object& learned, double share, Parts& out) {
  each_of(learned, "contributions", [&](const json::object& c) {
    const std::string id(text_of(c, "id"));
    out.points[id] += share * static_cast<double>(number_of(c, "points"));
    out.labels[id] = text_of(c, "label");
  });
}

json::object parsed(std::string_view text) {
  boost::system::error_code failed;
  json::value value = json::parse(text, failed);
  return !failed && value.is_object() ? std::move(value.get_object()) : json::object();
}

}  // namespace

std::string learned_of(const store::Run& run, std::size_t row) {
  store::PackedReader reader(run.explanation);
  const auto text = reader.read(row);
  if (!text) return {};
  const json::object all = parsed(*text);
  return all.contains("learned") ? json::serialize(all.at("learned")) : std::string();
}

std::string beside_learned(const store::Run& run, std::size_t begin, std::size_t end, std::size_t row,
                           std::size_t compared) {
  const json::object own = parsed(learned_of(run, row));
  json::object out{{"of", end - begin}, {"ahead", row - begin}, {"compared_with", compared}};
  std::string text = fmt::format("名单共 {} 家，按学习排序，", end - begin);
  Parts mine, ahead;
  add(own, 1, mine);
  for (std::size_t other = begin; other < begin + compared; ++other)
    add(parsed(learned_of(run, other)), 1 / static_cast<double>(compared), ahead);
  if (row > begin) {
    const json::object next = parsed(learned_of(run, row - 1));
    const auto points = static_cast<double>(number_of(next, "score", 0) - number_of(own, "score", 0)) / 1000;
    out["next_points"] = points;
    text += fmt::format("前面有 {} 家，与上一名相差 {:.3f}；以下与最靠前的 {} 家相比", row - begin, points, compared);
  } else {
    text += "本企业排在最前";
  }
  std::vector<std::pair<double, std::string>> gaps;
  for (const auto& [id, points] : ahead.points) {
    const double gap = points - mine.points[id];
    if (gap >= 1) gaps.emplace_back(-gap, id);
  }
  std::sort(gaps.begin(), gaps.end());
  if (gaps.size() > kMostColumns) gaps.resize(kMostColumns);
  json::array items;
  for (const auto& [gap, id] : gaps)
    items.push_back(
        json::object{{"id", id},
                     {"label", ahead.labels[id]},
                     {"points", mine.points[id] / 1000},
                     {"mean_points", ahead.points[id] / 1000},
                     {"text", fmt::format("{}：本企业 {:+.3f}，靠前的企业平均 {:+.3f}（差 {:.3f}）", ahead.labels[id],
                                          mine.points[id] / 1000, ahead.points[id] / 1000, -gap / 1000)}});
  out["text"] = text, out["items"] = std::move(items), out["ranks"] = json::array();
  return json::serialize(out);
}

}  // namespace tanmiao::miner
