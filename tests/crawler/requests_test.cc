// Requests beyond a plain GET: forms, JSON, headers, secrets, signatures; lists that go on.
#include <sys/stat.h>

#include <boost/json.hpp>
#include <cstdlib>

#include "crawler/address.h"
#include "crawler/paging.h"
#include "crawler/request_maker.h"
#include "crawler/secrets.h"
#include "crawler/warc_index.h"
#include "tests/crawler/asking_by_post.h"

namespace tanmiao::crawler::requests_test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Address, OfAPostNamesItsBodyAndIsOneWord) {
  Address address = parse_address("http://h/a?x=1#top").value();
  EXPECT_EQ(address.text(), "http://h/a?x=1") << "another fragment is none of it";
  address.kind = Address::Body::kForm;
  add_form_pair(address.body, "名", "a b&c");
  add_form_pair(address.body, "key", "{secret:API}");
  EXPECT_EQ(address.text(), "http://h/a?x=1#POST:form:%E5%90%8D=a%20b%26c&key={secret:API}");
  address.kind = Address::Body::kJson;
  address.body = "{\"名\": \"100%\"}";
  EXPECT_EQ(address.text(), "http://h/a?x=1#POST:json:{\"%E5%90%8D\":%20\"100%25\"}");
  for (const char* text : {"http://h/a#POST:form:a=%20&b=1", "http://h/a?x#POST:json:{\"a\":%201,\"b\":\"%25\"}"}) {
    const Address again = parse_address(text).value();
    EXPECT_EQ(again.text(), text);
    EXPECT_EQ(parse_address(again.text())->body, again.body);
  }
  EXPECT_EQ(parse_address("http://h/a#POST:json:{\"a\":%201}")->body, "{\"a\": 1}");
  EXPECT_FALSE(parse_address("http://h/a#POST:xml:<a/>"));
  EXPECT_EQ(with_pair("a=1&b=2&a=3", "a", "9"), "a=9&b=2");
  EXPECT_EQ(with_pair("", "a", "x y"), "a=x%20y");
}

PagedDocument read(std::string_view address, const boost::json::value& root, std::uint64_t given) {
  return {address, {}, &root, given};
}

TEST(Paging, ACounterGoesOnUntilItsTotalOrAnEmptyPage) {
  PagingRule rule;
  rule.kind = PagingRule::Kind::kCounter;
  rule.param = "start";
  rule.from = 0;
  rule.step = rule.per_page = 10;
  rule.total = "/result/count";
  const auto all = boost::json::parse(R"({"result": {"count": 31}})"),
             none = boost::json::parse(R"({"result": {"count": 0}})");
  EXPECT_THAT(further_pages(rule, read("http://h/s?rows=10", all, 10)),
              ElementsAre("http://h/s?rows=10&start=10", "http://h/s?rows=10&start=20", "http://h/s?rows=10&start=30"));
  EXPECT_THAT(further_pages(rule, read("http://h/s?rows=10&start=20", all, 10)),
              ElementsAre("http://h/s?rows=10&start=30"));
  EXPECT_THAT(further_pages(rule, read("http://h/s?rows=10&start=30", all, 1)), IsEmpty());
  EXPECT_THAT(further_pages(rule, read("http://h/s?rows=10", none, 0)), IsEmpty());
  rule.total.clear();
  EXPECT_THAT(further_pages(rule, read("http://h/s?start=40", all, 1)), ElementsAre("http://h/s?start=50"));
  EXPECT_THAT(further_pages(rule, read("http://h/s?start=40", all, 0)), IsEmpty()) << "an empty page ends the list";
  EXPECT_THAT(further_pages(rule, read("http://h/s?start=x", all, 1)), IsEmpty());
  rule.until = 45;
  EXPECT_THAT(further_pages(rule, read("http://h/s?start=40", all, 1)), IsEmpty());
  rule.until = INT64_MAX;
  rule.most_pages = 3;
  rule.total = "/result/count";
  const auto endless = boost::json::parse(R"({"result": {"count": "9000000000000000000"}})");
  EXPECT_EQ(further_pages(rule, read("http://h/s", endless, 10)).size(), 2u) << "never more than the rule allows";
}

TEST(Paging, ParametersStandInFormsAndInJsonAsWell) {
  PagingRule rule;
  rule.kind = PagingRule::Kind::kCounter;
  rule.in_body = true;
  rule.param = "/page";
  const boost::json::value none;
  EXPECT_THAT(further_pages(rule, read("http://h/s#POST:json:{\"page\":1,\"limit\":10}", none, 1)),
              ElementsAre("http://h/s#POST:json:{\"page\":2,\"limit\":10}"));
  rule.param = "start";
  rule.from = 0;
  rule.step = 10;
  EXPECT_THAT(further_pages(rule, read("http://h/s#POST:form:draw=1&start=10", none, 1)),
              ElementsAre("http://h/s#POST:form:draw=1&start=20"));
  // Hanweb: both ends of the stretch are counted up in the query, beside a form that stays.
  rule.in_body = false;
  rule.param = "startrecord";
  rule.from = 1;
  rule.step = rule.per_page = 45;
  rule.also = {{"endrecord", 44}};
  rule.total_match = "<totalrecord>(\\d+)</totalrecord>";
  PagedDocument page{"http://h/d.jsp?startrecord=1&endrecord=45&perpage=15#POST:form:col=1",
                     "<datastore><totalrecord>100</totalrecord>", nullptr, 45};
  EXPECT_THAT(further_pages(rule, page),
              ElementsAre("http://h/d.jsp?startrecord=46&endrecord=90&perpage=15#POST:form:col=1",
                          "http://h/d.jsp?startrecord=91&endrecord=135&perpage=15#POST:form:col=1"));
}

TEST(Paging, ACursorIsTakenFromThePage) {
  PagingRule rule;
  rule.kind = PagingRule::Kind::kCursor;
  rule.param = "cursor";
  rule.next = "/meta/next";
  const auto more = boost::json::parse(R"({"meta": {"next": "a/b%=="}})"),
             end = boost::json::parse(R"({"meta": {"next": null}})");
  EXPECT_THAT(further_pages(rule, read("http://h/s?n=1", more, 5)),
              ElementsAre("http://h/s?n=1&cursor=a%2Fb%25%3D%3D"));
  EXPECT_THAT(further_pages(rule, read("http://h/s?n=1&cursor=a%2Fb%25%3D%3D", more, 5)), IsEmpty())
      << "the same again";
  EXPECT_THAT(further_pages(rule, read("http://h/s?n=1", end, 5)), IsEmpty());
}

// RFC 4231, test cases 1 and 2.
TEST(Signature, IsHmacSha256) {
  EXPECT_EQ(hmac_sha256(std::string(20, '\x0b'), "Hi There", true),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hmac_sha256("Jefe", "what do ya want for nothing?", false), "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
}

std::string headers_of(const FetchRequest& request) {
  std::string out;
  for (const auto& [name, value] : request.headers) out += name + ": " + value + "\n";
  return out;
}

TEST(Signature, IsMadeOfTheRequestAndOfThisMomentOnly) {
  ::setenv("TANMIAO_TEST_ID", "client-0001", 1);
  ::setenv("TANMIAO_TEST_KEY", kSecretWord, 1);
  Source source;
  source.hosts = {"h"};
  source.secrets = {{"ID", {"TANMIAO_TEST_ID", "", {}}}, {"KEY", {"TANMIAO_TEST_KEY", "", {}}}};
  const Secrets secrets = Secrets::load(source, "").value();
  SignRule rule;
  rule.key = "{secret:KEY}";
  rule.text = "{secret:ID}{timestamp}{nonce}";
  rule.headers = {{"X-Client-Id", "{secret:ID}"},
                  {"X-Timestamp", "{timestamp}"},
                  {"X-Nonce", "{nonce}"},
                  {"X-Signature", "{signature}"}};
  FetchRequest request;
  request.url = "http://h/gateway/api/1/x?STARTNUM=1&key=%7Bsecret:KEY%7D";
  std::vector<std::string> marks;
  const FetchRequest sent = completed(request, &rule, secrets, {1767225600000, "0f"}, marks).value();
  const std::string signature = hmac_sha256(kSecretWord, "client-000117672256000000f", false);
  EXPECT_EQ(headers_of(sent),
            "X-Client-Id: client-0001\nX-Timestamp: 1767225600000\nX-Nonce: 0f\nX-Signature: " + signature + "\n");
  EXPECT_EQ(sent.url, "http://h/gateway/api/1/x?STARTNUM=1&key=S3cret%2Bword%2Fof%3Dthis%20test");
  EXPECT_THAT(marks, Contains(signature));
  rule.headers.clear();
  rule.text = "{method} {path}?{query} {body_sha256} {timestamp_s}";
  rule.query = {{"sign", "{signature}"}};
  rule.hex = true;
  request.url = "http://h/p?a=1";
  EXPECT_EQ(completed(request, &rule, secrets, {1999, "n"}, marks)->url,
            "http://h/p?a=1&sign=" +
                hmac_sha256(kSecretWord,
                            "GET /p?a=1 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 1", true));
  request.url = "http://elsewhere/p?key=%7Bsecret:KEY%7D";
  EXPECT_THAT(completed(request, nullptr, secrets, {}, marks).error().message, HasSubstr("不得发给主机 elsewhere"));
}

TEST(Secret, ComesFromAFileThatOthersCannotRead) {
  const fs::path file = fs::temp_directory_path() / ("tanmiao_secret_" + std::to_string(::getpid()));
  std::ofstream(file) << kSecretWord << "\n";
  Source source;
  source.hosts = {"h"};
  source.secrets["KEY"].file = file.filename().string();
  const auto load = [&] { return Secrets::load(source, file.parent_path()); };
  ::chmod(file.c_str(), 0640);
  EXPECT_THAT(load().error().message, HasSubstr("expected mode 0600"));
  ::chmod(file.c_str(), 0600);
  const Secrets secrets = load().value();
  EXPECT_EQ(secrets.filled("a {secret:KEY}", Secrets::As::kPlain, parse_url("http://h/").value()).value(),
            std::string("a ") + kSecretWord);
  std::string text =
      std::string("x=") + kSecretWord + "&y=S3cret%2bword%2fof%3dthis%20test&z=S3cret%2Bword%2Fof%3Dthis+test";
  EXPECT_TRUE(secrets.redact(text));
  EXPECT_EQ(text, "x={secret:KEY}&y={secret:KEY}&z={secret:KEY}");
  std::ofstream(file) << "short";
  EXPECT_THAT(load().error().message, HasSubstr("fewer than 8 characters"));
  fs::remove(file);
  EXPECT_THAT(load().error().message, HasSubstr("cannot open the file of a secret"));
  source.secrets["KEY"] = {"TANMIAO_TEST_NOT_SET", "", {}};
  EXPECT_THAT(load().error().message, HasSubstr("TANMIAO_TEST_NOT_SET of the environment is not set"));
}

TEST_F(AskingByPost, AFormIsSentAndItsPagesAreTold) {
  source_of("/list", R"([[page]]
role = "list"
reader = "json"
ROWS
[page.request.form]
draw = "1"
start = "0"
param = "企业 名录"
[page.paging]
kind = "counter"
param = "start"
from = 0
step = 3
total = "/recordsTotal")");
  const std::string form = "draw=1&start=", rest = "&param=%E4%BC%81%E4%B8%9A%20%E5%90%8D%E5%BD%95";
  server_.put("POST /list " + form + "0" + rest, {200, rows(1, 3, ", \"recordsTotal\": 8")});
  server_.put("POST /list " + form + "3" + rest, {200, rows(4, 6, ", \"recordsTotal\": 8")});
  server_.put("POST /list " + form + "6" + rest, {200, rows(7, 8, ", \"recordsTotal\": 8")});
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(report.outcome, SourceOutcome::kPublished) << report.why;
  EXPECT_EQ(records(), 8u);
  EXPECT_THAT(server_.last_request(), HasSubstr("Content-Type: application/x-www-form-urlencoded"));
  // What was read is known by its body, so that replay tells the pages apart.
  const auto parts = store_->facts().parts("register").value();
  EXPECT_EQ(parts.size(), 3u);
  EXPECT_TRUE(parts.contains(server_.address("/list#POST:form:draw=1&start=3" + rest)));
  const auto again = replay(*store_, night(2), "register", std::nullopt, config_, *reference_);
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->counts.same, 8u) << again->why;
  EXPECT_EQ(again->counts.gone, 0u);
}

TEST_F(AskingByPost, TheArchiveHoldsTheBodyAndAForgottenStoreIsReadFromIt) {
  source_of("/list", R"([[page]]
role = "list"
reader = "json"
ROWS
[page.request]
json = '{"page": 1, "limit": 2}'
[page.paging]
kind = "counter"
param = "/page"
per_page = 2
total = "/total")");
  server_.put(R"(POST /list {"page":1,"limit":2})", {200, rows(1, 2, ", \"total\": 3")});
  server_.put(R"(POST /list {"page":2,"limit":2})", {200, rows(3, 3, ", \"total\": 3")});
  EXPECT_EQ(crawl_once(1).outcome, SourceOutcome::kPublished);
  EXPECT_THAT(server_.last_request(), HasSubstr("Content-Type: application/json"));
  WarcReader reader = WarcReader::open(store_->folder().captures("register") / "000001.warc.gz").value();
  std::vector<std::string> bodies, targets;
  for (auto record = reader.next().value(); record; record = reader.next().value()) {
    if (record->type() != "request") continue;
    EXPECT_TRUE(record->digest_holds());
    targets.emplace_back(record->field("WARC-Target-URI"));
    bodies.push_back(record->block.substr(record->block.find("\r\n\r\n") + 4));
    EXPECT_THAT(record->block, HasSubstr("POST /list HTTP/1.1\r\n"));
    EXPECT_THAT(record->block, HasSubstr("Content-Length: " + std::to_string(bodies.back().size()) + "\r\n"));
  }
  EXPECT_THAT(bodies, ElementsAre(R"({"page":1,"limit":2})", R"({"page":2,"limit":2})"));
  EXPECT_THAT(targets, ElementsAre(server_.address("/list"), server_.address("/list")));
  const auto old_parts = store_->facts().parts("register").value();
  store_.reset();
  fs::remove(root_ / "data/facts.db");
  open();
  const auto adopted = replay_unknown(*store_, night(2), "register", std::nullopt, config_, *reference_);
  ASSERT_TRUE(adopted) << adopted.error().text();
  EXPECT_EQ(records(), 3u);
  const auto parts = store_->facts().parts("register").value();
  ASSERT_EQ(parts.size(), old_parts.size());
  for (const auto& [name, part] : old_parts) EXPECT_TRUE(parts.contains(name)) << name;
}

TEST_F(AskingByPost, ASecretIsOnTheWireAndNowhereElse) {
  ::setenv("TANMIAO_TEST_KEY", kSecretWord, 1);
  source_of("/list?key={secret:KEY}", R"x([fetch.headers]
Authorization = "Bearer {secret:KEY}"
[secrets.KEY]
env = "TANMIAO_TEST_KEY"
[[page]]
role = "list"
reader = "json"
ROWS
[page.valid]
"/code" = "200"
[[page.link]]
match = '"next": "([^"]+)"'
role = "more"
[[page]]
role = "more"
reader = "json"
ROWS
says = "/message"
[page.valid]
"/code" = "200"
[page.request.form]
token = "{secret:KEY}"
[page.headers]
X-Only-Here = "{secret:KEY}!"
)x");
  const std::string wire = "S3cret%2Bword%2Fof%3Dthis%20test";
  // A host that repeats what it was told: in a link, in a body, in a redirect.
  server_.put("/list?key=" + wire, {302, "", "Location: /list2?key=" + wire + "\r\n"});
  server_.put("/list2?key=" + wire,
              {200, rows(1, 2, ", \"next\": \"/more?key=" + wire + "\", \"you\": \"" + kSecretWord + "\"")});
  server_.put("POST /more?key=" + wire + " token=" + wire,
              {200, std::string("{\"code\": 300, \"message\": \"no ") + kSecretWord + "\"}"});
  const SourceReport report = crawl_once(1);
  EXPECT_THAT(server_.order(), ElementsAre("/robots.txt", "/list?key=" + wire, "/list2?key=" + wire,
                                           "POST /more?key=" + wire + " token=" + wire));
  EXPECT_THAT(server_.last_request(), HasSubstr(std::string("Authorization: Bearer ") + kSecretWord));
  EXPECT_THAT(server_.last_request(), HasSubstr(std::string("X-Only-Here: ") + kSecretWord + "!"));
  EXPECT_THAT(report.why, HasSubstr("/code 为 300（no {secret:KEY}）"));
  EXPECT_EQ(report.failed_urls, 1u) << report.why;
  EXPECT_THAT(report.why, Not(HasSubstr("S3cret")));
  EXPECT_EQ(records(), 2u);
  for (const std::string& line : dump()) EXPECT_THAT(line, Not(HasSubstr("S3cret")));
  const std::string kept = all_that_is_kept();
  EXPECT_THAT(kept, HasSubstr("%7Bsecret:KEY%7D"));
  EXPECT_THAT(kept, HasSubstr("X-Archive-Redacted"));
  for (const std::string& form : {std::string(kSecretWord), wire, std::string("S3cret")})
    EXPECT_EQ(kept.find(form), std::string::npos) << form;
}

TEST_F(AskingByPost, WithoutItsSecretASourceIsNotAskedAndOthersAre) {
  ::unsetenv("TANMIAO_TEST_KEY");
  source_of("/list?key={secret:KEY}",
            "[secrets.KEY]\nenv = \"TANMIAO_TEST_KEY\"\n[[page]]\nrole = \"list\"\nreader = \"json\"\nROWS");
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(report.outcome, SourceOutcome::kFailed);
  EXPECT_EQ(report.why, "密钥不可用，未抓取：密钥 KEY：环境变量 TANMIAO_TEST_KEY 未设置");
  EXPECT_THAT(server_.order(), IsEmpty());
}

TEST_F(AskingByPost, APageCannotMakeUsPost) {
  source_of("/list", R"([[page]]
role = "list"
reader = "html"
[[page.link]]
xpath = "//a/@href"
role = "detail"
[[page]]
role = "detail"
reader = "json"
ROWS)");
  server_.put("/list", {200, "<html><body><a href='/delete#POST:form:all=1'>x</a></body></html>"});
  server_.put("/delete", {200, rows(1, 1, "")});
  EXPECT_EQ(crawl_once(1).outcome, SourceOutcome::kPublished);
  EXPECT_THAT(server_.order(), Contains("/delete"));
  EXPECT_THAT(server_.order(), Not(Contains("POST /delete all=1")));
}

TEST_F(AskingByPost, AListThatNeverEndsIsBounded) {
  source_of("/list?page=1", R"([[page]]
role = "list"
reader = "json"
ROWS
[page.paging]
kind = "counter"
param = "page"
most_pages = 4)");
  for (int page = 1; page < 9; ++page) server_.put("/list?page=" + std::to_string(page), {200, rows(page, page, "")});
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(records(), 4u);
  EXPECT_EQ(server_.count("/list?page=5"), 0);
  server_.remove("/list?page=3");
  EXPECT_THAT(crawl_once(2).why, HasSubstr("1 个网址抓取失败"));
}

TEST_F(AskingByPost, WhatASourceFileGetsWrongIsToldWithItsPlace) {
  const auto fault = [&](const std::string& more) {
    describe("/list", more + "[[page]]\nrole = \"list\"\nreader = \"json\"\nROWS\n");
    const auto source = load_source(root_ / "sources/register.toml");
    return source ? std::string("none") : source.error().text();
  };
  EXPECT_THAT(fault("[fetch.headers]\nCookie = \"a=b\"\n"), HasSubstr("somebody's session"));
  EXPECT_THAT(fault("[fetch.headers]\nX-Key = \"{secret:NO}\"\n"), HasSubstr("nothing is known as {secret:NO}"));
  EXPECT_THAT(fault("[secrets.KEY]\nenv = \"A\"\nfile = \"b\"\n"), HasSubstr("either from env"));
  EXPECT_THAT(fault("[sign.x]\nkey = \"plain\"\ntext = \"{timestamp}\"\n"), HasSubstr("a key is a secret"));
  EXPECT_THAT(fault("[sign.x]\nkey = \"{secret:KEY}\"\ntext = \"{timestmap}\"\n[secrets.KEY]\nenv = \"A\"\n"),
              HasSubstr("did you mean 'timestamp'?"));
}

}  // namespace
}  // namespace tanmiao::crawler::requests_test
