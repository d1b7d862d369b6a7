// Whole crawls of a night over a small server on loopback.
#include <thread>

#include "crawler/archive.h"
#include "crawling_hosts.h"

namespace tanmiao::crawler::crawl_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(CrawlingHosts, ASourceThatNobodyApprovedIsNotAsked) {
  city(3);
  http_source();
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(report.outcome, SourceOutcome::kNotApproved);
  EXPECT_EQ(report.why, "未批准，未抓取");
  EXPECT_EQ(server_.count("/robots.txt"), 0);
}

TEST_F(CrawlingHosts, ASourceThatCannotBeFetchedYetIsNotAskedWhoeverApprovedIt) {
  city(3);
  http_source("not_yet = \"须登录\"");
  approve();
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(report.outcome, SourceOutcome::kNotApproved);
  EXPECT_EQ(report.why, "尚不能读取，未抓取：须登录");
  EXPECT_EQ(server_.count("/robots.txt"), 0);
}

TEST_F(CrawlingHosts, AttachmentsThatNoReaderReadsAreCountedAndNotAskedFor) {
  http_source();
  const fs::path file = root_ / "sources/register.toml";
  std::ofstream(file, std::ios::app) << "[[page.link]]\nxpath = \"//a/@href\"\nonly = '\\.pdf$'\nrole = \"unread\"\n";
  approve();
  city(2);
  server_.put("/firm/1",
              {200,
               "<html><meta charset=utf-8><a href='/list.pdf'>a</a><a href='/more.pdf'>b</a><table><tr><td>试验"
               "科技有限公司</td></tr><tr><td>" +
                   code(1) + "</td></tr></table></html>"});
  for (int night = 1; night <= 2; ++night) {
    const SourceReport report = crawl_once(night);
    EXPECT_THAT(report.why, HasSubstr("2 个附件的格式读不了（首个 " + server_.address("/list.pdf") + "）"));
    EXPECT_EQ(report.counts.fresh, night == 1 ? 2u : 0u);
  }
  EXPECT_EQ(server_.count("/list.pdf"), 0);
}

TEST_F(CrawlingHosts, WithoutAContactNothingIsAskedAndTheReportSaysSo) {
  city(3);
  http_source();
  approve();
  config_.identity.contact.clear();
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(report.outcome, SourceOutcome::kFailed);
  EXPECT_THAT(report.why, ::testing::HasSubstr("[crawl] contact"));
  EXPECT_EQ(server_.count("/robots.txt"), 0);
}

TEST_F(CrawlingHosts, ListsLeadToDetailsAndAnUnchangedSiteChangesNothing) {
  city(12);
  http_source();
  approve();
  const SourceReport first = crawl_once(1);
  EXPECT_EQ(first.outcome, SourceOutcome::kPublished) << first.why;
  EXPECT_EQ(first.counts.fresh, 12u);
  const SourceReport second = crawl_once(2);
  EXPECT_EQ(second.outcome, SourceOutcome::kUnchanged) << second.why;
  EXPECT_EQ(second.counts.parts_same, 15u);
  EXPECT_EQ(records(), 12u);
}

TEST_F(CrawlingHosts, APageThatCannotBeReadHoldsACompleteSource) {
  city(6);
  http_source();
  approve();
  crawl_once(1);
  server_.put("/firm/3", {400, "what?"});
  const SourceReport held = crawl_once(2);
  EXPECT_EQ(held.outcome, SourceOutcome::kHeld);
  EXPECT_THAT(held.why, HasSubstr("来源声明为完整"));
  EXPECT_EQ(records(), 6u);
}

TEST_F(CrawlingHosts, AFirmThatLeftACompleteSourceGetsATombstone) {
  city(6);
  http_source();
  approve();
  crawl_once(1);
  city(5);
  EXPECT_EQ(crawl_once(2).counts.gone, 1u);
  EXPECT_EQ(records(), 5u);
}

TEST_F(CrawlingHosts, ANightThatWasStoppedGoesOnAndEndsAsAnUndisturbedOne) {
  city(12);
  http_source();
  approve();
  crawl_once(1);
  const auto undisturbed = dump();
  open("other");
  approve();
  config_.commit_pages = 2;
  class StopAfter : public Progress {
   public:
    StopAfter(std::atomic<bool>& stop, int pages) : stop_(stop), left_(pages) {}
    void update(std::string_view, std::uint64_t, std::uint64_t, std::string_view) override {
      if (--left_ == 0) stop_ = true;
    }
    void note(std::string_view, std::string_view) override {}

   private:
    std::atomic<bool>& stop_;
    int left_;
  };
  int stops = 0;
  while (true) {
    stop_ = false;
    StopAfter progress(stop_, 4);
    const auto report = crawl(*store_, night(1), config_, *reference_, progress, stop_);
    if (report) break;
    ASSERT_EQ(report.error().code, Errc::kCancelled);
    ++stops;
    open("other");
  }
  EXPECT_GE(stops, 2);
  EXPECT_EQ(dump(), undisturbed);
}

TEST_F(CrawlingHosts, AHostThatShutsProgramsOutIsLeftAloneForTheNight) {
  for (const int status : {412, 403}) {
    open("data" + std::to_string(status));
    city(12);
    http_source("complete = \"part\"");
    approve();
    for (int i = 1; i <= 12; ++i) server_.put("/firm/" + std::to_string(i), {status, "no", "", 0});
    const int before = server_.count("/firm/4");
    const SourceReport report = crawl_once(1);
    EXPECT_TRUE(report.stopped);
    EXPECT_EQ(report.outcome, SourceOutcome::kFailed);
    EXPECT_THAT(report.why, HasSubstr("不再访问"));
    EXPECT_EQ(server_.count("/firm/4"), before) << "asked after the host had said no";
  }
}

TEST_F(CrawlingHosts, OneForbiddenPageIsNoStopSign) {
  city(6);
  http_source("complete = \"part\"");
  approve();
  server_.put("/firm/2", {403, "no", "", 0});
  const SourceReport report = crawl_once(1);
  EXPECT_FALSE(report.stopped);
  EXPECT_EQ(report.counts.fresh, 5u);
}

TEST_F(CrawlingHosts, ALogInPageStopsTheHost) {
  city(12);
  http_source("complete = \"part\"");
  approve();
  server_.put("/firm/2", {200, "<html><body><form><input type=\"password\"></form></body></html>", "", 0});
  EXPECT_TRUE(crawl_once(1).stopped);
  EXPECT_EQ(server_.count("/firm/5"), 0);
}

TEST_F(CrawlingHosts, DamagedCapturesAreFound) {
  city(3);
  http_source();
  approve();
  crawl_once(1);
  EXPECT_TRUE(check_captures(*store_, {"register"}).value().empty());
  const auto captures = store_->facts().captures("register", std::nullopt).value();
  const fs::path file = store_->folder().captures("register") / captures.at(1).segment;
  {
    std::fstream warc(file, std::ios::binary | std::ios::in | std::ios::out);
    warc.seekp(static_cast<std::streamoff>(captures.at(1).offset + 30));
    warc << "damage";
  }
  EXPECT_EQ(check_captures(*store_, {"register"}).value().size(), 1u);
  fs::remove(file);
  EXPECT_GE(check_captures(*store_, {"register"}).value().size(), 3u);
}

TEST_F(CrawlingHosts, APageThatIsTakenDownLeavesItsRecordAndNothingElse) {
  city(4);
  http_source();
  approve();
  crawl_once(1);
  const auto before = dump();
  const fs::path folder = store_->folder().captures("register");
  const std::string old = store_->facts().captures("register", std::nullopt).value().at(1).segment;
  const Unwanted third = [](const store::Capture& c) { return c.url.ends_with("/firm/3"); };
  const auto said = cut_archive(*store_, third, "TanmiaoBot/0.1", true).value();
  ASSERT_EQ(said.size(), 1u);
  EXPECT_TRUE(fs::exists(folder / old));
  const auto cut = cut_archive(*store_, third, "TanmiaoBot/0.1", false).value();
  ASSERT_EQ(cut.size(), 1u);
  EXPECT_EQ(cut[0].pages, 1u);
  EXPECT_EQ(cut[0].replayable, 1u);
  EXPECT_EQ(cut[0].kept, 4u);
  EXPECT_THAT(cut[0].addresses, ElementsAre(server_.address("/firm/3")));
  EXPECT_FALSE(fs::exists(folder / old));
  EXPECT_TRUE(check_captures(*store_, {"register"}).value().empty());
  for (const auto& capture : store_->facts().captures("register", std::nullopt).value())
    EXPECT_EQ(capture.segment.empty(), third(capture)) << capture.url;
  EXPECT_EQ(dump(), before);
  EXPECT_TRUE(cut_archive(*store_, third, "TanmiaoBot/0.1", false).value().empty());
  const auto again = replay(*store_, night(2), "register", std::nullopt, config_, *reference_);
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->counts.parts, 4u);
  EXPECT_EQ(dump(), before);
}

TEST_F(CrawlingHosts, RawPagesGoAfterTheirTimeAndTheCrawlGoesOn) {
  city(3);
  http_source();
  approve();
  crawl_once(1);
  const Instant now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  EXPECT_TRUE(prune_archive(*store_, now - std::chrono::hours(1), "TanmiaoBot/0.1", false).value().empty());
  const fs::path folder = store_->folder().captures("register");
  std::ofstream(folder / "000001.warc.gz.unknown") << "x";
  const auto cut = prune_archive(*store_, now + std::chrono::hours(1), "TanmiaoBot/0.1", false).value();
  ASSERT_EQ(cut.size(), 1u);
  EXPECT_EQ(cut[0].pages, 4u);
  EXPECT_EQ(cut[0].kept, 0u);
  EXPECT_EQ(cut[0].unknown_files, 1u);
  std::uintmax_t bytes = 0;
  for (const auto& file : fs::directory_iterator(folder)) bytes += file.file_size();
  EXPECT_LT(bytes, 1000u);  // the head of an empty segment
  detail(2, "改名科技有限公司");
  const SourceReport next = crawl_once(2);
  EXPECT_EQ(next.counts.changed, 1u) << next.why;
  EXPECT_TRUE(check_captures(*store_, {"register"}).value().empty());
  EXPECT_EQ(records(), 3u);
}

TEST_F(CrawlingHosts, WhatAPageAsksOfProgramsIsHeeded) {
  city(4);
  http_source("complete = \"part\"");
  approve();
  const auto page = [&](int number, const std::string& head, const std::string& headers) {
    server_.put("/firm/" + std::to_string(number),
                {200,
                 "<html><meta charset=utf-8>" + head + "<table><tr><td>试验科技有限公司</td></tr><tr><td>" +
                     code(number) + "</td></tr></table></html>",
                 headers});
  };
  page(1, "<meta name='robots' content='noindex'>", "");
  page(2, "", "X-Robots-Tag: noarchive\r\n");
  page(3, "", "X-Robots-Tag: otherbot: noindex\r\n");
  const SourceReport first = crawl_once(1);
  EXPECT_EQ(first.counts.fresh, 3u) << first.why;
  EXPECT_THAT(first.why, HasSubstr("1 个页面声明不得收录（noindex）"));
  EXPECT_THAT(first.why, HasSubstr("1 个页面声明不得存档（noarchive）"));
  for (const auto& capture : store_->facts().captures("register", std::nullopt).value()) {
    const bool kept = !capture.url.ends_with("/firm/1") && !capture.url.ends_with("/firm/2");
    EXPECT_EQ(!capture.segment.empty(), kept) << capture.url;
  }
  page(3, "", "X-Robots-Tag: noindex\r\n");
  const SourceReport second = crawl_once(2);
  EXPECT_EQ(second.counts.gone, 1u) << second.why;
  EXPECT_EQ(records(), 3u);  // with the one that is gone
}

TEST_F(CrawlingHosts, TheStateOfRobotsIsInTheReport) {
  city(2);
  http_source("complete = \"part\"");
  approve();
  server_.put("/robots.txt", {200, "User-agent: *\nDisallow: /firm/2\nCrawl-delay: 0.1\n"});
  const SourceReport first = crawl_once(1);
  ASSERT_EQ(first.robots.size(), 1u);
  EXPECT_EQ(first.robots[0].state, "allowed");
  EXPECT_EQ(first.robots[0].status, 200);
  EXPECT_EQ(first.robots[0].rules, 1u);
  EXPECT_EQ(first.robots[0].crawl_delay, 0.1);
  EXPECT_NE(first.robots[0].fetched_at, std::chrono::sys_seconds{});
  EXPECT_EQ(server_.count("/firm/2"), 0);
  EXPECT_THAT(first.why, ::testing::HasSubstr("1 个网址不许访问"));
  server_.put("/robots.txt", {200, "User-agent: *\nDisallow: /\n"});
  EXPECT_EQ(crawl_once(2).robots.at(0).state, "forbidden");
  server_.put("/robots.txt", {503, "", "Retry-After: 100000\r\n"});
  const SourceReport third = crawl_once(3);
  EXPECT_EQ(third.robots.at(0).state, "unreachable");
  EXPECT_EQ(third.robots.at(0).status, 503);
}

TEST_F(CrawlingHosts, AnEndlessSiteIsLeftWhereItsScopeEnds) {
  http_source("complete = \"part\"\n[scope]\nmost_alike = 3\ndeny = ['/private']");
  approve();
  for (int page = 1; page <= 9; ++page)
    server_.put("/list?page=" + std::to_string(page),
                {200, "<html><ul><li><a href='/firm/1;jsessionid=" + std::to_string(page) +
                          "'>x</a></li><li><a href='/private'>x</a></li></ul><a class='next' href='?page=" +
                          std::to_string(page + 1) + "'>n</a></html>"});
  detail(1, "试验科技有限公司");
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(report.counts.fresh, 1u);
  EXPECT_EQ(server_.count("/firm/1"), 1);
  EXPECT_EQ(server_.count("/list?page=3"), 1);
  EXPECT_EQ(server_.count("/list?page=4"), 0);
  EXPECT_EQ(server_.count("/private"), 0);
  EXPECT_THAT(report.why, HasSubstr("2 个网址不跟随（首个 " + server_.address("/private") + "：来源说明排除（deny）"));
}

TEST_F(CrawlingHosts, CapturesCanBeReadAgainWithoutTheHost) {
  city(4);
  http_source();
  approve();
  crawl_once(1);
  const int asked = server_.count("/firm/1");
  http_source("complete = \"complete\"\n# another text, another reading");
  const auto report = replay(*store_, night(2), "register", std::nullopt, config_, *reference_);
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->outcome, SourceOutcome::kUnchanged);
  EXPECT_EQ(report->counts.same, 4u);
  EXPECT_EQ(report->counts.parts, 5u);
  EXPECT_EQ(server_.count("/firm/1"), asked);
}

}  // namespace
}  // namespace tanmiao::crawler::crawl_test
