#include "crawler/robots_tags.h"

#include <gtest/gtest.h>

#include <string>

namespace tanmiao::crawler::robots_tags_test {
namespace {

using namespace std::chrono_literals;
constexpr std::chrono::sys_seconds kNow = std::chrono::sys_days{2026y / 11 / 26};

// "i" noindex, "a" noarchive, "f" nofollow.
std::string letters(const PageWishes& wishes) {
  return std::string(wishes.noindex ? "i" : "") + (wishes.noarchive ? "a" : "") + (wishes.nofollow ? "f" : "");
}
std::string of_header(const std::string& headers) {
  return letters(page_wishes("HTTP/1.1 200 OK\r\n" + headers, "", "TanmiaoBot/0.1", kNow));
}
std::string of_page(const std::string& html) { return letters(page_wishes("", html, "TanmiaoBot/0.1", kNow)); }

TEST(PageWishes, OfHeadersAreForEverybodyOrForUs) {
  const std::pair<const char*, const char*> cases[] = {
      {"X-Robots-Tag: noindex\r\n", "i"},
      {"x-robots-tag:NoArchive , NOFOLLOW\r\n", "af"},
      {"X-Robots-Tag: none\r\n", "if"},
      {"X-Robots-Tag: all\r\n", ""},
      {"X-Robots-Tag: otherbot: noindex, nofollow\r\n", ""},
      {"X-Robots-Tag: otherbot: noindex\r\nX-Robots-Tag: noarchive\r\n", "a"},
      {"X-Robots-Tag: otherbot: noindex, tanmiaobot: nofollow\r\n", "f"},
      {"X-Robots-Tag: TANMIAOBOT: noindex\r\n", "i"},
      {"X-Robots-Tag: max-snippet: 20, noindex\r\n", "i"},
      {"X-Robots-Tag: unavailable_after: Wed, 25 Jun 2025 15:00:00 GMT\r\n", "i"},
      {"X-Robots-Tag: unavailable_after: 25 Jun 2035 15:00:00 GMT\r\n", ""},
      {"X-Robots-Tag: unavailable_after: some day\r\n", "i"},
      {"X-Robots-Tag: otherbot: unavailable_after: 25 Jun 2025 15:00:00 GMT\r\n", ""},
      {"X-Robots: noindex\r\nX-Note: X-Robots-Tag: noindex\r\n", ""},
  };
  for (const auto& [headers, expected] : cases) EXPECT_EQ(of_header(headers), expected) << headers;
}

TEST(PageWishes, OfPagesStandInMetaTags) {
  const std::pair<const char*, const char*> cases[] = {
      {"<meta name=\"robots\" content=\"noindex, nofollow\">", "if"},
      {"<META CONTENT='noarchive' NAME='Robots'/>", "a"},
      {"<meta name=robots content=none>", "if"},
      {"<meta\nname = robots\ncontent = \"noindex\"\n>", "i"},
      {"<meta name=\"tanmiaobot\" content=\"noindex\">", "i"},
      {"<meta name=\"otherbot\" content=\"noindex\">", ""},
      {"<meta name=\"description\" content=\"noindex\">", ""},
      {"<!-- <meta name=robots content=noindex> -->", ""},
      {"<script>var a = '<meta name=robots content=noindex>';</script>", ""},
      {"<script>1</script><meta name=robots content=noindex>", "i"},
      {"<metadata name=robots content=noindex>", ""},
      {"<meta name=robots content=noindex", "i"},
      {"<meta = = name=robots content=noindex>", "i"},
      {"<meta name=robots><meta content=noindex>", ""},
      {"<meta name=\"robots\" content=\"noarchive\"><meta name=\"robots\" content=\"nofollow\">", "af"},
      {"<", ""},
      {"<meta", ""},
      {"<!--", ""},
      {"<script>", ""},
  };
  for (const auto& [html, expected] : cases) EXPECT_EQ(of_page(html), expected) << html;
}

TEST(PageWishes, AreFoundWhateverTheCharset) {
  // GB18030: 滨州 before and behind.
  EXPECT_EQ(of_page("<title>\xB1\xF5\xD6\xDD</title><meta name=\"robots\" content=\"noindex\">\xB1\xF5"), "i");
}

}  // namespace
}  // namespace tanmiao::crawler::robots_tags_test
