#include "city_fixture.h"

namespace tanmiao::indexer::search_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

TEST_F(City, AWholeNameComesBeforeABeginningBeforeAPartBeforeOtherFields) {
  build({{"某某贸易有限公司", "", "", "销售宏创铝业产品"},
         {"山东宏创铝业控股", "", "", ""},
         {"宏创铝业集团", "", "", ""},
         {"宏创铝业", "", "", ""}});
  EXPECT_THAT(firms("宏创铝业"), ElementsAre(4, 3, 2, 1));
}

TEST_F(City, HalfANameFindsAndTraditionalOrFullWidthSpellingsAreAlike) {
  build({{"山东泰开电气集团有限公司", "", "", ""}, {"ＡＢＣ铝业（山东）有限公司", "", "", ""}});
  EXPECT_THAT(firms("泰开"), ElementsAre(1));
  EXPECT_THAT(firms("鋁業"), ElementsAre(2));
  EXPECT_THAT(firms("ａｂｃ"), ElementsAre(2));
  EXPECT_THAT(firms("ABC铝业(山东)"), ElementsAre(2));
  EXPECT_THAT(firms("铝"), ElementsAre(2));
}

TEST_F(City, APhraseIsAPhraseInNamesTitlesAndScopes) {
  build({{"氧化铝陶瓷制品", "", "", ""},
         {"陶瓷氧化锌化铝铝陶", "", "", ""},
         {"甲公司", "", "", "生产氧化铝陶瓷部件"},
         {"乙公司", "", "", "氧化物；化铝；铝陶；陶瓷"},
         {"丙公司", "", "", "", {"一种氧化铝陶瓷的制备方法"}},
         {"丁公司", "", "", "", {"氧化铝", "陶瓷"}}});
  EXPECT_THAT(firms("\"氧化铝陶瓷\""), UnorderedElementsAre(1, 3, 5));
  EXPECT_THAT(firms("“氧化铝陶瓷”"), UnorderedElementsAre(1, 3, 5));
  EXPECT_THAT(firms("「氧化铝陶瓷」"), UnorderedElementsAre(1, 3, 5));
  EXPECT_THAT(firms("氧化铝陶瓷"), ElementsAre(1, 5, 3)) << "a word stands together too";
  EXPECT_THAT(firms("氧化 陶瓷"), UnorderedElementsAre(1, 2, 3, 4, 5, 6)) << "two words may stand apart";
}

TEST_F(City, APlaceInTheQueryDoesNotLoseFirmsThatDoNotNameIt) {
  build({{"山东宏创新材料", "", "", ""}, {"滨州宏创新材料", "", "", ""}, {"博兴县化工厂", "", "", "", {}, 2}});
  EXPECT_THAT(firms("滨州市"), UnorderedElementsAre(1, 2, 3));
  EXPECT_THAT(firms("滨州市宏创新材料"), UnorderedElementsAre(1, 2));
  EXPECT_THAT(firms("滨州 新材料"), UnorderedElementsAre(1, 2));
  EXPECT_THAT(firms("山东省滨州市博兴县化工"), ElementsAre(3));
  EXPECT_EQ(ask("博兴县").hits[0].matched_in, "名称、所在地区");
  EXPECT_EQ(ask("滨城区").hits[0].matched_in, "所在地区");
}

TEST_F(City, ACodeIsFoundWholeAndByItsBeginning) {
  build({{"甲公司", "913716001234567890", "", ""}, {"乙公司", "91371600ABCDEFGH12", "", ""}});
  EXPECT_THAT(firms("91371600abcdefgh12"), ElementsAre(2));
  EXPECT_THAT(firms("9137"), ElementsAre(1, 2));
  const Page page = ask("913716001234567890");
  ASSERT_EQ(page.total, 1u);
  EXPECT_EQ(page.hits[0].matched_in, "代码");
}

TEST_F(City, AMinusExcludesAndFullWidthMarksDoTheSame) {
  build({{"铝业贸易", "", "", ""}, {"铝业制造", "", "", ""}});
  EXPECT_THAT(firms("铝业 -贸易"), ElementsAre(2));
  EXPECT_THAT(firms("铝业　－贸易"), ElementsAre(2));
  EXPECT_THAT(firms("-贸易"), ElementsAre(2));
}

TEST_F(City, MistakesInTheQueryNameTheirPlace) {
  build({{"甲公司", "", "", ""}});
  const auto fails = [&](std::string text, Errc code, std::string where) {
    Query query;
    query.text = std::move(text);
    const auto page = searcher_->search(query);
    ASSERT_FALSE(page) << query.text;
    EXPECT_EQ(page.error().code, code);
    EXPECT_THAT(page.error().where, HasSubstr(where));
  };
  fails("铝业 \"陶瓷", Errc::kUsage, "character 4");
  fails("铝业 - 贸易", Errc::kUsage, "character 4");
  fails("（）", Errc::kUsage, "character 1");
  std::string longest;
  for (int i = 0; i < 201; ++i) longest += "铝";
  fails(longest, Errc::kLimit, "character");
  fails("a b c d e f g h i j k l m n o p q", Errc::kLimit, "character");
}

TEST_F(City, MarksAreMergedAndEverythingIsEscaped) {
  build({{"<script>氧化铝&陶瓷</script>", "", "", "研发\"<b>氧化铝</b>\""}});
  const Page page = ask("氧化铝");
  ASSERT_EQ(page.total, 1u);
  EXPECT_EQ(page.hits[0].name_html, "&lt;script&gt;<mark>氧化铝</mark>&amp;陶瓷&lt;/script&gt;");
  EXPECT_THAT(page.hits[0].snippet_html, HasSubstr("&lt;b&gt;<mark>氧化铝</mark>&lt;/b&gt;"));
  EXPECT_EQ(page.hits[0].matched_in, "名称、经营范围");
  EXPECT_THAT(ask("").hits[0].name_html, Not(HasSubstr("<script>")));
}

TEST_F(City, FormerNamesAndPatentTitlesAreShownAsSuch) {
  build({{"新名公司", "", "老名工厂\n更老名厂", "", {"一种铸轧装置"}}});
  EXPECT_EQ(ask("更老名").hits.at(0).matched_in, "曾用名");
  EXPECT_EQ(ask("更老名").hits.at(0).snippet_html, "<mark>更老名</mark>厂");
  EXPECT_EQ(ask("铸轧").hits.at(0).matched_in, "专利");
}

TEST_F(City, TheDeadComeAfterTheLivingAndCanBeLeftOut) {
  build({{"宏创一厂", "", "", "", {}, 1, FirmStatus::kCancelled},
         {"宏创二厂", "", "", ""},
         {"宏创三厂", "", "", "", {}, 1, FirmStatus::kUnknown}});
  EXPECT_THAT(firms("宏创"), ElementsAre(2, 3, 1));
  Query query;
  query.text = "宏创";
  query.with_dead = false;
  EXPECT_THAT(numbers(ask(query)), ElementsAre(2, 3));
}

TEST_F(City, SuppressedAndMergedFirmsAreNowhere) {
  build({{"宏创一厂", "9137A", "", "", {}, 1, FirmStatus::kActive, store::kFirmSuppressed},
         {"宏创二厂", "9137B", "", "", {}, 1, FirmStatus::kActive, store::kFirmMerged},
         {"宏创三厂", "9137C", "", ""}});
  EXPECT_EQ(report_.documents, 1u);
  Query query;
  query.facets = {"unit"};
  for (const char* text : {"", "宏创", "9137", "滨州市", "-化工"}) {
    query.text = text;
    const Page page = ask(query);
    EXPECT_THAT(numbers(page), ElementsAre(3)) << text;
    ASSERT_EQ(page.facets.at(0).values.size(), 1u);
    EXPECT_EQ(page.facets[0].values[0].count, 1u);
  }
}

TEST_F(City, PagesNeitherRepeatNorLoseAFirm) {
  std::vector<TestFirm> many;
  for (int i = 0; i < 103; ++i) many.push_back({"宏创铝业", "", "", ""});
  build(many);
  for (const Order order : {Order::kRelevance, Order::kName, Order::kEstablished}) {
    std::vector<store::FirmNo> seen;
    for (std::size_t offset = 0; offset < 110; offset += 10) {
      Query query;
      query.text = "铝业";
      query.order = order;
      query.offset = offset, query.limit = 10;
      const Page page = ask(query);
      EXPECT_EQ(page.total, 103u);
      for (const store::FirmNo firm : numbers(page)) seen.push_back(firm);
    }
    ASSERT_EQ(seen.size(), 103u);
    EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  }
}

TEST_F(City, TheSupersetHoldsEveryFirmThatHoldsTheWordAsCharacters) {
  build({{"甲公司", "", "", "销售15G网络设备"},
         {"乙公司", "", "", "许可项目：铝合金"},
         {"丙铝公司", "", "", "", {"某"}},
         {"丁公司", "", "", "别的"}});
  EXPECT_THAT(searcher_->superset({{"5G网络"}, {}, {}}).value(), ElementsAre(1));
  EXPECT_THAT(searcher_->superset({{"铝"}, {}, {}}).value(), ElementsAre(2, 3));
  EXPECT_THAT(searcher_->superset({{"合金"}, {"B22D"}, {}}).value(), ElementsAre(2, 3));
  EXPECT_THAT(searcher_->superset({}).value(), IsEmpty());
}

// A number that no firm bears any more, and words that all firms have: in the address, and in the name.
TEST_F(City, WhatAllFirmsHaveIsFoundAroundNumbersThatAreGone) {
  std::vector<TestFirm> firms(40);
  for (std::size_t i = 0; i < firms.size(); ++i) {
    if (i == 23) continue;  // merged into another: without a name
    firms[i].name = "第" + std::to_string(i) + "科技公司";
    firms[i].code = "code" + std::to_string(i);
  }
  build(firms);
  for (const char* all : {"山东", "滨州市", "公司", "科技", "山东科技", "\"公司\""}) {
    EXPECT_EQ(ask(all).total, firms.size() - 1) << all;
  }
  const auto superset = searcher_->superset({{"公司"}, {}, {}});
  ASSERT_TRUE(superset) << superset.error().text();
  EXPECT_EQ(superset->size(), firms.size() - 1);
}

}  // namespace
}  // namespace tanmiao::indexer::search_test
