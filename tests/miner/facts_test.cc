// States of rights, validity of recognitions, kinds and judgements as of a day.
#include <gmock/gmock.h>

#include "fixture.h"
#include "tabular/reference_reader.h"

namespace tanmiao::miner::facts_test {
namespace {

const Date kToday = make_date(2026, 11, 20);

IpState state(const TestPatent& patent, Date as_of = kToday) {
  const World world({{"甲有限公司", "", {patent}}});
  return ip_state(world.context(as_of), 0).value();
}

TEST(IpState, DataWithoutLegalStatusIsNeverValid) {
  const Day filed = day(2013, 3, 1);
  EXPECT_EQ(state({PatentKind::kUtility, filed, kNoDay, true}, make_date(2015, 12, 31)), IpState::kUnverified);
  EXPECT_EQ(state({PatentKind::kUtility, filed, kNoDay, true}), IpState::kDead) << "past its ten years";
  EXPECT_EQ(state({PatentKind::kInvention, filed}, make_date(2015, 12, 31)), IpState::kPending);
  EXPECT_EQ(state({PatentKind::kInvention, filed}), IpState::kUnverified) << "decided long ago, outcome unknown";
  EXPECT_EQ(state({PatentKind::kInvention, filed, day(2016, 1, 1), true}), IpState::kUnverified);
}

TEST(IpState, FollowsTheEventsUpToTheDay) {
  const TestPatent patent{PatentKind::kInvention,
                          day(2018, 1, 1),
                          day(2020, 6, 1),
                          true,
                          {{PatentEvent::kGrant, day(2020, 6, 1)},
                           {PatentEvent::kLapsedFee, day(2022, 1, 1)},
                           {PatentEvent::kRestored, day(2022, 9, 1)},
                           {PatentEvent::kPartlyInvalidated, day(2026, 3, 1)}}};
  EXPECT_EQ(state(patent, make_date(2019, 6, 1)), IpState::kPending);
  EXPECT_EQ(state(patent, make_date(2020, 7, 1)), IpState::kValid);
  EXPECT_EQ(state(patent, make_date(2022, 2, 1)), IpState::kDead);
  EXPECT_EQ(state(patent, make_date(2022, 10, 1)), IpState::kValid);
  EXPECT_EQ(state(patent, kToday), IpState::kValid) << "a partial invalidation does not remove it";
  EXPECT_EQ(state(patent, make_date(2025, 6, 1)), IpState::kUnverified) << "the last event is years back";
}

TEST(IpState, EventsOfAnotherPatentShowNothingUnlessTheirSourceDeliversAll) {
  const TestPatent silent{PatentKind::kInvention, day(2014, 1, 1), day(2016, 6, 1), true};
  TestPatent told{PatentKind::kInvention,
                  day(2012, 1, 1),
                  day(2014, 6, 1),
                  true,
                  {{PatentEvent::kGrant, day(2014, 6, 1)}, {PatentEvent::kPledge, day(2026, 11, 1)}}};
  told.event_source = "some-list";
  const World list({{"甲有限公司", "", {silent}}, {"乙有限公司", "", {told}}});
  EXPECT_EQ(ip_state(list.context(kToday), 0), IpState::kUnverified);
  EXPECT_EQ(ip_state(list.context(kToday), 1), IpState::kValid);
  told.event_source = "legal-events";
  const World feed({{"甲有限公司", "", {silent}}, {"乙有限公司", "", {told}}});
  EXPECT_EQ(ip_state(feed.context(kToday), 0), IpState::kValid);
}

TEST(Recognitions, WithoutAnEndNothingIsValidOrExpired) {
  TestFirm firm{"甲有限公司"};
  firm.recognitions.push_back({"hnte"});                  // neither date nor year
  firm.recognitions.push_back({"hnte", 2023});            // ended some day of 2026
  firm.recognitions.push_back({"hnte", 2024});            // holds through 2026 whatever the day
  firm.recognitions.push_back({"something else", 2025});  // not in the dictionary
  firm.recognitions.push_back({"tech_sme"});              // no year
  const World world({firm});
  const FirmFacts facts = gather(world.context(), 1);
  std::map<std::string, int> held;
  for (const RecognitionFact& fact : facts.recognitions) ++held[std::string(held_label(fact.held))];
  EXPECT_EQ(held, (std::map<std::string, int>{{"待核", 4}, {"有效", 1}}));
}

TEST(IpState, TheOwnerOfTheDayCounts) {
  TestPatent given{PatentKind::kUtility, day(2020, 1, 1), day(2020, 8, 1), true};
  given.to = day(2024, 5, 1);
  const World world({{"甲有限公司", "", {given}}});
  const Context before = world.context(make_date(2024, 4, 30)), after = world.context(make_date(2024, 5, 1));
  EXPECT_EQ(gather(before, 1).patents.size(), 1U);
  EXPECT_TRUE(gather(after, 1).patents.empty());
}

TEST(Facts, NothingThatBecamePublicLaterIsUsed) {
  TestFirm firm{"甲有限公司"};
  firm.patents.push_back({PatentKind::kInvention, day(2025, 1, 1)});
  firm.patents[0].public_date = day(2026, 7, 1);
  firm.recognitions.push_back({"hnte", 2025, day(2025, 1, 1), kNoDay, day(2026, 7, 1)});
  firm.signals.push_back({"rd_subsidy", day(2025, 1, 1), "", day(2026, 7, 1)});
  const World world({firm});
  const FirmFacts before = gather(world.context(make_date(2026, 6, 30)), 1), after = gather(world.context(), 1);
  EXPECT_TRUE(before.patents.empty() && before.recognitions.empty() && before.signals.empty());
  EXPECT_TRUE(!after.patents.empty() && !after.recognitions.empty() && !after.signals.empty());
}

TEST(LeadKind, FollowsTheEvidence) {
  TestFirm direct{"甲有限公司"}, renewal{"乙有限公司"}, young{"丙有限公司"}, registered{"丁有限公司"};
  direct.recognitions.push_back({"hnte", 2025, day(2025, 1, 1)});
  renewal.recognitions.push_back({"tech_sme", 2024});
  young.established = day(2025, 1, 1);
  registered.recognitions.push_back({"tech_sme", 2026});
  const World world({direct, renewal, young, registered, {"戊有限公司"}});
  EXPECT_EQ(world.judge(1).kind, LeadKind::kDirect);
  EXPECT_EQ(world.judge(1).judgement, Judgement::kPromising);
  EXPECT_EQ(world.judge(2).kind, LeadKind::kRenewal);
  EXPECT_EQ(world.judge(3).kind, LeadKind::kStartUp);
  EXPECT_EQ(world.judge(5).kind, LeadKind::kNew);
  const Context now = world.context(), later = world.context(make_date(2027, 9, 1));
  EXPECT_EQ(why_left_out(now, gather(now, 4)), "已登记有效");
  EXPECT_EQ(why_left_out(later, gather(later, 4)), "");
}

TEST(LeadKind, ARegistrationDueForRenewalIsToldApart) {
  TestFirm firm{"甲有限公司"};
  firm.recognitions.push_back({"tech_sme", 2026});
  const World world({firm});
  EXPECT_EQ(gather(world.context(make_date(2027, 3, 31)), 1).recognitions[0].held, Held::kValid);
  EXPECT_EQ(gather(world.context(make_date(2027, 5, 1)), 1).recognitions[0].held, Held::kRenewDue);
  EXPECT_EQ(gather(world.context(make_date(2027, 9, 1)), 1).recognitions[0].held, Held::kExpired);
}

TEST(Judgement, SomeEvidenceAsksForMoreData) {
  TestFirm pending{"甲有限公司", "", {{PatentKind::kInvention, day(2025, 1, 1)}}};
  TestFirm subsidised{"乙有限公司"}, longago{"丙有限公司"}, abnormal{"丁有限公司"};
  subsidised.signals.push_back({"rd_subsidy", day(2025, 1, 1)});
  longago.signals.push_back({"rd_subsidy", day(2020, 1, 1)});
  abnormal.flags |= store::kFirmAbnormal;
  const World world({pending, subsidised, longago, abnormal});
  EXPECT_EQ(world.judge(1).judgement, Judgement::kNeedsData);
  EXPECT_EQ(world.judge(2).judgement, Judgement::kPromising);
  EXPECT_EQ(world.judge(3).judgement, Judgement::kNeedsData);
  EXPECT_EQ(world.judge(4).judgement, Judgement::kNotYet);
}

TEST(Scope, TheDeadAndTheUnbornOfTheDayAreLeftOut) {
  TestFirm closed{"甲有限公司"}, unknown{"乙有限公司"};
  closed.status = FirmStatus::kCancelled;
  closed.dissolved = day(2020, 1, 1);
  unknown.status = FirmStatus::kUnknown;
  const World world({closed, unknown});
  const Context now = world.context(), before = world.context(make_date(2019, 1, 1)),
                unborn = world.context(make_date(2009, 1, 1));
  EXPECT_EQ(why_left_out(now, gather(now, 1)), "已注销或吊销");
  EXPECT_EQ(why_left_out(before, gather(before, 1)), "");
  EXPECT_EQ(why_left_out(unborn, gather(unborn, 1)), "截至日尚未成立");
  EXPECT_EQ(why_left_out(now, gather(now, 2)), "") << "an unknown status keeps a firm in";
}

// What a firm's own filings are about: bought ones, and what was not public yet, say nothing of that.
TEST(Facts, TheProfileOfFilingsIsOfTheFirmsOwnFilingsByTheDay) {
  const auto filed = [](std::string ipc, unsigned month) {
    TestPatent patent{PatentKind::kUtility, day(2021, month, 1), day(2021, month, 20), true};
    patent.ipc = std::move(ipc);
    return patent;
  };
  TestFirm firm{"甲电机有限公司"};
  firm.patents = {filed("H02K17/02 B21D5/00", 1), filed("H02K1/00", 2), filed("B21D5/00", 3), filed("", 4),
                  filed("A01B1/00", 5),           filed("A01B1/00", 6), filed("A01B1/00", 7)};
  firm.patents[4].position = firm.patents[5].position = firm.patents[6].position = 0;  // bought
  firm.patents[0].applicants = 2, firm.patents[0].academic = 1, firm.patents[0].claims = 12;
  firm.patents[1].applicants = 2, firm.patents[1].academic = 0, firm.patents[1].claims = 4;
  firm.patents[2].applicants = 2, firm.patents[2].academic = store::kAcademicUnknown;
  TestFirm institute{"甲省电机研究院"};
  institute.patents = {firm.patents[0]};
  World world({firm, institute});
  world.reference = *tabular::load_reference("config/reference", 371600).value();
  const FilingProfile all = gather(world.context(), 1).profile;
  EXPECT_EQ(all.classed, 3);
  EXPECT_EQ(all.subclasses, 2);
  EXPECT_EQ(all.focus, "H02K");
  EXPECT_EQ(all.most, 2);
  EXPECT_EQ(all.academic, 1) << "an older snapshot does not say";
  EXPECT_EQ(all.claims_known, 2);
  EXPECT_EQ(all.many_claims, 1);
  EXPECT_EQ(gather(world.context(), 2).profile.academic, 0) << "the institute is the firm itself";
  const FilingProfile before = gather(world.context(make_date(2021, 1, 25)), 1).profile;
  EXPECT_LE(before.classed, 1);
  const auto points = [&](Feature feature) {
    for (const Contribution& c : world.judge(1).contributions)
      if (c.feature->feature == feature) return c.points;
    return 0.0;
  };
  EXPECT_GT(points(Feature::kAcademic), 0);
  EXPECT_GT(points(Feature::kFocus), 0) << "two of three";
  EXPECT_GT(points(Feature::kManyClaims), 0);
}

}  // namespace
}  // namespace tanmiao::miner::facts_test
