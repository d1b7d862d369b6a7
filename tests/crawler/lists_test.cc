// Lists that do not give what they say: totals that are wrong, pages that come again, cursors and signatures that the
// host does not take any more.
#include <cstdlib>

#include "crawler/host_words.h"
#include "crawler/paging.h"
#include "tests/crawler/asking_by_post.h"

namespace tanmiao::crawler::lists_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kCounted = R"([[page]]
role = "list"
reader = "json"
ROWS
[page.paging]
kind = "counter"
param = "page"
per_page = 3
total = "/total"
)";

class Lists : public AskingByPost {
 protected:
  void page(int number, const TestAnswer& answer) { server_.put("/list?page=" + std::to_string(number), answer); }
};

TEST_F(Lists, ATotalThatIsNotWhatCameIsToldAndHoldsACompleteSource) {
  source_of("/list?page=1", kCounted);
  page(1, {200, rows(1, 3, ", \"total\": 6")});
  page(2, {200, rows(4, 5, ", \"total\": 6")});
  EXPECT_EQ(crawl_once(1).outcome, SourceOutcome::kPublished);
  EXPECT_THAT(crawl_once(2).why, HasSubstr("列表自称共 6 条，实收 5 条（" + server_.address("/list?page=") + "）"));
  page(2, {200, rows(4, 6, ", \"total\": 6")});
  EXPECT_EQ(crawl_once(3).why, "");
  top_ = "complete = \"complete\"\n";
  source_of("/list?page=1", kCounted);
  EXPECT_NE(crawl_once(4).outcome, SourceOutcome::kHeld);
  page(2, {200, rows(4, 4, ", \"total\": 6")});
  const SourceReport held = crawl_once(5);
  EXPECT_EQ(held.outcome, SourceOutcome::kHeld);
  EXPECT_THAT(held.why, HasSubstr("实收 4 条"));
  EXPECT_EQ(records(), 6u) << "yesterday's stay";
  // Fewer than its own first page.
  page(1, {200, rows(1, 3, ", \"total\": 2")});
  EXPECT_THAT(crawl_once(6).why, HasSubstr("自称共 2 条，实收 3 条"));
  // It may grow while it is read.
  page(1, {200, rows(1, 3, ", \"total\": 5")});
  page(2, {200, rows(4, 6, ", \"total\": 6")});
  EXPECT_NE(crawl_once(7).outcome, SourceOutcome::kHeld);
}

TEST_F(Lists, LinksCountWhereTheDescriptionSaysSo) {
  const std::string more = R"([[page]]
role = "list"
reader = "json"
[[page.link]]
each = "/data/*"
address = "/firm/{/code}"
role = "firm"
[page.paging]
kind = "counter"
param = "page"
per_page = 3
total = "/total"
)";
  const std::string firm = "[[page]]\nrole = \"firm\"\nreader = \"json\"\nROWS\n";
  source_of("/list?page=1", more + firm);
  page(1, {200, rows(1, 3, ", \"total\": 5")});
  page(2, {200, rows(4, 4, ", \"total\": 5")});
  for (int i = 1; i < 5; ++i) server_.put("/firm/" + code(i), {200, rows(i, i, "")});
  EXPECT_EQ(crawl_once(1).why, "");
  source_of("/list?page=1", more + "counts = \"links\"\n" + firm);
  EXPECT_THAT(crawl_once(2).why, HasSubstr("自称共 5 条，实收 4 条"));
}

TEST_F(Lists, APageThatRepeatsItselfForEverEndsItsList) {
  source_of("/list?page=1", R"([[page]]
role = "list"
reader = "json"
ROWS
[page.paging]
kind = "counter"
param = "page")");
  for (int i = 1; i < 9; ++i) page(i, {200, rows(1, 3, ", \"time\": " + std::to_string(i))});
  const SourceReport report = crawl_once(1);
  EXPECT_THAT(server_.order(), ElementsAre("/robots.txt", "/list?page=1", "/list?page=2"));
  EXPECT_EQ(report.outcome, SourceOutcome::kPublished);
  EXPECT_THAT(report.why, HasSubstr("列表翻页没有前进"));
}

TEST_F(Lists, ATotalDoesNotMakeARepeatedPageWorthAsking) {
  top_ = "complete = \"complete\"\n";
  source_of("/list?page=1", kCounted);
  for (int i = 1; i < 101; ++i) page(i, {200, rows(1, 3, ", \"total\": 300")});
  const SourceReport report = crawl_once(1);
  EXPECT_LT(server_.order().size(), 20u) << "a few were asked for while the second was read";
  EXPECT_EQ(report.outcome, SourceOutcome::kHeld);
  EXPECT_THAT(report.why, HasSubstr("列表翻页没有前进"));
}

TEST_F(Lists, CursorsThatAreNewForEverEndWithTheFirstPageThatIsNot) {
  source_of("/list", R"([[page]]
role = "list"
reader = "json"
ROWS
[page.paging]
kind = "cursor"
param = "cursor"
next = "/next")");
  server_.put("/list", {200, rows(1, 3, ", \"next\": \"c1\"")});
  for (int i = 1; i < 9; ++i)
    server_.put("/list?cursor=c" + std::to_string(i),
                {200, rows(4, 6, ", \"next\": \"c" + std::to_string(i + 1) + "\"")});
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(server_.count("/list?cursor=c2"), 1);
  EXPECT_EQ(server_.count("/list?cursor=c3"), 0);
  EXPECT_EQ(records(), 6u);
  EXPECT_THAT(report.why, HasSubstr("列表翻页没有前进"));
}

TEST_F(Lists, AnExpiredCursorIsToldInTheHostsWords) {
  const std::string more = R"([[page]]
role = "list"
reader = "json"
ROWS
says = "/error/message"
[page.paging]
kind = "cursor"
param = "/cursor"
next = "/next"
total = "/total"
[page.request]
json = '{"size": 3}'
)";
  top_ = "complete = \"complete\"\n";
  source_of("/list", more);
  server_.put(R"(POST /list {"size":3})", {200, rows(1, 3, ", \"total\": 5, \"next\": \"c1\"")});
  server_.put(R"(POST /list {"size":3,"cursor":"c1"})", {200, rows(4, 5, ", \"total\": 5, \"next\": null")});
  EXPECT_EQ(crawl_once(1).outcome, SourceOutcome::kPublished);
  EXPECT_EQ(records(), 5u);
  server_.put(R"(POST /list {"size":3,"cursor":"c1"})", {410, R"({"error": {"message": "游标已过期\n请重新查询"}})"});
  const SourceReport report = crawl_once(2);
  EXPECT_EQ(report.outcome, SourceOutcome::kHeld) << report.why;
  EXPECT_THAT(report.why, HasSubstr("410（游标已过期 请重新查询）"));
  EXPECT_THAT(report.why, Not(HasSubstr("自称"))) << "one reason is enough";
  EXPECT_EQ(records(), 5u);
}

TEST_F(Lists, ASignatureThatIsRefusedIsToldWithTheClocks) {
  ::setenv("TANMIAO_TEST_KEY", kSecretWord, 1);
  source_of("/list", R"([secrets.KEY]
env = "TANMIAO_TEST_KEY"
[sign.s]
key = "{secret:KEY}"
text = "{timestamp}"
headers = {X-Signature = "{signature}"}
[[page]]
role = "list"
reader = "json"
ROWS
sign = "s"
says = "/message"
)");
  server_.put("/list", {401, std::string("{\"message\": \"时间戳超出范围 ") + kSecretWord + "\"}",
                        "Date: Tue, 03 Jan 2017 08:00:00 GMT\r\n"});
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(report.outcome, SourceOutcome::kFailed);
  EXPECT_THAT(report.why, HasSubstr("401（时间戳超出范围 {secret:KEY}）（本机时钟比主机快 "));
}

TEST_F(Lists, AContractThatIsBrokenDoesNotHideThatPagesFailed) {
  top_ = "[contract]\nleast_rows = 1\n";
  source_of("/list",
            "[[page]]\nrole = \"list\"\nreader = \"json\"\n[[page.link]]\nmatch = '/rows'\nrole = \"rows\"\n"
            "[[page]]\nrole = \"rows\"\nreader = \"json\"\nsays = \"/m\"\nROWS\n");
  server_.put("/list", {200, "[\"/rows\"]"});
  server_.put("/rows", {403, "{\"m\": \"未授权\"}"});
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(report.outcome, SourceOutcome::kHeld);
  EXPECT_THAT(report.why, HasSubstr("低于约定下限"));
  EXPECT_THAT(report.why, HasSubstr("403（未授权）"));
}

TEST(HostWords, AreShortAndWhole) {
  std::string words;
  for (int i = 0; i < 100; ++i) words += "验";
  EXPECT_EQ(shown_words(words), words.substr(0, 198));
  EXPECT_EQ(shown_words("a\r\nb"), "a  b");
  PageRule page;
  page.says = "/m";
  const auto said = [&](int status, const std::string& body) {
    FetchResponse response;
    response.status = status;
    response.body = body;
    return host_words(page, response, {});
  };
  EXPECT_EQ(said(500, R"({"m": "x"})"), "（x）");
  EXPECT_EQ(said(200, R"({"m": "x"})"), "");
  EXPECT_EQ(said(500, R"({"m": null})"), "");
  EXPECT_EQ(said(500, R"({"m": {"a": 1}})"), "（{\"a\":1}）");
  EXPECT_EQ(said(500, "<html>"), "");
}

TEST(Paging, ALargestNumberInAnAddressIsNoPage) {
  PagingRule rule;
  rule.kind = PagingRule::Kind::kCounter;
  rule.param = "p";
  for (const std::string number : {"9223372036854775807", "9223372036854775806", "99999999999"})
    EXPECT_THAT(further_pages(rule, {"http://h/?p=" + number, {}, nullptr, 1}), IsEmpty()) << number;
}

TEST(Paging, AListIsKnownByWhatDoesNotChange) {
  PagingRule rule;
  rule.kind = PagingRule::Kind::kCounter;
  rule.param = "startrecord";
  rule.also = {{"endrecord", 44}};
  const auto place = [&](const char* address) { return list_place(rule, address); };
  const ListPlace first = place("http://h/d?startrecord=1&endrecord=45&n=15#POST:form:col=1"),
                  second = place("http://h/d?startrecord=46&endrecord=90&n=15#POST:form:col=1");
  EXPECT_EQ(first.list, second.list);
  EXPECT_EQ(first.page, "1");
  EXPECT_EQ(second.page, "46");
  EXPECT_NE(first.list, place("http://h/d?startrecord=1&endrecord=45&n=15#POST:form:col=2").list);
  rule.also.clear();
  rule.param = "p";
  EXPECT_EQ(place("http://h/d").page, "1") << "an address without the parameter is the first page";
}

TEST_F(Lists, APlaceThatTheBodyDoesNotHaveIsNamed) {
  describe("/list", R"([[page]]
role = "list"
reader = "json"
ROWS
[page.request]
json = '{"query": {"size": 3}}'
[page.paging]
kind = "counter"
param = "/querry/page"
)");
  const auto source = load_source(root_ / "sources/register.toml");
  ASSERT_FALSE(source);
  EXPECT_THAT(source.error().text(), HasSubstr("the body has no such place"));
}

}  // namespace
}  // namespace tanmiao::crawler::lists_test
