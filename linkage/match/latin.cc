#include "linkage/match/latin.h"

#include <algorithm>
#include <array>

namespace tanmiao::linkage {
namespace {

using enum Level;
using Kind = LatinWord::Kind;

bool ascii_word(char16_t c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// Letters and digits that stand in a Chinese name: tcl of TCL集团.
std::string letters_of(std::u16string_view chinese) {
  std::string out;
  for (const char16_t c : chinese)
    if (ascii_word(c)) out.push_back(static_cast<char>(c));
  return out;
}

bool alike(std::string_view a, std::string_view b) {
  const std::size_t longer = std::max(a.size(), b.size());
  if (longer < 5) return a == b;
  const int most = longer >= 10 ? 2 : 1;
  return edit_distance(a, b, most) <= most;
}

// Words that tell the kind of a firm, not its trade.
bool general(const LatinPart& word) {
  return word.text == "group" || word.text == "holding" || word.text == "stock" || word.text == "international" ||
         word.text == "development" || word.text == "manufacturing";
}

std::vector<const LatinPart*> of_kind(const Anatomy& name, Kind kind) {
  std::vector<const LatinPart*> out;
  for (const LatinPart& word : name.words)
    if (!word.trade && word.kind == kind) out.push_back(&word);
  return out;
}

std::vector<const LatinPart*> trade_parts(const Anatomy& name) {
  std::vector<const LatinPart*> out;
  for (const LatinPart& word : name.words)
    if (word.trade) out.push_back(&word);
  return out;
}

void set_extra(std::size_t words, Comparison& out) {
  constexpr std::array<Level, 4> kExtra{kExtraNone, kExtraOne, kExtraTwo, kExtraMore};
  out.set(kExtra[std::min<std::size_t>(words, 3)]);
}

Level industry_of_words(std::size_t asked, std::size_t found, bool other_has) {
  if (asked == 0) return other_has ? kIndustryMissing : kIndustryAbsent;
  if (found == 0) return kIndustryOther;
  return found == asked ? kIndustryEqual : kIndustrySome;
}

// `latin` beside a Chinese name.
class BesideChinese {
 public:
  BesideChinese(const Anatomy& latin, const Anatomy& chinese, const HanTable& han)
      : latin_(latin), chinese_(chinese), core_(to_utf8(chinese.core())) {
    trade_ = pinyin_of(chinese.part(kTradePart), han);
    whole_ = pinyin_of(chinese.core(), han);
    letters_ = letters_of(chinese.part(kTradePart));
  }

  void compare(Comparison& out) {
    out.set(trade());
    set_extra(left_, out);
    std::size_t asked = 0, found = 0;
    for (const LatinPart* word : of_kind(latin_, Kind::kIndustry)) {
      if (general(*word)) continue;
      ++asked;
      found += translated(*word);
    }
    out.set(industry_of_words(asked, found, chinese_.end[kIndustryPart] > chinese_.end[kTradePart]));
  }

 private:
  Level trade() {
    const auto words = trade_parts(latin_);
    left_ = words.size();
    const std::string joined = trade_words(latin_);
    if (joined.empty() || (trade_.empty() && letters_.empty())) return kTradeNone;
    const auto all = [&](Level level) { return left_ = 0, level; };
    if (!letters_.empty() && letters_ == joined) return all(kTradeEqual);
    if (joined == trade_) return all(kTradePinyin);
    if (Level level = runs(words); level != kTradeNone) return level;
    if (joined == whole_ || (trade_.size() >= 5 && alike(joined, trade_)))
      return all(joined == whole_ ? kTradePinyin : kTradePinyinSlip);
    if (joined.size() >= 5 && whole_.starts_with(joined)) return all(kTradePinyinSome);
    for (const LatinPart* word : words) {
      if (word->text.size() < 5 || trade_.size() < 4) continue;
      if (word->text.starts_with(trade_) || (trade_.starts_with(word->text))) return --left_, kTradePinyinSome;
    }
    return kTradeNone;
  }

  // Some of the words, side by side, are the trade name.
  Level runs(const std::vector<const LatinPart*>& words) {
    Level best = kTradeNone;
    for (std::size_t i = 0; i < words.size(); ++i) {
      std::string run;
      for (std::size_t j = i; j < words.size() && j < i + 4; ++j) {
        run += words[j]->text;
        const std::size_t left = words.size() - (j - i + 1);
        if (run == trade_ || (!letters_.empty() && run == letters_ && run.size() >= 2))
          return left_ = left, run == trade_ ? kTradePinyin : kTradeEqual;
        if (best == kTradeNone && trade_.size() >= 6 && alike(run, trade_)) left_ = left, best = kTradePinyinSlip;
      }
    }
    return best;
  }

  bool translated(const LatinPart& word) const {
    std::string_view rest = word.chinese;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('|'), rest.size());
      if (end > 0 && core_.find(rest.substr(0, end)) != std::string::npos) return true;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
  }

  const Anatomy &latin_, &chinese_;
  std::string core_, trade_, whole_, letters_;
  std::size_t left_ = 0;  // words of the trade name that stand for nothing of the other
};

Level latin_trade(const std::vector<const LatinPart*>& a, const std::vector<const LatinPart*>& b, std::size_t& left) {
  std::vector<bool> used(b.size());
  std::size_t same = 0, near = 0;
  for (const LatinPart* word : a) {
    for (const bool exact : {true, false}) {
      const auto fits = [&](std::size_t j) {
        return !used[j] && (exact ? b[j]->text == word->text : alike(b[j]->text, word->text));
      };
      std::size_t j = 0;
      while (j < b.size() && !fits(j)) ++j;
      if (j == b.size()) continue;
      used[j] = true;
      ++(exact ? same : near);
      break;
    }
  }
  left = a.size() - same - near;
  if (same + near == 0) return kTradeNone;
  if (same == a.size() && same == b.size()) return kTradeEqual;
  if (same + near == a.size() && a.size() == b.size()) return kTradeSlip;
  if (same == a.size()) return kTradeShort;
  return same == b.size() ? kTradeLonger : kTradeSome;
}

void compare_both_latin(const Anatomy& a, const Anatomy& b, Comparison& out) {
  const auto trade_a = trade_parts(a), trade_b = trade_parts(b);
  std::size_t left = 0;
  Level trade = latin_trade(trade_a, trade_b, left);
  const std::string joined_a = trade_words(a), joined_b = trade_words(b);
  if (trade != kTradeEqual && !joined_a.empty() && joined_a == joined_b) trade = kTradeEqual, left = 0;
  if (trade == kTradeNone && joined_a.size() >= 6 && alike(joined_a, joined_b)) trade = kTradeSlip, left = 0;
  out.set(trade);
  set_extra(left, out);
  std::size_t asked = 0, found = 0, others = 0;
  const auto words_b = of_kind(b, Kind::kIndustry);
  for (const LatinPart* word : of_kind(a, Kind::kIndustry)) {
    if (general(*word)) continue;
    ++asked;
    found += std::any_of(words_b.begin(), words_b.end(), [&](const LatinPart* w) { return w->text == word->text; });
  }
  for (const LatinPart* word : words_b) others += !general(*word);
  Level industry = industry_of_words(asked, found, others > 0);
  if (industry == kIndustryEqual && others > asked) industry = kIndustrySome;
  out.set(industry);
}

}  // namespace

int edit_distance(std::string_view a, std::string_view b, int most) {
  constexpr std::size_t kWidest = 64;
  if (a.size() > kWidest || b.size() > kWidest) return a == b ? 0 : most + 1;
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > static_cast<std::size_t>(most)) return most + 1;
  std::array<int, kWidest + 1> row{};
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    int diagonal = row[0], least = row[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int cost = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({cost, row[j] + 1, row[j - 1] + 1});
      least = std::min(least, row[j]);
    }
    if (least > most) return most + 1;
  }
  return row[b.size()];
}

std::string pinyin_of(std::u16string_view chinese, const HanTable& han) {
  std::string out;
  bool any = false;
  for (const char16_t c : chinese) {
    if (ascii_word(c)) out.push_back(static_cast<char>(c));
    if (const auto sound = han.sound(c)) out += han.pinyin(sound), any = true;
  }
  return any ? out : std::string();
}

std::string trade_words(const Anatomy& latin) {
  std::string out;
  for (const LatinPart& word : latin.words)
    if (word.trade) out += word.text;
  return out;
}

void compare_latin(const Anatomy& mention, const Anatomy& entry, const HanTable& han, Comparison& out) {
  if (mention.latin && entry.latin)
    compare_both_latin(mention, entry, out);
  else if (mention.latin)
    BesideChinese(mention, entry, han).compare(out);
  else
    BesideChinese(entry, mention, han).compare(out);
}

}  // namespace tanmiao::linkage
