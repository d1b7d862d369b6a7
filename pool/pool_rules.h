// Words and rules of the cultivation pool, loaded from config/pool/ (its README.md describes the files): tracks, stages
// and the steps between them, 核实结论, reasons for leaving, batches, targets.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/reference.h"

namespace tanmiao::pool {

struct Track {
  std::string id, label;
  std::string program;  // recognition by which it is achieved; empty: none is named
};
struct StageWord {
  std::string id, label;
  bool in_pool = false;  // counts as 在库
};
enum class Need : std::uint8_t { kNothing, kReason, kVerdict, kBatch, kNumber, kExpiry, kLeaveReason, kEvidence };
struct Transition {
  std::string from, to;  // from empty: a new entry
  Need need = Need::kNothing;
};
struct Verdict {
  std::string text;
  bool verifies = false;  // the firm was reached
};
struct BatchState {
  std::string id, label;
  std::vector<std::string> leaves_to;
};
// What a plan asks for: firms whose recognition is valid on a day.
struct Target {
  std::string program;
  int year = 0;
  std::string unit;  // id; empty: the city
  std::uint32_t firms = 0;
  bool at_least = true;  // 达到; false: 突破, more than
  std::string basis;
};
// Where an announcement list of a programme is kept for the crawler.
struct OfficialProgram {
  std::string program, label;
  std::string source;            // that reads it
  std::string inbox, file_word;  // folder below the base of the sources; a word that the file's name must have
  std::string number_heading;    // of its number; empty: it has none
  // By which a list of another programme is noticed. May be empty.
  std::vector<std::string> title_words{};  // of its titles, file names and headings
  std::string number_shape{};              // of its numbers: a regular expression (ECMAScript) for the whole of one
};
// Which share of a stage is expected to achieve within the year.
struct ForecastRate {
  std::string stage;
  double low = 0, high = 0;
};

struct PoolRules {
  std::vector<Track> tracks;  // the first is the default
  std::vector<StageWord> stages;
  std::vector<Transition> transitions;
  std::vector<Verdict> verdicts;
  std::vector<std::string> leave_reasons, channels;
  std::vector<BatchState> batch_states;  // the first is that of a new batch
  std::vector<Target> targets;
  std::vector<ForecastRate> forecast;
  std::vector<OfficialProgram> official_lists;

  // Errors kConfig with file and line: a word that another table does not have, a sum of units that is not the city's.
  static Result<std::shared_ptr<const PoolRules>> load(const std::filesystem::path& folder, const Reference& reference);

  // By id or label. Errors kUsage with the nearest right one.
  Result<const Track*> track(std::string_view word) const;
  Result<const StageWord*> stage(std::string_view word) const;
  Result<const OfficialProgram*> official(std::string_view program) const;
  const Transition* transition(std::string_view from, std::string_view to) const;  // null: not allowed
  std::vector<std::string> after(std::string_view stage) const;                    // stages that may follow
  std::string stage_label(std::string_view id) const;  // the id itself when there is no such stage
  std::string track_label(std::string_view id) const;
  std::string batch_label(std::string_view state) const;
  bool in_pool(std::string_view stage) const;
  bool verifies(std::string_view verdict) const;
  std::vector<std::string> verdict_texts() const;
};

}  // namespace tanmiao::pool
