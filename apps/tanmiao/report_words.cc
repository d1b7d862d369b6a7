#include "apps/tanmiao/report_words.h"

#include <fmt/format.h>

#include "core/messages.h"

namespace tanmiao::app {

std::string_view word(crawler::SourceOutcome outcome) {
  switch (outcome) {
    case crawler::SourceOutcome::kPublished: return "published";
    case crawler::SourceOutcome::kUnchanged: return "unchanged";
    case crawler::SourceOutcome::kHeld: return "held";
    case crawler::SourceOutcome::kNotApproved: return "not_approved";
    case crawler::SourceOutcome::kFailed: return "failed";
  }
  return "";
}

std::string_view label(crawler::SourceOutcome outcome) {
  switch (outcome) {
    case crawler::SourceOutcome::kPublished: return "已发布";
    case crawler::SourceOutcome::kUnchanged: return "无变化";
    case crawler::SourceOutcome::kHeld: return "本次未发布";
    case crawler::SourceOutcome::kNotApproved: return "未批准，未抓取";
    case crawler::SourceOutcome::kFailed: return "失败";
  }
  return "";
}

std::string_view stage_label(std::string_view stage) {
  if (stage == "crawl") return "采集";
  if (stage == "link") return "归并";
  if (stage == "index") return "索引";
  if (stage == "mine") return "挖掘";
  return stage == "propose" ? "提出线索" : "运行";
}

std::string outcome_word(const NightReport& report) {
  return report.failure ? "failed" : report.held() ? "held" : "done";
}

std::string outcome_label(const NightReport& report) {
  if (report.failure)
    return "失败：" + std::string(stage_label(report.failed_stage)) + "：" + in_chinese(*report.failure);
  return report.held() ? "完成，有来源本次未发布，沿用此前数据" : "完成";
}

namespace {

std::string link_words(const linkage::LinkReport& r) {
  if (r.unchanged) return "输入未变，跳过";
  std::string out = fmt::format("企业 {} 家（新 {} 家），专利 {} 件，其中归到企业 {} 件，待人工核对 {} 条", r.firms,
                                r.new_firms, r.patents, r.patents_linked, r.reviews);
  if (r.decisions_without_firm > 0)
    out += fmt::format("，人工判定的企业已不在登记数据中 {} 条", r.decisions_without_firm);
  if (r.decisions_idle > 0) out += fmt::format("，人工判定的记录或名称已不在 {} 条", r.decisions_idle);
  return out;
}

}  // namespace

std::vector<StageLine> stage_lines(const NightReport& report) {
  std::vector<StageLine> lines;
  if (report.crawl) {
    std::uint64_t read = 0, rejected = 0;
    for (const auto& source : report.crawl->report.sources)
      read += source.counts.read, rejected += source.counts.rejected;
    lines.push_back({"crawl", std::string(stage_label("crawl")), report.crawl->figures,
                     fmt::format("读入 {} 行，退回 {} 行", read, rejected)});
  }
  if (report.link) {
    const auto& r = report.link->report;
    lines.push_back({"link", std::string(stage_label("link")), report.link->figures, link_words(r)});
  }
  if (report.index) {
    const auto& r = report.index->report;
    lines.push_back({"index", std::string(stage_label("index")), report.index->figures,
                     r.unchanged ? "输入未变，跳过" : fmt::format("编入索引的企业 {} 家", r.documents)});
  }
  for (const CampaignReport& campaign : report.campaigns) {
    const auto& r = campaign.mine;
    std::string did = fmt::format("截至 {}：已知企业 {} 家，检索范围内 {} 家，候选 {} 家", iso(r.run.as_of),
                                  r.considered, r.in_campaign, r.candidates);
    if (campaign.unchanged) did += "（与上次相同）";
    if (campaign.proposed) did += fmt::format("，新线索 {} 条", campaign.proposed->fresh);
    lines.push_back(
        {"mine", "挖掘：" + (campaign.title.empty() ? r.run.campaign : campaign.title), campaign.figures, did});
  }
  return lines;
}

std::vector<std::string> source_headings() { return {"来源", "结果", "读入", "退回", "新增", "变更", "消失", "说明"}; }

std::vector<std::vector<std::string>> source_rows(const NightReport& report) {
  std::vector<std::vector<std::string>> rows;
  if (!report.crawl) return rows;
  for (const auto& s : report.crawl->report.sources) {
    const auto n = [](std::uint64_t value) { return std::to_string(value); };
    rows.push_back({s.title.empty() ? s.id : s.title + "（" + s.id + "）", std::string(label(s.outcome)),
                    n(s.counts.read), n(s.counts.rejected), n(s.counts.fresh), n(s.counts.changed), n(s.counts.gone),
                    s.why});
  }
  return rows;
}

}  // namespace tanmiao::app
