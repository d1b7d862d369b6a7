// What a plan says against what the next crawl asks for.
#include "crawler/plan.h"

#include "crawler/queue_note.h"
#include "crawler/robots_memory.h"
#include "crawling_hosts.h"

namespace tanmiao::crawler::plan_test {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAreArray;

class Plan : public CrawlingHosts {
 protected:
  CrawlPlan plan(int day) {
    auto made = plan_crawl(*store_, config_, *reference_, noon(day));
    EXPECT_TRUE(made) << made.error().text();
    return made ? *made : CrawlPlan();
  }
  // Of the civil day of that night.
  static Instant noon(int day) {
    return Instant(make_date(2026, 1, 1) + std::chrono::days(day)) + std::chrono::hours(12 - 8);
  }
  // What the server was asked for by `body`, robots.txt left out.
  template <class Body>
  std::vector<std::string> asked(Body body) {
    const std::size_t before = server_.order().size();
    body();
    auto order = server_.order();
    order.erase(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(before));
    std::erase(order, "/robots.txt");
    for (std::string& target : order) target = server_.address(target);
    return order;
  }
};

TEST_F(Plan, KnowsTheStartOnlyBeforeTheFirstCrawl) {
  city(7);
  http_source();
  const CrawlPlan before = plan(1);
  ASSERT_THAT(before.sources, SizeIs(1));
  EXPECT_EQ(before.sources[0].obstacle, "未批准，未抓取");
  EXPECT_EQ(before.requests, 0u) << "nobody approved it";
  approve();
  const CrawlPlan now = plan(1);
  EXPECT_TRUE(now.sources[0].first);
  EXPECT_EQ(now.sources[0].obstacle, "");
  EXPECT_EQ(now.requests, 2u) << "robots.txt and the start";
  EXPECT_THAT(server_.order(), IsEmpty()) << "nothing was asked";
  EXPECT_EQ(now.obstacle, "");
  config_.least_free = std::uint64_t{1} << 60;
  const CrawlPlan full = plan(1);
  EXPECT_THAT(full.obstacle, HasSubstr("least_free_gb")) << "no crawl would begin";
  EXPECT_EQ(full.requests, 2u) << "and this is what one would ask for if there were room";
}

TEST_F(Plan, IsWhatTheNextCrawlAsksForWhenNothingChanged) {
  city(12);
  http_source("complete = \"complete\"", "[page.revisit]\nleast_days = 1\nmost_days = 8\n");
  approve();
  for (int day = 1; day <= 12; ++day) {
    const auto planned = plan(day).sources.at(0);
    const auto got = asked([&] { crawl_once(day); });
    if (day == 1) continue;
    EXPECT_THAT(planned.addresses, UnorderedElementsAreArray(got)) << day;
    EXPECT_EQ(planned.requests, got.size()) << day << ": at noon robots.txt is not yet a day old";
  }
}

TEST_F(Plan, CountsARedirectAndLeavesOutWhatRobotsForbade) {
  server_.put("/list?page=1", {200, "<ul><li><a href='/moved'>a</a></li><li><a href='/closed/1'>b</a></li></ul>"});
  server_.put("/moved", {302, "", "Location: /firm/1\r\n"});
  server_.put("/robots.txt", {200, "User-agent: *\nCrawl-delay: 2\nDisallow: /closed/\n", "", 0});
  detail(1, "试验科技有限公司");
  http_source("complete = \"part\"");
  approve();
  crawl_once(1);
  EXPECT_EQ(plan(2).requests, 3u) << "robots.txt was read within a day";
  const auto planned = plan(3).sources.at(0);
  EXPECT_THAT(planned.addresses, SizeIs(2));
  EXPECT_EQ(planned.requests, 4u);
  EXPECT_EQ(planned.refused, 1u);
  ASSERT_THAT(planned.hosts, SizeIs(1));
  EXPECT_EQ(planned.hosts[0].pause, milliseconds(2000)) << "what robots.txt asked for";
  EXPECT_EQ(planned.takes, milliseconds(3 * 2000));
  ASSERT_TRUE(planned.hosts[0].robots);
  EXPECT_EQ(planned.hosts[0].robots->state, "allowed");
  EXPECT_EQ(planned.hosts[0].robots->crawl_delay, 2.0);
  EXPECT_EQ(planned.hosts[0].robots->status, 200);
}

// Pure: whatever the store says.
class PlanOf : public ::testing::Test {
 protected:
  PlanOf() {
    source_ = parse_source(R"(
id = "a"
title = "甲"
publisher = "试验"
kind = "http"
hosts = ["a.example", "b.example"]
terms = "无"
basis = "试验"
[fetch]
start = ["http://a.example/"]
start_role = "page"
pause = 3
window = "22:00-06:00"
most_requests = 100
[[page]]
role = "page"
reader = "html"
[[page.link]]
xpath = "//a/@href"
role = "page"
)",
                           "a.toml")
                  .value();
  }
  SourcePlan plan(std::chrono::minutes of_day, bool open = false) {
    SourceKnowledge known{source_, Date(std::chrono::days(20'000)), of_day, false, 0, parts_, frontier_};
    known.open = open;
    known.rests = rests_;
    return plan_source(known);
  }
  void add(const std::string& host, int pages, store::UrlState state = store::UrlState::kDone) {
    for (int i = 0; i < pages; ++i) {
      store::FrontierUrl url;
      url.url = "http://" + host + "/" + (i == 0 ? std::string() : std::to_string(i));
      url.role = "page";
      url.state = state;
      frontier_.push_back(url);
    }
  }
  Source source_;
  std::map<std::string, store::Part> parts_;
  std::vector<store::FrontierUrl> frontier_;
  std::map<std::string, HostRest> rests_;
};

constexpr std::chrono::hours kNight(23), kNoon(12);

TEST_F(PlanOf, HostsSideBySideTheSlowestDecides) {
  add("a.example", 30);
  add("b.example", 10);
  const SourcePlan made = plan(kNight);
  EXPECT_EQ(made.requests, 42u);
  ASSERT_THAT(made.hosts, SizeIs(2));
  EXPECT_EQ(made.hosts[0].takes, std::chrono::seconds(30 * 3)) << "31 requests, a pause between two";
  EXPECT_EQ(made.hosts[1].takes, std::chrono::seconds(10 * 3));
  EXPECT_EQ(made.takes, made.hosts[0].takes);
}

TEST_F(PlanOf, OutsideTheHoursNothingIsAsked) {
  add("a.example", 3);
  EXPECT_THAT(plan(kNoon).obstacle, HasSubstr("22:00-06:00"));
  EXPECT_EQ(plan(kNight).obstacle, "");
  add("b.example", 90);
  source_.pause = std::chrono::minutes(10);
  EXPECT_THAT(plan(kNight).note, HasSubstr("抓不完"));
}

TEST_F(PlanOf, TheBoundOfTheNightHolds) {
  add("a.example", 300);
  const SourcePlan made = plan(kNight);
  EXPECT_EQ(made.requests, 100u);
  EXPECT_THAT(made.note, HasSubstr("请求数上限"));
}

TEST_F(PlanOf, WhatTheLastCrawlLeftOutIsLeftOut) {
  add("a.example", 4, store::UrlState::kRefused);
  frontier_[0].state = store::UrlState::kDone;
  frontier_[1].note = "robots.txt 不允许（第 2 行）";
  frontier_[1].attempts = 1;
  frontier_[2].note = "列表翻页重复，未访问";
  frontier_[3].note = "不在来源的主机名单内：http://c.example/";  // it was asked for and led away
  frontier_[3].attempts = 1;
  const SourcePlan made = plan(kNight);
  EXPECT_THAT(made.addresses, SizeIs(2));
  EXPECT_EQ(made.refused, 1u);
  EXPECT_EQ(made.requests, 3u);
}

TEST_F(PlanOf, ACrawlThatWasCutOffGoesOnWithWhatIsLeft) {
  add("a.example", 5);
  frontier_[3].state = store::UrlState::kLeased;
  frontier_[4].state = store::UrlState::kWaiting;
  const SourcePlan made = plan(kNight, true);
  EXPECT_TRUE(made.resumed);
  EXPECT_THAT(made.addresses, SizeIs(2));
  EXPECT_EQ(made.hosts[0].takes, std::chrono::seconds(3 * 3)) << "it begins with a pause";
  rests_["a.example"].over = "主机以 HTTP 412 拒绝程序访问";
  EXPECT_EQ(plan(kNight, true).requests, 0u);
}

TEST_F(PlanOf, WhatWasDroppedIsAsIfItHadNotBeenFound) {
  add("a.example", 3);
  for (store::FrontierUrl& url : frontier_) url = dropped(url, "a test");
  const SourcePlan made = plan(kNight, true);
  EXPECT_FALSE(made.resumed);
  EXPECT_THAT(made.addresses, ElementsAre("http://a.example/"));
  frontier_[2].state = store::UrlState::kWaiting;
  EXPECT_THAT(plan(kNight, true).addresses, ElementsAre("http://a.example/", "http://a.example/2"));
}

}  // namespace
}  // namespace tanmiao::crawler::plan_test
