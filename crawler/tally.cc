#include "crawler/tally.h"

#include <algorithm>
#include <functional>

namespace tanmiao::crawler {
namespace {

constexpr std::size_t kMostNames = 50;      // of each kind that a document or a report tells
constexpr std::size_t kLongestName = 60;    // bytes; a longer heading is a sentence
constexpr std::size_t kLongestValue = 120;  // bytes

std::string with(std::string_view prefix, std::string_view name) { return std::string(prefix) + std::string(name); }

// A run of six digits is of a code or a telephone: no name of a field.
bool names_a_field(std::string_view name) {
  int digits = 0;
  for (const char c : name) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits == 6) return false;
  }
  return !name.empty() && name.size() <= kLongestName;
}

}  // namespace

std::int64_t tally_count(const std::map<std::string, std::int64_t>& counts, std::string_view what) {
  const auto found = counts.find(std::string(what));
  return found == counts.end() ? 0 : found->second;
}

PageTally::PageTally(const Source& source, const PageRule& page, std::string_view part, Date night, bool start)
    : source_(&source), page_(&page), night_(night), start_(start), part_(part) {
  // A page of the web is one of many; a file is a delivery of its own.
  const bool alone = page.reader == "csv" || page.reader == "xlsx" || (page.reads_rows() && source.folder);
  scope_ = alone ? with(tally::kPartScope, part) : with(tally::kPageScope, page.role);
}

// The day a record speaks of: what the delivery says of itself, else when it happened, else when it became public.
// Estimates say nothing, nor does a day that is still to come.
void PageTally::note_day(const Record& record) {
  for (const auto& day : {record.stated, record.event_date,
                          record.public_estimated ? std::optional<Date>() : std::optional(record.public_date)})
    if (day && *day <= night_) newest_ = std::max<std::int64_t>(newest_, day->time_since_epoch().count());
}

void PageTally::record(const Record& record) {
  if (page_ == nullptr) return;
  ++records_;
  keys_.push_back(std::hash<std::string_view>()(record.key));
  note_day(record);
  const FieldValue* before = nullptr;
  for (const FieldValue& value : record.fields) {
    if (before == nullptr || before->field != value.field) ++filled_[static_cast<std::size_t>(value.field)];
    before = &value;
    if (source_->contract.values.empty()) continue;
    const auto listed = source_->contract.values.find(value.field);
    if (listed == source_->contract.values.end() || listed->second.contains(value.value)) continue;
    ++outside_[value.field];
    if (values_.size() < kMostNames && value.value.size() <= kLongestValue) values_.emplace(value.field, value.value);
  }
}

void PageTally::link(std::string_view role) {
  if (page_ != nullptr && !links_.contains(role)) links_.emplace(role);
}

// A page that is one record cannot give fewer, and a complete source is compared as a whole.
bool PageTally::counts_rows() const {
  return page_->kind && page_->gives_rows() && source_->completeness != store::Completeness::kComplete &&
         scope_.starts_with(tally::kPageScope);
}

// A table is held against itself by its rows; what a page has follows from what others of its description have.
void PageTally::add_marks(store::Tallies& out) const {
  if (page_ == nullptr || !scope_.starts_with(tally::kPageScope)) return;
  add_marks(out[scope_]);
  if (start_) add_marks(out[with(tally::kStartScope, page_->role)]);
}

void PageTally::add_marks(std::map<std::string, std::int64_t>& counts) const {
  const auto add = [&](std::string_view what, std::string_view name, bool has) {
    counts[std::string(tally::kHas).append(what).append(name)] += has ? 1 : 0;
  };
  ++counts[std::string(tally::kPages)];
  if (page_->kind) add(tally::kHasRecords, "", records_ > 0);
  for (const auto& [field, place] : page_->columns)
    add(tally::kHasField, field_spec(field).name, filled_[static_cast<std::size_t>(field)] > 0);
  std::set<std::string_view> roles;
  for (const LinkRule& rule : page_->links)
    if (rule.role != kUnread && roles.insert(rule.role).second)
      add(tally::kHasLink, rule.role, links_.contains(rule.role));
}

void PageTally::unmapped(std::string_view name) {
  if (names_a_field(name) && unmapped_.size() < kMostNames) unmapped_.emplace(name);
}

void PageTally::unknown_word(Field field, std::string_view word) { ++words_[{field, std::string(word)}]; }

void PageTally::add_to(store::Tallies& out) {
  if (page_ == nullptr) return;
  auto& counts = out[scope_];
  const auto add = [&](std::string what, std::uint64_t n) { counts[std::move(what)] += static_cast<std::int64_t>(n); };
  std::sort(keys_.begin(), keys_.end());
  const auto distinct = std::unique(keys_.begin(), keys_.end()) - keys_.begin();
  add(std::string(tally::kRecords), records_);
  add(std::string(tally::kRepeated), records_ - static_cast<std::uint64_t>(distinct));
  if (newest_ > 0) {
    std::int64_t& newest = counts[std::string(tally::kNewest)];
    newest = std::max(newest, newest_);
  }
  for (const auto& [field, place] : page_->columns)
    add(with(tally::kFill, field_spec(field).name), filled_[static_cast<std::size_t>(field)]);
  add_marks(out);
  if (counts_rows())
    out[with(tally::kRowsScope, page_->role) + "\t" + part_][std::string(tally::kRows)] +=
        static_cast<std::int64_t>(records_);
  for (const auto& [field, n] : outside_) add(with(tally::kOutside, field_spec(field).name), n);
  for (const auto& [field, value] : values_) add(with(tally::kValue, field_spec(field).name) + "=" + value, 1);
  for (const std::string& name : unmapped_) add(with(tally::kUnmapped, name), 1);
  std::size_t told = 0;
  for (const auto& [word, n] : words_) {
    if (told++ == kMostNames) break;
    std::string number = std::to_string(static_cast<unsigned>(word.first));
    number.insert(0, 3 - std::min<std::size_t>(number.size(), 3), '0');
    add(with(tally::kWord, number) + ":" + word.second, n);
  }
}

std::vector<UnmappedField> unmapped_fields(const store::Tallies& read, const store::Tallies& good) {
  const auto each = [](const store::Tallies& tallies, auto&& take) {
    for (const auto& [scope, counts] : tallies)
      for (auto at = counts.lower_bound(std::string(tally::kUnmapped));
           at != counts.end() && at->first.starts_with(tally::kUnmapped); ++at)
        take(at->first.substr(tally::kUnmapped.size()), static_cast<std::uint64_t>(at->second));
  };
  std::set<std::string> before;
  each(good, [&](std::string name, std::uint64_t) { before.insert(std::move(name)); });
  std::map<std::string, std::uint64_t> found;
  each(read, [&](std::string name, std::uint64_t n) { found[std::move(name)] += n; });
  std::vector<UnmappedField> out;
  out.reserve(found.size());
  for (const auto& [name, n] : found) out.push_back({name, n, !good.empty() && !before.contains(name)});
  std::stable_partition(out.begin(), out.end(), [](const UnmappedField& field) { return field.fresh; });
  if (out.size() > kMostNames) out.resize(kMostNames);
  return out;
}

std::vector<std::string> unknown_words(const store::Tallies& read) {
  std::map<std::string, std::int64_t> sum;  // in the order of fields and words
  for (const auto& [scope, counts] : read)
    for (auto at = counts.lower_bound(std::string(tally::kWord));
         at != counts.end() && at->first.starts_with(tally::kWord); ++at)
      sum[at->first.substr(tally::kWord.size())] += at->second;
  std::vector<std::string> out;
  for (const auto& [word, n] : sum) {
    if (out.size() == kMostNames || word.size() < 4) break;
    const auto field = static_cast<Field>(std::stoi(word.substr(0, 3)));
    out.push_back(std::string(field_spec(field).label) + "：" + word.substr(4) + " ×" + std::to_string(n));
  }
  return out;
}

}  // namespace tanmiao::crawler
