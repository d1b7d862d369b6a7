// Stop signs by the table that is shipped: what it must find, and the pages that only speak of such things.
#include "crawler/stop_signs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "crawler/host_memory.h"
#include "crawling_hosts.h"

namespace tanmiao::crawler::stop_signs_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::shared_ptr<const StopSigns> shipped() {
  static const auto signs = StopSigns::load("config/crawl/stop_signs.toml").value();
  return signs;
}

std::string rule_of(const AnswerSeen& answer) {
  const StopSign* const sign = shipped()->find(answer);
  return sign == nullptr ? "" : sign->name;
}
std::string rule_of_page(std::string_view body, int status = 200, std::string_view head = "") {
  return rule_of({status, head, {}, body});
}
std::string long_text(const std::string& about) {
  std::string text = "<html><head><title>通知公告</title></head><body><div class=\"article\"><p>" + about + "</p>";
  for (int i = 0; i < 40; ++i) text += "<p>各县区、市属各开发区：现将有关事项通知如下，请认真贯彻执行。</p>";
  return text + "</div></body></html>";
}

TEST(StopSigns, FindsWhatChineseSitesAnswerProgramsWith) {
  const std::pair<std::string, std::string> cases[] = {
      {"<script>document.cookie=('_')+('_jsl_clearance=1')+';Max-age=3600';location.href=location.pathname</script>",
       "cookie-script"},
      {"<html><head><meta id=\"a\" content=\"b\" r='m'><script r='m'>$_ts=window['$_ts'];if(!$_ts)$_ts={};</script>"
       "</head><body></body></html>",
       "ruishu"},
      {"<html><script>\nvar arg1='0123456789ABCDEF0123456789ABCDEF01234567';\nvar a=0;</script></html>", "aliyun-acw"},
      {"<html><script>var s='security_session_verify';location='?security_verify_data='+s</script></html>", "yunsuo"},
      {"<html><body><h2>当前访问疑似黑客攻击，已被网站管理员设置为拦截</h2></body></html>", "waf-knownsec"},
      {"<html><head><title>网站防火墙</title></head><body>您的请求带有不合法参数，已被网站管理员设置拦截！</body></"
       "html>",
       "waf-safedog"},
      {"<html><body>抱歉！您的访问可能对网站造成威胁，已被云防护拦截！</body></html>", "waf-threat"},
      {"<html><body>您的访问请求可能对网站造成安全威胁，请求已被阻断</body></html>", "waf-threat"},
      {"<html><body><iframe src=\"https://errors.aliyun.com/error?uuid=1\"></iframe></body></html>", "waf-cloud"},
      {"<html><head><title>405</title></head><body>很抱歉，您的请求被安全策略拦截。</body></html>", "waf-page"},
      {"<html><body>您的访问过于频繁，请稍后再试</body></html>", "too-often"},
      {"{\"code\": 500, \"msg\": \"访问频率过高，请稍后重试\"}", "too-often"},
      {"<html><script src=\"https://static.geetest.com/v4/gt4.js\"></script><body>请完成安全验证</body></html>",
       "captcha-service"},
      {"<html><body><div>拖动下方滑块完成拼图</div></body></html>", "captcha-service"},
      {"<html><body>请输入验证码<input name=\"verifyCode\"><img src=\"/servlet/validateCode\"></body></html>",
       "captcha-image"},
      {"<html><body><form>用户名<input name=u>密码<input type=\"password\" name=p></form></body></html>", "login-page"},
      {"<html><head><title>山东省统一身份认证平台</title></head><body><div id=\"app\"></div></body></html>",
       "login-title"},
      {"<html><head><title>Just a moment...</title></head><body><script>window._cf_chl_opt={}</script></body></html>",
       "cloudflare-page"},
  };
  for (const auto& [body, rule] : cases) EXPECT_EQ(rule_of_page(body), rule) << body;
}

TEST(StopSigns, LookAtStatusHeaderAddressAndCharset) {
  EXPECT_EQ(rule_of_page("<script>document.cookie='__jsl_clearance_s=1'</script>", 521), "jsl-521");
  EXPECT_EQ(rule_of_page("web server is down", 521), "") << "the same status says other things as well";
  EXPECT_EQ(rule_of_page("", 412), "refused-412");
  EXPECT_EQ(rule_of_page("gone", 404), "");
  EXPECT_EQ(rule_of({403, "HTTP/1.1 403 Forbidden\r\ncf-mitigated: challenge\r\n", {}, "x", Gave::kRows}),
            "cloudflare");
  const std::string_view login = "https://sso.example.test/cas/login?service=http%3A%2F%2Fa";
  EXPECT_EQ(rule_of({200, "", login, "<html></html>", Gave::kRows}), "login-address");
  for (const std::string_view address : {"https://tysfrz.example.test/", "http://a.test/user/login.jsp?back=1",
                                         "http://a.test/sso/login", "http://a.test/login"})
    EXPECT_NE(shipped()->find_address(address), nullptr) << address;
  for (const std::string_view address :
       {"http://a.test/blogin/1.html", "http://a.test/news/login-notice.html", "http://login-news.test/a",
        "http://a.test/list?next=/login", "http://a.test/catalogin/"})
    EXPECT_EQ(shipped()->find_address(address), nullptr) << address;
  // GB18030, as the page says of itself: 访问过于频繁.
  EXPECT_EQ(
      rule_of_page("<html><meta charset=gb2312><body>\xB7\xC3\xCE\xCA\xB9\xFD\xD3\xDA\xC6\xB5\xB7\xB1</body></html>"),
      "too-often");
}

TEST(StopSigns, APageThatSpeaksOfThemIsNone) {
  for (const char* const about :
       {"提醒：请勿向他人透露短信验证码，谨防诈骗。", "本系统新增滑动验证，请拖动滑块完成验证。",
        "因访问过于频繁造成的卡顿已修复。", "凡被网站防火墙拦截、您的访问可能对网站造成威胁等提示，请联系管理员。",
        "请登录统一身份认证平台办理。", "网站部署了创宇盾，当前访问疑似黑客攻击时将被拦截。"})
    EXPECT_EQ(rule_of_page(long_text(about)), "") << about;
  EXPECT_EQ(rule_of_page("<html><head><title>关于统一身份认证平台上线的通知</title></head><body>" +
                         long_text("平台已上线。") + "</body></html>"),
            "");
  // A page of a guarded site that was let through carries the guard's script as well.
  const std::string passed = "<html><script r='m'>$_ts=window['$_ts'];</script>" + long_text("公示") + "</html>";
  EXPECT_EQ(rule_of_page(passed), "");
  EXPECT_EQ(rule_of({200, "Server: Safedog\r\nSet-Cookie: __jsluid_s=1\r\n", {}, long_text("公示")}), "");
  // A search form with a captcha beside the rows that were wanted.
  const std::string_view form = "<html><table><tr><td>x</td></tr></table><img src=\"/captcha.jpg\"></html>";
  EXPECT_EQ(rule_of({200, "", {}, form, Gave::kRows}), "");
  EXPECT_EQ(rule_of({200, "", {}, form, Gave::kLinks}), "");
  EXPECT_EQ(rule_of({200, "", {}, form, Gave::kNothing}), "captcha-image");
  // Analytics set cookies, too, but load nothing anew.
  EXPECT_EQ(rule_of_page("<html><head><script>document.cookie='visited=1'</script></head><body>暂无数据</body></html>"),
            "");
}

TEST(StopSigns, StormsAreCountedAmongTheLastAnswersOfAHost) {
  const auto signs = StopSigns::parse(R"(
[[sign]]
name = "never"
text = "无"
status = ["599"]
[[storm]]
name = "three"
text = "三次"
status = ["403", "412"]
most = 3
of_last = 4
)",
                                      "a test")
                         .value();
  const auto answers = [&](std::vector<int> statuses) {
    SignWatch watch;
    int at = 0;
    for (const int status : statuses) {
      ++at;
      if (watch.answered(*signs, status, static_cast<std::uint64_t>(at)) != nullptr) return at;
    }
    return 0;
  };
  EXPECT_EQ(answers({403, 403, 412}), 3);
  EXPECT_EQ(answers({403, 200, 403, 412}), 4);
  EXPECT_EQ(answers({403, 200, 200, 403, 412, 200}), 0);
  EXPECT_EQ(answers({403, 403, 200, 200, 404, 403, 403, 403}), 8);
  EXPECT_EQ(answers({}), 0);
  SignWatch watch;
  StopSign twice;
  twice.name = "twice";
  twice.in_a_row = 2;
  EXPECT_FALSE(watch.saw(twice));
  watch.good();
  EXPECT_FALSE(watch.saw(twice));
  EXPECT_TRUE(watch.saw(twice));
}

TEST(StopSigns, ATableThatCannotBeMeantIsRefusedWithItsPlace) {
  const auto fault = [](const std::string& toml) {
    const auto signs = StopSigns::parse(toml, "signs.toml");
    return signs ? std::string() : signs.error().text();
  };
  EXPECT_THAT(fault("[[sign]]\nname = \"a\"\ntext = \"b\"\n"), HasSubstr("would fit every answer"));
  EXPECT_THAT(fault("[[sign]]\nname = \"a\"\ntext = \"b\"\nbody = '('\n"), HasSubstr("signs.toml:4"));
  EXPECT_THAT(fault("[[sign]]\nname = \"a\"\ntext = \"b\"\nbodi = 'x'\n"), HasSubstr("body"));
  EXPECT_THAT(fault("[[sign]]\nname = \"a\"\ntext = \"b\"\nstatus = [\"4x2\"]\n"), HasSubstr("HTTP statuses"));
  const std::string one = "[[sign]]\nname = \"a\"\ntext = \"b\"\nbody = 'x'\n";
  EXPECT_THAT(fault(one + one), HasSubstr("two rules"));
  EXPECT_THAT(fault(one + "[[storm]]\nname = \"s\"\ntext = \"t\"\nstatus = [\"403\"]\nmost = 3\nof_last = 2\n"),
              HasSubstr("of_last"));
  EXPECT_THAT(fault(""), HasSubstr("names no sign"));
  EXPECT_EQ(fault(one), "");
}

TEST(StopSigns, WhatAPersonSeesOfAPage) {
  EXPECT_EQ(visible_bytes("<html><title>abc</title><script>var a='<b>';</script><!-- x > y --><p>ab c</p>\n"), 3u);
  EXPECT_EQ(visible_bytes("plain text"), 9u);
  EXPECT_EQ(visible_bytes("<p>ab<script>never ends"), 2u);
  EXPECT_EQ(visible_bytes("<"), 0u);
  EXPECT_EQ(visible_bytes("<p>" + std::string(1000, 'a'), 10), 11u);
}

class StopSignCrawl : public CrawlingHosts {
 protected:
  SourceReport crawl_part(int number = 1) {
    http_source("complete = \"part\"");
    approve();
    return crawl_once(number);
  }
  std::string host() const { return server_.address("").substr(7); }
};

TEST_F(StopSignCrawl, ACaptchaRestsTheHostForTheNightAndTheReportNamesRuleAndAddress) {
  city(12);
  server_.put("/firm/2", {200, "<html><body>请输入验证码<input name=\"captcha\"></body></html>"});
  const SourceReport report = crawl_part();
  EXPECT_TRUE(report.stopped);
  ASSERT_EQ(report.signs.size(), 1u);
  EXPECT_EQ(report.signs[0].rule, "captcha-image");
  EXPECT_EQ(report.signs[0].address, server_.address("/firm/2"));
  EXPECT_THAT(report.why, HasSubstr("主机要求输入验证码（规则 captcha-image，" + server_.address("/firm/2") + "）"));
  EXPECT_EQ(server_.count("/firm/10"), 0);
  EXPECT_GE(report.counts.fresh, 1u) << "what came before stays";
  city(12);
  EXPECT_FALSE(crawl_once(2).stopped) << "the next night asks again";
}

TEST_F(StopSignCrawl, AScriptPageIsNotAskedForASecondTime) {
  city(3);
  server_.put("/firm/1", {521, "<script>document.cookie='__jsl_clearance_s=1';location.reload()</script>"});
  const SourceReport report = crawl_part();
  EXPECT_EQ(server_.count("/firm/1"), 1) << "521 is no trouble that passes";
  ASSERT_EQ(report.signs.size(), 1u);
  EXPECT_EQ(report.signs[0].rule, "jsl-521");
  EXPECT_EQ(report.outcome, SourceOutcome::kFailed);
}

TEST_F(StopSignCrawl, ALogInIsNeverAskedForAndTheSecondEndsTheNight) {
  city(12);
  for (const int i : {2, 6, 7, 8, 9, 10, 11, 12})
    server_.put("/firm/" + std::to_string(i), {302, "", "Location: /cas/login?service=x\r\n"});
  server_.put("/cas/login?service=x", {200, "<html><input type=password></html>"});
  const SourceReport report = crawl_part();
  EXPECT_EQ(server_.count("/cas/login?service=x"), 0);
  EXPECT_EQ(report.signs.size(), 1u);
  EXPECT_EQ(report.signs[0].rule, "login-address");
  EXPECT_TRUE(report.stopped);
  EXPECT_EQ(server_.count("/firm/4"), 1) << "one may be a document that needs a permission";
  EXPECT_EQ(server_.count("/firm/12"), 0);
}

TEST_F(StopSignCrawl, ALogInOfAnotherHostIsASignAsWell) {
  city(3);
  for (const int i : {1, 2})
    server_.put("/firm/" + std::to_string(i), {302, "", "Location: https://sso.example.test/login\r\n"});
  const SourceReport report = crawl_part();
  ASSERT_EQ(report.signs.size(), 1u);
  EXPECT_THAT(report.why, HasSubstr("login-address"));
}

TEST_F(StopSignCrawl, ARuleMayRestTheSourceAloneAndThatHoldsForTheNight) {
  city(12);
  write("signs.toml", R"([[sign]]
name = "wall"
text = "本栏目需申请"
body = '需申请'
rests = "source"
)");
  config_.stop_signs = root_ / "signs.toml";
  server_.put("/firm/2", {200, "<html><body>需申请</body></html>"});
  http_source("complete = \"part\"");
  approve();
  const store::Night first = night(1);
  const SourceReport report = crawl_once(1, false);
  EXPECT_THAT(report.why, HasSubstr("本栏目需申请（规则 wall，"));
  EXPECT_EQ(server_.count("/firm/10"), 0);
  StoredHostMemory memory(store_->facts(), first.civil_date, first.clock);
  EXPECT_EQ(memory.known(host()).over, "") << "others may ask the host";
  EXPECT_THAT(memory.known("source register").over, HasSubstr("wall"));
}

}  // namespace
}  // namespace tanmiao::crawler::stop_signs_test
