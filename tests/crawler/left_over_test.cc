// What a night leaves over: handed on whatever became of it, held against the description of today, counted when the
// process died over it.
#include <algorithm>
#include <set>

#include "absences.h"
#include "crawler/host_memory.h"
#include "crawler/queue_note.h"

namespace tanmiao::crawler::left_over_test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kByPart = "complete = \"part\"";

class LeftOver : public Absences {
 protected:
  std::vector<store::FrontierUrl> frontier(store::NightId of) {
    return store_->facts().frontier(store_->facts().batches(of).value().back().id).value();
  }
};

TEST_F(LeftOver, WhatTheScopeRulesOutSinceIsNotAskedFor) {
  city(60);
  source(kByPart);
  fetch_line("most_requests = 16");
  crawl_once(1);
  change("\n[[page]]", "\n[scope]\ndeny = [\"/firm/\"]\n[[page]]");
  const std::size_t from = server_.order().size();
  for (const int n : {2, 3}) crawl_once(n);
  EXPECT_THAT(firms_asked(from), IsEmpty());
  EXPECT_GT(server_.order().size(), from);
}

TEST_F(LeftOver, WhatGoesTooDeepSinceIsNotAskedFor) {
  city(60);
  source(kByPart);
  fetch_line("most_requests = 16");
  crawl_once(1);
  fetch_line("most_depth = 0");
  const std::size_t from = server_.order().size();
  crawl_once(2);
  EXPECT_THAT(firms_asked(from), IsEmpty());
}

TEST_F(LeftOver, WhatAnotherStartLedToIsForgotten) {
  city(60);
  source(kByPart);
  fetch_line("most_requests = 16");
  crawl_once(1);
  detail(99, "试验99科技有限公司");
  server_.put("/neu", {200, "<html><body><ul><li><a href='/firm/99'>x</a></li></ul></body></html>"});
  change("/list?page=1", "/neu");
  const std::size_t from = server_.order().size();
  crawl_once(2);
  EXPECT_THAT(firms_asked(from), ElementsAre("99"));
}

TEST_F(LeftOver, ANightThatIsNotPublishedHandsOnWhatItReadAsWell) {
  city(60);
  source(kByPart);
  fetch_line("most_requests = 16");
  crawl_once(1);
  std::set<std::string> asked;
  const auto ask = [&](int number) {
    const std::size_t from = server_.order().size();
    crawl_once(number);
    for (const std::string& firm : firms_asked(from)) asked.insert(firm);
  };
  const store::Night held = night(2);
  const store::Batch batch = store_->facts().open_batch(held, store::Stage::kCrawl, "register").value();
  auto urls = store_->facts().frontier(batch.id).value();
  ASSERT_FALSE(urls.empty());
  store::CrawlGroup group;
  urls[0].state = store::UrlState::kDone;
  urls[0].note.clear();
  group.urls = {urls[0]};
  store_->facts().commit(batch.id, group).value();
  store_->facts().hold(batch.id, "a test").value();
  store_->facts().finish_night(held.id).value();
  const store::Night next = night(3);
  const auto handed =
      store_->facts().frontier(store_->facts().open_batch(next, store::Stage::kCrawl, "register").value().id).value();
  EXPECT_EQ(handed.size(), urls.size());
  EXPECT_THAT(handed, Contains(AllOf(::testing::Field(&store::FrontierUrl::url, urls[0].url),
                                     ::testing::Field(&store::FrontierUrl::note, store::kAskedAgain))));
  for (int n = 3; n < 9; ++n) ask(n);
  EXPECT_EQ(records(), 60u);
}

// A death is a lease that nobody gave back.
TEST_F(LeftOver, EachDeathCountsAndWhatSeveralDiedOverIsGivenUp) {
  city(4);
  source(kByPart);
  change("pause = 0\n", "pause = 0.3\n");
  const store::Night now = night(1);
  const store::Batch batch = store_->facts().open_batch(now, store::Stage::kCrawl, "register").value();
  const std::string list = server_.address("/list?page=1"), fatal = server_.address("/firm/1");
  store::CrawlGroup group;
  const store::UrlId id = store_->facts().next_url_ids(2).value();
  group.urls = {{list, "", "list", 0, store::UrlState::kWaiting, 0, "", 0, id},
                {fatal, list, "detail", 1, store::UrlState::kWaiting, 0, "", 0, id + 1}};
  store_->facts().commit(batch.id, group).value();
  for (int death = 1; death <= 4; ++death) {
    store::CrawlGroup leased;
    for (const store::FrontierUrl& url : frontier(now.id))
      if (url.url == fatal) leased.urls = {url};
    ASSERT_EQ(leased.urls.size(), 1u);
    EXPECT_EQ(leased.urls[0].attempts, death - 1);
    leased.urls[0].state = store::UrlState::kLeased;
    if (death == 4) leased.urls[0].attempts = 19;
    store_->facts().commit(batch.id, leased).value();
    if (death == 4) break;
    StopAfter progress(stop_, 1);
    EXPECT_FALSE(crawl(*store_, night(1), config_, *reference_, progress, stop_));
    stop_ = false;
    // One answer in each process, beside robots.txt in the first.
    EXPECT_EQ(store_->facts().asked("register", now.civil_date).value().requests,
              static_cast<std::uint64_t>(2 * death + 1));
  }
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(server_.count("/firm/1"), 0);
  EXPECT_THAT(report.why, HasSubstr("20 次中断"));
  EXPECT_EQ(records(), 3u);
  crawl_once(2);
  EXPECT_EQ(records(), 4u) << "the next night asks again";
}

// What a crawl that was cut off read so far is its own: it is gone on with, and nobody publishes it as all there is.
TEST_F(LeftOver, NobodyPublishesWhatACrawlThatWasCutOffRead) {
  city(12, 12);
  source(kByPart);
  crawl_once(1);
  for (int i = 1; i <= 12; ++i)
    server_.put("/firm/" + std::to_string(i),
                {200, "<html><meta charset=utf-8><body><table><tr><td>改名" + std::to_string(i) +
                          "科技有限公司</td></tr><tr><td>" + code(i) + "</td></tr></table></body></html>"});
  config_.commit_pages = 1;
  const std::size_t from = server_.order().size();
  stopped(2, 6);
  write("mended.csv", "");
  const auto fed = feed_rejects(*store_, night(2), "register", root_ / "mended.csv", config_, *reference_);
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().code, Errc::kConflict);
  for (const auto read : {replay, replay_unknown}) {
    const auto reread = read(*store_, night(2), "register", {}, config_, *reference_);
    ASSERT_TRUE(reread);
    EXPECT_EQ(reread->outcome, SourceOutcome::kUnchanged);
    EXPECT_THAT(reread->why, HasSubstr("先抓完"));
  }
  EXPECT_EQ(store_->facts().batches(night(2).id).value().back().state, store::BatchState::kOpen);
  EXPECT_EQ(crawl_once(2).counts.changed, 12u) << "all of it at once";
  EXPECT_EQ(firms_asked(from).size(), 12u);
}

TEST_F(LeftOver, AnOrderlyEndIsNoDeath) {
  city(12);
  source(kByPart);
  change("pause = 0\n", "pause = 0.05\n");
  StopAfter progress(stop_, 3);
  ASSERT_FALSE(crawl(*store_, night(1), config_, *reference_, progress, stop_));
  stop_ = false;
  for (const store::FrontierUrl& url : frontier(night(1).id)) EXPECT_NE(url.state, store::UrlState::kLeased) << url.url;
  EXPECT_LE(store_->facts().asked("register", night(1).civil_date).value().requests, server_.order().size() + 1);
}

TEST_F(LeftOver, WhatANightOfYesterdayMayAskIsOfToday) {
  city(6);
  source(kByPart);
  fetch_line("most_requests = 4");
  server_.put("/firm/2", {412, "no"});
  crawl_once(1, false);  // its process dies before it ends the night
  const std::size_t from = server_.order().size();
  server_.put("/firm/2", {200, "<html></html>"});
  const Date day = make_date(2026, 1, 3);
  const store::Night taken_up = store_->facts().begin_night(day, Instant(day) + std::chrono::hours(18)).value();
  EXPECT_TRUE(taken_up.resumed);
  EXPECT_EQ(taken_up.today(), day);
  EXPECT_EQ(
      StoredHostMemory(store_->facts(), taken_up.today(), taken_up.now()).known(server_.address("").substr(7)).over,
      "");
  EXPECT_EQ(store_->facts().asked("register", day).value().requests, 0u);
  EXPECT_EQ(server_.order().size(), from);
}

TEST_F(LeftOver, WhatRobotsForbidsSinceIsNoShrunkenList) {
  city(60, 20);
  source(std::string(kByPart));
  crawl_once(1);
  ASSERT_EQ(records(), 60u);
  server_.put("/robots.txt", {200, "User-agent: *\nDisallow: /list?page=2\nDisallow: /list?page=3\n"});
  const SourceReport report = crawl_once(2);
  EXPECT_NE(report.outcome, SourceOutcome::kHeld) << report.why;
  EXPECT_THAT(report.advice, Contains(AllOf(HasSubstr("robots.txt"), HasSubstr("/list?page=2"))));
}

TEST_F(LeftOver, WhatTheDescriptionRulesOutSinceIsNoShrunkenList) {
  city(60, 5);
  source(kByPart);
  change("role = \"list\"\nreader = \"html\"\n",
         "role = \"list\"\nreader = \"html\"\nkind = \"firm\"\nrows = \"//table\"\nkey = [\"org_code\"]\n"
         "required = [\"org_code\"]\n[page.columns]\norg_code = \"tr[2]/td\"\n");
  for (int page = 1; page <= 4; ++page) {
    std::string body = "<html><body>";
    for (int i = page * 10; i < page * 10 + 10; ++i)
      body += "<table><tr><td>x</td></tr><tr><td>" + code(i) + "</td></tr></table>";
    if (page < 4) body += "<a class='next' href='?page=" + std::to_string(page + 1) + "'>n</a>";
    server_.put("/list?page=" + std::to_string(page), {200, body + "</body></html>"});
  }
  ASSERT_EQ(crawl_once(1).outcome, SourceOutcome::kPublished);
  fetch_line("most_depth = 1");
  for (const int n : {2, 3, 4}) {
    const SourceReport report = crawl_once(n);
    EXPECT_NE(report.outcome, SourceOutcome::kHeld) << report.why;
    EXPECT_THAT(report.why, HasSubstr("列表不与上次比较"));
  }
  EXPECT_EQ(records(), 40u);
}

TEST_F(LeftOver, AQueueThatGrowsNightAfterNightIsTold) {
  city(1);
  source(kByPart);
  fetch_line("most_requests = 8");
  std::vector<bool> told;
  for (int n = 1; n <= 5; ++n) {
    std::string links;
    for (int firm = 20 * n; firm < 20 * n + 20; ++firm) {
      detail(firm, "试验" + std::to_string(firm) + "科技有限公司");
      links += "<li><a href='/firm/" + std::to_string(firm) + "'>x</a></li>";
    }
    server_.put("/list?page=1", {200, "<html><body><ul>" + links + "</ul></body></html>"});
    const SourceReport report = crawl_once(n);
    told.push_back(std::any_of(report.advice.begin(), report.advice.end(), [](const std::string& advice) {
      return advice.find("连续") != std::string::npos && advice.find("most_requests") != std::string::npos;
    }));
  }
  EXPECT_THAT(told, ElementsAre(false, false, false, true, true));
}

// Of two rules one is narrowed: what was found by it and is not taken any more is left; what another takes is asked
// for.
TEST_F(LeftOver, WhatNoLinkRuleTakesAnyMoreIsNotAskedFor) {
  city(4);
  source(kByPart);
  fetch_line("most_requests = 3");
  crawl_once(1);
  server_.put("/list?page=1", {500, "x"});
  change("most_requests = 3\n", "");
  const std::string rule = "xpath = \"//li/a/@href\"\n";
  change(rule, rule + "only = '/firm/[13]$'\n");
  const std::size_t from = server_.order().size();
  crawl_once(2);
  EXPECT_THAT(firms_asked(from), ElementsAre("3"));
}

// The rule is held against the address as it stands on the page, which is not kept.
TEST_F(LeftOver, WhatTheSameRulesTookIsStillWanted) {
  city(4);
  server_.put("/list?page=1", {200,
                               "<html><body><ul><li><a href='/firm/1?spm=a'>x</a></li>"
                               "<li><a href='/firm/2?spm=a'>x</a></li></ul></body></html>"});
  source(kByPart);
  const std::string rule = "xpath = \"//li/a/@href\"\n";
  change(rule, rule + "only = 'spm='\n");
  change("\n[[page]]", "\n[scope]\ndrop = [\"spm\"]\n[[page]]");
  fetch_line("most_requests = 3");
  crawl_once(1);
  server_.put("/list?page=1", {500, "x"});
  change("most_requests = 3\n", "");
  const std::size_t from = server_.order().size();
  crawl_once(2);
  EXPECT_THAT(firms_asked(from), ElementsAre("2"));
}

TEST_F(LeftOver, WhatAHostThatIsLeftAloneLeavesIsCounted) {
  city(4);
  source(kByPart);
  server_.put("/firm/2", {412, "no"});
  const SourceReport report = crawl_once(1);
  EXPECT_THAT(report.why, HasSubstr("2 个已知网址留待下一夜"));
  EXPECT_EQ(queue_note(store_->facts(), "register").value().left, 2u);
}

TEST_F(LeftOver, ACompleteSourceThatIsLargerThanItsNightsIsTold) {
  city(60);
  source();
  fetch_line("most_requests = 16");
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(report.outcome, SourceOutcome::kHeld);
  EXPECT_THAT(report.advice, Contains(AllOf(HasSubstr("most_requests"), HasSubstr("part"))));
  const std::size_t from = server_.order().size();
  crawl_once(2);
  EXPECT_THAT(firms_asked(from), Contains("1")) << "it begins anew";
}

}  // namespace
}  // namespace tanmiao::crawler::left_over_test
