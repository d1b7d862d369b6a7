// Industry codes of two editions of GB/T 4754: which one a code is of, and what it is in the newer one.
#include "core/industry.h"

#include "tests/core/support.h"

namespace tanmiao::industry_test {
namespace {

using testing::reference;

IndustryCode read(std::string_view code, int edition = 0, std::string_view name = {}) {
  return industry_of(code, edition, name, reference());
}

TEST(IndustryEdition, AStatedEditionDecides) {
  const IndustryCode older = read("3262", 2011), newer = read("3252", 2017);
  EXPECT_EQ(older.code, "C3262");
  EXPECT_EQ(older.name, "铝压延加工");
  EXPECT_EQ(newer.name, "铝压延加工");
  EXPECT_EQ(older.in_2017, "C3252");
  EXPECT_EQ(newer.in_2017, "C3252");
  EXPECT_EQ(read("2033", 2011).name, "地板制造");
  EXPECT_EQ(read("2033", 2017).name, "木楼梯制造");
}

TEST(IndustryEdition, ACodeOfOneEditionAloneDecidesIt) {
  EXPECT_EQ(read("I6510").edition, 2011);
  EXPECT_EQ(read("I6510").in_2017, "I651");  // 软件开发 became a group
  EXPECT_EQ(read("6513").edition, 2017);
  EXPECT_EQ(read("6513").code, "I6513");
}

TEST(IndustryEdition, WithoutOneACodeMeansWhatBothEditionsAgreeOn) {
  const IndustryCode open = read("2033");
  EXPECT_EQ(open.edition, 0);
  EXPECT_EQ(open.code, "C2033");
  EXPECT_EQ(open.name, "");
  EXPECT_EQ(open.in_2017, "C203");  // 木制品制造 in both
  const IndustryCode same = read("2661");
  EXPECT_EQ(same.edition, 0);
  EXPECT_EQ(same.name, "化学试剂和助剂制造");
  EXPECT_EQ(same.in_2017, "C2661");
  // From division 79 on the number may stand under another section: then nothing is known without the edition.
  const IndustryCode moved = read("8321");
  EXPECT_EQ(moved.code, "8321");
  EXPECT_EQ(moved.in_2017, "");
  EXPECT_EQ(read("8321", 2011).code, "Q8321");
  EXPECT_EQ(read("8321", 2017).code, "P8321");
}

TEST(IndustryEdition, TheIndustryInWordsDecides) {
  EXPECT_EQ(read("2033", 0, "木楼梯制造").edition, 2017);
  EXPECT_EQ(read("2033", 0, "地板制造").edition, 2011);
  EXPECT_EQ(read("2033", 0, "别的行业").edition, 0);
  EXPECT_EQ(read("2033", 2011, "木楼梯制造").edition, 2011) << "what is stated stands";
}

TEST(IndustryEdition, ACodeThatTheStatedEditionDoesNotHaveIsNone) {
  EXPECT_EQ(read("6513", 2011).code, "");
  EXPECT_EQ(read("6510", 2017).code, "");
  EXPECT_EQ(read("9999").code, "");
  EXPECT_EQ(read("").code, "");
}

TEST(IndustryEdition, IsReadAsPeopleWriteIt) {
  for (const char* text : {"2017", "2017版", "GB/T 4754-2017", "GB/T4754—2017（按第1号修改单修订）"})
    EXPECT_EQ(industry_edition(text), 2017) << text;
  EXPECT_EQ(industry_edition("２０１１"), 2011);
  for (const char* text : {"", "2002", "新版", "2011/2017"}) EXPECT_EQ(industry_edition(text), 0) << text;
}

// Over all codes of both tables.
TEST(IndustryEdition, WhatACodeIsIn2017IsACodeOf2017ThatBearsItsName) {
  const IndustryTable &older = reference().industry_2011, &newer = reference().industry_2017;
  std::size_t classes = 0, kept = 0;
  for (const auto& [code, name] : older.name_by_code) {
    const IndustryCode found = read(code, 2011);
    ASSERT_EQ(found.code, code);
    ASSERT_FALSE(found.in_2017.empty()) << code << ": its section is in both";
    EXPECT_TRUE(newer.name_by_code.contains(found.in_2017)) << code;
    if (code.size() < 5) continue;
    ++classes;
    kept += found.in_2017.size() == 5 ? 1U : 0U;
  }
  EXPECT_GT(kept * 10, classes * 8) << "most classes kept their name";
  for (const auto& [code, name] : newer.name_by_code) {
    EXPECT_EQ(read(code, 2017).in_2017, code);
    const IndustryCode open = read(code);
    EXPECT_TRUE(open.edition == 2017 || code.starts_with(open.in_2017)) << code;
    EXPECT_NE(open.edition, 2011) << code;
    EXPECT_EQ(open.edition == 0 && open.in_2017 != code, open.name.empty()) << code;
  }
}

}  // namespace
}  // namespace tanmiao::industry_test
