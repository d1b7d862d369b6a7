// Contracts in whole nights: what is held stays out, a kill changes no verdict, and a person may accept.
#include "tests/crawler/crawl_fixture.h"

namespace tanmiao::crawler::contract_crawl_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string table(int rows, int from = 0, std::string_view columns = kColumns) {
  std::string text(columns);
  for (int i = from; i < from + rows; ++i) text += firm_row(i);
  return text;
}

// Asks to stop when the nth file is begun.
class StopAt : public Progress {
 public:
  StopAt(std::atomic<bool>& stop, int at) : stop_(stop), at_(at) {}
  void update(std::string_view, std::uint64_t, std::uint64_t, std::string_view) override {
    if (++seen_ == at_) stop_ = true;
  }
  void note(std::string_view, std::string_view) override {}

 private:
  std::atomic<bool>& stop_;
  int at_, seen_ = 0;
};

class Contracts : public Crawling {
 protected:
  void source(std::string_view completeness, std::string_view extra = "") {
    folder_source(extra);
    replace("inbox = ", "complete = \"" + std::string(completeness) + "\"\ninbox = ");
    replace("most_gone = 0.6", "");
  }
  void replace(std::string_view from, const std::string& to) {
    std::ifstream in(root_ / "sources/register.toml");
    std::string text{std::istreambuf_iterator<char>(in), {}};
    in.close();
    text.replace(text.find(from), from.size(), to);
    write("sources/register.toml", text);
  }
  void deliver(int rows, int from = 0) { write("inbox/register/a.csv", table(rows, from)); }
  Result<std::vector<Breach>> accept() {
    return accept_held(*store_, "register", {"办公室", "名录清理", Instant(make_date(2026, 1, 9))}, config_);
  }
};

TEST_F(Contracts, ACompleteSourceThatShrinksIsHeldAndYesterdayStays) {
  source("complete");
  deliver(100);
  EXPECT_EQ(crawl_once(1).outcome, SourceOutcome::kPublished);
  deliver(79);
  const SourceReport held = crawl_once(2);
  EXPECT_EQ(held.outcome, SourceOutcome::kHeld);
  ASSERT_EQ(held.breaches.size(), 1u);
  EXPECT_EQ(held.breaches[0].kind, BreachKind::kFewer);
  EXPECT_EQ(held.why, "比上次少：本次 79 条，上次 100 条（79%），约定不低于 80%");
  EXPECT_EQ(held.expected_least, 80u);
  EXPECT_EQ(held.expected_most, 200u);
  EXPECT_EQ(records(), 100u);
  deliver(80);
  EXPECT_EQ(crawl_once(3).outcome, SourceOutcome::kPublished);
  EXPECT_EQ(records(), 80u);
}

// Without its files a complete source would lose every record.
TEST_F(Contracts, AnInboxThatIsEmptiedHoldsACompleteSourceAndBreaksNothingOfOthers) {
  source("complete");
  EXPECT_EQ(crawl_once(1).outcome, SourceOutcome::kUnchanged) << "no file was there yet";
  deliver(30);
  crawl_once(2);
  fs::remove(root_ / "inbox/register/a.csv");
  EXPECT_EQ(crawl_once(3).outcome, SourceOutcome::kHeld);
  EXPECT_EQ(records(), 30u);
  source("part");
  EXPECT_EQ(crawl_once(4).outcome, SourceOutcome::kUnchanged);
  EXPECT_EQ(records(), 30u);
}

TEST_F(Contracts, WhatAPersonAcceptsIsTakenInOnceAndIsTheMeasureFromThenOn) {
  source("complete");
  deliver(100);
  crawl_once(1);
  EXPECT_EQ(accept().error().code, Errc::kUsage) << "nothing is held";
  deliver(60);
  ASSERT_EQ(crawl_once(2).outcome, SourceOutcome::kHeld);
  const auto accepted = accept();
  ASSERT_TRUE(accepted) << accepted.error().text();
  ASSERT_EQ(accepted->size(), 2u) << "fewer, and gone";
  deliver(50);  // in the meantime it grew worse: that was not accepted
  EXPECT_EQ(crawl_once(3).outcome, SourceOutcome::kHeld);
  EXPECT_EQ(records(), 100u);
  deliver(60);
  const SourceReport taken = crawl_once(4);
  EXPECT_EQ(taken.outcome, SourceOutcome::kPublished);
  ASSERT_TRUE(taken.accepted);
  EXPECT_EQ(taken.accepted->reason, "名录清理");
  EXPECT_THAT(taken.why, HasSubstr("已由人工接受（办公室：名录清理）"));
  EXPECT_EQ(records(), 60u);
  const auto trail = store_->people().audit_trail(0, 100).value();
  ASSERT_EQ(trail.size(), 1u);
  EXPECT_EQ(trail[0].action, "crawl.accept");
  EXPECT_EQ(trail[0].subject, "register");
  EXPECT_THAT(trail[0].detail_json, HasSubstr("比上次少：本次 60 条"));
  EXPECT_EQ(crawl_once(5).outcome, SourceOutcome::kUnchanged);
  deliver(59);
  EXPECT_EQ(crawl_once(6).outcome, SourceOutcome::kPublished) << "measured by the sixty";
  deliver(40);
  const SourceReport again = crawl_once(7);
  EXPECT_EQ(again.outcome, SourceOutcome::kHeld) << "the acceptance was for once";
  EXPECT_FALSE(again.accepted);
}

TEST_F(Contracts, ADeliveryBelowAFigureThatWasAcceptedIsNotHeldAgainWhileItIsTheSame) {
  source("complete", "least_rows = 50");
  deliver(40);
  ASSERT_EQ(crawl_once(1).outcome, SourceOutcome::kHeld);
  ASSERT_TRUE(accept());
  EXPECT_EQ(crawl_once(2).outcome, SourceOutcome::kPublished);
  EXPECT_EQ(crawl_once(3).outcome, SourceOutcome::kUnchanged);
  deliver(41);
  EXPECT_EQ(crawl_once(4).outcome, SourceOutcome::kHeld) << "the description still says 50";
}

TEST_F(Contracts, WhatCannotBeReadCannotBeAccepted) {
  source("complete");
  deliver(30);
  crawl_once(1);
  write("inbox/register/b.csv", std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03garbage", 17));
  ASSERT_EQ(crawl_once(2).outcome, SourceOutcome::kHeld);
  const auto refused = accept();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), HasSubstr("cannot be accepted"));
  EXPECT_THAT(store_->people().audit_trail(0, 100).value(), IsEmpty());
}

// Property: stopped at any file and taken up again, the night comes to the verdict and the report of the undisturbed
// one.
TEST_F(Contracts, AKillChangesNoVerdict) {
  source("part", "[contract.values]\naddress = [\"滨州市滨城区渤海路\"]");
  const std::string bad = "坏日期有限公司,100000019,二零一九年九十月,滨州市\n";
  const auto deliver_all = [&](int rows, std::string_view columns) {
    for (int file = 0; file < 5; ++file)
      write("inbox/register/" + std::to_string(file) + ".csv",
            table(rows, file * 100, columns) + (file % 2 ? bad : "") +
                firm_row(5000 + file, file < 3 ? "别处" : "滨州市滨城区渤海路"));
  };
  const auto verdict = [&](int number) {
    const SourceReport report = crawl_once(number);
    std::string text = breaches_json(report.breaches) + std::to_string(static_cast<int>(report.outcome)) + report.why;
    for (const auto& field : report.unmapped) text += field.name + std::to_string(field.documents);
    for (const auto& word : report.unknown_words) text += word;
    return text;
  };
  std::vector<std::string> verdicts;
  for (int stop_at = 0; stop_at <= 5; ++stop_at) {
    open("data" + std::to_string(stop_at));
    deliver_all(40, kColumns);
    crawl_once(1);
    deliver_all(24, "企业名称,编号,成立日期,住所\n");
    write("inbox/register/4.csv", "企业名称,编号,成立日期,新栏目\n" + table(24, 400, ""));
    const store::Night now = night(2);
    StopAt progress(stop_, stop_at);
    if (stop_at > 0) {
      const auto cut = crawl(*store_, now, config_, *reference_, progress, stop_);
      ASSERT_FALSE(cut);
      EXPECT_EQ(cut.error().code, Errc::kCancelled);
      stop_ = false;
      open("data" + std::to_string(stop_at));
    }
    verdicts.push_back(verdict(2));
  }
  EXPECT_THAT(verdicts[0], HasSubstr("0.csv 本次 25 条，上次 41 条"));
  EXPECT_THAT(verdicts[0], HasSubstr("新栏目1"));
  for (const std::string& other : verdicts) EXPECT_EQ(other, verdicts[0]);
}

TEST_F(Contracts, AColumnThatNobodyMappedIsToldWhenItIsNew) {
  source("part");
  const auto unmapped = [&](int number) {
    std::vector<std::string> out;
    for (const auto& field : crawl_once(number).unmapped) out.push_back(field.name + (field.fresh ? " new" : ""));
    return out;
  };
  write("inbox/register/a.csv", "企业名称,编号,成立日期,住所,法定代表人\n");
  EXPECT_THAT(unmapped(1), ElementsAre("法定代表人"));
  write("inbox/register/a.csv", "企业名称,编号,成立日期,住所,法定代表人,研发人员\n");
  EXPECT_THAT(unmapped(2), ElementsAre("研发人员 new", "法定代表人"));
  EXPECT_THAT(unmapped(3), IsEmpty()) << "nothing was read anew";
  write("inbox/register/b.csv", "企业名称,编号,成立日期,住所,研发人员\n");
  EXPECT_THAT(unmapped(4), ElementsAre("研发人员"));
}

TEST_F(Contracts, MendedRowsAreNoDelivery) {
  source("part");
  write("inbox/register/a.csv", table(40) + "缺编号有限公司,,2015-06-02,滨州市\n");
  const SourceReport first = crawl_once(1);
  std::ifstream in(first.rejects_file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  text.replace(text.find("缺编号有限公司,,"), std::string("缺编号有限公司,,").size(),
               "缺编号有限公司," + code(800) + ",");
  write("mended.csv", text);
  const store::Night now = night(2);
  const auto fed = feed_rejects(*store_, now, "register", root_ / "mended.csv", config_, *reference_);
  ASSERT_TRUE(fed) << fed.error().text();
  EXPECT_EQ(fed->counts.fresh, 1u);
  EXPECT_THAT(fed->breaches, IsEmpty());
  ASSERT_TRUE(store_->facts().finish_night(now.id));
  deliver(30);  // still held against the forty
  EXPECT_EQ(crawl_once(3).outcome, SourceOutcome::kHeld);
}

}  // namespace
}  // namespace tanmiao::crawler::contract_crawl_test
