// What a host was promised holds for the next run, whatever became of the one before.
#include <thread>

#include "crawler/host_memory.h"
#include "crawler/robots_memory.h"
#include "crawling_hosts.h"

namespace tanmiao::crawler::second_run_test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr auto kPauseHere = 400ms;

class SecondRun : public CrawlingHosts {
 protected:
  // Keys of [fetch], and what stands before the pages.
  void source(const std::string& fetch, const std::string& behind = "", const std::string& complete = "part") {
    http_source("complete = \"" + complete + "\"");
    std::ifstream in(root_ / "sources/register.toml");
    std::string text{std::istreambuf_iterator<char>(in), {}};
    constexpr std::string_view kNone = "pause = 0\n";
    text.replace(text.find(kNone), kNone.size(), fetch + "\n" + behind);
    write("sources/register.toml", text);
    approve();
  }
  // How long the run that begins here lets the host wait.
  std::chrono::steady_clock::duration first_asked_after(int number) {
    const std::size_t before = server_.times().size();
    const auto began = std::chrono::steady_clock::now();
    crawl_once(number);
    const auto times = server_.times();
    EXPECT_GT(times.size(), before);
    return times.size() > before ? times.at(before) - began : std::chrono::steady_clock::duration{0};
  }
  // As a process leaves it that was killed.
  void cut_off() {
    const store::Night now = night(1);
    StoredHostMemory(store_->facts(), now.civil_date, now.clock).asking();
  }
  static std::string hours_from_now(std::chrono::hours from, std::chrono::hours to) {
    const auto now = std::chrono::floor<std::chrono::minutes>(std::chrono::system_clock::now()) + 8h;
    const auto of_day = now - std::chrono::floor<std::chrono::days>(now);
    const auto text = [&](std::chrono::hours later) {
      const auto at = (of_day + later) % 24h;
      char out[8];
      std::snprintf(out, sizeof(out), "%02d:%02d", static_cast<int>(at / 1h), static_cast<int>(at % 1h / 1min));
      return std::string(out);
    };
    return text(from) + "-" + text(to);
  }
};

TEST_F(SecondRun, AStopSignHoldsForAllRunsOfItsNight) {
  city(12);
  server_.put("/firm/2", {200, "<html><body>请输入验证码<input name=\"captcha\"></body></html>"});
  source("pause = 0");
  EXPECT_TRUE(crawl_once(1).stopped);
  const auto asked = server_.order();
  city(12);
  const SourceReport again = crawl_once(1);
  EXPECT_EQ(server_.order(), asked) << "not even robots.txt";
  EXPECT_TRUE(again.stopped);
  EXPECT_THAT(again.why, HasSubstr("captcha-image"));
  EXPECT_THAT(again.why, HasSubstr("今晚不再访问"));
  ASSERT_THAT(again.robots, SizeIs(1)) << "what it said before holds for a day";
  EXPECT_EQ(again.robots[0].state, "allowed");
  EXPECT_THAT(again.robots[0].left_alone, HasSubstr("captcha-image"));
  const auto robots = remembered_robots(store_->facts(), server_.address("")).value();
  ASSERT_TRUE(robots);
  EXPECT_EQ(robots->state, "allowed");
  EXPECT_FALSE(crawl_once(2).stopped);
}

// One log-in may be a document that needs a permission; a wall at the start is met once by each run, and twice is
// twice.
TEST_F(SecondRun, WhatIsSeenTwiceInARowIsCountedOverTheRunsOfANight) {
  city(3);
  server_.put("/list?page=1", {302, "", "Location: /cas/login?service=x\r\n"});
  source("pause = 0");
  EXPECT_FALSE(crawl_once(1).stopped);
  EXPECT_EQ(server_.count("/list?page=1"), 1);
  const SourceReport second = crawl_once(1);
  EXPECT_EQ(server_.count("/list?page=1"), 2);
  EXPECT_TRUE(second.stopped);
  EXPECT_THAT(second.why, HasSubstr("login-address"));
  EXPECT_TRUE(crawl_once(1).stopped);
  EXPECT_EQ(server_.count("/list?page=1"), 2) << "the host is left alone for the night";
  EXPECT_FALSE(crawl_once(2).stopped) << "the next night asks again, and counts anew";
  EXPECT_EQ(server_.count("/list?page=1"), 3);
}

TEST_F(SecondRun, RefusalsAreCountedOverTheRunsOfANight) {
  city(3);
  server_.put("/list?page=1", {403, "no"});
  source("pause = 0");
  EXPECT_FALSE(crawl_once(1).stopped);
  EXPECT_FALSE(crawl_once(1).stopped);
  EXPECT_THAT(crawl_once(1).why, HasSubstr("连续拒绝"));
  const int asked = server_.count("/list?page=1");
  EXPECT_TRUE(crawl_once(1).stopped);
  EXPECT_EQ(server_.count("/list?page=1"), asked);
}

// One page that is always refused is no storm, however often the source is asked.
TEST_F(SecondRun, ARefusedPageAmongGoodOnesCountsOnceANight) {
  city(1);
  server_.put("/firm/1", {403, "no"});
  source("pause = 0");
  for (int run = 0; run < 8; ++run) EXPECT_FALSE(crawl_once(1).stopped) << run;
  EXPECT_EQ(server_.count("/firm/1"), 8);
}

TEST_F(SecondRun, AGoodPageBetweenThemEndsTheRow) {
  city(3);
  server_.put("/list?page=1", {302, "", "Location: /cas/login?service=x\r\n"}, 1);
  source("pause = 0");
  EXPECT_FALSE(crawl_once(1).stopped);
  EXPECT_FALSE(crawl_once(1).stopped) << "the list came";
  server_.put("/list?page=1", {302, "", "Location: /cas/login?service=x\r\n"});
  EXPECT_FALSE(crawl_once(1).stopped);
}

TEST_F(SecondRun, ALongRetryAfterIsKeptHoweverManyNightsItTakes) {
  city(2);
  server_.put("/firm/1", {429, "no", "Retry-After: 90000\r\n"}, 1);
  source("pause = 0");
  EXPECT_TRUE(crawl_once(1).stopped);
  const auto asked = server_.order();
  EXPECT_TRUE(crawl_once(1).stopped);
  EXPECT_TRUE(crawl_once(2).stopped);
  EXPECT_EQ(server_.order(), asked);
}

TEST_F(SecondRun, ARefusalThatNamesATimeIsGivenIt) {
  city(2);
  server_.put("/firm/1", {403, "not now", "Retry-After: 1\r\n"});
  source("pause = 0");
  crawl_once(1);
  const auto order = server_.order();
  const auto times = server_.times();
  const auto refused = static_cast<std::size_t>(std::find(order.begin(), order.end(), "/firm/1") - order.begin());
  ASSERT_LT(refused + 1, times.size());
  EXPECT_GE(times[refused + 1] - times[refused], 1s);
}

TEST_F(SecondRun, BetweenTwoRunsLiesThePause) {
  city(1);
  source("pause = 0.4");
  crawl_once(1);
  const std::size_t before = server_.times().size();
  crawl_once(1);
  const auto times = server_.times();
  ASSERT_GT(times.size(), before);
  EXPECT_GE(times[before] - times[before - 1], kPauseHere);
  std::this_thread::sleep_for(kPauseHere);
  EXPECT_LT(first_asked_after(1), kPauseHere) << "and no more than that";
}

TEST_F(SecondRun, AfterACrashEveryHostWaitsItsPauseOrWhatItAskedFor) {
  city(1);
  source("pause = 0.4");
  cut_off();
  EXPECT_GE(first_asked_after(1), kPauseHere) << "one that no address of the frontier is of";
  server_.put("/robots.txt", {200, "user-agent: *\nallow: /\ncrawl-delay: 1\n"});
  crawl_once(2);
  cut_off();
  EXPECT_GE(first_asked_after(2), 1s) << "the Crawl-delay";
  cut_off();
  EXPECT_GE(first_asked_after(3), 1s) << "also before robots.txt is read again";
}

TEST_F(SecondRun, AHostInTroubleIsAskedAsSlowlyByTheNextRunOfTheNight) {
  city(1);
  server_.put("/firm/1", {503, "no"});
  source("pause = 0.05");
  crawl_once(1);
  const store::Night now = night(1);
  StoredHostMemory memory(store_->facts(), now.civil_date, now.clock);
  const HostRest rest = memory.known(server_.address("").substr(7));
  EXPECT_EQ(rest.earned.failures, 4);
  EXPECT_GE(rest.earned.factor, 15);
  city(1);
  const std::size_t before = server_.times().size();
  crawl_once(1);
  const auto times = server_.times();
  ASSERT_GT(times.size(), before);
  EXPECT_GE(times[before] - times[before - 1], 500ms) << "ten times the pause";
}

TEST_F(SecondRun, OutsideItsHoursASourceIsNotAskedAndNothingIsSaidOfTheHost) {
  city(3);
  source("pause = 0\nwindow = \"" + hours_from_now(2h, 4h) + "\"");
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(report.outcome, SourceOutcome::kNotNow);
  EXPECT_THAT(report.why, HasSubstr("不在允许抓取的时段（" + hours_from_now(2h, 4h) + "）"));
  EXPECT_FALSE(report.stopped);
  EXPECT_THAT(server_.order(), IsEmpty());
  EXPECT_FALSE(remembered_robots(store_->facts(), server_.address("")).value());
}

// Nothing is wrong: no batch is held, and what is published may be read again.
TEST_F(SecondRun, WhenItsDayIsUsedUpASourceIsNotAskedAndNothingIsHeld) {
  for (const std::string complete : {"part", "complete"}) {
    open(complete);
    city(3);
    source("pause = 0\nmost_requests = 5", "", complete);  // robots.txt, the list, three firms
    EXPECT_EQ(crawl_once(1).outcome, SourceOutcome::kPublished);
    const auto asked = server_.order();
    const std::size_t batches = store_->facts().batches(1).value().size();
    const SourceReport again = crawl_once(1);
    EXPECT_EQ(again.outcome, SourceOutcome::kNotNow) << complete;
    EXPECT_THAT(again.why, HasSubstr("今天的请求数上限已用完（most_requests = 5），未抓取"));
    EXPECT_EQ(server_.order(), asked);
    EXPECT_EQ(batches, 1u);
    EXPECT_THAT(store_->facts().batches(2).value(), IsEmpty());
    EXPECT_THAT(store_->facts().held_batches("register").value(), IsEmpty());
    const auto reread = replay(*store_, night(1), "register", {}, config_, *reference_);
    ASSERT_TRUE(reread);
    EXPECT_THAT(reread->why, IsEmpty());
    EXPECT_EQ(reread->counts.parts, 4u);
    EXPECT_EQ(crawl_once(2).outcome, SourceOutcome::kUnchanged);
  }
}

// What was accepted is not lost, and said to wait.
TEST_F(SecondRun, WhatIsAcceptedOnADayThatIsUsedUpIsPublishedOnTheNext) {
  city(12, 12);
  source("pause = 0\nmost_requests = 14", "", "complete");
  EXPECT_EQ(crawl_once(1).outcome, SourceOutcome::kPublished);
  city(4, 12);
  source("pause = 0\nmost_requests = 6", "", "complete");  // robots.txt, the list, four firms
  EXPECT_EQ(crawl_once(2).outcome, SourceOutcome::kHeld);
  EXPECT_EQ(crawl_once(2).outcome, SourceOutcome::kNotNow);
  ASSERT_TRUE(accept_held(*store_, "register", {"某科", "属实", Instant(make_date(2026, 1, 3))}, config_));
  const SourceReport accepted = crawl_once(2);
  EXPECT_EQ(accepted.outcome, SourceOutcome::kNotNow);
  EXPECT_THAT(accepted.why, HasSubstr("已接受的变化明天抓取后发布"));
  EXPECT_NE(crawl_once(3).outcome, SourceOutcome::kHeld);
  EXPECT_THAT(store_->facts().held_batches("register").value(), IsEmpty());
}

TEST_F(SecondRun, WhatItsHoursCutOffIsPublishedAsFarAsItCame) {
  city(12);
  source("pause = 0");
  class StopAfter : public Progress {
   public:
    explicit StopAfter(std::atomic<bool>& stop) : stop_(stop) {}
    void update(std::string_view, std::uint64_t, std::uint64_t, std::string_view) override {
      if (--left_ == 0) stop_ = true;
    }
    void note(std::string_view, std::string_view) override {}

   private:
    std::atomic<bool>& stop_;
    int left_ = 6;
  };
  StopAfter progress(stop_);
  config_.commit_pages = 1;
  ASSERT_FALSE(crawl(*store_, night(1), config_, *reference_, progress, stop_));
  stop_ = false;
  const auto asked = server_.order();
  source("pause = 0\nwindow = \"" + hours_from_now(2h, 4h) + "\"");
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(server_.order(), asked);
  EXPECT_EQ(report.outcome, SourceOutcome::kPublished) << report.why;
  EXPECT_THAT(report.why, HasSubstr("，未抓完"));
  EXPECT_GT(report.counts.fresh, 0u);
  EXPECT_EQ(report.failed_urls, 0u);
}

TEST_F(SecondRun, TheScopeHoldsForRedirects) {
  city(3);
  server_.put("/firm/1", {302, "", "Location: /secret/1\r\n"});
  server_.put("/firm/2", {302, "", "Location: /firm/3?from=2\r\n"});
  server_.put("/firm/3?from=2", {302, "", "Location: /firm/3\r\n"});
  source("pause = 0", "[scope]\ndeny = [\"/secret/\"]\n");
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(server_.count("/secret/1"), 0);
  EXPECT_THAT(report.why, HasSubstr("1 个网址不跟随（首个 " + server_.address("/secret/1")));
  EXPECT_THAT(report.why, HasSubstr("（deny）"));
  EXPECT_EQ(records(), 1u) << "the others lead to one page";
}

TEST_F(SecondRun, WhereAStartLeadsIsAskedUnlessItIsDenied) {
  city(3);
  server_.put("/list?page=1", {302, "", "Location: /index\r\n"});
  server_.put("/index", {200, "<html><body><ul><li><a href='/firm/1'>x</a></li></ul></body></html>"});
  source("pause = 0", "[scope]\nallow = [\"/firm/\"]\n");
  EXPECT_EQ(crawl_once(1).outcome, SourceOutcome::kPublished);
  EXPECT_EQ(records(), 1u);
  source("pause = 0", "[scope]\ndeny = [\"/index\"]\n");
  EXPECT_EQ(crawl_once(2).outcome, SourceOutcome::kFailed);
  EXPECT_EQ(server_.count("/index"), 1);
}

TEST_F(SecondRun, RobotsTxtIsAskedForOnceADay) {
  city(3);
  source("pause = 0");
  server_.put("/robots.txt", {200, "User-agent: *\nDisallow: /firm/2\nCrawl-delay: 0.1\n"});
  const RobotsState first = crawl_once(1).robots.at(0);
  server_.put("/robots.txt", {200, ""});
  const RobotsState again = crawl_once(1).robots.at(0);
  EXPECT_EQ(server_.count("/robots.txt"), 1);
  EXPECT_EQ(server_.count("/firm/2"), 0) << "and what it said holds";
  EXPECT_EQ(again.rules, 1u);
  EXPECT_EQ(again.crawl_delay, 0.1);
  EXPECT_EQ(again.fetched_at, first.fetched_at) << "the report says since when";
  crawl_once(2);
  EXPECT_EQ(server_.count("/robots.txt"), 2) << "24 hours later";
  EXPECT_EQ(server_.count("/firm/2"), 1);
}

TEST_F(SecondRun, ThatThereIsNoRobotsTxtIsKnownForADayToo) {
  city(1);
  source("pause = 0");
  crawl_once(1);
  server_.put("/robots.txt", {200, "User-agent: *\nDisallow: /\n"});
  EXPECT_EQ(crawl_once(1).robots.at(0).state, "allowed");
  EXPECT_EQ(server_.count("/robots.txt"), 1);
  EXPECT_EQ(crawl_once(2).robots.at(0).state, "forbidden");
}

TEST_F(SecondRun, ARobotsTxtThatDidNotComeIsAskedForByTheNextRun) {
  city(1);
  source("pause = 0");
  server_.put("/robots.txt", {503, "busy"});
  EXPECT_EQ(crawl_once(1).robots.at(0).state, "unreachable");
  EXPECT_EQ(server_.count("/list?page=1"), 0);
  const int asked = server_.count("/robots.txt");
  server_.put("/robots.txt", {200, ""});
  EXPECT_EQ(crawl_once(1).robots.at(0).state, "allowed");
  EXPECT_EQ(server_.count("/robots.txt"), asked + 1);
  EXPECT_EQ(records(), 1u);
}

TEST_F(SecondRun, WhatRobotsTxtSaidIsKeptToTheByte) {
  store::Facts& facts = store_->facts();
  const Instant clock = Instant(make_date(2026, 1, 2)), fetched = clock + 30min;
  const std::string odd("User-agent: *\nDisallow: /\xB2\xE9\0\r\n\xFF\xFE", 32);
  const std::string at = "http://a.example";
  EXPECT_FALSE(kept_robots(facts, at, clock, fetched).value());
  ASSERT_TRUE(keep_robots(facts, at, clock, {{RobotsAnswer::Kind::kFile, 200, odd}, fetched}));
  const auto kept = kept_robots(facts, at, clock, fetched + 23h).value();
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->answer.text, odd);
  EXPECT_EQ(kept->fetched_at, fetched);
  EXPECT_FALSE(kept_robots(facts, at, clock, fetched + 24h).value()) << "a day later by the time";
  EXPECT_FALSE(kept_robots(facts, at, clock + 24h, fetched).value()) << "or by the clock of the night";
  EXPECT_FALSE(kept_robots(facts, at, clock, fetched - 1s).value()) << "a clock that was put back";
  EXPECT_FALSE(kept_robots(facts, "https://a.example", clock, fetched).value()) << "an origin of its own";
  std::string longer(kMostRobotsBytes - 26, '#');  // "Disallow: /" ends where the reading does
  longer += "\nDisallow: /secret\n";
  ASSERT_TRUE(keep_robots(facts, at, clock, {{RobotsAnswer::Kind::kFile, 200, "User-agent: *\n" + longer}, fetched}));
  const Robots read = kept_robots(facts, at, clock, fetched).value()->answer.read("TanmiaoBot/0.1");
  EXPECT_EQ(read.rules(), Robots::parse("User-agent: *\n" + longer, "TanmiaoBot/0.1").rules()) << "a line that is cut";
  ASSERT_TRUE(keep_robots(facts, at, clock, {{RobotsAnswer::Kind::kNone, 0, "a web page in its place"}, fetched}));
  EXPECT_EQ(kept_robots(facts, at, clock, fetched).value()->answer.read("x").kind(), "no_file");
  ASSERT_TRUE(keep_robots(facts, at, clock, {{RobotsAnswer::Kind::kStatus, 404, ""}, fetched}));
  EXPECT_EQ(kept_robots(facts, at, clock, fetched).value()->answer.read("x").status(), 404);
  ASSERT_TRUE(facts.set_note("robots.txt " + at, "no JSON\nUser-agent: *\n"));
  EXPECT_FALSE(kept_robots(facts, at, clock, fetched).value());
}

TEST_F(SecondRun, ALogInInPlaceOfRobotsTxtOpensNothing) {
  city(2);
  source("pause = 0");
  server_.put("/robots.txt", {302, "", "Location: /login\r\n"});
  server_.put("/login", {200, "<html><form>密码<input type=password></form></html>"});
  SourceReport report = crawl_once(1);
  EXPECT_EQ(server_.count("/login"), 0);
  EXPECT_EQ(server_.count("/list?page=1"), 0);
  ASSERT_THAT(report.signs, SizeIs(1));
  EXPECT_EQ(report.signs[0].rule, "login-address");
  ASSERT_THAT(report.robots, SizeIs(1));
  EXPECT_EQ(report.robots[0].state, "unreachable");
  server_.put("/robots.txt", {200, "<html><body>请输入验证码<input name=\"captcha\"></body></html>"});
  report = crawl_once(2);
  EXPECT_TRUE(report.stopped);
  EXPECT_EQ(report.signs.at(0).rule, "captcha-image");
  server_.put("/robots.txt", {200, "<html><body><h1>欢迎</h1></body></html>"});
  EXPECT_EQ(server_.count("/list?page=1"), 0);
  report = crawl_once(3);
  EXPECT_EQ(report.outcome, SourceOutcome::kPublished) << "a site that answers every address with some page";
  EXPECT_THAT(report.robots.at(0).note, HasSubstr("应答是网页"));
  server_.put("/robots.txt", {200, "# 欢迎\n"});
  EXPECT_EQ(crawl_once(4).outcome, SourceOutcome::kUnchanged);
}

}  // namespace
}  // namespace tanmiao::crawler::second_run_test
