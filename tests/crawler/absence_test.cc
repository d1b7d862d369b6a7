// What a page that is not there means: that it is gone, that nobody could look, or nothing at all.
#include <algorithm>
#include <set>

#include "absences.h"

namespace tanmiao::crawler::absence_test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(Absences, AListThatGoesDeeperThanTheBoundIsNotComplete) {
  city(12, 2);
  source();
  fetch_line("most_depth = 3");
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(report.outcome, SourceOutcome::kHeld);
  EXPECT_THAT(report.why, AllOf(HasSubstr("most_depth（3）"), HasSubstr("未抓完")));
  EXPECT_EQ(records(), 0u);
  source("complete = \"part\"");
  fetch_line("most_depth = 3");
  const SourceReport by_part = crawl_once(2);
  EXPECT_EQ(by_part.outcome, SourceOutcome::kPublished);
  EXPECT_THAT(by_part.why, AllOf(HasSubstr("不跟随"), HasSubstr("3 个网址")));
}

TEST_F(Absences, APageThatMayNotBeLookedAtKeepsItsRecords) {
  twelve();
  source();
  crawl_once(1);
  server_.put("/robots.txt", {200, "User-agent: *\nDisallow: /firm/3\n"});
  server_.put("/firm/4", {302, "", "Location: http://other.example/firm/4\r\n"});
  for (const int n : {2, 3}) {
    const SourceReport report = crawl_once(n);
    EXPECT_EQ(report.outcome, SourceOutcome::kUnchanged) << report.why;
    EXPECT_EQ(report.counts.gone + report.counts.missing, 0u);
    EXPECT_THAT(report.why, AllOf(HasSubstr("2 个已有页面今晚不许访问"), HasSubstr("其记录予以保留")));
    EXPECT_EQ(records(), 12u);
  }
}

TEST_F(Absences, WhatTheScopeDoesNotFollowAnyMoreKeepsItsRecords) {
  twelve();
  source();
  crawl_once(1);
  source(std::string(kComplete) + "\n[scope]\ndeny = ['/firm/1[012]$']");
  const SourceReport report = crawl_once(2);
  EXPECT_EQ(report.counts.gone, 0u) << report.why;
  EXPECT_EQ(records(), 12u);
  EXPECT_THAT(report.why, HasSubstr("3 个已有页面今晚不许访问"));
}

TEST_F(Absences, AMissThatNobodyLookedForIsNone) {
  twelve();
  source(std::string(kComplete) + "\n[contract]\nmisses = 2\n");
  crawl_once(1);
  std::string list = "<ul>";
  for (int i = 1; i <= 11; ++i) list += "<li><a href='/firm/" + std::to_string(i) + "'>x</a></li>";
  server_.put("/list?page=1", {200, list + "</ul>"});
  EXPECT_EQ(crawl_once(2).counts.missing, 1u);
  twelve();
  server_.put("/robots.txt", {200, "User-agent: *\nDisallow: /firm/12\n"});
  EXPECT_EQ(crawl_once(3).counts.gone, 0u);
  server_.put("/robots.txt", {200, ""});
  server_.put("/list?page=1", {200, list + "</ul>"});
  EXPECT_EQ(crawl_once(4).counts.gone, 1u) << "it was missed on two nights that looked";
}

TEST_F(Absences, AListThatMayNotBeFollowedIsNotComplete) {
  twelve();
  source(std::string(kComplete) + "\n[contract]\nmost_gone = 1\n");
  crawl_once(1);
  server_.put("/list?page=1", {200, "<ul><li><a href='/firm/1'>x</a></li></ul>", "X-Robots-Tag: nofollow\r\n"});
  const SourceReport report = crawl_once(2);
  EXPECT_EQ(report.outcome, SourceOutcome::kHeld);
  EXPECT_THAT(report.why, HasSubstr("nofollow"));
  EXPECT_EQ(records(), 12u);
}

TEST_F(Absences, APageThatIsThereNoMoreTakesItsRecordsAlong) {
  for (const std::string completeness : {"complete", "part"}) {
    open("data-" + completeness);
    twelve();
    source("complete = \"" + completeness + "\"\n[contract]\nmisses = 2\n");
    crawl_once(1);
    server_.put("/firm/3", {404, "gone"});
    server_.put("/firm/4", {410, "gone"});
    const SourceReport first = crawl_once(2);
    EXPECT_EQ(first.outcome, SourceOutcome::kUnchanged) << first.why;
    EXPECT_EQ(first.counts.missing, 2u);
    EXPECT_THAT(first.why, AllOf(HasSubstr("2 个页面已不存在"), HasSubstr("404")));
    EXPECT_EQ(crawl_once(3).counts.gone, 2u);
    EXPECT_EQ(records(), 10u);
    detail(3, "试验3科技有限公司");
    EXPECT_EQ(crawl_once(4).counts.changed, 1u) << "it is there again";
    EXPECT_EQ(records(), 11u);
  }
}

TEST_F(Absences, AListThatIsThereNoMoreIsAFailure) {
  twelve();
  source();
  crawl_once(1);
  server_.put("/list?page=1", {404, "gone"});
  EXPECT_NE(crawl_once(2).outcome, SourceOutcome::kPublished);
  EXPECT_EQ(records(), 12u);
}

TEST_F(Absences, NotModifiedIsNoAnswerToWhoDidNotAsk) {
  twelve();
  source();
  server_.put("/firm/5", {304, ""});
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(report.outcome, SourceOutcome::kHeld);
  EXPECT_THAT(report.why, HasSubstr("304"));
}

TEST_F(Absences, APageThatSaysNoindexWithoutHavingChangedIsWithdrawn) {
  twelve();
  source();
  crawl_once(1);
  server_.put("/firm/5", {304, "", "X-Robots-Tag: noindex\r\n"});
  const SourceReport report = crawl_once(2);
  EXPECT_EQ(report.counts.gone, 1u) << report.why;
  EXPECT_THAT(report.why, HasSubstr("noindex"));
}

TEST_F(Absences, ADayThatIsCrawledTwiceCountsOneMiss) {
  city(6);
  source(std::string(kComplete) + "\n[contract]\nmisses = 3\nmost_gone = 0.6\n");
  crawl_once(1);
  city(5);
  for (int again = 0; again < 4; ++again) EXPECT_EQ(crawl_once(2).counts.missing, 1u) << again;
  EXPECT_EQ(crawl_once(3).counts.missing, 1u);
  EXPECT_EQ(crawl_once(4).counts.gone, 1u);
}

class Budgets : public Absences {};

TEST_F(Budgets, WhatWasNeverSeenGoesFirstThenWhatWasNotSeenForLongest) {
  twelve();
  source("complete = \"part\"");
  fetch_line("most_requests = 6");  // robots.txt, the list, four firms
  std::vector<std::vector<std::string>> nights;
  for (int n = 1; n <= 4; ++n) {
    const std::size_t from = server_.order().size();
    const SourceReport report = crawl_once(n);
    EXPECT_THAT(report.why, HasSubstr("未抓完"));
    nights.push_back(firms_asked(from));
  }
  EXPECT_EQ(records(), 12u);
  EXPECT_THAT(nights[0], ElementsAre("1", "2", "3", "4"));
  EXPECT_THAT(nights[1], ElementsAre("5", "6", "7", "8"));
  EXPECT_THAT(nights[2], ElementsAre("9", "10", "11", "12"));
  EXPECT_THAT(nights[3], ElementsAre("1", "2", "3", "4"));
}

// Each night begins at the start, and goes on with what the last one found and did not ask for.
class LongLists : public Budgets, public ::testing::WithParamInterface<int> {};

TEST_P(LongLists, OfMorePagesThanANightHasRequestsAreGoneThroughInSeveral) {
  city(60);  // twelve pages of five
  source("complete = \"part\"");
  fetch_line("most_requests = 16");
  change("\nrole = \"list\"\n", "\nrole = \"list\"\npriority = " + std::to_string(GetParam()) + "\n");
  std::set<std::string> asked;
  for (int n = 1; n < 8; ++n) {
    const std::size_t from = server_.order().size();
    const SourceReport report = crawl_once(n);
    const auto order = server_.order();
    EXPECT_NE(std::find(order.begin() + static_cast<std::ptrdiff_t>(from), order.end(), "/list?page=1"), order.end());
    const auto firms = firms_asked(from);
    asked.insert(firms.begin(), firms.end());
    EXPECT_TRUE(n > 1 || report.why.find("个已知网址留待下一夜") != std::string::npos) << report.why;
  }
  EXPECT_EQ(asked.size(), 60u);
  EXPECT_EQ(records(), 60u);
}

INSTANTIATE_TEST_SUITE_P(ByPriority, LongLists, ::testing::Values(0, 5));

// But for those that are leased already: two seconds of asking.
TEST_F(Budgets, WhatIsNewGoesBeforeWhatWasLeft) {
  city(60);
  source("complete = \"part\"");
  fetch_line("most_requests = 9");
  change("pause = 0\n", "pause = 0.5\n");
  crawl_once(1);
  detail(99, "新来科技有限公司");
  server_.put("/list?page=1", {200,
                               "<html><body><ul><li><a href='/firm/99'>x</a></li></ul>"
                               "<a class='next' href='?page=2'>n</a></body></html>"});
  const std::size_t from = server_.order().size();
  crawl_once(2);
  EXPECT_THAT(firms_asked(from), ::testing::Contains("99"));
}

TEST_F(Budgets, ANightIsACivilDayHoweverOftenItIsCrawled) {
  twelve();
  source("complete = \"part\"");
  fetch_line("most_requests = 6");
  crawl_once(1);
  const std::size_t from = server_.order().size();
  crawl_once(1);
  EXPECT_THAT(firms_asked(from), IsEmpty());
  crawl_once(2);
  EXPECT_EQ(firms_asked(from).size(), 4u);
}

TEST_F(Budgets, BytesCountForTheNextProcessToo) {
  twelve();
  for (int i = 1; i <= 12; ++i)
    server_.put("/firm/" + std::to_string(i), {200, std::string(40'000, ' ') + "<p>nothing</p>"});
  source("complete = \"part\"");
  fetch_line("most_bytes = 200000");
  crawl_once(1);
  const std::size_t from = server_.order().size();
  EXPECT_LE(firms_asked(0).size(), 6u);
  crawl_once(1);
  EXPECT_THAT(firms_asked(from), IsEmpty());
}

}  // namespace
}  // namespace tanmiao::crawler::absence_test
