#include "crawler/url.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tanmiao::crawler {
namespace {

TEST(Url, HasOneNormalForm) {
  const std::pair<const char*, const char*> cases[] = {
      {"HTTP://Example.TEST:80", "http://example.test/"},
      {"https://example.test:443/a/./b/../c", "https://example.test/a/c"},
      {"http://example.test/%7Ejoe/%e4%bc%81?x=%2f#top", "http://example.test/~joe/%E4%BC%81?x=%2F"},
      {"http://example.test/企业 名单", "http://example.test/%E4%BC%81%E4%B8%9A%20%E5%90%8D%E5%8D%95"},
      {"http://example.test:8080/a/..", "http://example.test:8080/"},
      {"http://example.test/../../x", "http://example.test/x"},
      {"http://example.test/a//b/", "http://example.test/a//b/"},
      {"  http://example.test/a\n", "http://example.test/a"},
  };
  for (const auto& [given, expected] : cases) EXPECT_EQ(normal_url(given).value(), expected) << given;
}

TEST(Url, IsRefusedWhenItCannotBeAsked) {
  for (const char* text : {"ftp://example.test/", "javascript:alert(1)", "http://", "http://user:pw@example.test/",
                           "http://exa mple.test/", "http://example.test:99999/", "/only/path", "file:///etc/passwd"})
    EXPECT_FALSE(normal_url(text)) << text;
}

TEST(Url, ReferencesAreResolvedAgainstTheirPage) {
  const Url base = parse_url("http://example.test/a/b?page=1").value();
  const std::pair<const char*, const char*> cases[] = {{"c", "http://example.test/a/c"},
                                                       {"../c", "http://example.test/c"},
                                                       {"?page=2", "http://example.test/a/b?page=2"},
                                                       {"/x", "http://example.test/x"},
                                                       {"//other.test/y", "http://other.test/y"},
                                                       {"#top", "http://example.test/a/b?page=1"},
                                                       {"https://other.test", "https://other.test/"}};
  for (const auto& [given, expected] : cases) EXPECT_EQ(resolve_url(base, given).value().text(), expected) << given;
}

TEST(Url, OnlyListedHostsAreAllowed) {
  const Url url = parse_url("http://data.example.test:8080/").value();
  EXPECT_TRUE(host_allowed(url, {"data.example.test"}));
  EXPECT_TRUE(host_allowed(url, {"DATA.example.test:8080"}));
  EXPECT_FALSE(host_allowed(url, {"example.test", "data.example.test:80", "data.example.test.evil"}));
}

RC_GTEST_PROP(Url, NormalisingTwiceChangesNothing, (const std::string& tail)) {
  const auto once = normal_url("http://example.test/" + tail);
  if (!once) return;
  RC_ASSERT(normal_url(*once).value() == *once);
}

TEST(Url, GivesParametersAndEscapesWhatIsPutIntoAQuery) {
  EXPECT_EQ(query_parameter("https://a/x?id=7&name=%E9%93%9D#id=9", "id"), "7");
  EXPECT_EQ(query_parameter("https://a/x?id=7&name=%E9%93%9D#id=9", "name"), "%E9%93%9D");
  EXPECT_EQ(query_parameter("https://a/x?idx=7", "id"), "");
  EXPECT_EQ(query_parameter("https://a/x", "id"), "");
  EXPECT_EQ(escape_component("A+/1= &铝%2F"), "A%2B%2F1%3D%20%26%E9%93%9D%2F");
}

}  // namespace
}  // namespace tanmiao::crawler
