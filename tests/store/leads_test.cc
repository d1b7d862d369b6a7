// Leads: what runs propose, one after the other.
#include <map>

#include "tests/store/store_fixture.h"

namespace tanmiao::store::leads_test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;
using Proposed = std::vector<std::pair<FirmNo, std::uint32_t>>;

class Leads : public StoreTest {
 protected:
  void propose(const std::string& run, int number, const Proposed& firms, const std::string& campaign = "all") {
    RunEntry entry;
    entry.id = run, entry.campaign = campaign, entry.as_of = day(number), entry.created = clock_of(number);
    const Status status = facts().propose(entry, firms);
    ASSERT_TRUE(status) << status.error().text();
  }
  std::vector<Lead> leads(const std::string& campaign = "all") { return facts().leads(campaign).value(); }
  Proposed current() {
    Proposed out;
    for (const Lead& lead : leads())
      if (lead.current) out.emplace_back(lead.firm, lead.rank);
    return out;
  }
};

TEST_F(Leads, ARunReplacesWhatIsCurrentAndTheFirstProposalIsKept) {
  propose("r1", 1, {{5, 1}, {7, 2}});
  propose("r2", 2, {{7, 1}, {9, 2}});
  EXPECT_THAT(current(), ElementsAre(Pair(7, 1), Pair(9, 2)));
  for (const Lead& lead : leads()) {
    EXPECT_EQ(lead.current, lead.firm != 5);
    EXPECT_EQ(lead.first_run, lead.firm == 9 ? "r2" : "r1");
    EXPECT_EQ(lead.last_run, lead.firm == 5 ? "r1" : "r2");
    EXPECT_EQ(lead.first_proposed, lead.firm == 9 ? civil_day(clock_of(2)) : civil_day(clock_of(1)));
    EXPECT_EQ(lead.last_proposed, lead.firm == 5 ? civil_day(clock_of(1)) : civil_day(clock_of(2)));
  }
  propose("r3", 3, {{5, 1}});
  EXPECT_THAT(current(), ElementsAre(Pair(5, 1))) << "what was gone comes back";
  propose("r4", 4, {});
  EXPECT_THAT(current(), IsEmpty());
}

TEST_F(Leads, TheSameRunAgainWithAFirmTakenOutLeavesTheRest) {
  propose("r1", 1, {{5, 1}, {7, 2}, {9, 3}});
  propose("r1", 1, {{5, 1}, {9, 3}});
  EXPECT_THAT(current(), ElementsAre(Pair(5, 1), Pair(9, 3)));
}

TEST_F(Leads, CampaignsDoNotTouchEachOther) {
  propose("r1", 1, {{5, 1}});
  propose("r2", 1, {{7, 1}}, "aluminium");
  EXPECT_THAT(current(), ElementsAre(Pair(5, 1)));
  EXPECT_EQ(leads("aluminium").size(), 1u);
}

// Nothing is written again, so nothing is logged: 91,000 leads took seconds of an unchanged night.
TEST_F(Leads, ProposingTheSameAgainWritesNothing) {
  Proposed many;
  for (FirmNo firm = 1; firm <= 5000; ++firm) many.emplace_back(firm, firm);
  propose("r1", 1, many);
  const auto log = folder_ / "facts.db-wal";
  const auto size = [&] { return std::filesystem::exists(log) ? std::filesystem::file_size(log) : 0; };
  const auto before = size();
  propose("r1", 1, many);
  EXPECT_EQ(size(), before);
  propose("r2", 2, many);
  EXPECT_NE(size(), before) << "a log that does not grow would prove nothing";
}

}  // namespace
}  // namespace tanmiao::store::leads_test
