// Hosts that stand in for one another: whichever answers, a page is the page of the first.
#include "crawler/mirrors.h"
#include "crawling_hosts.h"

namespace tanmiao::crawler::mirrors_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST(Mirrors, AnAddressIsKnownAsThatOfTheFirstHost) {
  const Mirrors mirrors("https://a.example/list?p=1", {"https://b.example", "http://c.example:81"});
  EXPECT_EQ(mirrors.known_as("http://c.example:81/x?y=1"), "https://a.example/x?y=1");
  EXPECT_EQ(mirrors.known_as("https://a.example/x"), "https://a.example/x");
  for (const char* const other : {"https://b.example.evil/x", "https://b.example:444/x", "http://b.example/x"})
    EXPECT_EQ(mirrors.known_as(other), other);
  EXPECT_THAT(mirrors.all("https://a.example/x#POST:form:a=1"),
              ElementsAre("https://a.example/x#POST:form:a=1", "https://b.example/x#POST:form:a=1",
                          "http://c.example:81/x#POST:form:a=1"));
  EXPECT_THAT(mirrors.all("https://d.example/x"), SizeIs(1));
  EXPECT_EQ(mirrors.mirror_of("https://b.example/x"), "https://b.example");
  EXPECT_EQ(mirrors.mirror_of("https://a.example/x"), "");
  EXPECT_TRUE(Mirrors().empty());
  EXPECT_EQ(parse_mirror("HTTPS://B.example/").value(), "https://b.example");
  for (const char* const bad : {"b.example", "ftp://b.example", "https://b.example/x", "https://b.example?x"})
    EXPECT_FALSE(parse_mirror(bad)) << bad;
}

class CrawlingMirrors : public CrawlingHosts {
 protected:
  // The second server shows what the first does, with its own absolute links.
  void both(int firms) {
    city(firms);
    std::string body = "<html><body><ul>";
    for (int i = 1; i <= firms; ++i) {
      body += "<li><a href='" + second_.address("/firm/" + std::to_string(i)) + "'>x</a></li>";
      second_.put("/firm/" + std::to_string(i),
                  {200,
                   "<html><meta charset=utf-8><body><table><tr><td>试验" + std::to_string(i) +
                       "科技有限公司</td></tr><tr><td>" + code(i) + "</td></tr></table></body></html>",
                   "Content-Type: text/html; charset=utf-8\r\n"});
    }
    second_.put("/list?page=1", {200, body + "</ul></body></html>"});
  }
  void mirrored() {
    http_source();
    std::ifstream in(root_ / "sources/register.toml");
    std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::string mirror = second_.address("");
    text.replace(text.find("pause = 0\n"), 0, "mirrors = [\"" + mirror + "\"]\n");
    write("sources/register.toml", text);
    approve();
  }
  std::vector<std::string> addresses() {
    std::vector<std::string> out;
    for (const auto& [name, part] : store_->facts().parts("register").value()) out.push_back(name);
    return out;
  }
  TestServer second_;
};

TEST_F(CrawlingMirrors, AMirrorAnswersWhereTheFirstFailsAndNothingChangesByIt) {
  both(4);
  mirrored();
  crawl_once(1);
  ASSERT_EQ(records(), 4u);
  EXPECT_THAT(second_.order(), IsEmpty());
  const auto known = addresses();
  const auto before = dump();
  for (int i = 1; i <= 4; ++i) server_.put("/firm/" + std::to_string(i), {500, "no"});
  server_.put("/list?page=1", {500, "no"});
  const SourceReport report = crawl_once(2);
  EXPECT_EQ(report.outcome, SourceOutcome::kUnchanged) << report.why;
  EXPECT_THAT(second_.order(), Not(IsEmpty()));
  EXPECT_EQ(report.counts.gone + report.counts.changed + report.counts.fresh, 0u);
  EXPECT_EQ(addresses(), known) << "no page under two addresses";
  EXPECT_EQ(records(), 4u);
}

TEST_F(CrawlingMirrors, WhoRefusesProgramsIsNotGoneAround) {
  both(4);
  server_.put("/list?page=1", {412, "no"});
  mirrored();
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(report.outcome, SourceOutcome::kFailed);
  EXPECT_THAT(report.why, HasSubstr("412"));
  EXPECT_THAT(second_.order(), IsEmpty());
}

TEST_F(CrawlingMirrors, AMirrorThatAsksForAHumanIsNotGoneAroundEither) {
  constexpr int kFirms = 40;
  both(kFirms);
  server_.put("/list?page=1", {500, "no"});
  for (int i = 1; i <= kFirms; ++i) server_.put("/firm/" + std::to_string(i), {500, "no"});
  second_.put("/firm/1", {200, "<html><title>x</title><body><form><input name='captcha'></form></body></html>",
                          "Content-Type: text/html; charset=utf-8\r\n"});
  mirrored();
  const SourceReport report = crawl_once(1);
  EXPECT_TRUE(report.stopped);
  EXPECT_THAT(report.why, HasSubstr("captcha-image"));
  ASSERT_THAT(report.signs, SizeIs(1));
  EXPECT_THAT(report.signs[0].address, HasSubstr(second_.address("/firm/1"))) << "the host that showed it";
  // Some were on their way while that page was read.
  EXPECT_LT(second_.order().size() + server_.order().size(), 30u) << "neither is asked any more";
}

TEST_F(CrawlingMirrors, APageThatIsNotThereIsNotLookedForElsewhere) {
  both(4);
  server_.put("/firm/2", {404, "no"});
  mirrored();
  crawl_once(1);
  EXPECT_THAT(second_.order(), IsEmpty());
}

}  // namespace
}  // namespace tanmiao::crawler::mirrors_test
