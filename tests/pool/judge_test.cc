// People decide whether a name is a firm: what is taken, what is refused, what the next link makes of it, and what is
// left when it is taken back.
#include "pool/judge.h"

#include "core/firm_name.h"
#include "pool/review_queue.h"
#include "tests/linkage/small_world.h"

namespace tanmiao::pool::judge_test {
namespace {

using linkage::code;
using linkage::firm;
using linkage::patent;
using linkage::recognition;
using store::FirmNo;
using store::LinkReason;
using store::Ruling;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string kBohai = "渤海科技有限公司", kHuanghe = "黄河科技有限公司";

class Judging : public linkage::Linkage {
 protected:
  ~Judging() override { book_.reset(); }
  void linked(std::vector<Record> records) {
    night(std::move(records));
    reference_now_ = std::make_shared<const Reference>(reference_);
    book_ = std::make_unique<FirmBook>(snapshot_, nullptr, reference_now_, store_->facts().firm_register().value());
  }
  Judge judge() { return Judge::open(store_->facts(), store_->people(), *book_, taken_out_).value(); }
  Actor actor(std::string by = "市科技局") {
    const Instant at = Instant(make_date(2026, 2, 1)) + std::chrono::minutes(++minutes_);
    return {std::move(by), at, civil_day(at)};
  }
  NameJudgement said(RecordKind kind, std::string key, std::string name, FirmNo firm, Ruling ruling,
                     bool everywhere = false) {
    return {{"src", std::move(key), kind, 0, std::move(name)}, firm, ruling, everywhere, "看过"};
  }
  Result<Judged> decide(const NameJudgement& judgement) {
    auto open = judge();
    return open.decide(judgement, actor());
  }
  Result<Judged> undo(RecordKind kind, std::string key, std::string name, const std::string& identity) {
    auto open = judge();
    return open.undo({"src", std::move(key), kind, 0, std::move(name)}, identity, "误判", actor());
  }
  std::vector<std::string> audit() {
    std::vector<std::string> actions;
    for (const auto& entry : store_->people().audit_trail(0, 99).value()) actions.push_back(entry.action);
    return actions;
  }
  ReviewQueue queue() {
    const auto decisions = store_->people().identity_decisions().value();
    return ReviewQueue::read(store_->facts(), Rulings(decisions, *book_), *book_, taken_out_).value();
  }

  std::shared_ptr<const Reference> reference_now_;
  std::unique_ptr<FirmBook> book_;
  TakenOut taken_out_;
  int minutes_ = 0;
};

TEST_F(Judging, WhatIsSaidOnceActsAtTheNextLinkAndIsNotWrittenTwice) {
  linked({firm("a", kBohai, code(1)), firm("b", kBohai, code(2), "博兴县"), recognition("r", kBohai)});
  ASSERT_EQ(recognitions(coded(2)), 0u);
  ASSERT_EQ(queue().count(ItemStanding::kWaiting), 1u);
  const auto first = decide(said(RecordKind::kRecognition, "r", kBohai, coded(2), Ruling::kSame));
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_FALSE(first->stood);
  EXPECT_EQ(queue().count(ItemStanding::kSettled), 1u);
  const auto again = decide(said(RecordKind::kRecognition, "r", kBohai, coded(2), Ruling::kSame));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->stood);
  EXPECT_THAT(audit(), ElementsAre("identity.same"));
  linked({});
  EXPECT_EQ(recognitions(coded(2)), 1u);
  EXPECT_EQ(recognised_by(coded(2)), LinkReason::kDecision);
}

TEST_F(Judging, WhatIsTakenBackIsLeftToTheRules) {
  linked({firm("a", kBohai, code(1)), recognition("r", kBohai)});
  ASSERT_EQ(recognised_by(coded(1)), LinkReason::kName);
  ASSERT_TRUE(decide(said(RecordKind::kRecognition, "r", kBohai, coded(1), Ruling::kDifferent)));
  linked({});
  ASSERT_EQ(recognitions(coded(1)), 0u);
  const auto done = undo(RecordKind::kRecognition, "r", kBohai, "code:" + code(1));
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_FALSE(done->stood);
  linked({});
  EXPECT_EQ(recognitions(coded(1)), 1u);
  EXPECT_EQ(recognised_by(coded(1)), LinkReason::kName) << "as if nobody had said anything";
  EXPECT_TRUE(undo(RecordKind::kRecognition, "r", kBohai, "code:" + code(1))->stood);
  EXPECT_THAT(audit(), ElementsAre("identity.different", "identity.undone"));
  EXPECT_TRUE(store_->people().check({})->empty()) << "every row has its entry";
}

TEST_F(Judging, WhereNothingStandsNothingIsTakenBack) {
  linked({firm("a", kBohai, code(1)), recognition("r", kBohai)});
  const auto nothing = undo(RecordKind::kRecognition, "r", kBohai, "code:" + code(1));
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, Errc::kNotFound);
  ASSERT_TRUE(decide(said(RecordKind::kRecognition, "r", kBohai, coded(1), Ruling::kDifferent, true)));
  EXPECT_FALSE(undo(RecordKind::kRecognition, "r", kBohai, "code:" + code(1))) << "it was said of another scope";
  EXPECT_TRUE(undo(RecordKind::kRecognition, "", kBohai, "code:" + code(1)));
}

TEST_F(Judging, ACodeOfAnotherFirmRefusesSame) {
  Record row = recognition("r", kHuanghe);
  row.set(Field::kCreditCode, code(2));
  linked({firm("a", kBohai, code(1)), firm("b", kHuanghe, code(2)), row, recognition("plain", kHuanghe)});
  const auto refused = decide(said(RecordKind::kRecognition, "r", kHuanghe, coded(1), Ruling::kSame));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kRefused);
  EXPECT_THAT(refused.error().message, HasSubstr(code(1)));
  EXPECT_THAT(refused.error().message, HasSubstr(code(2)));
  const auto everywhere = decide(said(RecordKind::kRecognition, "plain", kHuanghe, coded(1), Ruling::kSame, true));
  ASSERT_FALSE(everywhere) << "one of the records that the name stands in carries the code";
  EXPECT_EQ(everywhere.error().code, Errc::kRefused);
  EXPECT_TRUE(decide(said(RecordKind::kRecognition, "plain", kHuanghe, coded(1), Ruling::kSame)));
  EXPECT_TRUE(decide(said(RecordKind::kRecognition, "r", kHuanghe, coded(1), Ruling::kUnsure)));
}

TEST_F(Judging, ItsOwnCodeRefusesDifferentOfARegistrationAndNotOfAList) {
  Record row = recognition("r", kBohai);
  row.set(Field::kCreditCode, code(1));
  linked({firm("a", kBohai, code(1)), row});
  const auto refused = decide(said(RecordKind::kFirm, "a", kBohai, coded(1), Ruling::kDifferent));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kRefused);
  EXPECT_THAT(refused.error().message, HasSubstr("来源处更正"));
  EXPECT_TRUE(decide(said(RecordKind::kRecognition, "r", kBohai, coded(1), Ruling::kDifferent)))
      << "codes of lists are typed by hand";
}

TEST_F(Judging, ADamagedCodeRefusesNothing) {
  Record row = recognition("r", kHuanghe);
  row.set(Field::kCreditCode, "91371602MA3XXXXX0X");
  linked({firm("a", kBohai, code(1)), row});
  EXPECT_TRUE(decide(said(RecordKind::kRecognition, "r", kHuanghe, coded(1), Ruling::kSame)));
}

TEST_F(Judging, WhatIsNotThereCannotBeJudged) {
  linked({firm("a", kBohai, code(1)), recognition("r", kBohai)});
  const auto why = [&](const NameJudgement& judgement) { return decide(judgement).error().code; };
  EXPECT_EQ(why(said(RecordKind::kRecognition, "r", kBohai, 99, Ruling::kSame)), Errc::kNotFound);
  EXPECT_EQ(why(said(RecordKind::kRecognition, "gone", kBohai, coded(1), Ruling::kSame)), Errc::kNotFound);
  EXPECT_EQ(why(said(RecordKind::kRecognition, "r", kHuanghe, coded(1), Ruling::kSame)), Errc::kNotFound);
  EXPECT_EQ(why(said(RecordKind::kPatent, "r", kBohai, coded(1), Ruling::kSame)), Errc::kNotFound);
  EXPECT_EQ(why(said(RecordKind::kRecognition, "", kBohai, coded(1), Ruling::kSame)), Errc::kUsage);
  EXPECT_EQ(why(said(RecordKind::kRecognition, "r", kBohai, coded(1), Ruling::kUndone)), Errc::kUsage);
  auto silent = said(RecordKind::kRecognition, "r", kBohai, coded(1), Ruling::kDifferent);
  silent.reason = " 　";
  EXPECT_EQ(why(silent), Errc::kUsage);
  taken_out_.firms = {coded(1)};
  EXPECT_EQ(why(said(RecordKind::kRecognition, "r", kBohai, coded(1), Ruling::kDifferent)), Errc::kNotFound);
  EXPECT_THAT(audit(), IsEmpty()) << "nothing was written";
}

TEST_F(Judging, AMergedNumberMeansTheFirmThatItPointsOnTo) {
  linked({firm("a", kBohai, ""), patent(linkage::kPatent, {kHuanghe})});
  FirmNo unnamed = 0;
  for (const auto& entry : store_->facts().firm_register().value())
    if (entry.identity.starts_with("name:")) unnamed = entry.no;
  ASSERT_NE(unnamed, 0u);
  linked({firm("a", kBohai, code(1))});
  ASSERT_NE(coded(1), unnamed);
  ASSERT_EQ(followed(*book_, unnamed), coded(1));
  const auto done = decide(said(RecordKind::kPatent, linkage::kPatent, kHuanghe, unnamed, Ruling::kSame));
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ(done->decision.firm_identity, "code:" + code(1));
  linked({});
  EXPECT_EQ(patents(coded(1)), 1u);
}

TEST_F(Judging, SaidOfAllRecordsItStandsOnEachAndAnExceptionMayBeMade) {
  linked({firm("a", kBohai, code(1)), recognition("r", "渤海"), recognition("s", "渤海")});
  ASSERT_TRUE(decide(said(RecordKind::kRecognition, "r", "渤海", coded(1), Ruling::kSame, true)));
  EXPECT_TRUE(decide(said(RecordKind::kRecognition, "s", "渤海", coded(1), Ruling::kSame))->stood) << "covered already";
  linked({});
  EXPECT_EQ(recognitions(coded(1)), 2u);
  EXPECT_FALSE(decide(said(RecordKind::kRecognition, "s", "渤海", coded(1), Ruling::kDifferent))->stood);
  linked({});
  EXPECT_EQ(recognitions(coded(1)), 1u);
  EXPECT_FALSE(decide(said(RecordKind::kRecognition, "s", "渤海", coded(1), Ruling::kSame, true))->stood)
      << "the exception is over";
  linked({});
  EXPECT_EQ(recognitions(coded(1)), 2u);
}

TEST_F(Judging, ANameIsOneFirmAlone) {
  linked(
      {firm("a", kBohai, code(1)), firm("b", kHuanghe, code(2)), recognition("r", "渤海"), recognition("s", "渤海")});
  ASSERT_TRUE(decide(said(RecordKind::kRecognition, "r", "渤海", coded(1), Ruling::kSame)));
  const auto second = decide(said(RecordKind::kRecognition, "r", "渤海", coded(2), Ruling::kSame));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::kRefused);
  EXPECT_THAT(second.error().message, HasSubstr(kBohai));
  EXPECT_THAT(second.error().message, HasSubstr("市科技局"));
  const auto wider = decide(said(RecordKind::kRecognition, "s", "渤海", coded(2), Ruling::kSame, true));
  ASSERT_TRUE(wider) << "an exception of one record may be";
  EXPECT_THAT(wider->remark, IsEmpty());
  const auto narrower = decide(said(RecordKind::kRecognition, "s", "渤海", coded(1), Ruling::kSame));
  ASSERT_TRUE(narrower);
  EXPECT_THAT(narrower->remark, HasSubstr(kHuanghe)) << "but it is said";
  ASSERT_TRUE(undo(RecordKind::kRecognition, "r", "渤海", "code:" + code(1)));
  const auto undone = undo(RecordKind::kRecognition, "s", "渤海", "code:" + code(1));
  ASSERT_TRUE(undone);
  ASSERT_TRUE(undone->was);
  EXPECT_EQ(undone->was->ruling, Ruling::kSame);
  EXPECT_EQ(undone->was->reason, "看过");
}

// u is a row without a code, and a firm of its own; a person says that it is the firm with code 1.
TEST_F(Judging, WhatIsTheSameByAnotherWayIsNotSaidToDiffer) {
  linked({firm("a", kBohai, code(1)), firm("u", "渤海", ""), recognition("r", "北海"), recognition("s", "北海")});
  FirmNo unnamed = 0;
  for (const auto& entry : store_->facts().firm_register().value())
    if (entry.identity.starts_with("name:")) unnamed = entry.no;
  ASSERT_NE(unnamed, 0u);
  ASSERT_TRUE(decide(said(RecordKind::kRecognition, "r", "北海", unnamed, Ruling::kSame)));
  ASSERT_TRUE(decide(said(RecordKind::kRecognition, "r", "北海", coded(1), Ruling::kDifferent)));
  const auto joins = decide(said(RecordKind::kFirm, "u", "渤海", coded(1), Ruling::kSame));
  ASSERT_FALSE(joins) << "then the name would be the firm and not be it";
  EXPECT_EQ(joins.error().code, Errc::kRefused);
  EXPECT_THAT(joins.error().message, HasSubstr("矛盾"));
  ASSERT_TRUE(undo(RecordKind::kRecognition, "r", "北海", "code:" + code(1)));
  ASSERT_TRUE(decide(said(RecordKind::kFirm, "u", "渤海", coded(1), Ruling::kSame)));
  const auto differs = decide(said(RecordKind::kRecognition, "r", "北海", coded(1), Ruling::kDifferent));
  ASSERT_FALSE(differs) << "it is the firm that it was joined to";
  ASSERT_TRUE(decide(said(RecordKind::kRecognition, "s", "北海", coded(1), Ruling::kDifferent)));
  EXPECT_FALSE(decide(said(RecordKind::kRecognition, "s", "北海", unnamed, Ruling::kSame)));
}

TEST_F(Judging, OutOfTimeIsOneCaseAndOneRuling) {
  Record young = firm("a", kBohai, code(1));
  young.fields.push_back({Field::kEstablished, "2020-01-01"});
  canonicalise(young);
  std::vector<Record> records{young, patent("201110123401.2", {kBohai, kHuanghe}),
                              recognition("r", "无人知晓有限公司")};
  for (const char* no : {"201110123402.7", "201110123403.1", "201110123404.6"}) records.push_back(patent(no, {kBohai}));
  linked(records);
  ASSERT_EQ(patents(coded(1)), 0u);
  const auto waiting = queue();
  ASSERT_EQ(waiting.count(ItemStanding::kWaiting), 1u) << "four records, one case";
  const QueueItem& one = waiting.items()[0];
  ASSERT_THAT(one.alike, SizeIs(3));
  EXPECT_THAT(one.item.why, HasSubstr("另有 3 条"));
  EXPECT_EQ(waiting.find(one.alike[1]), &one) << "each of them leads to it";
  NameJudgement same{one.at(), coded(1), Ruling::kSame, false, "设立登记前的申请", one.alike};
  auto open = judge();
  const auto when = actor();
  const auto done = open.decide(same, when);
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ(done->records, 4u);
  EXPECT_EQ(queue().count(ItemStanding::kWaiting), 0u);
  linked({});
  EXPECT_EQ(patents(coded(1)), 4u);
  const auto back = judge().undo(one.at(), "code:" + code(1), "误判", actor(), true);
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(back->records, 4u);
  linked({});
  EXPECT_EQ(patents(coded(1)), 0u);
  EXPECT_THAT(judge().alike(one.at()).value(), SizeIs(3));
  ASSERT_TRUE(decide(said(RecordKind::kPatent, one.alike[0].key, kBohai, coded(1), Ruling::kDifferent)));
  EXPECT_THAT(judge().alike(one.at()).value(), SizeIs(2)) << "one that was judged by itself stands apart";
  EXPECT_THAT(queue().items()[0].alike, SizeIs(2));
}

TEST_F(Judging, TheQueueKnowsWhatWasSaid) {
  linked({firm("a", kBohai, code(1)), firm("b", kBohai, code(2), "博兴县"), recognition("r", kBohai),
          recognition("s", kBohai), recognition("t", kBohai), recognition("u", "无人知晓有限公司")});
  EXPECT_EQ(queue().count(ItemStanding::kWaiting), 3u);
  EXPECT_EQ(queue().count(ItemStanding::kNothingNear), 1u);
  ASSERT_TRUE(decide(said(RecordKind::kRecognition, "r", kBohai, coded(1), Ruling::kDifferent)));
  EXPECT_EQ(queue().count(ItemStanding::kWaiting), 3u) << "the other may be it";
  ASSERT_TRUE(decide(said(RecordKind::kRecognition, "r", kBohai, coded(2), Ruling::kDifferent)));
  ASSERT_TRUE(decide(said(RecordKind::kRecognition, "s", kBohai, coded(1), Ruling::kUnsure)));
  const auto now = queue();
  ASSERT_THAT(now.items(), SizeIs(4));
  EXPECT_EQ(now.items()[0].item.key, "t");
  EXPECT_EQ(now.items()[1].standing, ItemStanding::kShelved);
  EXPECT_EQ(now.items()[2].standing, ItemStanding::kSettled);
  EXPECT_EQ(now.items()[3].standing, ItemStanding::kNothingNear);
  taken_out_.firms = {coded(1), coded(2)};
  EXPECT_THAT(queue().items(), SizeIs(1)) << "firms that were taken out are not named";
}

TEST_F(Judging, ABestCandidateComesFirstAndDamagedDetailIsNoTrouble) {
  store::ReviewItem item;
  item.candidates = {3, 7};
  EXPECT_THAT(candidates_of(item), SizeIs(2));
  item.detail = R"([{"firm":7,"probability":0.8,"bits":2,"factors":[{"field":"trade","text":"字号：一致","bits":7.1}]},
                    {"firm":9,"probability":0.1}])";
  const auto two = candidates_of(item);
  ASSERT_THAT(two, SizeIs(2)) << "one that the item does not have is left out";
  EXPECT_EQ(two[0].firm, 7u);
  ASSERT_THAT(two[0].factors, SizeIs(1));
  EXPECT_EQ(two[0].factors[0].label, "字号");
  EXPECT_EQ(two[0].factors[0].text, "一致");
  EXPECT_LT(two[1].probability, 0);
  for (const char* broken : {"{", "[1,2]", R"([{"firm":"7"}])", R"({"firm":7})"}) {
    item.detail = broken;
    EXPECT_THAT(candidates_of(item), SizeIs(2)) << broken;
  }
}

}  // namespace
}  // namespace tanmiao::pool::judge_test
