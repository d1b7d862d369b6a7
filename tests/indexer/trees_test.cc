// Facets with levels: place, industry, classes of patents.
#include <random>

#include "city_fixture.h"

namespace tanmiao::indexer::trees_test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class Trees : public City {
 protected:
  Trees() {
    reference_->industry_2017.name_by_code = {{"C", "制造业"},       {"C32", "有色金属"}, {"C325", "压延加工"},
                                              {"C3252", "铝压延"},   {"C33", "金属制品"}, {"C331", "结构"},
                                              {"F", "批发和零售业"}, {"F51", "批发业"}};
    reference_->ipc_titles = {{"C", "化学"}, {"C22", "冶金"}, {"C22C", "合金"}};
  }
  // "-C32 2" for 2 firms one level down; "+" where it is open.
  std::vector<std::string> tree(const Query& query, const std::string& facet) const {
    std::vector<std::string> out;
    for (const FacetCounts& counts : ask(query).facets)
      if (counts.facet == facet)
        for (const FacetValue& v : counts.values)
          out.push_back(std::string(v.level, '-') + v.value + (v.open ? "+" : "") + " " + std::to_string(v.count));
    return out;
  }
  static TestFirm of(const std::string& name, const std::string& industry, std::uint16_t unit = 1) {
    TestFirm firm{name, "", "", ""};
    firm.industry = industry, firm.unit = unit;
    return firm;
  }
};

TEST_F(Trees, AreOpenWhereSomethingIsChosenAndCountUnderAllOtherFilters) {
  build({of("铝业一", "C3252"), of("铝业二", "C325", 2), of("铝业三", "C331"), of("商贸", "F51"), of("未知", "")});
  Query query;
  query.facets = {"industry/"};
  EXPECT_THAT(tree(query, "industry"), ElementsAre("C 3", "F 1", "unknown 1"));
  query.filters = {{"industry", {"C"}}};
  EXPECT_THAT(tree(query, "industry"), ElementsAre("C+ 3", "-C32 2", "-C33 1", "F 1", "unknown 1"));
  query.filters = {{"industry", {"C32"}}};
  EXPECT_THAT(tree(query, "industry"), ElementsAre("C+ 3", "-C32+ 2", "--C325 2", "-C33 1", "F 1", "unknown 1"))
      << "its own filter does not reduce it";
  query.filters.push_back({"unit", {"boxing"}});
  EXPECT_THAT(tree(query, "industry"), ElementsAre("C+ 1", "-C32+ 1", "--C325 1"))
      << "what stands alone is open; nobody in Boxing has a class below";
  query.filters = {{"industry", {"金属制品"}}, {"unit", {"boxing"}}};
  EXPECT_THAT(tree(query, "industry"), ElementsAre("C+ 1", "-C32 1", "-C33 0"))
      << "what is chosen is told, by its name";
  query.filters = {};
  query.open = {{"industry", {"C32"}}};
  EXPECT_THAT(tree(query, "industry"), ElementsAre("C+ 3", "-C32+ 2", "--C325 2", "-C33 1", "F 1", "unknown 1"))
      << "open without being chosen";
  EXPECT_EQ(ask(query).total, 5u);
  query.text = "商贸";
  query.open = {};
  EXPECT_THAT(tree(query, "industry"), ElementsAre("F+ 1", "-F51 1"));
}

TEST_F(Trees, PlacesAndClassesOfPatents) {
  TestFirm a{"甲", "", "", "", {"某装置", "某方法"}}, b{"乙", "", "", "", {"某板"}, 2}, c{"丙", "", "", ""};
  a.township = 371602001, b.ipc = "C22B1/00";
  build({a, b, c});
  Query query;
  query.facets = {"region/", "ipc/"};
  EXPECT_THAT(tree(query, "region"), ElementsAre("370000+ 3", "-371600+ 3", "--371602 2", "--371625 1"));
  EXPECT_THAT(tree(query, "ipc"), ElementsAre("C 2", "B 1", "none 1")) << "a firm counts once, however many patents";
  query.filters = {{"region", {"滨城区"}}, {"ipc", {"C22"}}};
  EXPECT_EQ(ask(query).total, 1u);
  EXPECT_THAT(tree(query, "region"),
              ElementsAre("370000+ 2", "-371600+ 2", "--371602+ 1", "---371602001 1", "--371625 1"));
  EXPECT_THAT(tree(query, "ipc"), ElementsAre("B 1", "C+ 1", "-C22+ 1", "--C22C 1", "none 1"));
  query.filters = {{"region", {"371602001", "371625"}}};
  EXPECT_EQ(ask(query).total, 2u) << "several levels are alternatives as any values";
}

TEST_F(Trees, LevelsThatAFacetHasNotAreAnError) {
  build({of("甲", "C3252")});
  const auto asked = [&](const std::string& facet) {
    Query query;
    query.facets = {facet};
    const auto page = searcher_->search(query);
    return page ? std::string("none") : page.error().message;
  };
  EXPECT_EQ(asked("status/"), "facet status has no levels");
  EXPECT_EQ(asked("unit:boxing"), "facet unit has no levels");
  EXPECT_EQ(asked("industry:C3252"), "facet industry has no codes below 'C3252'");
  EXPECT_THAT(asked("industry:C99"), StartsWith("there is no 行业 'C99'"));
  EXPECT_THAT(asked("colour/"), StartsWith("there is no facet 'colour'"));
  Query query;
  query.facets = {"industry/"};
  query.open = {{"industry", {"C99"}}};
  EXPECT_EQ(searcher_->search(query).error().code, Errc::kUsage);
  query.facets = {"ipc:H04"};
  query.open = {};
  EXPECT_THAT(tree(query, "ipc"), IsEmpty()) << "a right code that nobody has";
}

// Every line that is told, counted by hand.
TEST_F(Trees, RandomTreesCountAsAPersonWould) {
  static const std::vector<std::string> kCodes{"C", "C32", "C325", "C3252", "C33", "C331", "F", "F51", ""};
  std::mt19937 random(11);
  const auto one_of = [&](const std::vector<std::string>& all) { return all[random() % all.size()]; };
  std::vector<TestFirm> firms;
  for (int i = 0; i < 500; ++i) {
    firms.push_back(of("铝业" + std::to_string(i), one_of(kCodes), static_cast<std::uint16_t>(1 + random() % 2)));
    if (random() % 3 == 0) firms.back().status = FirmStatus::kRevoked;
  }
  build(firms);
  std::size_t lines = 0;
  for (int i = 0; i < 200; ++i) {
    Query query;
    query.facets = {"industry/", "region/", "status"};
    std::vector<std::string> codes;
    for (std::size_t k = random() % 3; k > 0; --k)
      if (const std::string code = one_of(kCodes); !code.empty()) codes.push_back(code);
    const bool revoked = random() % 2 == 0, boxing = random() % 2 == 0;
    query.filters = {{"industry", codes}};
    if (revoked) query.filters.push_back({"status", {"REVOKED"}});
    if (boxing) query.filters.push_back({"region", {"371625"}});
    const auto hand = [&](const std::string& industry, bool own_industry, int unit) {
      return static_cast<std::uint64_t>(std::count_if(firms.begin(), firms.end(), [&](const TestFirm& f) {
        const bool chosen = codes.empty() || std::any_of(codes.begin(), codes.end(), [&](const auto& code) {
                              return f.industry.starts_with(code);
                            });
        const bool of = industry == "unknown" ? f.industry.empty() : f.industry.starts_with(industry);
        return of && (!own_industry || chosen) && (!revoked || f.status == FirmStatus::kRevoked) &&
               (unit == 0 || f.unit == unit);
      }));
    };
    const Page page = ask(query);
    EXPECT_EQ(page.total, hand("", true, boxing ? 2 : 0));
    for (const FacetCounts& counts : page.facets)
      for (const FacetValue& value : counts.values) {
        if (counts.facet == "industry") {
          EXPECT_EQ(value.count, hand(value.value, false, boxing ? 2 : 0)) << value.value;
        }
        if (counts.facet == "region" && value.level == 2) {
          EXPECT_EQ(value.count, hand("", true, value.value == "371625" ? 2 : 1)) << value.value;
        }
        ++lines;
      }
  }
  EXPECT_GT(lines, 1000u);
}

}  // namespace
}  // namespace tanmiao::indexer::trees_test
