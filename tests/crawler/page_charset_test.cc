// BOM > header > meta > detector, and what overrules them: the bytes.
#include "crawler/page_charset.h"

#include <gtest/gtest.h>

#include "tabular/charset.h"

namespace tanmiao::crawler::page_charset_test {
namespace {

constexpr std::string_view kUtf8 = "滨州市科技型中小企业名单公告";
// 滨州市科技型中小企业名单 in GB2312.
constexpr std::string_view kGb =
    "\xB1\xF5\xD6\xDD\xCA\xD0\xBF\xC6\xBC\xBC\xD0\xCD\xD6\xD0\xD0\xA1\xC6\xF3\xD2\xB5\xC3\xFB\xB5\xA5";

PageCharset of(std::string_view bytes, const std::string& http, const std::string& meta,
               const std::string& declared = "") {
  return page_charset(bytes, declared, http, meta).value();
}
std::string text_of(std::string_view bytes, const PageCharset& charset) {
  std::string out;
  const auto decoder = tabular::make_decoder(charset.charset, charset.bom).value();
  decoder->decode(bytes.substr(charset.bom), true, out);
  return out;
}

TEST(PageCharset, TheByteOrderMarkIsStrongerThanServerAndPage) {
  const std::string marked = "\xEF\xBB\xBF" + std::string(kUtf8);
  const PageCharset found = of(marked, "gbk", "big5");
  EXPECT_EQ(found.charset, "utf-8");
  EXPECT_EQ(found.bom, 3u);
  EXPECT_EQ(found.claimed, "");
  EXPECT_EQ(text_of(marked, found), kUtf8);
  const std::string wide("\xFF\xFE\xE8\x6E\xDE\x5D", 6);
  EXPECT_EQ(text_of(wide, of(wide, "utf-8", "gbk")), "滨州");
}

TEST(PageCharset, TheServerIsStrongerThanThePage) {
  EXPECT_EQ(of("plain text", "gbk", "utf-8").charset, "gb18030");
  EXPECT_EQ(of("plain text", "utf-8", "gbk").charset, "utf-8");
  EXPECT_EQ(of(kGb, "gb2312", "utf-8").claimed, "");
}

TEST(PageCharset, ThePageIsStrongerThanTheDetector) {
  EXPECT_EQ(of("plain text", "", "big5").charset, "big5");
  EXPECT_EQ(of(kGb, "", "gbk").charset, "gb18030");
  EXPECT_EQ(of(kGb, "no-such-charset", "gbk").charset, "gb18030") << "nonsense is no claim";
}

TEST(PageCharset, WithoutAClaimTheBytesAreLookedAt) {
  EXPECT_EQ(of(kGb, "", "").charset, "gb18030");
  EXPECT_EQ(of(kUtf8, "", "").charset, "utf-8");
  EXPECT_EQ(of("plain text", "", "").charset, "utf-8");
  EXPECT_EQ(of("", "", "").charset, "utf-8");
}

// 镕 is in GBK and not in GB2312, 㐀 has four bytes in GB18030: sites that say gb2312 send both.
TEST(PageCharset, WhatIsCalledGb2312OrGbkIsReadAsGb18030) {
  const std::string bytes = std::string(kGb) + "\xE9\x46\x81\x39\xEE\x39";
  for (const char* name : {"gb2312", "GB2312", "gbk", "GBK", "x-gbk", "gb18030", "gb_2312-80"}) {
    const PageCharset found = of(bytes, "", name);
    EXPECT_EQ(found.charset, "gb18030") << name;
    EXPECT_EQ(text_of(bytes, found), "滨州市科技型中小企业名单镕㐀") << name;
  }
}

TEST(PageCharset, AClaimThatTheBytesDisproveIsTold) {
  EXPECT_EQ(of(kGb, "utf-8", "").charset, "gb18030");
  EXPECT_EQ(of(kGb, "utf-8", "").claimed, "utf-8");
  EXPECT_EQ(of(kUtf8, "gbk", "").charset, "utf-8");
  EXPECT_EQ(of(kUtf8, "iso-8859-1", "utf-8").claimed, "iso-8859-1");
  EXPECT_EQ(of(kUtf8, "windows-1252", "").charset, "utf-8");
}

// In them one text has many forms, and halves of a pair come out alone: found by the fuzzer with "utf\xD1" "7".
TEST(PageCharset, EncodingsThatHideTextAreNoClaim) {
  for (const char* name : {"utf-7", "UTF7",
                           "utf\xD1"
                           "7",
                           "scsu", "bocu-1", "cesu-8", "imap-mailbox-name"}) {
    EXPECT_EQ(of(kUtf8, name, "").charset, "utf-8") << name;
    EXPECT_FALSE(tabular::make_decoder(name, 0)) << name;
  }
}

TEST(PageCharset, HalfAPairIsMarkedAndNothingElseIsLost) {
  const auto decoder = tabular::make_decoder("utf-16le", 0).value();
  std::string out;
  decoder->decode(std::string_view("\x41\x00\x00\xD8\x42\x00\x00\xDC\x43\x00\x00\xD8", 12), true, out);
  EXPECT_EQ(std::count(out.begin(), out.end(), tabular::kMark), 6) << "two bytes for each half";
  std::erase(out, tabular::kMark);
  EXPECT_TRUE(tabular::valid_prefix(out) == out.size());
  for (const char letter : {'A', 'B', 'C'}) EXPECT_NE(out.find(letter), std::string::npos) << letter;
}

TEST(PageCharset, WhatAPersonWroteHolds) {
  EXPECT_EQ(of(kUtf8, "utf-8", "utf-8", "gbk").charset, "gb18030");
  EXPECT_FALSE(page_charset(kUtf8, "no-such", "", ""));
}

}  // namespace
}  // namespace tanmiao::crawler::page_charset_test
