#include "pool/waiting.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include "pool/import.h"

namespace tanmiao::pool {
namespace {

// A step that only waits for the day on which a number ends is open.
bool ran_out(const PoolRules& rules, const store::PoolEntry& entry, const Actor& actor) {
  return std::any_of(rules.transitions.begin(), rules.transitions.end(), [&](const Transition& transition) {
    if (transition.from != entry.stage || transition.need != Need::kExpiry) return false;
    return step(rules, entry, Step{transition.to}, actor).has_value();
  });
}

// Work on the firm goes on: a batch or an application is still before it.
bool under_way(const PoolRules& rules, const store::PoolEntry& entry) {
  return std::any_of(rules.transitions.begin(), rules.transitions.end(), [&](const Transition& transition) {
    return transition.from == entry.stage && (transition.need == Need::kVerdict || transition.need == Need::kBatch ||
                                              transition.need == Need::kNumber || transition.need == Need::kNothing);
  });
}

std::string named(const PoolRules& rules, const store::PoolEntry& entry) {
  return (entry.name.empty() ? entry.firm : entry.name) + "（" + rules.track_label(entry.track) + "）";
}

}  // namespace

Result<std::vector<std::string>> waiting_sheets(store::People& people, const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  std::vector<std::string> found;
  std::map<std::string, Instant> came_back;  // last, by name
  TANMIAO_ASSIGN(const auto trail, people.audit_trail(0, static_cast<std::size_t>(-1)));
  for (const store::AuditEntry& entry : trail)
    if (entry.action == kImportAction) came_back[entry.subject] = entry.at;
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    std::string name = at->path().filename().string();
    if (!name.starts_with(kRejectsPrefix) || !name.ends_with(".xlsx")) continue;
    // A name may be given again: what was written after it came back is another sheet.
    const auto back = came_back.find(name);
    std::error_code unknown;
    const auto written = fs::last_write_time(at->path(), unknown);
    const auto written_at = std::chrono::floor<std::chrono::seconds>(std::chrono::file_clock::to_sys(written));
    if (back == came_back.end() || (!unknown && written_at > back->second)) found.push_back(std::move(name));
  }
  std::sort(found.begin(), found.end());
  return found;
}

Result<Waiting> waiting(store::People& people, const PoolRules& rules, const std::filesystem::path& folder,
                        const Actor& actor) {
  Waiting out;
  TANMIAO_ASSIGN(const auto conflicts, people.conflicts(true));
  TANMIAO_ASSIGN(const auto entries, people.pool_entries());
  TANMIAO_ASSIGN(const auto suppressions, people.suppressions());
  std::set<std::string_view> out_of_sight;
  for (const auto& [firm, reason] : suppressions) out_of_sight.insert(firm);
  for (const store::Conflict& conflict : conflicts) out.conflicts += out_of_sight.contains(conflict.firm) ? 0U : 1U;
  for (const store::PoolEntry& entry : entries) {
    if (out_of_sight.contains(entry.firm)) continue;
    if (ran_out(rules, entry, actor)) out.expired.push_back(named(rules, entry));
    const auto deadline = entry.cells.find("deadline");
    if (deadline == entry.cells.end() || !under_way(rules, entry)) continue;
    if (const auto day = parse_iso_date(deadline->second); day && *day < actor.today)
      out.overdue.push_back(named(rules, entry));
  }
  TANMIAO_ASSIGN(out.sheets, waiting_sheets(people, folder));
  return out;
}

}  // namespace tanmiao::pool
