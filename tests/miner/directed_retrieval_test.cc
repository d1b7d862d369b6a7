// A campaign finds the same firms with the index as without: here it is the one that search uses.
#include <gmock/gmock.h>

#include <random>

#include "fixture.h"
#include "indexer/index.h"
#include "miner/mine.h"

namespace tanmiao::miner::directed_retrieval_test {
namespace {

constexpr std::size_t kFirms = 600;
const Date kToday = make_date(2026, 11, 20);

// Words, classes and industries of the campaigns below stand in some firms, in parts of words and across marks too.
std::vector<TestFirm> some_firms() {
  std::mt19937 random(11);
  const auto one_of = [&](std::initializer_list<const char*> all) {
    return std::string(all.begin()[random() % all.size()]);
  };
  std::vector<TestFirm> firms;
  firms.reserve(kFirms);
  for (std::size_t i = 0; i < kFirms; ++i) {
    TestFirm firm;
    firm.name = one_of({"甲电机", "乙商贸", "丙电、机", "丁15G网络", "戊电子"}) + std::to_string(i) + "有限公司";
    firm.scope = one_of({"", "电机研发；制造", "电机销售", "许可项目：5G设备", "电，机", "永磁电机", "氧化铝"});
    firm.industry = one_of({"", "C3812", "C3811", "F5177", "C39"});
    for (std::size_t k = 0; k < random() % 4; ++k) {
      TestPatent patent;
      patent.filing = day(2021, 1, 1 + static_cast<unsigned>(k)), patent.granted = day(2021, 9, 1);
      patent.granted_by_kind = true, patent.ipc = one_of({"H02K17/02", "H02K1/00", "H01M4/00", "C22C21/00"});
      firm.patents.push_back(patent);
    }
    firms.push_back(firm);
  }
  return firms;
}

TEST(DirectedRetrieval, TheIndexOfSearchLosesNoFirm) {
  World world(some_firms());
  LoadedRules rules = world.loaded();
  world.reference.key_industries.push_back({"I8", "网络", {{"C39", 1}}, {{"H01M", 1}}, {{"5G", 1}}, {}});
  const auto index = world.folder("index");
  const auto report = indexer::build_index(index, *world.snapshot, {}, world.reference, silent_progress());
  ASSERT_TRUE(report) << report.error().text();
  const auto searcher = indexer::Searcher::open(index, report->generation, world.snapshot, nullptr,
                                                std::make_shared<Reference>(world.reference));
  ASSERT_TRUE(searcher) << searcher.error().text();
  std::size_t offered = 0;
  const Superset superset{(*searcher)->snapshot_digest(), [&](const auto& words, const auto& ipc, const auto& gbt) {
                            auto firms = (*searcher)->superset({words, ipc, gbt});
                            if (firms) offered = firms->size();
                            return firms;
                          }};
  for (const char* const industry : {"I9", "I8"}) {
    rules.campaigns_.push_back(
        parse_campaign("title = \"某\"\nindustries = [\"" + std::string(industry) + "\"]\n", industry, "some.toml")
            .value());
    const auto digest = [&](const std::string& folder, const Superset* index_of) {
      const auto mined = mine(world.folder(folder), *world.snapshot, rules, world.reference, {industry, kToday, 2},
                              index_of, silent_progress());
      EXPECT_TRUE(mined) << mined.error().text();
      EXPECT_GT(mined->candidates, 10U);
      EXPECT_LT(mined->candidates, kFirms);
      return store::Run::open(world.folder(folder).run(mined->run.id)).value()->digest();
    };
    EXPECT_EQ(digest("with", &superset), digest("without", nullptr)) << industry;
    EXPECT_GT(offered, 10U);
    EXPECT_LT(offered, kFirms) << "some are ruled out without being read";
  }
}

}  // namespace
}  // namespace tanmiao::miner::directed_retrieval_test
