// Source files that are wrong: each costs its own source, all that is wrong is told, in Chinese, with its place; and
// what could never give anything is not called sound.
#include "crawler/source_files.h"

#include <cctype>

#include "crawler/crawl_sources.h"
#include "tests/crawler/crawl_fixture.h"

namespace tanmiao::crawler::source_files_test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kPage = R"(
[[page]]
role = "list"
[[page.link]]
xpath = "//a"
role = "detail"
[[page]]
role = "detail"
kind = "firm"
key = ["org_code"]
[page.columns]
org_code = "td"
)";

std::string web(const std::string& hosts, const std::string& fetch, const std::string& pages = kPage) {
  return "id = \"w\"\ntitle = \"t\"\nhosts = " + hosts + "\n[fetch]\nstart_role = \"list\"\n" + fetch + "\n" + pages;
}

std::vector<std::string> faults_of(const std::string& text) {
  const auto source = parse_source(text, "dir/w.toml");
  std::vector<std::string> out;
  if (!source)
    for (const Error& fault : each_fault(source.error())) out.push_back(fault_in_chinese(fault, false));
  return out;
}

// No two English words in a row: names of keys, formats and the like stand alone.
bool has_english(std::string_view text) {
  int words = 0, letters = 0;
  for (const char c : text) {
    if (std::islower(static_cast<unsigned char>(c)) != 0) {
      ++letters;
      continue;
    }
    const bool word = letters >= 2;
    if (letters > 0 && !word) words = 0;
    if (word && c == ' ' && ++words >= 2) return true;
    if (c != ' ') words = 0;
    letters = 0;
  }
  return words >= 1 && letters >= 2;
}

TEST(SourceFiles, ThatCouldNeverGiveAnythingAreNotSound) {
  const std::string host = "[\"h.test\"]", start = "start = [\"http://h.test/\"]";
  EXPECT_THAT(faults_of(web(host, start)), IsEmpty());
  EXPECT_THAT(faults_of(web("[\"h.test:8080\"]", "start = [\"http://H.test:8080/a b\"]")), IsEmpty());
  const std::tuple<std::string, std::string, std::string> cases[] = {
      {host, "", "“fetch.start”缺少，应写明从哪个网址开始"},
      {host, "start = []", "w.toml:6:9：“fetch.start”缺少"},
      {host, "start = [\"hallo\"]", "“fetch.start”“hallo”不是可以访问的网址：应以 http:// 或 https:// 开头"},
      {host, "start = [\"ftp://h.test/\"]", "“ftp://h.test/”不是可以访问的网址：只支持 http、https"},
      {host, "start = [\"http://h.test/\", \"http://o.test/\"]", "“http://o.test/”的主机不在 hosts 之内"},
      {host, "start = [\"http://u:secret@h.test/\"]", "网址中写有用户名或密码：应来自 [secrets.名称]"},
      {"[\"http://h.test\"]", start, "“http://h.test”不是主机"},
      {"[\"h.test\", \"*.test\"]", start, "“*.test”不是主机"},
      {"[\"h.test\", \"滨州.test\"]", start, "应写作“xn--6rt329a.test”，而不是“滨州.test”"},
      {"[]", start, "网络来源须写 hosts"},
  };
  for (const auto& [hosts, fetch, expected] : cases) {
    const auto faults = faults_of(web(hosts, fetch));
    EXPECT_THAT(faults, ::testing::Contains(HasSubstr(expected))) << hosts << fetch;
    for (const std::string& fault : faults) EXPECT_EQ(fault.find("secret@"), std::string::npos) << fault;
  }
  EXPECT_THAT(faults_of(web(host, start, std::string(kPage) + "[[page]]\nrole = \"detail\"\n")),
              ElementsAre("w.toml:20:8：“page[3].role”前面已有 [[page]] 的 role 是“detail”：这一个永远用不到"));
  EXPECT_THAT(
      faults_of(web(host, start, "[[page]]\nrole = \"list\"\n[[page.link]]\nxpath = \"//a\"\nrole = \"gone\"\n")),
      ElementsAre(AllOf(HasSubstr("page[1].link[1].role"), HasSubstr("没有 [[page]] 的 role 是“gone”；有：list"))));
  const auto told_once = [&](const std::string& text, const std::string& right, const std::string& wrong,
                             const std::string& told) {
    std::string spoiled = text;
    spoiled.replace(spoiled.find(right), right.size(), wrong);
    EXPECT_THAT(faults_of(spoiled), ElementsAre(HasSubstr(told))) << wrong;
  };
  told_once(web(host, start), "start_role = \"list\"", "start_role = \"lst\"",
            "w.toml:5:14：“fetch.start_role”没有 [[page]] 的 role 是“lst”，是否为“list”？");
  told_once(web(host, start), "key = [\"org_code\"]", "key = [\"org_cod\"]",
            "没有“org_cod”这个字段，是否应为“org_code”");
  told_once(web(host, start), "org_code = \"td\"", "org_cod = \"td\"", "没有“org_cod”这个字段，是否应为“org_code”");
  EXPECT_THAT(faults_of("id = \"w\"\ntitle = \"t\"\nnot_yet = \"x\"\n"), IsEmpty()) << "nothing is asked of it";
  EXPECT_THAT(faults_of("id = \"w\"\ntitle = \"t\"\nkind = \"folder\"\ninbox = \"i\"\n[[page]]\nfiles = [\"*.csv\"]\n"
                        "[[page]]\nfiles = [\"*.xlsx\"]\n"),
              IsEmpty())
      << "files are told apart by their names";
}

TEST(SourceFiles, TellAllTheirFaultsInChinese) {
  const std::string broken = R"(id = "a/b"
kind = "htp"
puase = 3
complete = "all"
hosts = "h"
[secrets."A é"]
[secrets.B]
env = "X"
file = "y"
[sign.S]
key = "plain"
text = "{nothing}"
encoding = "rot"
[fetch]
start = 3
pause = "x"
window = "night"
most_requests = 0
mirrors = ["ftp://m"]
[fetch.headers]
Cookie = "a"
"a b" = "c"
[scope]
allow = ["("]
drop = ["*"]
same_host = 1
[contract]
least_rows = 5
most_rows = 1
most_share = 0.5
[contract.fill]
titel = 0.5
[[page]]
role = "a"
reader = "htlm"
kind = "firm"
key = ["nmae"]
charset = "klingon"
separator = "ab"
changes = "records"
uncounted = ["title"]
lines = true
unwrap = "cdata"
sign = "T"
[page.valid]
code = "("
[page.revisit]
least_days = 5
most_days = 2
[page.request]
json = "{"
[page.request.form]
a = "{secret:Z}"
[page.paging]
kind = "counter"
in = "query"
next = "x"
total = "/t"
[page.rules.title]
match = "("
[[page.link]]
xpath = "//["
each = "x"
address = "{secret:Q}"
role = "b"
where = 3
[[page]]
role = "m"
reader = "sitemap"
kind = "firm"
[[page.link]]
role = "a"
xpath = "//a"
)";
  const auto faults = faults_of(broken);
  EXPECT_THAT(faults, SizeIs(::testing::Ge(45u)));
  for (const std::string& fault : faults) {
    EXPECT_TRUE(fault.starts_with("w.toml:")) << fault;
    EXPECT_EQ(fault.find("原文"), std::string::npos) << fault;
    // What RE2, pugixml and Boost.JSON say of their own matter is theirs.
    const bool quotes = fault.find("RE2") != std::string::npos || fault.find("XPath") != std::string::npos ||
                        fault.find("不是 JSON") != std::string::npos;
    EXPECT_TRUE(quotes || !has_english(fault)) << fault;
  }
  const auto remote = faults_of(
      "id = \"r\"\ntitle = \"t\"\nkind = \"remote\"\ncomplete = \"complete\"\n[remote]\nhosts = [\"http://h\", "
      "\"sftp://s\"]\n"
      "folders = [\"x\", \"/{YYYYMMDD}/{YYYYMMDD}\", \"/{YY}\", \"/..\"]\npassword = \"plain\"\nuser = \"{x}\"\ntls = "
      "\"no\"\n"
      "[remote.host_keys]\nh = [\"md5\"]\n");
  EXPECT_THAT(remote, SizeIs(::testing::Ge(12u)));
  for (const std::string& fault : remote) EXPECT_FALSE(has_english(fault)) << fault;
  EXPECT_THAT(faults_of("id = \n"), ElementsAre(HasSubstr("w.toml:")));
}

class BadSources : public Crawling {
 protected:
  CrawlReport crawl_all_of(int day) {
    const store::Night now = night(day);
    auto report = crawl(*store_, now, config_, *reference_, silent_progress(), stop_);
    EXPECT_TRUE(report) << report.error().text();
    store_->facts().finish_night(now.id).value();
    return *report;
  }
  void deliver(int rows) {
    std::string text(kColumns);
    for (int i = 0; i < rows; ++i) text += firm_row(i);
    write("inbox/register/a.csv", text);
  }
};

TEST_F(BadSources, CostTheirOwnSourceAndAreToldWithTheirPlace) {
  folder_source();
  deliver(3);
  write("sources/bad.toml", "id = \"broken\"\ntitle = \"t\"\npuase = 3\nkind = \"fodler\"\n");
  write("sources/torn.toml", "id = \"torn\"\ntitle = \"t");
  const CrawlReport report = crawl_all_of(1);
  ASSERT_EQ(report.sources.size(), 3u);
  EXPECT_EQ(report.sources[0].id, "broken");
  EXPECT_EQ(report.sources[0].outcome, SourceOutcome::kFailed);
  EXPECT_THAT(report.sources[0].why, HasSubstr("来源说明有错，未读取，此前数据照旧：bad.toml:"));
  EXPECT_THAT(report.sources[0].file_faults, ::testing::Contains("bad.toml:3:1：没有“puase”这一项"));
  EXPECT_EQ(report.sources[1].outcome, SourceOutcome::kPublished) << "the others go on";
  EXPECT_EQ(report.sources[2].id, "torn");
  EXPECT_THAT(report.sources[2].why, HasSubstr("torn.toml:2:"));
  EXPECT_TRUE(report.any_held) << "exit code 3";
  EXPECT_EQ(records(), 3u);
}

TEST_F(BadSources, LeaveWhatTheySaidBeforeAsItWas) {
  folder_source();
  deliver(3);
  ASSERT_EQ(crawl_all_of(1).sources.at(0).outcome, SourceOutcome::kPublished);
  write("sources/register.toml", "id = \"register\"\ntitle = 3\n");
  EXPECT_EQ(crawl_all_of(2).sources.at(0).outcome, SourceOutcome::kFailed);
  EXPECT_EQ(records(), 3u);
  folder_source();
  EXPECT_EQ(crawl_all_of(3).sources.at(0).outcome, SourceOutcome::kUnchanged);
  EXPECT_EQ(records(), 3u);
}

TEST_F(BadSources, AreNamedWhereTheyAreAskedFor) {
  folder_source();
  write("sources/bad.toml", "id = \"broken\"\ntitle = \"t\"\npuase = 3\n");
  CrawlConfig one = config_;
  EXPECT_THAT(chosen_sources(one).value(), SizeIs(1));
  one.only = {"register"};
  EXPECT_THAT(chosen_sources(one).value(), SizeIs(1));
  one.only = {"broken"};
  EXPECT_THAT(chosen_sources(one).error().message, HasSubstr("puase"));
  one.only = {"borken"};
  EXPECT_THAT(chosen_sources(one).error().message, HasSubstr("did you mean 'broken'"));
  EXPECT_THAT(list_sources(config_).value(), SizeIs(1));
  EXPECT_FALSE(load_sources({config_.sources}));
}

// Which of the two is meant nobody knows.
TEST_F(BadSources, AreBothOfOneId) {
  folder_source();
  std::ifstream in(root_ / "sources/register.toml");
  write("sources/twin.toml", std::string{std::istreambuf_iterator<char>(in), {}});
  const auto files = load_source_files(config_);
  ASSERT_TRUE(files);
  EXPECT_THAT(files->sources, IsEmpty());
  ASSERT_THAT(files->bad, SizeIs(2));
  EXPECT_THAT(fault_in_chinese(files->bad[0].faults[0], false),
              HasSubstr("register.toml：两个来源的 id 都是“register”，另一个在 "));
  config_.sources = root_ / "nowhere";
  EXPECT_FALSE(load_source_files(config_)) << "a folder that is missing is no source that is wrong";
}

}  // namespace
}  // namespace tanmiao::crawler::source_files_test
