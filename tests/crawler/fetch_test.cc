// Against a small real server on loopback whose answers are made in the test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "crawler/fetcher_hosts.h"
#include "http_fixture.h"

namespace tanmiao::crawler::fetch_test {
namespace {

using ::testing::HasSubstr;

class Fetching : public ::testing::Test {
 protected:
  PoliteAnswer get(const std::string& target) {
    boost::asio::io_context loop(1);
    Fetcher fetcher(loop, "TanmiaoBot/0.1 (+test@example.test)");
    Hosts hosts(loop, fetcher, "TanmiaoBot/0.1", stop_);
    Policy policy;
    policy.hosts = {"127.0.0.1"};
    policy.pause = std::chrono::milliseconds(0);
    policy.allow_loopback_speed = true;
    policy.most_attempts = 3;
    PoliteAnswer answer;
    FetchRequest request;
    request.url = server_.address(target);
    request.most_bytes = 1000;
    boost::asio::co_spawn(loop, hosts.get(request, policy), [&](std::exception_ptr thrown, PoliteAnswer got) {
      ASSERT_FALSE(thrown);
      answer = std::move(got);
    });
    loop.run();
    return answer;
  }
  TestServer server_;
  std::atomic<bool> stop_ = false;
};

using Kind = PoliteAnswer::Kind;

std::string gzip_of(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(text.size() + 100, '\0'), in(text);
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST_F(Fetching, APageComesWithTheDecisionThatAllowedItAndTellsWhoAsked) {
  server_.put("/robots.txt", {200, "User-agent: *\nDisallow: /no\n"});
  server_.put("/page", {200, "hello"});
  const PoliteAnswer answer = get("/page");
  ASSERT_EQ(answer.kind, Kind::kAnswer);
  EXPECT_EQ(answer.response.body, "hello");
  EXPECT_EQ(answer.robots, "allowed: no rule");
  EXPECT_THAT(server_.last_request(), HasSubstr("TanmiaoBot/0.1 (+test@example.test)"));
}

TEST_F(Fetching, WhatRobotsForbidsIsNotAsked) {
  server_.put("/robots.txt", {200, "User-agent: *\nDisallow: /no\n"});
  EXPECT_EQ(get("/no/page").kind, Kind::kRefused);
  EXPECT_EQ(server_.count("/no/page"), 0);
}

TEST_F(Fetching, AHostWhoseRobotsFileFailsIsNotAsked) {
  server_.put("/robots.txt", {500, "sorry"});
  server_.put("/page", {200, "hello"});
  const PoliteAnswer answer = get("/page");
  EXPECT_EQ(answer.kind, Kind::kFailed);
  EXPECT_EQ(server_.count("/page"), 0);
  EXPECT_EQ(server_.count("/robots.txt"), 3);
}

TEST_F(Fetching, ABusyHostIsAskedAgainAfterTheTimeItNames) {
  server_.put("/page", {503, "busy", "Retry-After: 1\r\n"}, 1);
  server_.put("/page", {200, "hello"});
  const auto begin = std::chrono::steady_clock::now();
  const PoliteAnswer answer = get("/page");
  EXPECT_EQ(answer.kind, Kind::kAnswer);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
  EXPECT_EQ(server_.count("/page"), 2);
}

TEST_F(Fetching, AHostThatWantsLongerPausesThanThereIsTimeForIsLeftAlone) {
  server_.put("/robots.txt", {200, "User-agent: *\nCrawl-delay: 7200\n"});
  const PoliteAnswer answer = get("/page");
  EXPECT_EQ(answer.kind, Kind::kRefused);
  EXPECT_THAT(answer.note, HasSubstr("7200 秒"));
  EXPECT_EQ(server_.count("/page"), 0);
}

TEST_F(Fetching, RobotsIsFollowedOverFiveRedirectsAndNotOverSix) {
  for (int hops = 5; hops <= 6; ++hops) {
    server_.put("/robots.txt", {301, "", "Location: /r/" + std::to_string(hops - 1) + "\r\n"});
    for (int i = 1; i < 6; ++i)
      server_.put("/r/" + std::to_string(i), {302, "", "Location: /r/" + std::to_string(i - 1) + "\r\n"});
    server_.put("/r/0", {200, "User-agent: *\nDisallow: /\n"});
    server_.put("/page", {200, "hello"});
    EXPECT_EQ(get("/page").kind, hops == 5 ? Kind::kRefused : Kind::kAnswer) << hops;
  }
}

TEST_F(Fetching, ARobotsFileThatLeadsToItselfIsNoneAndNobodySays404) {
  server_.put("/robots.txt", {302, "", "Location: /robots.txt\r\n"});
  server_.put("/page", {200, "hello"});
  EXPECT_EQ(get("/page").robots, "no robots.txt (redirects to itself)");
  EXPECT_EQ(server_.count("/robots.txt"), 1);
  server_.put("/robots.txt", {302, "", "Location: /r/6\r\n"});
  for (int i = 1; i <= 6; ++i)
    server_.put("/r/" + std::to_string(i), {302, "", "Location: /r/" + std::to_string(i - 1) + "\r\n"});
  EXPECT_EQ(get("/page").robots, "no robots.txt (more than five redirects)");
  EXPECT_THAT(Robots::none("more than five redirects").state(), HasSubstr("重定向超过五次"));
}

TEST_F(Fetching, AnEncodingThatIsNoneDoesNotShutTheHost) {
  server_.put("/robots.txt", {200, "User-agent: *\nDisallow: /no\n", "Content-Encoding: UTF-8\r\n"});
  server_.put("/page", {200, "hello"});
  EXPECT_EQ(get("/page").kind, Kind::kAnswer);
  EXPECT_EQ(get("/no").kind, Kind::kRefused);
  server_.put("/robots.txt", {200, "x", "Content-Encoding: br\r\n"});
  const PoliteAnswer other = get("/page");
  EXPECT_EQ(other.kind, Kind::kFailed);
  EXPECT_THAT(other.note, HasSubstr("内容编码为 br，只读 gzip 或不编码的"));
}

TEST(ContentEncoding, IsReadAsItIsMeant) {
  const std::string plain = "hello hello hello", once = gzip_of(plain), twice = gzip_of(once);
  const auto decoded = [](std::string_view value, const std::string& body) {
    std::string out;
    const std::string head = "HTTP/1.1 200 OK\r\nContent-Encoding: " + std::string(value) + "\r\n";
    return decoded_body(head, body, 1000, out) ? out : "fault: " + encoding_fault(head);
  };
  for (const char* const word : {"gzip", "GZIP", "X-GZip", "gzip, identity", "identity, gzip", "\"gzip\"", " gzip ,"})
    EXPECT_EQ(decoded(word, once), plain) << word;
  for (const char* const word : {"", "identity", "none", "utf-8", "UTF-8", "GBK", "binary"})
    EXPECT_EQ(decoded(word, plain), plain) << word;
  EXPECT_EQ(decoded("gzip, gzip", twice), plain);
  EXPECT_EQ(decoded("gzip\r\nContent-Encoding: gzip", twice), plain) << "two lines are one list";
  EXPECT_EQ(decoded("gzip", plain), "fault: ") << "damaged";
  EXPECT_EQ(decoded("BR", plain), "fault: content encoding br, expected gzip or none");
  EXPECT_EQ(decoded("gzip, br", once), "fault: content encoding br, expected gzip or none");
  EXPECT_THAT(decoded("gzip, gzip, gzip, gzip", plain), HasSubstr("more content encodings"));
}

TEST_F(Fetching, RobotsIsAskedForAgainWhenItIsADayOld) {
  server_.put("/robots.txt", {200, "User-agent: *\nAllow: /\n"});
  server_.put("/a", {200, "a"});
  server_.put("/b", {200, "b"});
  for (const auto& [kept, asked] : {std::pair{std::chrono::seconds(60), 1}, std::pair{std::chrono::seconds(0), 3}}) {
    boost::asio::io_context loop(1);
    Fetcher fetcher(loop, "TanmiaoBot/0.1 (+test@example.test)");
    Hosts hosts(loop, fetcher, "TanmiaoBot/0.1", stop_);
    hosts.keep_robots_for(kept);
    const Policy policy{{"127.0.0.1"}, std::chrono::milliseconds(0), true};
    for (const char* target : {"/a", "/b"}) {
      FetchRequest request;
      request.url = server_.address(target);
      boost::asio::co_spawn(loop, hosts.get(request, policy), [&](std::exception_ptr, const PoliteAnswer& got) {
        EXPECT_EQ(got.kind, Kind::kAnswer) << target;
      });
      loop.run();
      loop.restart();
    }
    EXPECT_EQ(server_.count("/robots.txt"), asked);
  }
}

TEST_F(Fetching, PatienceEnds) {
  server_.put("/page", {503, "busy"});
  const PoliteAnswer answer = get("/page");
  EXPECT_EQ(answer.kind, Kind::kFailed);
  EXPECT_EQ(answer.note, "主机应答 503");
  EXPECT_EQ(server_.count("/page"), 3);
}

TEST_F(Fetching, RedirectsAreFollowedWithinTheAllowListOnly) {
  server_.put("/old", {302, "", "Location: /new\r\n"});
  server_.put("/new", {200, "hello"});
  server_.put("/away", {302, "", "Location: http://localhost/secret\r\n"});
  server_.put("/round", {302, "", "Location: /round\r\n"});
  const PoliteAnswer moved = get("/old");
  EXPECT_EQ(moved.kind, Kind::kAnswer);
  EXPECT_EQ(moved.url, server_.address("/new"));
  EXPECT_EQ(get("/away").kind, Kind::kRefused);
  EXPECT_EQ(get("/round").note, "重定向超过五次");
}

TEST_F(Fetching, ATruncatedBodyIsAFailureAndTriedAgain) {
  server_.put("/page", {200, "half", "", 100}, 1);
  server_.put("/page", {200, "whole"});
  const PoliteAnswer answer = get("/page");
  ASSERT_EQ(answer.kind, Kind::kAnswer);
  EXPECT_EQ(answer.response.body, "whole");
}

TEST_F(Fetching, WhatIsTooLargeIsNotTriedAgain) {
  server_.put("/page", {200, std::string(2000, 'x')});
  const PoliteAnswer answer = get("/page");
  EXPECT_EQ(answer.kind, Kind::kFailed);
  EXPECT_EQ(server_.count("/page"), 1);
}

TEST(RetryAfter, IsSecondsOrADate) {
  const auto now = std::chrono::sys_seconds(std::chrono::seconds(784111777));  // Sun, 06 Nov 1994 08:49:37 GMT
  EXPECT_EQ(retry_after("120", now).count(), 120);
  EXPECT_EQ(retry_after("Sun, 06 Nov 1994 08:50:37 GMT", now).count(), 60);
  EXPECT_EQ(retry_after("Sun, 06 Nov 1994 08:00:00 GMT", now).count(), 0);
  EXPECT_EQ(retry_after("soon", now).count(), 0);
  EXPECT_EQ(retry_after("", now).count(), 0);
}

}  // namespace
}  // namespace tanmiao::crawler::fetch_test
