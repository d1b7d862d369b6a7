// Words of the run report that pages and terminal share.
#include <array>
#include <cstdio>

#include "server/json_reading.h"
#include "server/report_parts.h"

namespace tanmiao::server {
namespace {

using Words = std::pair<std::string_view, std::string_view>;

template <std::size_t N>
std::string_view in_words(const std::array<Words, N>& table, std::string_view word) {
  for (const auto& [known, label] : table)
    if (known == word) return label;
  return word;
}

constexpr std::array<Words, 4> kNightOutcomes{
    {{"done", "完成"},
     {"alarm", "完成，有来源超过约定天数没有新数据，或远程目录将有、已有缺口，或有文件无法读取，或新来源没有一条记录"},
     {"held", "完成，有来源本次未发布，沿用此前数据"},
     {"failed", "失败"}}};
constexpr std::array<Words, 6> kSourceOutcomes{{{"published", "已发布"},
                                                {"unchanged", "无变化"},
                                                {"held", "本次未发布"},
                                                {"not_approved", "未批准，未抓取"},
                                                {"not_now", "今日暂不抓取"},
                                                {"failed", "失败"}}};
constexpr std::array<Words, 7> kStages{{{"crawl", "采集"},
                                        {"link", "归并"},
                                        {"index", "索引"},
                                        {"mine", "挖掘"},
                                        {"backtest", "排名检验"},
                                        {"propose", "提出线索"},
                                        {"searches", "已存查询"}}};
constexpr std::array<Words, 9> kLinkReasons{{{"code", "统一社会信用代码相同"},
                                             {"name", "名称相同，仅此一家"},
                                             {"name_county", "名称相同，按县区确定"},
                                             {"name_date", "名称相同，按当日是否存续确定"},
                                             {"former_name", "与曾用名相同"},
                                             {"branch", "分支机构，归到上级企业"},
                                             {"transfer", "权利转移后的所有人"},
                                             {"decision", "人工判定"},
                                             {"own", "只见于本条记录的名称"}}};

}  // namespace

std::string_view night_outcome_label(std::string_view word) { return in_words(kNightOutcomes, word); }
std::string_view source_outcome_label(std::string_view word) { return in_words(kSourceOutcomes, word); }
std::string_view stage_label(std::string_view stage) {
  const std::string_view label = in_words(kStages, stage);
  return label == stage ? std::string_view("运行") : label;
}
std::string_view link_reason_label(std::string_view reason) { return in_words(kLinkReasons, reason); }

std::string size_text(std::int64_t bytes) {
  if (bytes < 0) return "未知";
  if (bytes == 0) return "0 KB";
  constexpr std::array<std::string_view, 4> kUnits{"KB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  while (value >= 1000 && unit + 1 < kUnits.size()) value /= 1000, ++unit;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), value < 10 ? "%.1f " : "%.0f ", value);
  return text.data() + std::string(kUnits[unit]);
}

std::string count_text(const boost::json::object& object, std::string_view name) {
  const std::int64_t number = number_of(object, name);
  return number < 0 ? "未知" : std::to_string(number);
}

std::string change_text(const boost::json::object& source, std::string_view name) {
  const std::string_view outcome = text_of(source, "outcome");
  if (outcome == "not_approved" || outcome == "not_now") return "—";
  const std::string count = count_text(source, name);
  return outcome == "held" && number_of(source, name) > 0 ? "未发布 " + count : count;
}

std::string seconds_text(const boost::json::object& object) {
  const auto* value = object.if_contains("seconds");
  if (value == nullptr || !value->is_number()) return "未知";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f", value->to_number<double>());
  return text.data();
}

std::string expected_text(const boost::json::object& source) {
  const std::int64_t least = number_of(source, "expected_least", 0), most = number_of(source, "expected_most", 0);
  if (least <= 0 && most <= 0) return "—";
  if (most <= 0) return "≥ " + std::to_string(least);
  return std::to_string(std::max<std::int64_t>(least, 0)) + "–" + std::to_string(most);
}

std::string read_text(const boost::json::object& source) {
  const std::string_view outcome = text_of(source, "outcome");
  if (outcome == "not_approved" || outcome == "not_now") return "—";
  const std::int64_t parts = number_of(source, "parts_same", 0);
  if (number_of(source, "rows_read") == 0 && parts > 0) return "未重读";
  return count_text(source, "rows_read");
}

std::string quiet_text(const boost::json::object& source) {
  if (!source.contains("days_since_new")) return "未知";
  const std::int64_t days = number_of(source, "days_since_new");
  if (days < 0) return "从未有过";
  return days == 0 ? std::string("本次") : std::to_string(days) + " 天前";
}

std::string peak_text(const boost::json::object& figures) {
  const std::int64_t bytes = number_of(figures, "peak_memory_bytes", 0);
  return bytes > 0 ? std::to_string(bytes >> 20) : "未知";
}

std::string campaign_title(const boost::json::object& stage, const ReportNames& names) {
  if (const auto title = text_of(stage, "title"); !title.empty()) return std::string(title);
  const auto known = names.campaigns.find(text_of(stage, "campaign"));
  return known != names.campaigns.end() ? known->second : std::string(text_of(stage, "campaign"));
}

std::string stage_did(const boost::json::object& stage, const ReportNames& names) {
  const auto n = [&](std::string_view name) { return count_text(stage, name); };
  const std::string_view name = text_of(stage, "stage");
  if (name == "crawl") return "读入 " + n("rows_read") + " 行，退回 " + n("rejected") + " 行";
  if (flag_of(stage, "unchanged") && name != "mine") return "输入未变，跳过";
  if (name == "link") {
    std::string out = "企业 " + n("firms") + " 家（新 " + n("new_firms") + " 家），专利 " + n("patents") +
                      " 件，其中归到企业 " + n("patents_linked") + " 件，待人工核对 " + n("reviews") + " 条";
    if (number_of(stage, "decisions_without_firm") > 0)
      out += "，人工判定的企业已不在登记数据中 " + n("decisions_without_firm") + " 条";
    if (number_of(stage, "decisions_idle") > 0) out += "，人工判定的记录或名称已不在 " + n("decisions_idle") + " 条";
    return out;
  }
  if (name == "backtest")
    return stage.contains("scorers") ? "截至 " + std::string(text_of(stage, "as_of")) + " 的线索 " + n("firms") +
                                           " 家，其后取得 " + n("labelled") + " 家"
                                     : std::string(text_of(stage, "note"));
  if (name == "index") return "编入索引的企业 " + n("documents") + " 家";
  std::string out = campaign_title(stage, names) + "，截至 " + std::string(text_of(stage, "as_of")) + "：已知企业 " +
                    n("considered") + " 家，检索范围内 " + n("in_campaign") + " 家，候选 " + n("candidates") + " 家";
  if (flag_of(stage, "unchanged")) out += "（与上次相同）";
  if (const auto& proposed = object_of(stage, "proposed"); !proposed.empty())
    out += "，新线索 " + count_text(proposed, "new") + " 条";
  return out;
}

}  // namespace tanmiao::server
