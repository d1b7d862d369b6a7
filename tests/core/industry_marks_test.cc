#include "core/industry_marks.h"

#include <gtest/gtest.h>

namespace tanmiao::industry_marks_test {
namespace {

std::vector<KeyIndustry> industries() {
  KeyIndustry aluminium{"I1", "铝业", {}, {}, {}, {}}, food{"I2", "食品", {}, {}, {}, {}};
  aluminium.ipc_prefixes = {{"C22C21", 1}, {"C22F1/04", 1}};
  aluminium.words = {{"铝合金", 1}, {"电解铝", 1}};
  food.ipc_prefixes = {{"A23", 1}};
  food.words = {{"食品", 1}};
  return {aluminium, food};
}

TEST(IndustryMarks, WordsAreFoundWhereverTheyStand) {
  const auto list = industries();
  const IndustryMarks marks(list);
  EXPECT_EQ(marks.of_text("铝合金型材、食品包装的生产"), 3u);
  EXPECT_EQ(marks.of_text("预包装食品"), 2u);
  EXPECT_EQ(marks.of_text("铝合"), 0u);
  EXPECT_EQ(marks.of_text(""), 0u);
  EXPECT_EQ(marks.of_text("a铝合金"), 1u);
}

TEST(IndustryMarks, AClassIsFoundByItsPrefixHoweverItIsSpaced) {
  const auto list = industries();
  const IndustryMarks marks(list);
  EXPECT_EQ(marks.of_ipc("C22C 21/00"), 1u);
  EXPECT_EQ(marks.of_ipc("C22F1/043"), 1u);
  EXPECT_EQ(marks.of_ipc("A23L"), 2u);
  EXPECT_EQ(marks.of_ipc("C22C"), 0u) << "a class that is wider than the mark";
}

}  // namespace
}  // namespace tanmiao::industry_marks_test
