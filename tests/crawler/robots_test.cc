// Cases after RFC 9309 (examples of section 5) and the ideas of google/robotstxt's tests, written anew.
#include "crawler/robots.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <charconv>
#include <fstream>
#include <string>
#include <vector>

namespace tanmiao::crawler::robots_test {
namespace {

constexpr std::string_view kProduct = "TanmiaoBot/0.1";

bool allowed(std::string_view file, std::string_view target) {
  return Robots::parse(file, kProduct).check(target).allowed;
}

// \n, \r, \xNN and {c*N} of the table.
std::string bytes_of(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && text[i + 1] == 'x') {
      unsigned byte = 0;
      std::from_chars(text.data() + i + 2, text.data() + i + 4, byte, 16);
      out += static_cast<char>(byte);
      i += 3;
    } else if (text[i] == '\\') {
      out += text[++i] == 'n' ? '\n' : '\r';
    } else if (text[i] == '{' && text.substr(i + 2).starts_with('*')) {
      std::size_t times = 0;
      std::from_chars(text.data() + i + 3, text.data() + text.size(), times);
      out.append(times, text[i + 1]);
      i = text.find('}', i);
    } else {
      out += text[i];
    }
  }
  return out;
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  for (const char c : line) c == '\t' ? void(cells.emplace_back()) : void(cells.back() += c);
  return cells;
}

TEST(Robots, DecidesAsTheTableSays) {
  std::ifstream in("tests/crawler/data/robots.tsv");
  std::string row, file;
  int number = 0, asked = 0;
  while (std::getline(in, row)) {
    ++number;
    if (row.starts_with("#") || row.starts_with("file\t")) continue;
    const auto cells = cells_of(row);
    ASSERT_EQ(cells.size(), 6u) << "row " << number;
    if (cells[0] != "\"") file = bytes_of(cells[0]);
    const auto decision = Robots::parse(file, cells[1]).check(robots_target(bytes_of(cells[2])));
    EXPECT_EQ(decision.allowed ? "yes" : "no", cells[3]) << "row " << number << ": " << cells[5];
    EXPECT_EQ(decision.line == 0 ? "" : std::to_string(decision.line), cells[4])
        << "row " << number << ": " << cells[5];
    ++asked;
  }
  EXPECT_GT(asked, 200);
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

TEST(Robots, ALineThatIsCutOffAtTheLimitCountsAsNone) {
  const auto cut_after = [](std::string_view half, std::string_view rest) {
    std::string file = "user-agent: *\ndisallow: /\n";
    file += '#' + std::string(kMostRobotsBytes - file.size() - half.size() - 2, 'x') + '\n';
    file.append(half);
    EXPECT_EQ(file.size(), kMostRobotsBytes);
    return file.append(rest);
  };
  EXPECT_FALSE(allowed(cut_after("allow: /", "public/\n"), "/secret")) << "what it began with would open all";
  EXPECT_TRUE(allowed(cut_after("allow: /", "\nallow: /x\n"), "/secret")) << "a whole line";
  EXPECT_TRUE(allowed(cut_after("allow: /", ""), "/secret")) << "the end of the file";
}

TEST(Robots, APageInItsPlaceIsNoneOfIt) {
  for (const char* const file :
       {"", "# nothing is forbidden\n\n", "user-agent: *\ndisallow:\n", "Sitemap: http://h/a\n",
        "\xEF\xBB\xBFUser-agent: x\n", "<pre>\nUser-agent: *\nDisallow: /\n</pre>"})
    EXPECT_TRUE(is_robots_text(file)) << file;
  for (const char* const page :
       {"<html><body>登录</body></html>", "\n <!DOCTYPE html><script>\nvar options = {\nallow: 'x'};</script>",
        "您的访问过于频繁", "{\"code\": 500}"})
    EXPECT_FALSE(is_robots_text(page)) << page;
  EXPECT_TRUE(is_page_not_rules("\xEF\xBB\xBF\r\n<html>"));
  EXPECT_FALSE(is_page_not_rules("user-agent: <x>"));
}

TEST(Robots, TheLineThatDecidedIsNamed) {
  const auto decision = Robots::parse("user-agent: *\n\n# a\nallow: /x\n", kProduct).check("/x/1");
  EXPECT_EQ(decision.note, "allowed: line 4");
  EXPECT_EQ(decision.line, 4u);
}

TEST(Robots, TheDecisionNamesRuleGroupAndReason) {
  const auto robots = Robots::parse("user-agent: Other\nuser-agent: TANMIAOBOT/2\nDisallow:  /x # no\n", kProduct);
  const auto decision = robots.check("/x/1");
  EXPECT_EQ(decision.rule, "Disallow:  /x");
  EXPECT_EQ(decision.group, "TANMIAOBOT/2");
  EXPECT_EQ(decision.reason, "rule");
  EXPECT_EQ(robots.check("/y").reason, "no_rule");
  EXPECT_EQ(robots.check("/y").group, "TANMIAOBOT/2");
  EXPECT_EQ(robots.check("/robots.txt").reason, "robots_txt");
  EXPECT_EQ(Robots::for_status(404).check("/x").reason, "no_file");
  EXPECT_EQ(Robots::for_status(503).check("/x").reason, "unreachable");
  EXPECT_EQ(Robots::for_status(503).status(), 503);
}

TEST(Robots, TheWishForAPauseIsTakenFromTheGroupThatHolds) {
  EXPECT_EQ(Robots::parse("user-agent: *\ncrawl-delay: 2.5\n", kProduct).crawl_delay(), 2.5);
  EXPECT_EQ(Robots::parse("user-agent: *\ncrawl-delay: 9\nuser-agent: tanmiaobot\nallow: /\n", kProduct).crawl_delay(),
            std::nullopt);
  EXPECT_EQ(Robots::parse("user-agent: *\ncrawl-delay: 2\nuser-agent: *\ncrawl-delay: 7\n", kProduct).crawl_delay(),
            7.0);
  for (const char* wrong : {"-1", "nan", "inf", "1e300", "ten", "3 s", ""})
    EXPECT_EQ(Robots::parse(std::string("user-agent: *\ncrawl-delay: ") + wrong, kProduct).crawl_delay(), std::nullopt)
        << wrong;
}

TEST(Robots, MapsOfTheSiteAreFoundWhereverTheyStand) {
  const auto robots =
      Robots::parse("Sitemap: http://h.test/a.xml\nuser-agent: x\nsite-map:http://h.test/b.xml\n", kProduct);
  EXPECT_EQ(robots.sitemaps(), (std::vector<std::string>{"http://h.test/a.xml", "http://h.test/b.xml"}));
}

// Against the plainest way to match: try everything.
bool plainly(std::string_view pattern, std::string_view target, bool to_end) {
  if (pattern.empty()) return !to_end || target.empty();
  if (pattern[0] == '*') {
    for (std::size_t i = 0; i <= target.size(); ++i)
      if (plainly(pattern.substr(1), target.substr(i), to_end)) return true;
    return false;
  }
  return !target.empty() && target[0] == pattern[0] && plainly(pattern.substr(1), target.substr(1), to_end);
}

RC_GTEST_PROP(Robots, MatchingIsWhatTryingEverythingFinds, ()) {
  const auto few = rc::gen::container<std::string>(rc::gen::element('a', 'b', '*', '/'));
  const std::string pattern = (*few).substr(0, 10),
                    target = (*rc::gen::container<std::string>(rc::gen::element('a', 'b', '/'))).substr(0, 12);
  RC_ASSERT(robots_match(pattern, target) == plainly(pattern, target, false));
  RC_ASSERT(robots_match(pattern + "$", target) == plainly(pattern, target, true));
}

TEST(Robots, EmptyPiecesMatchAnything) {
  EXPECT_TRUE(robots_match("*", std::string_view()));
  EXPECT_TRUE(robots_match("**$", "/a"));
  EXPECT_TRUE(robots_match("/a*$", "/a"));
  EXPECT_FALSE(robots_match("/a*b$", "/a"));
}

// Patterns against which walking back takes seconds of the one thread that asks.
TEST(Robots, APatternThatNearlyMatchesEverywhereIsDecidedAtOnce) {
  std::string text = "User-agent: *\n";
  for (int i = 0; i < 500; ++i) text += "Disallow: *" + std::string(1000, 'a') + std::to_string(i) + "b\n";
  const Robots robots = Robots::parse(text, "tanmiao");
  EXPECT_TRUE(robots.check("/" + std::string(2000, 'a')).allowed);
}

TEST(Robots, EscapedSignsAreThoseSigns) {
  const Robots robots = Robots::parse("User-agent: *\nDisallow: /a%2Ab\nDisallow: /c%24\n", "tanmiao");
  EXPECT_FALSE(robots.check("/a*b").allowed);
  EXPECT_FALSE(robots.check("/a%2ab").allowed);
  EXPECT_FALSE(robots.check("/c$x").allowed);
  EXPECT_TRUE(robots.check("/axb").allowed);
  EXPECT_TRUE(robots.check("/cx").allowed);
}

TEST(Robots, OfAnEditorThatSavesUtf16AreReadAllTheSame) {
  const std::string text = "User-agent: *\r\nDisallow: /\r\n";
  std::string little = "\xFF\xFE", big = "\xFE\xFF";
  for (const char c : text) little += {c, '\0'}, big += {'\0', c};
  EXPECT_FALSE(Robots::parse(little, "tanmiao").check("/x").allowed);
  EXPECT_FALSE(Robots::parse(big, "tanmiao").check("/x").allowed);
}

TEST(Robots, AMissingFileAllowsAndAHostInTroubleForbids) {
  EXPECT_TRUE(Robots::for_status(404).check("/x").allowed);
  EXPECT_TRUE(Robots::for_status(403).check("/x").allowed);
  for (const int status : {0, 429, 500, 503}) EXPECT_FALSE(Robots::for_status(status).check("/x").allowed) << status;
}

}  // namespace
}  // namespace tanmiao::crawler::robots_test
