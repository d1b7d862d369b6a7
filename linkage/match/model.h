// What a comparison is worth: the weights of levels in bits, and the probability that follows (Fellegi and Sunter 1969,
// with the frequency of terms).
//
// A candidate's weight is
//     prior - log2(names of the list) + sum of the bits of its levels
//       + trade x log2(list / names that reach this level) + industry x log2(list / names of this industry word)
//       + region x log2(list / names of this region word) - unit x log2(names of branches that are called so),
// a rare trade name thus weighing more than a common one, and 第一分公司 less than 阳信支行. Of all candidates c and
// "none of them" (weight 0) the probability of one is 2^w / (1 + sum over c of 2^w(c)): two that fit alike cannot both
// be likely. Its margin in bits is the logarithm of its odds and has no bound.
//
// Weights are fitted by fit.h, kept in a file with a version, and stay until they are fitted again.
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "linkage/match/comparison.h"
#include "linkage/match/roll.h"

namespace tanmiao::linkage {

// How a mention is written; each has weights of its own.
enum class Writing : std::uint8_t { kFull = 0, kShort, kCross, kLatin };  // kCross: one of the two in Latin letters
inline constexpr std::size_t kWritings = 4;
std::string_view writing_name(Writing writing);
Writing writing_of(const Anatomy& mention, const Anatomy& entry);

// Frequencies of the terms that two names share, as log2(list / names that have it); 0 where they share none.
struct TermBits {
  double trade = 0, industry = 0, region = 0;
  double unit = 0;  // log2(branches of the list whose unit is called the same), where both are
};

struct Weights {
  double prior = 0;
  double rate =
      0.5;  // share of the names, of those with candidates and none of the same whole name, whose firm the list had
  std::array<double, kLevels> level{};
  double trade = 1, industry = 0.5, region = 0.5;  // factors of TermBits
  double unit = 1;                                 // of TermBits::unit, which is taken away
  double scale = 1;  // of the margin in bits, so that probabilities are frequencies (calibration)
};

struct MatchModel {
  std::string version;
  std::array<Weights, kWritings> weights;

  const Weights& of(Writing writing) const { return weights[static_cast<std::size_t>(writing)]; }
  double score(Writing writing, const Comparison& levels, const TermBits& terms) const;
};

// As CSV of writing, field, level, bits; and back (error kCorrupt names the line).
std::string match_model_text(const MatchModel& model);
Result<MatchModel> parse_match_model(std::string_view text);
// The same in a file. Errors: kConfig with file and line for a field or level that is none.
Result<MatchModel> load_match_model(const std::filesystem::path& file);
Status save_match_model(const MatchModel& model, const std::filesystem::path& file);

}  // namespace tanmiao::linkage
