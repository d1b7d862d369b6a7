#include "core/reference.h"

#include <algorithm>
#include <array>

#include "core/reference_index.h"
#include "core/text/normalize.h"

namespace tanmiao {
namespace {

struct StatusName {
  std::string_view word, label;
};
constexpr std::array<StatusName, 12> kStatus{{{"UNKNOWN", "未知"},
                                              {"ACTIVE", "存续"},
                                              {"PREPARING", "筹建"},
                                              {"DORMANT", "歇业"},
                                              {"MOVED_OUT", "迁出"},
                                              {"REVOKED", "吊销"},
                                              {"CANCELLED", "注销"},
                                              {"ANNULLED", "撤销"},
                                              {"SUSPENDED", "停业"},
                                              {"LIQUIDATION", "清算"},
                                              {"CONVERTED", "转企"},
                                              {"CLOSED", "责令关闭"}}};

std::string normal(std::string_view raw) { return text::without_blanks(text::nfkc(raw)); }

// A division's name without its last word: 滨州 of 滨州市. Empty when less than two characters would be left.
std::string_view stem(std::string_view name) {
  for (const std::string_view suffix : {"自治区", "自治州", "地区", "省", "市", "区", "县", "盟", "旗"}) {
    if (name.ends_with(suffix) && name.size() >= suffix.size() + 6) return name.substr(0, name.size() - suffix.size());
  }
  return {};
}

void add_region(PhraseTable& table, std::string_view name, std::uint32_t code) {
  table.add(name, code);
  table.add(stem(name), code);
}

}  // namespace

std::string_view status_word(FirmStatus status) { return kStatus[static_cast<std::size_t>(status)].word; }
std::string_view status_label(FirmStatus status) { return kStatus[static_cast<std::size_t>(status)].label; }

FirmStatus status_from_word(std::string_view word) {
  for (std::size_t i = 0; i < kStatus.size(); ++i)
    if (kStatus[i].word == word) return static_cast<FirmStatus>(i);
  return FirmStatus::kUnknown;
}

Alive alive(FirmStatus status) {
  switch (status) {
    case FirmStatus::kUnknown: return Alive::kUnknown;
    case FirmStatus::kActive:
    case FirmStatus::kPreparing:
    case FirmStatus::kDormant: return Alive::kYes;
    default: return Alive::kNo;
  }
}

std::string IndustryTable::canonical(std::string_view code) const {
  std::string found(code);
  if (name_by_code.contains(found)) return found;
  if (code.empty() || code[0] < '0' || code[0] > '9') return {};
  for (char section = 'A'; section <= 'T'; ++section) {
    found = section + std::string(code);
    if (name_by_code.contains(found)) return found;
  }
  return {};
}

std::string_view IndustryTable::name(std::string_view code) const {
  const auto found = name_by_code.find(canonical(code));
  return found == name_by_code.end() ? std::string_view() : std::string_view(found->second);
}

FirmStatus Reference::status_of(std::string_view raw) const {
  const auto found = index->status.find(normal(raw));
  return found == index->status.end() ? FirmStatus::kUnknown : found->second;
}

bool Reference::knows_status(std::string_view raw) const { return index->status.contains(normal(raw)); }

PatentEvent Reference::event_of(std::string_view raw) const {
  const std::string text = normal(raw);
  for (const LegalEventWord& word : legal_events)
    if (text.find(word.match) != std::string::npos) return word.event;
  return PatentEvent::kOther;
}

std::uint32_t Reference::region_code(std::string_view region) const {
  std::uint32_t code = 0;
  while (!region.empty()) {
    std::size_t length = 0;
    index->region.match(region, [&](const PhraseTable::Entry& entry) {
      length = entry.text.size();
      code = entry.value;
      return true;
    });
    if (length == 0) break;
    region.remove_prefix(length);
  }
  return regions.successor(code);
}

namespace {

// Where codes of 2011 stand in 2017, by their names within a level.
class IndustryMoves {
 public:
  IndustryMoves(const IndustryTable& newer, Reference::Index& index) : newer_(newer), index_(index) {
    for (const auto& [code, name] : newer.name_by_code) {
      const auto [found, fresh] = by_name_.try_emplace(level_and_name(code, name), code);
      if (!fresh) found->second.clear();  // two codes of one level are called so
    }
  }
  void add(const std::string& code, const std::string& name) {
    const std::string key = level_and_name(code, name);
    const auto there = newer_.name_by_code.find(code);
    if (there != newer_.name_by_code.end() && level_and_name(code, there->second) == key) {
      index_.same_industry.insert(code);
      index_.industry_of_2011.emplace(code, code);
    } else if (const auto found = by_name_.find(key); found != by_name_.end() && !found->second.empty()) {
      index_.industry_of_2011.emplace(code, found->second);
    }
  }

 private:
  static std::string level_and_name(const std::string& code, const std::string& name) {
    return std::to_string(code.size()) + industry_name_key(name);
  }
  const IndustryTable& newer_;
  Reference::Index& index_;
  std::unordered_map<std::string, std::string> by_name_;
};

void add_industries(const IndustryTable& older, const IndustryTable& newer, Reference::Index& index) {
  IndustryMoves moves(newer, index);
  for (const auto& [code, name] : older.name_by_code) {
    moves.add(code, name);
    // A group of one class has no row of its own in 2011: I6510 is the group I651 too.
    if (const std::string group = code.substr(0, code.size() - 1);
        code.size() == 5 && code.back() == '0' && !older.name_by_code.contains(group))
      moves.add(group, name);
  }
}

}  // namespace

void Reference::finish() {
  const auto longer = [](std::string_view a, std::string_view b) { return a.size() > b.size(); };
  std::stable_sort(legal_forms.begin(), legal_forms.end(),
                   [&](const LegalForm& a, const LegalForm& b) { return longer(a.suffix, b.suffix); });
  std::stable_sort(region_words.begin(), region_words.end(), longer);
  std::stable_sort(industry_words.begin(), industry_words.end(), longer);
  auto made = std::make_shared<Index>();
  for (const StatusWord& word : status_words) made->status.emplace(normal(word.raw), word.status);
  for (const Division& division : regions.divisions())
    if (division.level <= 3) add_region(made->region, division.name, division.code);
  for (const std::string& word : region_words) add_region(made->region, word, 0);
  // Districts of far cities by their whole names alone: without 区 many are trade names.
  for (const auto& [code, name] : name_regions) {
    if (name.ends_with("区"))
      made->region.add(name, code);
    else
      add_region(made->region, name, code);
  }
  made->region.finish();
  for (const std::string& word : industry_words) {
    made->industry.insert(word);
    made->longest_industry = std::max(made->longest_industry, word.size());
  }
  made->surnames.insert(surnames.begin(), surnames.end());
  add_industries(industry_2011, industry_2017, *made);
  index = std::move(made);
}

// The tables differ in brackets, and some names end in blanks.
std::string industry_name_key(std::string_view name) { return normal(name); }

}  // namespace tanmiao
