// Each firm at most one name's.
#include "linkage/match/one_to_one.h"
#include "tests/linkage/match_fixture.h"

namespace tanmiao::linkage::match_one_to_one_test {
namespace {

MatchCandidate candidate(std::uint32_t row, double weight) {
  MatchCandidate c;
  c.row = row, c.weight = weight;
  return c;
}

struct Names {
  explicit Names(std::vector<std::vector<MatchCandidate>> all) : candidates(std::move(all)) {
    for (auto& one : candidates) share_out(one, model), pointers.push_back(&one);
  }
  void claim() { claim_rows(pointers, model); }
  MatchModel model;
  std::vector<std::vector<MatchCandidate>> candidates;
  std::vector<std::vector<MatchCandidate>*> pointers;
};

TEST(OneToOne, ARowThatIsClearlyOneNamesIsHardlyAnothers) {
  // Both firms fit the first name alike; the second name is clearly firm 0.
  Names names({{candidate(0, 6), candidate(1, 6)}, {candidate(0, 12)}});
  EXPECT_NEAR(names.candidates[0][0].probability, 0.5, 0.01);
  names.claim();
  EXPECT_EQ(names.candidates[0][0].row, 1u);
  EXPECT_GT(names.candidates[0][0].probability, 0.95);
  EXPECT_LT(names.candidates[0][1].claimed, -5);
  EXPECT_EQ(names.candidates[1][0].row, 0u);
  EXPECT_GT(names.candidates[1][0].probability, 0.95);
}

TEST(OneToOne, NamesThatShareNoRowStayAsTheyWere) {
  Names names({{candidate(0, 3), candidate(1, 1)}, {candidate(2, -1)}});
  const auto before = names.candidates;
  names.claim();
  for (std::size_t i = 0; i < before.size(); ++i)
    for (std::size_t c = 0; c < before[i].size(); ++c)
      EXPECT_DOUBLE_EQ(names.candidates[i][c].probability, before[i][c].probability);
}

TEST(OneToOne, TheOrderOfTheNamesDoesNotMatter) {
  const std::vector<MatchCandidate> one{candidate(0, 4), candidate(1, 3)}, other{candidate(0, 5), candidate(2, 1)},
      third{candidate(1, 2)};
  Names forward({one, other, third}), backward({third, other, one});
  forward.claim(), backward.claim();
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t c = 0; c < forward.candidates[i].size(); ++c) {
      EXPECT_EQ(forward.candidates[i][c].row, backward.candidates[2 - i][c].row);
      EXPECT_NEAR(forward.candidates[i][c].bits, backward.candidates[2 - i][c].bits, 1e-9);
    }
}

TEST(OneToOne, ANameWithoutCandidatesIsNoTrouble) {
  Names names({{}, {candidate(0, 2)}});
  names.claim();
  EXPECT_TRUE(names.candidates[0].empty());
  EXPECT_EQ(names.candidates[1].size(), 1u);
}

// A hundred names, each clearly a firm of its own at this weight.
std::vector<std::vector<MatchCandidate>> apart(std::uint32_t names, double weight) {
  std::vector<std::vector<MatchCandidate>> out;
  for (std::uint32_t n = 0; n < names; ++n) out.push_back({candidate(n, weight)});
  return out;
}

TEST(OneToOne, ARosterIsSeenByFirmsThatNobodyShares) {
  EXPECT_TRUE(seems_a_roster(Names(apart(kRosterNames, 12)).pointers));
  EXPECT_FALSE(seems_a_roster(Names(apart(kRosterNames - 1, 12)).pointers)) << "too few to tell";
}

TEST(OneToOne, SeveralSpellingsOfAFirmMakeNoRoster) {
  auto all = apart(kRosterNames, 30);
  all.push_back({candidate(7, 30)});
  EXPECT_FALSE(seems_a_roster(Names(all).pointers)) << "nobody doubts either of the two";
}

TEST(OneToOne, NamesThatShareAFirmByMistakeAreExpected) {
  // At some 99 % each one of the hundred is wrong, and that one shares the firm of another.
  auto all = apart(kRosterNames, 7);
  all.push_back({candidate(7, 7)});
  Names names(all);
  ASSERT_GT(names.candidates[0][0].probability, kRosterSure);
  ASSERT_LT(names.candidates[0][0].probability, 0.995);
  EXPECT_TRUE(seems_a_roster(names.pointers));
}

TEST(OneToOne, NamesThatNobodyIsSureOfTellNothing) {
  EXPECT_FALSE(seems_a_roster(Names(apart(3 * kRosterNames, 1)).pointers));
}

}  // namespace
}  // namespace tanmiao::linkage::match_one_to_one_test
