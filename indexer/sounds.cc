#include "indexer/sounds.h"

#include <algorithm>
#include <bitset>
#include <map>
#include <set>

#include "core/text/normalize.h"

namespace tanmiao::indexer {
namespace {

constexpr std::size_t kMostWays = 24, kMostCuts = 4096;
constexpr std::size_t kMostLetters = 400;  // of a word that is looked for in names

void sort_unique(CharClass& chars) {
  std::sort(chars.begin(), chars.end());
  chars.erase(std::unique(chars.begin(), chars.end()), chars.end());
}

bool has_vowel(std::string_view syllable) { return syllable.find_first_of("aeiouv") != std::string_view::npos; }

// 吕 and 路 are both lu in the table; people type lv for ü.
constexpr std::array<std::pair<const char*, const char*>, 4> kTyped{
    {{"lv", "lu"}, {"nv", "nu"}, {"lve", "lue"}, {"nve", "nue"}}};

std::string letters_only(std::string_view word) {
  std::string out;
  for (const char c : word)
    if (c >= 'a' && c <= 'z') out.push_back(c);
  return out;
}

}  // namespace

std::string plain_letters(std::string_view folded) {
  // ǖ is ü with a tone, ê is the vowel of 诶, m and n bear tones in 呣 and 嗯.
  // Folding makes small letters of A to Z alone.
  static constexpr std::array<std::pair<std::u32string_view, char>, 9> kLetters{{{U"āáǎàĀÁǍÀ", 'a'},
                                                                                 {U"ēéěèêĒÉĚÈÊ", 'e'},
                                                                                 {U"īíǐìĪÍǏÌ", 'i'},
                                                                                 {U"ōóǒòŌÓǑÒ", 'o'},
                                                                                 {U"ūúǔùŪÚǓÙ", 'u'},
                                                                                 {U"üǖǘǚǜÜǕǗǙǛ", 'v'},
                                                                                 {U"ńňǹŃŇǸ", 'n'},
                                                                                 {U"ḿḾ", 'm'},
                                                                                 {U"'’‘＇", '\''}}};
  std::string out;
  for (const char32_t c : text::code_points(folded)) {
    if (c >= 'a' && c <= 'z') {
      out.push_back(static_cast<char>(c));
      continue;
    }
    const auto known = std::find_if(kLetters.begin(), kLetters.end(),
                                    [&](const auto& row) { return row.first.find(c) != std::u32string_view::npos; });
    if (known == kLetters.end()) return {};
    out.push_back(known->second);
  }
  return out;
}

Sounds::Sounds(const Reference& reference) {
  std::map<std::string, CharClass, std::less<>> by_letters;
  const auto add = [&](char32_t c, std::string_view syllable) {
    if (!has_vowel(syllable)) return;
    by_letters[std::string(syllable)].push_back(c);
    initials_[static_cast<std::size_t>(syllable[0] - 'a')].push_back(c);
    if (syllable.size() > 1 && syllable[1] == 'h' && (syllable[0] == 'z' || syllable[0] == 'c' || syllable[0] == 's'))
      two_letters_[std::string(syllable.substr(0, 2))].push_back(c);
  };
  reference.han.each_reading(add);
  for (const auto& [word, readings] : reference.name_readings) {
    std::string_view rest = readings;
    for (const char32_t c : text::code_points(word)) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      if (end > 0 && rest[0] >= 'a' && rest[0] <= 'z') add(c, rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  for (const auto& [typed, table] : kTyped)
    if (const auto known = by_letters.find(table); known != by_letters.end()) {
      CharClass& also = by_letters[typed];
      also.insert(also.end(), known->second.begin(), known->second.end());
    }
  for (auto& [letters, chars] : by_letters) {
    sort_unique(chars);
    for (const char32_t c : chars) readings_[c].push_back(static_cast<std::uint16_t>(syllables_.size()));
    syllables_.push_back({letters, std::move(chars)});
  }
  for (CharClass& chars : initials_) sort_unique(chars);
  for (auto& [letters, chars] : two_letters_) sort_unique(chars);
}

const CharClass* Sounds::find(std::string_view syllable) const {
  const auto at = std::lower_bound(syllables_.begin(), syllables_.end(), syllable,
                                   [](const Syllable& s, std::string_view wanted) { return s.letters < wanted; });
  return at != syllables_.end() && at->letters == syllable ? &at->chars : nullptr;
}

// Cuts a word into syllables in all ways. Which ends can be reached is known before, so that no way is begun in vain.
class Sounds::Cutter {
 public:
  using Way = std::vector<const CharClass*>;
  Cutter(const Sounds& sounds, std::string_view letters)
      : sounds_(sounds), letters_(letters), reaches_(letters.size() + 1) {
    reaches_.back() = 1;
    for (std::size_t at = letters.size(); at-- > 0;)
      each_syllable(at, [&](std::size_t end, const CharClass&) { reaches_[at] |= reaches_[end]; });
  }
  std::vector<Way> run() {
    go_on(0);
    return std::move(ways_);
  }

 private:
  template <class F>
  void each_syllable(std::size_t at, const F& f) const {
    constexpr std::size_t kLongest = 6;  // zhuang
    if (letters_[at] == '\'') ++at;
    for (std::size_t size = std::min(kLongest, letters_.size() - at); size > 0; --size)
      if (const CharClass* chars = sounds_.find(letters_.substr(at, size))) f(at + size, *chars);
  }
  void go_on(std::size_t at) {
    if (at == letters_.size()) {
      if (!made_.empty()) ways_.push_back(made_);
      return;
    }
    each_syllable(at, [&](std::size_t end, const CharClass& chars) {
      if (reaches_[end] == 0 || ways_.size() >= kMostCuts) return;
      made_.push_back(&chars);
      go_on(end);
      made_.pop_back();
    });
  }

  const Sounds& sounds_;
  std::string_view letters_;
  std::vector<char> reaches_;  // by place: from here on everything can be cut
  Way made_;
  std::vector<Way> ways_;
};

// Of many ways those of few syllables: xian is one before it is xi'an, and of ji'nan'hua and jin'an'hu'a both with hua.
std::vector<SoundPattern> Sounds::full(std::string_view letters) const {
  std::vector<Cutter::Way> all;
  if (letters.size() <= kMostCutLetters) all = Cutter(*this, letters).run();
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
  all.resize(std::min(all.size(), kMostWays));
  std::vector<SoundPattern> patterns;
  patterns.reserve(all.size());
  for (const auto& way : all) {
    SoundPattern& pattern = patterns.emplace_back();
    for (const CharClass* chars : way) pattern.push_back(*chars);
  }
  return patterns;
}

// Behind each character of a name, which beginnings of the letters end there; a syllable carries on those that it
// stands behind. All ways to cut are walked at once.
std::vector<SoundPattern> Sounds::heard_in(const store::StringView& names, std::string_view word) const {
  using Places = std::bitset<kMostLetters + 1>;
  const std::string letters = letters_only(word);
  std::vector<SoundPattern> out;
  if (letters.empty() || letters.size() > kMostLetters) return out;
  std::vector<Places> stands(syllables_.size());
  for (std::size_t syllable = 0; syllable < syllables_.size(); ++syllable) {
    const std::string& text = syllables_[syllable].letters;
    for (auto at = letters.find(text); at != std::string::npos; at = letters.find(text, at + 1))
      stands[syllable].set(at);
  }
  const auto carry_on = [&](char32_t c, const Places& before) {
    Places after;
    if (const auto known = readings_.find(c); known != readings_.end())
      for (const std::uint16_t syllable : known->second)
        after |= (before & stands[syllable]) << syllables_[syllable].letters.size();
    return after;
  };
  std::set<std::u32string> found;
  for (std::size_t row = 1; row < names.size() && found.size() < kMostWays; ++row) {
    const auto points = text::code_points(names[row]);
    const std::u32string name(points.begin(), points.end());
    Places reached;
    for (std::size_t at = 0; at < name.size(); ++at) {
      reached.set(0);
      reached = carry_on(name[at], reached);
      if (!reached.test(letters.size())) continue;
      for (std::size_t from = at + 1; from-- > 0;) {  // the shortest piece that ends here and is spelled so
        Places alone;
        alone.set(0);
        for (std::size_t i = from; i <= at && alone.any(); ++i) alone = carry_on(name[i], alone);
        if (!alone.test(letters.size())) continue;
        found.insert(name.substr(from, at + 1 - from));
        break;
      }
    }
  }
  for (const std::u32string& text : found) {
    SoundPattern& pattern = out.emplace_back();
    for (const char32_t c : text) pattern.push_back({c});
  }
  return out;
}

std::vector<SoundPattern> Sounds::initials(std::string_view word) const {
  constexpr std::size_t kLeast = 2, kMost = 32;
  const std::string letters = letters_only(word);
  if (letters.size() < kLeast || letters.size() > kMost || empty()) return {};
  SoundPattern each, pairs;
  for (const char c : letters) each.push_back(initials_[static_cast<std::size_t>(c - 'a')]);
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const auto two = two_letters_.find(letters.substr(i, 2));
    pairs.push_back(two == two_letters_.end() ? initials_[static_cast<std::size_t>(letters[i] - 'a')] : two->second);
    if (two != two_letters_.end()) ++i;
  }
  std::vector<SoundPattern> out;
  const auto usable = [](const SoundPattern& p) {
    return p.size() >= kLeast && std::none_of(p.begin(), p.end(), [](const CharClass& c) { return c.empty(); });
  };
  if (usable(each)) out.push_back(each);
  if (pairs.size() != each.size() && usable(pairs)) out.push_back(pairs);
  return out;
}

std::vector<SoundPattern> Sounds::misspelt(std::string_view word) const {
  constexpr std::size_t kLeast = 5, kMost = 24, kMostPatterns = 96, kMostOfOne = 8;
  const std::string letters = letters_only(word);
  std::vector<SoundPattern> all;
  if (letters.size() < kLeast || letters.size() > kMost) return all;
  const auto take = [&](const std::string& other) {
    std::vector<SoundPattern> ways = full(other);
    ways.resize(std::min(ways.size(), kMostOfOne));
    for (SoundPattern& pattern : ways)
      if (pattern.size() > 1 && all.size() < kMostPatterns) all.push_back(std::move(pattern));
  };
  for (std::size_t i = 0; i + 1 < letters.size(); ++i) {
    std::string swapped = letters;
    std::swap(swapped[i], swapped[i + 1]);
    if (swapped != letters) take(swapped);
  }
  for (std::size_t i = 0; i < letters.size(); ++i) take(letters.substr(0, i) + letters.substr(i + 1));
  for (std::size_t i = 0; i <= letters.size(); ++i)
    for (const char c : std::string_view("ghnaeiou")) take(letters.substr(0, i) + c + letters.substr(i));
  for (std::size_t i = 0; i < letters.size(); ++i)
    for (char c = 'a'; c <= 'z'; ++c) {
      std::string other = letters;
      other[i] = c;
      if (other != letters) take(other);
    }
  return all;
}

SoundPattern Sounds::alike(std::string_view han) const {
  SoundPattern pattern;
  for (const char32_t c : text::code_points(han)) {
    if (!text::is_han(c)) return {};
    CharClass chars{c};
    if (const auto known = readings_.find(c); known != readings_.end())
      for (const std::uint16_t syllable : known->second)
        chars.insert(chars.end(), syllables_[syllable].chars.begin(), syllables_[syllable].chars.end());
    sort_unique(chars);
    pattern.push_back(std::move(chars));
  }
  return pattern;
}

SoundPattern Sounds::exactly(std::string_view han) {
  SoundPattern pattern;
  for (const char32_t c : text::code_points(han)) {
    if (!text::is_han(c)) return {};
    pattern.push_back({c});
  }
  return pattern;
}

SoundScan::SoundScan(const std::vector<SoundPattern>& patterns, std::size_t& from, bool one_wrong)
    : one_wrong_(one_wrong), places_(0x10000), lengths_(kWords * kPlaces) {
  std::size_t word = 0, place = 0;
  for (; from < patterns.size(); ++from) {
    const SoundPattern& pattern = patterns[from];
    if (pattern.empty() || pattern.size() > kPlaces) continue;  // no name is so long
    if (place + pattern.size() > kPlaces) ++word, place = 0;
    if (word == kWords) return;
    starts_[word] |= std::uint64_t{1} << place;
    for (const CharClass& chars : pattern) {
      for (const char32_t c : chars)
        if (c < places_.size()) places_[c][word] |= std::uint64_t{1} << place;
      ++place;
    }
    ends_[word] |= std::uint64_t{1} << (place - 1);
    lengths_[word * kPlaces + place - 1] = pattern.size();
  }
}

template <bool one_wrong>
std::optional<std::pair<std::size_t, std::size_t>> SoundScan::find_in(std::string_view form) const {
  Places right{}, wrong{};  // prefixes of patterns that end here: as they are, with one other character
  for (std::size_t at = 0; at < form.size();) {
    const auto lead = static_cast<unsigned char>(form[at]);
    if (lead < 0xE0 || lead >= 0xF0) {  // letters, digits and rare characters fit nothing
      right = wrong = Places{};
      at += lead < 0xE0 ? 1 : 4;
      continue;
    }
    const char32_t c = (lead & 0x0Fu) << 12 | (static_cast<unsigned char>(form[at + 1]) & 0x3Fu) << 6 |
                       (static_cast<unsigned char>(form[at + 2]) & 0x3Fu);
    at += 3;
    const Places& fits = places_[c];
    Places ended{};
    std::uint64_t any = 0;
    for (std::size_t w = 0; w < kWords; ++w) {
      const std::uint64_t before = right[w] << 1 | starts_[w];
      right[w] = before & fits[w];
      if constexpr (one_wrong) wrong[w] = (((wrong[w] << 1) & ~starts_[w]) & fits[w]) | before;
      ended[w] = (right[w] | wrong[w]) & ends_[w];
      any |= ended[w];
    }
    if (any == 0) continue;
    std::size_t w = 0;
    while (ended[w] == 0) ++w;
    const std::size_t length = 3 * lengths_[w * kPlaces + static_cast<std::size_t>(std::countr_zero(ended[w]))];
    return std::pair{at - length, at};
  }
  return std::nullopt;
}

std::optional<std::pair<std::size_t, std::size_t>> SoundScan::find(std::string_view form) const {
  return one_wrong_ ? find_in<true>(form) : find_in<false>(form);
}

FirmSet sounding_like(const store::StringView& names, const std::vector<SoundPattern>& patterns, bool one_wrong,
                      const FirmSet* among) {
  FirmSet firms(static_cast<store::FirmNo>(names.size() - 1));
  for (std::size_t from = 0; from < patterns.size();) {
    const SoundScan scan(patterns, from, one_wrong);
    if (among != nullptr) {
      among->each([&](store::FirmNo firm) {
        if (scan.find(names[firm])) firms.add(firm);
      });
      continue;
    }
    for (std::size_t firm = 1; firm < names.size(); ++firm)
      if (scan.find(names[firm])) firms.add(static_cast<store::FirmNo>(firm));
  }
  return firms;
}

}  // namespace tanmiao::indexer
