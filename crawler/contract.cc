#include "crawler/contract.h"

#include <algorithm>
#include <cmath>

#include <re2/re2.h>

#include "crawler/tally.h"
#include "crawler/template_change.h"

namespace tanmiao::crawler {
namespace {

std::string percent(double share) {
  const double value = share * 100;
  const bool whole = std::abs(value - std::round(value)) < 0.05 || value >= 10;
  if (whole) return std::to_string(std::lround(value)) + "%";
  std::string text = std::to_string(std::lround(value * 10));
  if (text.size() < 2) text.insert(0, "0");
  return text.insert(text.size() - 1, ".") + "%";
}
double share_of(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}
std::uint64_t count(const std::map<std::string, std::int64_t>& counts, std::string_view what) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(tally_count(counts, what), 0));
}
std::string counted(std::string_view prefix, Field field) {
  return std::string(prefix) + std::string(field_spec(field).name);
}
std::string_view name_in(std::string_view scope) { return scope.substr(scope.find(':') + 1); }
// Role and address of "rows:ROLE<tab>ADDRESS".
std::pair<std::string_view, std::string_view> page_in(std::string_view scope) {
  const std::string_view name = name_in(scope);
  const std::size_t tab = std::min(name.find('\t'), name.size());
  return {name.substr(0, tab), name.substr(std::min(tab + 1, name.size()))};
}
std::string rows_scope(std::string_view role, std::string_view address) {
  return std::string(tally::kRowsScope).append(role).append("\t").append(address);
}
std::uint64_t bound_of(double share, std::uint64_t rows) {
  return static_cast<std::uint64_t>(std::llround(share * static_cast<double>(rows)));
}

class Verdict {
 public:
  Verdict(const Source& source, const Delivery& delivery)
      : source_(source), contract_(source.contract), folder_(source.folder), of_(delivery) {}

  std::vector<Breach> give() {
    if (of_.counts.parts == 0 && of_.rows() == 0 && lacking() == 0 && folder_) return {};
    if (!of_.broken_off.empty()) return of_.broken_off;
    rejected();
    row_bounds();
    band();
    gone();
    fill();
    emptied();
    repeated();
    outside();
    stale();
    for (Breach& change : template_changes(source_, of_.read, of_.good)) found_.push_back(std::move(change));
    std::stable_sort(found_.begin(), found_.end(), [](const Breach& a, const Breach& b) { return a.kind < b.kind; });
    return std::move(found_);
  }

 private:
  void add(BreachKind kind, std::string of, double expected, double found, std::string text) {
    found_.push_back({kind, std::move(of), expected, found, std::move(text)});
  }

  // Of all that a site shows: what its unchanged pages gave before stands beside the few that were read tonight. A file
  // of an inbox is judged by itself.
  void rejected() {
    const std::uint64_t shown = folder_ ? 0 : of_.counts.rejected + of_.rows();
    const std::uint64_t rows = std::max(of_.counts.read, shown);
    const double share = share_of(of_.counts.rejected, rows);
    if (of_.counts.read == 0 || share <= contract_.most_rejected) return;
    add(BreachKind::kRejected, "", contract_.most_rejected, share,
        "退回行占 " + percent(share) + "（" + std::to_string(of_.counts.rejected) + "/" + std::to_string(rows) +
            "），超过约定上限 " + percent(contract_.most_rejected));
  }

  // A delivery that is what was published before to the last record was judged, or accepted, then.
  bool as_published() const {
    return !of_.changes() && of_.counts.parts == of_.counts.parts_same && of_.rows() == of_.known;
  }

  void row_bounds() {
    const std::uint64_t rows = of_.rows();
    if (as_published()) return;
    if (rows < contract_.least_rows)
      add(BreachKind::kFewRows, "", static_cast<double>(contract_.least_rows), static_cast<double>(rows),
          "低于约定下限：" + std::to_string(rows) + " 条，应不少于 " + std::to_string(contract_.least_rows) + " 条");
    if (contract_.most_rows != 0 && rows > contract_.most_rows)
      add(BreachKind::kManyRows, "", static_cast<double>(contract_.most_rows), static_cast<double>(rows),
          "高于约定上限：" + std::to_string(rows) + " 条，应不多于 " + std::to_string(contract_.most_rows) + " 条");
  }

  void compare(std::string_view part, std::uint64_t before, std::uint64_t now, std::string_view said = {}) {
    if (before < contract_.compared_from || before == 0) return;
    const std::uint64_t least = bound_of(contract_.least_share, before), most = bound_of(contract_.most_share, before);
    const std::string figures = (part.empty() ? std::string() : std::string(said.empty() ? part : said) + " ") +
                                "本次 " + std::to_string(now) + " 条，上次 " + std::to_string(before) + " 条（" +
                                percent(share_of(now, before)) + "）";
    if (now < least)
      add(BreachKind::kFewer, std::string(part), static_cast<double>(least), static_cast<double>(now),
          "比上次少：" + figures + "，约定不低于 " + percent(contract_.least_share));
    if (contract_.most_share > 0 && now > most)
      add(BreachKind::kMore, std::string(part), static_cast<double>(most), static_cast<double>(now),
          "比上次多：" + figures + "，约定不高于 " + percent(contract_.most_share));
  }

  // A whole source is held against what was visible of it; of one whose absences say little, each document that was
  // there before is held against itself. What is new tonight is held against nothing: a day's bulletin has 2 rows or
  // 5,000.
  void band() {
    if (of_.completeness == store::Completeness::kComplete) {
      if (of_.changes()) compare("", of_.known, of_.rows());
      return;
    }
    for (const auto& [scope, counts] : of_.read) {
      const auto before = of_.good.find(scope);
      if (scope.starts_with(tally::kPartScope) && before != of_.good.end())
        compare(name_in(scope), count(before->second, tally::kRecords), count(counts, tally::kRecords));
    }
    pages();
  }

  // A page by itself, or the pages of a list together, for rows move from one to the next: those that are the same
  // tonight count as they did, and once all was asked for, new ones count and those that are gone have no rows.
  void pages() {
    std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> lists;  // before, now
    const auto rows_in = [](const store::Tallies& tallies, const std::string& scope) {
      const auto found = tallies.find(scope);
      return found == tallies.end() ? 0 : count(found->second, tally::kRows);
    };
    const auto each = [&](const store::Tallies& tallies, auto&& take) {
      for (const auto& [scope, counts] : tallies)
        if (scope.starts_with(tally::kRowsScope))
          if (const auto [role, address] = page_in(scope); const PageRule* const page = source_.page(role))
            take(scope, *page, address);
    };
    each(of_.good, [&](const std::string& scope, const PageRule& page, std::string_view address) {
      const bool read = of_.read.contains(scope);
      const std::uint64_t was = rows_in(of_.good, scope), is = rows_in(of_.read, scope);
      if (!page.goes_on()) {
        if (read) compare(address, was, is);
        return;
      }
      const bool same = !read && of_.met.contains(std::string(address));
      if (!read && !same && !of_.whole) return;
      auto& list = lists[list_of(page, address)];
      list.first += was, list.second += same ? was : is;
    });
    each(of_.read, [&](const std::string& scope, const PageRule& page, std::string_view address) {
      if (of_.whole && page.goes_on() && !of_.good.contains(scope))
        lists[list_of(page, address)].second += rows_in(of_.read, scope);
    });
    for (const auto& [list, rows] : lists) compare(list, rows.first, rows.second, "列表 " + list);
  }

  // Known before and not there now, whether or not it counts as gone already.
  std::uint64_t lacking() const { return of_.counts.gone + of_.counts.missing; }

  void gone() {
    const double share = share_of(lacking(), of_.known);
    if (lacking() == 0 || share <= contract_.most_gone) return;
    add(BreachKind::kGone, "", contract_.most_gone, share,
        "消失的记录占 " + percent(share) + "（" + std::to_string(lacking()) + "/" + std::to_string(of_.known) +
            "），超过约定上限 " + percent(contract_.most_gone));
  }

  struct Sum {
    std::uint64_t part = 0, whole = 0;
  };
  // Over all scopes that map the field.
  Sum sum_of(Field field, std::string_view prefix) const {
    Sum sum;
    for (const auto& [scope, counts] : of_.read) {
      if (!counts.contains(counted(tally::kFill, field))) continue;
      sum.part += count(counts, counted(prefix, field));
      sum.whole += count(counts, prefix == tally::kFill ? std::string(tally::kRecords) : counted(tally::kFill, field));
    }
    return sum;
  }
  bool enough(std::uint64_t rows) const { return rows > 0 && rows >= contract_.compared_from; }

  void fill() {
    for (const auto& [field, least] : contract_.fill) {
      const Sum sum = sum_of(field, tally::kFill);
      const double share = share_of(sum.part, sum.whole);
      if (!enough(sum.whole) || share >= least) continue;
      const FieldSpec& spec = field_spec(field);
      add(BreachKind::kFill, std::string(spec.name), least, share,
          "“" + std::string(spec.label) + "”填写率 " + percent(share) + "（" + std::to_string(sum.part) + "/" +
              std::to_string(sum.whole) + "），约定不低于 " + percent(least));
    }
  }

  // Only where so many values would have to be there that their absence is no accident.
  void emptied() {
    for (const auto& [scope, counts] : of_.read) {
      const auto before = of_.good.find(scope);
      const std::uint64_t rows = count(counts, tally::kRecords);
      if (before == of_.good.end() || !enough(rows) || !enough(count(before->second, tally::kRecords))) continue;
      for (auto at = counts.lower_bound(std::string(tally::kFill));
           at != counts.end() && at->first.starts_with(tally::kFill); ++at) {
        const auto field = field_from_name(std::string_view(at->first).substr(tally::kFill.size()));
        const double rate = share_of(count(before->second, at->first), count(before->second, tally::kRecords));
        const double wanted = rate * static_cast<double>(rows), now = static_cast<double>(at->second);
        if (!field || wanted < static_cast<double>(contract_.compared_from) || now >= contract_.least_fill * wanted)
          continue;
        const FieldSpec& spec = field_spec(*field);
        const double share = now / static_cast<double>(rows);
        add(BreachKind::kEmptied, std::string(spec.name) + " " + std::string(name_in(scope)),
            rate * contract_.least_fill, share,
            "“" + std::string(spec.label) + "”填写率由上次的 " + percent(rate) + " 降到 " + percent(share) + "（" +
                std::string(name_in(scope)) + "）");
      }
    }
  }

  void repeated() {
    std::uint64_t rows = 0, again = 0;
    for (const auto& [scope, counts] : of_.read) {
      rows += count(counts, tally::kRecords);
      again += count(counts, tally::kRepeated);
    }
    again = std::max(again, of_.counts.contested);  // those of several documents that say different things
    const double share = share_of(again, rows);
    if (!enough(rows) || share <= contract_.most_repeated) return;
    add(BreachKind::kRepeated, "", contract_.most_repeated, share,
        "主键重复的行占 " + percent(share) + "（" + std::to_string(again) + "/" + std::to_string(rows) +
            "），超过约定上限 " + percent(contract_.most_repeated));
  }

  std::string some_values(Field field) const {
    const std::string prefix = counted(tally::kValue, field) + "=";
    std::string out;
    int told = 0;
    for (const auto& [scope, counts] : of_.read)
      for (auto at = counts.lower_bound(prefix); at != counts.end() && at->first.starts_with(prefix) && told < 3;
           ++at, ++told)
        out += (out.empty() ? "：" : "、") + at->first.substr(prefix.size());
    return out;
  }

  void outside() {
    for (const auto& [field, listed] : contract_.values) {
      const Sum sum = sum_of(field, tally::kOutside);
      const double share = share_of(sum.part, sum.whole);
      if (!enough(sum.whole) || share <= contract_.most_outside) continue;
      const FieldSpec& spec = field_spec(field);
      add(BreachKind::kOutside, std::string(spec.name), contract_.most_outside, share,
          "“" + std::string(spec.label) + "”有 " + percent(share) + "（" + std::to_string(sum.part) + "/" +
              std::to_string(sum.whole) + "）不在约定的取值内" + some_values(field));
    }
  }

  void stale() {
    if (contract_.most_age_days == 0) return;
    std::int64_t newest = 0;
    for (const store::Tallies* tallies : {&of_.read, &of_.good})
      for (const auto& [scope, counts] : *tallies) newest = std::max(newest, tally_count(counts, tally::kNewest));
    if (newest == 0) return;  // it names no day: unknown
    const Date day{std::chrono::days(newest)};
    const auto age = (of_.night - day).count();
    if (age <= static_cast<std::int64_t>(contract_.most_age_days)) return;
    add(BreachKind::kStale, "", static_cast<double>(contract_.most_age_days), static_cast<double>(age),
        "最新的内容是 " + iso(day) + "，已 " + std::to_string(age) + " 天，约定不超过 " +
            std::to_string(contract_.most_age_days) + " 天");
  }

  const Source& source_;
  const Contract& contract_;
  bool folder_;
  const Delivery& of_;
  std::vector<Breach> found_;
};

bool kept(std::string_view what) { return !what.starts_with(tally::kWord) && !what.starts_with(tally::kValue); }

}  // namespace

std::vector<std::string> lists_of(const Source& source, const store::Tallies& read, const store::Tallies& good) {
  std::vector<std::string> found;
  if (source.completeness == store::Completeness::kComplete) return found;
  for (const auto& [scope, counts] : good) {
    if (!scope.starts_with(tally::kRowsScope) || read.contains(scope)) continue;
    const auto [role, address] = page_in(scope);
    if (const PageRule* const page = source.page(role); page != nullptr && page->goes_on()) found.emplace_back(address);
  }
  return found;
}

// The number of a page stands in a value of the query, in that of the counter, or in the last segment of the path:
// index_2.html, list/2.
std::string list_of(const PageRule& page, std::string_view address) {
  static const re2::RE2 kNumber(R"(([?&:][^=&?#]*)=\d+)"), kLast(R"(([_-]?\d+)?((?:\.[A-Za-z]+)?)$)");
  std::string path(address.substr(0, address.find_first_of("?#")));
  std::string rest(address.substr(path.size()));
  if (page.paging.kind == PagingRule::Kind::kCursor && !page.paging.param.empty())
    re2::RE2::GlobalReplace(&rest, "([?&:]" + re2::RE2::QuoteMeta(page.paging.param) + ")=[^&#]*", "\\1=0");
  re2::RE2::GlobalReplace(&rest, kNumber, "");
  re2::RE2::GlobalReplace(&rest, R"(\d+)", "#");
  if (rest.find_first_not_of("?&") == std::string::npos) rest.clear();
  const std::size_t last = path.rfind('/') + 1;
  std::string name = path.substr(last);
  re2::RE2::Replace(&name, kLast, "\\2");
  path = path.substr(0, last) + name;
  while (path.ends_with('/')) path.pop_back();
  return page.role + " " + path + rest;
}

bool needs_known(const Source& source, const Delivery& delivery) {
  const Contract& contract = source.contract;
  if (delivery.completeness == store::Completeness::kComplete || delivery.counts.gone + delivery.counts.missing > 0)
    return true;
  return delivery.rows() < contract.least_rows || (contract.most_rows != 0 && delivery.rows() > contract.most_rows);
}

std::vector<Breach> breaches_of(const Source& source, const Delivery& delivery) {
  return Verdict(source, delivery).give();
}

Band band_of(const Source& source, const Delivery& delivery) {
  const Contract& contract = source.contract;
  Band band{contract.least_rows, contract.most_rows};
  if (delivery.completeness != store::Completeness::kComplete || delivery.known == 0 ||
      delivery.known < contract.compared_from)
    return band;
  band.least = std::max(band.least, bound_of(contract.least_share, delivery.known));
  const std::uint64_t most = bound_of(contract.most_share, delivery.known);
  if (contract.most_share > 0) band.most = band.most == 0 ? most : std::min(band.most, most);
  return band;
}

// A handful of changed pages is no measure of all pages of their description: what was kept of more stays, but for the
// newest day and the fields that nobody mapped. The rows of one page are kept where they are a measure, now or before.
store::Tallies good_after(const Source& source, const Delivery& delivery) {
  store::Tallies out;
  if (delivery.whole)
    for (const std::string& address : lists_of(source, delivery.read, delivery.good))
      if (!delivery.met.contains(address))
        for (const PageRule& page : source.pages)
          if (page.goes_on()) out[rows_scope(page.role, address)];  // the list does not lead to it any more
  for (const auto& [scope, counts] : delivery.read) {
    const auto before = delivery.good.find(scope);
    if (scope.starts_with(tally::kRowsScope)) {
      const PageRule* const page = source.page(page_in(scope).first);
      const bool list = page != nullptr && page->goes_on();
      if (list || before != delivery.good.end() || count(counts, tally::kRows) >= source.contract.compared_from)
        out[scope] = counts;
      continue;
    }
    if (scope.starts_with(tally::kStartScope)) {
      out[scope] = counts;
      continue;
    }
    const bool page = scope.starts_with(tally::kPageScope) && before != delivery.good.end();
    const bool few = page && count(counts, tally::kRecords) < source.contract.compared_from;
    auto& good = out[scope];
    if (few) good = before->second;
    for (const auto& [what, n] : counts) {
      const bool newest = what == tally::kNewest, unmapped = what.starts_with(tally::kUnmapped);
      if (kept(what) && (!few || newest || unmapped)) good[what] = newest ? std::max(good[what], n) : n;
    }
    if (scope.starts_with(tally::kPageScope)) keep_marks(source, scope, counts, page ? &before->second : nullptr, good);
    if (!page) continue;
    for (const auto& [what, n] : before->second)
      if (what == tally::kNewest)
        good[what] = std::max(good[what], n);
      else if (what.starts_with(tally::kUnmapped))
        good.try_emplace(what, n);
  }
  return out;
}

}  // namespace tanmiao::crawler
