// What failed, or might not be asked for, is asked for again on later nights: behind all else, once, and for so long.
#include <algorithm>

#include "absences.h"
#include "crawler/handed_on.h"

namespace tanmiao::crawler::tried_again_test {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

constexpr const char* kByPart = "complete = \"part\"";

class TriedAgain : public Absences {
 protected:
  // The list leads to these and to nothing else.
  void listed(const std::vector<int>& firms) {
    std::string body = "<html><body><ul>";
    for (const int i : firms) {
      body += "<li><a href='/firm/" + std::to_string(i) + "'>x</a></li>";
      if (!broken_.contains(i)) detail(i, "试验" + std::to_string(i) + "科技有限公司");
    }
    server_.put("/list?page=1", {200, body + "</ul></body></html>"});
  }
  void fails(int firm, int status = 500) {
    broken_.insert(firm);
    server_.put("/firm/" + std::to_string(firm), {status, "no"});
  }
  void mended(int firm) {
    broken_.erase(firm);
    detail(firm, "试验" + std::to_string(firm) + "科技有限公司");
  }
  std::vector<std::string> asked_on(int number) {
    const std::size_t from = server_.order().size();
    report_ = crawl_once(number);
    return firms_asked(from);
  }
  std::set<int> broken_;
  SourceReport report_;
};

TEST_F(TriedAgain, ANoticeThatFailedIsReadThoughTheListMovedOn) {
  source(kByPart);
  fails(3);
  listed({1, 2, 3});
  EXPECT_THAT(asked_on(1), ElementsAre("1", "2", "3", "3", "3", "3"));
  EXPECT_THAT(report_.why, HasSubstr("/firm/3：主机应答 500）")) << "what is told is why it failed";
  listed({4, 5});
  EXPECT_THAT(asked_on(2), ElementsAre("4", "5", "3")) << "behind the others, once";
  mended(3);
  EXPECT_THAT(asked_on(3), Contains("3"));
  EXPECT_EQ(records(), 5u);
  EXPECT_THAT(asked_on(4), Not(Contains("3"))) << "it was read, and nothing leads to it";
}

TEST_F(TriedAgain, ADamagedOneToo) {
  source(kByPart);
  server_.put("/firm/1", {200, "\x1f\x8b nothing packed", "Content-Encoding: gzip\r\n"});
  broken_.insert(1);
  listed({1, 2});
  crawl_once(1);
  listed({2});
  mended(1);
  EXPECT_THAT(asked_on(2), ElementsAre("2", "1"));
  EXPECT_EQ(records(), 2u);
}

TEST_F(TriedAgain, WhatIsGoneOrRefusesProgramsOrIsOutOfScopeIsLeft) {
  source(kByPart);
  for (const auto& [firm, status] : {std::pair{1, 404}, {2, 410}, {3, 403}, {4, 405}}) fails(firm, status);
  server_.put("/firm/5", {302, "", "Location: http://elsewhere.test/\r\n"});
  broken_.insert(5);
  listed({1, 2, 3, 6, 4, 7, 5, 8});
  crawl_once(1);
  fails(9);
  listed({6, 9});
  crawl_once(2);
  listed({6});
  change("\n[[page]]", "\n[scope]\ndeny = [\"/firm/9\"]\n[[page]]");
  EXPECT_THAT(asked_on(3), ElementsAre("6"));
}

TEST_F(TriedAgain, WhatRobotsTxtForbadForANightIsReadWhenItMayBe) {
  for (const std::string forbids : {"no answer", "a rule"}) {
    open(forbids);
    server_.put("/robots.txt", {200, ""});
    source(kByPart);
    fetch_line("most_requests = 5");
    listed({1, 2, 3, 4, 5, 6});
    EXPECT_THAT(asked_on(1), ElementsAre("1", "2", "3"));
    server_.put("/robots.txt",
                forbids == "a rule" ? TestAnswer{200, "User-agent: *\nDisallow: /\n"} : TestAnswer{503, "busy"});
    EXPECT_THAT(asked_on(2), IsEmpty());
    server_.put("/robots.txt", {200, ""});
    listed({7});
    EXPECT_THAT(asked_on(3), ElementsAre("4", "5", "6")) << forbids;
    EXPECT_THAT(asked_on(4), ElementsAre("7")) << forbids;
    EXPECT_EQ(records(), 7u);
  }
}

TEST_F(TriedAgain, AfterThirtyDaysItIsForgotten) {
  source(kByPart);
  fails(1);
  listed({1, 2});
  crawl_once(1);
  listed({2});
  EXPECT_THAT(asked_on(30), Contains("1"));
  EXPECT_THAT(asked_on(31), Contains("1")) << "a last time";
  EXPECT_THAT(asked_on(32), Not(Contains("1")));
  listed({1, 2});
  EXPECT_THAT(asked_on(33), Contains("1")) << "a page that leads to it offers it anew";
}

TEST_F(TriedAgain, ACompleteSourceBeginsAnew) {
  source();
  fails(1);
  listed({1, 2});
  crawl_once(1);
  listed({2});
  EXPECT_THAT(asked_on(2), ElementsAre("2"));
}

// Broken for good: the others are read each night, and their host is not taken for one in trouble.
TEST_F(TriedAgain, BrokenPagesDoNotStopTheirSource) {
  source(kByPart);
  for (const int firm : {3, 4, 9}) fails(firm);
  listed({1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  for (int n = 1; n <= 3; ++n) {
    const auto asked = asked_on(n);
    EXPECT_FALSE(report_.stopped) << n << report_.why;
    for (const char* firm : {"1", "2", "5", "8", "10"}) EXPECT_THAT(asked, Contains(firm)) << n;
    if (n > 1) {
      EXPECT_THAT(std::vector<std::string>(asked.end() - 3, asked.end()), UnorderedElementsAre("3", "4", "9"));
    }
    EXPECT_THAT(report_.why, HasSubstr("3 个网址抓取失败"));
  }
  EXPECT_EQ(records(), 7u);
}

// One after the other of those that failed before fails again: the rest waits, and those that waited go first.
TEST_F(TriedAgain, ManyBrokenPagesAreTriedAFewANight) {
  source(kByPart);
  std::vector<int> all;
  for (int i = 1; i <= 16; ++i) all.push_back(i);
  for (const int firm : {2, 4, 6, 8, 10, 12, 14}) fails(firm);
  listed(all);
  crawl_once(1);
  listed({1});
  const auto second = asked_on(2), third = asked_on(3);
  EXPECT_THAT(second, ElementsAre("1", "2", "4", "6", "8", "10"));
  EXPECT_FALSE(report_.stopped) << report_.why;
  EXPECT_THAT(third, ElementsAre("1", "12", "14", "2", "4", "6"));
  for (const int firm : {2, 4, 6, 8, 10, 12, 14}) mended(firm);
  EXPECT_THAT(asked_on(4), ElementsAre("1", "8", "10", "2", "4", "6", "12", "14"));
}

// Where a night is too short for all of the source neither what failed nor what was read waits for ever.
TEST_F(TriedAgain, WhereNightsAreShortItTakesItsTurnAmongWhatWasRead) {
  source(kByPart);
  fetch_line("most_requests = 6");
  fails(1);
  listed({1, 2, 3, 4, 5, 6, 7});
  std::vector<std::string> asked;
  for (int n = 1; n <= 8; ++n) {
    const auto of_night = asked_on(n);
    EXPECT_LE(of_night.size(), 5u);
    asked.insert(asked.end(), of_night.begin(), of_night.end());
  }
  for (int firm = 1; firm <= 7; ++firm)
    EXPECT_GE(std::count(asked.begin(), asked.end(), std::to_string(firm)), 3) << firm;
}

TEST_F(TriedAgain, AFailureIsHandedOnByANightThatWasCutOffToo) {
  source(kByPart);
  config_.commit_pages = 1;
  fails(1);
  listed({1, 2, 3, 4});
  stopped(1, 3);
  listed({2});
  mended(1);
  EXPECT_THAT(asked_on(4), Contains("1")) << "three days later: another night";
}

TEST(HandOn, TheEndOfANoteSaysSinceWhen) {
  const Date first = make_date(2026, 1, 2);
  const std::string end = hand_on(store::kTryAgain, "", first);
  EXPECT_EQ(end, "；留待再访：自 2026-01-02，末次 2026-01-02");
  EXPECT_EQ(without_hand_on("主机应答 500" + end), "主机应答 500");
  EXPECT_EQ(without_hand_on("主机应答 500"), "主机应答 500");
  EXPECT_FALSE(handed_on("主机应答 500" + end)) << "not before the store handed it on";
  const std::string note = end.substr(std::string("；").size());
  ASSERT_TRUE(handed_on(note));
  EXPECT_TRUE(handed_on(note)->failed);
  const std::string later = hand_on(store::kAskWhenAllowed, note, first + std::chrono::days(29));
  EXPECT_EQ(later, "；留待许可：自 2026-01-02，末次 2026-01-31");
  EXPECT_EQ(hand_on(store::kTryAgain, note, first + std::chrono::days(kDaysTried)), "");
  EXPECT_FALSE(handed_on("留待再访：自 2026-13-02，末次 2026-01-02"));
  EXPECT_FALSE(handed_on(store::kLeftOver));
  EXPECT_TRUE(may_pass(0) && may_pass(503) && may_pass(429));
  EXPECT_FALSE(may_pass(404) || may_pass(403) || may_pass(521) || may_pass(302));
}

}  // namespace
}  // namespace tanmiao::crawler::tried_again_test
