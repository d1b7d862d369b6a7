#include "apps/tanmiao/change_words.h"

#include "apps/tanmiao/learned_changes.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cmath>

namespace tanmiao::app {
namespace {

namespace json = boost::json;

constexpr std::string_view kLearnedInput = "learned";

// Parts of a run's inputs that are no data of firms. A new day is none either: it only moves what is valid on it.
constexpr std::pair<std::string_view, std::string_view> kRules[] = {
    {"miner", "程序的评分方法"},  {"campaign", "检索条件"}, {"rubric_hash", "评价指标"},
    {"scorecard_hash", "计分表"}, {"reference", "参考表"},  {kLearnedInput, "学习模型"}};

std::string signed_points(double change) { return fmt::format("{}{:.3f}", change < 0 ? "−" : "+", std::abs(change)); }

// So many digits that whoever reads the text and writes it again writes the same.
double in_micro(double points) { return std::round(points * 1e6) / 1e6; }

json::object one_change_json(const FirmChange& c) {
  json::array why, items, causes;
  for (const std::string& text : c.why) why.emplace_back(text);
  for (const miner::ItemChange& item : c.items)
    items.push_back(json::object{
        {"id", item.id}, {"label", item.label}, {"before", in_micro(item.before)}, {"now", in_micro(item.now)}});
  for (const miner::Cause& cause : c.causes) {
    const auto date = from_day(cause.date);
    causes.push_back(json::object{{"kind", miner::word(cause.kind)},
                                  {"text", cause.text},
                                  {"date", date ? iso(*date) : std::string()},
                                  {"source", cause.source},
                                  {"key", cause.key},
                                  {"about", miner::word(cause.about)}});
  }
  json::object out{{"change", word(c.turn)},
                   {"firm", c.firm},
                   {"name", c.name},
                   {"code", c.code},
                   {"unit", c.unit},
                   {"movement", movement(c)},
                   {"because", word(c.because)},
                   {"why", std::move(why)}};
  const auto place = [&](std::string_view name, std::uint32_t rank, bool start_up, const std::optional<double>& score) {
    if (rank == 0) return;
    out[name] = json::object{{"rank", rank}, {"list", start_up ? "start_up" : "main"}};
    if (score) out[name].as_object()["score"] = in_micro(*score);
  };
  place("before", c.rank_before, c.start_up_before, c.score_before);
  place("now", c.rank, c.start_up, c.score);
  if (c.turn == Turn::kMoved || c.turn == Turn::kSame) out["of_itself"] = c.of_itself();
  if (c.by_firm) out["by_firm"] = in_micro(*c.by_firm);
  if (c.by_rules) out["by_rules"] = in_micro(*c.by_rules);
  out["items"] = std::move(items);
  if (c.learned) out["learned"] = learned_change_json(*c.learned);
  out["causes"] = std::move(causes);
  return out;
}

json::object reason_counts(const std::vector<std::pair<std::string, std::uint64_t>>& counts) {
  json::object out;
  for (const auto& [reason, count] : counts) out[reason] = count;
  return out;
}

}  // namespace

std::vector<std::string> changed_rules(const std::string& before, const std::string& now) {
  boost::system::error_code failed;
  const json::value was = json::parse(before, failed), is = json::parse(now, failed);
  std::vector<std::string> out;
  if (failed || !was.is_object() || !is.is_object()) return out;
  for (const auto& [key, text] : kRules) {
    const auto *a = was.get_object().if_contains(key), *b = is.get_object().if_contains(key);
    const bool comes_or_goes = key == kLearnedInput && (a == nullptr) != (b == nullptr);
    if (comes_or_goes || (a != nullptr && b != nullptr && *a != *b)) out.emplace_back(text);
  }
  return out;
}

std::string_view word(Turn turn) {
  switch (turn) {
    case Turn::kNew: return "new";
    case Turn::kGone: return "gone";
    case Turn::kMoved: return "moved";
    case Turn::kSame: break;
  }
  return "same";
}

std::string_view word(Because because) {
  switch (because) {
    case Because::kData: return "data";
    case Because::kTime: return "time";
    case Because::kRules: return "rules";
    case Because::kOthers: break;
  }
  return "others";
}

std::string joined(const std::vector<std::string>& texts, std::string_view between) {
  std::string out;
  for (const auto& text : texts) out.append(out.empty() ? "" : between).append(text);
  return out;
}

std::string fresh_words(bool seen, const std::string& reason, const std::vector<std::string>& rules) {
  if (!seen) return "首次见到该企业";
  if (!reason.empty()) return "此前" + reason + "，现不再是";
  return rules.empty() ? "此前未列入，原因未知" : joined(rules, "、") + "变更后列入";
}

std::string pushed_words(const FirmChange& change) {
  return change.turn == Turn::kSame ? "本企业数据未变，名次未变" : "本企业数据未变，因其他企业升降而移动";
}

void add_cause_words(FirmChange& change) {
  constexpr std::size_t kMostTold = 4;
  for (std::size_t i = 0; i < change.causes.size() && i < kMostTold; ++i) change.why.push_back(change.causes[i].text);
  if (change.causes.size() > kMostTold)
    change.why.push_back(fmt::format("另有 {} 项变化", change.causes.size() - kMostTold));
}

void add_score_words(FirmChange& change, const std::vector<std::string>& rules) {
  constexpr std::size_t kMostItems = 4;
  const std::string_view score = change.learned ? "评分卡得分" : "排序分";
  std::string items;
  for (std::size_t i = 0; i < change.items.size() && i < kMostItems; ++i)
    items += fmt::format("{}{} {}", items.empty() ? "" : "、", change.items[i].label,
                         signed_points(change.items[i].now - change.items[i].before));
  if (change.items.size() > kMostItems) items += " 等";
  if (!items.empty())
    change.why.push_back(
        fmt::format("本企业的变化使{} {}：{}", score, signed_points(change.by_firm.value_or(0)), items));
  if (change.by_rules.value_or(0) != 0 && !rules.empty())
    change.why.push_back(fmt::format("{}有变更，使{} {}，并非企业自身变化", joined(rules, "、"), score,
                                     signed_points(change.by_rules.value_or(0))));
  if (change.why.empty())
    change.why.push_back(rules.empty() ? "排序分有变" : joined(rules, "、") + "有变更，并非企业自身变化");
}

std::string movement(const FirmChange& change) {
  if (change.turn == Turn::kNew) return "新增";
  if (change.turn == Turn::kGone) return "退出";
  if (change.start_up != change.start_up_before) return change.start_up ? "转入初创名单" : "转入主名单";
  if (change.rank == change.rank_before) return "＝";
  return change.rank < change.rank_before ? fmt::format("▲{}", change.rank_before - change.rank)
                                          : fmt::format("▼{}", change.rank - change.rank_before);
}

json::object changes_json(const RunChanges& c) {
  json::array firms, rules;
  for (const FirmChange& firm : c.firms) firms.push_back(one_change_json(firm));
  for (const std::string& rule : c.rules) rules.emplace_back(rule);
  return {{"run", c.before.id},
          {"as_of", iso(c.before.as_of)},
          {"ordered_before", ordered_json(c.ordered_before)},
          {"ordered", ordered_json(c.ordered)},
          {"rules", std::move(rules)},
          {"new", c.fresh},
          {"gone", c.gone},
          {"moved", c.moved},
          {"moved_of_itself", c.moved_of_itself},
          {"moved_by_rules", c.moved_by_rules},
          {"taken_out", c.taken_out},
          {"new_by_reason", reason_counts(c.fresh_by)},
          {"gone_by_reason", reason_counts(c.gone_by)},
          {"firms", std::move(firms)}};
}

}  // namespace tanmiao::app
