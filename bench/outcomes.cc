// Who of a past day's leads files again within a span after it: rankings of that day against what came.
//
// Usage: outcomes_bench PAST NOW CONFIG CITY AS_OF UNTIL
//        outcomes_bench PAST NOW CONFIG CITY AS_OF UNTIL LABEL OTHER_CONFIG...
// PAST, NOW: folders of snapshots (DATA/columns/...) as of the day, and of today; firms are the same by number. A firm
// files again when it is an applicant of a patent that was filed after AS_OF and by UNTIL. Prints JSON: figures of each
// ranking over all leads, and over those that had filed before.
// With LABEL ("filings", a programme such as tech_sme, or a file of credit codes, one a line: who came): one line of
// JSON for each other configuration, the scorecard of CONFIG less that of the other on the same firms and resamples,
// which is what CONFIG has and the other has not. "moved": firms whose score differs; "lowered": by less than nought.
#include <boost/json.hpp>
#include <fstream>
#include <functional>
#include <iostream>
#include <set>
#include <span>

#include "miner/backtest_figures.h"
#include "miner/backtest_leads.h"
#include "tabular/reference_reader.h"

namespace {

using namespace tanmiao;
using namespace tanmiao::miner;
namespace json = boost::json;

template <class T>
T need(Result<T> result) {
  if (!result) std::cerr << result.error().text() << "\n", std::exit(1);
  return std::move(*result);
}

bool files_between(const store::Snapshot& now, store::FirmNo firm, Day after, Day until) {
  const auto [first, last] = now.ownerships_of(firm);
  for (std::uint32_t i = first; i < last; ++i) {
    const Day filed = now.patents.filing[now.ownerships.patent[i]];
    if (now.ownerships.position[i] != 0 && filed > after && filed <= until) return true;
  }
  return false;
}

json::object measured(const Measured& m) { return {{"value", m.value}, {"low", m.low}, {"high", m.high}}; }

struct Column {
  std::string name;
  std::vector<double> scores;
};

json::object figures(const std::vector<Column>& columns, const std::vector<std::uint8_t>& labels,
                     const std::vector<std::uint8_t>& wanted) {
  std::vector<std::uint8_t> came;
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (wanted[i] != 0) came.push_back(labels[i]);
  json::array rows;
  for (const Column& column : columns) {
    std::vector<double> scores;
    for (std::size_t i = 0; i < labels.size(); ++i)
      if (wanted[i] != 0) scores.push_back(column.scores[i]);
    const ScorerFigures f = scorer_figures(scores, came, 50, 400);
    rows.push_back(json::object{{"ranking", column.name},
                                {"precision_at_50", measured(f.precision_at_k)},
                                {"top5", measured(f.top5)},
                                {"top10", measured(f.top10)},
                                {"ap", measured(f.ap)},
                                {"auc", measured(f.auc)}});
  }
  return {{"firms", came.size()}, {"came", std::count(came.begin(), came.end(), 1)}, {"rankings", std::move(rows)}};
}

struct Task {
  std::shared_ptr<const store::Snapshot> past, now;
  std::shared_ptr<const Rules> rules;
  std::shared_ptr<const Reference> reference;
  BacktestConfig settings;
  Day after = 0, until = 0;
};

constexpr std::string_view kFilings = "filings";

using Came = std::function<bool(const LabelledLeads&, std::size_t)>;  // whether the lead of that place came

// The scorecard of the task less that of another configuration: leads of both, labels of the task.
json::object against(const Task& task, const LabelledLeads& with, const std::filesystem::path& other,
                     const Came& came_of) {
  const LabelledLeads without =
      need(labelled_leads(*task.past, *task.now, *need(Rules::load(other)), *task.reference, task.settings));
  std::vector<double> before, after;
  std::vector<std::uint8_t> labels;
  std::size_t moved = 0, moved_came = 0, lowered = 0;
  for (std::size_t i = 0, j = 0; i < with.firms.size() && j < without.firms.size();) {
    const store::FirmNo a = with.firms[i].number, b = without.firms[j].number;
    if (a == b) {
      after.push_back(with.firms[i].scores[kScorecard]), before.push_back(without.firms[j].scores[kScorecard]);
      const bool came = came_of(with, i);
      labels.push_back(came ? 1 : 0);
      moved += before.back() != after.back(), moved_came += came && before.back() != after.back();
      lowered += after.back() < before.back();
    }
    i += static_cast<std::size_t>(a <= b), j += static_cast<std::size_t>(b <= a);
  }
  const ScorerFigures has = scorer_figures(after, labels, 100, 0), lacks = scorer_figures(before, labels, 100, 0);
  const PairedDifference ap = paired_difference(before, after, labels, 1000);
  return {{"without", other.filename().string()},
          {"firms", labels.size()},
          {"came", std::count(labels.begin(), labels.end(), 1)},
          {"moved", moved},
          {"moved_came", moved_came},
          {"lowered", lowered},
          {"ap", has.ap.value},
          {"ap_difference", measured(ap.ap)},
          {"share_worse", ap.share_worse},
          {"top5_difference", has.top5.value - lacks.top5.value},
          {"top10_difference", has.top10.value - lacks.top10.value},
          {"auc_difference", has.auc.value - lacks.auc.value}};
}

int months_between(Date from, Date to) {
  const std::chrono::year_month_day a(from), b(to);
  return static_cast<int>((b.year() / b.month() - a.year() / a.month()).count());
}

std::set<std::string> lines_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::set<std::string> out;
  for (std::string line; std::getline(in, line);) out.insert(line);
  return out;
}

int compare(Task& task, const std::string& label, std::span<char*> others) {
  Came came = [](const LabelledLeads& leads, std::size_t i) { return leads.labels[i] != 0; };
  if (label == kFilings) {
    came = [&task](const LabelledLeads& leads, std::size_t i) {
      return files_between(*task.now, leads.firms[i].number, task.after, task.until);
    };
  } else if (std::filesystem::is_regular_file(label)) {
    came = [&task, codes = lines_of(label)](const LabelledLeads& leads, std::size_t i) {
      return codes.contains(std::string(task.past->firms.code[leads.firms[i].number]));
    };
  } else {
    task.settings.label = label;
    task.settings.horizon_months = months_between(task.settings.as_of, *from_day(task.until));
  }
  const LabelledLeads leads = need(labelled_leads(*task.past, *task.now, *task.rules, *task.reference, task.settings));
  for (const char* other : others) std::cout << json::serialize(against(task, leads, other, came)) << "\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7 && argc < 9) {
    std::cerr << "usage: outcomes_bench PAST NOW CONFIG CITY AS_OF UNTIL [LABEL OTHER_CONFIG...]\n";
    return 2;
  }
  const std::filesystem::path config = argv[3];
  Task task{need(store::Snapshot::open(argv[1])),
            need(store::Snapshot::open(argv[2])),
            need(Rules::load(config)),
            need(tabular::load_reference(config / "reference", static_cast<std::uint32_t>(std::stoul(argv[4])))),
            {}};
  task.settings.as_of = need(parse_iso_date(argv[5]));
  task.after = to_day(task.settings.as_of), task.until = to_day(need(parse_iso_date(argv[6])));
  if (argc > 7) return compare(task, argv[7], std::span(argv + 8, static_cast<std::size_t>(argc - 8)));
  const auto& [past, now, rules, reference, settings, after, until] = task;
  const LabelledLeads leads = need(labelled_leads(*past, *now, *rules, *reference, settings));
  constexpr std::pair<std::size_t, std::string_view> kRankings[] = {
      {kScorecard, "scorecard"},       {kLikelihood, "likelihood"},
      {kPatents, "number of patents"}, {kKeywords, "words of name and scope"},
      {kNewest, "newest first"},       {kRandom, "chance"}};
  std::vector<Column> columns;
  for (const auto& [at, name] : kRankings) {
    Column column{std::string(name), {}};
    for (const PastLead& firm : leads.firms) column.scores.push_back(firm.scores.at(at));
    columns.push_back(std::move(column));
  }
  Column recent{"filings of three years", {}}, last{"last filing", {}};
  std::vector<std::uint8_t> labels, all, filed_before;
  const WindowEdges edges = window_edges(settings.as_of, true);
  for (const PastLead& firm : leads.firms) {
    recent.scores.push_back(windows_of(*past, firm.number, edges).three());
    Day latest = 0;
    const auto [first, end] = past->ownerships_of(firm.number);
    for (std::uint32_t i = first; i < end; ++i) {
      const std::uint32_t row = past->ownerships.patent[i];
      const Day known = past->patents.public_date[row];
      if (known != kNoDay && known <= after) latest = std::max(latest, past->patents.filing[row]);
    }
    last.scores.push_back(latest);
    labels.push_back(files_between(*now, firm.number, after, until) ? 1 : 0);
    all.push_back(1), filed_before.push_back(firm.scores[kPatents] > 0 ? 1 : 0);
  }
  columns.push_back(std::move(recent)), columns.push_back(std::move(last));
  std::cout << json::serialize(json::object{{"all", figures(columns, labels, all)},
                                            {"filed_before", figures(columns, labels, filed_before)}})
            << "\n";
  return 0;
}
