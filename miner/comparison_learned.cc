// Where a firm stands in a list that a learned model orders: by what the run itself wrote of each row.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <ranges>

#include "core/json_reading.h"
#include "miner/beside.h"
#include "miner/learn/new_facts.h"

namespace tanmiao::miner {
namespace json = boost::json;
namespace {

constexpr std::size_t kMostColumns = 5, kMostLifts = 3;

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

// The rank that a learned score would have in the list, were all others as they are: equal ones stand by the
// scorecard's score, then by number, as miner::mine orders them.
std::size_t rank_with(const LearnedPlace& place, std::int64_t score, double card) {
  const store::Run& run = place.run;
  const auto ahead = [&](std::size_t row) {
    const std::int64_t other = number_of(parsed(learned_of(run, row)), "score");
    if (other != score) return other > score;
    if (run.score[row] != card) return run.score[row] > card;
    return run.firm[row] < run.firm[place.row];
  };
  const auto rows = std::views::iota(place.begin, place.end);
  const std::size_t border = *std::ranges::partition_point(rows, ahead);
  return border - place.begin + (place.row < border ? 0 : 1);
}

// What the same model would say of the firm with one fact more.
json::array ranks_json(const Context& context, const FirmFacts& facts, const Assessment& a, const LearnedPlace& place,
                       const learn::FoldTrees& model, const Priors* priors) {
  const learn::LearnedScore now = model.score(context, priors, facts, a);
  std::vector<learn::Lift> lifts = learn::lifts(model, context, priors, facts, a);
  if (lifts.size() > kMostLifts) lifts.resize(kMostLifts);
  json::array out;
  const std::size_t rank = place.row - place.begin + 1;
  for (const learn::Lift& lift : lifts) {
    const std::size_t then = rank_with(place, lift.then.score, lift.card);
    const std::string moves = then < rank ? fmt::format("其余不变时排第 {} 名（现第 {} 名）", then, rank) : "名次不变";
    std::string text =
        fmt::format("{}：模型推算取得的可能性由 {:.2f}% 变为 {:.2f}%，{}。这是模型按以往名单的推算，不是购买专利的建议",
                    lift.label, 100 * now.probability, 100 * lift.then.probability, moves);
    out.push_back(json::object{{"id", lift.id},
                               {"label", lift.label},
                               {"points", static_cast<double>(lift.then.score - now.score) / 1000},
                               {"probability_before", now.probability},
                               {"probability", lift.then.probability},
                               {"rank", then},
                               {"text", std::move(text)}});
  }
  return out;
}

}  // namespace

std::string learned_of(const store::Run& run, std::size_t row) {
  store::PackedReader reader(run.explanation);
  return learned_text(reader, row);
}

std::string beside_learned(const Context& context, const FirmFacts& facts, const Assessment& a,
                           const LearnedPlace& place, const learn::FoldTrees* model, const Priors* priors) {
  const auto& [run, begin, end, row, compared] = place;
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
  const bool same = model != nullptr && model->digest == text_of(own, "model");
  if (!same) text += "；排出此名单的学习模型已不保留或已停用，不推算新事实的作用";
  if (same) text.append("。").append(kSupposed);
  out["text"] = text, out["items"] = std::move(items);
  out["ranks"] = same ? ranks_json(context, facts, a, place, *model, priors) : json::array();
  return json::serialize(out);
}

}  // namespace tanmiao::miner
