// Messages that staff meet are Chinese: those of the parsers as they really come, those of files as they are written.
#include "core/messages.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/date.h"
#include "core/identifiers.h"
#include "core/money.h"
#include "core/patent.h"

namespace tanmiao::messages_test {
namespace {

// Letters that staff know: codes, units, formats and names of files. What is left of a message must hold no word.
bool chinese(std::string text) {
  for (const std::string_view known :
       {"YYYYMMDD", "gzip", "xlsx", "xls", "CSV", "XML", "JSON", "zip", "utf-8", "GR", "GB"})
    for (std::size_t at = 0; (at = text.find(known)) != std::string::npos;) text.erase(at, known.size());
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  for (std::size_t i = 0; i + 2 < text.size(); ++i)
    if (letter(text[i]) && letter(text[i + 1]) && letter(text[i + 2])) return false;
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c >= 0x80; });
}

TEST(MessagesInChinese, CoverWhatTheParsersRefuse) {
  std::vector<std::string> english;
  const auto refused = [&](const auto& result) {
    ASSERT_FALSE(result.has_value()) << "after " << (english.empty() ? "" : english.back());
    english.push_back(result.error().message);
  };
  for (const char* code : {"91", "9137160OMA3WPBLW37", "91AAAAAAMA3WPBLW37", "91371600MA3WPBLW38"})
    refused(CreditCode::parse(code));
  std::string body =
      "91371600"
      "12345678"
      "0";
  if (org_code_check_ok(body.substr(8))) body.back() = '1';
  refused(CreditCode::parse(body + credit_code_check(body)));
  for (const char* code : {"1234", "123456789"}) refused(parse_org_code(code));
  for (const char* number : {"12a", "1234", "371600000000000"}) refused(parse_registration_no(number));
  refused(parse_hnte_certificate("GR1"));
  refused(parse_tech_sme_number("2024"));
  for (const char* number :
       {"2015101633256.66", "2015", "201510163325.Y", "85412345", "201550163325.6", "198010163325.6", "201510163325.1"})
    refused(parse_application_no(number));
  refused(parse_publication_no("CN1"));
  for (const char* date :
       {"2015-13-45", "明天", "2015-06-31", "20150231", "2015-13", "2015-06-02止", "2015-06-02 25:00"})
    refused(parse_loose_date(date));
  refused(parse_iso_date("2015/1/1"));
  refused(parse_money("若干", "元"));
  for (const std::string& message : english)
    EXPECT_TRUE(chinese(in_chinese(message))) << message << " -> " << in_chinese(message);
}

TEST(MessagesInChinese, KeepTheValues) {
  const auto code = CreditCode::parse("91371600MA3WPBLW38");
  EXPECT_EQ(in_chinese(code.error().message), "校验码不符：末位为 8，应为 7");
  EXPECT_EQ(in_chinese(CreditCode::parse("91").error().message), "应为 18 位，实有 2 位");
}

TEST(MessagesInChinese, CoverHostsThatDoNotAnswer) {
  EXPECT_EQ(in_chinese("unreachable (Couldn't connect to server)"), "取不到（连接不上主机）");
  EXPECT_EQ(in_chinese("HTTP 503"), "主机应答 503");
}

TEST(MessagesInChinese, SayTheLineAndNotThePathOfTheMachine) {
  EXPECT_EQ(
      in_chinese(Error{Errc::kFormat, "a quote does not close before the end of the file", "/data/inbox/a.csv:12"}),
      "第 12 行：引号直到文件末尾没有成对");
  EXPECT_EQ(in_chinese(Error{Errc::kFormat, "is protected by a password", "/data/inbox/a.zip"}), "压缩包有密码");
  EXPECT_EQ(in_chinese(Error{Errc::kUsage, "the quotation mark is not closed", "character 4"}),
            "第 4 个字：引号没有成对");
}

TEST(MessagesInChinese, NameEveryColumnThatIsMissing) {
  EXPECT_EQ(in_chinese("no column for firm_name (expected 企业名称 or 名称); no column for credit_code (expected "
                       "统一社会信用代码; the nearest here is \"信用代码\")"),
            "缺少“企业名称”一列（表头应为 企业名称 或 名称）；缺少“统一社会信用代码”一列（表头应为 "
            "统一社会信用代码；最接近的是“信用代码”）");
}

TEST(MessagesInChinese, GoIntoWhatAMessageHolds) {
  EXPECT_EQ(
      in_chinese("gzip file is cut off after 300 packed bytes (382 unpacked); the end of the table is missing; rows "
                 "up to line 3 were read"),
      "gzip 文件不完整：读到 300 字节处中断（解压后 382 字节），表的末尾缺失；第 3 行及以前已读到");
}

TEST(MessagesInChinese, CoverWhatACommandAsksFor) {
  EXPECT_EQ(in_chinese("say who makes the steps: --by OFFICE"), "请写明由谁办理：加 --by 单位");
}

TEST(MessagesInChinese, LeaveWhatIsUnknownToBePassedOn) {
  EXPECT_EQ(in_chinese("something new broke"), "原文：something new broke");
  EXPECT_EQ(in_chinese("不得为空"), "不得为空");
  EXPECT_EQ(in_chinese(""), "");
}

}  // namespace
}  // namespace tanmiao::messages_test
