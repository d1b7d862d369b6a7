#include "indexer/query_range.h"

#include <charconv>
#include <chrono>
#include <limits>
#include <optional>

#include "core/date.h"
#include "core/text/normalize.h"

namespace tanmiao::indexer {
namespace {

constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min(),
                       kHighest = std::numeric_limits<std::int64_t>::max();

std::optional<std::int64_t> whole(std::string_view digits) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || digits.empty() || value < 0) return std::nullopt;
  return value;
}

// 万元 as fen.
std::optional<std::int64_t> fen(std::string_view number) {
  constexpr std::int64_t kFenOfWan = 1'000'000, kMostWan = 1'000'000'000;
  const std::size_t point = std::min(number.find('.'), number.size());
  const auto wan = whole(number.substr(0, point));
  if (!wan || *wan > kMostWan) return std::nullopt;
  std::int64_t value = *wan * kFenOfWan;
  if (point == number.size()) return value;
  const std::string_view decimals = number.substr(point + 1);
  const auto part = whole(decimals);
  if (!part || decimals.size() > 2) return std::nullopt;
  return value + *part * (decimals.size() == 1 ? kFenOfWan / 10 : kFenOfWan / 100);
}

// The first or last day of a year, or the day.
std::optional<std::int64_t> day(std::string_view said, bool last) {
  if (said.size() == 4) {
    const auto year = whole(said);
    if (!year || *year < 1) return std::nullopt;
    return to_day(make_date(static_cast<int>(*year), last ? 12 : 1, last ? 31 : 1));
  }
  if (said.size() != 10 || said[4] != '-' || said[7] != '-') return std::nullopt;
  const auto year = whole(said.substr(0, 4)), month = whole(said.substr(5, 2)), of_month = whole(said.substr(8, 2));
  if (!year || !month || !of_month) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*of_month))};
  if (!date.ok()) return std::nullopt;
  return to_day(Date(date));
}

std::optional<std::int64_t> value(QueryField field, std::string_view said, bool last) {
  if (field == QueryField::kEstablished) return day(said, last);
  if (field == QueryField::kCapital) return fen(said);
  return whole(said);
}

std::string_view expected(QueryField field) {
  if (field == QueryField::kEstablished) return "expected years or days such as 2015..2020 or 2019-03-01..";
  if (field == QueryField::kCapital) return "expected 万元 such as 100..500 or 0.5..";
  return "expected whole numbers such as 3..10 or 3..";
}

}  // namespace

Status read_range(QueryWord& word) {
  const std::string said = text::without_blanks(text::nfkc(word.typed));
  const std::string_view text = said;
  const std::size_t dots = text.find("..");
  const std::string_view from = text.substr(0, dots),
                         to = dots == std::string_view::npos ? text : text.substr(dots + 2);
  const Error wrong{Errc::kUsage, std::string(expected(word.field)), ""};
  if (from.empty() && to.empty()) return wrong;
  const auto low = from.empty() ? kLowest : value(word.field, from, false).value_or(-1);
  const auto high = to.empty() ? kHighest : value(word.field, to, true).value_or(-1);
  const auto bad = [&](std::string_view part, bool last) { return !part.empty() && !value(word.field, part, last); };
  if (bad(from, false) || bad(to, true)) return wrong;
  if (low > high) return Error{Errc::kUsage, "the range ends before it begins", ""};
  word.low = low, word.high = high;
  return {};
}

}  // namespace tanmiao::indexer
