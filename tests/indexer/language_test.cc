// The query language: what is accepted, in which script the marks may be, and errors that point at a character.
#include "city_fixture.h"
#include "indexer/query_text.h"

namespace tanmiao::indexer::language_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

// The tree with one letter a word: (&ab), (|ab), (!a).
std::string shape(const QueryNode& node) {
  using Kind = QueryNode::Kind;
  if (node.kind == Kind::kAll) return "*";
  if (node.kind == Kind::kWord) return std::string(1, static_cast<char>('a' + node.word));
  std::string out = node.kind == Kind::kAnd ? "(&" : node.kind == Kind::kOr ? "(|" : "(!";
  for (const QueryNode& part : node.parts) out += shape(part);
  return out + ")";
}
std::string shape(std::string_view text) {
  const auto parsed = parse_query_text(text, {}, {"status"});
  return parsed ? shape(parsed->root) : parsed.error().where + ": " + parsed.error().message;
}

TEST(QueryLanguage, AndOrNotInBothScripts) {
  for (const auto* text :
       {"铝 铜", "铝 AND 铜", "铝 & 铜", "铝　＆　铜", "铝&&铜", "铝 与 铜", "铝 且 铜", "（铝）（铜）"})
    EXPECT_EQ(shape(text), "(&ab)") << text;
  for (const auto* text : {"铝 OR 铜", "铝|铜", "铝 ｜ 铜", "铝 || 铜", "铝 或 铜", "（铝｜铜）", "铝 ＯＲ 铜"})
    EXPECT_EQ(shape(text), "(|ab)") << text;
  for (const auto* text :
       {"铝 -铜", "铝 －铜", "铝 !铜", "铝 ！铜", "铝 NOT 铜", "铝 AND NOT 铜", "铝 非 铜", "铝 -(铜)"})
    EXPECT_EQ(shape(text), "(&a(!b))") << text;
  EXPECT_EQ(shape("铝 铜 | 金"), "(|(&ab)c)") << "and binds closer than or";
  EXPECT_EQ(shape("铝 (铜 | 金)"), "(&a(|bc))");
  EXPECT_EQ(shape("--铝"), "a");
  EXPECT_EQ(shape(""), "*");
}

TEST(QueryLanguage, WhatLooksLikeAMarkMayBePartOfAWord) {
  EXPECT_EQ(shape("宏创（山东）有限公司"), "a");
  EXPECT_EQ(shape("宏创(山东"), "a");
  EXPECT_EQ(shape("H&M服饰"), "a");
  EXPECT_EQ(shape("6061-T6"), "a");
  EXPECT_EQ(shape("非 "), "a") << "a character that stands alone is looked for";
  EXPECT_EQ(shape("或 铝"), "(&ab)");
  EXPECT_EQ(shape("非标 设备"), "(&ab)");
  EXPECT_EQ(shape("\"铝 OR 铜\""), "a");
}

TEST(QueryLanguage, MistakesPointAtTheirCharacter) {
  EXPECT_THAT(shape("铝业 \"陶瓷"), HasSubstr("character 4: the quotation mark is not closed"));
  EXPECT_THAT(shape("铝业 （陶瓷"), HasSubstr("character 4: the bracket is not closed"));
  EXPECT_THAT(shape("铝业 陶瓷）"), HasSubstr("character 6: nothing was opened"));
  EXPECT_THAT(shape("铝业 - 陶瓷"), HasSubstr("character 4: expected a word right behind the minus"));
  EXPECT_THAT(shape("铝业 |"), HasSubstr("character 4: expected a word on both sides of OR"));
  EXPECT_THAT(shape("OR 铝业"), HasSubstr("character 1: expected a word on both sides of OR"));
  EXPECT_THAT(shape("铝业 AND OR 铜"), HasSubstr("character 4: expected a word on both sides of AND"));
  EXPECT_THAT(shape("铝业 NOT"), HasSubstr("character 4: expected a word behind NOT"));
  EXPECT_THAT(shape("铝业 nmae:宏创"), HasSubstr("character 4: there is no field 'nmae', did you mean 'name'?"));
  EXPECT_THAT(shape("name: 宏创"), HasSubstr("character 5: expected a word right behind the colon"));
  EXPECT_THAT(shape("t*ch"), HasSubstr("character 1: a * may stand at the end of a word alone"));
  EXPECT_THAT(shape("capital:多..少"), HasSubstr("character 9: expected 万元"));
  EXPECT_THAT(shape("established:2020..2015"), HasSubstr("character 13: the range ends before it begins"));
  EXPECT_THAT(shape("（）"), HasSubstr("character 1: there is nothing to look for"));
  EXPECT_THAT(shape("(((((((((铝)))))))))"), HasSubstr("character 10: a query nests at most 8 brackets"));
  EXPECT_THAT(shape("a b c d e f g h i j k l m n o p q"), HasSubstr("character 33: a query holds at most 16 words"));
}

TEST_F(City, FieldsLookNowhereElse) {
  build({{"铝业公司", "", "", "化工"}, {"化工公司", "", "铝业旧名", "铝业"}, {"别家", "", "", "", {"铝业装置"}}});
  EXPECT_THAT(firms("name:铝业"), ElementsAre(1));
  EXPECT_THAT(firms("名称：铝业"), ElementsAre(1));
  EXPECT_THAT(firms("former:铝业"), ElementsAre(2));
  EXPECT_THAT(firms("经营范围:铝业"), ElementsAre(2));
  EXPECT_THAT(firms("patent:\"铝业装置\""), ElementsAre(3));
  EXPECT_THAT(firms("class:C22C"), ElementsAre(3));
  EXPECT_THAT(firms("铝业 -name:铝业"), ElementsAre(2, 3));
  EXPECT_THAT(firms("place:滨州"), ElementsAre(1, 2, 3));
  EXPECT_THAT(firms("status:存续 化工"), UnorderedElementsAre(1, 2));
}

TEST_F(City, RangesHoldBothEndsAndNothingUnknown) {
  build({{"甲", "", "", "", {}, 1, FirmStatus::kActive, 0, 2015},
         {"乙", "", "", "", {"装置"}, 1, FirmStatus::kActive, 0, 2018},
         {"丙", "", "", "", {}, 1, FirmStatus::kActive, 0, 0}});
  EXPECT_THAT(firms("成立:2015..2018"), ElementsAre(1, 2));
  EXPECT_THAT(firms("established:2016.."), ElementsAre(2));
  EXPECT_THAT(firms("established:..2015-01-01"), ElementsAre(1));
  EXPECT_THAT(firms("established:2018"), ElementsAre(2));
  EXPECT_THAT(firms("专利数:1.."), ElementsAre(2));
  EXPECT_THAT(firms("patents:0"), UnorderedElementsAre(1, 3));
  Query query;
  query.text = "points:60..";
  EXPECT_EQ(searcher_->search(query).error().code, Errc::kUsage) << "there is no run";
}

TEST_F(City, AStarStandsForTheRestOfAWord) {
  build({{"铝technology公司", "", "", ""}, {"铝tech公司", "", "", "technics研发"}, {"铝biotech公司", "", "", ""}});
  EXPECT_THAT(firms("tech"), ElementsAre(2));
  EXPECT_THAT(firms("tech*"), UnorderedElementsAre(1, 2));
  EXPECT_THAT(firms("scope:tech*"), ElementsAre(2));
  EXPECT_THAT(firms("铝tech*"), UnorderedElementsAre(1, 2));
  EXPECT_THAT(firms("铝*"), UnorderedElementsAre(1, 2, 3));
}

TEST_F(City, ABeginningThatTooManyWordsHaveIsRefusedNotCut) {
  std::vector<TestFirm> many;
  for (int i = 0; i < 1002; ++i) many.push_back({"铝a" + std::to_string(i), "", "", ""});
  build(many);
  Query query;
  query.text = "铝 a*";
  const auto page = searcher_->search(query);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, Errc::kLimit);
  EXPECT_EQ(page.error().where, "character 3");
  EXPECT_EQ(ask("铝 a10*").total, 13u);
}

TEST_F(City, PartsOfACodeAreFound) {
  build({{"甲公司", "91371600MA3ABCDE12", "", ""}, {"乙公司", "91370000MA3XBCDE12", "", ""}});
  EXPECT_THAT(firms("MA3ABC"), ElementsAre(1));
  EXPECT_THAT(firms("bcde12"), ElementsAre(1, 2));
  EXPECT_THAT(firms("code:E12"), ElementsAre(1, 2));
  EXPECT_THAT(firms("e12"), IsEmpty()) << "three letters are too few to be meant as a code";
  const Page page = ask("MA3ABC");
  EXPECT_EQ(page.hits[0].matched_in, "代码");
  EXPECT_EQ(page.hits[0].snippet_html, "91371600<mark>MA3ABC</mark>DE12");
}

TEST_F(City, EveryHitSaysWhyItStandsWhereItStands) {
  build({{"某某贸易", "", "", "宏创铝业产品"},
         {"山东宏创铝业控股", "", "", "", {}, 1, FirmStatus::kCancelled},
         {"宏创铝业集团", "", "", ""},
         {"宏创铝业", "", "", ""},
         {"甲", "", "宏创铝业", ""},
         {"乙", "", "", "", {"宏创铝业装置"}}});
  std::vector<std::string> said;
  for (const Hit& hit : ask("宏创铝业").hits) said.push_back(std::to_string(hit.firm) + hit.why);
  EXPECT_THAT(said, ElementsAre("4名称相同；存续", "3名称以此开头；存续", "2名称含有；注销", "5曾用名含有；存续",
                                "6专利含有；存续", "1其他字段相符；存续"));
}

}  // namespace
}  // namespace tanmiao::indexer::language_test
