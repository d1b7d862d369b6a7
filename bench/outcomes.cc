// Who of a past day's leads files again within a span after it: rankings of that day against what came.
//
// Usage: outcomes_bench PAST NOW CONFIG CITY AS_OF UNTIL
// PAST, NOW: folders of snapshots (DATA/columns/...) as of the day, and of today; firms are the same by number. A firm
// files again when it is an applicant of a patent that was filed after AS_OF and by UNTIL. Prints JSON: figures of each
// ranking over all leads, and over those that had filed before.
#include <boost/json.hpp>
#include <iostream>

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

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::cerr << "usage: outcomes_bench PAST NOW CONFIG CITY AS_OF UNTIL\n";
    return 2;
  }
  const std::filesystem::path config = argv[3];
  const auto past = need(store::Snapshot::open(argv[1])), now = need(store::Snapshot::open(argv[2]));
  const auto rules = need(Rules::load(config));
  const auto reference =
      need(tabular::load_reference(config / "reference", static_cast<std::uint32_t>(std::stoul(argv[4]))));
  BacktestConfig settings;
  settings.as_of = need(parse_iso_date(argv[5]));
  const Day after = to_day(settings.as_of), until = to_day(need(parse_iso_date(argv[6])));
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
