// Whole crawls of a night over folders of files.
#include <set>

#include "core/hash.h"
#include "crawler/file_reader.h"
#include "crawler/rejects_file.h"
#include "tests/crawler/crawl_fixture.h"

namespace tanmiao::crawler::folder_crawl_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

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

// Of a file that is too long to be held records are made by another thread than stores them.
TEST_F(Crawling, ALongFileIsStoredInTheOrderOfItsRows) {
  constexpr int kRows = 40'000;
  folder_source();
  std::string rows(kColumns), road = "滨州市滨城区渤海路";
  for (int i = 0; i < 10; ++i) road += "与黄河路交叉口";
  for (int i = 0; i < kRows; ++i) rows += firm_row(i, road);
  rows += firm_row(3, "滨州市博兴县") + "，没有编号,,,\n";
  ASSERT_GT(rows.size(), kHeldEvents);
  write("inbox/register/a.csv", rows);
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(report.counts.read, std::uint64_t{kRows} + 2);
  EXPECT_EQ(report.counts.fresh, std::uint64_t{kRows});
  EXPECT_EQ(report.counts.contested, 1u);
  EXPECT_EQ(report.counts.rejected, 1u);
  EXPECT_EQ(records(), std::size_t{kRows});
  const auto twice = store_->facts().history("register", RecordKind::kFirm, code(3)).value();
  ASSERT_EQ(twice.size(), 1u);
  EXPECT_EQ(twice[0].record.get(Field::kAddress), "滨州市博兴县") << "the later row counts";
  // What its bytes are was found out while it was read.
  const auto captures = store_->facts().captures("register", std::nullopt).value();
  ASSERT_EQ(captures.size(), 1u);
  EXPECT_EQ(captures[0].bytes, rows.size());
  EXPECT_EQ(captures[0].bytes_hash, hash64(rows));
  EXPECT_EQ(captures[0].id, twice[0].record.origin.capture);
  const SourceReport again = crawl_once(2);
  EXPECT_EQ(again.counts.parts_same, 1u);
  EXPECT_EQ(again.counts.read, 0u);
  write("inbox/register/a.csv", rows.substr(0, rows.size() / 2) + "\n");
  EXPECT_EQ(crawl_once(3).counts.parts_same, 0u);
  EXPECT_THAT(store_->facts().check().value(), ::testing::IsEmpty());
}

// It is stored while it is read, and breaks off when most of it is in the store.
TEST_F(Crawling, OfALongFileThatBreaksOffNothingIsKept) {
  constexpr int kRows = 40'000;
  folder_source();
  std::string rows(kColumns), road = "滨州市滨城区渤海路";
  for (int i = 0; i < 10; ++i) road += "与黄河路交叉口";
  for (int i = 1; i < kRows; ++i) rows += firm_row(i, road + std::to_string(i * 7919 % 10'007));
  write("inbox/register/b.csv", rows);
  ASSERT_EQ(std::system(("gzip -k '" + (root_ / "inbox/register/b.csv").string() + "'").c_str()), 0);
  fs::remove(root_ / "inbox/register/b.csv");
  const fs::path packed = root_ / "inbox/register/b.csv.gz";
  const auto size = fs::file_size(packed);
  fs::copy_file(packed, root_ / "whole.gz");
  fs::resize_file(packed, size - size / 8);
  write("inbox/register/a.csv", std::string(kColumns) + firm_row(0));
  write("inbox/register/c.csv", std::string(kColumns) + firm_row(kRows));
  const SourceReport report = crawl_once(1);
  EXPECT_THAT(report.lost_files, ElementsAre(HasSubstr("b.csv.gz（")));
  EXPECT_EQ(report.counts.fresh, 2u);
  EXPECT_EQ(report.counts.read, 2u);
  EXPECT_EQ(records(), 2u) << "not even their keys";
  fs::copy_file(root_ / "whole.gz", packed, fs::copy_options::overwrite_existing);
  EXPECT_EQ(crawl_once(2).counts.fresh, std::uint64_t{kRows} - 1);
  EXPECT_EQ(records(), std::size_t{kRows} + 1);
  EXPECT_THAT(store_->facts().check().value(), ::testing::IsEmpty());
}

TEST_F(Crawling, FilesThatCannotBeReadCostThemselvesOnlyAndAreAllNamed) {
  folder_source();
  write("inbox/register/a.csv", std::string(kColumns) + firm_row(1));
  crawl_once(1);
  write("inbox/register/a.csv", std::string(kColumns) + firm_row(1, "滨州市博兴县") + firm_row(2));
  write("inbox/register/b.csv", std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03garbage", 17));
  write("inbox/register/c.csv", "没有表头\n");
  write("inbox/register/d.csv", std::string(kColumns) + firm_row(4));
  const SourceReport report = crawl_once(2, false);
  EXPECT_EQ(report.outcome, SourceOutcome::kPublished);
  EXPECT_THAT(report.why, HasSubstr("2 个文件无法读取，沿用已有数据：b.csv（"));
  EXPECT_THAT(report.lost_files, ElementsAre(HasSubstr("b.csv（"), HasSubstr("c.csv（前 30 行中没有表头")));
  EXPECT_EQ(records(), 3u);
  const SourceReport taken_up = crawl_once(2);
  EXPECT_EQ(taken_up.lost_files, report.lost_files) << "a night that goes on tells them too";
  EXPECT_EQ(taken_up.lost_count, 2u);
  EXPECT_THAT(crawl_once(3).lost_files, ::testing::SizeIs(2)) << "told for as long as they lie there";
  write("inbox/register/b.csv", std::string(kColumns) + firm_row(5));
  write("inbox/register/c.csv", std::string(kColumns) + firm_row(6));
  EXPECT_THAT(crawl_once(4).lost_files, ::testing::IsEmpty());
  EXPECT_EQ(records(), 5u);
}

TEST_F(Crawling, ASourceOfWhichNothingCanBeReadIsHeld) {
  folder_source();
  write("inbox/register/a.csv", std::string(kColumns) + firm_row(1));
  crawl_once(1);
  write("inbox/register/a.csv", "企业名称\n");
  const SourceReport held = crawl_once(2);
  EXPECT_EQ(held.outcome, SourceOutcome::kHeld);
  EXPECT_THAT(held.why, HasSubstr("a.csv（第 1 行：缺少“组织机构代码”一列"));
  EXPECT_EQ(records(), 1u);
}

// Nothing says so of a first delivery whose rows are not where the description looks for them.
TEST_F(Crawling, ASourceThatNeverGaveARecordSaysSo) {
  folder_source();
  write("inbox/register/a.csv", std::string(kColumns));
  const SourceReport first = crawl_once(1);
  EXPECT_TRUE(first.no_records_yet && first.first_delivery);
  EXPECT_THAT(first.why, HasSubstr("读到 1 个文件，没有一条记录"));
  const SourceReport second = crawl_once(2);
  EXPECT_TRUE(second.no_records_yet);
  EXPECT_FALSE(second.first_delivery);
  write("inbox/register/a.csv", std::string(kColumns) + firm_row(1));
  EXPECT_FALSE(crawl_once(3).no_records_yet);
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
  const SourceReport report = crawl_once(1);
  EXPECT_EQ(report.counts.parts, 0u);
  EXPECT_THAT(report.why, HasSubstr("a.csv（链接，不读）"));
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

// What a held reading gave is shown for as long as it is the last; then the file is what the published readings left.
TEST_F(Crawling, AfterAHeldNightTheRowsOfFilesThatDidNotChangeAreThereAgain) {
  folder_source("most_rows = 2");
  const std::string bad = "坏日期有限公司,100000019,二零一九年九十月,滨州市\n";
  const std::string a = std::string(kColumns) + firm_row(1) + bad, b = std::string(kColumns) + firm_row(2) + bad;
  write("inbox/register/a.csv", a);
  write("inbox/register/b.csv", b);
  const fs::path file = crawl_once(1).rejects_file;
  const auto places = [&] {
    std::set<std::string> found;
    for (const auto& row : read_rejects_file(file).value()) found.insert(row.part + ":" + std::to_string(row.line));
    return found;
  };
  ASSERT_THAT(places(), ElementsAre("a.csv:3", "b.csv:3"));
  write("inbox/register/a.csv", std::string(kColumns) + firm_row(1) + firm_row(3) + bad);
  ASSERT_EQ(crawl_once(2).outcome, SourceOutcome::kHeld);
  EXPECT_THAT(places(), ElementsAre("a.csv:4", "b.csv:3"));
  ASSERT_EQ(crawl_once(3).outcome, SourceOutcome::kHeld);
  EXPECT_THAT(places(), ElementsAre("a.csv:4", "b.csv:3"));
  write("inbox/register/a.csv", a);
  const SourceReport after = crawl_once(4);
  EXPECT_EQ(after.counts.parts_same, 2u);
  EXPECT_EQ(after.rejects_file, file.string());
  EXPECT_THAT(places(), ElementsAre("a.csv:3", "b.csv:3"));
  EXPECT_FALSE(fs::exists(file.string() + ".before"));
}

TEST_F(Crawling, ARowThatWasFedDuringAHeldNightDoesNotComeBack) {
  folder_source("most_rows = 2");
  const std::string a = std::string(kColumns) + firm_row(1) + "缺编号有限公司,,2015-06-02,滨州市\n";
  write("inbox/register/a.csv", a);
  const fs::path file = crawl_once(1).rejects_file;
  write("inbox/register/b.csv", std::string(kColumns) + firm_row(2) + firm_row(3));
  ASSERT_EQ(crawl_once(2).outcome, SourceOutcome::kHeld);
  auto rows = read_rejects_file(file).value();
  ASSERT_EQ(rows.size(), 1u);
  rows[0].row = "缺编号有限公司," + code(8) + ",2015-06-02,滨州市";
  ASSERT_TRUE(write_rejects_file(root_ / "mended.csv", rows));
  ASSERT_TRUE(feed_rejects(*store_, night(3), "register", root_ / "mended.csv", config_, *reference_));
  EXPECT_FALSE(fs::exists(file));
  fs::remove(root_ / "inbox/register/b.csv");
  crawl_once(4);
  EXPECT_FALSE(fs::exists(file));
}

// Mended rows are no delivery: the one that was held is still there to be accepted, and so is what was accepted.
TEST_F(Crawling, RowsThatAreFedDoNotEndAHold) {
  for (const bool accept_first : {false, true}) {
    open(accept_first ? "accepted first" : "fed first");
    folder_source("least_rows = 3");
    const std::string bad = "缺编号有限公司,,2015-06-02,滨州市\n";
    std::string rows(kColumns);
    for (int i = 1; i <= 10; ++i) rows += firm_row(i);
    write("inbox/register/a.csv", rows + bad);
    const fs::path file = crawl_once(1).rejects_file;
    write("inbox/register/a.csv", std::string(kColumns) + firm_row(1) + firm_row(2) + bad);
    ASSERT_EQ(crawl_once(2).outcome, SourceOutcome::kHeld);
    const auto accept = [&] {
      return accept_held(*store_, "register", {"某科", "属实", Instant(make_date(2026, 1, 4))}, config_);
    };
    if (accept_first) {
      EXPECT_TRUE(accept());
    }
    auto mended = read_rejects_file(file).value();
    ASSERT_EQ(mended.size(), 1u);
    mended[0].row = "缺编号有限公司," + code(80) + ",2015-06-02,滨州市";
    ASSERT_TRUE(write_rejects_file(root_ / "mended.csv", mended));
    const store::Night now = night(3);
    const auto fed = feed_rejects(*store_, now, "register", root_ / "mended.csv", config_, *reference_);
    ASSERT_TRUE(fed) << fed.error().text();
    EXPECT_EQ(fed->outcome, SourceOutcome::kPublished);
    EXPECT_EQ(store_->facts().held_batches("register").value().size(), 1u);
    if (!accept_first) {
      EXPECT_TRUE(accept());
    }
    EXPECT_EQ(crawl_once(3).outcome, SourceOutcome::kPublished) << "also in the night of the feed";
    EXPECT_TRUE(store_->facts().held_batches("register").value().empty());
  }
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
              ElementsAre("登记状态：停业整顿 ×1", "行业代码版本：未注明，代码在 2011、2017 两版中含义不同 ×1"));
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
}  // namespace tanmiao::crawler::folder_crawl_test
