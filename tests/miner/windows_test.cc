// Filings in windows, and the best of each group.
#include "miner/windows.h"

#include <algorithm>
#include <map>

#include "tests/miner/fixture.h"

namespace tanmiao::miner::windows_test {
namespace {

const Date kDay = make_date(2026, 6, 30);

TEST(Windows, CountWhatWasFiledOwnedAndPublicByTheDay) {
  const auto filed = [](Day filing, Day published) {
    return TestPatent{.kind = PatentKind::kInvention, .filing = filing, .public_date = published};
  };
  TestPatent bought = filed(day(2026, 1, 1), day(2026, 2, 1)), sold = bought;
  bought.position = 0, bought.from = day(2026, 3, 1);
  sold.to = day(2026, 5, 1);
  const World world(
      {{.name = "甲",
        .patents = {filed(day(2025, 6, 30), day(2026, 1, 1)), filed(day(2025, 6, 29), day(2026, 1, 1)),
                    filed(day(2023, 6, 29), day(2024, 1, 1)), filed(day(2021, 6, 29), day(2022, 1, 1)),
                    filed(day(2026, 6, 1), day(2026, 12, 1)), filed(kNoDay, day(2026, 1, 1)), bought, sold}},
       {.name = "乙"}});
  const auto all = filing_windows(*world.snapshot, window_edges(kDay), 1);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[1].one(), 1) << "the first day of the window counts, the day before does not";
  EXPECT_EQ(all[1].three(), 2);
  EXPECT_EQ(all[1].five(), 3);
  EXPECT_EQ(all[2], FilingWindows{});
  EXPECT_EQ(filing_windows(*world.snapshot, window_edges(kDay), 2), all);
  const auto later = filing_windows(*world.snapshot, window_edges(make_date(2026, 12, 1)), 1);
  EXPECT_EQ(later[1].one(), 1) << "what became public counts from then on";
}

TEST(Windows, AreWhatAFirmsFactsSay) {
  std::vector<TestFirm> firms;
  for (int i = 0; i < 40; ++i) {
    TestFirm firm{.name = "企业" + std::to_string(i)};
    for (int k = 0; k < i % 6; ++k)
      firm.patents.push_back({.filing = day(2020 + (i + k) % 7, 1U + static_cast<unsigned>(k), 15),
                              .public_date = day(2021 + (i + k) % 7, 1, 1),
                              .position = static_cast<std::uint8_t>((i + k) % 4)});
    firms.push_back(firm);
  }
  const World world(firms);
  const auto all = filing_windows(*world.snapshot, window_edges(kDay), 2);
  int counted = 0;
  for (store::FirmNo n = 1; n <= 40; ++n) {
    const FirmFacts facts = gather(world.context(kDay), n);
    EXPECT_EQ(facts.recent_filings, all[n].three());
    EXPECT_EQ(facts.filings, all[n]);
    counted += facts.recent_filings;
  }
  EXPECT_GT(counted, 10);
}

TEST(Windows, TheSentenceSaysWhetherAFirmStillFiles) {
  const auto said = [](const TestPatent& patent) {
    const World world({{.name = "甲", .patents = {patent}}});
    const Context context = world.context(kDay);
    const FirmFacts facts = gather(context, 1);
    return basis_sentences(context, facts, assess(context, facts)).at(0);
  };
  EXPECT_NE(said({.kind = PatentKind::kInvention, .filing = day(2012, 11, 7), .public_date = day(2013, 5, 1)})
                .find("近三年未见公开的新申请"),
            std::string::npos);
  const std::string recent = said({.filing = day(2026, 1, 5), .public_date = day(2026, 5, 1)});
  EXPECT_NE(recent.find("近三年自行申请 1 件（近一年 1 件）"), std::string::npos) << recent;
}

TEST(BestOfEach, IsWhatSortingGivesOnAnyNumberOfThreads) {
  std::vector<std::uint32_t> scores, group;
  for (std::uint32_t i = 0; i < 50000; ++i) scores.push_back(i * 2654435761U % 97), group.push_back(i * 40503U % 11);
  const auto one = best_of_each(scores, group, 20, 1);
  EXPECT_EQ(one, best_of_each(scores, group, 20, 2));
  ASSERT_EQ(one.size(), 11U);
  EXPECT_TRUE(one[0].empty()) << "group 0 has no place";
  for (std::uint32_t g = 1; g < 11; ++g) {
    std::vector<std::uint32_t> rows;
    for (std::uint32_t i = 0; i < scores.size(); ++i)
      if (group[i] == g && scores[i] > 0) rows.push_back(i);
    std::stable_sort(rows.begin(), rows.end(), [&](auto a, auto b) { return scores[a] > scores[b]; });
    rows.resize(20);
    EXPECT_EQ(one[g], rows);
  }
  EXPECT_TRUE(best_of_each({}, {}, 3, 1).empty());
}

}  // namespace
}  // namespace tanmiao::miner::windows_test
