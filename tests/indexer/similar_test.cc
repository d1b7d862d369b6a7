// Firms of the same technology, and words that mean the same.
#include "city_fixture.h"

namespace tanmiao::indexer::similar_test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class Alike : public City {
 protected:
  std::vector<store::FirmNo> near(const SimilarQuery& query) const {
    std::vector<store::FirmNo> out;
    for (const SimilarFirm& firm : searcher_->similar(query).value()) out.push_back(firm.firm);
    return out;
  }
  // A hundred firms of other trades, so that what few have is rare.
  static std::vector<TestFirm> with_others(std::vector<TestFirm> firms) {
    for (int i = 0; i < 100; ++i)
      firms.push_back({"商贸" + std::to_string(i), "", "", "货物进出口；百货" + std::to_string(i % 7)});
    return firms;
  }
};

TEST_F(Alike, TheNearestShareWhatFewHaveAndTheReasonSaysWhat) {
  reference_->ipc_titles = {{"C22C", "合金"}};
  build(with_others({{"甲", "", "", "铝箔轧制；货物进出口；铝材研发", {"铝合金"}},
                     {"乙", "", "", "铝箔轧制；铝材研发；货物进出口", {"铝合金板"}},
                     {"丙", "", "", "铝箔轧制；货物进出口"},
                     {"丁", "", "", "货物进出口；百货1"},
                     {"戊", "", "", "铝箔轧制；铝材研发", {"铝"}, 1, FirmStatus::kCancelled}}));
  SimilarQuery query;
  query.firm = 1;
  const auto found = searcher_->similar(query).value();
  ASSERT_GE(found.size(), 2u);
  EXPECT_EQ(found[0].firm, 2u);
  EXPECT_EQ(found[1].firm, 3u);
  EXPECT_GT(found[0].score, found[1].score);
  EXPECT_LE(found[0].score, 1.0);
  EXPECT_THAT(found[0].reasons, Contains(HasSubstr("专利同类：C22C")));
  EXPECT_THAT(found[0].reasons, Contains("经营范围均有：铝箔轧制"));
  EXPECT_THAT(near(query), Not(Contains(4u))) << "what everybody does is no likeness";
  EXPECT_THAT(near(query), Not(Contains(5u))) << "dissolved";
  query.with_dead = true;
  EXPECT_THAT(near(query), Contains(5u));
  query.without = {2};
  EXPECT_THAT(near(query), Not(Contains(2u)));
  query.filters = {{"unit", {"boxing"}}};
  EXPECT_THAT(near(query), IsEmpty());
  query.firm = 999;
  EXPECT_EQ(searcher_->similar(query).error().code, Errc::kNotFound);
}

// A template of the register, put in a way that only this firm has, is no technology.
TEST_F(Alike, TemplatesInRareWordsMakeNoNeighbours) {
  std::vector<TestFirm> firms{{"甲", "", "", "铝箔轧制；备案范围内的进出口服务"},
                              {"乙", "", "", "铝箔轧制加工"},
                              {"丙", "", "", "备案范围内的进出口贸易"}};
  for (const char* what : {"货物", "技术", "货物和技术", "业务", "自营", "代理", "商品", "产品"})
    for (int i = 0; i < 20; ++i)
      firms.push_back({"商贸" + std::to_string(i) + what, "", "",
                       "备案范围内的" + std::string(what) + "进出口" + std::to_string(i)});
  build(with_others(std::move(firms)));
  SimilarQuery query;
  query.firm = 1;
  const auto found = searcher_->similar(query).value();
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].firm, 2u);
  for (const SimilarFirm& firm : found)
    if (firm.firm != 2) {
      EXPECT_LT(firm.score, found[0].score / 2) << firm.firm;
    }
}

TEST_F(Alike, OnlyAmongThoseThatAreGiven) {
  build(with_others({{"甲", "", "", "铝箔轧制"}, {"乙", "", "", "铝箔轧制"}, {"丙", "", "", "铝箔轧制"}}));
  SimilarQuery query;
  query.firm = 1;
  EXPECT_THAT(near(query), UnorderedElementsAre(2u, 3u));
  const std::vector<store::FirmNo> among{1, 3, 50};
  query.among = among;
  EXPECT_THAT(near(query), ElementsAre(3u));
  query.among = std::span<const store::FirmNo>();
  EXPECT_THAT(near(query), IsEmpty());
}

// A scope is put in a firm's own words, and an industry of few firms says more than one of many.
TEST_F(Alike, FirmsWithoutPatentsHaveNeighboursInOtherWordsAndInRareIndustries) {
  reference_->industry_2017.name_by_code = {{"C", "制造业"},         {"C32", "有色金属"}, {"C325", "压延"},
                                            {"C3252", "铝压延加工"}, {"F", "批发零售"},   {"F51", "批发"}};
  auto firms = with_others({{"甲", "", "", "铝箔轧制加工；货物进出口"},
                            {"乙", "", "", "铝箔轧制；咨询"},
                            {"丙", "", "", "汽车配件"},
                            {"丁", "", "", "机床维修加工"}});
  for (TestFirm& firm : firms) firm.industry = "F51";
  firms[0].industry = firms[2].industry = "C3252";
  firms[3].industry = "";
  build(firms);
  SimilarQuery query;
  query.firm = 1;
  const auto found = searcher_->similar(query).value();
  ASSERT_GE(found.size(), 2u);
  EXPECT_EQ(found[0].firm, 2u);
  EXPECT_THAT(found[0].reasons, Contains("经营范围相近：铝箔轧制加工与铝箔轧制"));
  EXPECT_EQ(found[1].firm, 3u);
  EXPECT_THAT(found[1].reasons, ElementsAre("同行业：C3252 铝压延加工（2 家）"));
  EXPECT_GT(found[1].score, 0.2);
  EXPECT_THAT(near(query), Not(Contains(4u))) << "加工 alone is no likeness";
  query.firm = 5;  // of the hundred: the same trade as nearly everybody
  for (const SimilarFirm& firm : searcher_->similar(query).value())
    EXPECT_TRUE(firm.reasons.size() != 1 || !firm.reasons[0].starts_with("同行业") || firm.score < 0.1)
        << firm.firm << " " << firm.score;
}

TEST_F(Alike, AFirmOfWhichNothingIsKnownIsLikeNobody) {
  build(with_others({{"甲", "", "", ""}, {"乙", "", "", ""}}));
  SimilarQuery query;
  query.firm = 1;
  EXPECT_THAT(near(query), IsEmpty());
}

TEST_F(Alike, OtherNamesOfAProductAreFoundAndSaidAndNeverOfAPhrase) {
  reference_->product_words = {{"电解铝", {"原铝"}, {"C3216"}, {"C25C3/"}, "test"}};
  build({{"甲电解铝厂", "", "", ""}, {"乙", "", "", "生产原铝；销售"}, {"丙", "", "", "铝锭"}});
  const Page page = ask("电解铝");
  EXPECT_THAT(numbers(page), ElementsAre(1, 2)) << "the word itself first";
  EXPECT_EQ(page.hits.at(1).matched_in, "同义词");
  EXPECT_EQ(page.hits.at(1).why, "同义词；存续");
  EXPECT_EQ(page.hits.at(1).snippet_html, "生产<mark>原铝</mark>；销售");
  EXPECT_THAT(firms("原铝"), UnorderedElementsAre(1, 2));
  EXPECT_THAT(firms("\"电解铝\""), ElementsAre(1));
  EXPECT_THAT(firms("name:电解铝"), ElementsAre(1));
  EXPECT_THAT(firms("-电解铝"), UnorderedElementsAre(2, 3)) << "what is not wanted is what is said";
  Query query;
  query.text = "电解铝";
  query.correcting = false;
  EXPECT_THAT(numbers(ask(query)), ElementsAre(1));
}

// Also behind a firm that bears the word in its scope alone, and is dead.
TEST_F(Alike, OtherNamesStandBehindAllThatHoldsTheWord) {
  reference_->product_words = {{"烧碱", {"氢氧化钠"}, {}, {}, "test"}};
  build({{"甲氢氧化钠厂", "", "", ""}, {"乙", "", "", "烧碱", {}, 1, FirmStatus::kCancelled}, {"丙", "", "", "烧碱"}});
  EXPECT_THAT(firms("烧碱"), ElementsAre(3, 2, 1));
  EXPECT_THAT(firms("烧碱 established:2000.."), ElementsAre(3, 2, 1));
  EXPECT_EQ(ask("烧碱").hits.at(1).why, "其他字段相符；注销");
}

TEST_F(Alike, AboutLeadsToTheCodesThatSpeakOfAProduct) {
  reference_->product_words = {{"铝合金", {}, {"C3240"}, {"C22C21/"}, "test"}};
  reference_->ipc_titles = {{"B22D", "金属铸造"}};
  build({{"甲", "", "", "", {"某装置"}}, {"乙", "", "", "铝合金门窗"}, {"丙", "", "", "化工"}});
  EXPECT_THAT(firms("about:铝合金"), UnorderedElementsAre(1, 2)) << "by the class of a patent, by the scope";
  EXPECT_THAT(firms("相关：金属铸造"), ElementsAre(1)) << "by the title of a class";
  EXPECT_THAT(firms("铝合金"), ElementsAre(2)) << "not where nobody asks for it";
  EXPECT_THAT(firms("about:陶瓷"), IsEmpty());
}

}  // namespace
}  // namespace tanmiao::indexer::similar_test
