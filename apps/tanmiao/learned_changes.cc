#include "apps/tanmiao/learned_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "core/json_reading.h"
#include "miner/learned.h"

namespace tanmiao::app {
namespace {

namespace json = boost::json;
using miner::About;

json::object told(store::PackedReader& explanations, std::size_t row) {
  boost::system::error_code failed;
  json::value value = json::parse(miner::learned_text(explanations, row), failed);
  return !failed && value.is_object() ? std::move(value.get_object()) : json::object();
}

std::string units(std::int64_t thousandths) {
  return fmt::format("{}{:.3f}", thousandths < 0 ? "−" : "+", std::abs(static_cast<double>(thousandths)) / 1000);
}

std::string named(const OrderedBy& by) {
  return by.model.empty() ? std::string("评分卡")
                          : fmt::format("学习模型 {}（学自 {} 至 {}）", by.model, by.as_of, by.until);
}

std::string_view group_words(About about) {
  switch (about) {
    case About::kRights: return "上述专利变化";
    case About::kRecognitions: return "上述资质变化";
    case About::kSignals: return "上述线索变化";
    case About::kVisits: return "上述走访所得";
    case About::kRegister: return "登记信息";
    case About::kTime: return "日期推移";
    case About::kDerived: break;
  }
  return "由各项事实得出的因素";
}

}  // namespace

OrderedBy ordered_by(const store::Run& run) {
  if (run.size() == 0) return {};
  store::PackedReader reader(run.explanation);
  const json::object learned = told(reader, 0);
  const json::object& day = object_of(learned, "learnt");
  return {std::string(text_of(learned, "model")), std::string(text_of(learned, "id")),
          std::string(text_of(day, "as_of")), std::string(text_of(day, "until"))};
}

std::optional<std::int64_t> learned_score(store::PackedReader& explanations, std::size_t row) {
  const json::object learned = told(explanations, row);
  if (!learned.contains("score")) return std::nullopt;
  return number_of(learned, "score");
}

LearnedChange learned_change(std::optional<std::int64_t> before, std::optional<std::int64_t> now,
                             std::optional<miner::LearnedCauses> causes) {
  LearnedChange out{before, now, std::nullopt, std::nullopt, {}};
  if (!causes) return out;
  out.by_firm = causes->now - causes->before;
  if (before && now) out.by_model = *now - *before - *out.by_firm;
  out.columns = std::move(causes->columns);
  return out;
}

bool moved_by_columns(const FirmChange& change) { return change.learned && change.learned->by_firm.value_or(0) != 0; }

bool model_weighs_more(const FirmChange& change) {
  if (!change.learned || !change.learned->by_firm || !change.learned->by_model) return true;
  return std::abs(*change.learned->by_model) >= std::abs(*change.learned->by_firm);
}

bool drifted(const FirmChange& change) {
  return change.learned && !change.learned->columns.empty() &&
         std::all_of(change.learned->columns.begin(), change.learned->columns.end(), [](const miner::ColumnChange& c) {
           return c.about == About::kTime || c.about == About::kDerived;
         });
}

std::string model_words(const OrderedBy& before, const OrderedBy& now, const FirmChange& change) {
  if (before == now) return {};
  std::string out = fmt::format("排序依据由{}换为{}", named(before), named(now));
  if (change.learned && change.learned->by_model)
    out += fmt::format("：换模型使学习得分 {}，并非企业自身变化", units(*change.learned->by_model));
  else
    out += "，得分不能直接相比，名次变化不能归于企业自身";
  return out;
}

void add_learned_words(FirmChange& change) {
  if (!change.learned) return;
  constexpr std::size_t kMostColumns = 3;
  const LearnedChange& learned = *change.learned;
  if (!learned.by_firm) {
    change.why.emplace_back("排出现名单的学习模型已不保留或已停用，各项变化的作用无从推算");
    return;
  }
  for (const About about : {About::kRights, About::kRecognitions, About::kSignals, About::kVisits, About::kRegister,
                            About::kTime, About::kDerived}) {
    std::int64_t sum = 0;
    std::size_t count = 0;
    std::string columns;
    for (const miner::ColumnChange& c : learned.columns) {
      if (c.about != about) continue;
      sum += c.now - c.before;
      if (++count <= kMostColumns) columns += (columns.empty() ? "" : "、") + c.label + " " + units(c.now - c.before);
    }
    if (count == 0) continue;
    change.why.push_back(fmt::format("{}使学习得分 {}：{}{}", group_words(about), units(sum), columns,
                                     count > kMostColumns ? " 等" : ""));
  }
}

json::value ordered_json(const OrderedBy& by) {
  if (by.model.empty()) return nullptr;
  return json::object{{"model", by.model}, {"id", by.id}, {"as_of", by.as_of}, {"until", by.until}};
}

json::object learned_change_json(const LearnedChange& change) {
  json::object out;
  const auto put = [&](std::string_view name, const std::optional<std::int64_t>& value) {
    if (value) out[name] = *value;
  };
  put("before", change.before), put("now", change.now);
  put("by_firm", change.by_firm), put("by_model", change.by_model);
  json::array columns;
  for (const miner::ColumnChange& c : change.columns)
    columns.push_back(json::object{
        {"id", c.id}, {"label", c.label}, {"before", c.before}, {"now", c.now}, {"about", miner::word(c.about)}});
  out["columns"] = std::move(columns);
  return out;
}

}  // namespace tanmiao::app
