// The table of steps: what it does not have is refused, and what a step needs is asked for.

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include "office_fixture.h"

namespace tanmiao::pool::ledger_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::shared_ptr<const PoolRules> rules() {
  static const auto loaded =
      PoolRules::load("config/pool", *tabular::load_reference("config/reference").value()).value();
  return loaded;
}

store::PoolEntry at(const std::string& stage) {
  store::PoolEntry entry = blank_entry("91371600MA3000000M", "某企业", "tech_sme");
  entry.stage = stage;
  entry.stage_since = make_date(2026, 1, 1);
  entry.revision = stage.empty() ? 0 : 3;
  entry.reason = "旧原因";
  return entry;
}

// A step with everything that any step may need.
Step generous(const std::string& to) {
  const std::string until = to == "ACHIEVED" ? "2027-03-31" : "2026-06-30";
  Step step{to, std::nullopt, "企业意愿", {{"registration_no", "202637160001"}, {"registration_until", until}}};
  step.verified = step.signed_off = true;
  return step;
}

const Actor kActor{"市科技局", Instant(kToday), kToday};

// The transition table of words_and_forms.md, read here by hand: the other test of the file that ships.
const std::map<std::string, std::vector<std::string>> kAllowed = {{"", {"LEAD"}},
                                                                  {"LEAD", {"VERIFIED", "REJECTED"}},
                                                                  {"VERIFIED", {"ADMITTED", "REJECTED"}},
                                                                  {"ADMITTED", {"FILING", "LEFT"}},
                                                                  {"FILING", {"ACHIEVED", "ADMITTED"}},
                                                                  {"ACHIEVED", {"LAPSED", "LEFT"}},
                                                                  {"LAPSED", {"FILING", "LEFT"}},
                                                                  {"REJECTED", {"LEAD"}},
                                                                  {"LEFT", {"LEAD"}}};

TEST(Ledger, EveryStepThatIsNotInTheTableIsRefusedAndEveryOtherTaken) {
  int refused = 0, taken = 0;
  for (const auto& [from, allowed] : kAllowed)
    for (const StageWord& to : rules()->stages) {
      const bool may = std::find(allowed.begin(), allowed.end(), to.id) != allowed.end();
      const auto done = step(*rules(), at(from), generous(to.id), kActor);
      EXPECT_EQ(done.has_value(), may) << from << " -> " << to.id << (done ? "" : ": " + done.error().message);
      if (!done) {
        EXPECT_EQ(done.error().code, Errc::kRefused);
      }
      (may ? taken : refused) += 1;
    }
  EXPECT_EQ(taken, 15);
  EXPECT_EQ(refused, 9 * 8 - 15);
}

TEST(Ledger, WhatAStepNeedsIsNamed) {
  const auto why = [](const std::string& from, Step to) {
    const auto done = step(*rules(), at(from), to, kActor);
    return done ? std::string() : done.error().message;
  };
  EXPECT_THAT(why("LEAD", {"VERIFIED"}), HasSubstr("核实结论"));
  EXPECT_THAT(why("VERIFIED", {"ADMITTED", {}, "x"}), HasSubstr("批次签批"));
  EXPECT_THAT(why("LEAD", {"REJECTED"}), HasSubstr("原因"));
  EXPECT_THAT(why("FILING", {"ACHIEVED", {}, "x"}), HasSubstr("编号"));
  EXPECT_THAT(why("FILING", {"ACHIEVED", {}, "x", {{"registration_no", "1"}}}), HasSubstr("有效期"));
  EXPECT_THAT(why("ADMITTED", {"LEFT", {}, "不想要了"}), HasSubstr("已迁出"));
  EXPECT_THAT(why("ADMITTED", {"LEFT", {}, "其他"}), HasSubstr("其他"));
  EXPECT_EQ(why("ADMITTED", {"LEFT", {}, "其他：合并入母公司"}), "");
  EXPECT_THAT(why("LEFT", {"LEAD", {}, "旧原因"}), HasSubstr("新依据"));  // the reason it left for is no new evidence
  EXPECT_EQ(why("LEFT", {"LEAD", {}, "新获发明专利授权"}), "");
  store::PoolEntry running = at("ACHIEVED");
  running.cells = {{"registration_until", "2027-03-31"}};
  EXPECT_FALSE(step(*rules(), running, {"LAPSED"}, kActor));
  running.cells = {{"registration_until", "2026-03-31"}};
  EXPECT_TRUE(step(*rules(), running, {"LAPSED"}, kActor));
}

TEST(Ledger, NoStepLiesInTheFutureOrBeforeTheOneBefore) {
  Step to{"FILING"};
  to.on = kToday + std::chrono::days(1);
  EXPECT_THAT(step(*rules(), at("ADMITTED"), to, kActor).error().message, HasSubstr("今天之后"));
  to.on = make_date(2025, 12, 31);
  EXPECT_THAT(step(*rules(), at("ADMITTED"), to, kActor).error().message, HasSubstr("早于"));
  to.on = make_date(2026, 1, 1);
  EXPECT_TRUE(step(*rules(), at("ADMITTED"), to, kActor));
}

TEST(Ledger, ANewRoundForgetsBatchAndLeaving) {
  store::PoolEntry left = at("LEFT");
  left.batch = "2026-01-01-1";
  left.cells = {
      {"leave_reason", "企业意愿"}, {"left_on", "2026-01-01"}, {"admitted_on", "2025-01-01"}, {"owner", "甲科"}};
  const auto lead = step(*rules(), left, {"LEAD", {}, "新获发明专利授权"}, kActor).value();
  EXPECT_EQ(lead.batch, "");
  EXPECT_THAT(lead.cells, ElementsAre(std::pair<const std::string, std::string>("owner", "甲科")));
}

TEST(Ledger, CellsAreChecked) {
  const store::PoolEntry entry = at("ADMITTED");
  EXPECT_THAT(edited(*rules(), entry, {{"deadline", "年底"}}, kActor).error().message, HasSubstr("完成时限"));
  EXPECT_THAT(edited(*rules(), entry, {{"channel", "培养"}}, kActor).error().message, HasSubstr("培育"));
  EXPECT_THAT(edited(*rules(), entry, {{"ownr", "甲科"}}, kActor).error().message, HasSubstr("owner"));
  EXPECT_EQ(edited(*rules(), entry, {{"channel", "培育"}}, kActor).value().cells.at("channel"), "培育");
}

TEST(Ledger, NumbersAreKeptInOneFormHoweverTheyWereTyped) {
  for (const char* typed : {"GR202137000001", " gr202137000001 ", "ＧＲ２０２１３７０００００１", "GR 2021-3700-0001",
                            "'GR202137000001", "证书编号：GR202137000001",
                            "GR2021\xE2\x80\x8B"
                            "37000001"})
    EXPECT_EQ(edited(*rules(), at("FILING"), {{"certificate_no", typed}}, kActor).value().cells.at("certificate_no"),
              "GR202137000001")
        << typed;
  for (const char* typed : {"无", "/", "2.02637E+17"})
    EXPECT_THAT(edited(*rules(), at("FILING"), {{"registration_no", typed}}, kActor).error().message,
                HasSubstr("国家入库登记编号"))
        << typed;
  store::PoolEntry numbered = at("FILING");
  numbered.cells["registration_no"] = "1";
  EXPECT_FALSE(
      edited(*rules(), numbered, {{"registration_no", " "}}, kActor).value().cells.contains("registration_no"));
}

TEST(Ledger, AnOfferedStepKeepsItsDayAndReason) {
  Step leave{"LEFT", make_date(2026, 11, 20), "其他：并入\t母公司"};
  const Step kept = offered_step(offered_text(leave));
  EXPECT_EQ(kept.to, "LEFT");
  EXPECT_EQ(kept.on, leave.on);
  EXPECT_EQ(kept.reason, leave.reason);
  EXPECT_EQ(offered_text({"FILING"}), "FILING");
  EXPECT_EQ(offered_step("FILING").to, "FILING");
  EXPECT_EQ(offered_label(*rules(), offered_text(Step{"LEFT", make_date(2026, 11, 20), "企业意愿"})),
            "出库（自 2026-11-20，企业意愿）");
}

class BatchTest : public OfficeTest {
 protected:
  void check_sums();
};

TEST_F(BatchTest, AdmissionGoesThroughDraftFrozenSignedPublished) {
  for (const store::FirmNo n : {3U, 4U}) verify(n);
  const auto batch = office().open_batch("tech_sme", "第一批").value();
  EXPECT_EQ(batch.id, "2026-11-25-1");
  const std::vector<store::FirmNo> both{3, 4}, lead{5};
  EXPECT_EQ(office().tick(batch.id, both, true).value(), 2U);
  EXPECT_THAT(office().tick(batch.id, lead, true).error().message, HasSubstr("滨州第5"));  // nobody visited it
  EXPECT_THAT(office().batch_to(batch.id, "signed", "", {}).error().message, HasSubstr("草拟"));
  ASSERT_TRUE(office().batch_to(batch.id, "frozen", "", {}));
  EXPECT_EQ(office().tick(batch.id, both, false).error().code, Errc::kRefused);
  ASSERT_TRUE(office().batch_to(batch.id, "signed", "", make_date(2026, 11, 25)));
  for (const auto& entry : office().members(batch.id).value()) {
    EXPECT_EQ(entry.stage, "ADMITTED");
    EXPECT_EQ(entry.cells.at("admitted_on"), "2026-11-25");
  }
  EXPECT_TRUE(office().batch_to(batch.id, "published", "", {}));
  EXPECT_EQ(office().batch_to(batch.id, "draft", "弄错了", {}).error().code, Errc::kRefused);
  EXPECT_EQ(people().check({}).value().size(), 0U);
}

TEST_F(BatchTest, WhoWasRejectedMeanwhileHoldsTheBatch) {
  verify(3);
  const auto batch = office().open_batch("tech_sme", "").value();
  const std::vector<store::FirmNo> one{3};
  ASSERT_TRUE(office().tick(batch.id, one, true));
  ASSERT_TRUE(office().move(3, "tech_sme", {"REJECTED", {}, "无研发"}));
  EXPECT_THAT(office().batch_to(batch.id, "frozen", "", {}).error().message, HasSubstr("不予纳入"));
  EXPECT_EQ(office().tick(batch.id, one, false).value(), 1U);
  EXPECT_THAT(office().batch_to(batch.id, "frozen", "", {}).error().message, HasSubstr("没有企业"));
}

TEST_F(BatchTest, AFrozenBatchIsFrozenAndWhoWasTakenOutIsNotActedOn) {
  for (const store::FirmNo n : {3U, 4U}) verify(n);
  const auto batch = office().open_batch("tech_sme", "").value();
  const std::vector<store::FirmNo> both{3, 4};
  ASSERT_TRUE(office().tick(batch.id, both, true));
  ASSERT_TRUE(office().batch_to(batch.id, "frozen", "", {}));
  EXPECT_THAT(office().move(3, "tech_sme", {"REJECTED", {}, "无研发"}).error().message, HasSubstr("退回草拟"));
  ASSERT_TRUE(people().suppress(code(3), "企业要求", "市科技局", Instant(kToday)));
  EXPECT_EQ(office().move(3, "tech_sme", {"REJECTED", {}, "无研发"}).error().code, Errc::kRefused);
  EXPECT_THAT(office().members(batch.id).value(), SizeIs(1)) << "nobody sees it on the batch's pages";
  ASSERT_TRUE(office().batch_to(batch.id, "signed", "", {}));
  for (const auto& entry : people().pool_entries().value()) {
    EXPECT_EQ(entry.stage, entry.firm == code(3) ? "VERIFIED" : "ADMITTED");
    EXPECT_EQ(entry.batch, entry.firm == code(3) ? "" : batch.id);
  }
}

TEST_F(BatchTest, ASecondOneWhoSawAnOlderStateIsRefusedAndNothingIsLost) {
  verify(3);
  const auto seen = people().pool_entries().value().front().revision;
  ASSERT_TRUE(office("甲科").edit(3, "tech_sme", {{"owner", "甲的人"}}, seen));
  const auto late = office("乙科").move(3, "tech_sme", {"REJECTED", {}, "无研发"}, seen);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Errc::kConflict);
  EXPECT_THAT(late.error().message, HasSubstr("甲科"));
  EXPECT_EQ(office("乙科").edit(3, "tech_sme", {{"owner", "乙的人"}}, seen).error().code, Errc::kConflict);
  const auto now = people().pool_entries().value().front();
  EXPECT_EQ(now.stage, "VERIFIED");
  EXPECT_EQ(now.cells.at("owner"), "甲的人");
  EXPECT_TRUE(office("乙科").move(3, "tech_sme", {"REJECTED", {}, "无研发"}, now.revision));
  EXPECT_EQ(office().move(4, "tech_sme", {"REJECTED", {}, "无研发"}, 7).error().code, Errc::kConflict);
}

TEST_F(BatchTest, TwoWhoMoveABatchAreNotBothHeard) {
  verify(3);
  const auto batch = office().open_batch("tech_sme", "").value();
  EXPECT_EQ(batch.title, "2026年11月25日第1批") << "the track stands beside it";
  const std::vector<store::FirmNo> one{3};
  ASSERT_TRUE(office().tick(batch.id, one, true));
  const auto seen = people().pool_batches().value().front().revision;
  ASSERT_TRUE(office("甲科").batch_to(batch.id, "frozen", "", {}, seen));
  const auto late = office("乙科").batch_to(batch.id, "frozen", "", {}, seen);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Errc::kConflict);
  EXPECT_EQ(office("乙科").batch_to(batch.id, "signed", "", {}, seen).error().code, Errc::kConflict);
  EXPECT_EQ(people().pool_batches().value().front().state, "frozen");
}

TEST_F(BatchTest, WhoIsLiftedIsThereAgain) {
  verify(3);
  ASSERT_TRUE(office().suppress(3, "企业要求"));
  EXPECT_EQ(office().move(3, "tech_sme", {"REJECTED", {}, "无研发"}).error().code, Errc::kRefused);
  EXPECT_EQ(office().lift(code(3), "").error().code, Errc::kUsage);
  EXPECT_EQ(office().lift(code(4), "企业来函").error().code, Errc::kNotFound);
  ASSERT_TRUE(office().lift(code(3), "企业来函"));
  EXPECT_TRUE(office().move(3, "tech_sme", {"REJECTED", {}, "无研发"}));
}

TEST_F(BatchTest, WhoWasTakenOutAndLostByTheRegisterIsInNoListOrSum) {
  PoolInputs in = inputs();
  in.entries = {blank_entry("91371600MA3999999X", "不在库的企业", "tech_sme"),
                blank_entry(code(3), name(3), "tech_sme")};
  for (auto& entry : in.entries) entry.stage = "ADMITTED";
  EXPECT_THAT(pool_rows(in, {}), SizeIs(2));
  in.suppressed = taken_out(*book_, {{"91371600MA3999999X", "企业要求"}, {code(3), "企业要求"}});
  const auto rows = pool_rows(in, {});
  EXPECT_THAT(rows, IsEmpty());
  EXPECT_EQ(pool_sums(rows, *rules_, *reference_).back().total, 0U);
}

TEST_F(BatchTest, AFirmThatTheRegisterLostCanStillLeave) {
  store::PoolEntry gone = blank_entry("91371600MA3999999X", "已注销的企业", "tech_sme");
  gone.stage = "ADMITTED";
  gone.stage_since = make_date(2026, 1, 1);
  store::PeopleChange change;
  change.entries = {gone};
  ASSERT_TRUE(people().apply(change));
  EXPECT_TRUE(office().move(std::string("91371600MA3999999X"), "tech_sme", {"LEFT", {}, "已注销"}));
  EXPECT_EQ(office().move(std::string("91371600MA3888888X"), "tech_sme", {"LEAD", {}, "x"}).error().code,
            Errc::kNotFound);
}

// Of any pool the sums over units are those of the list, and those of the city.
TEST_F(BatchTest, SumsOverUnitsEqualTheCity) {
  const bool holds = rc::check([this] { check_sums(); });
  EXPECT_TRUE(holds);
}

void BatchTest::check_sums() {
  PoolInputs in = inputs();
  in.entries.clear();
  for (store::FirmNo n = 1; n <= kFirms; ++n)
    for (const Track& track : rules_->tracks) {
      if (!*rc::gen::arbitrary<bool>()) continue;
      store::PoolEntry entry = blank_entry(book_->key(n), name(n), track.id);
      entry.stage = rules_->stages[*rc::gen::inRange<std::size_t>(0, rules_->stages.size())].id;
      in.entries.push_back(entry);
    }
  if (*rc::gen::arbitrary<bool>()) {  // one that the register lost
    in.entries.push_back(blank_entry("91371600MA3999999X", "不在库的企业", "tech_sme"));
    in.entries.back().stage = "ADMITTED";
  }
  PoolFilter filter;
  if (*rc::gen::arbitrary<bool>()) filter.track = "tech_sme";
  const auto rows = pool_rows(in, filter);
  const auto sums = pool_sums(rows, *rules_, *reference_);
  std::uint32_t total = 0, in_pool = 0;
  for (std::size_t i = 0; i + 1 < sums.size(); ++i) {
    std::uint32_t of_stages = 0, listed = 0;
    for (const std::uint32_t n : sums[i].stages) of_stages += n;
    for (const PoolRow& row : rows) listed += row.unit() == sums[i].unit;
    RC_ASSERT(of_stages == sums[i].total);
    RC_ASSERT(listed == sums[i].total);
    total += sums[i].total, in_pool += sums[i].in_pool;
  }
  RC_ASSERT(total == sums.back().total);
  RC_ASSERT(in_pool == sums.back().in_pool);
  RC_ASSERT(total == rows.size());
}

}  // namespace
}  // namespace tanmiao::pool::ledger_test
