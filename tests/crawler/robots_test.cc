// Cases after RFC 9309 (examples of section 5) and the ideas of google/robotstxt's tests, written anew.
#include "crawler/robots.h"

#include <gtest/gtest.h>

namespace tanmiao::crawler {
namespace {

constexpr std::string_view kProduct = "TanmiaoBot/0.1";

bool allowed(std::string_view file, std::string_view target) {
  return Robots::parse(file, kProduct).check(target).allowed;
}

TEST(Robots, TheLongestMatchDecidesAndAllowWinsTies) {
  const std::string_view file = "user-agent: *\nallow: /example/page/\ndisallow: /example/page/disallowed.gif\n";
  EXPECT_TRUE(allowed(file, "/example/page/a.html"));
  EXPECT_FALSE(allowed(file, "/example/page/disallowed.gif"));
  EXPECT_TRUE(allowed("user-agent: *\ndisallow: /page\nallow: /page\n", "/page"));
  EXPECT_FALSE(allowed("user-agent: *\nallow: /p\ndisallow: /\ndisallow: /page\n", "/page"));
}

TEST(Robots, GroupsOfOneNameAreOneAndTheOwnGroupReplacesTheGeneralOne) {
  const std::string_view file =
      "User-agent: tanmiaobot\nDisallow: /a\n\nUser-agent: other\nDisallow: /\n\nuser-agent: *\ndisallow: /general\n\n"
      "USER-AGENT: TanmiaoBot\nDISALLOW: /b\n";
  EXPECT_FALSE(allowed(file, "/a"));
  EXPECT_FALSE(allowed(file, "/b"));
  EXPECT_TRUE(allowed(file, "/general"));
  EXPECT_TRUE(allowed(file, "/c"));
}

TEST(Robots, SeveralNamesInARowShareTheirRules) {
  const std::string_view file = "user-agent: other\nuser-agent: TanmiaoBot\ndisallow: /x\n";
  EXPECT_FALSE(allowed(file, "/x"));
  EXPECT_TRUE(allowed("user-agent: tanmiaobotplus\ndisallow: /\n", "/x"));
}

TEST(Robots, AnEmptyOwnGroupAllowsEverything) {
  EXPECT_TRUE(allowed("user-agent: tanmiaobot\ndisallow:\n\nuser-agent: *\ndisallow: /\n", "/x"));
}

TEST(Robots, StarsAndTheEndSignMatchAsTheyShould) {
  EXPECT_TRUE(robots_match("/*.php", "/folder/index.php?x=1"));
  EXPECT_FALSE(robots_match("/*.php$", "/index.php?x=1"));
  EXPECT_TRUE(robots_match("/*.php$", "/a.php/b.php"));
  EXPECT_TRUE(robots_match("/fish*", "/fish"));
  EXPECT_FALSE(robots_match("/fish", "/Fish"));
  EXPECT_TRUE(robots_match("/$", "/"));
  EXPECT_FALSE(robots_match("/$", "/a"));
  EXPECT_TRUE(robots_match("/a*b*c", "/a--b--b--c--"));
}

TEST(Robots, EscapesAreComparedInOneForm) {
  EXPECT_FALSE(allowed("user-agent: *\ndisallow: /目录/\n", "/%E7%9B%AE%E5%BD%95/a"));
  EXPECT_FALSE(allowed("user-agent: *\ndisallow: /%7ejoe\n", "/~joe/index.html"));
  EXPECT_FALSE(allowed("user-agent: *\ndisallow: /a%3cd.html\n", "/a%3Cd.html"));
}

TEST(Robots, ByteOrderMarkCommentsCarriageReturnsAndBlanksDoNotMatter) {
  const std::string_view file = "\xEF\xBB\xBF user-agent : * # all\r\n disallow: /x # no\r\rnonsense\r\n";
  EXPECT_FALSE(allowed(file, "/x"));
  EXPECT_TRUE(allowed(file, "/y"));
}

TEST(Robots, WhatLiesBehindTheLimitIsNotRead) {
  std::string file = "user-agent: *\n";
  file.append(kMostRobotsBytes, '#');
  file += "\ndisallow: /x\n";
  EXPECT_TRUE(allowed(file, "/x"));
}

TEST(Robots, TheLineThatDecidedIsNamed) {
  const auto decision = Robots::parse("user-agent: *\n\n# a\nallow: /x\n", kProduct).check("/x/1");
  EXPECT_EQ(decision.note, "allowed: line 4");
  EXPECT_EQ(decision.line, 4u);
}

TEST(Robots, AMissingFileAllowsAndAHostInTroubleForbids) {
  EXPECT_TRUE(Robots::for_status(404).check("/x").allowed);
  EXPECT_TRUE(Robots::for_status(403).check("/x").allowed);
  for (const int status : {0, 429, 500, 503}) EXPECT_FALSE(Robots::for_status(status).check("/x").allowed) << status;
}

}  // namespace
}  // namespace tanmiao::crawler
