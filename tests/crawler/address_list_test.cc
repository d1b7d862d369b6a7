// Sitemaps and feeds as sites write them, and what follows for a crawl: what did not change is not asked for.
#include "crawler/address_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "crawling_hosts.h"

namespace tanmiao::crawler::address_list_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Date kTonight = make_date(2026, 11, 26);

std::string packed(const std::string& text) {
  std::string out(compressBound(text.size()) + 64, '\0');
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// "address day", "!fault" of what cannot be used, "map address"; the error last.
template <class Each>
std::vector<std::string> lines_of(Each each, const std::string& bytes, const std::string& charset = "") {
  std::vector<std::string> out;
  const Status done = each(tabular::from_memory(bytes), "a", charset, kTonight, [&](Listed&& entry) -> Status {
    if (!entry.fault.empty())
      out.push_back("!" + entry.fault);
    else
      out.push_back((entry.map ? "map " : "") + entry.address + (entry.changed ? " " + iso(*entry.changed) : ""));
    return {};
  });
  if (!done) out.push_back("error: " + done.error().message);
  return out;
}
std::vector<std::string> sitemap(const std::string& bytes, const std::string& charset = "") {
  return lines_of(each_of_sitemap, bytes, charset);
}
std::vector<std::string> feed(const std::string& bytes, const std::string& charset = "") {
  return lines_of(each_of_feed, bytes, charset);
}
std::string urlset(const std::string& entries) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">" +
         entries + "</urlset>";
}

TEST(Sitemap, GivesAddressesWithTheirDaysInBeijing) {
  const std::string map = urlset(
      "<url><loc>\n http://h.test/a?x=1&amp;y=2 </loc><lastmod>2026-11-20T20:00:00Z</lastmod></url>"
      "<url><lastmod>2026-11</lastmod><priority>0.5</priority><loc><![CDATA[http://h.test/b]]></loc></url>"
      "<url xmlns:i=\"i\"><i:image><i:loc>http://h.test/i.jpg</i:loc></i:image><loc>http://h.test/c</loc></url>"
      "<url><loc></loc></url><url><loc>http://h.test/?a=1&b=2</loc></url>"
      "<url><loc>http://h.test/d</loc><lastmod>2027-01-01</lastmod></url>");
  const std::vector<std::string> expected = {"http://h.test/a?x=1&y=2 2026-11-21",
                                             "http://h.test/b",
                                             "http://h.test/c",
                                             "!没有网址",
                                             "!网址的写法不合 XML",
                                             "http://h.test/d"};
  EXPECT_EQ(sitemap(map), expected);
  EXPECT_EQ(sitemap(packed(map)), expected) << "as gzip";
  EXPECT_EQ(sitemap("\xEF\xBB\xBF" + map, "gbk"), expected) << "a byte order mark is stronger";
}

TEST(Sitemap, MayBeAnIndexOrPlainText) {
  EXPECT_THAT(sitemap("<sitemapindex><sitemap><loc>http://h.test/1.xml.gz</loc><lastmod>2026-11-20</lastmod></sitemap>"
                      "</sitemapindex>"),
              ElementsAre("map http://h.test/1.xml.gz 2026-11-20"));
  EXPECT_THAT(sitemap("http://h.test/1\r\n\nhttp://h.test/2"), ElementsAre("http://h.test/1", "http://h.test/2"));
}

TEST(Sitemap, IsHeldToTheBoundsOfTheProtocol) {
  std::string many;
  for (int i = 0; i < 50'001; ++i) many += "<url><loc>http://h.test/" + std::to_string(i) + "</loc></url>";
  auto lines = sitemap(urlset(many));
  ASSERT_EQ(lines.size(), 50'001u);
  EXPECT_EQ(lines.back(), "error: lists more than 50000 addresses");
  lines = sitemap(packed(urlset("<!--" + std::string((50u << 20) - 1000, 'x') + "-->")));
  ASSERT_EQ(lines.size(), 1u) << "a comment of 50 MiB";
  std::string blanks(51u << 20, ' ');
  lines = sitemap(packed(urlset(blanks + "<url><loc>http://h.test/1</loc></url>")));
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_THAT(lines[0], HasSubstr("error: "));
  EXPECT_THAT(sitemap(urlset("<url><loc>http://h.test/" + std::string(3000, 'a') + "</loc></url>")),
              ElementsAre("!网址过长"));
}

TEST(Sitemap, AnotherDocumentIsToldAsSuch) {
  EXPECT_THAT(sitemap("<html><body>404</body></html>"), ElementsAre("error: is no sitemap: begins with <html>"));
  EXPECT_THAT(feed("<urlset/>"), ElementsAre("error: is no feed: begins with <urlset>"));
  EXPECT_THAT(feed("404"), ElementsAre(HasSubstr("is no feed")));
  EXPECT_THAT(sitemap(urlset("<url><loc>http://h.test/1</loc></url>").substr(0, 140)).back(),
              HasSubstr("error: damaged XML"));
  EXPECT_THAT(sitemap("<!DOCTYPE urlset [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><urlset/>"),
              ElementsAre(HasSubstr("document type")));
}

TEST(Feed, RssGivesItsItems) {
  EXPECT_EQ(
      feed(
          R"(<rss version="2.0" xmlns:atom="a" xmlns:dc="d"><channel><title>公告 &nbsp;</title><link>http://h.test/</link>
<atom:link rel="self" href="http://h.test/rss"/>
<item><title>&lt;b&gt; &nbsp;</title><link>http://h.test/1.html</link><pubDate>Fri, 20 Nov 2026 20:00:00 GMT</pubDate></item>
<item><guid isPermaLink="true">http://h.test/2.html</guid><pubDate>2026-11-20 10:00:00</pubDate></item>
<item><guid isPermaLink="false">id-3</guid><link>3.html</link><dc:date>2026-11-19T23:00:00+08:00</dc:date></item>
<item><link>http://h.test/?a=1&b=2</link></item></channel></rss>)"),
      (std::vector<std::string>{"http://h.test/1.html 2026-11-21", "http://h.test/2.html 2026-11-20",
                                "3.html 2026-11-19", "!网址的写法不合 XML"}));
  // 公告.html in GB18030, as the declaration says.
  EXPECT_THAT(
      feed("<?xml version=\"1.0\" encoding=\"gb2312\"?><rss><channel><item><link>http://h.test/\xB9\xAB\xB8\xE6.html"
           "</link></item></channel></rss>"),
      ElementsAre("http://h.test/公告.html"));
}

TEST(Feed, AtomAndRdfAsWell) {
  EXPECT_THAT(
      feed(
          R"(<feed xmlns="http://www.w3.org/2005/Atom"><link href="http://h.test/"/><updated>2026-11-21T00:00:00Z</updated>
<entry><link rel="edit" href="/e"/><link href="/notice/1"/><updated>2026-11-20T16:30:00Z</updated><published>2026-11-01T00:00:00Z</published></entry>
<entry><link rel="alternate" href="/notice/2"/><published>2026-11-01T00:00:00Z</published></entry></feed>)"),
      ElementsAre("/notice/1 2026-11-21", "/notice/2 2026-11-01"));
  EXPECT_THAT(
      feed(
          R"(<rdf:RDF xmlns:rdf="r" xmlns:dc="d"><channel rdf:about="http://h.test/"><items><rdf:Seq><rdf:li/></rdf:Seq></items>
</channel><item rdf:about="http://h.test/1"><title>a</title><dc:date>2026-11-20</dc:date></item></rdf:RDF>)"),
      ElementsAre("http://h.test/1 2026-11-20"));
}

TEST(Feed, DaysComeInManySpellings) {
  const std::pair<const char*, const char*> cases[] = {{"2026-11-20", "2026-11-20"},
                                                       {" 2026-11-20T23:59:59.123-05:00 ", "2026-11-21"},
                                                       {"2026-11-20T00:00:00+0800", "2026-11-20"},
                                                       {"Thu, 19 Nov 2026 15:59:59 GMT", "2026-11-19"},
                                                       {"19 Nov 2026 16:00:00 GMT", "2026-11-20"},
                                                       {"2026年11月20日", "2026-11-20"},
                                                       {"2026/11/20", "2026-11-20"},
                                                       {"2026-11", ""},
                                                       {"2026", ""},
                                                       {"2026-02-30", ""},
                                                       {"2026-11-27", ""},  // tomorrow
                                                       {"gestern", ""},
                                                       {"", ""}};
  for (const auto& [text, day] : cases) {
    const auto got = listed_day(text, kTonight);
    EXPECT_EQ(got ? iso(*got) : "", day) << text;
  }
}

TEST(Sitemap, TheCorpusOfTheFuzzerIsReadAgain) {
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator("fuzz/corpus/sitemap")) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    sitemap(bytes), feed(bytes, "gbk");
    ++files;
  }
  EXPECT_GE(files, 10u);
}

class MapCrawl : public CrawlingHosts {
 protected:
  void map_source(const std::string& start, const std::string& fetch = "", const std::string& more = "") {
    write(
        "sources/register.toml",
        "id = \"register\"\ntitle = \"登记\"\npublisher = \"试验\"\nkind = \"http\"\nterms = \"无\"\nbasis = \"试验\"\n"
        "hosts = [\"127.0.0.1\"]\n[fetch]\nstart = [\"" +
            server_.address(start) + "\"]\nstart_role = \"map\"\npause = 0\n" + fetch + R"(
[[page]]
role = "map"
reader = "sitemap"
[[page.link]]
only = "/firm/"
role = "detail"
[[page]]
role = "feed"
reader = "feed"
[[page.link]]
role = "detail"
[[page]]
role = "detail"
reader = "html"
kind = "firm"
rows = "//table"
key = ["org_code"]
required = ["firm_name", "org_code"]
)" + more + R"(
[page.columns]
firm_name = "tr[1]/td"
org_code = "tr[2]/td"
)");
    approve();
  }
  void put_map(const std::string& target, std::vector<std::pair<int, std::string>> firms) {
    std::string entries;
    for (const auto& [number, day] : firms)
      entries += "<url><loc>" + server_.address("/firm/" + std::to_string(number)) + "</loc>" +
                 (day.empty() ? "" : "<lastmod>" + day + "</lastmod>") + "</url>";
    entries +=
        "<url><loc>http://elsewhere.example/firm/9</loc></url><url><loc>" + server_.address("/about") + "</loc></url>";
    server_.put(target, {200, packed(urlset(entries)), "Content-Type: application/gzip\r\n"});
  }
  int asked(int number) { return server_.count("/firm/" + std::to_string(number)); }
};

TEST_F(MapCrawl, WhatDidNotChangeSinceItWasAskedForIsNotAskedForAgain) {
  for (int i = 1; i <= 4; ++i) detail(i, "试验" + std::to_string(i) + "科技有限公司");
  server_.put("/sitemap.xml",
              {200, "<sitemapindex><sitemap><loc>" + server_.address("/1.xml.gz") + "</loc></sitemap>" +
                        "<sitemap><loc>" + server_.address("/sitemap.xml") + "</loc></sitemap></sitemapindex>"});
  put_map("/1.xml.gz", {{1, "2025-12-01"}, {2, "2025-12-01"}, {3, ""}, {4, "2026-01-02"}});
  map_source("/sitemap.xml");
  EXPECT_EQ(crawl_once(1).counts.fresh, 4u);  // 2 January 2026
  EXPECT_EQ(server_.count("/about"), 0) << "no role is for it";
  put_map("/1.xml.gz", {{1, "2025-12-01"}, {2, "2026-01-03"}, {3, ""}, {4, "2026-01-02"}});
  detail(2, "改名科技有限公司");
  const SourceReport report = crawl_once(2);
  EXPECT_EQ(asked(1), 1);
  EXPECT_EQ(asked(2), 2) << "it changed since";
  EXPECT_EQ(asked(3), 2) << "nobody says when it changed";
  EXPECT_EQ(asked(4), 2) << "it changed on the day it was asked for, perhaps later";
  EXPECT_EQ(report.not_due, 1u);
  EXPECT_EQ(report.counts.changed, 1u);
  EXPECT_EQ(records(), 4u);
  crawl_once(3);
  EXPECT_EQ(asked(1), 1);
  EXPECT_EQ(asked(2), 3) << "asked for on the day of its change";
  EXPECT_EQ(asked(4), 2);
}

TEST_F(MapCrawl, ADayThatNeverMovesIsNotTrustedForLongerThanTheDescriptionAllows) {
  detail(1, "试验1科技有限公司");
  put_map("/map.xml", {{1, "2025-12-01"}});
  map_source("/map.xml", "", "[page.revisit]\nmost_days = 3");
  for (int number = 1; number <= 3; ++number) crawl_once(number);
  EXPECT_EQ(asked(1), 1);
  crawl_once(4);
  EXPECT_EQ(asked(1), 2);
}

// A sitemap leads to a notice, the notice by way of a page to a table. The notice does not change any more, so that the
// map lets it rest; but what it leads to was not read.
class NoticeCrawl : public MapCrawl {
 protected:
  void notices(const std::string& between, const std::string& fetch = "") {
    write(
        "sources/register.toml",
        "id = \"register\"\ntitle = \"公告\"\npublisher = \"试验\"\nkind = \"http\"\nterms = \"无\"\nbasis = \"试验\"\n"
        "complete = \"append\"\nhosts = [\"127.0.0.1\"]\n[fetch]\nstart = [\"" +
            server_.address("/map.xml") + "\"]\nstart_role = \"map\"\npause = 0\n" + fetch + R"(
[[page]]
role = "map"
reader = "sitemap"
[[page.link]]
role = "notice"
[[page]]
role = "notice"
[[page.link]]
xpath = "//a/@href"
role = ")" + between +
            R"("
[[page]]
role = "files"
[[page.link]]
xpath = "//a/@href"
role = "table"
[[page]]
role = "table"
reader = "csv"
kind = "firm"
key = ["org_code"]
required = ["firm_name", "org_code"]
[page.columns]
firm_name = "企业名称"
org_code = "编号"
)");
    approve();
    std::string entries;
    for (const int i : {1, 2}) {
      const std::string number = std::to_string(i);
      entries +=
          "<url><loc>" + server_.address("/n/" + number) + "</loc><lastmod>2025-12-0" + number + "</lastmod></url>";
      server_.put("/n/" + number, {200, "<html><a href='/" + std::string(between == "table" ? "t" : "f") + "/" +
                                            number + "'>x</a></html>"});
      server_.put("/f/" + number, {200, "<html><a href='/t/" + number + "'>x</a></html>"});
      server_.put("/t/" + number, table(i));
    }
    server_.put("/map.xml", {200, urlset(entries)});
  }
  static TestAnswer table(int firm) {
    return {200, std::string(kColumns) + firm_row(firm), "Content-Type: text/csv\r\n"};
  }
  int asked(const std::string& target) { return server_.count(target); }
  // The second table answers so on the first night, and well afterwards.
  void read_on_the_second(const TestAnswer& first) {
    server_.put("/t/2", first);
    crawl_once(1);
    EXPECT_EQ(records(), 1u);
    server_.put("/t/2", table(2));
    crawl_once(2);
    EXPECT_EQ(records(), 2u);
    EXPECT_EQ(asked("/n/1"), 1) << "all that it leads to was read";
    EXPECT_EQ(asked("/n/2"), 2);
    crawl_once(3);
    EXPECT_EQ(asked("/n/2"), 2) << "now it rests";
    EXPECT_EQ(records(), 2u);
  }
};

TEST_F(NoticeCrawl, ATableThatFailedIsAskedForAgainThoughItsNoticeDoesNotChange) {
  notices("table");
  read_on_the_second({500, "x"});
}

TEST_F(NoticeCrawl, ANoticeMayBeThereBeforeItsTable) {
  notices("table");
  read_on_the_second({404, "x"});
}

TEST_F(NoticeCrawl, PagesBetweenTheNoticeAndItsTableAreGoneThroughAgain) {
  notices("files");
  read_on_the_second({500, "x"});
}

// The night that asks for what an earlier one left does not meet the notice: its map fails too.
TEST_F(NoticeCrawl, WhatWasLeftOverAndFailedIsAskedForAgainThoughItsNoticeWasNotMet) {
  notices("table", "most_requests = 5\n");  // robots.txt, the map, two notices, one table
  crawl_once(1);
  ASSERT_EQ(records(), 1u);
  server_.put("/map.xml", {500, "x"});
  server_.put("/t/1", {500, "x"}), server_.put("/t/2", {500, "x"});
  crawl_once(2);
  notices("table", "most_requests = 50\n");
  for (const int number : {3, 4}) crawl_once(number);
  EXPECT_EQ(records(), 2u);
  EXPECT_LE(asked("/n/1") + asked("/n/2"), 4) << "they rest again";
}

TEST_F(NoticeCrawl, WhatABoundOfTheNightLeftOutIsAskedForLater) {
  notices("table", "[scope]\nmost_pages = 4\n");  // the map, two notices, one table
  crawl_once(1);
  EXPECT_EQ(records(), 1u);
  crawl_once(2);
  EXPECT_EQ(records(), 2u);
}

TEST_F(MapCrawl, RobotsTxtNamesSitemapsAndAreUsedWhenTheSourceSaysSo) {
  detail(1, "试验1科技有限公司"), detail(2, "试验2科技有限公司");
  server_.put("/robots.txt", {200, "User-agent: *\nDisallow:\nSitemap: " + server_.address("/2.xml") + "\n"});
  put_map("/1.xml", {{1, ""}});
  put_map("/2.xml", {{2, ""}});
  map_source("/1.xml");
  crawl_once(1);
  EXPECT_EQ(asked(2), 0);
  map_source("/1.xml", "robots_sitemaps = \"map\"");
  crawl_once(2);
  EXPECT_EQ(asked(2), 1);
  EXPECT_EQ(records(), 2u);
}

TEST_F(MapCrawl, MapsWithinMapsEndSoon) {
  for (int i = 1; i <= 9; ++i)
    server_.put("/m" + std::to_string(i),
                {200, "<sitemapindex><sitemap><loc>" + server_.address("/m" + std::to_string(i + 1)) +
                          "</loc></sitemap></sitemapindex>"});
  map_source("/m1");
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(server_.count("/m3"), 1);
  EXPECT_EQ(server_.count("/m4"), 0);
  EXPECT_THAT(report.why, HasSubstr("站点地图嵌套过深"));
}

TEST(Sitemap, ADescriptionThatCannotBeMeantIsRefused) {
  const auto fault = [](const std::string& page) {
    const auto source = parse_source(
        "id = \"a\"\ntitle = \"a\"\nkind = \"http\"\nhosts = [\"h.test\"]\n[fetch]\nstart = [\"http://h.test/\"]\n"
        "start_role = \"map\"\n" +
            page,
        "a.toml");
    return source ? std::string() : source.error().text();
  };
  EXPECT_THAT(fault("[[page]]\nrole = \"map\"\nreader = \"sitemap\"\n"), HasSubstr("needs [[page.link]]"));
  EXPECT_THAT(fault("[[page]]\nrole = \"map\"\nreader = \"feed\"\n[[page.link]]\nxpath = \"//a\"\nrole = \"map\"\n"),
              HasSubstr("no xpath"));
  EXPECT_THAT(
      fault("robots_sitemaps = \"x\"\n[[page]]\nrole = \"map\"\nreader = \"sitemap\"\n[[page.link]]\nrole = \"map\"\n"),
      HasSubstr("robots_sitemaps"));
  EXPECT_EQ(fault("[[page]]\nrole = \"map\"\nreader = \"sitemap\"\n[[page.link]]\nrole = \"map\"\n"), "");
}

}  // namespace
}  // namespace tanmiao::crawler::address_list_test
