#include "linkage/match/alignment.h"

#include <algorithm>

namespace tanmiao::linkage {
namespace {

constexpr std::size_t kLongest = 48;  // characters; behind them names are not aligned

enum class Step : std::uint8_t { kNone, kPair, kSwap, kDrop, kAdd };

// In tenths of a character of the trade name.
constexpr std::array<int, kParts> kSame{22, 30, 24, 16, 12};
constexpr std::array<int, kParts> kDropShort{1, 10, 2, 0, 0};
constexpr std::array<int, kParts> kDropFull{8, 14, 10, 3, 3};
constexpr int kAdd = 14, kOtherPair = -16, kOtherElsewhere = -18, kNever = -1000;

bool is_numeral(char16_t c) {
  constexpr std::u16string_view kNumerals = u"0123456789一二三四五六七八九十百零〇";
  return kNumerals.find(c) != std::u16string_view::npos;
}

class Aligner {
 public:
  Aligner(const Anatomy& mention, const Anatomy& entry, const Reference& reference)
      : a_(std::u16string_view(mention.text).substr(0, kLongest)),
        b_(std::u16string_view(entry.text).substr(0, kLongest)),
        han_(reference.han),
        reference_(reference),
        region_(mention.end[kRegionPart] == 0 ? entry.region : 0),
        mention_region_(mention.end[kRegionPart]),
        trade_begin_(entry.end[kRegionPart]),
        mention_core_end_(mention.end[kIndustryPart]),
        drop_(mention.full ? kDropFull : kDropShort) {
    std::size_t part = 0;
    for (std::size_t j = 0; j < b_.size(); ++j) {
      while (part + 1 < kParts && j >= entry.end[part]) ++part;
      part_[j] = static_cast<std::uint8_t>(part);
      ++out_.parts[part].length;
    }
  }

  Alignment run() {
    if (a_ == b_) return equal();
    fill();
    walk_back();
    return out_;
  }

 private:
  Alignment equal() {
    for (PartAlignment& part : out_.parts) part.same = part.length, part.first = part.length > 0;
    return out_;
  }

  // 粤 of 粤电力 for 广东.
  bool abbreviates(std::size_t i, std::size_t j) const {
    if (i != 0 || j != 0 || region_ == 0 || part_[j] != kRegionPart) return false;
    const auto found = reference_.region_abbreviations.find(a_[i]);
    return found != reference_.region_abbreviations.end() &&
           std::any_of(found->second.begin(), found->second.end(), [this](std::uint32_t code) {
             return code == region_ || (code % 10000 == 0 && code / 10000 == region_ / 10000);
           });
  }

  int pair(std::size_t i, std::size_t j) const {
    if (a_[i] == b_[j] || abbreviates(i, j)) return kSame[part_[j]];
    // No character of the trade name stands for one of a region.
    if (part_[j] == kRegionPart && i >= mention_region_) return kNever;
    return part_[j] == kTradePart ? kOtherPair : kOtherElsewhere;
  }

  // What whole names have in common at both ends needs no search.
  void trim() {
    const std::size_t least = std::min(a_.size(), b_.size());
    while (front_ < least && a_[front_] == b_[front_]) ++front_;
    while (back_ < least - front_ && a_[a_.size() - 1 - back_] == b_[b_.size() - 1 - back_]) ++back_;
    // One more character each side stays in, so that a repeated or swapped one finds its place.
    front_ -= std::min<std::size_t>(front_, 1), back_ -= std::min<std::size_t>(back_, 1);
  }

  void fill() {
    if (drop_ == kDropFull) trim();
    const std::size_t n = a_.size() - back_, m = b_.size() - back_;
    for (std::size_t j = front_; j <= m; ++j) {
      score_[front_][j] = j == front_ ? 0 : score_[front_][j - 1] - drop_[part_[j - 1]];
      step_[front_][j] = Step::kDrop;
    }
    for (std::size_t i = front_ + 1; i <= n; ++i) {
      score_[i][front_] = score_[i - 1][front_] - kAdd;
      step_[i][front_] = Step::kAdd;
      for (std::size_t j = front_ + 1; j <= m; ++j) {
        int best = score_[i - 1][j - 1] + pair(i - 1, j - 1);
        Step step = Step::kPair;
        const auto take = [&](int score, Step how) {
          if (score > best) best = score, step = how;
        };
        take(score_[i][j - 1] - drop_[part_[j - 1]], Step::kDrop);
        take(score_[i - 1][j] - kAdd, Step::kAdd);
        if (i > front_ + 1 && j > front_ + 1 && a_[i - 1] == b_[j - 2] && a_[i - 2] == b_[j - 1] &&
            a_[i - 1] != a_[i - 2])
          take(score_[i - 2][j - 2] + kSame[part_[j - 1]], Step::kSwap);
        score_[i][j] = best;
        step_[i][j] = step;
      }
    }
  }

  void note_pair(std::size_t i, std::size_t j) {
    PartAlignment& part = out_.parts[part_[j]];
    if (part_[j] == kIndustryPart && a_[i] != b_[j]) out_.odd = i;
    if (a_[i] == b_[j] || abbreviates(i, j)) {
      ++part.same;
      if (j == 0 || part_[j - 1] != part_[j]) part.first = true;
    } else if (is_numeral(a_[i]) && is_numeral(b_[j])) {
      ++part.other;
      out_.numbers_differ = true;
    } else if (han_.look_alike(a_[i], b_[j])) {
      ++part.shape;
    } else if (han_.same_sound(a_[i], b_[j])) {
      ++part.sound;
    } else {
      ++part.other;
    }
  }

  // A character that the entry has not counts to the part it stands within, else to none.
  void note_added(std::size_t i, std::size_t j) {
    if (i >= mention_core_end_) return;  // of group and form the fields of their own tell
    const bool inside = j > 0 && j < b_.size() && part_[j - 1] == part_[j] && taken_;
    const bool repeats = (i > 0 && a_[i - 1] == a_[i]) || (i + 1 < a_.size() && a_[i + 1] == a_[i]);
    if (inside) {
      ++out_.parts[part_[j]].added;
      if (part_[j] == kIndustryPart) out_.odd = i;
      out_.parts[part_[j]].repeated = static_cast<std::uint8_t>(out_.parts[part_[j]].repeated + (repeats ? 1 : 0));
    } else if (repeats && j > 0 && a_[i] == b_[j - 1]) {  // the last character of a part once more
      ++out_.parts[part_[j - 1]].added, ++out_.parts[part_[j - 1]].repeated;
    } else if (repeats && j < b_.size() && a_[i] == b_[j]) {  // the first one
      ++out_.parts[part_[j]].added, ++out_.parts[part_[j]].repeated;
    } else {
      ++out_.extra;
      if (i >= mention_region_ && j <= trade_begin_) ++out_.before;
    }
    if (is_numeral(a_[i])) out_.numbers_differ = true;
  }

  Step step_at(std::size_t i, std::size_t j) const {
    const bool trimmed = (i <= front_ && j <= front_) || (i > a_.size() - back_ && j > b_.size() - back_);
    if (trimmed) return Step::kPair;
    if (i == front_) return Step::kDrop;
    return j == front_ ? Step::kAdd : step_[i][j];
  }

  void walk_back() {
    std::size_t i = a_.size(), j = b_.size();
    while (i > 0 || j > 0) {
      switch (step_at(i, j)) {
        case Step::kPair: note_pair(--i, --j), taken_ = true; break;
        case Step::kSwap:
          i -= 2, j -= 2, taken_ = true;
          ++out_.parts[part_[j]].swapped;
          if (is_numeral(a_[i]) && is_numeral(a_[i + 1])) out_.numbers_differ = true;  // 十二 and 二十
          break;
        case Step::kDrop:
          --j;
          ++out_.parts[part_[j]].dropped;
          if (is_numeral(b_[j]) && (part_[j] == kTradePart || part_[j] == kIndustryPart)) dropped_number_ = true;
          break;
        case Step::kAdd:
        case Step::kNone: --i, note_added(i, j); break;
      }
      // What stands before the first character of a part that was paired is not inside it.
      if (j > 0 && j < b_.size() && part_[j - 1] != part_[j]) taken_ = false;
    }
    if (dropped_number_ && drop_ == kDropFull) out_.numbers_differ = true;
  }

  std::u16string_view a_, b_;
  const HanTable& han_;
  const Reference& reference_;
  std::uint32_t region_;        // of the entry, where the mention may abbreviate it
  std::size_t mention_region_;  // where the mention's region ends
  std::size_t trade_begin_;     // of the entry
  std::size_t mention_core_end_;
  const std::array<int, kParts>& drop_;
  std::array<std::uint8_t, kLongest> part_{};
  int score_[kLongest + 1][kLongest + 1];
  Step step_[kLongest + 1][kLongest + 1];
  Alignment out_;
  std::size_t front_ = 0, back_ = 0;  // characters that are paired without search
  bool taken_ = false, dropped_number_ = false;
};

}  // namespace

Alignment align(const Anatomy& mention, const Anatomy& entry, const Reference& reference) {
  return Aligner(mention, entry, reference).run();
}

}  // namespace tanmiao::linkage
