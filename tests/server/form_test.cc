// Bodies of forms: what browsers send is read, everything else is refused, within bounds.
#include "server/form.h"

#include <gtest/gtest.h>

#include <random>

#include "core/text/normalize.h"
#include "server/http.h"

namespace tanmiao::server::form_test {
namespace {

constexpr std::string_view kUrlencoded = "application/x-www-form-urlencoded";
constexpr std::string_view kMultipart = "multipart/form-data; boundary=XyZ";

std::string part(const std::string& disposition, const std::string& data, const std::string& boundary = "XyZ") {
  return "--" + boundary + "\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + data + "\r\n";
}
std::string whole(const std::string& parts) { return parts + "--XyZ--\r\n"; }

Errc refusal(std::string_view type, std::string_view body) {
  const auto form = parse_form(type, body);
  EXPECT_FALSE(form) << body.substr(0, 200);
  return form ? Errc::kUsage : form.error().code;
}

TEST(Forms, UrlencodedFieldsKeepTheirOrderAndLines) {
  const auto form = parse_form("application/x-www-form-urlencoded; charset=UTF-8",
                               "firm=12&firm=7&note=+%E7%94%B2%0D%0A%E4%B9%99+&empty=&flag");
  ASSERT_TRUE(form) << form.error().text();
  EXPECT_EQ(form->all("firm"), (std::vector<std::string>{"12", "7"}));
  EXPECT_EQ(form->value("note"), "甲\n乙") << "line ends of a text box are one character, blanks around it are none";
  EXPECT_TRUE(form->has("empty"));
  EXPECT_TRUE(form->has("flag"));
  EXPECT_FALSE(form->has("other"));
}

TEST(Forms, MultipartCarriesFilesByteForByte) {
  std::string bytes = "PK\x03\x04";
  bytes += '\0';
  bytes += "--XyZ--\r\n\r\n--Xy\r\n-XyZ\r\n";  // nearly delimiters: a line end before the whole of it is missing
  const auto form = parse_form(kMultipart, whole(part("name=\"by\"", "高新区科技局") +
                                                 part("name=\"sheet\"; filename=\"名单.xlsx\"\r\nContent-Type: "
                                                      "application/octet-stream",
                                                      bytes) +
                                                 part("name=\"none\"; filename=\"\"", "")));
  ASSERT_TRUE(form) << form.error().text();
  EXPECT_EQ(form->value("by"), "高新区科技局");
  ASSERT_NE(form->file("sheet"), nullptr);
  EXPECT_EQ(form->file("sheet")->bytes, bytes);
  EXPECT_EQ(form->file("sheet")->name, "名单.xlsx");
  EXPECT_EQ(form->file("none"), nullptr) << "no file was chosen";
}

TEST(Forms, AFileNameNeverHasAFolder) {
  for (const char* name : {"../../etc/passwd", "C:\\users\\a\\passwd", "/passwd", "a/b\\passwd"}) {
    const auto form = parse_form(kMultipart, whole(part(std::string("name=\"s\"; filename=\"") + name + "\"", "x")));
    ASSERT_TRUE(form) << name;
    EXPECT_EQ(form->file("s")->name, "passwd") << name;
  }
}

TEST(Forms, AnEmptyPartIsAnEmptyField) {
  const auto form = parse_form(kMultipart, whole(part("name=\"a\"", "") + part("name=\"b\"", "1")));
  ASSERT_TRUE(form) << form.error().text();
  EXPECT_TRUE(form->has("a"));
  EXPECT_EQ(form->value("a"), "");
  EXPECT_EQ(form->value("b"), "1");
}

TEST(Forms, WhatIsNoFormIsRefused) {
  EXPECT_EQ(refusal("text/plain", "a=1"), Errc::kFormat);
  EXPECT_EQ(refusal("", "a=1"), Errc::kFormat);
  EXPECT_EQ(refusal("application/json", "{}"), Errc::kFormat);
  EXPECT_EQ(refusal(kUrlencoded, "a=%4"), Errc::kFormat);
  EXPECT_EQ(refusal(kUrlencoded, "a=%ff"), Errc::kFormat);
  EXPECT_EQ(refusal(kUrlencoded, "a=%00"), Errc::kFormat);
  EXPECT_EQ(refusal(kUrlencoded, "a=%07"), Errc::kFormat) << "a control character";
  EXPECT_EQ(refusal(kUrlencoded, "=1"), Errc::kFormat);
}

TEST(Forms, DamagedMultipartIsRefused) {
  const std::string good = whole(part("name=\"a\"", "1"));
  ASSERT_TRUE(parse_form(kMultipart, good));
  EXPECT_EQ(refusal("multipart/form-data", good), Errc::kFormat) << "no boundary";
  EXPECT_EQ(refusal("multipart/form-data; boundary=" + std::string(71, 'x'), good), Errc::kFormat);
  EXPECT_EQ(refusal("multipart/form-data; boundary=\"a\r\nb\"", good), Errc::kFormat);
  EXPECT_EQ(refusal(kMultipart, "preamble\r\n" + good), Errc::kFormat);
  EXPECT_EQ(refusal(kMultipart, good + "epilogue"), Errc::kFormat);
  EXPECT_EQ(refusal(kMultipart, whole(part("name=\"a\"; name2", "1"))), Errc::kFormat);
  EXPECT_EQ(refusal(kMultipart, whole("--XyZ\r\n\r\n1\r\n")), Errc::kFormat) << "a part without a head";
  EXPECT_EQ(refusal(kMultipart, whole("--XyZ\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n")),
            Errc::kFormat);
  for (std::size_t length = 0; length + 2 < good.size(); ++length)
    EXPECT_EQ(refusal(kMultipart, std::string_view(good).substr(0, length)), Errc::kFormat) << length;
}

TEST(Forms, BoundsHold) {
  EXPECT_EQ(refusal(kUrlencoded, "a=" + std::string(kLongestField + 1, 'x')), Errc::kLimit);
  std::string many = "a=1";
  for (std::size_t i = 0; i < kMostFields; ++i) many += "&a=1";
  EXPECT_EQ(refusal(kUrlencoded, many), Errc::kLimit);
  std::string files;
  for (std::size_t i = 0; i <= kMostFiles; ++i) files += part("name=\"f\"; filename=\"a\"", "x");
  EXPECT_EQ(refusal(kMultipart, whole(files)), Errc::kLimit);
}

// A form of any fields comes out as it went in; one byte changed anywhere is read within the bounds or refused.
TEST(Forms, AnyFieldsComeOutAsTheyWentIn) {
  std::mt19937 random(7);  // NOLINT(bugprone-random-generator-seed): the same cases each time
  const std::vector<std::string> letters{"a", "高", "&", "=", "+", "%", "\"", "<", ";", "\n", " ", "0", "-", "X"};
  for (int round = 0; round < 400; ++round) {
    std::string parts, encoded;
    std::vector<std::pair<std::string, std::string>> expected;
    for (auto n = random() % 5; n > 0; --n) {
      std::string value;
      for (auto length = random() % 12; length > 0; --length) value += letters[random() % letters.size()];
      const std::string name = "f" + std::to_string(random() % 3);
      parts += part("name=\"" + name + "\"", value);
      encoded += (encoded.empty() ? "" : "&") + name + "=" + url_encode(value);
      expected.emplace_back(name, value);
    }
    const auto url = parse_form(kUrlencoded, encoded);
    ASSERT_TRUE(url);
    EXPECT_EQ(url->fields, expected);
    std::string body = whole(parts);
    if (expected.empty()) continue;  // not even one part
    const auto multi = parse_form(kMultipart, body);
    ASSERT_TRUE(multi) << body;
    EXPECT_EQ(multi->fields, expected);
    body[random() % body.size()] = static_cast<char>(random() % 256);
    const auto damaged = parse_form(kMultipart, body);
    if (!damaged) continue;
    for (const auto& [name, value] : damaged->fields) EXPECT_TRUE(text::valid_utf8(value));
  }
}

}  // namespace
}  // namespace tanmiao::server::form_test
