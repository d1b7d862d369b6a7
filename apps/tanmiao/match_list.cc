#include "apps/tanmiao/match_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "apps/tanmiao/console.h"
#include "core/reference.h"

namespace tanmiao::app {
namespace {

using namespace linkage;

// Names of a list in the order in which the roll numbers them.
class ListBuilder {
 public:
  explicit ListBuilder(Against& list) : list_(list) {}
  // A row whose valid code the list has is that firm once more: its names are the firm's, and what the first row leaves
  // open it may say.
  void add_row(std::string id, std::string name, std::string code, NameFacts facts, FirmLife life) {
    row_ = static_cast<std::uint32_t>(list_.id.size());
    if (!code.empty()) {
      const auto [at, fresh] = list_.by_code.emplace(code, row_);
      row_ = at->second;
      if (!fresh) return add_to_row(std::move(id), facts, life);
    }
    list_.id.push_back(std::move(id));
    list_.name.push_back(std::move(name));
    list_.code.push_back(std::move(code));
    list_.lives.firms.push_back(life);
    facts_.push_back(facts);
  }
  // Of the row that was added last. The text must outlive the list.
  void add_name(std::string_view name, NameSpan span) {
    auto& borne = borne_[row_];
    if (std::find(borne.begin(), borne.end(), name) != borne.end()) return;
    borne.push_back(name);
    names_.push_back({name, row_});
    list_.lives.names.push_back(span);
  }
  void finish(const Anatomist& anatomist, int threads) {
    list_.roll = std::make_unique<Roll>(anatomist, names_, std::move(facts_), threads);
  }

 private:
  void add_to_row(std::string id, const NameFacts& facts, const FirmLife& life) {
    NameFacts& known = facts_[row_];
    if (known.county == 0) known.county = facts.county;
    if (known.prefecture == 0) known.prefecture = facts.prefecture;
    if (known.day == kNoDay) known.day = facts.day;
    known.industries |= facts.industries;
    FirmLife& lived = list_.lives.firms[row_];
    if (lived.founded == kNoDay) lived.founded = life.founded;
    if (lived.dissolved == kNoDay) lived.dissolved = life.dissolved;
    lived.gone = lived.gone && life.gone;
    if (id != list_.id[row_]) list_.also.emplace(std::move(id), row_);
  }

  Against& list_;
  std::uint32_t row_ = 0;
  std::unordered_map<std::uint32_t, std::vector<std::string_view>> borne_;  // names by row
  std::vector<RollName> names_;
  std::vector<NameFacts> facts_;
};

}  // namespace

void tell_problems(const NameList& list, const std::string& path) {
  for (const std::string& problem : list.first_problems()) say("skipped: " + problem);
  if (list.bad_rows() > 0) say(path + ": " + std::to_string(list.bad_rows()) + " rows could not be read");
  if (list.nameless_rows() > 0) say(path + ": " + std::to_string(list.nameless_rows()) + " rows have no name");
  if (list.bad_codes() > 0)
    say(path + ": " + std::to_string(list.bad_codes()) + " rows have a credit code that is none");
  for (const std::string& sheet : list.sheets_passed_over())
    say(fmt::format("{}: the sheet \"{}\" was not read", path, sheet));
}

Result<std::unique_ptr<Against>> read_against(const std::string& path, const Anatomist& anatomist, int threads) {
  auto list = std::make_unique<Against>();
  TANMIAO_ASSIGN(const auto table, NameList::open(path, anatomist.reference(), false));
  ListBuilder builder(*list);
  NameRow row;
  for (;;) {
    TANMIAO_ASSIGN(const bool more, table->next(row));
    if (!more) break;
    if (row.name.empty()) continue;
    row.facts.day = row.life.founded;
    const std::string_view name = list->texts.emplace_back(row.name);
    builder.add_row(std::move(row.id), std::move(row.name), std::move(row.code), row.facts, row.life);
    builder.add_name(name, {});
    for (std::size_t n = 0; n < row.aliases.size(); ++n) {
      NameSpan span;
      span.former = n < row.former;
      if (span.former && n < row.former_until.size()) span.until = row.former_until[n];
      builder.add_name(list->texts.emplace_back(std::move(row.aliases[n])), span);
    }
  }
  tell_problems(*table, path);
  builder.finish(anatomist, threads);
  return list;
}

std::unique_ptr<Against> firms_of(const store::Snapshot& snapshot, const std::vector<store::FirmNo>& taken_out,
                                  const Anatomist& anatomist, int threads) {
  auto list = std::make_unique<Against>();
  ListBuilder builder(*list);
  const auto& firms = snapshot.firms;
  for (store::FirmNo n = 1; n <= snapshot.last_firm(); ++n) {
    const std::string_view name = firms.name[n];
    if (name.empty() || (firms.flags[n] & store::kFirmSuppressed) != 0) continue;
    if (std::binary_search(taken_out.begin(), taken_out.end(), n)) continue;
    const bool gone = alive(static_cast<FirmStatus>(firms.status[n])) == Alive::kNo;
    builder.add_row(std::to_string(n), std::string(name), std::string(firms.code[n]),
                    {firms.county[n], firms.prefecture[n], firms.established[n]},
                    {firms.established[n], firms.dissolved[n], gone});
    builder.add_name(name, {});
    std::string_view rest = firms.former_names[n];
    while (!rest.empty()) {
      const auto end = std::min(rest.find('\n'), rest.size());
      builder.add_name(rest.substr(0, end), {true, kNoDay});
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  builder.finish(anatomist, threads);
  return list;
}

}  // namespace tanmiao::app
