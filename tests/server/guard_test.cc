// The edges of the guard; what it lets in and refuses in general is in http_test.cc.
#include "server/guard.h"

#include <gtest/gtest.h>

#include <map>

namespace tanmiao::server::guard_test {
namespace {

constexpr std::uint16_t kPort = 8080;

int status(const std::string& host) {
  Request request;
  request.method = "GET";
  request.path = "/";
  if (!host.empty()) request.headers["host"] = host;
  const auto refused = refuse(request, kPort);
  return refused ? refused->status : 200;
}

TEST(Guard, RefusesANameThatAPageElsewhereResolvedToLoopback) {
  EXPECT_EQ(status("evil.example:8080"), 403);
  EXPECT_EQ(status("127.0.0.1.evil.example:8080"), 403);
  EXPECT_EQ(status("localhost.evil.example:8080"), 403);
  EXPECT_EQ(status("192.168.1.5:8080"), 403);
}

TEST(Guard, RefusesAnotherPortAndAMissingOne) {
  EXPECT_EQ(status("localhost:8081"), 403);
  EXPECT_EQ(status("localhost"), 403);
  EXPECT_EQ(status("localhost:8080x"), 403);
  EXPECT_EQ(status("[::1]"), 403);
}

TEST(Guard, RefusesARequestWithoutHost) { EXPECT_EQ(status(""), 400); }

int post_status(const std::string& path, std::map<std::string, std::string> headers) {
  Request request;
  request.method = "POST";
  request.path = path;
  request.headers = std::move(headers);
  request.headers.emplace("host", "127.0.0.1:8080");
  const auto refused = refuse(request, kPort);
  return refused ? refused->status : 200;
}

TEST(Guard, APostGoesToKnownPathsOnly) {
  for (const char* path :
       {"/import", "/conflicts", "/leads", "/pool", "/pool/entry/1", "/batches", "/batches/1", "/firm/1/people"})
    EXPECT_EQ(post_status(path, {}), 200) << path;
  for (const char* path : {"/", "/search", "/firm/1", "/firm//people", "/firm/people", "/pool/entry/", "/report",
                           "/export", "/api/v1/pool", "/import/"})
    EXPECT_EQ(post_status(path, {}), 405) << path;
}

TEST(Guard, APostFromAnotherSiteIsRefused) {
  const std::string own = "http://127.0.0.1:8080";
  EXPECT_EQ(post_status("/pool", {{"origin", own}, {"sec-fetch-site", "same-origin"}}), 200);
  for (const char* origin : {"null", "http://evil.example", "https://127.0.0.1:8080", "http://127.0.0.1:8081",
                             "http://localhost:8080", "http://127.0.0.1:8080.evil.example"})
    EXPECT_EQ(post_status("/pool", {{"origin", origin}}), 403) << origin;
  for (const char* site : {"cross-site", "same-site", "none", "x"})
    EXPECT_EQ(post_status("/pool", {{"origin", own}, {"sec-fetch-site", site}}), 403) << site;
}

TEST(Guard, KnowsLoopbackAddresses) {
  EXPECT_TRUE(loopback_address("127.0.0.1"));
  EXPECT_TRUE(loopback_address("::1"));
  EXPECT_FALSE(loopback_address("0.0.0.0"));
  EXPECT_FALSE(loopback_address("::"));
  EXPECT_FALSE(loopback_address("10.0.0.1"));
  EXPECT_FALSE(loopback_address(""));
}

TEST(Guard, HeadersForbidOutsideResourcesInlineScriptAndCaching) {
  std::map<std::string, std::string> headers(security_headers().begin(), security_headers().end());
  const std::string& policy = headers["Content-Security-Policy"];
  EXPECT_TRUE(policy.starts_with("default-src 'none'"));
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
  EXPECT_EQ(policy.find("http"), std::string::npos);
  EXPECT_EQ(headers["Cache-Control"], "no-store");
  EXPECT_EQ(headers["X-Content-Type-Options"], "nosniff");
}

}  // namespace
}  // namespace tanmiao::server::guard_test
