// 排名检验 of a run report: what the scorecard would have found, whether another one was refused, how inputs drift.
#include <fmt/format.h>

#include "server/json_reading.h"
#include "server/report_parts.h"

namespace tanmiao::server {
namespace {

using boost::json::object;

constexpr double kLittleDrift = .1, kMuchDrift = .25;  // of the population stability index, as is usual

std::string measured_text(const object& scorer, std::string_view name, bool percent) {
  const object& m = object_of(scorer, name);
  if (m.empty()) return "未知";
  const double value = real_of(m, "value"), low = real_of(m, "low"), high = real_of(m, "high");
  return percent ? fmt::format("{:.1f}%（{:.1f}–{:.1f}）", 100 * value, 100 * low, 100 * high)
                 : fmt::format("{:.3f}（{:.3f}–{:.3f}）", value, low, high);
}

const object& scorer_of(const object& stage, std::string_view id) {
  static const object none;
  const object* found = &none;
  each_of(stage, "scorers", [&](const object& scorer) {
    if (text_of(scorer, "id") == id) found = &scorer;
  });
  return *found;
}

std::string drift_line(const object& stage) {
  const object &before = object_of(stage, "before"), &was = scorer_of(before, "scorecard"),
               &is = scorer_of(stage, "scorecard");
  if (was.empty() || is.empty()) return "此前没有可比的检验";
  return fmt::format("上次（{}）AP {:.3f}，本次 {:.3f}；AUC {:.3f} → {:.3f}", text_of(before, "as_of"),
                     real_of(object_of(was, "ap"), "value"), real_of(object_of(is, "ap"), "value"),
                     real_of(object_of(was, "auc"), "value"), real_of(object_of(is, "auc"), "value"));
}

Html figures_table(const object& stage) {
  Html out;
  out << "<table class=\"stack\"><thead><tr><th>排序</th><th class=\"num\">前 " << count_text(stage, "k")
      << " 名命中</th><th class=\"num\">前 5% 所含</th><th class=\"num\">AP</th><th "
         "class=\"num\">AUC</th></tr></thead><tbody>";
  each_of(stage, "scorers", [&](const object& s) {
    out << "<tr><td class=\"lead\" data-label=\"排序\">" << text_of(s, "label")
        << "</td><td class=\"num\" data-label=\"命中\">" << measured_text(s, "precision_at_k", true)
        << "</td><td class=\"num\" data-label=\"前 5%\">" << measured_text(s, "top5", true)
        << "</td><td class=\"num\" data-label=\"AP\">" << measured_text(s, "ap", false)
        << "</td><td class=\"num\" data-label=\"AUC\">" << measured_text(s, "auc", false) << "</td></tr>";
  });
  out << "</tbody></table>";
  return out;
}

Html lesson_table(const object& lesson) {
  Html out;
  out << "<table class=\"stack\"><thead><tr><th>排序（没有学过的期限上）</th><th class=\"num\">前 5% 所含</th><th "
         "class=\"num\">AP</th><th class=\"num\">AUC</th></tr></thead><tbody>";
  each_of(lesson, "scorers", [&](const object& s) {
    out << "<tr><td class=\"lead\" data-label=\"排序\">" << text_of(s, "label")
        << "</td><td class=\"num\" data-label=\"前 5%\">" << measured_text(s, "top5", true)
        << "</td><td class=\"num\" data-label=\"AP\">" << measured_text(s, "ap", false)
        << "</td><td class=\"num\" data-label=\"AUC\">" << measured_text(s, "auc", false) << "</td></tr>";
  });
  out << "</tbody></table>";
  return out;
}

Html inputs_table(const object& stage) {
  Html rows;
  each_of(stage, "inputs", [&](const object& input) {
    const double stability = real_of(input, "stability");
    if (stability < kLittleDrift) return;
    rows << "<tr><td class=\"lead\" data-label=\"计分项\">" << text_of(input, "label")
         << "</td><td class=\"num\" data-label=\"当日\">" << fmt::format("{:.1f}%", 100 * real_of(input, "then"))
         << "</td><td class=\"num\" data-label=\"现在\">" << fmt::format("{:.1f}%", 100 * real_of(input, "now"))
         << "</td><td class=\"num\" data-label=\"稳定性指数\">"
         << fmt::format("{:.2f}{}", stability, stability > kMuchDrift ? "，变化大" : "") << "</td></tr>";
  });
  Html out;
  if (rows.empty()) {
    out << "<p class=\"note\">线索的各计分项与当日相比分布相近。</p>";
    return out;
  }
  out << "<table class=\"stack\"><thead><tr><th>分布有变的计分项</th><th class=\"num\">当日有此项的线索</th>"
         "<th class=\"num\">现在</th><th class=\"num\">稳定性指数</th></tr></thead><tbody>"
      << rows << "</tbody></table>";
  return out;
}

}  // namespace

std::string model_line(const object& report) {
  const object &model = object_of(report, "model"), &duel = object_of(model, "duel");
  const std::string_view step = text_of(model, "step");
  if (step != "refused" && step != "taken" && step != "held") return {};
  std::string out = fmt::format("计分表：“{}”{}，名单按“{}”排", text_of(model, "candidate"),
                                step == "taken"  ? "已采用"
                                : step == "held" ? "未采用，待人决定"
                                                 : "未采用",
                                text_of(model, "in_use"));
  if (!duel.empty())
    out += fmt::format(
        "。以 {} 至 {} 检验（{} 家线索，{} 家后来取得）：平均精度 {:.3f}，此前在用的 {:.3f}，{:.0f}% 的重抽样中较差",
        text_of(duel, "as_of"), text_of(duel, "until"), number_of(duel, "firms"), number_of(duel, "labelled"),
        real_of(duel, "ap_candidate"), real_of(duel, "ap_in_use"), 100 * real_of(duel, "share_worse"));
  if (const object& earlier = object_of(model, "earlier"); !earlier.empty()) {
    const object& best = object_of(earlier, "duel");
    out += fmt::format("；近 {} 个月用过的最好的“{}”（用至 {}）{:.3f}，新的 {:.3f}，{:.0f}% 的重抽样中较差",
                       number_of(model, "compare_months"), text_of(earlier, "scorecard"), text_of(earlier, "until"),
                       real_of(best, "ap_in_use"), real_of(best, "ap_candidate"), 100 * real_of(best, "share_worse"));
  }
  if (const auto note = text_of(model, "note"); !note.empty()) out += "。" + std::string(note);
  return out;
}

std::string learned_line(const object& report) {
  const object &learned = object_of(report, "learned"), &lesson = object_of(learned, "lesson");
  if (learned.empty()) return {};
  const std::string_view step = text_of(learned, "step"), note = text_of(learned, "note");
  std::string out = "学习排序：";
  if (step == "taken") out += "已采用，";
  if (step == "worse") out += "新学的不如在用的，未采用，";
  if (step == "held") out += "新学的平均精度较低，未采用，待人决定，";
  if (step == "lost") out += "没有明显胜过评分卡，未采用，";
  if (step == "few") out += "可学的不足，";
  if (step == "waits") out += "没有学成，";
  const object& day = object_of(learned, "learnt");
  out += text_of(learned, "ranks") == "learned"
             ? fmt::format("名单按学习排序（自 {} 起，学自截至 {} 的 {} 条线索、其后取得的 {} 家）",
                           text_of(learned, "since"), text_of(day, "as_of"), number_of(day, "firms"),
                           number_of(day, "labelled"))
             : std::string("名单按评分卡排");
  if (!note.empty()) out += "。" + std::string(note);
  if (lesson.empty()) return out;
  const object &from = object_of(lesson, "learnt"), &test = object_of(lesson, "test"),
               &gain = object_of(lesson, "gain");
  out += fmt::format("。学 {} 的 {} 条线索（其后取得 {} 家），在 {} 的 {} 条（{} 家）上检验：平均精度 {:.3f}，",
                     text_of(from, "as_of"), number_of(from, "firms"), number_of(from, "labelled"),
                     text_of(test, "as_of"), number_of(test, "firms"), number_of(test, "labelled"),
                     real_of(object_of(scorer_of(lesson, "learned"), "ap"), "value"));
  const std::string against(text_of(lesson, "against"));
  out += fmt::format("{} {:.3f}，相差 {:+.3f}（{:+.3f}–{:+.3f}），{:.0f}% 的重抽样中较好；采用须高出 {:.3f} 且 {:.0f}%",
                     text_of(scorer_of(lesson, against), "label"),
                     real_of(object_of(scorer_of(lesson, against), "ap"), "value"), real_of(gain, "value"),
                     real_of(gain, "low"), real_of(gain, "high"), 100 * real_of(lesson, "share_better"),
                     real_of(lesson, "least_gain"), 100 * real_of(lesson, "sure"));
  if (const object& less = object_of(lesson, "less_in_use"); !less.empty())
    out += fmt::format("；与在用的相比 {:+.3f}，{:.0f}% 的重抽样中较差", real_of(less, "value"),
                       100 * real_of(lesson, "share_worse"));
  if (const object& less = object_of(lesson, "less_earlier"); !less.empty())
    out += fmt::format("；与此前用过的最好的（{}）相比 {:+.3f}，{:.0f}% 的重抽样中较差", text_of(lesson, "earlier"),
                       real_of(less, "value"), 100 * real_of(lesson, "share_worse_earlier"));
  return out;
}

std::string ranking_line(const object& report) {
  std::string out;
  each_of(report, "stages", [&](const object& stage) {
    if (text_of(stage, "stage") != "backtest") return;
    out = "排名检验：";
    if (!stage.contains("scorers")) {
      out += text_of(stage, "note");
      return;
    }
    const object& card = scorer_of(stage, "scorecard");
    out += fmt::format("{} 的 {} 家线索中至 {} 有 {} 家取得；前 5% 所含 {}，AUC {}；{}", text_of(stage, "as_of"),
                       number_of(stage, "firms"), text_of(stage, "until"), number_of(stage, "labelled"),
                       measured_text(card, "top5", true), measured_text(card, "auc", false), drift_line(stage));
  });
  return out;
}

Html ranking_section(const object& report) {
  Html out;
  const std::string model = model_line(report), line = ranking_line(report), learned = learned_line(report);
  if (model.empty() && line.empty() && learned.empty()) return out;
  out << "<section class=\"sheet\"><h2>排名检验</h2>";
  if (!model.empty()) out << "<p class=\"needed\">" << model << "</p>";
  if (!learned.empty()) out << "<p>" << learned << "</p>";
  if (const object& lesson = object_of(object_of(report, "learned"), "lesson"); !lesson.empty())
    out << lesson_table(lesson);
  if (!line.empty()) out << "<p>" << line << "</p>";
  each_of(report, "stages", [&](const object& stage) {
    if (text_of(stage, "stage") != "backtest") return;
    if (stage.contains("scorers")) out << figures_table(stage);
    if (stage.contains("inputs")) out << inputs_table(stage);
  });
  out << "</section>";
  return out;
}

}  // namespace tanmiao::server
