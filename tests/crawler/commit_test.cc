// A group goes into the store while the hosts are asked on (crawler/http_crawl_commit.cc).
#include <memory>

#include "crawling_hosts.h"
#include "store/sqlite_facts.h"

namespace tanmiao::crawler::commit_test {
namespace {

class Committing : public CrawlingHosts {
 protected:
  void SetUp() override {
    city(40, 40);
    http_source();
    approve();
    tonight_ = night(1);
  }
  // Another connection to the facts; the server's thread uses it.
  std::unique_ptr<store::SqliteFacts> beside(store::sql::Database::Mode mode) {
    return std::make_unique<store::SqliteFacts>(root_ / "data/facts.db", mode);
  }
  Result<CrawlReport> crawl_tonight() {
    auto report = crawl(*store_, tonight_, config_, *reference_, silent_progress(), stop_);
    server_.watch({});
    return report;
  }
  void expect_all(const Result<CrawlReport>& report) {
    ASSERT_TRUE(report) << report.error().text();
    EXPECT_EQ(report->sources.at(0).outcome, SourceOutcome::kPublished) << report->sources.at(0).why;
    EXPECT_EQ(records(), 40u);
  }
  store::Night tonight_;
};

// Nobody may be asked for what the store would not know when the process dies now.
TEST_F(Committing, WhatIsAskedForIsLeasedInTheStoreByThen) {
  config_.commit_pages = 3;
  const auto facts = beside(store::sql::Database::Mode::kRead);
  std::vector<std::string> unknown;
  int looked = 0;
  server_.watch([&](const std::string& target) {
    if (target == "/robots.txt") return;
    ++looked;
    const auto batches = facts->batches(tonight_.id).value();
    for (const store::FrontierUrl& url : facts->frontier(batches.at(0).id).value())
      if (url.url == server_.address(target) && url.state == store::UrlState::kLeased) return;
    unknown.push_back(target);
  });
  expect_all(crawl_tonight());
  EXPECT_EQ(looked, 41);
  EXPECT_THAT(unknown, ::testing::IsEmpty());
}

// While another holds the store no group gets in. Without a thread of its own the crawl would stand from the eighth
// page on, and never come to the page at which the store is let go.
TEST_F(Committing, HostsAreAskedOnMeanwhile) {
  config_.commit_pages = 8;
  const auto facts = beside(store::sql::Database::Mode::kWrite);
  bool held = false, let_go = false;
  server_.watch([&](const std::string& target) {
    if (target == "/firm/2") held = static_cast<bool>(facts->begin_whole());
    if (target == "/firm/13") let_go = static_cast<bool>(facts->end_whole(false));
  });
  expect_all(crawl_tonight());
  EXPECT_TRUE(held && let_go);
}

TEST_F(Committing, WhatTheStoreRefusesEndsTheCrawl) {
  config_.commit_pages = 3;
  const auto facts = beside(store::sql::Database::Mode::kWrite);
  server_.watch([&](const std::string& target) {
    if (target != "/firm/20") return;
    const store::BatchId batch = facts->batches(tonight_.id).value().at(0).id;
    EXPECT_TRUE(facts->hold(batch, "a test", ""));
  });
  const auto report = crawl_tonight();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Errc::kConflict) << report.error().text();
  EXPECT_LT(server_.order().size(), 40u);
}

// Groups of one page, and of all.
TEST_F(Committing, TheStoreIsTheSameHoweverManyGroupsThereAre) {
  config_.commit_pages = 1;
  expect_all(crawl_tonight());
  const auto wanted = dump();
  open("other");
  approve();
  tonight_ = night(1);
  config_.commit_pages = 100'000;
  expect_all(crawl_tonight());
  EXPECT_EQ(dump(), wanted);
}

}  // namespace
}  // namespace tanmiao::crawler::commit_test
