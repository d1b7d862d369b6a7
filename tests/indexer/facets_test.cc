#include <random>

#include "city_fixture.h"

namespace tanmiao::indexer::facets_test {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

std::vector<std::pair<std::string, std::uint64_t>> values(const Page& page, const std::string& facet) {
  std::vector<std::pair<std::string, std::uint64_t>> out;
  for (const FacetCounts& counts : page.facets)
    if (counts.facet == facet)
      for (const FacetValue& value : counts.values) out.emplace_back(value.value, value.count);
  return out;
}

TEST_F(City, AFacetsOwnFilterDoesNotReduceItsCounts) {
  build({{"铝业一", "", "", "", {}, 1, FirmStatus::kActive},
         {"铝业二", "", "", "", {}, 2, FirmStatus::kActive},
         {"铝业三", "", "", "", {}, 2, FirmStatus::kCancelled},
         {"别的", "", "", "", {}, 2, FirmStatus::kActive}});
  Query query;
  query.text = "铝业";
  query.facets = {"unit", "status"};
  query.filters = {{"unit", {"博兴县"}}};
  Page page = ask(query);
  EXPECT_EQ(page.total, 2u);
  EXPECT_THAT(values(page, "unit"), ElementsAre(Pair("boxing", 2), Pair("bincheng", 1)));
  EXPECT_THAT(values(page, "status"),
              ElementsAre(Pair("ACTIVE", 1), Pair(std::string(status_word(FirmStatus::kCancelled)), 1)));
  query.filters = {{"unit", {"boxing", "bincheng"}}, {"status", {"ACTIVE"}}};
  page = ask(query);
  EXPECT_EQ(page.total, 2u);
  EXPECT_THAT(values(page, "unit"), ElementsAre(Pair("bincheng", 1), Pair("boxing", 1)));
}

// The estimate of Xapian was 2000 where 1093 were; totals and counts are compared with counting by hand.
TEST_F(City, TotalsAndCountsAreExactOnThousandsOfFirms) {
  std::mt19937 random(7);
  std::vector<TestFirm> many;
  std::uint64_t both = 0, there = 0;
  for (int i = 0; i < 4000; ++i) {
    const bool has_place = random() % 3 == 0, material = random() % 2 == 0, boxing = random() % 4 == 0;
    many.push_back({std::string(has_place ? "高新" : "普通") + "某某" + (material ? "新材料" : "贸易"),
                    "",
                    "",
                    "",
                    {},
                    static_cast<std::uint16_t>(boxing ? 2 : 1)});
    both += has_place && material, there += has_place && material && boxing;
  }
  build(many);
  Query query;
  query.text = "高新 新材料";
  query.limit = 1;
  query.facets = {"unit"};
  const Page page = ask(query);
  EXPECT_EQ(page.total, both);
  EXPECT_THAT(values(page, "unit"), ElementsAre(Pair("bincheng", both - there), Pair("boxing", there)));
}

TEST_F(City, PatentClassesFilterByAnyLevelAndAgesKeepTheUnknownApart) {
  build({{"甲", "", "", "", {"某装置"}, 1, FirmStatus::kActive, 0, 2025},
         {"乙", "", "", "", {}, 1, FirmStatus::kActive, 0, 0}});
  Query query;
  query.facets = {"ipc", "age"};
  const Page page = ask(query);
  EXPECT_THAT(values(page, "ipc"), ElementsAre(Pair("B22D", 1), Pair("C22C", 1), Pair("none", 1)));
  EXPECT_THAT(values(page, "age"), ElementsAre(Pair("0-3", 1), Pair("unknown", 1)));
  query.filters = {{"ipc", {"C22"}}};
  EXPECT_EQ(ask(query).total, 1u);
}

TEST_F(City, AFilterForWhatNobodyHasFindsNothingAndASlipIsNamed) {
  build({{"甲", "", "", ""}});
  const auto asked = [&](const std::string& facet, const std::string& value) {
    Query query;
    query.filters = {{facet, {value}}};
    return searcher_->search(query);
  };
  const std::pair<const char*, const char*> kRight[] = {{"status", "REVOKED"},   {"status", "吊销"},
                                                        {"ipc", "H04L"},         {"ipc", "A61"},
                                                        {"recognition", "hnte"}, {"age", "3至5年"}};
  for (const auto& [facet, value] : kRight) {
    const auto page = asked(facet, value);
    ASSERT_TRUE(page) << facet << ' ' << value << ": " << page.error().text();
    EXPECT_EQ(page->total, 0u) << facet << ' ' << value;
  }
  const std::tuple<const char*, const char*, const char*> kSlips[] = {
      {"status", "REVOKD", "there is no 登记状态 'REVOKD', did you mean 'REVOKED'?"},
      {"unit", "boxin", "there is no 责任单位 'boxin', did you mean 'boxing'?"},
      {"recognition", "高新技术企叶", "there is no 资质 '高新技术企叶', did you mean '高新技术企业'?"},
      {"ipc", "Z99", "there is no 专利分类 'Z99'"},
      {"colour", "red", "there is no facet 'colour'"}};
  for (const auto& [facet, value, message] : kSlips) {
    const auto page = asked(facet, value);
    ASSERT_FALSE(page) << facet << ' ' << value;
    EXPECT_EQ(page.error().code, Errc::kUsage);
    EXPECT_THAT(page.error().message, ::testing::StartsWith(message));
  }
}

TEST_F(City, RunFacetsAreJoinedFromTheRunAndAreAnErrorWithoutOne) {
  build({{"铝业一", "", "", ""}, {"铝业二", "", "", ""}, {"铝业三", "", "", ""}});
  Query query;
  query.facets = {"judgement"};
  EXPECT_EQ(searcher_->search(query).error().code, Errc::kUsage);
  query = {};
  query.order = Order::kRank;
  EXPECT_EQ(searcher_->search(query).error().code, Errc::kUsage);
  query = {};
  query.facets = {"nonsense"};
  EXPECT_EQ(searcher_->search(query).error().code, Errc::kUsage);

  store::RunTable<store::Build> table;
  for (const store::FirmNo firm : {3u, 1u}) {
    table.each([](std::string_view, auto& column) { column.push_back({}); });
    table.firm.back() = firm;
    table.judgement.back() = static_cast<std::uint8_t>(firm == 3 ? Judgement::kPromising : Judgement::kLittle);
    table.known_points.back() = firm == 3 ? 61 : 10;
  }
  ASSERT_TRUE(store::write_run(folder_.run("r1"), table, "{}"));
  run_ = store::Run::open(folder_.run("r1")).value();
  searcher_ = Searcher::open(folder_, report_.generation, snapshot_, run_, reference_).value();
  query = {};
  query.text = "铝业";
  query.order = Order::kRank;
  query.facets = {"judgement", "score_band"};
  Page page = ask(query);
  EXPECT_THAT(numbers(page), ElementsAre(3, 1, 2));
  EXPECT_THAT(values(page, "judgement"), ElementsAre(Pair("promising", 1), Pair("little", 1), Pair("none", 1)));
  EXPECT_THAT(values(page, "score_band"), ElementsAre(Pair("60-", 1), Pair("0-19", 1), Pair("none", 1)));
  query.filters = {{"judgement", {"较有希望"}}};
  EXPECT_THAT(numbers(ask(query)), ElementsAre(3));
  query.filters = {};
  query.only_candidates = true;
  EXPECT_THAT(numbers(ask(query)), ElementsAre(3, 1));
}

}  // namespace
}  // namespace tanmiao::indexer::facets_test
