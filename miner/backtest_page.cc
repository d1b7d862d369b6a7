// The report of a back-test as JSON and as a page of its own.
#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>
#include <cmath>

#include "miner/backtest.h"

namespace tanmiao::miner {
namespace json = boost::json;
namespace {

double cut(double value) { return std::round(value * 1e5) / 1e5; }

json::object measured_json(const Measured& m) {
  return {{"value", cut(m.value)}, {"low", cut(m.low)}, {"high", cut(m.high)}};
}

std::string shown_share(const Measured& m) {
  return fmt::format("{:.1f}%<small> {:.1f}–{:.1f}</small>", 100 * m.value, 100 * m.low, 100 * m.high);
}
std::string shown_number(const Measured& m) {
  return fmt::format("{:.3f}<small> {:.3f}–{:.3f}</small>", m.value, m.low, m.high);
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

constexpr std::array<std::string_view, 6> kColours = {"#a3231f", "#1f5fa3", "#2c7a3f", "#8a6d1b", "#6b3fa0", "#777777"};

// Share of the labelled firms found, against how far down the list one looks.
std::string gain_plot(const BacktestReport& report) {
  constexpr double kLeft = 52, kTop = 16, kWide = 560, kHigh = 320;
  const auto x = [&](double share) { return kLeft + share * kWide; };
  const auto y = [&](double share) { return kTop + (1 - share) * kHigh; };
  std::string out = fmt::format(
      "<svg viewBox=\"0 0 820 390\" role=\"img\" aria-label=\"名单前若干所含的登记企业比例\"><rect x=\"{}\" y=\"{}\" "
      "width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"#888\"/>",
      kLeft, kTop, kWide, kHigh);
  for (int tick = 0; tick <= 100; tick += 20) {
    const double share = tick / 100.0;
    out += fmt::format(
        "<line x1=\"{:.0f}\" y1=\"{:.0f}\" x2=\"{:.0f}\" y2=\"{:.0f}\" stroke=\"#e4e4e4\"/><text x=\"{:.0f}\" "
        "y=\"{:.0f}\" text-anchor=\"middle\">{}%</text><text x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"end\">{}%</text>",
        x(0), y(share), x(1), y(share), x(share), y(0) + 18, tick, x(0) - 6, y(share) + 4, tick);
  }
  for (std::size_t i = 0; i < report.scorers.size(); ++i) {
    const ScorerFigures& scorer = report.scorers[i];
    std::string points;
    for (std::size_t p = 0; p < scorer.gain.size(); ++p)
      points += fmt::format("{:.1f},{:.1f} ", x(static_cast<double>(p) / 100), y(scorer.gain[p]));
    const std::string_view colour = kColours.at(i % kColours.size());
    out += fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"/>", points, colour,
                       i == 0 ? 2.5 : 1.5);
    out += fmt::format("<text x=\"628\" y=\"{}\" fill=\"{}\">— {}</text>", 30 + 20 * i, colour, escaped(scorer.label));
  }
  return out + fmt::format("<text x=\"{}\" y=\"384\" text-anchor=\"middle\">名单自上而下所看的比例</text></svg>",
                           kLeft + kWide / 2);
}

std::string scorer_rows(const BacktestReport& report) {
  std::string out;
  for (const ScorerFigures& s : report.scorers)
    out += fmt::format(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{:.1f}</td><td>{}</td><td>{}</td>"
        "</tr>",
        escaped(s.label), shown_share(s.precision_at_k), shown_share(s.top1), shown_share(s.top5), shown_share(s.top10),
        s.lift5.value, shown_number(s.ap), shown_number(s.auc));
  return out;
}

std::string group_rows(const BacktestReport& report) {
  std::string out;
  for (const GroupFigures& g : report.groups)
    out += fmt::format("<tr><td>{}</td><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                       escaped(g.kind), escaped(g.name), g.firms, g.labelled,
                       g.labelled == 0 ? std::string("—")
                                       : fmt::format("{:.1f}%", 100.0 * static_cast<double>(g.in_top5) /
                                                                    static_cast<double>(g.labelled)),
                       g.labelled == 0 || g.labelled == g.firms ? std::string("—") : fmt::format("{:.3f}", g.auc));
  return out;
}

}  // namespace

std::string backtest_json(const BacktestReport& report) {
  json::array scorers, groups;
  for (const ScorerFigures& s : report.scorers) {
    json::array gain;
    for (const double share : s.gain) gain.push_back(cut(share));
    scorers.push_back(json::object{{"id", s.id},
                                   {"label", s.label},
                                   {"precision_at_k", measured_json(s.precision_at_k)},
                                   {"top1", measured_json(s.top1)},
                                   {"top5", measured_json(s.top5)},
                                   {"top10", measured_json(s.top10)},
                                   {"lift5", measured_json(s.lift5)},
                                   {"ap", measured_json(s.ap)},
                                   {"auc", measured_json(s.auc)},
                                   {"gain", std::move(gain)}});
  }
  for (const GroupFigures& g : report.groups)
    groups.push_back(json::object{{"kind", g.kind},
                                  {"name", g.name},
                                  {"firms", g.firms},
                                  {"labelled", g.labelled},
                                  {"in_top5", g.in_top5},
                                  {"auc", cut(g.auc)}});
  return json::serialize(json::object{{"campaign", report.campaign},
                                      {"as_of", iso(report.as_of)},
                                      {"until", iso(report.until)},
                                      {"label", report.label},
                                      {"rubric", report.rubric},
                                      {"scorecard", report.scorecard},
                                      {"firms", report.firms},
                                      {"labelled", report.labelled},
                                      {"not_leads", report.not_leads},
                                      {"doubles", report.doubles},
                                      {"undated", report.undated},
                                      {"open_days", report.open_days},
                                      {"k", report.k},
                                      {"scorers", std::move(scorers)},
                                      {"groups", std::move(groups)}});
}

std::string backtest_html(const BacktestReport& r) {
  const std::string notes =
      fmt::format(
          "另有 {} 家在期内取得而当日不是线索（已登记、已注销、不在范围或当时未见）；{} 条名单记录没有日期，未采用。",
          r.not_leads, r.undated) +
      (r.open_days > 0 ? fmt::format("期末有 {} 天在数据截止之后，取得者会偏少。", r.open_days) : std::string());
  return fmt::format(
      "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>回测 "
      "{0}</title><style>body{{font:15px/1.6 "
      "sans-serif;max-width:60rem;margin:2rem auto;padding:0 "
      "1rem;color:#222}}table{{border-collapse:collapse;width:100%}}"
      "th,td{{border-bottom:1px solid #ddd;padding:.3rem "
      ".5rem;text-align:right}}th,td:first-child{{text-align:left}}small{{color:#666}}"
      "svg{{max-width:100%}}svg text{{font:13px sans-serif}}</style></head><body><h1>回测：{0} 的名单对此后的结果</h1>"
      "<p>线索按 {0} 当日已公开的事实重新研判（规则 {1}，{2}，范围 {3}）；没有任何日期的事实不用。结果取 {0} 之后至 "
      "{4} 公布的“{5}”："
      "{6} 家线索中有 {7} 家。未进名单不等于不合格。小字为按企业自助抽样的 95% 区间。</p><p>{8}</p>{9}"
      "<table><thead><tr><th>排序</th><th>前 {10} 名命中</th><th>前 1% 所含</th><th>前 5% 所含</th><th>前 10% 所含</th>"
      "<th>提升（5%）</th><th>AP</th><th>AUC</th></tr></thead><tbody>{11}</tbody></table><h2>分组（评分卡）</h2>"
      "<table><thead><tr><th>类别</th><th>组</th><th>企业</th><th>取得</th><th>其中在全体前 5%</th><th>组内 "
      "AUC</th></tr>"
      "</thead><tbody>{12}</tbody></"
      "table><p>"
      "各组企业数少时数值摆动大。登记文件只有截至日之后的，其登记状态、注册资本、参保人数、经营异常与严重违法失信名单按"
      "未知处理；"
      "名称、经营范围、行业、地址没有更早版本，仍按该文件。</p>"
      "</body></html>\n",
      iso(r.as_of), escaped(r.rubric), escaped(r.scorecard), escaped(r.campaign), iso(r.until), escaped(r.label),
      r.firms, r.labelled, notes, gain_plot(r), r.k, scorer_rows(r), group_rows(r));
}

}  // namespace tanmiao::miner
