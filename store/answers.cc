#include "store/answers.h"

#include <algorithm>
#include <set>

#include "core/hash.h"
#include "store/suppression.h"

namespace tanmiao::store {
namespace {

void take_out(SelfReport& report, const std::string& field) {
  if (field == "verdict") {
    report.verdict.clear();
    return;
  }
  std::erase_if(report.answers, [&](const FieldValue& answer) { return field_spec(answer.field).name == field; });
}

bool says(const SelfReport& report, const std::string& field) {
  if (field == "verdict") return !report.verdict.empty();
  return std::any_of(report.answers.begin(), report.answers.end(),
                     [&](const FieldValue& answer) { return field_spec(answer.field).name == field; });
}

// Everything of a report that a run shows or reckons with.
std::string line_of(const SelfReport& r) {
  std::string text = r.firm + '\t' + iso(r.visited_on) + '\t' + r.visitor + '\t' + r.verdict + '\t' + r.origin;
  for (const FieldValue& answer : r.answers)
    text += '\t' + std::string(field_spec(answer.field).name) + '=' + answer.value;
  return text + '\n';
}

}  // namespace

Result<std::map<std::string, FirmNo, std::less<>>> firms_of_keys(Facts& facts, const std::vector<std::string>& keys,
                                                                 const Snapshot& snapshot) {
  std::map<std::string, FirmNo, std::less<>> found;
  const std::set<std::string_view> codes(keys.begin(), keys.end());
  if (std::any_of(codes.begin(), codes.end(), [](std::string_view key) { return !names_identity(key); }))
    for (FirmNo n = 1; n <= snapshot.last_firm(); ++n)
      if (const auto at = codes.find(snapshot.firms.code[n]); at != codes.end() && !at->empty())
        found.emplace(std::string(*at), n);
  for (const std::string_view key : codes) {
    if (!names_identity(key)) continue;
    TANMIAO_ASSIGN(const auto firms, suppressed_firms(facts, {std::string(key)}, snapshot));
    if (firms.size() == 1) found.emplace(std::string(key), firms.front());
  }
  return found;
}

std::vector<SelfReport> settled_reports(std::vector<SelfReport> reports, const std::vector<Conflict>& conflicts) {
  std::erase_if(reports, [](const SelfReport& report) { return report.withdrawn.has_value(); });
  std::map<std::uint64_t, SelfReport*> by_id;
  for (SelfReport& report : reports) by_id.emplace(report.id, &report);
  using Place = std::pair<std::string, std::uint64_t>;  // field, report
  // The newest choice about two reports is what people think now: it may bring back what an earlier one put aside.
  std::set<Place> lost;
  // Of two reports one was withdrawn: the other stands alone, whatever was chosen.
  const auto gone = [&](const Conflict& conflict) {
    return conflict.track.empty() &&
           (!by_id.contains(conflict.stored_report) || !by_id.contains(conflict.offered_report));
  };
  for (const Conflict& conflict : conflicts) {
    if (conflict.taken.empty() || gone(conflict)) continue;
    const bool offered = conflict.taken == "offered";
    lost.insert({conflict.field, offered ? conflict.stored_report : conflict.offered_report});
    lost.erase({conflict.field, offered ? conflict.offered_report : conflict.stored_report});
  }
  // While nobody chose, the one that was offered waits, unless nothing else would be left.
  const auto another = [&](const Conflict& conflict) {
    return std::any_of(reports.begin(), reports.end(), [&](const SelfReport& report) {
      return report.firm == conflict.firm && report.id != conflict.offered_report && says(report, conflict.field) &&
             !lost.contains({conflict.field, report.id});
    });
  };
  for (const Conflict& conflict : conflicts)
    if (conflict.taken.empty() && !gone(conflict) && another(conflict))
      lost.insert({conflict.field, conflict.offered_report});
  for (const auto& [field, report] : lost)
    if (const auto at = by_id.find(report); at != by_id.end()) take_out(*at->second, field);
  return reports;
}

Date day_with_answers(const FirmAnswers& answers, FirmNo firm, Date as_of) {
  for (const SelfReport& report : answers.of(firm)) as_of = std::max(as_of, report.visited_on);
  return as_of;
}

Result<FirmAnswers> firm_answers(Facts& facts, People& people, const Snapshot& snapshot, const View& view) {
  FirmAnswers answers;
  TANMIAO_ASSIGN(auto reports, people.self_reports());
  if (reports.empty()) return answers;
  TANMIAO_ASSIGN(const auto conflicts, people.conflicts(false));
  if (view.known_at) {
    for (SelfReport& report : reports)
      if (report.withdrawn && report.withdrawn->at > *view.known_at) report.withdrawn.reset();
  }
  reports = settled_reports(std::move(reports), conflicts);
  std::erase_if(reports, [&](const SelfReport& report) {
    return (view.as_of && report.visited_on > *view.as_of) || (view.known_at && report.at > *view.known_at);
  });
  std::vector<std::string> keys;
  for (const SelfReport& report : reports) keys.push_back(report.firm);
  TANMIAO_ASSIGN(const auto firms, firms_of_keys(facts, keys, snapshot));
  for (SelfReport& report : reports)
    if (const auto at = firms.find(report.firm); at != firms.end())
      answers.by_firm[at->second].push_back(std::move(report));
  std::string text;
  for (auto& [firm, own] : answers.by_firm) {
    std::stable_sort(own.begin(), own.end(),
                     [](const SelfReport& a, const SelfReport& b) { return a.visited_on < b.visited_on; });
    for (const SelfReport& report : own) text += line_of(report);
  }
  if (!text.empty()) answers.digest = hash_hex(text);
  return answers;
}

}  // namespace tanmiao::store
