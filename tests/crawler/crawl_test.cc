// Whole crawls of a night: folders of files and a small server on loopback.
#include "crawler/crawl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "crawler/rejects_file.h"
#include "http_fixture.h"
#include "tabular/reference_reader.h"

namespace tanmiao::crawler {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// An organisation code (GB 11714): eight digits and a check character.
std::string code(int number) {
  constexpr int kWeights[] = {3, 7, 9, 10, 5, 8, 4, 2};
  const std::string digits = std::to_string(10000000 + number);
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) sum += (digits[i] - '0') * kWeights[i];
  const int check = (11 - sum % 11) % 11;
  return digits + (check == 10 ? "X" : std::to_string(check));
}

std::string firm_row(int number, const std::string& address = "滨州市滨城区渤海路") {
  return "试验" + std::to_string(number) + "科技有限公司," + code(number) + ",2015-06-02," + address + "\n";
}

class Crawling : public ::testing::Test {
 protected:
  Crawling() : root_(fs::temp_directory_path() / ("tanmiao_crawl_" + std::to_string(::getpid()))) {
    fs::remove_all(root_);
    fs::create_directories(root_ / "sources");
    fs::create_directories(root_ / "inbox/register");
    reference_ = tabular::load_reference("config/reference").value();
    config_.sources = root_ / "sources";
    config_.base = root_;
    config_.identity.contact = "test@example.test";
    config_.person_key = "a key of this test";
    config_.allow_loopback_speed = true;
    open();
  }
  ~Crawling() override {
    store_.reset();
    fs::remove_all(root_);
  }
  void open(const std::string& name = "data") {
    store_.reset();
    store_ = store::Store::open(root_ / name, store::Access::kWrite, "a test").value();
  }
  void write(const std::string& name, std::string_view text) { std::ofstream(root_ / name, std::ios::binary) << text; }
  void folder_source(std::string_view extra = "") {
    write("sources/register.toml", std::string(R"(id = "register"
title = "登记"
publisher = "试验"
kind = "folder"
inbox = "inbox/register"
terms = "无"
basis = "试验"
[contract]
most_rejected = 0.6
most_gone = 0.6
)") + std::string(extra) + R"(
[[page]]
role = "file"
reader = "csv"
kind = "firm"
key = ["org_code"]
required = ["firm_name", "org_code"]
[page.columns]
firm_name = "企业名称"
org_code = "编号"
established = "成立日期"
address = "住所"
[page.public]
field = "established"
)");
  }
  store::Night night(int number) {
    const Date day = make_date(2026, 1, 1) + std::chrono::days(number);
    return store_->facts().begin_night(day, Instant(day) + std::chrono::hours(18)).value();
  }
  SourceReport crawl_once(int number, bool finish = true) {
    const store::Night now = night(number);
    auto report = crawl(*store_, now, config_, *reference_, silent_progress(), stop_);
    EXPECT_TRUE(report) << report.error().text();
    if (finish) store_->facts().finish_night(now.id).value();
    return report->sources.at(0);
  }
  std::vector<std::string> dump() {
    std::vector<std::string> lines;
    store_->facts().dump([&](std::string_view line) { lines.emplace_back(line); }).value();
    return lines;
  }
  std::size_t records() { return store_->facts().totals().value()["register"].records; }

  fs::path root_;
  std::unique_ptr<store::Store> store_;
  std::shared_ptr<const Reference> reference_;
  CrawlConfig config_;
  std::atomic<bool> stop_ = false;
};

constexpr std::string_view kColumns = "企业名称,编号,成立日期,住所\n";

TEST_F(Crawling, AFolderIsReadAndAnUnchangedFileIsNotReadAgain) {
  folder_source();
  write("inbox/register/a.csv", std::string(kColumns) + firm_row(1) + firm_row(2));
  EXPECT_EQ(crawl_once(1).counts.fresh, 2u);
  const SourceReport again = crawl_once(2);
  EXPECT_EQ(again.outcome, SourceOutcome::kUnchanged);
  EXPECT_EQ(again.counts.parts_same, 1u);
  EXPECT_EQ(again.counts.read, 0u);
  write("inbox/register/a.csv", std::string(kColumns) + firm_row(1, "滨州市博兴县") + firm_row(2));
  EXPECT_EQ(crawl_once(3).counts.changed, 1u);
}

TEST_F(Crawling, AFileThatCannotBeReadHoldsItsSource) {
  folder_source();
  write("inbox/register/a.csv", std::string(kColumns) + firm_row(1));
  crawl_once(1);
  write("inbox/register/a.csv", std::string(kColumns) + firm_row(1, "滨州市博兴县") + firm_row(2));
  write("inbox/register/b.csv", std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03garbage", 17));
  const SourceReport held = crawl_once(2);
  EXPECT_EQ(held.outcome, SourceOutcome::kHeld);
  EXPECT_THAT(held.why, HasSubstr("b.csv"));
  EXPECT_EQ(records(), 1u);
}

TEST_F(Crawling, ADeliveryBelowItsContractIsHeld) {
  folder_source("least_rows = 3");
  write("inbox/register/a.csv", std::string(kColumns) + firm_row(1));
  const SourceReport held = crawl_once(1);
  EXPECT_EQ(held.outcome, SourceOutcome::kHeld);
  EXPECT_EQ(held.why, "低于约定下限：1 条，应不少于 3 条");
  EXPECT_EQ(records(), 0u);
}

TEST_F(Crawling, ALinkOutOfTheInboxIsNotFollowed) {
  folder_source();
  write("secret.csv", std::string(kColumns) + firm_row(1));
  fs::create_symlink(root_ / "secret.csv", root_ / "inbox/register/a.csv");
  EXPECT_EQ(crawl_once(1).counts.parts, 0u);
}

TEST_F(Crawling, MendedRowsAreFedUnderTheirOldPlace) {
  folder_source();
  write("inbox/register/a.csv",
        std::string(kColumns) + firm_row(1) +
            "坏日期有限公司,100000019,二零一九年九十月,滨州市\n缺编号有限公司,,2015-06-02,滨州市\n");
  const SourceReport first = crawl_once(1);
  ASSERT_FALSE(first.rejects_file.empty());
  auto rows = read_rejects_file(first.rejects_file).value();
  ASSERT_FALSE(rows.empty());
  std::erase_if(rows, [](const store::Reject& r) { return r.line != 4; });
  ASSERT_EQ(rows.size(), 1u);
  rows[0].row = "缺编号有限公司," + code(8) + ",2015-06-02,滨州市";
  ASSERT_TRUE(write_rejects_file(root_ / "mended.csv", rows));
  const std::size_t before = records();
  const store::Night now = night(2);
  const auto fed = feed_rejects(*store_, now, "register", root_ / "mended.csv", config_, *reference_);
  ASSERT_TRUE(fed) << fed.error().text();
  EXPECT_EQ(fed->counts.fresh, 1u);
  EXPECT_EQ(records(), before + 1);
  const auto history = store_->facts().history("register", RecordKind::kFirm, code(8)).value();
  ASSERT_EQ(history.size(), 1u);
  EXPECT_EQ(history[0].record.origin.line, 4u);
  EXPECT_EQ(history[0].record.origin.part, "a.csv");
  for (const auto& row : read_rejects_file(first.rejects_file).value()) EXPECT_NE(row.line, 4u);
}

// A row that is not kept because a person may stand in it is filled in by whoever mends it, or stays to be mended.
TEST_F(Crawling, ARowThatWasNotKeptIsFedWhenItIsFilledInAndStaysOtherwise) {
  folder_source();
  std::string columns(kColumns);
  columns.insert(columns.size() - 1, ",法定代表人");
  write("inbox/register/a.csv", columns + "多一列有限公司," + code(1) + ",2015-06-02,滨州市,某,某\n" +
                                    "也多一列有限公司," + code(2) + ",2015-06-02,滨州市,某,某\n");
  const SourceReport first = crawl_once(1);
  auto rows = read_rejects_file(first.rejects_file).value();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].row + rows[1].row, "");
  rows[0].row = "多一列有限公司," + code(1) + ",2015-06-02,滨州市,";
  ASSERT_TRUE(write_rejects_file(root_ / "mended.csv", rows));
  const auto fed = feed_rejects(*store_, night(2), "register", root_ / "mended.csv", config_, *reference_);
  ASSERT_TRUE(fed) << fed.error().text();
  EXPECT_EQ(fed->counts.fresh, 1u);
  EXPECT_THAT(fed->why, HasSubstr("1 行的“原行”是空的"));
  const auto left = read_rejects_file(first.rejects_file).value();
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].line, 3u);
}

TEST_F(Crawling, RowsOfATableWithTabsAreMendedWithCommas) {
  folder_source();
  write("inbox/register/a.csv", "企业名称\t编号\t成立日期\t住所\n坏日期有限公司\t" + code(1) +
                                    "\t2019-13-02\t滨州市\n多一列有限公司\t" + code(2) + "\t2019-12-02\t滨州,市\t1\n");
  const SourceReport first = crawl_once(1);
  auto rows = read_rejects_file(first.rejects_file).value();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].row, "坏日期有限公司," + code(1) + ",2019-13-02,滨州市");
  EXPECT_EQ(rows[1].row, "多一列有限公司," + code(2) + ",2019-12-02,\"滨州,市\",1");
  rows[0].row = "坏日期有限公司," + code(1) + ",2019-12-02,滨州市";
  rows[1].row = "多一列有限公司," + code(2) + ",2019-12-02,\"滨州,市\"";
  ASSERT_TRUE(write_rejects_file(root_ / "mended.csv", rows));
  const auto fed = feed_rejects(*store_, night(2), "register", root_ / "mended.csv", config_, *reference_);
  ASSERT_TRUE(fed) << fed.error().text();
  EXPECT_EQ(fed->counts.fresh, 2u);
  EXPECT_EQ(records(), 2u);
}

// What the report names as unknown can be taught: the word goes into the table, and the file is read again.
TEST_F(Crawling, AWordAddedToATableIsReadInTheFilesThatAreThereAlready) {
  folder_source();
  const fs::path file = root_ / "sources/register.toml";
  std::string text;
  {
    std::ifstream in(file);
    text.assign(std::istreambuf_iterator<char>(in), {});
  }
  text.replace(text.find("established ="), 0, "status = \"状态\"\nindustry_code = \"行业\"\n");
  write("sources/register.toml", text);
  write("inbox/register/a.csv",
        "企业名称,编号,成立日期,状态,行业\n试验科技有限公司," + code(1) + ",2015-06-02,停业整顿,2033\n");
  const SourceReport first = crawl_once(1);
  EXPECT_THAT(first.unknown_words,
              ElementsAre("登记状态: 停业整顿 ×1", "行业代码版本: 未注明，代码在 2011、2017 两版中含义不同 ×1"));
  EXPECT_EQ(crawl_once(2).counts.parts_same, 1u);
  Reference more = *reference_;
  more.status_words.push_back({"停业整顿", FirmStatus::kSuspended});
  more.finish();
  reference_ = std::make_shared<const Reference>(std::move(more));
  const SourceReport third = crawl_once(3);
  EXPECT_EQ(third.counts.changed, 1u);
  EXPECT_EQ(third.unknown_words.size(), 1u);
  const auto history = store_->facts().history("register", RecordKind::kFirm, code(1)).value();
  EXPECT_EQ(history.back().record.get(Field::kStatus), "SUSPENDED");
}

class CrawlingHosts : public Crawling {
 protected:
  void http_source(std::string_view extra = "complete = \"complete\"") {
    const std::string start = server_.address("/list?page=1");
    write("sources/register.toml",
          "id = \"register\"\ntitle = \"登记\"\npublisher = \"试验\"\nkind = \"http\"\n"
          "terms = \"无\"\nbasis = \"试验\"\nhosts = [\"127.0.0.1\"]\n" +
              std::string(extra) + "\n[fetch]\nstart = [\"" + start + "\"]\nstart_role = \"list\"\npause = 0\n" + R"(
[[page]]
role = "list"
reader = "html"
[[page.link]]
xpath = "//li/a/@href"
role = "detail"
[[page.link]]
xpath = "//a[@class='next']/@href"
role = "list"
[[page]]
role = "detail"
reader = "html"
kind = "firm"
rows = "//table"
key = ["org_code"]
required = ["firm_name", "org_code"]
[page.columns]
firm_name = "tr[1]/td"
org_code = "tr[2]/td"
)");
  }
  void detail(int number, const std::string& name) {
    server_.put("/firm/" + std::to_string(number),
                {200,
                 "<html><meta charset=utf-8><body><table><tr><td>" + name + "</td></tr><tr><td>" + code(number) +
                     "</td></tr></table></body></html>",
                 "Content-Type: text/html; charset=utf-8\r\nETag: \"" + std::to_string(number) + "\"\r\n"});
  }
  void city(int firms, int a_page = 5) {
    for (int page = 1; (page - 1) * a_page < firms; ++page) {
      std::string body = "<html><body><ul>";
      for (int i = (page - 1) * a_page + 1; i <= std::min(firms, page * a_page); ++i) {
        body += "<li><a href='/firm/" + std::to_string(i) + "'>x</a></li>";
        detail(i, "试验" + std::to_string(i) + "科技有限公司");
      }
      body += "</ul>";
      if (page * a_page < firms) body += "<a class='next' href='?page=" + std::to_string(page + 1) + "'>n</a>";
      server_.put("/list?page=" + std::to_string(page), {200, body + "</body></html>"});
    }
  }
  void approve() {
    const auto list = list_sources(config_).value();
    store::SourceApproval approval;
    approval.source = "register";
    approval.state = store::SourceState::kApproved;
    approval.reviewer = "a test";
    approval.terms_hash = list.at(0).terms_hash;
    store_->people().decide_source(approval).value();
  }
  TestServer server_;
};

TEST_F(CrawlingHosts, ASourceThatNobodyApprovedIsNotAsked) {
  city(3);
  http_source();
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(report.outcome, SourceOutcome::kNotApproved);
  EXPECT_EQ(report.why, "未批准，未抓取");
  EXPECT_EQ(server_.count("/robots.txt"), 0);
}

TEST_F(CrawlingHosts, ASourceThatCannotBeFetchedYetIsNotAskedWhoeverApprovedIt) {
  city(3);
  http_source("not_yet = \"须登录\"");
  approve();
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(report.outcome, SourceOutcome::kNotApproved);
  EXPECT_EQ(report.why, "尚不能读取，未抓取：须登录");
  EXPECT_EQ(server_.count("/robots.txt"), 0);
}

TEST_F(CrawlingHosts, AttachmentsThatNoReaderReadsAreCountedAndNotAskedFor) {
  http_source();
  const fs::path file = root_ / "sources/register.toml";
  std::ofstream(file, std::ios::app) << "[[page.link]]\nxpath = \"//a/@href\"\nonly = '\\.pdf$'\nrole = \"unread\"\n";
  approve();
  city(2);
  server_.put("/firm/1",
              {200,
               "<html><meta charset=utf-8><a href='/list.pdf'>a</a><a href='/more.pdf'>b</a><table><tr><td>试验"
               "科技有限公司</td></tr><tr><td>" +
                   code(1) + "</td></tr></table></html>"});
  for (int night = 1; night <= 2; ++night) {
    const SourceReport report = crawl_once(night);
    EXPECT_THAT(report.why, HasSubstr("2 个附件的格式读不了（首个 " + server_.address("/list.pdf") + "）"));
    EXPECT_EQ(report.counts.fresh, night == 1 ? 2u : 0u);
  }
  EXPECT_EQ(server_.count("/list.pdf"), 0);
}

TEST_F(CrawlingHosts, WithoutAContactNothingIsAsked) {
  city(3);
  http_source();
  approve();
  config_.identity.contact.clear();
  const auto report = crawl(*store_, night(1), config_, *reference_, silent_progress(), stop_);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Errc::kConfig);
  EXPECT_EQ(server_.count("/robots.txt"), 0);
}

TEST_F(CrawlingHosts, ListsLeadToDetailsAndAnUnchangedSiteChangesNothing) {
  city(12);
  http_source();
  approve();
  const SourceReport first = crawl_once(1);
  EXPECT_EQ(first.outcome, SourceOutcome::kPublished) << first.why;
  EXPECT_EQ(first.counts.fresh, 12u);
  const SourceReport second = crawl_once(2);
  EXPECT_EQ(second.outcome, SourceOutcome::kUnchanged) << second.why;
  EXPECT_EQ(second.counts.parts_same, 15u);
  EXPECT_EQ(records(), 12u);
}

TEST_F(CrawlingHosts, AMissingPageOfACompleteSourceHoldsIt) {
  city(6);
  http_source();
  approve();
  crawl_once(1);
  server_.remove("/firm/3");
  const SourceReport held = crawl_once(2);
  EXPECT_EQ(held.outcome, SourceOutcome::kHeld);
  EXPECT_THAT(held.why, HasSubstr("来源声明为完整"));
  EXPECT_EQ(records(), 6u);
}

TEST_F(CrawlingHosts, AFirmThatLeftACompleteSourceGetsATombstone) {
  city(6);
  http_source();
  approve();
  crawl_once(1);
  city(5);
  EXPECT_EQ(crawl_once(2).counts.gone, 1u);
  EXPECT_EQ(records(), 5u);
}

TEST_F(CrawlingHosts, ANightThatWasStoppedGoesOnAndEndsAsAnUndisturbedOne) {
  city(12);
  http_source();
  approve();
  crawl_once(1);
  const auto undisturbed = dump();
  open("other");
  approve();
  config_.commit_pages = 2;
  class StopAfter : public Progress {
   public:
    StopAfter(std::atomic<bool>& stop, int pages) : stop_(stop), left_(pages) {}
    void update(std::string_view, std::uint64_t, std::uint64_t, std::string_view) override {
      if (--left_ == 0) stop_ = true;
    }
    void note(std::string_view, std::string_view) override {}

   private:
    std::atomic<bool>& stop_;
    int left_;
  };
  int stops = 0;
  while (true) {
    stop_ = false;
    StopAfter progress(stop_, 4);
    const auto report = crawl(*store_, night(1), config_, *reference_, progress, stop_);
    if (report) break;
    ASSERT_EQ(report.error().code, Errc::kCancelled);
    ++stops;
    open("other");
  }
  EXPECT_GE(stops, 2);
  EXPECT_EQ(dump(), undisturbed);
}

TEST_F(CrawlingHosts, AHostThatShutsProgramsOutIsLeftAloneForTheNight) {
  for (const int status : {412, 403}) {
    open("data" + std::to_string(status));
    city(12);
    http_source("complete = \"part\"");
    approve();
    for (int i = 1; i <= 12; ++i) server_.put("/firm/" + std::to_string(i), {status, "no", "", 0});
    const int before = server_.count("/firm/4");
    const SourceReport report = crawl_once(1);
    EXPECT_TRUE(report.stopped);
    EXPECT_EQ(report.outcome, SourceOutcome::kFailed);
    EXPECT_THAT(report.why, HasSubstr("不再访问"));
    EXPECT_EQ(server_.count("/firm/4"), before) << "asked after the host had said no";
  }
}

TEST_F(CrawlingHosts, OneForbiddenPageIsNoStopSign) {
  city(6);
  http_source("complete = \"part\"");
  approve();
  server_.put("/firm/2", {403, "no", "", 0});
  const SourceReport report = crawl_once(1);
  EXPECT_FALSE(report.stopped);
  EXPECT_EQ(report.counts.fresh, 5u);
}

TEST_F(CrawlingHosts, ALogInPageStopsTheHost) {
  city(12);
  http_source("complete = \"part\"");
  approve();
  server_.put("/firm/2", {200, "<html><body><form><input type=\"password\"></form></body></html>", "", 0});
  EXPECT_TRUE(crawl_once(1).stopped);
  EXPECT_EQ(server_.count("/firm/5"), 0);
}

TEST_F(CrawlingHosts, DamagedCapturesAreFound) {
  city(3);
  http_source();
  approve();
  crawl_once(1);
  EXPECT_TRUE(check_captures(*store_, {"register"}).value().empty());
  const auto captures = store_->facts().captures("register", std::nullopt).value();
  const fs::path file = store_->folder().captures("register") / captures.at(1).segment;
  {
    std::fstream warc(file, std::ios::binary | std::ios::in | std::ios::out);
    warc.seekp(static_cast<std::streamoff>(captures.at(1).offset + 30));
    warc << "damage";
  }
  EXPECT_EQ(check_captures(*store_, {"register"}).value().size(), 1u);
  fs::remove(file);
  EXPECT_GE(check_captures(*store_, {"register"}).value().size(), 3u);
}

TEST_F(CrawlingHosts, CapturesCanBeReadAgainWithoutTheHost) {
  city(4);
  http_source();
  approve();
  crawl_once(1);
  const int asked = server_.count("/firm/1");
  http_source("complete = \"complete\"\n# another text, another reading");
  const auto report = replay(*store_, night(2), "register", std::nullopt, config_, *reference_);
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->outcome, SourceOutcome::kUnchanged);
  EXPECT_EQ(report->counts.same, 4u);
  EXPECT_EQ(report->counts.parts, 5u);
  EXPECT_EQ(server_.count("/firm/1"), asked);
}

TEST_F(Crawling, AnOlderFileDroppedLaterDoesNotOverwriteTheNewerOne) {
  folder_source();
  std::string text;
  {
    std::ifstream in(root_ / "sources/register.toml");
    text.assign(std::istreambuf_iterator<char>(in), {});
  }
  text.replace(text.find("kind = \"firm\""), 13, "kind = \"firm\"\nstated = \"file_name\"");
  write("sources/register.toml", text);
  write("inbox/register/名录2025-06.csv", std::string(kColumns) + firm_row(1, "新址"));
  crawl_once(1);
  write("inbox/register/名录2023-06.csv", std::string(kColumns) + firm_row(1, "旧址") + firm_row(2, "别处"));
  const SourceReport second = crawl_once(2);
  EXPECT_EQ(second.counts.older, 1u);
  EXPECT_EQ(second.counts.fresh, 1u);
  const auto history = store_->facts().history("register", RecordKind::kFirm, code(1)).value();
  ASSERT_EQ(history.size(), 2u);
  EXPECT_EQ(history.back().record.get(Field::kAddress), "新址");
  EXPECT_EQ(iso(*history.front().record.stated), "2023-06-30");
  EXPECT_EQ(iso(*store_->facts().history("register", RecordKind::kFirm, code(2)).value().back().record.stated),
            "2023-06-30");
}

}  // namespace
}  // namespace tanmiao::crawler
