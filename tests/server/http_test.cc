// Addresses, escaping, and who is let in.
#include "server/http.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "server/guard.h"
#include "server/html.h"

namespace tanmiao::server::http_test {
namespace {

TEST(Target, IsSplitIntoPathAndParametersInOrder) {
  Request request;
  ASSERT_TRUE(parse_target("/search?q=%E9%93%9D+%E4%B8%9A&unit=a&unit=b&empty=&flag", request));
  EXPECT_EQ(request.path, "/search");
  EXPECT_EQ(request.parameter("q"), "铝 业");
  EXPECT_EQ(request.all("unit"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(request.parameter("flag"), "");
}

TEST(Target, PlusIsAPlusInAPath) {
  Request request;
  ASSERT_TRUE(parse_target("/firm/a+b", request));
  EXPECT_EQ(request.path, "/firm/a+b");
}

TEST(Target, WithBrokenEscapesNulOrOtherCharacterSetsIsRefused) {
  Request request;
  for (const std::string_view bad : {"", "search", "http://x/", "/%", "/%4", "/%zz", "/a%00b", "/?q=%00", "/%ff%fe",
                                     "/?q=%c0%af", "/?q=\xb2\xa9", "/?%ed%a0%80=1"})
    EXPECT_FALSE(parse_target(bad, request)) << bad;
}

RC_GTEST_PROP(Target, AnyTextSurvivesItsEncoding, ()) {
  std::string text;
  for (const char c : *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127)))) text += c;
  text += "铝<&>";
  Request request;
  RC_ASSERT(parse_target("/?q=" + url_encode(text), request));
  RC_ASSERT(request.parameter("q") == text);
}

TEST(Html, TextIsEscapedAndLiteralsAreMarkup) {
  Html html;
  const std::string evil = "<script>\"&'";
  html << "<p title=\"" << evil << "\">" << std::string_view("a<b") << 7 << "</p>";
  EXPECT_EQ(html.text(), "<p title=\"&lt;script&gt;&quot;&amp;&#39;\">a&lt;b7</p>");
}

TEST(Html, OnlyWebAddressesBecomeLinks) {
  EXPECT_EQ(outside_link("javascript:alert(1)", "x").text(), "x");
  EXPECT_EQ(outside_link("inbox/list.csv", "x").text(), "x");
  EXPECT_NE(outside_link("https://a.example/?x=\"y", "x").text().find("href=\"https://a.example/?x=&quot;y\""),
            std::string::npos);
}

Request from(const std::string& host, const std::string& method = "GET") {
  Request request;
  request.method = method;
  request.path = "/";
  if (!host.empty()) request.headers["host"] = host;
  return request;
}

int status(const Request& request) {
  const auto refused = refuse(request, 8080);
  return refused ? refused->status : 200;
}

TEST(Guard, LetsInWhoNamesThisMachineAndPort) {
  for (const char* host : {"127.0.0.1:8080", "localhost:8080", "[::1]:8080", "127.5.5.5:8080"})
    EXPECT_EQ(status(from(host)), 200) << host;
}

TEST(Guard, RefusesForeignHostsOtherPortsAndNone) {
  for (const char* host : {"evil.example:8080", "127.0.0.1.evil.example:8080", "localhost.evil:8080", "127.0.0.1:80",
                           "127.0.0.1", "[::1]", "127.0.0.1:8080:8080", "127.0.0.1@evil.example:8080"})
    EXPECT_EQ(status(from(host)), 403) << host;
  EXPECT_EQ(status(from("")), 400);
}

TEST(Guard, RefusesWhatCameThroughAProxy) {
  for (const char* header : {"x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via"}) {
    Request request = from("127.0.0.1:8080");
    request.headers[header] = "10.0.0.7";
    EXPECT_EQ(status(request), 403) << header;
  }
}

TEST(Guard, KnowsOnlyGetAndHead) {
  EXPECT_EQ(status(from("127.0.0.1:8080", "HEAD")), 200);
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
    EXPECT_EQ(status(from("127.0.0.1:8080", method)), 405) << method;
}

}  // namespace
}  // namespace tanmiao::server::http_test
