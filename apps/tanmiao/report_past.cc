#include "apps/tanmiao/report_past.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <fstream>
#include <set>

#include "core/json_reading.h"
#include "crawler/rejects_file.h"
#include "server/report_files.h"
#include "store/audit_note.h"

namespace tanmiao::app {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::size_t kMostNights = 800;  // looked through for the last new thing of a source

std::optional<json::object> read_object(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  const std::string text(std::istreambuf_iterator<char>(in), {});
  boost::system::error_code failed;
  json::value value = json::parse(text, failed);
  if (failed || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

bool was_read(const json::object& source) {
  const auto outcome = text_of(source, "outcome");
  return outcome == "published" || outcome == "unchanged";
}

bool brought_news(const store::BatchCounts& c) { return c.fresh + c.changed + c.gone + c.older > 0; }

// From the nights themselves, newest first, for sources of which no report says it.
void look_through_nights(store::Facts& facts, const std::set<std::string>& wanted,
                         std::map<std::string, std::optional<Date>>& found) {
  const auto last = facts.last_night();
  const std::optional<store::Night> newest = last ? *last : std::nullopt;
  if (!newest) return;
  std::set<std::string> left = wanted;
  for (store::NightId id = newest->id, n = 0; id > 0 && n < kMostNights && !left.empty(); --id, ++n) {
    const auto batches = facts.batches(id);
    if (!batches) return;
    for (const store::Batch& batch : *batches) {
      if (batch.stage != store::Stage::kCrawl || batch.state != store::BatchState::kPublished) continue;
      if (brought_news(batch.counts) && left.erase(batch.source) > 0) found[batch.source] = civil_day(batch.clock);
    }
  }
}

void find_last_new(store::Facts& facts, const NightReport& report, Surroundings& out) {
  if (!report.crawl) return;
  std::set<std::string> unknown;
  for (const auto& source : report.crawl->report.sources) {
    if (brought_news(source.counts) && source.outcome == crawler::SourceOutcome::kPublished) {
      out.last_new[source.id] = report.night.civil_date;
      continue;
    }
    out.last_new[source.id] = out.earlier.last_new(source.id);
    const auto published = facts.last_published(store::Stage::kCrawl, source.id);
    if (!out.last_new[source.id] && published && *published) unknown.insert(source.id);
  }
  if (!unknown.empty()) look_through_nights(facts, unknown, out.last_new);
}

// A large file is not read again while it is as long as an earlier report found it.
void count_rejects(const NightReport& report, Surroundings& out) {
  if (!report.crawl) return;
  for (const auto& source : report.crawl->report.sources) {
    std::error_code failed;
    if (source.rejects_file.empty()) continue;
    const auto bytes = fs::file_size(source.rejects_file, failed);
    if (failed) continue;
    if (const auto before = out.earlier.source(source.id); before.source != nullptr) {
      const auto known = number_of(*before.source, "rejects_file_bytes");
      if (known >= 0 && static_cast<std::uintmax_t>(known) == bytes && source.counts.rejected == 0) {
        out.rejects_waiting[source.id] =
            static_cast<std::uint64_t>(std::max<std::int64_t>(number_of(*before.source, "rejects_waiting"), 0));
        continue;
      }
    }
    if (const auto rows = crawler::read_rejects_file(source.rejects_file))
      out.rejects_waiting[source.id] = rows->size();
  }
}

std::uint64_t size_below(const fs::path& path) {
  std::error_code failed;
  if (fs::is_regular_file(path, failed)) return fs::file_size(path, failed);
  std::uint64_t sum = 0;
  for (fs::recursive_directory_iterator at(path, failed), end; !failed && at != end; at.increment(failed)) {
    std::error_code gone;
    if (at->is_regular_file(gone))
      if (const auto bytes = at->file_size(gone); !gone) sum += bytes;
  }
  return sum;
}

std::string quoted(const std::string& path) {
  if (path.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-") == std::string::npos)
    return path;
  std::string out = "'";
  for (const char c : path) c == '\'' ? out += "'\\''" : out += c;
  return out + "'";
}

std::string options_of(const Workplace& place) {
  const Common usual;
  std::string out;
  if (place.config.file != usual.config) out += " --config " + quoted(place.config.file.string());
  if (place.data != usual.data) out += " --data " + quoted(place.data.string());
  return out;
}

}  // namespace

EarlierReports EarlierReports::before(const store::DataFolder& folder, store::NightId night) {
  std::vector<json::object> reports;
  for (const std::string& name : server::report_names(folder)) {
    store::NightId id = 0;
    std::from_chars(name.data(), name.data() + name.size(), id);
    if (id >= night) continue;
    if (auto report = read_object(folder.reports() / (name + ".json"))) reports.push_back(std::move(*report));
    if (reports.size() >= kRead) break;
  }
  return EarlierReports(std::move(reports));
}

json::array EarlierReports::nights() const {
  json::array out;
  for (const json::object& report : reports_) {
    if (!flag_of(report, "whole") || out.size() >= kShown) continue;
    out.push_back(json::object{{"night", number_of(object_of(report, "night"), "id")},
                               {"civil_date", text_of(object_of(report, "night"), "civil_date")},
                               {"seconds", real_of(report, "seconds")},
                               {"outcome", text_of(report, "outcome")}});
  }
  return out;
}

json::array EarlierReports::figures(std::string_view name, std::string_view campaign) const {
  json::array out;
  for (const json::object& report : reports_) {
    each_of(report, "stages", [&](const json::object& stage) {
      if (text_of(stage, "stage") != name || text_of(stage, "campaign") != campaign || out.size() >= kShown) return;
      json::object line{{"night", number_of(object_of(report, "night"), "id")},
                        {"civil_date", text_of(object_of(report, "night"), "civil_date")},
                        {"seconds", real_of(stage, "seconds")},
                        {"peak_memory_bytes", number_of(stage, "peak_memory_bytes", 0)}};
      if (stage.contains("unchanged")) line["unchanged"] = flag_of(stage, "unchanged");
      out.push_back(std::move(line));
    });
  }
  return out;
}

const json::object* EarlierReports::stage(std::string_view name) const {
  const json::object* found = nullptr;
  for (const json::object& report : reports_) {
    each_of(report, "stages", [&](const json::object& stage) {
      if (found == nullptr && text_of(stage, "stage") == name) found = &stage;
    });
    if (found != nullptr) break;
  }
  return found;
}

EarlierReports::Source EarlierReports::source(std::string_view id) const {
  for (const json::object& report : reports_) {
    Source found;
    each_of(report, "stages", [&](const json::object& stage) {
      each_of(stage, "sources", [&](const json::object& source) {
        if (text_of(source, "id") == id && was_read(source)) found = {&source, &report};
      });
    });
    if (found.source != nullptr) return found;
  }
  return {};
}

std::optional<Date> EarlierReports::last_new(std::string_view id) const {
  for (const json::object& report : reports_) {
    std::optional<Date> found;
    each_of(report, "stages", [&](const json::object& stage) {
      each_of(stage, "sources", [&](const json::object& source) {
        if (text_of(source, "id") != id) return;
        if (const auto day = parse_iso_date(text_of(source, "last_new"))) found = *day;
      });
    });
    if (found) return found;
  }
  return std::nullopt;
}

Surroundings surroundings_of(Workplace& place, const NightReport& report) {
  Surroundings out;
  out.limits = place.config.report;
  out.options = options_of(place);
  out.exports = place.folder().exports().string();
  out.earlier = EarlierReports::before(place.folder(), report.night.id);
  find_last_new(place.facts(), report, out);
  count_rejects(report, out);
  std::error_code failed;
  if (const auto space = fs::space(place.data, failed); !failed) out.free_bytes = space.available;
  for (fs::directory_iterator at(place.data, failed), end; !failed && at != end; at.increment(failed))
    out.sizes[at->path().filename().string()] = size_below(at->path());
  if (const auto reviews = place.facts().review_count()) out.reviews = *reviews;
  if (const auto entries = place.people().pool_entries()) out.in_pool = entries->size();
  if (const auto rules = place.pool_rules())
    if (auto waits = pool::waiting(place.people(), **rules, place.folder().exports(),
                                   {"", report.night.clock, report.night.civil_date}))
      out.waiting = std::move(*waits);
  if (const auto head = place.people().audit_head()) out.audit = *head;
  if (const auto known = store::audit_noted(place.facts()))
    if (auto broken = store::audit_breaks(place.people(), *known)) out.audit_damage = std::move(*broken);
  if (auto last = read_object(place.data / kLastBackup)) out.backup = std::move(*last);
  return out;
}

}  // namespace tanmiao::app
