#include "miner/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <ranges>

#include "miner/beside.h"
#include "miner/new_facts.h"

namespace tanmiao::miner {
namespace json = boost::json;
namespace {

constexpr std::size_t kLeastAhead = 20, kMostAhead = 100, kMostItems = 5, kMostSteps = 8;
constexpr double kLeastGap = .005;  // of points: what is written with two places

// Of values in ascending order; the mean of the middle two when their number is even.
double median(const std::vector<double>& sorted) {
  if (sorted.empty()) return 0;
  const std::size_t half = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

// The rows of the run that are the firm's list, in rank order: start-ups stand behind all others.
struct LeadList {
  std::size_t begin = 0, end = 0;
  static LeadList of(const store::Run& run, std::size_t row) {
    const auto start_up = [&](std::size_t r) { return run.lead_kind[r] == static_cast<int>(LeadKind::kStartUp); };
    const auto rows = std::views::iota(std::size_t{0}, run.size());
    const std::size_t border = *std::ranges::partition_point(rows, [&](std::size_t r) { return !start_up(r); });
    return start_up(row) ? LeadList{border, run.size()} : LeadList{0, border};
  }
};

// The rank that a score would have in the list, were all others as they are.
std::size_t rank_with(const store::Run& run, const LeadList& list, store::FirmNo firm, double score) {
  std::size_t ahead = 0;
  for (std::size_t row = list.begin; row < list.end && run.score[row] >= score; ++row)
    ahead += run.firm[row] != firm && (run.score[row] > score || run.firm[row] < firm);
  return ahead + 1;
}

// A count without places, anything else with at most two.
std::string number_text(double value) {
  if (value == std::round(value)) return fmt::format("{:.0f}", value == 0 ? 0.0 : value);
  return fmt::format("{:.2f}", value);
}

// "再有一件自有的有效发明专利：+15.000 分，研判由暂不满足变为较有希望，其余不变时排第 2 名（现第 9 名）"
std::string rank_sentence(std::string_view label, double gain, Judgement before, Judgement then, std::size_t rank,
                          std::size_t now) {
  std::string text = fmt::format("{}：+{:.3f} 分", label, gain);
  if (then != before) text += fmt::format("，研判由{}变为{}", tanmiao::label(before), tanmiao::label(then));
  return text +
         (rank < now ? fmt::format("，其余不变时排第 {} 名（现第 {} 名）", rank, now) : std::string("，名次不变"));
}

std::string deficit_sentence(const Contribution& own, double value, double points) {
  const Feature feature = own.feature->feature;
  const bool read =
      feature == Feature::kNameWords || feature == Feature::kScopeWords || feature == Feature::kKeyIndustry;
  const std::string has = own.value != 0 ? number_text(own.value) : read ? "无" : "未见公开依据";
  const std::string others = own.feature->curve == Curve::kFlag ? fmt::format("靠前的企业 {:.0f}% 有", 100 * value)
                                                                : fmt::format("靠前的企业平均 {:.2f}", value);
  return fmt::format("{}：{}，{}（差 {:.3f} 分）", own.feature->label, has, others, points - own.points);
}

// The firm judged again with one fact more.
struct StepUp {
  std::string_view id;
  std::string label;
  Assessment then;
};

// What raises the score, the most first.
std::vector<StepUp> steps_up(const Context& context, const FirmFacts& facts, const Assessment& a) {
  std::vector<StepUp> out;
  for (NewFact& fact : new_facts(context, facts, a)) {
    Assessment then = assess_with(context, fact);
    const bool adds_nothing = std::any_of(out.begin(), out.end(), [&](const StepUp& one) {
      return one.id == fact.beyond && one.then.score >= then.score;
    });
    if (then.score > a.score && !adds_nothing) out.push_back({fact.id, std::move(fact.label), std::move(then)});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const StepUp& x, const StepUp& y) { return x.then.score > y.then.score; });
  if (out.size() > kMostSteps) out.resize(kMostSteps);
  return out;
}

json::array ranks_json(const Context& context, const FirmFacts& facts, const Assessment& a, const store::Run& run,
                       const LeadList& list, std::size_t rank) {
  json::array out;
  for (const StepUp& step : steps_up(context, facts, a)) {
    const std::size_t then = rank_with(run, list, facts.firm, step.then.score);
    const double gain = static_cast<double>(step.then.score.thousandths() - a.score.thousandths()) / 1000;
    json::object one{{"id", step.id}, {"label", step.label}, {"points", gain}, {"rank", then}};
    one["text"] = rank_sentence(step.label, gain, a.judgement, step.then.judgement, then, rank);
    if (step.then.judgement != a.judgement) one["judgement"] = label(step.then.judgement);
    out.push_back(std::move(one));
  }
  return out;
}

// What the firms of the rows have by each item of the scorecard on the average: values, and points, which add up to the
// average of their scores.
struct Averages {
  std::vector<double> values, points;
};
Averages averages_of(const Context& context, const store::Run& run, std::size_t begin, std::size_t end) {
  Averages out{std::vector<double>(context.card.features.size()), std::vector<double>(context.card.features.size())};
  const auto count = static_cast<double>(end - begin);
  for (std::size_t row = begin; row < end; ++row) {
    const Assessment other = assess(context, gather(context, run.firm[row]));
    for (std::size_t i = 0; i < other.contributions.size(); ++i)
      out.values[i] += other.contributions[i].value / count, out.points[i] += other.contributions[i].points / count;
  }
  return out;
}

// All items by which the average is ahead, the greatest first.
json::array deficits_json(const Assessment& a, const Averages& ahead) {
  std::vector<std::size_t> order;
  const auto gap = [&](std::size_t i) { return ahead.points[i] - a.contributions[i].points; };
  for (std::size_t i = 0; i < a.contributions.size(); ++i)
    if (gap(i) >= kLeastGap) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) { return gap(x) > gap(y); });
  if (order.size() > kMostItems) order.resize(kMostItems);
  json::array out;
  for (const std::size_t i : order) {
    const Contribution& own = a.contributions[i];
    out.push_back(json::object{{"id", own.feature->id},
                               {"label", own.feature->label},
                               {"value", own.value},
                               {"points", own.points},
                               {"mean_value", ahead.values[i]},
                               {"mean_points", ahead.points[i]},
                               {"text", deficit_sentence(own, ahead.values[i], ahead.points[i])}});
  }
  return out;
}

// Shares of `sorted` that lie below the value, and that are equal to it.
void add_shares(json::object& line, const std::vector<double>& sorted, double value) {
  const auto [low, high] = std::equal_range(sorted.begin(), sorted.end(), value);
  const auto count = static_cast<double>(sorted.size());
  line["median"] = median(sorted);
  line["below"] = static_cast<double>(low - sorted.begin()) / count;
  line["equal"] = static_cast<double>(high - low) / count;
}

bool follows_from_title(Feature feature) { return feature == Feature::kPastTechSme; }

// What is judged of a firm as if it had never borne the title, which is a recognition of its own too.
Assessment assess_without_title(const Context& context, FirmFacts facts) {
  for (const RecognitionFact& fact : facts.recognitions)
    if (fact.program != nullptr && fact.program->expiry == "tech_sme") facts.strong_recognitions -= fact.strong ? 1 : 0;
  facts.past_tech_sme = facts.registered = false;
  return assess(context, facts);
}

bool bears_title(const Context& context, store::FirmNo firm) {
  const auto [first, last] = context.snapshot.recognitions_of(firm);
  for (std::uint32_t row = first; row < last; ++row) {
    const auto program = context.card.programs.find(context.snapshot.recognitions.program[row]);
    if (program != context.card.programs.end() && program->second.expiry == "tech_sme") return true;
  }
  return false;
}

}  // namespace

Result<std::shared_ptr<const TitleHolders>> title_holders(const store::Snapshot& snapshot, const Rules& rules,
                                                          const Reference& reference, const MineConfig& config) {
  TANMIAO_ASSIGN(const Context context, context_for(snapshot, rules, reference, config));
  auto out = std::make_shared<TitleHolders>();
  out->values.resize(context.card.features.size());
  constexpr auto kNotCompared = store::kFirmSuppressed | store::kFirmMerged | store::kFirmOutside;
  for (store::FirmNo firm = 1; firm <= snapshot.last_firm(); ++firm) {
    if ((snapshot.firms.flags[firm] & kNotCompared) != 0 || !bears_title(context, firm)) continue;
    const FirmFacts facts = gather(context, firm);
    if (!facts.registered && !facts.past_tech_sme) continue;  // not public yet by the day
    const Assessment a = assess_without_title(context, facts);
    out->firms.push_back(firm);
    out->valid += facts.registered ? 1 : 0;
    out->scores.push_back(a.score);
    for (std::size_t i = 0; i < a.contributions.size(); ++i) out->values[i].push_back(a.contributions[i].value);
  }
  std::sort(out->scores.begin(), out->scores.end());
  for (auto& column : out->values) std::sort(column.begin(), column.end());
  return std::shared_ptr<const TitleHolders>(std::move(out));
}

std::string why_not_higher(const Context& context, const FirmFacts& facts, const Assessment& a, const store::Run& run,
                           const learn::FoldTrees* model, const Priors* priors) {
  const std::size_t row = run.row_of(facts.firm);
  const LeadList list = LeadList::of(run, row);
  const std::size_t ahead = row - list.begin, all = list.end - list.begin;
  const std::size_t compared = std::min(ahead, std::clamp(all / 10, kLeastAhead, kMostAhead));
  if (!learned_of(run, row).empty())
    return beside_learned(context, facts, a, {run, list.begin, list.end, row, compared}, model, priors);
  json::object out{{"of", all}, {"ahead", ahead}, {"compared_with", compared}};
  std::string text = fmt::format("名单共 {} 家，", all);
  if (ahead > 0) {
    const double next = in_thousandths(run.score[row - 1] - run.score[row]);
    out["next_points"] = next;
    text += fmt::format("前面有 {} 家，与上一名相差 {:.3f} 分；以下与最靠前的 {} 家相比", ahead, next, compared);
  } else {
    text += "本企业排在最前";
  }
  out["text"] = text + "。" + std::string(kSupposed);
  out["items"] =
      ahead > 0 ? deficits_json(a, averages_of(context, run, list.begin, list.begin + compared)) : json::array();
  out["ranks"] = ranks_json(context, facts, a, run, list, ahead + 1);
  return json::serialize(out);
}

std::string among_listed(const Context& context, const FirmFacts& facts, const TitleHolders& listed) {
  json::object out{{"count", listed.firms.size()}, {"valid", listed.valid}};
  if (listed.firms.size() < kLeastListed) {
    out["text"] =
        fmt::format("登记过科技型中小企业的只有 {} 家，不足 {} 家，不作比较", listed.firms.size(), kLeastListed);
    return json::serialize(out);
  }
  const Assessment a = assess_without_title(context, facts);
  const double own_score = a.score;
  json::object score{{"own", own_score}};
  add_shares(score, listed.scores, own_score);
  out["text"] = fmt::format(
      "登记过科技型中小企业的有 {} 家（登记有效的 {} 家）。不计登记本身，本企业得分 {:.3f}，高于其中 "
      "{:.0f}%，中位数 {:.3f}",
      listed.firms.size(), listed.valid, own_score, 100 * score.at("below").as_double(),
      score.at("median").as_double());
  out["score"] = std::move(score);
  json::array items;
  for (std::size_t i = 0; i < a.contributions.size(); ++i) {
    const Contribution& own = a.contributions[i];
    if (own.feature->weight <= 0 || follows_from_title(own.feature->feature)) continue;
    if (own.value == 0 && listed.values[i].back() <= 0) continue;  // nobody has it: nothing to tell
    json::object line{{"id", own.feature->id}, {"label", own.feature->label}, {"value", own.value}};
    line["flag"] = context.card.features[i].curve == Curve::kFlag;
    add_shares(line, listed.values[i], own.value);
    items.push_back(std::move(line));
  }
  out["items"] = std::move(items);
  return json::serialize(out);
}

}  // namespace tanmiao::miner
