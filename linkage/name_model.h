// By what the nightly link compares names: weights and frequencies of terms, frozen on a day and kept in the store
// until they are made anew. While they stand, what two names are worth beside each other does not change, whatever
// comes to the list: only so can a night look again at what changed alone, and end where a rebuild ends.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "linkage/match/frequency.h"
#include "linkage/match/model.h"

namespace tanmiao::linkage {

// What the habits of the list's questions (fit.h) were learnt from, on the day of the model.
struct Habits {
  std::uint64_t sample = 0;     // questions that were looked at and have candidates
  std::uint64_t questions = 0;  // all of that day, firms of the list that were asked themselves left out
};

struct NameModel {
  Habits habits;
  MatchModel weights;
  Frequencies frequencies;
  std::string version;  // hash of the text
  std::string text;

  // Read back from its own text, so that what is kept and what is used are the same to the last digit.
  static Result<std::shared_ptr<const NameModel>> freeze(const MatchModel& weights, const Frequencies& frequencies,
                                                         const Habits& habits = {});
  static Result<std::shared_ptr<const NameModel>> parse(std::string_view text);
};

}  // namespace tanmiao::linkage
