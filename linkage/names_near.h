// Which firms' names come near to names that no rule linked, asked again only where the answer may have changed.
//
// An answer rests on the frozen model, on the name itself, and on those names of the list that share a key it walked
// and score at least its floor (linkage/match/roll.h). Of the names that came to the list since the last link the score
// is reckoned for every question that was answered before; of those that went it is seen whether the question had
// looked at them. A question that neither touches keeps its answer; every other one is asked anew. The result is that
// of asking all of them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "linkage/link.h"
#include "linkage/name_memory.h"
#include "linkage/name_model.h"

namespace tanmiao::linkage {

struct ListedName {
  std::string_view identity, name;  // of the firm; one of its names
  std::uint32_t row = 0;            // of the firm, in order of identity
};

struct NameQuestion {
  std::uint64_t id = 0;
  std::string_view name;
  NameFacts facts;
  bool judged = false;                              // people said something of it: always asked anew
  bool listed = false;                              // it is a firm of the list itself: which others does it come near?
  std::vector<std::uint32_t> partners{}, beside{};  // rows, as MatchMention
};

// What the questions rest on, and what is to be kept for the next link.
struct NamesFrame {
  std::shared_ptr<const NameModel> frozen;   // null: made here, from the list
  std::shared_ptr<const NameMemory> memory;  // null: everything is asked
  bool refit = false;                        // make the model anew
  bool fixed = false;                        // `frozen` stands, whatever came since
  bool learnt = false;  // the habits of the questions are known; until then nothing is linked by probability
  NameMemory::Next next;
  NamesReport report;
};

struct NearOptions {
  int threads = 0;
  double from = 0.2;  // least probability of a firm that is worth a person's look
  std::size_t habits_from = kHabitsFrom;
};

// `list` sorted by (identity, name); `facts` by row. `ruled_out(question, row)`: people said that it is not this firm;
// asked of judged questions only, by many threads. Answers stand in the order of the questions.
Result<std::vector<NameAnswer>> names_near(const std::vector<NameQuestion>& questions,
                                           const std::vector<ListedName>& list, std::vector<NameFacts> facts,
                                           const MatchModel& weights, const Reference& reference,
                                           const NearOptions& options,
                                           const std::function<bool(std::size_t, std::uint32_t)>& ruled_out,
                                           NamesFrame& frame);

}  // namespace tanmiao::linkage
