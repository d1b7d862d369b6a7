// Which addresses are asked for, in which order and in which nights.
#include <fstream>
#include <iterator>
#include <thread>

#include "crawler/host_memory.h"
#include "crawling_hosts.h"

namespace tanmiao::crawler::frontier_test {
namespace {

using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class Frontier : public CrawlingHosts {
 protected:
  std::size_t place_of(const std::string& target) {
    const auto order = server_.order();
    return static_cast<std::size_t>(std::find(order.begin(), order.end(), target) - order.begin());
  }
};

TEST_F(Frontier, PagesOfHigherPriorityGoFirst) {
  city(12);
  http_source();
  approve();
  crawl_once(1);
  EXPECT_LT(place_of("/firm/1"), place_of("/list?page=3")) << "as they were found";
  open("other");
  http_source("complete = \"complete\"", "");
  std::ifstream in(root_ / "sources/register.toml");
  std::string text{std::istreambuf_iterator<char>(in), {}};
  text.replace(text.find("role = \"list\"\nreader"), 0, "priority = 5\n");
  write("sources/register.toml", text);
  approve();
  const std::size_t before = server_.order().size();
  crawl_once(1);
  auto order = server_.order();
  order.erase(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(before));
  ASSERT_THAT(order, SizeIs(Ge(5u)));
  order.resize(5);
  EXPECT_THAT(order, ElementsAre("/robots.txt", "/list?page=1", "/list?page=2", "/list?page=3", "/firm/1"));
}

TEST_F(Frontier, APageThatStaysTheSameIsAskedForMoreRarelyAndOftenAgainWhenItChanges) {
  city(2);
  http_source("complete = \"complete\"", "[page.revisit]\nleast_days = 1\nmost_days = 4\n");
  approve();
  std::vector<int> asked;  // nights in which the first firm was
  for (int n = 1; n <= 16; ++n) {
    if (n == 14) detail(1, "试验改名科技有限公司");
    const int before = server_.count("/firm/1");
    const SourceReport report = crawl_once(n);
    EXPECT_EQ(records(), 2u) << n;
    EXPECT_EQ(report.counts.gone, 0u) << n;
    if (server_.count("/firm/1") > before) asked.push_back(n);
    EXPECT_EQ(report.not_due > 0, server_.count("/firm/1") == before) << n;
    if (report.not_due > 0) {
      EXPECT_THAT(report.why, HasSubstr("2 个页面未到复查日，未访问"));
    }
  }
  // 1 day after the first answer, then 2, then 4 and no more; it changed for night 14 and is due half as late.
  EXPECT_THAT(asked, ElementsAre(1, 2, 4, 8, 12, 16));
}

TEST_F(Frontier, APageThatSaysTheSameInOtherBytesIsNoChange) {
  city(1);
  http_source("complete = \"complete\"", "[page.revisit]\nleast_days = 1\nmost_days = 8\n");
  approve();
  std::vector<int> asked;
  for (int n = 1; n <= 9; ++n) {
    server_.put("/firm/1", {200,
                            "<table><tr><td>试验科技有限公司</td></tr><tr><td>" + code(1) +
                                "</td></tr></table><p>今天是第 " + std::to_string(n) + " 天</p>",
                            "Content-Type: text/html; charset=utf-8\r\n"});
    const int before = server_.count("/firm/1");
    EXPECT_EQ(crawl_once(n).counts.changed, 0u) << n;
    if (server_.count("/firm/1") > before) asked.push_back(n);
  }
  EXPECT_THAT(asked, ElementsAre(1, 2, 4, 8));
}

TEST_F(Frontier, AnotherDescriptionReadsThePageAgainBeforeItIsDue) {
  city(1);
  http_source("complete = \"complete\"", "[page.revisit]\nleast_days = 9\nmost_days = 9\n");
  approve();
  crawl_once(1);
  EXPECT_EQ(crawl_once(2).not_due, 1u);
  http_source("complete = \"complete\"\n# changed", "[page.revisit]\nleast_days = 9\nmost_days = 9\n");
  approve();
  EXPECT_EQ(crawl_once(3).not_due, 0u);
}

TEST_F(Frontier, AFirmIsGoneOnlyWhenItWasMissedOftenEnough) {
  city(6);
  http_source("complete = \"complete\"\n[contract]\nmisses = 3\n");
  approve();
  crawl_once(1);
  city(5);
  for (const int n : {2, 3}) {
    const SourceReport report = crawl_once(n);
    EXPECT_EQ(report.counts.gone, 0u) << n;
    EXPECT_EQ(report.counts.missing, 1u) << n;
    EXPECT_THAT(report.why, HasSubstr("1 条记录本次未见，连续 3 次未见才算消失")) << n;
    EXPECT_EQ(records(), 6u) << n;
  }
  EXPECT_EQ(crawl_once(4).counts.gone, 1u);
  EXPECT_EQ(records(), 5u);
  EXPECT_EQ(crawl_once(5).counts.missing, 0u);
}

TEST_F(Frontier, TheHostsOfASourceDoNotWaitForEachOther) {
  city(5);
  TestServer other;
  for (int i = 6; i <= 8; ++i)
    other.put("/firm/" + std::to_string(i), {200,
                                             "<table><tr><td>试验" + std::to_string(i) +
                                                 "科技有限公司</td></tr><tr><td>" + code(i) + "</td></tr></table>",
                                             "Content-Type: text/html; charset=utf-8\r\n"});
  std::string body = "<html><body><ul>";
  for (int i = 6; i <= 8; ++i) body += "<li><a href='" + other.address("/firm/" + std::to_string(i)) + "'>x</a></li>";
  for (int i = 1; i <= 5; ++i) body += "<li><a href='/firm/" + std::to_string(i) + "'>x</a></li>";
  server_.put("/list?page=1", {200, body + "</ul></body></html>"});
  // The other host asks to be left for a second; this one goes on.
  other.put("/firm/6", {503, "busy", "Retry-After: 1\r\n"}, 1);
  http_source();
  approve();
  const auto began = std::chrono::steady_clock::now();
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(report.outcome, SourceOutcome::kPublished) << report.why;
  EXPECT_EQ(records(), 8u);
  EXPECT_EQ(other.count("/robots.txt"), 1);
  EXPECT_EQ(other.count("/firm/6"), 2);
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(900)) << "the second is waited for";
  EXPECT_THAT(report.robots, SizeIs(2));
}

TEST_F(Frontier, WhatAHostAskedForHoldsForTheNextProcessOfTheNight) {
  city(3);
  http_source("complete = \"part\"");
  approve();
  server_.put("/firm/1", {503, "busy", "Retry-After: 2\r\n"}, 1);
  server_.put("/firm/3", {412, "no"});
  class StopAtTheSecond : public Progress {  // address: the list, then the firm that was busy is still waited for
   public:
    explicit StopAtTheSecond(std::atomic<bool>& stop) : stop_(stop) {}
    void update(std::string_view, std::uint64_t, std::uint64_t, std::string_view) override {
      std::thread([this] {
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        stop_ = true;
      }).detach();
    }
    void note(std::string_view, std::string_view) override {}

   private:
    std::atomic<bool>& stop_;
  };
  const auto began = std::chrono::steady_clock::now();
  StopAtTheSecond progress(stop_);
  ASSERT_FALSE(crawl(*store_, night(1), config_, *reference_, progress, stop_));
  EXPECT_EQ(server_.count("/firm/1"), 1);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));  // its thread has ended
  open();
  stop_ = false;
  const store::Night first = night(1);
  const SourceReport report = crawl_once(1);
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(2000));
  EXPECT_EQ(server_.count("/firm/1"), 2);
  EXPECT_TRUE(report.stopped) << report.why;
  // A host that is left alone stays so until the night is over, whatever becomes of the process.
  StoredHostMemory memory(store_->facts(), first.civil_date, first.clock);
  const std::string host = server_.address("").substr(7);
  EXPECT_THAT(memory.known(host).over, HasSubstr("412"));
  const auto later = [&](std::chrono::hours hours) {
    const Instant clock = first.clock + hours;
    return StoredHostMemory(store_->facts(), civil_day(clock), clock).known(host).over;
  };
  EXPECT_THAT(later(std::chrono::hours(1)), HasSubstr("412"));
  EXPECT_THAT(later(std::chrono::hours(7)), HasSubstr("412")) << "midnight ends no night";
  EXPECT_EQ(later(std::chrono::hours(24)), "");
}

TEST_F(Frontier, WhatIsAskedForWasLeasedBeforeAndCountsWhenTheProcessDies) {
  city(8);
  http_source();
  approve();
  config_.commit_pages = 1'000;
  // Stops when the fifth page has come: nothing of it is committed but the leases.
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
  StopAfter progress(stop_, 5);
  ASSERT_FALSE(crawl(*store_, night(1), config_, *reference_, progress, stop_));
  const auto asked = server_.order();
  const auto batches = store_->facts().batches(night(1).id).value();
  ASSERT_THAT(batches, SizeIs(1));
  std::set<std::string> leased_or_more;
  for (const auto& url : store_->facts().frontier(batches[0].id).value())
    if (url.state != store::UrlState::kWaiting) leased_or_more.insert(url.url);
  for (const std::string& target : asked) {
    if (target == "/robots.txt") continue;
    EXPECT_TRUE(leased_or_more.contains(server_.address(target))) << target;
  }
  stop_ = false;
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(report.outcome, SourceOutcome::kPublished) << report.why;
  EXPECT_EQ(records(), 8u);
  EXPECT_EQ(server_.count("/robots.txt"), 1) << "the process that goes on knows what it said";
  EXPECT_GE(report.requests + 1, server_.order().size()) << "every page counts";
}

TEST_F(Frontier, WhatADescriptionDoesNotCountIsNoChange) {
  const auto put = [&](const std::string& name, int staff, int views) {
    server_.put("/firm/1", {200,
                            "<html><meta charset=utf-8><body><table><tr><td>" + name + "</td></tr><tr><td>" + code(1) +
                                "</td></tr><tr><td>" + std::to_string(staff) + "</td></tr></table><p>浏览 " +
                                std::to_string(views) + "</p></body></html>",
                            "Content-Type: text/html; charset=utf-8\r\n"});
  };
  city(1);
  http_source("complete = \"complete\"", "insured_staff = \"tr[3]/td\"\n");
  std::ifstream in(root_ / "sources/register.toml");
  std::string text{std::istreambuf_iterator<char>(in), {}};
  text.replace(text.find("rows = "), 0, "changes = \"records\"\nuncounted = [\"insured_staff\"]\n");
  write("sources/register.toml", text);
  approve();
  put("试验1科技有限公司", 10, 1);
  EXPECT_EQ(crawl_once(1).counts.fresh, 1u);
  const auto captures = [&] { return store_->facts().captures("register", std::nullopt).value().size(); };
  const std::size_t before = captures();
  put("试验1科技有限公司", 12, 2);
  SourceReport report = crawl_once(2);
  EXPECT_EQ(report.outcome, SourceOutcome::kUnchanged) << report.why;
  EXPECT_EQ(captures(), before) << "nor is it archived again";
  put("改名科技有限公司", 13, 3);
  report = crawl_once(3);
  EXPECT_EQ(report.counts.changed, 1u);
  EXPECT_EQ(captures(), before + 1);
  const auto versions = store_->facts().history("register", RecordKind::kFirm, code(1)).value();
  EXPECT_EQ(versions.size(), 2u);
  EXPECT_TRUE(std::any_of(versions.begin(), versions.end(), [](const store::StoredRecord& version) {
    const auto& fields = version.record.fields;
    return std::any_of(fields.begin(), fields.end(),
                       [](const FieldValue& v) { return v.field == Field::kInsuredStaff && v.value == "13"; });
  })) << "what does not count comes along";
}

}  // namespace
}  // namespace tanmiao::crawler::frontier_test
