// Links as they really stand in pages: what a browser would ask for is asked for, and what cannot be asked is told.
#include "crawling_hosts.h"
#include "tests/crawler/reading_fixture.h"

namespace tanmiao::crawler::links_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// Of WHATWG URL ("basic URL parser", states in brackets), in the normal form of crawler/url.h: what is reserved nowhere
// is escaped where browsers leave it ('|', and in queries a few more), which is the same to a server.
TEST(Links, AreResolvedAsBrowsersDo) {
  const Url base = parse_url("http://h.test/a/b.html?x=1").value();
  const std::pair<const char*, const char*> cases[] = {
      // What the review found lost.
      {"/f/中文.html", "http://h.test/f/%E4%B8%AD%E6%96%87.html"},
      {"/f/1?名=值", "http://h.test/f/1?%E5%90%8D=%E5%80%BC"},
      {"/f/a b.html", "http://h.test/f/a%20b.html"},
      {"/f/x|y", "http://h.test/f/x%7Cy"},
      {"/f/[1]", "http://h.test/f/[1]"},
      {"\\f\\1", "http://h.test/f/1"},
      {"f/a%b", "http://h.test/a/f/a%b"},
      // Percent signs that begin no escape stay.
      {"/f/%zz", "http://h.test/f/%zz"},
      {"/f/100%", "http://h.test/f/100%"},
      {"/%%41", "http://h.test/%%41"},
      {"?q=5%", "http://h.test/a/b.html?q=5%"},
      {"/f/%e4%b8%ad", "http://h.test/f/%E4%B8%AD"},
      // Blanks around, line ends and tabs within (before the scheme start state).
      {"  /f/1  ", "http://h.test/f/1"},
      {"/f\n/1.h\ttml\r", "http://h.test/f/1.html"},
      {"ht\ntp://o.te\tst/x", "http://o.test/x"},
      {" \t\n", "http://h.test/a/b.html?x=1"},
      {"/f/a\xE3\x80\x80z", "http://h.test/f/a%E3%80%80z"},
      // No scheme (relative state).
      {"", "http://h.test/a/b.html?x=1"},
      {"#top", "http://h.test/a/b.html?x=1"},
      {"?q=1", "http://h.test/a/b.html?q=1"},
      {"?", "http://h.test/a/b.html?"},
      {"c.html", "http://h.test/a/c.html"},
      {"./x:y", "http://h.test/a/x:y"},
      {"x?a=b:c", "http://h.test/a/x?a=b:c"},
      // Slashes of both kinds (relative slash state, special authority ignore slashes state).
      {"//o.test", "http://o.test/"},
      {"//o.test:8080/x", "http://o.test:8080/x"},
      {"///o.test/x", "http://o.test/x"},
      {"\\\\o.test\\x", "http://o.test/x"},
      {"/\\o.test/x", "http://o.test/x"},
      {"/a//b", "http://h.test/a//b"},
      {"x\\y", "http://h.test/a/x/y"},
      // A scheme (scheme state, special relative or authority state).
      {"HTTP://O.test/X", "http://o.test/X"},
      {"http:\\\\o.test\\x", "http://o.test/x"},
      {"http:///o.test/x", "http://o.test/x"},
      {"http:/f/1", "http://h.test/f/1"},
      {"http:f/1", "http://h.test/a/f/1"},
      {"http:?q", "http://h.test/a/b.html?q"},
      {"https:/o.test/x", "https://o.test/x"},
      {"https:o.test/x", "https://o.test/x"},
      {"http://o.test:80/x", "http://o.test/x"},
      {"http://o.test:/x", "http://o.test/x"},
      {"//滨州.test/x", "http://xn--6rt329a.test/x"},
      // Dots (path state).
      {".", "http://h.test/a/"},
      {"..", "http://h.test/"},
      {"../../../x", "http://h.test/x"},
      {"./x/./y/../z", "http://h.test/a/x/z"},
      {"..\\x", "http://h.test/x"},
      {"%2e%2E/x", "http://h.test/x"},
      {"/x/%2e", "http://h.test/x/"},
      // Query and fragment: a backslash is none of the path's there.
      {"x?a\\b", "http://h.test/a/x?a%5Cb"},
      {"x#a\\b?c", "http://h.test/a/x"},
      {"x?a=1#b?c", "http://h.test/a/x?a=1"},
      {"x?u=http://z/../y", "http://h.test/a/x?u=http://z/../y"},
      {"x?a?b", "http://h.test/a/x?a?b"},
      // What is escaped in a path.
      {"/x\"<>`{}^", "http://h.test/x%22%3C%3E%60%7B%7D%5E"},
      {"/é/😀", "http://h.test/%C3%A9/%F0%9F%98%80"},
      {"/x;p=1,2&q='$!()*+@:~", "http://h.test/x;p=1,2&q='$!()*+@:~"},
      {"/\x01x\x7F", "http://h.test/%01x%7F"},
  };
  for (const auto& [given, expected] : cases) {
    const auto url = resolve_url(base, given);
    ASSERT_TRUE(url) << given << ": " << url.error().text();
    EXPECT_EQ(url->text(), expected) << given;
    EXPECT_EQ(normal_url(url->text()).value(), expected) << given;
  }
  for (const char* refused :
       {"javascript:void(0)", "mailto:a@b.test", "ftp://h/x", "x:y", "C:\\a.doc", "http://", "//",
        "https:", "http://user:pw@h/", "//h b/", "http://h:99999/", "//[1", "\\\\", "http://a%20b/"})
    EXPECT_FALSE(resolve_url(base, refused)) << refused;
}

class Told : public Gathered {
 public:
  Status found(FoundLink&& link) override {
    if (!link.fault.empty()) faults.push_back(link.address + "：" + link.fault);
    return ReadingSink::found(std::move(link));
  }
  std::vector<std::string> faults;
};

Told links_of(const std::string& page, const std::string& bytes, const std::string& charset = {}) {
  const Source source = source_of("[[page]]\n" + page);
  Told out;
  Document document;
  document.part = "http://h/a/b.html";
  document.bytes = bytes;
  document.charset = charset;
  const ReadContext context{no_tables(), "key", make_date(2026, 1, 2)};
  const Status status = read_document(source, source.pages.at(0), document, context, out);
  EXPECT_TRUE(status) << (status ? "" : status.error().text());
  return out;
}

constexpr const char* kAnchors = "[[page.link]]\nxpath = \"//a/@href\"\nrole = \"file\"\n";

TEST(Links, OfAPageAreFoundWithTheirBlanksAndSigns) {
  const Told out =
      links_of(kAnchors,
               "<a href='/f/中文.html'>1</a><a href=' /f/a  b\n.html '>2</a><a href='\\f\\1?x=1&amp;y=2'>3</a>"
               "<a href='/f/x|y'>4</a><a href='/f/[1]'>5</a><a href='f/a%b'>6</a>");
  EXPECT_THAT(out.links, ElementsAre("file http://h/f/%E4%B8%AD%E6%96%87.html", "file http://h/f/a%20%20b.html",
                                     "file http://h/f/1?x=1&y=2", "file http://h/f/x%7Cy", "file http://h/f/[1]",
                                     "file http://h/a/f/a%b"));
  EXPECT_THAT(out.faults, IsEmpty());
}

// "滨?名=值" in GBK; what that charset has not (U+1F600, as a reference) is sent as its number; a second byte may be a
// sign of ASCII (U+4E02 is 81 40).
TEST(Links, OfAPageInGbkEscapeTheirQueryInIt) {
  const std::string anchors =
      "<a href='/\xB1\xF5?\xC3\xFB=\xD6\xB5#\xD6\xB5'>1</a><a href='?\x81\x40&amp;e=&#128512;&amp;f=&#8364;'>2</a>";
  const std::string filler = "<p>\xB1\xF5\xD6\xDD\xCA\xD0\xBF\xC6\xBC\xBC\xBE\xD6\xB9\xAB\xB8\xE6</p>";
  const std::vector<std::string> expected = {"file http://h/%E6%BB%A8?%C3%FB=%D6%B5",
                                             "file http://h/a/b.html?%81%40&e=%26%23128512%3B&f=%80"};
  EXPECT_EQ(links_of(kAnchors, anchors + filler, "gbk").links, expected);
  EXPECT_EQ(links_of(kAnchors, "<meta charset=gb2312>" + anchors + filler).links, expected);
  const std::string table = "reader = \"table\"\n" + std::string(kAnchors);
  EXPECT_EQ(links_of(table, "<!doctype html><meta charset=gb2312>" + anchors + filler).links, expected);
  const std::string match = "[[page.link]]\nmatch = \"href='([^']*)'\"\nrole = \"file\"\n";
  EXPECT_EQ(links_of(match, "<a href='/\xB1\xF5?\xC3\xFB=\xD6\xB5'>1</a>" + filler, "gbk").links,
            std::vector{expected[0]});
  EXPECT_EQ(links_of(kAnchors, "<a href='?名=1'>x</a>").links,
            std::vector<std::string>{"file http://h/a/b.html?%E5%90%8D=1"});
}

TEST(Links, OfJsonStandAsTheyAre) {
  const Told out = links_of(
      "reader = \"json\"\n[[page.link]]\neach = \"/rows/*\"\naddress = \"{/url}\"\nrole = \"file\"\n",
      R"({"rows":[{"url":"/f/名单2.csv"},{"url":"\\f\\a b.csv"},{"url":"x?名=1"},{"url":"http://u:secret@h/x"}]})");
  EXPECT_THAT(out.links, ElementsAre("file http://h/f/%E5%90%8D%E5%8D%952.csv", "file http://h/f/a%20b.csv",
                                     "file http://h/a/x?%E5%90%8D=1"));
  EXPECT_THAT(out.faults, ElementsAre("http://…@h/x：不是可以访问的网址：其中写有用户名"));
}

TEST(Links, AreRelativeToTheBaseOfThePage) {
  for (const auto& [base, expected] :
       std::initializer_list<std::pair<std::string, std::string>>{{"/g/中 文/", "http://h/g/%E4%B8%AD%20%E6%96%87/1"},
                                                                  {"\\g\\", "http://h/g/1"},
                                                                  {"//o.test/g/", "http://o.test/g/1"},
                                                                  {"javascript:x", "http://h/a/1"},
                                                                  {"http://u:p@h/", "http://h/a/1"}})
    EXPECT_THAT(links_of(kAnchors, "<base href='" + base + "'><a href='1'>x</a>").links,
                ElementsAre("file " + expected))
        << base;
}

TEST(Links, ThatCannotBeAskedAreGivenWithTheirFault) {
  const Told out = links_of(kAnchors,
                            "<a href='javascript:void(0)'>1</a><a href=' MailTo:a@b'>2</a><a href='tencent://x'>3</a>"
                            "<a href='C:\\名单.xls'>4</a><a href='http://'>5</a><a href='ftp://h/x'>6</a>"
                            "<a href='http://h:99999/x'>7</a>");
  EXPECT_THAT(out.links, IsEmpty());
  ASSERT_EQ(out.faults.size(), 4u);
  EXPECT_THAT(out.faults[0], HasSubstr("C:\\名单.xls：不是可以访问的网址：只支持 http、https"));
  EXPECT_THAT(out.faults[1], HasSubstr("没有主机名"));
  EXPECT_THAT(out.faults[2], HasSubstr("ftp://h/x"));
  EXPECT_THAT(out.faults[3], HasSubstr("端口“99999”有误"));
  const std::string only = std::string(kAnchors) + "only = 'xls$'\n";
  EXPECT_EQ(links_of(only, "<a href='http://'>5</a><a href='C:\\名单.xls'>4</a>").faults.size(), 1u)
      << "what is wanted";
}

class LinksOfASite : public CrawlingHosts {};

TEST_F(LinksOfASite, AreAskedForOrToldAsNotFollowed) {
  http_source("complete = \"part\"");
  const auto page = [](int number) {
    return TestAnswer{200, "<meta charset=utf-8><table><tr><td>试验" + std::to_string(number) +
                               "科技有限公司</td></tr><tr><td>" + code(number) + "</td></tr></table>"};
  };
  server_.put("/list?page=1", {200,
                               "<meta charset=utf-8><ul><li><a href='/f/中文.html'>1</a><li><a href='\\f\\2'>2</a>"
                               "<li><a href='/f/a%b'>3</a><li><a href='C:\\名单.xls'>4</a>"
                               "<li><a href='http://u:secret@127.0.0.1/x'>5</a><li><a href='javascript:x'>6</a></ul>"});
  server_.put("/f/%E4%B8%AD%E6%96%87.html", page(1));
  server_.put("/f/2", page(2));
  server_.put("/f/a%b", page(3));
  approve();
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(records(), 3u);
  EXPECT_EQ(report.failed_urls, 0u);
  EXPECT_THAT(report.why, HasSubstr("2 个网址不跟随（首个 C:\\名单.xls：不是可以访问的网址："));
  EXPECT_THAT(report.why, Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace tanmiao::crawler::links_test
