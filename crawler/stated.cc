#include "crawler/stated.h"

#include <re2/re2.h>

#include <string>

namespace tanmiao::crawler {

std::optional<Date> date_in_file_name(std::string_view name) {
  static const re2::RE2 whole(
      R"((?:^|\D)((?:19|20)\d\d)(?:(\d\d)(\d\d)|[-_.](\d{1,2})[-_.](\d{1,2})|年(\d{1,2})月(\d{1,2})日?)(?:\D|$))");
  static const re2::RE2 month(R"((?:^|\D)((?:19|20)\d\d)(?:(\d\d)|[-_.](\d{1,2})|年(\d{1,2})月)(?:\D|$))");
  name.remove_prefix(name.rfind('/') + 1);
  const auto part = [](const std::string& a, const std::string& b, const std::string& c = {}) {
    return static_cast<unsigned>(std::stoul("0" + a + b + c));
  };
  int year = 0;
  std::string a, b, c, d, e, f;
  for (re2::StringPiece rest(name.data(), name.size());
       re2::RE2::FindAndConsume(&rest, whole, &year, &a, &b, &c, &d, &e, &f);) {
    const std::chrono::year_month_day day(std::chrono::year(year), std::chrono::month(part(a, c, e)),
                                          std::chrono::day(part(b, d, f)));
    if (day.ok()) return Date(day);
  }
  for (re2::StringPiece rest(name.data(), name.size()); re2::RE2::FindAndConsume(&rest, month, &year, &a, &b, &c);) {
    const std::chrono::year_month_day_last day(std::chrono::year(year),
                                               std::chrono::month_day_last(std::chrono::month(part(a, b, c))));
    if (day.ok()) return Date(std::chrono::year_month_day(day));
  }
  return std::nullopt;
}

std::optional<Date> stated_of(const PageRule& page, std::string_view part) {
  if (!page.stated_by_name) return std::nullopt;
  // Of a member of an archive its own name, else that of the archive.
  for (;;) {
    if (const auto day = date_in_file_name(part)) return day;
    const std::size_t within = part.rfind('!');
    if (within == std::string_view::npos) return std::nullopt;
    part = part.substr(0, within);
  }
}

}  // namespace tanmiao::crawler
