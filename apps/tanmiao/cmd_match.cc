// match: a list of names against a list, or against the firms of the store.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <unordered_map>

#include "apps/tanmiao/candidates.h"
#include "apps/tanmiao/console.h"
#include "apps/tanmiao/matching.h"
#include "apps/tanmiao/workplace.h"
#include "core/hash.h"
#include "linkage/match/fit.h"
#include "tabular/reference_reader.h"

namespace tanmiao::app {
namespace {

using namespace linkage;

struct MatchOptions {
  std::string names, against, out, learn, column;
  std::vector<std::string> also;
  double threshold = -1;
  int threads = 0;
  std::size_t others = 4;
  std::string one_to_one;  // "yes", "no"; empty: by what the list looks like
};

constexpr std::size_t kBlock = 4096;     // names answered at once
constexpr std::size_t kRoster = 20'000;  // a longer list is not looked at whole unless that is asked for

Claims claims_of(const MatchOptions& options) {
  if (options.one_to_one.empty()) return Claims::kByLook;
  return options.one_to_one == "yes" ? Claims::kYes : Claims::kNo;
}

struct Tally {
  std::uint64_t names = 0, link = 0, review = 0;
  void count(MatchDecision decision) {
    ++names;
    link += decision == MatchDecision::kLink;
    review += decision == MatchDecision::kReview;
  }
};

// Calls take(answers) for each block. Claims are settled within one block: the whole list.
template <class Take>
Status each_block(NameList& names, Matching& matching, std::size_t others, bool lines, Claims claims,
                  const Take& take) {
  std::size_t most = claims == Claims::kYes      ? std::numeric_limits<std::size_t>::max()
                     : claims == Claims::kByLook ? kRoster
                                                 : kBlock;
  std::vector<MatchAnswer> block;
  for (bool more = true; more;) {
    block.clear();
    while (block.size() < most && more) {
      NameRow row;
      TANMIAO_ASSIGN(more, names.next(row));
      if (more) block.emplace_back().mention = std::move(row);
    }
    if (more) claims = Claims::kNo, most = kBlock;
    matching.answer(block, others, lines, claims);
    TANMIAO_TRY(take(block));
  }
  return {};
}

// Cases for the fit out of a list whose column `truth` names the firm (empty: none). Where every name has its firm, a
// third of them are looked up as if the list had it not: else the fit would learn that there is always one.
Result<std::vector<FitCase>> cases_of(NameList& names, Matching& matching, const Against& list) {
  constexpr std::size_t kAll = 1000, kStruck = 3;
  std::unordered_map<std::string, std::uint32_t> rows;
  for (std::uint32_t n = 0; n < list.id.size(); ++n) rows.emplace(list.id[n], n);
  rows.insert(list.also.begin(), list.also.end());
  std::vector<FitCase> cases;
  std::vector<std::uint32_t> truths;
  bool all = true;
  TANMIAO_TRY(each_block(names, matching, kAll, false, Claims::kNo, [&](std::vector<MatchAnswer>& block) -> Status {
    for (MatchAnswer& answer : block) {
      FitCase one{std::move(answer.candidates), FitCase::kNobody, static_cast<double>(list.id.size())};
      if (!answer.mention.labelled) one.truth = FitCase::kUnknown;
      const auto row = rows.find(answer.mention.truth);
      all = all && row != rows.end();
      truths.push_back(row == rows.end() ? MatchMention::kNoRow : row->second);
      cases.push_back(std::move(one));
    }
    return {};
  }));
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (all && i % kStruck == 0)
      std::erase_if(cases[i].candidates, [&](const MatchCandidate& c) { return c.row == truths[i]; });
    for (std::size_t c = 0; c < cases[i].candidates.size(); ++c)
      if (cases[i].candidates[c].row == truths[i]) cases[i].truth = static_cast<int>(c);
  }
  return cases;
}

UnlabelledOptions all_names() {
  UnlabelledOptions options;
  options.rounds = 12;
  options.rates = true;
  options.writings = {Writing::kFull, Writing::kShort, Writing::kCross, Writing::kLatin};
  for (std::size_t field = 0; field < kNameFields; ++field) options.fields.push_back(static_cast<NameField>(field));
  return options;
}

// Fits the weights to the lists given, with labels by maximum likelihood, without by expectation-maximisation.
Result<int> learn(const Anatomist& anatomist, MatchModel model, const TypedWords& words, const MatchOptions& options) {
  std::vector<std::string> lists{options.names, options.against};
  lists.insert(lists.end(), options.also.begin(), options.also.end());
  std::vector<FitCase> cases;
  for (std::size_t i = 0; i + 1 < lists.size(); i += 2) {
    TANMIAO_ASSIGN(const auto list, read_against(lists[i + 1], anatomist, options.threads));
    TANMIAO_ASSIGN(const auto names, NameList::open(lists[i], anatomist.reference(), false));
    Matching matching(*list, {model, words, {}, options.threads});
    TANMIAO_ASSIGN(auto some, cases_of(*names, matching, *list));
    cases.insert(cases.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
  }
  const bool labelled =
      std::any_of(cases.begin(), cases.end(), [](const FitCase& one) { return one.truth != FitCase::kUnknown; });
  FitReport report{cases.size()};
  if (labelled)
    report = fit(model, cases);
  else
    fit_unlabelled(model, cases, all_names());
  TANMIAO_TRY(save_match_model(model, options.learn));
  char text[200];
  std::snprintf(text, sizeof text, "%zu names, %zu labelled; log-likelihood %.4f -> %.4f bits a name", report.cases,
                report.labelled, report.before, report.after);
  say(text);
  return kDone;
}

// Names of the whole list by which its habits are learnt: those of the least hashes, so that neither their order nor
// how often one stands there matters.
Result<std::vector<MatchAnswer>> sample_of(const MatchOptions& options, const Reference& reference) {
  constexpr std::size_t kLooked = 2000;
  std::map<std::uint64_t, NameRow> least;
  if (!std::filesystem::is_regular_file(options.names)) return std::vector<MatchAnswer>();  // it can be read only once
  TANMIAO_ASSIGN(const auto names, NameList::open(options.names, reference, false, options.column));
  for (NameRow row;;) {
    TANMIAO_ASSIGN(const bool more, names->next(row));
    if (!more) break;
    if (row.name.empty()) continue;
    const std::uint64_t hash = hash64(row.name);
    if (least.size() == kLooked && hash >= least.rbegin()->first) continue;
    least.try_emplace(hash, std::move(row));
    if (least.size() > kLooked) least.erase(std::prev(least.end()));
  }
  std::vector<MatchAnswer> sample;
  sample.reserve(least.size());
  for (auto& [hash, row] : least) sample.emplace_back().mention = std::move(row);
  return sample;
}

void adapt_to(std::vector<MatchAnswer> sample, Matching& matching, const Against& list, MatchModel& model) {
  constexpr std::size_t kAll = 1000;
  matching.answer(sample, kAll);
  std::vector<FitCase> cases;
  for (MatchAnswer& answer : sample)
    if (!answer.candidates.empty())
      cases.push_back({std::move(answer.candidates), FitCase::kUnknown, static_cast<double>(list.id.size())});
  learn_habits(model, cases);
}

Result<int> match(const Common& common, const MatchOptions& options) {
  if (!options.out.empty()) {
    TANMIAO_TRY(MatchTable::check(options.out));
    for (const std::string& list : {options.names, options.against})
      if (std::error_code none; !list.empty() && std::filesystem::equivalent(options.out, list, none))
        return Error{Errc::kUsage, "is one of the lists themselves: write to another file", "-o " + options.out};
  }
  std::shared_ptr<const Reference> reference;
  std::optional<Workplace> place;
  AppConfig config;
  if (options.against.empty()) {
    TANMIAO_ASSIGN(place, open_workplace(common, store::Access::kRead, "tanmiao match"));
    reference = place->reference, config = place->config;
  } else {
    TANMIAO_ASSIGN(config, open_config(common));
    TANMIAO_ASSIGN(reference, tabular::load_reference(config.reference, config.city_code));
  }
  if (config.link.name_model == nullptr)
    return Error{Errc::kConfig, "no weights for the comparison of names", config.match_weights.string()};
  MatchModel model = *config.link.name_model;
  const Anatomist anatomist(*reference);
  TANMIAO_ASSIGN(const TypedWords words, load_typed_words(config.rules / "linkage" / "typed_names.csv"));
  if (!options.learn.empty()) return learn(anatomist, model, words, options);
  std::shared_ptr<const store::Snapshot> snapshot;
  std::unique_ptr<Against> list;
  if (place) {
    TANMIAO_ASSIGN(const LiveView live, open_live(*place));
    snapshot = live.snapshot;
    TANMIAO_ASSIGN(const auto taken_out, suppressed_of(*place, *snapshot));
    list = firms_of(*snapshot, taken_out, anatomist, options.threads);
  } else {
    TANMIAO_ASSIGN(list, read_against(options.against, anatomist, options.threads));
  }
  if (std::isnan(options.threshold)) return Error{Errc::kUsage, "--threshold must be a number from 0 to 1", ""};
  MatchThresholds thresholds = config.match_thresholds;
  if (options.threshold >= 0) {
    thresholds.link = options.threshold;
    thresholds.review = std::min(thresholds.review, options.threshold);
  }
  TANMIAO_ASSIGN(const auto names, NameList::open(options.names, *reference, !options.out.empty(), options.column));
  Matching matching(*list, {model, words, thresholds, options.threads});
  TANMIAO_ASSIGN(auto sample, sample_of(options, *reference));
  adapt_to(std::move(sample), matching, *list, model);
  Tally tally;
  std::unique_ptr<MatchTable> table;
  if (!options.out.empty()) {
    const auto at = [&list = *list](std::uint32_t row) {
      return MatchedFirm{list.id[row], list.name[row], list.code[row]};
    };
    TANMIAO_ASSIGN(table, MatchTable::create(options.out, names->headings(), at));
  }
  const bool lines = common.json || options.out.empty();
  TANMIAO_TRY(each_block(*names, matching, options.others, lines, claims_of(options),
                         [&](std::vector<MatchAnswer>& block) -> Status {
                           std::string text;
                           for (const MatchAnswer& answer : block) {
                             tally.count(answer.decision);
                             text += answer.line;
                             if (table == nullptr) continue;
                             if (Status written = table->row(answer); !written) return written;
                           }
                           std::cout << text << std::flush;
                           return std::cout ? Status{} : Status(Error{Errc::kIo, "standard output was closed", ""});
                         }));
  if (table != nullptr) TANMIAO_TRY(table->finish());
  tell_problems(*names, options.names);
  if (matching.settled_claims()) say("each firm was taken to be at most one name's (--no-one-to-one: not so)");
  say(std::to_string(tally.names) + " names against " + std::to_string(list->id.size()) + ": " +
      std::to_string(tally.link) + " link, " + std::to_string(tally.review) + " review, " +
      std::to_string(tally.names - tally.link - tally.review) + " no");
  return kDone;
}

}  // namespace

Action declare_match(CLI::App& app, Common& common) {
  add_common(app, common);
  auto options = std::make_shared<MatchOptions>();
  app.add_option("--names", options->names, "table of names that are looked for: CSV or a workbook")->required();
  app.add_option("--against", options->against, "table of names they may be; default: the firms of the store");
  app.add_option("--column", options->column, "heading of the names in --names, where it is none of the usual");
  app.add_option("--threshold", options->threshold, "least probability of a link; changes no probability")
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("-o,--output", options->out, "writes the table with our columns behind its own: .xlsx or .csv");
  app.add_option("--others", options->others, "how many further candidates are told")->capture_default_str();
  CLI::Option* roster = app.add_flag_callback(
      "--one-to-one", [options] { options->one_to_one = "yes"; },
      "each firm is at most one name's, as in a roster; default: up to 20,000 names by what the answers look like");
  app.add_flag_callback(
         "--no-one-to-one", [options] { options->one_to_one = "no"; }, "a firm may be several names'")
      ->excludes(roster);
  app.add_option("--threads", options->threads, "0: as many as there are cores")->check(CLI::Range(0, 256));
  app.add_option("--learn", options->learn, "fits the weights to the column `truth` of the names and writes them here")
      ->needs(app.get_option("--against"));
  app.add_option("--also", options->also, "with --learn: further lists, NAMES AGAINST")->expected(2)->take_all();
  return [options, &common] { return match(common, *options); };
}

}  // namespace tanmiao::app
