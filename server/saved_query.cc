#include "server/saved_query.h"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>

#include "core/date.h"
#include "core/hash.h"
#include "store/data_folder.h"

namespace tanmiao::server {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::size_t kNightsKept = 8;

fs::path folder_of(const store::DataFolder& folder, const std::string& name) {
  return folder.searches() / hash_hex(name, 16);
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
std::optional<SavedMatches> matched_before(const fs::path& folder, const std::string& night, std::uint64_t revision) {
  const auto nights = nights_of(folder);
  const auto end = std::find_if(nights.begin(), nights.end(),
                                [&](const fs::path& path) { return path.filename().string() >= night; });
  if (end == nights.begin()) return std::nullopt;
  const fs::path& last = *std::prev(end);
  std::ifstream in(last);
  SavedMatches matched;
  matched.night = last.filename().string();
  std::string head;
  if (!(in >> matched.revision) || matched.revision != revision || !std::getline(in, head)) return std::nullopt;
  for (std::string key; std::getline(in, key);) matched.keys.push_back(std::move(key));
  return matched;
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

std::string saved_query_told(const SavedQuery& query, const FacetWords& words) {
  std::string out = query.text;
  const auto add = [&](const std::string& part) { out += (out.empty() ? "" : "；") + part; };
  for (const indexer::Filter& filter : query.filters) {
    std::string values;
    for (const std::string& value : filter.values)
      values.append(values.empty() ? "" : "、").append(words.value(filter.facet, value));
    add(std::string(words.facet(filter.facet)) + "：" + values);
  }
  if (query.alive) add("只看存续");
  if (query.candidates) add("只看候选");
  if (!query.campaign.empty()) add("定向检索：" + query.campaign);
  return out.empty() ? "全部" : out;
}

std::string saved_found_json(const SavedFound& found) {
  json::object out{{"name", found.name}, {"query", found.query}, {"revision", found.revision}};
  if (found.error) {
    out["error"] = found.error->text();
    return json::serialize(out);
  }
  out["total"] = found.total;
  if (found.since.empty()) return json::serialize(out);
  json::array firms;
  for (const SavedFound::Firm& firm : found.firms)
    firms.push_back(json::object{{"firm", firm.firm}, {"name", firm.name}, {"code", firm.code}});
  out["since"] = found.since, out["new"] = found.fresh, out["gone"] = found.gone, out["firms"] = std::move(firms);
  return json::serialize(out);
}

indexer::Query index_query(const SavedQuery& saved, std::vector<store::FirmNo> without) {
  indexer::Query query;
  query.text = saved.text, query.filters = saved.filters, query.without = std::move(without);
  query.with_dead = !saved.alive, query.only_candidates = saved.candidates;
  query.guessing = false;
  return query;
}

Status note_matches(const store::DataFolder& data, const std::string& name, const SavedMatches& matches) {
  const fs::path folder = folder_of(data, name);
  std::string text = std::to_string(matches.revision) + " " + name + "\n";
  for (const std::string& key : matches.keys) text.append(key).append(1, '\n');
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) return store::io_error(failed.value(), "cannot make", folder);
  TANMIAO_TRY(store::write_file_durably(folder / matches.night, text));
  auto nights = nights_of(folder);
  for (std::size_t i = 0; i + kNightsKept < nights.size(); ++i) fs::remove(nights[i], failed);
  return {};
}

std::string last_noted_night(const store::DataFolder& folder, const std::string& name) {
  const auto nights = nights_of(folder_of(folder, name));
  return nights.empty() ? std::string() : nights.back().filename().string();
}

SavedFound compare_matches(const store::DataFolder& folder, const store::SavedSearch& search, const std::string& night,
                           const std::vector<store::FirmNo>& firms, const pool::FirmBook& book) {
  SavedFound found;
  found.name = search.name, found.revision = search.revision, found.total = firms.size();
  const auto before = matched_before(folder_of(folder, search.name), night, search.revision);
  if (!before) return found;
  found.since = before->night;
  // Numbers and not keys are compared: a firm of which the code came in is the same one.
  std::vector<store::FirmNo> then, now = firms;
  then.reserve(before->keys.size());
  for (const std::string& key : before->keys) then.push_back(book.number(key));
  std::sort(then.begin(), then.end());
  std::sort(now.begin(), now.end());
  for (const store::FirmNo firm : firms) {
    if (std::binary_search(then.begin(), then.end(), firm)) continue;
    if (++found.fresh > kFreshTold) continue;
    const auto& all = book.snapshot().firms;
    found.firms.push_back({firm, std::string(all.code[firm]), std::string(all.name[firm])});
  }
  for (const store::FirmNo firm : then) found.gone += std::binary_search(now.begin(), now.end(), firm) ? 0U : 1U;
  return found;
}

}  // namespace tanmiao::server
