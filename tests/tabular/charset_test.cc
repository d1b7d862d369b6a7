#include "tabular/charset.h"

#include <gtest/gtest.h>

#include <random>

#include "tabular/reader.h"

namespace tanmiao::tabular::charset_test {
namespace {

TEST(DetectCharset, OneBadByteInAShortTextLeavesItUtf8) {
  EXPECT_EQ(detect_charset("企业名称,城市\n试验一公司,滨\xFF\n").charset, "utf-8");
  EXPECT_EQ(detect_charset("试验一\x80\n").charset, "utf-8");
  EXPECT_EQ(detect_charset("name\n\xCA\xD4\xD1\xE9\xD2\xBB\xB9\xAB\xCB\xBE\n").charset, "gb18030");
}

TEST(DetectCharset, TheRowWithTheByteIsBadAndTheOthersAreRead) {
  auto reader = read_rows("企业名称,城市\n试验一公司,滨\xFF州\n试验二公司,滨州\n", "t.csv", {});
  ASSERT_TRUE(reader) << reader.error().text();
  Row row;
  std::vector<std::string> good;
  int bad = 0;
  for (;;) {
    const auto more = (*reader)->next(row);
    ASSERT_TRUE(more) << more.error().text();
    if (!*more) break;
    if (row.bad())
      ++bad;
    else
      good.emplace_back(row.cells[0]);
  }
  EXPECT_EQ(bad, 1);
  EXPECT_EQ(good, (std::vector<std::string>{"企业名称", "试验二公司"}));
}

// Two-byte characters of GB 2312 by chance: hardly any text of them passes for UTF-8, and none by the rule for short
// ones, which needs three bytes nearly everywhere.
TEST(DetectCharset, ChineseOfTwoBytesIsNotTakenForUtf8) {
  std::mt19937 random(5);
  int taken = 0;
  constexpr int kTexts = 20'000;
  for (int i = 0; i < kTexts; ++i) {
    std::string text;
    for (auto length = 3 + random() % 12; length > 0; --length) {
      text += static_cast<char>(0xB0 + random() % (0xF8 - 0xB0));
      text += static_cast<char>(0xA1 + random() % (0xFF - 0xA1));
    }
    taken += detect_charset(text).charset == "utf-8";
  }
  EXPECT_LT(taken, kTexts / 200);
}

}  // namespace
}  // namespace tanmiao::tabular::charset_test
