#include "linkage/match/frequency.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "linkage/match/keys.h"
#include "linkage/match/latin.h"

namespace tanmiao::linkage {
namespace {

constexpr std::size_t kWord = 2, kWordsOfCore = 2;  // characters; how many of them before the form are counted
constexpr std::uint32_t kFewEntries = 8;            // a key of less is as rare as any

template <class Map>
std::uint32_t count_in(const Map& counts, std::uint64_t key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

// Takes the next number in front of a blank or the end.
template <class T>
bool take(std::string_view& line, T& out, int base) {
  const auto [end, failed] = std::from_chars(line.data(), line.data() + line.size(), out, base);
  if (failed != std::errc()) return false;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  if (!line.empty()) {
    if (line.front() != ' ') return false;
    line.remove_prefix(1);
  }
  return true;
}

}  // namespace

void Frequencies::count(const Anatomy& name, const HanTable& han) {
  ++names_;
  if (name.latin) {
    ++pinyins_[term_hash(trade_words(name))];
    return;
  }
  ++trades_[term_hash(name.part(kTradePart))];
  ++industries_[term_hash(name.part(kIndustryPart))];
  ++regions_[term_hash(name.part(kRegionPart))];
  ++pinyins_[term_hash(pinyin_of(name.part(kTradePart), han))];
  if (!name.unit.empty()) ++units_[term_hash(name.unit)];
  // At least two characters before them are the trade name.
  const std::u16string_view core = name.core();
  for (std::size_t end = core.size(); end >= kWord + 2 && core.size() - end < kWordsOfCore * kWord; end -= kWord)
    ++words_[term_hash(core.substr(end - kWord, kWord))];
}

void Frequencies::count_key(std::uint32_t key, std::uint32_t entries) {
  if (entries >= kFewEntries) keys_[key] += entries;
}

std::uint32_t Frequencies::trade(std::u16string_view trade) const { return count_in(trades_, term_hash(trade)); }
std::uint32_t Frequencies::pinyin(std::string_view pinyin) const { return count_in(pinyins_, term_hash(pinyin)); }
std::uint32_t Frequencies::industry(std::u16string_view industry) const {
  return count_in(industries_, term_hash(industry));
}
std::uint32_t Frequencies::region(std::u16string_view region) const { return count_in(regions_, term_hash(region)); }
std::uint32_t Frequencies::unit(std::u16string_view unit) const { return count_in(units_, term_hash(unit)); }
std::uint32_t Frequencies::word(std::u16string_view two) const { return count_in(words_, term_hash(two)); }
std::uint32_t Frequencies::key(std::uint32_t key) const { return std::max(1U, count_in(keys_, key)); }

Frequencies::Counts* Frequencies::counts_of(char mark) {
  switch (mark) {
    case 't': return &trades_;
    case 'p': return &pinyins_;
    case 'i': return &industries_;
    case 'r': return &regions_;
    case 'u': return &units_;
    case 'w': return &words_;
    case 'k': return &keys_;
    default: return nullptr;
  }
}

std::string Frequencies::text() const {
  std::string out = "names " + std::to_string(names_) + ' ' + std::to_string(rows_) + '\n';
  const auto write = [&](char mark, const Counts& counts) {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> sorted;
    for (const auto& one : counts)
      if (one.second > 1) sorted.push_back(one);
    std::sort(sorted.begin(), sorted.end());
    char hex[17];
    for (const auto& [hash, count] : sorted) {
      const auto end = std::to_chars(hex, hex + sizeof hex, hash, 16).ptr;
      out += mark;
      out += ' ';
      out.append(hex, static_cast<std::size_t>(end - hex));
      out += ' ' + std::to_string(count) + '\n';
    }
  };
  write('t', trades_), write('p', pinyins_), write('i', industries_), write('r', regions_), write('u', units_);
  write('w', words_), write('k', keys_);
  return out;
}

Result<Frequencies> Frequencies::parse(std::string_view text) {
  Frequencies out;
  constexpr std::string_view kHead = "names ";
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    bool good = false;
    if (number == 1) {
      good = line.starts_with(kHead);
      if (good) line.remove_prefix(kHead.size());
      good = good && take(line, out.names_, 10) && take(line, out.rows_, 10) && line.empty();
    } else if (line.size() > 2 && line[1] == ' ') {
      Counts* const counts = out.counts_of(line[0]);
      std::uint64_t hash = 0;
      std::uint32_t count = 0;
      line.remove_prefix(2);
      good = counts != nullptr && take(line, hash, 16) && take(line, count, 10) && line.empty();
      if (good) (*counts)[hash] = count;
    }
    if (!good)
      return Error{Errc::kCorrupt, "frequencies of names: expected a mark, a hash and a number",
                   "line " + std::to_string(number)};
  }
  if (number == 0) return Error{Errc::kCorrupt, "frequencies of names: nothing is there", ""};
  return out;
}

}  // namespace tanmiao::linkage
