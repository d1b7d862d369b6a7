// Archives in an inbox: their members are parts of the source like files.
#include "crawler/observer.h"
#include "crawler/rejects_file.h"
#include "tests/crawler/archives.h"
#include "tests/crawler/crawl_fixture.h"

namespace tanmiao::crawler::folder_archive_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string list_of(std::initializer_list<int> firms) {
  std::string out(kColumns);
  for (const int firm : firms) out += firm_row(firm);
  return out;
}

TEST_F(Crawling, MembersOfAnArchiveAreReadAndOnlyThoseAgainThatChanged) {
  folder_source();
  const std::string inner = packed({{"c.csv", list_of({3})}}, {"ustar", "gzip"});
  write("inbox/register/2026.zip",
        packed({{"d/a.csv", list_of({1})}, {"__MACOSX/d/._a.csv", "x"}, {"b.csv", list_of({2})}, {"in.tgz", inner}}));
  const SourceReport first = crawl_once(1);
  EXPECT_EQ(first.outcome, SourceOutcome::kPublished) << first.why;
  EXPECT_EQ(first.counts.fresh, 3u);
  const auto history = store_->facts().history("register", RecordKind::kFirm, code(3)).value();
  ASSERT_EQ(history.size(), 1u);
  EXPECT_EQ(history[0].record.origin.part, "2026.zip!in.tgz!c.csv");
  EXPECT_EQ(history[0].record.origin.line, 2u);

  const SourceReport same = crawl_once(2);
  EXPECT_EQ(same.outcome, SourceOutcome::kUnchanged);
  EXPECT_EQ(same.counts.read, 0u);
  EXPECT_EQ(same.counts.parts_same, 4u) << "the archive and its three members";

  write("inbox/register/2026.zip", packed({{"d/a.csv", list_of({1})},
                                           {"b.csv", std::string(kColumns) + firm_row(2, "滨州市博兴县")},
                                           {"in.tgz", inner}}));
  const SourceReport changed = crawl_once(3);
  EXPECT_EQ(changed.counts.read, 1u);
  EXPECT_EQ(changed.counts.changed, 1u);
  EXPECT_EQ(changed.counts.gone, 0u);
}

TEST_F(Crawling, AMemberThatCannotBeReadCostsItselfAndKeepsItsRecords) {
  folder_source();
  write("inbox/register/a.zip", packed({{"a.csv", list_of({1})}, {"b.csv", list_of({2})}}));
  crawl_once(1);
  write("inbox/register/a.zip", packed({{"a.csv", "企业名称\n"}, {"b.csv", list_of({2, 3})}}));
  const SourceReport report = crawl_once(2);
  EXPECT_EQ(report.outcome, SourceOutcome::kPublished) << report.why;
  EXPECT_THAT(report.why, HasSubstr("1 个文件无法读取，沿用已有数据：a.zip!a.csv（"));
  EXPECT_EQ(report.counts.gone, 0u);
  EXPECT_EQ(records(), 3u);
  EXPECT_THAT(crawl_once(3).why, HasSubstr("a.zip!a.csv")) << "told for as long as it lies there";
}

// Of a source that is complete, what is not read would be gone.
TEST_F(Crawling, AMemberThatCannotBeReadHoldsACompleteSource) {
  folder_source("[contract.fill]\n");
  std::ofstream(root_ / "sources/register.toml", std::ios::app) << "\n";
  std::ifstream in(root_ / "sources/register.toml");
  std::string text{std::istreambuf_iterator<char>(in), {}};
  text.insert(text.find("[contract]"), "complete = \"complete\"\n");
  write("sources/register.toml", text);
  write("inbox/register/a.zip", packed({{"a.csv", list_of({1})}, {"b.csv", list_of({2})}}));
  crawl_once(1);
  write("inbox/register/a.zip", packed({{"a.csv", "企业名称\n"}, {"b.csv", list_of({2, 3})}}));
  const SourceReport report = crawl_once(2);
  EXPECT_EQ(report.outcome, SourceOutcome::kHeld);
  EXPECT_THAT(report.why, HasSubstr("1 个文件无法读取，沿用已有数据：a.zip!a.csv"));
  EXPECT_EQ(records(), 2u);
}

TEST_F(Crawling, AnArchiveThatIsCutOffCostsItselfOnly) {
  folder_source();
  std::string bytes = packed({{"a.csv", list_of({1})}, {"b.csv", list_of({2})}});
  bytes.resize(bytes.size() / 3);
  write("inbox/register/a.zip", bytes);
  write("inbox/register/c.csv", list_of({3}));
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(report.outcome, SourceOutcome::kPublished);
  EXPECT_THAT(report.lost_files, ElementsAre(HasSubstr("a.zip!a.csv（压缩包已损坏")));
  EXPECT_EQ(records(), 1u);
}

// Written while it is read: which members it has nobody knows, though each was whole.
TEST_F(Crawling, AnArchiveThatIsWrittenWhileItIsReadIsOpenedAgain) {
  struct Writes : Observer {
    void on(const CrawlEvent& event) override {
      if (event.kind == CrawlEvent::Kind::kFetched)
        fs::last_write_time(file, fs::last_write_time(file) + std::chrono::seconds(1));
    }
    fs::path file;
  } writes;
  folder_source();
  writes.file = root_ / "inbox/register/a.zip";
  write("inbox/register/a.zip", packed({{"a.csv", list_of({1})}, {"b.csv", list_of({2})}}));
  config_.observer = &writes;
  const SourceReport first = crawl_once(1);
  config_.observer = nullptr;
  EXPECT_THAT(first.lost_files, ElementsAre(HasSubstr("a.zip（文件在读取期间被改写")));
  const SourceReport second = crawl_once(2);
  EXPECT_THAT(second.lost_files, testing::IsEmpty());
  EXPECT_EQ(second.counts.parts, 3u) << "the archive and its members";
  EXPECT_EQ(records(), 2u);
}

// By a reader that is a program of its own, before which somebody writes the file anew: with the same bytes, as a copy
// in the night does.
TEST_F(Crawling, AFileThatIsWrittenWhileItIsReadIsReadAgain) {
  const fs::path reader = fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "apps/tanmiao-read";
  if (!fs::exists(reader)) GTEST_SKIP() << "there is no " << reader;
  folder_source();
  write("inbox/register/a.csv", list_of({1}));
  write("inbox/register/b.csv", list_of({2}));
  write("reader", "#!/bin/sh\ntouch -d 2001-01-01 '" + (root_ / "inbox/register/a.csv").string() + "'\nexec '" +
                      reader.string() + "' \"$@\"\n");
  fs::permissions(root_ / "reader", fs::perms::owner_all);
  config_.reader.program = root_ / "reader", config_.reader.reference = fs::absolute("config/reference");
  const SourceReport first = crawl_once(1);
  EXPECT_THAT(first.lost_files, ElementsAre(HasSubstr("a.csv（文件在读取期间被改写")));
  EXPECT_EQ(records(), 1u);
  config_.reader.program = reader;
  EXPECT_EQ(crawl_once(2).counts.fresh, 1u);
  EXPECT_EQ(records(), 2u);
}

TEST_F(Crawling, ASingleGzipStaysAFileOfItsReader) {
  folder_source();
  write("inbox/register/a.csv.gz", packed({{"x", list_of({1})}}, {"raw", "gzip"}));
  EXPECT_EQ(crawl_once(1).counts.fresh, 1u);
  EXPECT_EQ(store_->facts().history("register", RecordKind::kFirm, code(1)).value().at(0).record.origin.part,
            "a.csv.gz");
}

TEST_F(Crawling, ARowOfAMemberIsMendedUnderItsPlace) {
  folder_source();
  write("inbox/register/a.zip", packed({{"d/a.csv", list_of({1}) + "缺编号有限公司,,2015-06-02,滨州市\n"}}));
  const SourceReport first = crawl_once(1);
  auto rows = read_rejects_file(first.rejects_file).value();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].part, "a.zip!d/a.csv");
  rows[0].row = "缺编号有限公司," + code(8) + ",2015-06-02,滨州市";
  ASSERT_TRUE(write_rejects_file(root_ / "mended.csv", rows));
  const auto fed = feed_rejects(*store_, night(2), "register", root_ / "mended.csv", config_, *reference_);
  ASSERT_TRUE(fed) << fed.error().text();
  EXPECT_EQ(fed->counts.fresh, 1u);
}

TEST_F(Crawling, AFileOfAnArchiveIsShownByParse) {
  folder_source();
  write("a.zip", packed({{"a.csv", list_of({1})}, {"bad.csv", "企业名称\n"}}));
  const auto got = parse_file("register", root_ / "a.zip", config_, *reference_);
  ASSERT_TRUE(got) << got.error().text();
  EXPECT_EQ(got->records.size(), 1u);
  ASSERT_EQ(got->rejects.size(), 1u);
  EXPECT_EQ(got->rejects[0].part, "a.zip!bad.csv");
}

}  // namespace
}  // namespace tanmiao::crawler::folder_archive_test
