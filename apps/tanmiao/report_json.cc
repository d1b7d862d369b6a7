#include <boost/json.hpp>

#include "apps/tanmiao/report.h"
#include "apps/tanmiao/report_words.h"

namespace tanmiao::app {
namespace {

namespace json = boost::json;

json::object figures_json(std::string_view stage, const Figures& figures) {
  return {{"stage", stage},
          {"seconds", figures.seconds},
          {"peak_memory_bytes", figures.peak_bytes},
          {"peak_is_of_stage", figures.peak_of_stage}};
}

template <class Pairs>
json::object counts_json(const Pairs& pairs) {
  json::object out;
  for (const auto& [key, count] : pairs) out[key] = count;
  return out;
}

json::array texts_json(const std::vector<std::string>& texts) {
  json::array out;
  for (const std::string& text : texts) out.emplace_back(text);
  return out;
}

json::array rejects_json(const std::vector<store::Reject>& rejects) {
  json::array out;
  for (const store::Reject& r : rejects)
    out.push_back(json::object{
        {"part", r.part}, {"line", r.line}, {"field", r.field}, {"value", r.value}, {"expected", r.expected}});
  return out;
}

json::object source_json(const crawler::SourceReport& s) {
  return {{"id", s.id},
          {"title", s.title},
          {"outcome", word(s.outcome)},
          {"why", s.why},
          {"rows_read", s.counts.read},
          {"rejected", s.counts.rejected},
          {"new", s.counts.fresh},
          {"changed", s.counts.changed},
          {"gone", s.counts.gone},
          {"same", s.counts.same},
          {"older", s.counts.older},
          {"stopped", s.stopped},
          {"contested", s.counts.contested},
          {"parts", s.counts.parts},
          {"parts_same", s.counts.parts_same},
          {"requests", s.requests},
          {"bytes", s.bytes},
          {"failed_urls", s.failed_urls},
          {"expected_least", s.expected_least},
          {"expected_most", s.expected_most},
          {"robots", texts_json(s.robots)},
          {"unknown_words", texts_json(s.unknown_words)},
          {"rejects_file", s.rejects_file},
          {"first_rejects", rejects_json(s.first_rejects)}};
}

json::object crawl_json(const Staged<crawler::CrawlReport>& staged) {
  json::object out = figures_json("crawl", staged.figures);
  store::BatchCounts sum;
  json::array sources;
  for (const auto& s : staged.report.sources) {
    sum.read += s.counts.read, sum.rejected += s.counts.rejected, sum.fresh += s.counts.fresh;
    sum.changed += s.counts.changed, sum.gone += s.counts.gone;
    sources.push_back(source_json(s));
  }
  out["rows_read"] = sum.read;
  out["rejected"] = sum.rejected;
  out["new"] = sum.fresh;
  out["changed"] = sum.changed;
  out["gone"] = sum.gone;
  out["held"] = staged.report.any_held;
  out["sources"] = std::move(sources);
  return out;
}

json::object link_json(const Staged<linkage::LinkReport>& staged) {
  const auto& r = staged.report;
  json::object out = figures_json("link", staged.figures);
  out["unchanged"] = r.unchanged;
  out["snapshot"] = r.generation;
  out["digest"] = r.digest;
  out["records"] = r.records;
  out["firms"] = r.firms;
  out["new_firms"] = r.new_firms;
  out["patents"] = r.patents;
  out["patents_linked"] = r.patents_linked;
  out["patent_owners"] = r.patent_owners;
  out["links_by_reason"] = counts_json(r.links_by_reason);
  out["links_added"] = r.delta.added;
  out["links_removed"] = r.delta.removed;
  out["links_moved"] = r.delta.moved;
  out["reviews"] = r.reviews;
  if (r.unchanged) return out;
  out["decisions"] = r.decisions;
  out["decisions_idle"] = r.decisions_idle;
  out["decisions_without_firm"] = r.decisions_without_firm;
  return out;
}

json::object index_json(const Staged<indexer::IndexReport>& staged) {
  json::object out = figures_json("index", staged.figures);
  out["unchanged"] = staged.report.unchanged;
  out["generation"] = staged.report.generation;
  out["documents"] = staged.report.documents;
  return out;
}

json::object campaign_json(const CampaignReport& campaign) {
  const auto& r = campaign.mine;
  json::object out = figures_json("mine", campaign.figures);
  out["campaign"] = r.run.campaign;
  out["as_of"] = iso(r.run.as_of);
  out["run"] = r.run.id;
  out["snapshot"] = r.run.snapshot;
  out["unchanged"] = campaign.unchanged;
  out["considered"] = r.considered;
  out["in_campaign"] = r.in_campaign;
  out["candidates"] = r.candidates;
  out["by_judgement"] = counts_json(r.by_judgement);
  out["by_kind"] = counts_json(r.by_kind);
  out["left_out"] = counts_json(r.left_out);
  if (const auto& p = campaign.proposed)
    out["proposed"] = json::object{{"leads", p->proposed},
                                   {"new", p->fresh},
                                   {"gone", p->gone},
                                   {"moved", p->moved},
                                   {"suppressed", p->suppressed}};
  return out;
}

}  // namespace

json::object report_json(const NightReport& report) {
  json::array stages;
  if (report.crawl) stages.push_back(crawl_json(*report.crawl));
  if (report.link) stages.push_back(link_json(*report.link));
  if (report.index) stages.push_back(index_json(*report.index));
  for (const CampaignReport& campaign : report.campaigns) stages.push_back(campaign_json(campaign));
  json::object out{{"outcome", outcome_word(report)},
                   {"night", json::object{{"id", report.night.id},
                                          {"civil_date", iso(report.night.civil_date)},
                                          {"clock", iso(report.night.clock)},
                                          {"resumed", report.night.resumed}}},
                   {"seconds", report.seconds},
                   {"stages", std::move(stages)}};
  if (report.failure)
    out["error"] = json::object{{"stage", report.failed_stage},
                                {"code", errc_name(report.failure->code)},
                                {"message", report.failure->message},
                                {"where", report.failure->where}};
  return out;
}

}  // namespace tanmiao::app
