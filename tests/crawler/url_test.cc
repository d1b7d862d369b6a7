#include "crawler/url.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cctype>
#include <string>
#include <vector>

namespace tanmiao::crawler::url_test {
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
      {"http://example.test", "http://example.test/"},
      {"http://example.test?", "http://example.test/?"},
      {"http://example.test?q#f", "http://example.test/?q"},
      {"http://example.test:080/", "http://example.test/"},
      {"http://example.test:443/", "http://example.test:443/"},
      {"http://example.test/./././a/././b", "http://example.test/a/b"},
      {"http://example.test/a/b/../../..", "http://example.test/"},
      {"http://example.test/a/%2E%2e/b", "http://example.test/b"},
      {"http://example.test/a%2Fb/%3F", "http://example.test/a%2Fb/%3F"},
      {"http://example.test/?a=1+2&b=%2B&c=/../", "http://example.test/?a=1+2&b=%2B&c=/../"},
      {"http://example.test/%B1%F5%d6%dd", "http://example.test/%B1%F5%D6%DD"},
      {"http://example.test/100%/%zz", "http://example.test/100%/%zz"},
      {"http://example.test/%%41/%4%31/%%e4", "http://example.test/%%41/%4%31/%%E4"},
      {"http://滨州.test/", "http://xn--6rt329a.test/"},
      {"http://%E6%BB%A8%E5%B7%9E.TEST/", "http://xn--6rt329a.test/"},
      {"http://ＡＢＣ。test/", "http://abc.test/"},
      {"http://[::1]:80/", "http://[::1]/"},
  };
  for (const auto& [given, expected] : cases) EXPECT_EQ(normal_url(given).value(), expected) << given;
}

TEST(Url, IsRefusedWhenItCannotBeAsked) {
  for (const char* text :
       {"ftp://example.test/", "javascript:alert(1)", "http://", "http://user:pw@example.test/",
        "http://exa mple.test/", "http://example.test:99999/", "http://example.test:0/", "http://[::/:1]:80/",
        "http://[]/", "http://a:b:80/", "http://example.test:8a/", "http://滨 州.test/",
        "http://\xB1\xF5\xD6\xDD.test/", "http://%00.test/", "http://a%2Fb.test/", "/only/path", "file:///etc/passwd"})
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

// Pieces of an address and other spellings of each that mean the same.
struct Spelled {
  std::string plain, other;
};

rc::Gen<Spelled> a_piece() {
  return rc::gen::map(rc::gen::inRange(0, 256), [](int byte) {
    const char hex[] = "0123456789abcdef";
    const auto escaped = std::string("%") + hex[byte >> 4] + hex[byte & 15];
    const char c = static_cast<char>(byte);
    const bool unreserved =
        byte < 0x80 && (std::isalnum(byte) != 0 || std::string_view("-._~").find(c) != std::string_view::npos);
    if (unreserved) return Spelled{std::string(1, c), escaped};
    const bool reserved = std::string_view(":@!$&'()*+,;=").find(c) != std::string_view::npos && byte != 0;
    if (reserved) return Spelled{std::string(1, c), std::string(1, c)};
    std::string upper = escaped;
    for (char& digit : upper) digit = static_cast<char>(std::toupper(static_cast<unsigned char>(digit)));
    return Spelled{upper, escaped};
  });
}

RC_GTEST_PROP(Url, OtherSpellingsHaveOneNormalForm, ()) {
  const auto few = [](auto gen) { return rc::gen::resize(6, std::move(gen)); };
  const auto pieces = rc::gen::container<std::vector<Spelled>>(a_piece());
  const auto segments = *few(rc::gen::container<std::vector<std::vector<Spelled>>>(few(pieces)));
  const auto query = *few(pieces);
  std::string plain = "http://example.test",
              other = *rc::gen::element<std::string>("HTTP://EXAMPLE.test:80", "Http://Example.TEST:0080");
  for (const auto& segment : segments) {
    std::string text, spelled;
    for (const Spelled& piece : segment) text += piece.plain, spelled += piece.other;
    if (text == "." || text == "..") continue;
    plain += "/" + text;
    other += *rc::gen::element<std::string>("/", "/./", "/x/../", "/%2e/", "/y/z/%2E./../") + spelled;
  }
  plain += "/?", other += "/?";
  for (const Spelled& piece : query) plain += piece.plain, other += piece.other;
  other += *rc::gen::element<std::string>("", "#top", "#a#b?c");
  RC_ASSERT(normal_url(plain).value() == plain);
  RC_ASSERT(normal_url(other).value() == plain);
}

// What is asked for stays the same: the same bytes between the same delimiters.
std::vector<std::string> meaning(std::string_view target) {
  std::vector<std::string> out(1);
  for (std::size_t i = 0; i < target.size(); ++i) {
    const bool escape = target[i] == '%' && i + 2 < target.size() &&
                        std::isxdigit(static_cast<unsigned char>(target[i + 1])) != 0 &&
                        std::isxdigit(static_cast<unsigned char>(target[i + 2])) != 0;
    if (escape) {
      out.back() += static_cast<char>(std::stoi(std::string(target.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else if (std::string_view(":/?[]@!$&'()*+,;=").find(target[i]) != std::string_view::npos) {
      out.emplace_back(1, target[i]);
      out.emplace_back();
    } else {
      out.back() += target[i];
    }
  }
  return out;
}

RC_GTEST_PROP(Url, NormalisingDoesNotChangeWhatIsAskedFor, (const std::string& given)) {
  std::string target;
  for (const char c : given)
    if (c != '#' && static_cast<unsigned char>(c) > 0x20) target += c;
  const Url url = parse_url("http://example.test/q?" + target).value();
  RC_ASSERT(meaning(url.query) == meaning("?" + target));
}

TEST(Url, GivesParametersAndEscapesWhatIsPutIntoAQuery) {
  EXPECT_EQ(query_parameter("https://a/x?id=7&name=%E9%93%9D#id=9", "id"), "7");
  EXPECT_EQ(query_parameter("https://a/x?id=7&name=%E9%93%9D#id=9", "name"), "%E9%93%9D");
  EXPECT_EQ(query_parameter("https://a/x?idx=7", "id"), "");
  EXPECT_EQ(query_parameter("https://a/x", "id"), "");
  EXPECT_EQ(escape_component("A+/1= &铝%2F"), "A%2B%2F1%3D%20%26%E9%93%9D%2F");
}

}  // namespace
}  // namespace tanmiao::crawler::url_test
