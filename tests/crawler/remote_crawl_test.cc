// Folders on a real FTP server: what is fetched, how often, and what a server or a line that fails does to it.
#include "crawler/observer.h"
#include "crawler/plan.h"
#include "ftp_fixture.h"

namespace tanmiao::crawler::remote_crawl_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class RemoteCrawl : public CrawlingFolders {};

TEST_F(RemoteCrawl, NewDatesAreTakenAndNothingIsFetchedTwice) {
  put(10, "a.zip", delivery(1, 30));
  put(10, "index.xml", "<index/>");
  put(13, "b.zip", delivery(31, 20));
  server_.start();
  remote_source();
  SourceReport report = crawl_once(14);
  EXPECT_EQ(report.outcome, SourceOutcome::kPublished) << report.why;
  EXPECT_EQ(records(), 50u);
  EXPECT_THAT(server_.asked("RETR"), SizeIs(2));
  EXPECT_THAT(server_.asked("USER"), SizeIs(1)) << "one connection";
  const auto parts = store_->facts().parts("register").value();
  EXPECT_TRUE(parts.contains(folder_of(10) + "/a.zip!inner.zip!list.csv"));
  server_.forget_log();
  report = crawl_once(15);
  EXPECT_EQ(report.outcome, SourceOutcome::kUnchanged);
  EXPECT_THAT(server_.asked("RETR"), IsEmpty());
  EXPECT_THAT(server_.asked("MLSD"), SizeIs(3)) << "dates, and once more the folder of each";
  server_.forget_log();
  put(17, "c.zip", delivery(51, 20));
  crawl_once(18);
  EXPECT_EQ(records(), 70u);
  EXPECT_THAT(server_.asked("RETR"), SizeIs(1));
  EXPECT_THAT(server_.asked("MLSD"), SizeIs(3)) << "dates, and the new folder before and after";
}

TEST_F(RemoteCrawl, AServerWithoutMlsdIsReadByList) {
  put(10, "a.zip", delivery(1, 30));
  server_.start("<Limit MLSD>\nDenyAll\n</Limit>");
  remote_source();
  crawl_once(11);
  EXPECT_EQ(records(), 30u);
  EXPECT_THAT(server_.asked("MLSD"), SizeIs(1)) << "it is asked once";
}

TEST_F(RemoteCrawl, AFileThatIsCutOffIsGoneOnWithTheNextNight) {
  put(10, "a.zip", delivery(1, 30, 600'000));
  server_.start("TransferRate RETR 200");
  remote_source('"' + server_.address() + '"');
  std::thread killer([&] {
    const fs::path folder = root_ / "inbox/register" / folder_of(10);
    for (int i = 0; i < 400; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      std::error_code none;
      for (fs::directory_iterator at(folder, none), end; !none && at != end; at.increment(none))
        if (at->path().extension() == ".part" && fs::file_size(at->path(), none) > 100'000) return server_.die();
    }
  });
  const SourceReport broken = crawl_once(11);
  killer.join();
  EXPECT_EQ(broken.outcome, SourceOutcome::kUnchanged) << broken.why;
  EXPECT_THAT(broken.why, HasSubstr("没有取成"));
  EXPECT_EQ(records(), 0u);
  EXPECT_FALSE(fs::exists(fetched(10, "a.zip")));
  server_.forget_log();
  server_.start();
  crawl_once(12);
  EXPECT_EQ(records(), 30u);
  const auto retr = server_.asked("RETR");
  ASSERT_THAT(retr, SizeIs(1));
  EXPECT_THAT(server_.asked("REST"), SizeIs(1));
  EXPECT_LT(std::stoul(retr[0].substr(retr[0].rfind(' ') + 1)), 520'000u) << "the rest of it only: " << retr[0];
}

TEST_F(RemoteCrawl, AMirrorTakesOverWhereTheFirstIsDown) {
  FtpServer second(root_ / "second");
  put(second, 10, "a.zip", delivery(1, 30));
  second.start();
  remote_source('"' + server_.address() + "\", \"" + second.address() + '"');
  const SourceReport report = crawl_once(11);
  EXPECT_EQ(report.outcome, SourceOutcome::kPublished) << report.why;
  EXPECT_EQ(records(), 30u);
  // The same file is no other one when the first is back, whatever its clock says.
  put(10, "a.zip", delivery(1, 30));
  fs::last_write_time(server_.root() / folder_of(10) / "a.zip",
                      fs::file_time_type::clock::now() - std::chrono::hours(9));
  server_.start();
  EXPECT_EQ(crawl_once(12).outcome, SourceOutcome::kUnchanged);
  EXPECT_THAT(server_.asked("RETR"), IsEmpty());
  EXPECT_EQ(store_->facts().parts("register").value().size(), 2u);
}

TEST_F(RemoteCrawl, AWrongPasswordIsTriedOnceANight) {
  put(10, "a.zip", delivery(1, 30));
  server_.start();
  remote_source();
  ::setenv("TANMIAO_TEST_FTP", "wrong-password", 1);
  const SourceReport report = crawl_once(11);
  EXPECT_EQ(report.outcome, SourceOutcome::kFailed);
  EXPECT_TRUE(report.stopped);
  EXPECT_THAT(report.why, HasSubstr("登录被拒绝"));
  EXPECT_THAT(report.why, Not(HasSubstr("wrong-password")));
  EXPECT_THAT(server_.asked("PASS"), SizeIs(1));
  EXPECT_THAT(store_->facts().note("remote register").value(), Not(HasSubstr("wrong-password")));
}

TEST_F(RemoteCrawl, AHalfFileIsTakenWhenItIsWhole) {
  const std::string whole = delivery(1, 30);
  put(10, "a.zip", whole.substr(0, whole.size() / 2));
  put(10, "b.zip", delivery(31, 30));
  server_.start();
  remote_source();
  SourceReport report = crawl_once(11);
  EXPECT_EQ(report.outcome, SourceOutcome::kPublished) << report.why;
  EXPECT_EQ(records(), 30u) << "the other one is not held for it";
  EXPECT_THAT(report.why, HasSubstr("a.zip"));
  put(10, "a.zip", whole);
  report = crawl_once(12);
  EXPECT_EQ(records(), 60u);
  EXPECT_THAT(server_.asked("RETR"), SizeIs(3));
}

TEST_F(RemoteCrawl, WhatStaysDamagedIsFetchedOnceMoreOnlyAndToldWhileItIsThere) {
  put(10, "a.zip", delivery(1, 30).substr(0, 200));
  server_.start();
  remote_source('"' + server_.address() + '"', "keeps_days = 6\nalarm_days = 2\n");
  for (int n = 11; n <= 14; ++n) EXPECT_THAT(crawl_once(n).why, HasSubstr("a.zip")) << n;
  EXPECT_THAT(server_.asked("RETR"), SizeIs(2));
  EXPECT_THAT(crawl_once(15).alarms, ElementsAre(HasSubstr("再过 1 天服务器将移除")));
  fs::remove_all(server_.root() / folder_of(10));
  put(15, "b.zip", delivery(31, 30));
  EXPECT_THAT(crawl_once(16).alarms, ElementsAre(HasSubstr("数据有缺口")));
  EXPECT_THAT(crawl_once(18).alarms, ElementsAre(HasSubstr("数据有缺口")));
  const auto accepted = accept_held(*store_, "register", {"科技局", "另行补到", Instant(day(18))}, config_);
  ASSERT_TRUE(accepted) << accepted.error().text();
  EXPECT_THAT(*accepted, SizeIs(1));
  EXPECT_THAT(crawl_once(19).alarms, IsEmpty());
  EXPECT_FALSE(accept_held(*store_, "register", {"科技局", "again", Instant(day(19))}, config_));
}

TEST_F(RemoteCrawl, WhatMayBeFetchedInANightIsBoundedAndTheRestFollows) {
  put(10, "a.zip", delivery(1, 30, 300'000));
  put(11, "b.zip", delivery(31, 30));
  server_.start();
  remote_source('"' + server_.address() + '"', "", "most_bytes = 200000\n");
  const SourceReport report = crawl_once(12);
  EXPECT_THAT(report.why, HasSubstr("上限"));
  EXPECT_EQ(records(), 0u) << "the oldest first: it leaves first";
  EXPECT_LE(report.bytes, 200'000u);
  crawl_once(13);
  EXPECT_EQ(records(), 60u);
  EXPECT_THAT(server_.asked("REST"), SizeIs(1));
}

TEST_F(RemoteCrawl, FilesOfTakenDatesGoAfterSomeTimeAndTheirRecordsStay) {
  put(10, "a.zip", delivery(1, 30));
  server_.start();
  remote_source('"' + server_.address() + '"', "keep_files_days = 3\n");
  crawl_once(11);
  crawl_once(12);
  EXPECT_TRUE(fs::exists(fetched(10, "a.zip")));
  server_.forget_log();
  crawl_once(15);
  EXPECT_FALSE(fs::exists(fetched(10, "a.zip")));
  EXPECT_EQ(crawl_once(16).outcome, SourceOutcome::kUnchanged);
  EXPECT_THAT(server_.asked("RETR"), IsEmpty());
  EXPECT_EQ(records(), 30u);
}

TEST_F(RemoteCrawl, WhoWatchesIsToldOfEachListingAndFile) {
  struct Told : Observer {
    void on(const CrawlEvent& event) override {
      if (event.kind == CrawlEvent::Kind::kReceived) came.emplace_back(event.address);
      if (event.kind == CrawlEvent::Kind::kReceived) requests += event.requests, bytes += event.bytes;
      if (event.kind == CrawlEvent::Kind::kFetched) read.emplace_back(event.address);
      if (event.kind == CrawlEvent::Kind::kAnswered) ++answers;
    }
    std::vector<std::string> came, read;
    std::uint64_t requests = 0, bytes = 0, answers = 0;
  } told;
  put(10, "a.zip", delivery(1, 30));
  server_.start();
  remote_source();
  config_.observer = &told;
  const SourceReport report = crawl_once(11);
  config_.observer = nullptr;
  const std::string folder = "/" + folder_of(10);
  EXPECT_THAT(told.came, ElementsAre("/CN/X-10-A/data/", folder + "/", folder + "/a.zip", folder + "/"));
  EXPECT_THAT(told.read, ElementsAre(folder_of(10) + "/a.zip!inner.zip!list.csv"));
  EXPECT_EQ(told.requests, report.requests);
  EXPECT_EQ(told.bytes, report.bytes);
  EXPECT_EQ(told.answers, report.requests);
}

TEST_F(RemoteCrawl, APlanIsWhatTheNextNightAsksForWhenNothingIsNew) {
  const auto planned = [&](int night) {
    const Instant noon = Instant(day(night)) + std::chrono::hours(12 - 8);
    return plan_crawl(*store_, config_, *reference_, noon).value().sources.at(0);
  };
  put(10, "a.zip", delivery(1, 30));
  server_.start();
  remote_source();
  EXPECT_TRUE(planned(11).first);
  EXPECT_THAT(planned(11).addresses, ElementsAre("/CN/X-10-A/data/"));
  crawl_once(11);
  const SourcePlan next = planned(12);
  EXPECT_THAT(next.addresses, ElementsAre("/CN/X-10-A/data/", "/" + folder_of(10) + "/"));
  ASSERT_THAT(next.hosts, SizeIs(1));
  EXPECT_EQ(next.hosts[0].requests, 2u);
  server_.forget_log();
  crawl_once(12);
  EXPECT_THAT(server_.asked("MLSD"), SizeIs(next.requests));
  EXPECT_THAT(server_.asked("RETR"), IsEmpty());
}

TEST_F(RemoteCrawl, WithoutApprovalNobodyIsAsked) {
  put(10, "a.zip", delivery(1, 30));
  server_.start();
  remote_source();
  write("sources/register.toml", [&] {
    std::ifstream in(root_ / "sources/register.toml");
    return std::string(std::istreambuf_iterator<char>(in), {}) + "# changed\n";
  }());
  EXPECT_EQ(crawl_once(11).outcome, SourceOutcome::kNotApproved);
  EXPECT_THAT(server_.asked("USER"), IsEmpty());
}

}  // namespace
}  // namespace tanmiao::crawler::remote_crawl_test
