// What a host, a page or a program of ours may do with a secret that it was told, and where it must not turn up.
#include <sys/resource.h>
#include <sys/stat.h>
#include <zlib.h>

#include <cstdlib>

#include "crawler/child.h"
#include "tests/crawler/asking_by_post.h"

namespace tanmiao::crawler::secret_leaks_test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kOnTheWire = "S3cret%2Bword%2Fof%3Dthis%20test";
constexpr const char* kNamed = "[secrets.KEY]\nenv = \"TANMIAO_TEST_KEY\"\n";

Secrets secrets_of(const std::map<std::string, std::string>& values, std::vector<std::string> start = {}) {
  Source source;
  source.hosts = {"h"};
  source.start = std::move(start);
  for (const auto& [name, value] : values) {
    ::setenv(("TANMIAO_TEST_" + name).c_str(), value.c_str(), 1);
    source.secrets[name] = {"TANMIAO_TEST_" + name, "", {}};
  }
  return Secrets::load(source, "").value();
}

std::string redacted(const Secrets& secrets, std::string text) {
  secrets.redact(text);
  return text;
}

// Other programs made these forms (Python's base64, urllib, html and json).
TEST(SecretForms, AreFoundWhateverWayASecretComesBack) {
  const Secrets secrets = secrets_of({{"KEY", kSecretWord}});
  const std::map<std::string, std::string> echoes = {
      {"alone", kSecretWord},
      {"for an address", kOnTheWire},
      {"small digits", "S3cret%2bword%2fof%3dthis%20test"},
      {"of a form", "S3cret%2Bword%2Fof%3Dthis+test"},
      {"of a form, small digits", "S3cret%2bword%2fof%3dthis+test"},
      {"an address within an address", "S3cret%252Bword%252Fof%253Dthis%2520test"},
      {"JSON as PHP and Java write it", "S3cret+word\\/of=this test"},
      {"hexadecimal", "5333637265742b776f72642f6f663d746869732074657374"},
      {"hexadecimal, large", "5333637265742B776F72642F6F663D746869732074657374"},
  };
  for (const auto& [what, text] : echoes) EXPECT_EQ(redacted(secrets, "x" + text + "y"), "x{secret:KEY}y") << what;
  // In Base64 a few bits at the ends hang on the neighbours as well; a name and a password; a whole header.
  const std::map<std::string, std::string> packed = {
      {"UzNjcmV0K3dvcmQvb2Y9dGhpcyB0ZXN0QGg=", "{secret:KEY}QGg="},
      {"dXNlcjpTM2NyZXQrd29yZC9vZj10aGlzIHRlc3RAaA==", "dXNlcjp{secret:KEY}RAaA=="},
      {"YWI6UzNjcmV0K3dvcmQvb2Y9dGhpcyB0ZXN0QGg=", "YWI6{secret:KEY}QGg="},
      {"eDpTM2NyZXQrd29yZC9vZj10aGlzIHRlc3RAaA==", "eDp{secret:KEY}RAaA=="},
  };
  for (const auto& [text, wanted] : packed) EXPECT_EQ(redacted(secrets, text), wanted);
  const Secrets marked = secrets_of({{"KEY", "a<b>&\"c'd?e~f"}});
  EXPECT_EQ(redacted(marked, "a&lt;b&gt;&amp;&quot;c&#39;d?e~f a&lt;b&gt;&amp;&quot;c'd?e~f"),
            "{secret:KEY} {secret:KEY}");
  EXPECT_EQ(redacted(marked, "YTxiPiYiYydkP2V-Zg YTxiPiYiYydkP2V+Zg"), "{secret:KEY}g {secret:KEY}g")
      << "the alphabet for addresses";
}

TEST(SecretForms, OfOneSecretWithinAnotherTheLongerIsTaken) {
  const Secrets secrets = secrets_of({{"A", "abcdefgh"}, {"B", "abcdefghijkl"}});
  EXPECT_EQ(redacted(secrets, "abcdefghijkl abcdefgh"), "{secret:B} {secret:A}");
}

TEST(Secret, OfASourceBehindHttpsIsNotToldWithoutIt) {
  const Secrets secrets = secrets_of({{"KEY", kSecretWord}}, {"https://h/start"});
  EXPECT_TRUE(secrets.filled("{secret:KEY}", Secrets::As::kPlain, parse_url("https://h/").value()));
  const auto plain = secrets.filled("{secret:KEY}", Secrets::As::kPlain, parse_url("http://h/").value());
  ASSERT_FALSE(plain);
  EXPECT_THAT(plain.error().message, HasSubstr("只经 HTTPS 发出"));
}

TEST(Secret, IsNeitherInAMemoryImageNorKnownToOtherPrograms) {
  const Secrets secrets = secrets_of({{"KEY", kSecretWord}});
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_CORE, &limit), 0);
  EXPECT_LE(limit.rlim_cur, 1u);
  const ChildEnd end = run_child("/usr/bin/env", {}, "/dev/null", {}).value();
  EXPECT_THAT(end.output, HasSubstr("PATH="));
  EXPECT_THAT(end.output, Not(HasSubstr("TANMIAO_TEST_KEY")));
}

std::string gzipped(const std::string& text) {
  std::string out(compressBound(text.size()) + 32, '\0');
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

class Told : public AskingByPost {
 protected:
  Told() { ::setenv("TANMIAO_TEST_KEY", kSecretWord, 1); }
  void nothing_is_kept(const SourceReport& report) {
    const std::string kept = all_that_is_kept();
    std::string seen = report.why;
    for (const store::Reject& reject : report.first_rejects) seen += reject.row + reject.expected;
    for (const std::string& line : dump()) seen += line + "\n";
    for (const std::string_view piece : {"S3cret", "S3CRET", "M2NyZXQr", "NjcmV0K3", "5333637265742b", "%252Bword"}) {
      EXPECT_EQ(kept.find(piece), std::string::npos) << piece;
      EXPECT_EQ(seen.find(piece), std::string::npos) << piece;
    }
  }
};

TEST_F(Told, AHostThatGivesASecretBackInAnyFormLeavesNothingOfIt) {
  source_of("/list?key={secret:KEY}", std::string(R"([fetch.headers]
Authorization = "Bearer {secret:KEY}"
)") + kNamed + "[[page]]\nrole = \"list\"\nreader = \"json\"\nROWS\n");
  const std::string more =
      ", \"a\": \"dXNlcjpTM2NyZXQrd29yZC9vZj10aGlzIHRlc3RAaA==\", \"b\": \"S3cret+word\\/of=this test\", \"c\": "
      "\"5333637265742b776f72642f6f663d746869732074657374\", \"d\": \"/login?next=%2Flist%3Fkey%3D"
      "S3cret%252Bword%252Fof%253Dthis%2520test\"";
  const std::string headers = std::string("X-Echo: Bearer ") + kSecretWord + "\r\nETag: \"" + kOnTheWire +
                              "\"\r\nSet-Cookie: k=UzNjcmV0K3dvcmQvb2Y9dGhpcyB0ZXN0QGg=\r\n";
  server_.put(std::string("/list?key=") + kOnTheWire,
              {200, gzipped(rows(1, 2, more)), headers + "Content-Encoding: gzip\r\n"});
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(report.outcome, SourceOutcome::kPublished) << report.why;
  EXPECT_EQ(records(), 2u);
  nothing_is_kept(report);
  EXPECT_THAT(all_that_is_kept(), HasSubstr("X-Archive-Redacted: secrets"));
  // Nor is it read from its own archive as another page.
  const auto again = replay(*store_, night(2), "register", std::nullopt, config_, *reference_);
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->counts.same, 2u) << again->why;
}

TEST_F(Told, APageThatWritesTheNameOfASecretIsNotToldIt) {
  source_of("/list", std::string(kNamed) + R"([[page]]
role = "list"
reader = "html"
[[page.link]]
xpath = "//a/@href"
role = "more"
[[page]]
role = "more"
reader = "json"
ROWS
)");
  server_.put("/list",
              {200,
               "<html><body><a href='/a?x={secret:KEY}'>1</a><a href='/b?x=%7Bsecret:KEY%7D'>2</a>"
               "<a href='/c?x=&#123;%73ecret:KEY&#125;'>3</a><a href='/d'>4</a><a href='/e'>5</a></body></html>",
               "X-Archive-Redacted: secrets\r\n"});
  server_.put("/d", {200, rows(1, 1, "")});
  server_.put("/e", {302, "", "Location: /f?x=%7Bsecret:KEY%7D\r\nX-Archive-Redacted: secrets\r\n"});
  const SourceReport report = crawl_once(1);
  EXPECT_THAT(server_.order(), ElementsAre("/robots.txt", "/list", "/d", "/e"));
  EXPECT_THAT(report.why, HasSubstr("网页自行写了密钥的名称"));
  EXPECT_THAT(report.why, HasSubstr("重定向的地址自称含密钥"));
  EXPECT_EQ(records(), 1u);
}

TEST_F(Told, ACursorThatIsTheNameOfASecretLeadsNowhere) {
  source_of("/list", std::string(kNamed) + R"([[page]]
role = "list"
reader = "json"
ROWS
[page.paging]
kind = "cursor"
param = "cursor"
next = "/next")");
  server_.put("/list", {200, rows(1, 1, ", \"next\": \"{secret:KEY}\"")});
  const SourceReport report = crawl_once(1);
  EXPECT_THAT(server_.order(), ElementsAre("/robots.txt", "/list"));
  EXPECT_THAT(report.why, HasSubstr("网页自行写了密钥的名称"));
}

TEST_F(Told, AnotherHostThanTheOneAskedIsToldNothing) {
  TestServer other;
  source_of("/list", std::string(R"([fetch.headers]
X-Api-Key = "{secret:KEY}"
)") + kNamed + R"(
[sign.s]
key = "{secret:KEY}"
text = "{timestamp}"
headers = {X-Signature = "{signature}"}
[[page]]
role = "list"
reader = "json"
ROWS
sign = "s"
[page.request.form]
token = "{secret:KEY}"
[[page.link]]
match = "\"(/get)\""
role = "get"
[[page]]
role = "get"
reader = "json"
ROWS
sign = "s"
)");
  const std::string posted = std::string("POST /list token=") + kOnTheWire;
  server_.put(posted, {307, "", "Location: " + other.address("/list") + "\r\n"});
  SourceReport report = crawl_once(1);
  EXPECT_THAT(report.why, HasSubstr("请求体含密钥，未再发出"));
  EXPECT_THAT(other.order(), ElementsAre("/robots.txt"));
  server_.put(posted, {200, rows(1, 1, ", \"more\": \"/get\"")});
  server_.put("/get", {302, "", "Location: " + other.address("/there") + "\r\n"});
  other.put("/there", {200, rows(2, 2, "")});
  report = crawl_once(2);
  EXPECT_EQ(records(), 2u) << report.why;
  EXPECT_THAT(server_.last_request(), HasSubstr(std::string("X-Api-Key: ") + kSecretWord));
  EXPECT_THAT(server_.last_request(), HasSubstr("X-Signature: "));
  EXPECT_THAT(other.last_request(), HasSubstr("GET /there "));
  EXPECT_THAT(other.last_request(), Not(HasSubstr("X-Api-Key")));
  EXPECT_THAT(other.last_request(), Not(HasSubstr("X-Signature")));
}

TEST_F(Told, WhyItsFileIsRefusedSaysWhichFile) {
  const std::string more =
      "[secrets.KEY]\nfile = \"secrets/api.key\"\n[[page]]\nrole = \"list\"\nreader = \"json\"\nROWS\n";
  source_of("/list?key={secret:KEY}", more);
  const fs::path file = root_ / "secrets/api.key";
  EXPECT_EQ(crawl_once(1).why, "密钥不可用，未抓取：密钥 KEY：文件打不开（" + file.string() + "）");
  fs::create_directories(file.parent_path());
  std::ofstream(file) << kSecretWord;
  ::chmod(file.c_str(), 0644);
  const SourceReport report = crawl_once(2);
  EXPECT_EQ(report.outcome, SourceOutcome::kFailed);
  EXPECT_EQ(report.why,
            "密钥不可用，未抓取：密钥 KEY：文件可被他人读取，请改为只有本人可读（chmod 600）（" + file.string() + "）");
  EXPECT_THAT(server_.order(), IsEmpty());
  ::chmod(file.c_str(), 0600);
  server_.put(std::string("/list?key=") + kOnTheWire, {200, rows(1, 1, "")});
  EXPECT_EQ(crawl_once(3).outcome, SourceOutcome::kPublished);
}

}  // namespace
}  // namespace tanmiao::crawler::secret_leaks_test
