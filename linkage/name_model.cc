#include "linkage/name_model.h"

#include <charconv>

#include "core/hash.h"

namespace tanmiao::linkage {
namespace {

constexpr std::string_view kBetween = "--\n";  // weights above, frequencies below

constexpr std::string_view kHabits = "habits ";

std::string habits_line(const Habits& habits) {
  return std::string(kHabits) + std::to_string(habits.sample) + ' ' + std::to_string(habits.questions) + '\n';
}

// Takes the line away from the text.
Result<Habits> read_habits(std::string_view& text) {
  const Error error{Errc::kCorrupt, "a model of names: it does not say what its habits were learnt from", "line 2"};
  Habits habits;
  if (!text.starts_with(kHabits)) return error;
  const char* const end = text.data() + text.size();
  const auto sample = std::from_chars(text.data() + kHabits.size(), end, habits.sample);
  if (sample.ec != std::errc() || sample.ptr == end || *sample.ptr != ' ') return error;
  const auto questions = std::from_chars(sample.ptr + 1, end, habits.questions);
  if (questions.ec != std::errc() || questions.ptr == end || *questions.ptr != '\n') return error;
  text.remove_prefix(static_cast<std::size_t>(questions.ptr + 1 - text.data()));
  return habits;
}

// A model of a program that compared otherwise says nothing of what is compared now.
std::string levels_line() {
  std::string names;
  for (std::size_t n = 0; n < kLevels; ++n) {
    const auto level = static_cast<Level>(n);
    names.append(field_name(field_of(level))).append(1, ' ').append(level_name(level)).append(1, '\n');
  }
  return "levels " + hash_hex(names, 12) + '\n';
}

}  // namespace

Result<std::shared_ptr<const NameModel>> NameModel::freeze(const MatchModel& weights, const Frequencies& frequencies,
                                                           const Habits& habits) {
  return parse(levels_line() + habits_line(habits) + match_model_text(weights) + std::string(kBetween) +
               frequencies.text());
}

Result<std::shared_ptr<const NameModel>> NameModel::parse(std::string_view text) {
  const std::size_t at = text.find(kBetween);
  if (at == std::string_view::npos) return Error{Errc::kCorrupt, "a model of names: the weights do not end", ""};
  const std::string levels = levels_line();
  if (!text.starts_with(levels))
    return Error{Errc::kCorrupt, "a model of names: it compares other levels than this program", "line 1"};
  auto model = std::make_shared<NameModel>();
  model->version = hash_hex(text, 12);
  model->text = std::string(text);
  std::string_view weights = text.substr(levels.size(), at - levels.size());
  TANMIAO_ASSIGN(model->habits, read_habits(weights));
  TANMIAO_ASSIGN(model->weights, parse_match_model(weights));
  TANMIAO_ASSIGN(model->frequencies, Frequencies::parse(text.substr(at + kBetween.size())));
  return std::shared_ptr<const NameModel>(std::move(model));
}

}  // namespace tanmiao::linkage
