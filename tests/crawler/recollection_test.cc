// A value that is remembered is the one that its word and unit came to, or none.
#include "crawler/recollection.h"

#include <gtest/gtest.h>

namespace tanmiao::crawler::recollection_test {
namespace {

TEST(Recollection, GivesNothingButWhatWasKept) {
  Recollection known;
  const auto word = [](int i) { return std::to_string(i) + "万人民币"; };
  const auto value = [](int i) { return std::to_string(i) + "000000 CNY"; };
  EXPECT_EQ(known.find(word(1), ""), nullptr);
  for (int i = 0; i < 5000; ++i) known.keep(word(i), "", value(i));
  int found = 0;
  for (int i = 0; i < 5000; ++i) {
    const std::string* const kept = known.find(word(i), "");
    if (kept == nullptr) continue;
    ++found;
    EXPECT_EQ(*kept, value(i));
    EXPECT_EQ(known.find(word(i), "元"), nullptr) << "another unit is another amount";
  }
  EXPECT_GT(found, 500);
  EXPECT_LE(found, 1024) << "it is bounded";
}

TEST(Recollection, KeepsNoLongTextsButThatAWordSaysNone) {
  Recollection known;
  const std::string text(65, 'x');
  for (int i = 0; i < 100; ++i) known.keep(text, "", "x"), known.keep("x", "", text), known.keep("N/A", "", "");
  EXPECT_EQ(known.find(text, ""), nullptr);
  EXPECT_EQ(known.find("x", ""), nullptr);
  ASSERT_NE(known.find("N/A", ""), nullptr);
  EXPECT_EQ(*known.find("N/A", ""), "");
}

}  // namespace
}  // namespace tanmiao::crawler::recollection_test
