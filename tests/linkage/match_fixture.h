// What the tests of names that are not equal share: the shipped tables and weights, and lists of invented firms.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "linkage/match/matcher.h"
#include "tabular/reference_reader.h"

namespace tanmiao::linkage {

inline const Reference& reference() {
  static const auto loaded = tabular::load_reference("config/reference");
  if (!loaded) throw std::runtime_error(loaded.error().text());
  return **loaded;
}

inline const Anatomist& anatomist() {
  static const Anatomist made(reference());
  return made;
}

inline const MatchModel& shipped_model() {
  static const auto loaded = load_match_model("config/linkage/weights.csv");
  if (!loaded) throw std::runtime_error(loaded.error().text());
  return *loaded;
}

inline std::string part_of(const Anatomy& name, Part part) { return to_utf8(name.part(part)); }

// A firm of a list: its name, where it sits, and its other names.
struct Listed {
  std::string name;
  NameFacts facts = {};
  std::vector<std::string> aliases = {};
};

// A list and the matcher over it. Rows have the numbers of `firms`.
class ListOfNames {
 public:
  explicit ListOfNames(std::vector<Listed> firms, int threads = 1, const MatchModel& model = shipped_model())
      : firms_(std::move(firms)) {
    std::vector<RollName> names;
    std::vector<NameFacts> facts;
    for (std::uint32_t row = 0; row < firms_.size(); ++row) {
      facts.push_back(firms_[row].facts);
      for (const std::string& alias : firms_[row].aliases) names.push_back({alias, row});
      names.push_back({firms_[row].name, row});
    }
    roll_ = std::make_unique<Roll>(anatomist(), names, std::move(facts), threads);
    matcher_ = std::make_unique<Matcher>(*roll_, model);
    scratch_ = std::make_unique<Matcher::Scratch>(*roll_);
  }

  const Roll& roll() const { return *roll_; }
  const Matcher& matcher() const { return *matcher_; }
  const std::vector<Listed>& firms() const { return firms_; }

  std::vector<MatchCandidate> match(std::string_view name, const NameFacts& facts = {},
                                    std::uint32_t coded = MatchMention::kNoRow) const {
    std::vector<MatchCandidate> out;
    matcher_->match({name, facts, coded}, *scratch_, out);
    return out;
  }

 private:
  std::vector<Listed> firms_;
  std::unique_ptr<Roll> roll_;
  std::unique_ptr<Matcher> matcher_;
  std::unique_ptr<Matcher::Scratch> scratch_;
};

inline Comparison compare_names(std::string_view mention, std::string_view entry, const NameFacts& of_mention = {},
                                const NameFacts& of_entry = {}) {
  return compare(anatomist().take_apart(mention), of_mention, anatomist().take_apart(entry), of_entry, reference());
}

// Invented names of firms: number `n` always is the same, and no two are equal: a region, two characters of trade name
// or three from the 3,364th on, an industry.
inline std::string invented(std::size_t n, std::string_view form = "有限公司") {
  static constexpr std::string_view kCharacters =
      "甲乙丙丁戊庚辛壬癸华瑞恒盛泰隆昌达兴旺诚信宏博远卓越鼎丰益康宁祥和润泽源汇通联创佳美嘉欣荣辉耀金银铜宝玉海川云峰"
      "松";
  static constexpr std::array<std::string_view, 5> kRegions{"滨州", "山东", "济南", "青岛", "淄博"};
  static constexpr std::array<std::string_view, 7> kIndustries{"纺织",   "化工", "机械",    "食品",
                                                               "新材料", "铝业", "生物科技"};
  constexpr std::size_t kCount = kCharacters.size() / 3;
  std::string out(kRegions[n % kRegions.size()]);
  std::size_t rest = n;
  for (int i = 0; i < 2 || rest > 0; ++i) {
    out += kCharacters.substr(rest % kCount * 3, 3);
    rest /= kCount;
  }
  return out + std::string(kIndustries[n % kIndustries.size()]) + std::string(form);
}

}  // namespace tanmiao::linkage
