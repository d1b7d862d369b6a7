#include "crawler/connect_guard.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "crawler/fetcher.h"
#include "tests/crawler/http_fixture.h"

namespace tanmiao::crawler::connect_guard_test {
namespace {

sockaddr_storage address(const std::string& text, std::uint16_t port = 80) {
  sockaddr_storage storage{};
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (::inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&storage, &v4, sizeof v4);
  } else if (::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&storage, &v6, sizeof v6);
  } else {
    ADD_FAILURE() << text;
  }
  return storage;
}

std::string_view kind(const std::string& text) {
  const sockaddr_storage storage = address(text);
  return not_public(reinterpret_cast<const sockaddr&>(storage));
}

std::string refusal(const ConnectRule& rule, const std::string& text, std::uint16_t port = 80) {
  const sockaddr_storage storage = address(text, port);
  return connect_refusal(rule, reinterpret_cast<const sockaddr&>(storage));
}

TEST(ConnectGuard, FirstAndLastAddressOfEachRange) {
  struct Case {
    const char *first, *last, *kind;
  };
  for (const Case& c : {Case{"0.0.0.0", "0.255.255.255", "of this network"},
                        {"10.0.0.0", "10.255.255.255", "private"},
                        {"100.64.0.0", "100.127.255.255", "shared"},
                        {"127.0.0.0", "127.255.255.255", "loopback"},
                        {"169.254.0.0", "169.254.255.255", "link-local"},
                        {"172.16.0.0", "172.31.255.255", "private"},
                        {"192.0.0.0", "192.0.0.255", "reserved"},
                        {"192.168.0.0", "192.168.255.255", "private"},
                        {"198.18.0.0", "198.19.255.255", "reserved"},
                        {"224.0.0.0", "239.255.255.255", "multicast"},
                        {"240.0.0.0", "255.255.255.255", "reserved"},
                        {"::", "::", "of this network"},
                        {"::1", "::1", "loopback"},
                        {"::2", "::fffe:ffff:ffff", "reserved"},
                        {"fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "private"},
                        {"fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "link-local"},
                        {"fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "private"},
                        {"ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "multicast"},
                        {"2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "reserved"},
                        {"4000::", "fbff::", "reserved"}}) {
    EXPECT_EQ(kind(c.first), c.kind) << c.first;
    EXPECT_EQ(kind(c.last), c.kind) << c.last;
  }
}

TEST(ConnectGuard, ItsNeighboursArePublic) {
  for (const char* const text :
       {"1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
        "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0",
        "198.17.255.255", "198.20.0.0", "223.255.255.255", "2001:200::", "2400:3200::1", "3ffe::1"})
    EXPECT_EQ(kind(text), "") << text;
}

TEST(ConnectGuard, IPv4WithinIPv6IsWhatItLeadsTo) {
  EXPECT_EQ(kind("::ffff:127.0.0.1"), "loopback");
  EXPECT_EQ(kind("::ffff:10.1.2.3"), "private");
  EXPECT_EQ(kind("64:ff9b::192.168.1.1"), "private");
  EXPECT_EQ(kind("2002:a9fe:a9fe::1"), "link-local");  // 6to4 of 169.254.169.254
  EXPECT_EQ(kind("::127.0.0.1"), "reserved");          // IPv4-compatible, given up long ago
  EXPECT_EQ(kind("::ffff:1.2.3.4"), "");
}

TEST(ConnectGuard, OnlyWhatTheSourceNamesAsAnAddress) {
  const std::vector<std::string> hosts = {"data.example", "10.1.2.3", "[fd00::1]:8080"};
  const ConnectRule rule{"data.example", "", &hosts, 0};
  EXPECT_EQ(refusal(rule, "1.2.3.4"), "");
  EXPECT_EQ(refusal(rule, "10.1.2.3"), "");
  EXPECT_EQ(refusal(rule, "::ffff:10.1.2.3"), "") << "the same address in other words";
  EXPECT_EQ(refusal(rule, "10.1.2.4"), "leads to 10.1.2.4, a private address that the source does not name");
  EXPECT_THAT(refusal(rule, "127.0.0.1"), ::testing::HasSubstr("loopback"));
  EXPECT_EQ(refusal(rule, "fd00::1", 8080), "");
  EXPECT_NE(refusal(rule, "fd00::1", 22), "") << "one port is named, not the host";
  EXPECT_NE(refusal({"data.example", "", nullptr, 0}, "10.1.2.3"), "");
}

TEST(ConnectGuard, AnAddressAsHostNamesItselfANumberDoesNot) {
  EXPECT_EQ(refusal({"127.0.0.1", "", nullptr, 0}, "127.0.0.1"), "");
  EXPECT_EQ(refusal({"[::1]", "", nullptr, 0}, "::1"), "");
  EXPECT_EQ(refusal({"localhost", "", nullptr, 0}, "127.0.0.1"), "");
  EXPECT_NE(refusal({"localhost", "", nullptr, 0}, "10.0.0.1"), "") << "somebody's /etc/hosts";
  for (const char* const host : {"2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost.", "a.localhost"})
    EXPECT_NE(refusal({host, "", nullptr, 0}, "127.0.0.1"), "") << host;
}

TEST(ConnectGuard, TheProxyOfTheEnvironment) {
  EXPECT_EQ(refusal({"data.example", "", nullptr, 3128}, "10.0.0.1", 3128), "");
  EXPECT_NE(refusal({"data.example", "", nullptr, 3128}, "10.0.0.1", 80), "");
  const auto port = [](const char* value) {
    ::setenv("https_proxy", value, 1);
    const auto found = environment_proxy_port("https");
    ::unsetenv("https_proxy");
    return found;
  };
  EXPECT_EQ(port("http://10.0.0.1:3128/"), 3128);
  EXPECT_EQ(port("user:secret@proxy.example:8080"), 8080);
  EXPECT_EQ(port("http://proxy.example"), 1080);
  EXPECT_EQ(port("http://[fd00::1]"), 1080);
  EXPECT_EQ(port("http://[fd00::1]:8888"), 8888);
}

FetchResponse fetched(const std::string& url, const std::vector<std::string>* named) {
  boost::asio::io_context loop;
  Fetcher fetcher(loop, "a test");
  FetchRequest request;
  request.url = url;
  request.named = named;
  std::optional<FetchResponse> response;
  fetcher.start(request, [&](FetchResponse got) { response = std::move(got), loop.stop(); });
  loop.run_for(std::chrono::seconds(20));
  EXPECT_TRUE(response);
  return response.value_or(FetchResponse());
}

// libcurl knows these names as the loopback by itself.
TEST(ConnectGuard, ANameThatLeadsToTheLoopbackIsNotConnected) {
  TestServer server;
  server.put("/", {200, "here", "", 0});
  const std::string authority = server.address("").substr(std::string("http://").size());
  const std::string port = authority.substr(authority.find(':'));
  const std::vector<std::string> by_name = {"rebound.localhost"}, by_address = {"rebound.localhost", authority};
  for (const std::string host : {"rebound.localhost", "2130706433", "0x7f.1"}) {
    const FetchResponse refused = fetched("http://" + host + port + "/", &by_name);
    EXPECT_EQ(refused.status, 0) << host;
    EXPECT_TRUE(refused.limit) << host;
    EXPECT_THAT(refused.failure, ::testing::HasSubstr("loopback address that the source does not name")) << host;
  }
  EXPECT_EQ(server.count("/"), 0);
  EXPECT_EQ(fetched("http://rebound.localhost" + port + "/", &by_address).status, 200);
}

TEST(Head, LengthsThatContradictEachOther) {
  EXPECT_EQ(length_fault("HTTP/1.1 200 OK\r\nContent-Length: 5\r\ncontent-length: 5\r\n"), "");
  EXPECT_EQ(length_fault("HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n"), "");
  EXPECT_EQ(length_fault("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n"),
            "two different Content-Lengths");
  EXPECT_EQ(length_fault("HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n"), "two different Content-Lengths");
  for (const char* const wrong : {"-5", "5x", "0x10", "+5"})
    EXPECT_EQ(length_fault("HTTP/1.1 200 OK\r\nContent-Length: " + std::string(wrong) + "\r\n"),
              "a Content-Length that is no number")
        << wrong;
}

}  // namespace
}  // namespace tanmiao::crawler::connect_guard_test
