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
  const auto parsed = parse_query_text(text, {}, {{"status", "登记状态"}});
  return parsed ? shape(parsed->root) : parsed.error().where + ": " + parsed.error().message;
}

TEST(QueryLanguage, AndOrNotInBothScripts) {
  for (const auto* text : {"铝 铜", "铝 AND 铜", "铝 & 铜", "铝　＆　铜", "铝&&铜", "铝 与 铜", "铝 且 铜",
                           "（铝）（铜）", "铝 and 铜", "铝 And 铜", "铝 ａｎｄ 铜", "铝 并且 铜"})
    EXPECT_EQ(shape(text), "(&ab)") << text;
  for (const auto* text : {"铝 OR 铜", "铝|铜", "铝 ｜ 铜", "铝 || 铜", "铝 或 铜", "（铝｜铜）", "铝 ＯＲ 铜",
                           "铝 or 铜", "铝 Or 铜", "铝 或者 铜", "(铝)or(铜)"})
    EXPECT_EQ(shape(text), "(|ab)") << text;
  for (const auto* text : {"铝 -铜", "铝 －铜", "铝 !铜", "铝 ！铜", "铝 NOT 铜", "铝 AND NOT 铜", "铝 非 铜",
                           "铝 -(铜)", "铝 not 铜", "铝 and not 铜", "铝 \u2010铜", "铝 \u2011铜", "铝 \u2012铜",
                           "铝 \u2013铜", "铝 \u2014铜", "铝 \u2015铜", "铝 \uFE63铜"})
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
  EXPECT_EQ(shape("or 铝"), "(&ab)");
  EXPECT_EQ(shape("铝 or"), "(&ab)");
  EXPECT_EQ(shape("或者"), "a");
  EXPECT_EQ(shape("oracle 铝"), "(&ab)");
  EXPECT_EQ(shape("铝 orange"), "(&ab)");
  EXPECT_EQ(shape("铝\u2014铜"), "a") << "within a word a dash is none";
  EXPECT_EQ(shape("\"铝 OR 铜\""), "a");
}

TEST(QueryLanguage, MistakesPointAtTheirCharacter) {
  EXPECT_THAT(shape("铝业 \"陶瓷"), HasSubstr("character 4: the quotation mark is not closed"));
  EXPECT_THAT(shape("铝业 （陶瓷"), HasSubstr("character 4: the bracket is not closed"));
  EXPECT_THAT(shape("铝业 陶瓷）"), HasSubstr("character 6: nothing was opened"));
  EXPECT_THAT(shape("铝业 - 陶瓷"), HasSubstr("character 4: expected a word right behind the minus"));
  EXPECT_THAT(shape("铝业 \u2014 陶瓷"), HasSubstr("character 4: expected a word right behind the minus"));
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
  EXPECT_THAT(shape("(((((((((铝)))))))))"), HasSubstr("character 9: a query nests at most 8 brackets"));
  // Also where the text ends with the bracket that is too many.
  EXPECT_THAT(shape("((((((((("), HasSubstr("character 9: a query nests at most 8 brackets"));
  EXPECT_THAT(shape("a b c d e f g h i j k l m n o p q"), HasSubstr("character 33: a query holds at most 16 words"));
}

// There is a facet of the same name, by bands; a range is meant.
TEST_F(City, CapitalIsARangeBesideItsFacet) {
  build({{"铝业公司", "", "", ""}});
  for (const char* const text : {"capital:500..", "capital:..500", "注册资本:1..2"}) {
    Query query;
    query.text = text;
    const auto page = searcher_->search(query);
    EXPECT_TRUE(page) << text << ": " << page.error().text();
  }
}

TEST_F(City, AGroupOfAClassIsNoBeginningOfAnother) {
  TestFirm one{"甲", "", "", "", {"t"}}, seventeen{"乙", "", "", "", {"t"}};
  one.ipc = "E21F1/08", seventeen.ipc = "E21F17/18";
  build({one, seventeen});
  EXPECT_THAT(firms("class:E21F1"), ElementsAre(1));
  EXPECT_THAT(firms("class:E21F17"), ElementsAre(2));
  EXPECT_THAT(firms("class:E21F1/08"), ElementsAre(1));
  for (const char* const text :
       {"E21F 17/18", "class:E21F 17/18", "分类号：ｅ21ｆ　17/18", "(E21F 17/18)", "E21F  17/18|铝"})
    EXPECT_THAT(firms(text), ElementsAre(2)) << text;
  EXPECT_THAT(firms("-E21F 17/18"), ElementsAre(1));
  EXPECT_THAT(firms("E21F 甲"), ElementsAre(1)) << "another word stays one";
  EXPECT_THAT(firms("class:E21"), ElementsAre(1, 2));
  EXPECT_THAT(firms("class:E2"), ElementsAre(1, 2));
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

TEST_F(City, FacetsAreFieldsByTheirChineseNamesToo) {
  TestFirm one{"甲", "", "", "", {"t"}}, two{"乙", "", "", ""};
  two.unit = 2, two.status = FirmStatus::kUnknown;
  one.ipc = "C22C21/00";
  build({one, two});
  const std::pair<const char*, store::FirmNo> kAsked[] = {
      {"责任单位:博兴县", 2},       {"责任单位：滨城区", 1},        {"登记状态:未知", 2}, {"status:unknown", 2},
      {"STATUS:Unknown", 2},        {"登记状态：ＡＣＴＩＶＥ", 1},  {"专利分类:C22C", 1}, {"ipc:c22", 1},
      {"乡镇(街道):unknown 乙", 2}, {"乡镇（街道）:unknown 乙", 2}, {"unit:BOXING", 2}};
  for (const auto& [text, firm] : kAsked) EXPECT_THAT(firms(text), ElementsAre(firm)) << text;
  EXPECT_THAT(firms("专利分类:c22d"), IsEmpty()) << "a class that no firm has";
  Query query;
  query.text = "甲 研判:有希望";
  EXPECT_THAT(searcher_->search(query).error().message, HasSubstr("needs a run")) << "and not: no such field";
  query.text = "甲 责任单:博兴县";
  EXPECT_THAT(searcher_->search(query).error().text(), HasSubstr("did you mean '责任单位'?"));
}

TEST_F(City, PlacesStandOneBehindTheOther) {
  TestFirm one{"甲", "", "", ""}, two{"乙", "", "", ""};
  two.unit = 2;
  build({one, two});
  for (const char* const text :
       {"place:博兴县", "place:滨州市博兴县", "地区：山东省滨州市博兴县", "place:山东博兴", "place:\"滨州市 博兴县\""})
    EXPECT_THAT(firms(text), ElementsAre(2)) << text;
  EXPECT_THAT(firms("place:博兴县滨城区"), IsEmpty()) << "no firm lies in both";
  Query query;
  query.text = "甲 place:滨洲市";
  const auto wrong = searcher_->search(query);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, Errc::kUsage);
  EXPECT_EQ(wrong.error().where, "character 9") << "of the value";
  EXPECT_EQ(wrong.error().message, "there is no place '滨洲市', did you mean '滨州市'?");
  query.text = "place:滨州市博星县";
  EXPECT_EQ(searcher_->search(query).error().message, "there is no place '博星县', did you mean '博兴县'?");
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

// What bounds where or of what kind the firms are says nothing of how well they fit.
TEST_F(City, AConditionLeavesTheOrderOfTheWordsBesideIt) {
  build({{"某某贸易", "", "", "宏创铝业产品"},
         {"山东宏创铝业控股", "", "", ""},
         {"宏创铝业集团", "", "", ""},
         {"宏创铝业", "", "", "", {}, 2},
         {"甲", "", "宏创铝业", ""}});
  for (const char* const text :
       {"宏创铝业", "宏创铝业 established:2010..", "宏创铝业 patents:0", "status:存续 宏创铝业",
        "宏创铝业 region:371600", "宏创铝业 place:滨州", "滨州市 宏创铝业", "宏创铝业 滨州",
        "name:宏创铝业 OR former:宏创铝业 OR scope:宏创铝业", "宏创铝业 (unit:boxing | unit:bincheng)",
        "宏创铝业 -status:注销"}) {
    const bool one_word = std::string_view(text).find(" OR ") == std::string_view::npos;
    EXPECT_EQ(ask(text).hits.at(0).why, one_word ? "名称相同；存续" : "名称含有；存续") << text;
    EXPECT_THAT(firms(text).back(), 1) << text;
  }
  EXPECT_THAT(firms("宏创铝业 unit:bincheng"), ElementsAre(3, 2, 5, 1));
  EXPECT_EQ(ask("铝业 scope:产品").hits.at(0).why, "其他字段相符；存续");
  EXPECT_EQ(ask("贸易 scope:产品").hits.at(0).why, "名称含有；存续") << "a scope is no name, it bounds";
  EXPECT_EQ(ask("scope:产品 status:存续").hits.at(0).why, "其他字段相符；存续") << "and alone it is looked for";
  EXPECT_EQ(ask("status:存续").hits.at(0).why, "其他字段相符；存续") << "there is no word beside it";
  EXPECT_EQ(ask("控股 OR unit:boxing").hits.at(1).why, "其他字段相符；存续") << "it is no name that holds the word";
}

// A place may be part of the name and need not.
TEST_F(City, APlaceBesideAWordIsInTheNameOrIsWhereTheFirmLies) {
  build({{"某某公司", "", "", "新材料"},
         {"宏创新材料", "", "", ""},
         {"山东滨州某某新材料厂", "", "", ""},
         {"新材料滨州公司", "", "", ""}});
  EXPECT_THAT(firms("新材料 滨州"), ElementsAre(4, 3, 2, 1));
  EXPECT_THAT(firms("滨州 新材料"), ElementsAre(4, 3, 2, 1));
  EXPECT_THAT(firms("滨州新材料"), ElementsAre(2, 4, 3, 1));
  EXPECT_THAT(firms("滨州"), ElementsAre(4, 3, 1, 2)) << "alone it is a text";
  EXPECT_THAT(firms("滨州 status:存续"), ElementsAre(4, 3, 1, 2));
}

// What search finds, field by field.
TEST_F(City, EveryFieldIsFoundByItsNameAndShownWithItsMark) {
  reference_->ipc_titles = {{"C22C", "合金"}};
  reference_->region_words = {"滨州市", "滨州"};
  reference_->industry_words = {"铝业", "科技"};
  reference_->legal_forms = {{"有限公司", FormClass::kCompany, true}};
  reference_->finish();
  TestFirm a{"滨州宏创铝业有限公司", "91371600MA3WPBLW37", "滨州旧名铝业有限公司", "铝箔轧制"};
  a.titles = {"一种轧辊"}, a.abstract = "本发明公开了一种石墨烯涂层；用于冷却", a.awards = {"瞪羚企业证书"};
  a.signals = {"山东省重点研发计划：高纯氧化铝"};
  build({a, {"滨州宏创科技有限公司", "", "", ""}, {"滨州大宏创铝业有限公司", "", "", ""}});
  const std::tuple<const char*, std::vector<store::FirmNo>, const char*> kAsked[] = {
      {"字号：宏创", {1, 2}, "名称"},
      {"brand:大宏创", {3}, "名称"},
      {"former:旧名", {1}, "曾用名"},
      {"专利：轧辊", {1}, "专利"},
      {"abstract:石墨烯涂层", {1}, "专利摘要"},
      {"摘要：\"用于冷却\"", {1}, "专利摘要"},
      {"about:石墨烯", {1}, "专利摘要"},
      {"class:合金", {1}, "专利分类"},
      {"资质：瞪羚", {1}, "资质"},
      {"高新技术企业", {1}, "资质"},
      {"signal:高纯氧化铝", {1}, "线索"},
      {"重点研发计划", {1}, "线索"},
      {"scope:铝箔", {1}, "经营范围"},
      {"code:WPBLW3", {1}, "代码"},
  };
  for (const auto& [text, expected, field] : kAsked) {
    const Page page = ask(text);
    EXPECT_THAT(numbers(page), ::testing::UnorderedElementsAreArray(expected)) << text;
    if (page.hits.empty()) continue;
    const Hit& hit = page.hits.back();
    EXPECT_EQ(hit.matched_in, field) << text;
    if (std::string_view(field) == "专利分类") continue;
    EXPECT_THAT(hit.name_html + hit.snippet_html, HasSubstr("<mark>")) << text;
  }
  EXPECT_THAT(firms("石墨烯"), IsEmpty()) << "a plain word does not look into abstracts";
  EXPECT_THAT(firms("abstract:涂层用于"), IsEmpty()) << "no word reaches across a mark";
}

}  // namespace
}  // namespace tanmiao::indexer::language_test
