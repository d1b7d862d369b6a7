// What is told of a crawl, and what becomes of it: JSON lines, counters.
#include <fcntl.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

#include "crawler/watch_events.h"
#include "crawler/watch_metrics.h"
#include "crawling_hosts.h"

namespace tanmiao::crawler::watch_test {
namespace {

namespace json = boost::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Watching : public CrawlingHosts {
 protected:
  Watching() {
    config_.observer = &all_;
    all_.add(&told_);
  }
  struct Told : Observer {
    void on(const CrawlEvent& event) override {
      kinds.push_back(event.kind);
      if (event.kind == CrawlEvent::Kind::kFetched) waiting.push_back(event.waiting), records += event.records;
    }
    std::vector<CrawlEvent::Kind> kinds;
    std::vector<std::uint64_t> waiting;
    std::uint64_t records = 0;
    auto count(CrawlEvent::Kind kind) const { return std::count(kinds.begin(), kinds.end(), kind); }
  };
  static std::string text_of(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
  }
  std::vector<json::object> lines_of(const fs::path& file) {
    std::istringstream in(text_of(file));
    std::vector<json::object> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(json::parse(line).as_object());
    return lines;
  }
  static std::vector<std::string> names(const std::vector<json::object>& lines) {
    std::vector<std::string> out;
    for (const json::object& line : lines) out.emplace_back(line.at("event").as_string());
    return out;
  }
  // The value of a metric, or -1.
  static double metric(const std::string& text, const std::string& line) {
    const std::size_t at = ("\n" + text).find("\n" + line + " ");
    return at == std::string::npos ? -1 : std::stod(text.substr(at + line.size()));
  }

  Observers all_;
  Told told_;
};

TEST_F(Watching, EachAddressIsToldOnceInTheOrderOfThings) {
  city(7);
  http_source();
  approve();
  crawl_once(1);
  using Kind = CrawlEvent::Kind;
  EXPECT_EQ(told_.kinds.front(), Kind::kNightBegins);
  EXPECT_EQ(told_.kinds.back(), Kind::kEnds);
  EXPECT_EQ(told_.count(Kind::kFetched), 2 + 7);
  EXPECT_EQ(told_.records, 7u);
  EXPECT_EQ(told_.count(Kind::kAsks), 2 + 7 + 1) << "robots.txt as well";
  EXPECT_EQ(told_.count(Kind::kAnswered), told_.count(Kind::kAsks));
  EXPECT_EQ(told_.count(Kind::kSourceBegins), 1);
  EXPECT_EQ(told_.count(Kind::kSourceEnds), 1);
  EXPECT_EQ(told_.waiting.back(), 0u);
}

TEST_F(Watching, JsonLinesSayWhatHappened) {
  city(3);
  server_.put("/robots.txt", {200, "User-agent: *\nDisallow: /firm/2\n", "", 0});
  server_.put("/firm/3", {404, "gone", "", 0});
  http_source("complete = \"part\"");
  approve();
  auto events = EventLines::open(root_ / "events.jsonl").value();
  all_.add(events.get());
  crawl_once(1);
  EXPECT_EQ(events->finish(std::chrono::milliseconds(100)), "");
  const auto lines = lines_of(root_ / "events.jsonl");
  EXPECT_THAT(names(lines), ElementsAre("night_begin", "source_begin", "fetched", "fetched", "refused", "failed",
                                        "published", "end"));
  EXPECT_EQ(lines[3].at("address").as_string(), server_.address("/firm/1"));
  EXPECT_EQ(lines[3].at("records").to_number<int>(), 1);
  EXPECT_THAT(std::string(lines[4].at("why").as_string()), HasSubstr("robots.txt 不允许"));
  EXPECT_EQ(lines[5].at("status").to_number<int>(), 404);
  EXPECT_EQ(lines[6].at("new").to_number<int>(), 1);
  EXPECT_EQ(lines[7].at("requests").to_number<int>(), 4);
}

TEST_F(Watching, RowsThatAreRefusedAreToldWithoutTheRow) {
  folder_source();
  write("inbox/register/a.csv",
        "企业名称,编号,成立日期,住所\n试验科技有限公司,没有编号,2015-06-02,秘密路\n" + firm_row(1));
  auto events = EventLines::open(root_ / "events.jsonl").value();
  all_.add(events.get());
  crawl_once(1);
  EXPECT_EQ(events->finish(std::chrono::milliseconds(100)), "");
  const auto lines = lines_of(root_ / "events.jsonl");
  ASSERT_THAT(names(lines), Contains("reject"));
  for (const auto& line : lines)
    if (line.at("event").as_string() == "reject") {
      EXPECT_EQ(line.at("line").to_number<int>(), 2);
      EXPECT_EQ(line.at("part").as_string(), "a.csv");
    }
  EXPECT_THAT(text_of(root_ / "events.jsonl"), Not(HasSubstr("秘密路")));
}

TEST_F(Watching, AReaderThatDoesNotReadHoldsNobodyUp) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  constexpr std::size_t kRoom = 20'000;
  EventLines events(ends[1], true, kRoom);
  CrawlEvent event{CrawlEvent::Kind::kHostLeft};
  event.host = "data.example";
  event.why = "试验";
  const auto began = std::chrono::steady_clock::now();
  constexpr int kEvents = 20'000;  // more than the pipe (64 KiB) and the room take
  for (int i = 0; i < kEvents; ++i) events.on(event);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
  EXPECT_NE(events.finish(std::chrono::milliseconds(1)), "");
  // Now it reads: what comes next is told, and how much was left out.
  std::string got;
  ASSERT_EQ(::fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
  const auto drain = [&] {
    std::array<char, 65536> piece{};
    for (ssize_t read; (read = ::read(ends[0], piece.data(), piece.size())) > 0;)
      got.append(piece.data(), static_cast<std::size_t>(read)), events.tick();
  };
  drain();
  events.on(event);
  drain();
  ::close(ends[0]);
  std::istringstream in(got);
  int whole = 0;
  std::int64_t dropped = 0;
  for (std::string line; std::getline(in, line);) {
    const json::object read = json::parse(line).as_object();  // none is cut
    read.at("event").as_string() == "dropped" ? void(dropped += read.at("lines").to_number<int>()) : void(++whole);
  }
  EXPECT_EQ(whole + dropped, kEvents + 1);
  EXPECT_GT(dropped, 0);
}

TEST_F(Watching, MetricsCountPerSourceAndHost) {
  city(4);
  http_source();
  approve();
  MetricsFile metrics(root_ / "tanmiao.prom", std::chrono::milliseconds(0));
  all_.add(&metrics);
  crawl_once(1);
  ASSERT_TRUE(metrics.write());
  const std::string text = text_of(root_ / "tanmiao.prom");
  const std::string host = server_.address("").substr(std::string("http://").size());
  EXPECT_EQ(metric(text, "tanmiao_source_requests_total{source=\"register\"}"), 6);
  EXPECT_EQ(metric(text, "tanmiao_source_pages_total{source=\"register\",result=\"read\"}"), 5);
  EXPECT_EQ(metric(text, "tanmiao_source_records{source=\"register\",change=\"new\"}"), 4);
  EXPECT_EQ(metric(text, "tanmiao_source_frontier{source=\"register\"}"), 0);
  EXPECT_EQ(metric(text, "tanmiao_source_held{source=\"register\"}"), 0);
  EXPECT_EQ(metric(text, "tanmiao_source_alarms{source=\"register\"}"), 0);
  EXPECT_EQ(metric(text, "tanmiao_host_requests_total{host=\"" + host + "\"}"), 6);
  EXPECT_EQ(metric(text, "tanmiao_host_answers_total{host=\"" + host + "\",class=\"2xx\"}"), 5);
  EXPECT_EQ(metric(text, "tanmiao_host_answers_total{host=\"" + host + "\",class=\"4xx\"}"), 1) << "no robots.txt";
  EXPECT_EQ(metric(text, "tanmiao_crawl_success"), 1);
  EXPECT_EQ(metric(text, "tanmiao_crawl_running"), 0);
  EXPECT_GT(metric(text, "tanmiao_source_last_success_timestamp_seconds{source=\"register\"}"), 1e9);
  EXPECT_FALSE(fs::exists(root_ / "tanmiao.prom.new"));
  SourceReport alarming;
  alarming.id = "register";
  alarming.alarms = {"x", "y"};
  CrawlEvent ends{CrawlEvent::Kind::kSourceEnds};
  ends.source = "register";
  ends.report = &alarming;
  metrics.on(ends);
  EXPECT_EQ(metric(metrics.text(), "tanmiao_source_alarms{source=\"register\"}"), 2);
}

TEST(Metrics, LabelsAreEscaped) {
  MetricsFile metrics("unused.prom");
  metrics.know_success("a\"b\\c\nd", Instant(std::chrono::seconds(1'700'000'000)));
  EXPECT_THAT(metrics.text(), HasSubstr("{source=\"a\\\"b\\\\c\\nd\"} 1700000000\n"));
}

}  // namespace
}  // namespace tanmiao::crawler::watch_test
