#include "apps/tanmiao/saved_searches.h"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <map>

#include "apps/tanmiao/candidates.h"
#include "apps/tanmiao/searching.h"
#include "core/hash.h"
#include "core/json_reading.h"
#include "pool/firm_book.h"

namespace tanmiao::app {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::size_t kNightsKept = 8;

// What matched on a night, as it is written down.
struct Matched {
  std::string night;
  std::uint64_t revision = 0;
  std::vector<std::string> keys;
};

fs::path folder_of(const Workplace& place, const std::string& name) {
  return place.folder().searches() / hash_hex(name, 16);
}

std::vector<fs::path> nights_of(const fs::path& folder) {
  std::vector<fs::path> nights;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed))
    if (parse_iso_date(entry.path().filename().string())) nights.push_back(entry.path());
  std::sort(nights.begin(), nights.end());
  return nights;
}

// The last night before `night`; nullopt where none is of this revision or can be read.
std::optional<Matched> matched_before(const fs::path& folder, const std::string& night, std::uint64_t revision) {
  const auto nights = nights_of(folder);
  const auto end = std::find_if(nights.begin(), nights.end(),
                                [&](const fs::path& path) { return path.filename().string() >= night; });
  if (end == nights.begin()) return std::nullopt;
  const fs::path& last = *std::prev(end);
  std::ifstream in(last);
  Matched matched;
  matched.night = last.filename().string();
  std::string head;
  if (!(in >> matched.revision) || matched.revision != revision || !std::getline(in, head)) return std::nullopt;
  for (std::string key; std::getline(in, key);) matched.keys.push_back(std::move(key));
  return matched;
}

Status write_down(const fs::path& folder, const Matched& matched, const std::string& name) {
  std::string text = std::to_string(matched.revision) + " " + name + "\n";
  for (const std::string& key : matched.keys) text.append(key).append(1, '\n');
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) return store::io_error(failed.value(), "cannot make", folder);
  TANMIAO_TRY(store::write_file_durably(folder / matched.night, text));
  auto nights = nights_of(folder);
  for (std::size_t i = 0; i + kNightsKept < nights.size(); ++i) fs::remove(nights[i], failed);
  return {};
}

// What is live, with the run of a campaign: opened once for all searches that ask for it.
class Live {
 public:
  static Result<Live> open(Workplace& place) {
    Live live(place);
    TANMIAO_ASSIGN(live.view_, open_live(place));
    TANMIAO_ASSIGN(live.without_, suppressed_of(place, *live.view_.snapshot));
    TANMIAO_ASSIGN(const auto known, place.facts().firm_register());
    live.book_ = std::make_unique<pool::FirmBook>(live.view_.snapshot, nullptr, place.reference, known);
    return live;
  }

  Result<std::vector<store::FirmNo>> ask(const SavedQuery& saved) {
    const std::string campaign = saved.campaign.empty() ? place_.config.campaigns.front() : saved.campaign;
    TANMIAO_ASSIGN(const Searching* with, searcher(campaign));
    indexer::Query query;
    query.text = saved.text, query.filters = saved.filters, query.without = without_;
    query.with_dead = !saved.alive, query.only_candidates = saved.candidates;
    query.correcting = false;  // what a word is taken for tonight is no news of tomorrow
    TANMIAO_TRY(join_stages(place_, view_.snapshot, with->run, query));
    TANMIAO_ASSIGN(auto found, with->searcher->all(query));
    return std::move(found.firms);
  }
  const store::Snapshot& snapshot() const { return *view_.snapshot; }
  const pool::FirmBook& book() const { return *book_; }

 private:
  struct Searching {
    std::shared_ptr<const store::Run> run;
    std::shared_ptr<indexer::Searcher> searcher;
  };
  explicit Live(Workplace& place) : place_(place) {}

  Result<const Searching*> searcher(const std::string& campaign) {
    const auto known = searchers_.find(campaign);
    if (known != searchers_.end()) return &known->second;
    Searching made;
    for (const auto& [id, run] : view_.live.runs)
      if (id == campaign) {
        TANMIAO_ASSIGN(made.run, store::Run::open(place_.folder().run(run)));
      }
    TANMIAO_ASSIGN(made.searcher, indexer::Searcher::open(place_.folder(), view_.live.index, view_.snapshot, made.run,
                                                          place_.reference));
    return &searchers_.emplace(campaign, std::move(made)).first->second;
  }

  Workplace& place_;
  LiveView view_;
  std::vector<store::FirmNo> without_;
  std::unique_ptr<pool::FirmBook> book_;
  std::map<std::string, Searching> searchers_;
};

Status fill(Workplace& place, Live& live, const store::SavedSearch& search, const std::string& night, bool note,
            SavedFound& found) {
  TANMIAO_ASSIGN(const SavedQuery query, saved_query(search.query));
  found.query = saved_query_told(query);
  TANMIAO_ASSIGN(const std::vector<store::FirmNo> firms, live.ask(query));
  found.total = firms.size();
  const fs::path folder = folder_of(place, search.name);
  if (const auto before = matched_before(folder, night, search.revision)) {
    found.since = before->night;
    // Numbers and not keys are compared: a firm of which the code came in is the same one.
    std::vector<store::FirmNo> then;
    then.reserve(before->keys.size());
    for (const std::string& key : before->keys) then.push_back(live.book().number(key));
    std::sort(then.begin(), then.end());
    std::vector<store::FirmNo> now = firms;
    std::sort(now.begin(), now.end());
    for (const store::FirmNo firm : firms) {
      if (std::binary_search(then.begin(), then.end(), firm)) continue;
      if (++found.fresh > kFreshTold) continue;
      const auto& all = live.snapshot().firms;
      found.firms.push_back({firm, std::string(all.code[firm]), std::string(all.name[firm])});
    }
    for (const store::FirmNo firm : then) found.gone += std::binary_search(now.begin(), now.end(), firm) ? 0U : 1U;
  }
  if (!note) return {};
  Matched matched{night, search.revision, {}};
  matched.keys.reserve(firms.size());
  for (const store::FirmNo firm : firms) matched.keys.push_back(live.book().key(firm));
  return write_down(folder, matched, search.name);
}

}  // namespace

std::string saved_query_json(const SavedQuery& query) {
  json::object filters;
  for (const indexer::Filter& filter : query.filters) {
    json::array values;
    for (const std::string& value : filter.values) values.emplace_back(value);
    filters[filter.facet] = std::move(values);
  }
  json::object out{{"text", query.text}};
  if (!filters.empty()) out["filters"] = std::move(filters);
  if (query.alive) out["alive"] = true;
  if (query.candidates) out["candidates"] = true;
  if (!query.campaign.empty()) out["campaign"] = query.campaign;
  return json::serialize(out);
}

Result<SavedQuery> saved_query(std::string_view text) {
  const auto bad = [&](const char* expected) { return Error{Errc::kFormat, expected, std::string(text)}; };
  boost::system::error_code failed;
  const json::value value = json::parse(text, failed);
  if (failed || !value.is_object()) return bad("expected a saved query as a JSON object");
  SavedQuery query;
  for (const auto& [name, member] : value.get_object()) {
    if (name == "text" && member.is_string()) {
      query.text = std::string(member.get_string());
    } else if (name == "campaign" && member.is_string()) {
      query.campaign = std::string(member.get_string());
    } else if (name == "alive" && member.is_bool()) {
      query.alive = member.get_bool();
    } else if (name == "candidates" && member.is_bool()) {
      query.candidates = member.get_bool();
    } else if (name == "filters" && member.is_object()) {
      for (const auto& [facet, values] : member.get_object()) {
        if (!values.is_array()) return bad("expected the values of a filter as an array");
        indexer::Filter filter{std::string(facet), {}};
        for (const json::value& one : values.get_array()) {
          if (!one.is_string()) return bad("expected the values of a filter as texts");
          filter.values.emplace_back(one.get_string());
        }
        query.filters.push_back(std::move(filter));
      }
    } else {
      return bad("expected text, filters, alive, candidates, campaign of a saved query");
    }
  }
  return query;
}

std::string saved_query_told(const SavedQuery& query) {
  std::string out = query.text;
  const auto add = [&](const std::string& part) { out += (out.empty() ? "" : "；") + part; };
  for (const indexer::Filter& filter : query.filters) {
    std::string values;
    for (const std::string& value : filter.values) values += (values.empty() ? "" : "、") + value;
    add(filter.facet + "：" + values);
  }
  if (query.alive) add("只看存续");
  if (query.candidates) add("只看候选");
  if (!query.campaign.empty()) add("定向检索：" + query.campaign);
  return out.empty() ? "全部" : out;
}

json::object saved_found_json(const SavedFound& found) {
  json::object out{{"name", found.name}, {"query", found.query}, {"revision", found.revision}};
  if (found.error) {
    out["error"] = found.error->text();
    return out;
  }
  out["total"] = found.total;
  if (found.since.empty()) return out;
  json::array firms;
  for (const SavedFound::Firm& firm : found.firms)
    firms.push_back(json::object{{"firm", firm.firm}, {"name", firm.name}, {"code", firm.code}});
  out["since"] = found.since, out["new"] = found.fresh, out["gone"] = found.gone, out["firms"] = std::move(firms);
  return out;
}

Result<std::vector<SavedFound>> run_saved_searches(Workplace& place, Date night, const std::string& only, bool note) {
  std::vector<SavedFound> all;
  TANMIAO_ASSIGN(auto searches, place.people().saved_searches());
  std::erase_if(searches, [&](const auto& s) { return !s.kept || (!only.empty() && s.name != only); });
  if (searches.empty()) return all;
  TANMIAO_ASSIGN(Live live, Live::open(place));
  all.reserve(searches.size());
  for (const store::SavedSearch& search : searches) {
    SavedFound& found = all.emplace_back();
    found.name = search.name, found.revision = search.revision;
    if (const Status done = fill(place, live, search, iso(night), note, found); !done) found.error = done.error();
  }
  return all;
}

}  // namespace tanmiao::app
