#include "crawler/scope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tanmiao::crawler::scope_test {
namespace {

using ::testing::HasSubstr;

Url url(const std::string& text) { return parse_url("http://example.test" + text).value(); }
std::string plain(const ScopeRules& rules, const std::string& text) { return Scope(rules).plain(url(text)).target(); }
std::string refusal(const ScopeRules& rules, const std::string& text) {
  const Url page = url("/");
  return Scope(rules).refusal(url(text), &page);
}

TEST(Scope, SessionsAndKeysThatSayNothingAreLeftOut) {
  ScopeRules rules;
  rules.drop = {"spm", "utm_*"};
  const std::pair<const char*, const char*> cases[] = {
      {"/a;jsessionid=1F2E/b?x=1", "/a/b?x=1"},
      {"/a.jsp;JSESSIONID=1F2E", "/a.jsp"},
      {"/a;v=1/b", "/a;v=1/b"},
      {"/;jsessionid=1", "/"},
      {"/a?PHPSESSID=1", "/a"},
      {"/a?x=1&PHPSESSID=1&y=2", "/a?x=1&y=2"},
      {"/a?ASPSESSIONIDQQ=1&y", "/a?y"},
      {"/a?spm=1.2&utm_source=q&id=7", "/a?id=7"},
      {"/a?", "/a?"},
      {"/a?x=1&&y=2", "/a?x=1&&y=2"},
      {"/a?id=7&ID=8", "/a?id=7&ID=8"},
  };
  for (const auto& [given, expected] : cases) {
    EXPECT_EQ(plain(rules, given), expected) << given;
    EXPECT_EQ(plain(rules, plain(rules, given)), expected) << given;
  }
  rules.keep_sessions = true;
  EXPECT_EQ(plain(rules, "/a;jsessionid=1?PHPSESSID=2&spm=3"), "/a;jsessionid=1?PHPSESSID=2");
}

TEST(Scope, DenyIsStrongerThanAllowAndStartsAreAskedInAnyCase) {
  ScopeRules rules;
  rules.allow = {"/art/", R"(/col\d+/)"};
  rules.deny = {R"(\.pdf$)"};
  EXPECT_EQ(refusal(rules, "/art/1.html"), "");
  EXPECT_EQ(refusal(rules, "/col7/index.html"), "");
  EXPECT_THAT(refusal(rules, "/art/1.pdf"), HasSubstr("deny"));
  EXPECT_THAT(refusal(rules, "/other"), HasSubstr("allow"));
  EXPECT_EQ(Scope(rules).refusal(url("/other"), nullptr), "");
}

TEST(Scope, LinksToOtherHostsAreFollowedUnlessTheSourceSaysNo) {
  ScopeRules rules;
  const Url page = parse_url("http://a.test/").value(), other = parse_url("http://b.test/").value();
  EXPECT_EQ(Scope(rules).refusal(other, &page), "");
  rules.same_host = true;
  EXPECT_THAT(Scope(rules).refusal(other, &page), HasSubstr("same_host"));
  EXPECT_EQ(Scope(rules).refusal(parse_url("https://a.test:8443/").value(), &page), "");
}

TEST(Scope, PathsThatGrowForEverEnd) {
  const ScopeRules rules;
  EXPECT_EQ(refusal(rules, "/a/b/a/b/a/b"), "");
  EXPECT_THAT(refusal(rules, "/a/b/a/b/a/b/a/b"), HasSubstr("most_repeats"));
  EXPECT_THAT(refusal(rules, "/x/a/a/a/a/y"), HasSubstr("most_repeats"));
  EXPECT_THAT(refusal(rules, "/a/b/c/a/b/c/a/b/c/a/b/c/"), HasSubstr("most_repeats"));
  EXPECT_EQ(refusal(rules, "/a/b/a/c/a/d/a/e/a/f"), "");
  EXPECT_THAT(refusal(rules, "/////"), HasSubstr("most_repeats"));
  EXPECT_THAT(refusal(rules, "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/21"), HasSubstr("most_folders"));
  EXPECT_THAT(refusal(rules, "/" + std::string(3000, 'a')), HasSubstr("most_length"));
}

TEST(Scope, CalendarsAndEndlessPagingEnd) {
  ScopeRules rules;
  rules.most_alike = 3;
  Scope scope(rules);
  const Url page = url("/");
  int followed = 0;
  for (int day = 1; day <= 28; ++day) {
    const Url next = url("/calendar/2026/11/" + std::to_string(day));
    if (!scope.refusal(next, &page).empty()) continue;
    scope.follow(next);
    ++followed;
  }
  EXPECT_EQ(followed, 3);
  EXPECT_THAT(scope.refusal(url("/calendar/1999/1/1"), &page), HasSubstr("most_alike"));
  EXPECT_EQ(scope.refusal(url("/calendar"), &page), "");
  rules.most_pages = 1;
  Scope small(rules);
  small.follow(url("/a"));
  EXPECT_THAT(small.refusal(url("/b"), &page), HasSubstr("most_pages"));
}

TEST(Scope, ARedirectIsHeldAgainstTheRulesAndIsNoFurtherPage) {
  ScopeRules rules;
  rules.allow = {"/art/"};
  rules.deny = {"/art/secret"};
  rules.same_host = true;
  rules.most_pages = 1;
  Scope scope(rules);
  scope.follow(url("/art/1"));
  const Url page = url("/art/1");
  EXPECT_EQ(scope.redirect_refusal(url("/art/2"), &page), "");
  EXPECT_THAT(scope.redirect_refusal(url("/x"), &page), HasSubstr("allow"));
  EXPECT_THAT(scope.redirect_refusal(url("/art/secret"), &page), HasSubstr("deny"));
  const Url other = parse_url("http://other.test/art/1").value();
  EXPECT_THAT(scope.redirect_refusal(other, &page), HasSubstr("same_host"));
  EXPECT_EQ(scope.redirect_refusal(other, nullptr), "") << "of a start";
  EXPECT_THAT(scope.redirect_refusal(url("/art/secret"), nullptr), HasSubstr("deny"));
}

TEST(Scope, AFaultOfAPatternIsNamed) {
  EXPECT_EQ(pattern_fault("a+"), "");
  EXPECT_NE(pattern_fault("a(("), "");
}

}  // namespace
}  // namespace tanmiao::crawler::scope_test
