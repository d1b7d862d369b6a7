#include <boost/json.hpp>
#include <filesystem>

#include "apps/tanmiao/raw_pages.h"
#include "apps/tanmiao/report.h"
#include "apps/tanmiao/report_words.h"
#include "core/json_reading.h"

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

// Days from one to the other; null when either is not known.
json::value days_between(const std::optional<Date>& from, Date to) {
  return from ? json::value((to - *from).count()) : json::value();
}

void add_source_past(const crawler::SourceReport& s, const NightReport& night, const Surroundings& around,
                     json::object& out) {
  std::optional<Date> last;
  if (const auto found = around.last_new.find(s.id); found != around.last_new.end()) last = found->second;
  out["last_new"] = last ? json::value(iso(*last)) : json::value();
  out["days_since_new"] = days_between(last, night.night.civil_date);
  if (const auto found = around.rejects_waiting.find(s.id); found != around.rejects_waiting.end()) {
    out["rejects_waiting"] = found->second;
    out["rejects_can_be_fed"] = s.rejects_can_be_fed;
    std::error_code failed;
    if (const auto bytes = std::filesystem::file_size(s.rejects_file, failed); !failed)
      out["rejects_file_bytes"] = bytes;
  }
  const auto before = around.earlier.source(s.id);
  if (before.source == nullptr) return;
  json::object counts{{"night", number_of(object_of(*before.report, "night"), "id")},
                      {"civil_date", text_of(object_of(*before.report, "night"), "civil_date")}};
  for (const std::string_view name : {"rows_read", "rejected", "new", "changed", "gone", "parts", "parts_same"})
    if (const auto* value = before.source->if_contains(name)) counts[name] = *value;
  out["before"] = std::move(counts);
}

json::array robots_json(const std::vector<crawler::RobotsState>& hosts) {
  json::array out;
  for (const auto& host : hosts)
    out.push_back(json::object{{"host", host.origin},
                               {"state", host.state},
                               {"status", host.status == 0 ? json::value() : json::value(host.status)},
                               {"fetched_at", iso(host.fetched_at)},
                               {"rules", host.rules},
                               {"crawl_delay", host.crawl_delay ? json::value(*host.crawl_delay) : json::value()},
                               {"note", host.note},
                               {"left_alone", host.left_alone},
                               {"noindex", host.noindex},
                               {"noarchive", host.noarchive},
                               {"nofollow", host.nofollow}});
  return out;
}

json::array breaches_of(const crawler::SourceReport& s) {
  json::array out;
  for (const crawler::Breach& b : s.breaches)
    out.push_back(json::object{{"kind", crawler::breach_word(b.kind)},
                               {"of", b.of},
                               {"expected", b.expected},
                               {"found", b.found},
                               {"text", b.text}});
  return out;
}

json::array signs_json(const std::vector<crawler::SignSeen>& signs) {
  json::array out;
  for (const crawler::SignSeen& sign : signs)
    out.push_back(json::object{{"rule", sign.rule},
                               {"text", sign.text},
                               {"address", sign.address},
                               {"rests", sign.rests_source ? "source" : "host"}});
  return out;
}

json::value accepted_json(const crawler::SourceReport& s) {
  if (!s.accepted) return {};
  return json::object{{"by", s.accepted->by}, {"reason", s.accepted->reason}, {"at", iso(s.accepted->at)}};
}

json::array unmapped_json(const crawler::SourceReport& s) {
  json::array out;
  for (const crawler::UnmappedField& field : s.unmapped)
    out.push_back(json::object{{"name", field.name}, {"documents", field.documents}, {"new", field.fresh}});
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
          {"missing", s.counts.missing},
          {"not_due", s.not_due},
          {"same", s.counts.same},
          {"older", s.counts.older},
          {"stopped", s.stopped},
          {"stop_signs", signs_json(s.signs)},
          {"silent_days", s.silent_days > 0 ? json::value(s.silent_days) : json::value()},
          {"alarms", texts_json(s.alarms)},
          {"advice", texts_json(s.advice)},
          {"file_faults", texts_json(s.file_faults)},
          {"lost_files", texts_json(s.lost_files)},
          {"lost_count", s.lost_count},
          {"first_delivery", s.first_delivery},
          {"no_records_yet", s.no_records_yet},
          {"contested", s.counts.contested},
          {"parts", s.counts.parts},
          {"parts_same", s.counts.parts_same},
          {"requests", s.requests},
          {"bytes", s.bytes},
          {"failed_urls", s.failed_urls},
          {"expected_least", s.expected_least},
          {"expected_most", s.expected_most},
          {"breaches", breaches_of(s)},
          {"accepted", accepted_json(s)},
          {"unmapped", unmapped_json(s)},
          {"robots", robots_json(s.robots)},
          {"unknown_words", texts_json(s.unknown_words)},
          {"rejects_file", s.rejects_file},
          {"first_rejects", rejects_json(s.first_rejects)}};
}

json::object crawl_json(const Staged<crawler::CrawlReport>& staged, const NightReport& report,
                        const Surroundings& around) {
  json::object out = figures_json("crawl", staged.figures);
  store::BatchCounts sum;
  json::array sources;
  for (const auto& s : staged.report.sources) {
    sum.read += s.counts.read, sum.rejected += s.counts.rejected, sum.fresh += s.counts.fresh;
    sum.changed += s.counts.changed, sum.gone += s.counts.gone;
    json::object source = source_json(s);
    if (s.lost_new) source["lost_new"] = *s.lost_new;
    add_source_past(s, report, around, source);
    sources.push_back(std::move(source));
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

// What was not done again stands as it was told when it was done.
void add_link_past(const EarlierReports& earlier, json::object& out) {
  const json::object* before = earlier.stage("link");
  if (before == nullptr) return;
  json::object past;
  for (const std::string_view name : {"firms", "patents", "patents_linked", "reviews", "links_by_reason"})
    if (const auto* value = before->if_contains(name)) past[name] = *value;
  if (flag_of(out, "unchanged") && text_of(*before, "digest") == text_of(out, "digest"))
    out["links_by_reason"] = object_of(*before, "links_by_reason");
  out["before"] = std::move(past);
}

json::object refit_json(const linkage::RefitReport& refit) {
  json::array greatest;
  for (const auto& change : refit.greatest)
    greatest.push_back(json::object{{"source", change.source},
                                    {"key", change.key},
                                    {"name", change.name},
                                    {"before", change.before},
                                    {"after", change.after}});
  return {{"came", refit.came},
          {"went", refit.went},
          {"other_firm", refit.other_firm},
          {"same", refit.same},
          {"links_came", refit.links_came},
          {"links_went", refit.links_went},
          {"greatest", std::move(greatest)}};
}

json::object names_json(const linkage::NamesReport& names) {
  json::object out{{"listed", names.listed},         {"came", names.came},    {"went", names.went},
                   {"questions", names.questions},   {"asked", names.asked},  {"model", names.model},
                   {"frozen_now", names.frozen_now}, {"habits", names.habits}};
  if (names.frozen_now) out["why"] = names.why;
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
  if (!r.names.model.empty()) out["names"] = names_json(r.names);
  if (r.refit) out["refit"] = refit_json(*r.refit);
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
  out["title"] = campaign.title;
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
  if (!campaign.run_before.empty()) out["run_before"] = campaign.run_before;
  if (campaign.changes) out["changes"] = changes_json(*campaign.changes);
  return out;
}

// The figures of the night before that looked back to the same day, and of any day, to see them drift.
void add_ranking_past(const EarlierReports& earlier, json::object& stage) {
  const json::object* before = earlier.stage("backtest");
  if (before == nullptr || !before->contains("scorers")) return;
  json::object past{{"as_of", text_of(*before, "as_of")}};
  for (const std::string_view name : {"firms", "labelled", "scorers", "scorecard"})
    if (const auto* value = before->if_contains(name)) past[name] = *value;
  stage["before"] = std::move(past);
}

json::object folder_json(const Surroundings& around) {
  json::object sizes;
  for (const auto& [name, bytes] : around.sizes) sizes[name] = bytes;
  return {{"free_bytes", around.free_bytes ? json::value(*around.free_bytes) : json::value()},
          {"bytes", std::move(sizes)}};
}

}  // namespace

json::object report_json(const NightReport& report, const Surroundings& around) {
  json::array stages;
  if (report.crawl) stages.push_back(crawl_json(*report.crawl, report, around));
  if (report.link) {
    json::object link = link_json(*report.link);
    add_link_past(around.earlier, link);
    stages.push_back(std::move(link));
  }
  if (report.index) stages.push_back(index_json(*report.index));
  for (const CampaignReport& campaign : report.campaigns) stages.push_back(campaign_json(campaign));
  if (report.ranking) {
    json::object stage = figures_json("backtest", report.ranking->figures);
    for (auto& [key, value] : ranking_json(report.ranking->report)) stage[key] = std::move(value);
    add_ranking_past(around.earlier, stage);
    stages.push_back(std::move(stage));
  }
  for (json::value& stage : stages) {
    json::object& of = stage.as_object();
    of["earlier"] = around.earlier.figures(text_of(of, "stage"), text_of(of, "campaign"));
  }
  json::object out{{"outcome", outcome_word(report)},
                   {"night", json::object{{"id", report.night.id},
                                          {"civil_date", iso(report.night.civil_date)},
                                          {"clock", iso(report.night.clock)},
                                          {"resumed", report.night.resumed}}},
                   {"seconds", report.seconds},
                   {"whole", report.whole},
                   {"stages", std::move(stages)},
                   {"earlier", around.earlier.nights()},
                   {"folder", folder_json(around)}};
  if (report.model && report.model->step != ModelStep::kOff) out["model"] = verdict_json(*report.model);
  if (report.learned && report.learned->report.step != LearnedStep::kOff) {
    out["learned"] = learned_json(report.learned->report);
    for (const auto& [key, value] : figures_json("learned", report.learned->figures))
      if (key != "stage") out["learned"].as_object()[key] = value;
  }
  if (around.reviews) out["reviews_waiting"] = *around.reviews;
  if (around.in_pool) out["in_pool"] = *around.in_pool;
  if (around.audit) out["audit"] = boost::json::object{{"entries", around.audit->number}, {"hash", around.audit->hash}};
  if (!around.backup.empty()) out["backup"] = around.backup;
  if (!report.saved.empty()) {
    json::array searches;
    for (const SavedFound& found : report.saved) searches.push_back(json::parse(server::saved_found_json(found)));
    out["searches"] = std::move(searches);
  }
  if (!report.archive.empty()) out["archive"] = archive_json(report.archive);
  if (report.failure)
    out["error"] = json::object{{"stage", report.failed_stage},
                                {"code", errc_name(report.failure->code)},
                                {"message", report.failure->message},
                                {"where", report.failure->where}};
  out["todo"] = todo_of(out, around);
  // A source that has been silent for longer than it promised, a remote folder of which something is about to be missed
  // or was, files that could not be read, a new source that gives nothing: nothing is held, but somebody has to look.
  if (text_of(out, "outcome") == "done")
    each_of(out, "todo", [&](const json::object& item) {
      const std::string_view what = text_of(item, "what");
      const bool looked_at = what == "silent" || what == "alarm" || what == "files" || what == "no_records";
      if (looked_at && flag_of(item, "urgent")) out["outcome"] = "alarm";
    });
  return out;
}

}  // namespace tanmiao::app
