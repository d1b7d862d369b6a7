#include "apps/demo_city/faults.h"

#include <atomic>
#include <memory>
#include <stdexcept>

namespace demo_city {
namespace {

constexpr int kGoodPages = 10;  // robots.txt not counted

Answer captcha() {
  return {.body = page("安全验证",
                       "<form action=\"/verify\"><p>请输入验证码</p><img src=\"/captcha.jpg\">"
                       "<input name=\"captcha\"><button>提交</button></form>")};
}

// What a shield answers that wants a script to run first.
Answer challenge() {
  return {
      .status = 521,
      .body = "<script>document.cookie='__jsl_clearance_s=0;max-age=3600';location.href=location.pathname</script>"};
}

Answer login(const std::string& target) {
  Answer answer{.status = 302, .body = ""};
  answer.location = "/cas/login?service=" + target;
  return answer;
}

Answer refusal(int number) {
  constexpr int kStatuses[] = {405, 418, 403, 405, 418};
  return {.status = kStatuses[number % 5], .body = "no"};
}

std::string rebuilt(std::string body) {
  constexpr std::pair<std::string_view, std::string_view> kElements[] = {
      {"<table", "<dl"}, {"</table", "</dl"}, {"<tr", "<div"}, {"</tr", "</div"},
      {"<th", "<dt"},    {"</th", "</dt"},    {"<td", "<dd"},  {"</td", "</dd"}};
  for (const auto& [from, to] : kElements)
    for (auto at = body.find(from); at != std::string::npos; at = body.find(from, at + to.size()))
      body.replace(at, from.size(), to);
  return body;
}

}  // namespace

Site with_fault(Site site, const std::string& fault) {
  auto pages = std::make_shared<std::atomic<int>>(0);
  site.answer = [inner = std::move(site.answer), fault, pages](const Asked& asked) {
    if (asked.target == "/robots.txt") return inner(asked);
    if (fault == "template") {
      Answer answer = inner(asked);
      if (answer.type.starts_with("text/html")) answer.body = rebuilt(std::move(answer.body));
      return answer;
    }
    const int number = pages->fetch_add(1);
    if (number < kGoodPages) return inner(asked);
    if (fault == "captcha") return captcha();
    if (fault == "challenge") return challenge();
    if (fault == "login") return login(asked.target);
    if (fault == "storm") return refusal(number);
    throw std::logic_error("no such fault: " + fault);
  };
  return site;
}

}  // namespace demo_city
