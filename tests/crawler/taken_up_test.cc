// A night that is taken up where a process ended: it ends as the undisturbed one would have, by the description of
// today.
#include <set>
#include <stdexcept>
#include <thread>

#include "absences.h"

namespace tanmiao::crawler::taken_up_test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// The process dies when its sources are open, before the first request.
class DiesAtBegin : public Observer {
 public:
  void on(const CrawlEvent& event) override {
    if (event.kind == CrawlEvent::Kind::kSourceBegins) throw std::runtime_error("a death");
  }
};

class TakenUp : public Absences {
 protected:
  // Twelve firms, asked for slowly enough to stop in between.
  void slow_city(const std::string& extra = std::string(kComplete)) {
    city(12, 4);
    source(extra);
    change("pause = 0\n", "pause = 0.05\n");
  }
  std::set<std::string> firms_since(std::size_t from) {
    const auto firms = firms_asked(from);
    return {firms.begin(), firms.end()};
  }
  std::vector<std::string> since(std::size_t from) {
    const auto order = server_.order();
    return {order.begin() + static_cast<std::ptrdiff_t>(from), order.end()};
  }
  store::FrontierUrl address_of(const std::string& target) {
    const auto batches = store_->facts().batches(night(1).id).value();
    const auto urls = store_->facts().frontier(batches.at(0).id).value();
    for (const store::FrontierUrl& url : urls)
      if (url.url == server_.address(target)) return url;
    ADD_FAILURE() << target << " is not known";
    return {};
  }
  void new_start() {
    detail(99, "试验99科技有限公司");
    server_.put("/new", {200, "<html><body><ul><li><a href='/firm/99'>x</a></li></ul></body></html>"});
  }
  std::uint64_t gone() { return store_->facts().last_published(store::Stage::kCrawl, "register").value()->counts.gone; }
};

// All that it read waits again, as read in vain; a complete source wants none of it.
TEST_F(TakenUp, BehindAHeldNightEveryPageIsAskedForAgain) {
  slow_city();
  EXPECT_EQ(crawl_once(1).outcome, SourceOutcome::kPublished);
  for (int firm = 1; firm <= 11; ++firm) detail(firm, "改名" + std::to_string(firm) + "科技有限公司");
  server_.put("/firm/12", {500, "x"});
  EXPECT_EQ(crawl_once(2).outcome, SourceOutcome::kHeld);
  detail(12, "试验12科技有限公司");
  const std::size_t from = server_.order().size();
  stopped(3, 4);
  EXPECT_LT(firms_since(from).size(), 12u);
  EXPECT_EQ(crawl_once(3).outcome, SourceOutcome::kPublished);
  EXPECT_THAT(firms_since(from), SizeIs(12));
  EXPECT_EQ(gone(), 0u);
  EXPECT_EQ(records(), 12u);
}

TEST_F(TakenUp, AProcessThatEndsBeforeItsFirstRequestLeavesTheStartToTheNext) {
  slow_city();
  server_.put("/firm/12", {500, "x"});
  EXPECT_EQ(crawl_once(1).outcome, SourceOutcome::kHeld);
  detail(12, "试验12科技有限公司");
  const std::size_t from = server_.order().size();
  DiesAtBegin observer;
  config_.observer = &observer;
  EXPECT_THROW((void)crawl(*store_, night(2), config_, *reference_, silent_progress(), stop_), std::runtime_error);
  config_.observer = nullptr;
  EXPECT_EQ(server_.order().size(), from);
  EXPECT_EQ(crawl_once(2).outcome, SourceOutcome::kPublished);
  EXPECT_EQ(records(), 12u);
}

// In a source of parts what is not wanted as a left-over may be what a list of tonight leads to.
TEST_F(TakenUp, WhatAnotherStartLeftIsAskedForWhenTheNewOneLeadsToIt) {
  slow_city("complete = \"part\"");
  server_.put("/new", {200,
                       "<html><body><ul><li><a href='/firm/1'>x</a></li><li><a href='/firm/12'>x</a></li></ul></body>"
                       "</html>"});
  change("/list?page=1", "/new");
  fetch_line("most_requests = 3");
  crawl_once(1);
  EXPECT_THAT(firms_asked(0), ElementsAre("1"));
  change("most_requests = 3\n", "");
  change("/new", "/list?page=1");
  const std::size_t from = server_.order().size();
  stopped(2, 2);
  crawl_once(2);
  EXPECT_THAT(firms_since(from), SizeIs(12));
}

TEST_F(TakenUp, WhatTheScopeRulesOutSinceIsNotAskedFor) {
  slow_city("complete = \"part\"");
  stopped(1, 2);
  change("\n[[page]]", "\n[scope]\ndeny = [\"/firm/\"]\n[[page]]");
  const std::size_t from = server_.order().size();
  crawl_once(1);
  EXPECT_THAT(firms_asked(from), IsEmpty());
  EXPECT_THAT(server_.order(), Contains("/list?page=3"));
}

// They were known, and nobody may look whether they are still there.
TEST_F(TakenUp, WhatTheScopeRulesOutSinceIsNotGone) {
  slow_city();
  crawl_once(1);
  stopped(2, 2);
  change("\n[[page]]", "\n[scope]\ndeny = [\"/firm/\"]\n[[page]]");
  crawl_once(2);
  EXPECT_EQ(gone(), 0u);
  EXPECT_EQ(records(), 12u);
}

TEST_F(TakenUp, AnotherStartIsAskedForAndWhatTheOldOneLedToIsNot) {
  slow_city("complete = \"part\"");
  new_start();
  stopped(1, 2);
  change("/list?page=1", "/new");
  const std::size_t from = server_.order().size();
  crawl_once(1);
  EXPECT_THAT(since(from), ElementsAre("/new", "/firm/99"));
}

TEST_F(TakenUp, AStartMoreIsAskedForBesideTheOld) {
  slow_city();
  new_start();
  stopped(1, 2);
  change("start = [", "start = [\"" + server_.address("/new") + "\", ");
  EXPECT_EQ(crawl_once(1).outcome, SourceOutcome::kPublished);
  EXPECT_EQ(records(), 13u);
}

// What lists of this night led to under the old start may be what the new one leads to: who knows.
TEST_F(TakenUp, ACompleteSourceWhoseStartWasExchangedIsHeldThatNight) {
  slow_city();
  crawl_once(1);
  new_start();
  stopped(2, 2);
  change("/list?page=1", "/new");
  stopped(2, 1);
  const SourceReport report = crawl_once(2);
  EXPECT_EQ(report.outcome, SourceOutcome::kHeld);
  EXPECT_THAT(report.why, HasSubstr("起始网址"));
  EXPECT_EQ(records(), 12u);
}

constexpr const char* kDetails = "xpath = \"//li/a/@href\"\n";

TEST_F(TakenUp, WhatNoLinkRuleTakesAnyMoreIsNotAskedFor) {
  slow_city("complete = \"part\"");
  stopped(1, 2);
  change(kDetails, std::string(kDetails) + "only = '/firm/[1-3]$'\n");
  const std::size_t from = server_.order().size();
  crawl_once(1);
  EXPECT_THAT(firms_asked(from), Not(Contains("4")));
  EXPECT_THAT(firms_since(0), ElementsAre("1", "2", "3"));
}

TEST_F(TakenUp, AnOrderlyEndDoesNotCountAgainstTheAddressThatWasUnderWay) {
  city(1);
  source("complete = \"part\"");
  const std::string body = "<html><table><tr><td>试验1科技有限公司</td></tr><tr><td>" + code(1) + "</td></tr></table>";
  server_.put("/firm/1", {200, body, "Content-Type: text/html; charset=utf-8\r\n", 0, [this] {
                            stop_ = true;
                            std::this_thread::sleep_for(std::chrono::milliseconds(400));
                          }});
  for (int end = 1; end <= 3; ++end) {
    EXPECT_FALSE(crawl(*store_, night(1), config_, *reference_, silent_progress(), stop_));
    stop_ = false;
    EXPECT_EQ(server_.count("/firm/1"), end);
    const store::FrontierUrl url = address_of("/firm/1");
    EXPECT_EQ(url.state, store::UrlState::kWaiting);
    EXPECT_EQ(url.attempts, 0);
  }
}

}  // namespace
}  // namespace tanmiao::crawler::taken_up_test
