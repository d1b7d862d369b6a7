// Folders are kept while tables gain columns: what a folder does not have reads as its declared value.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/columns/table.h"
#include "store_fixture.h"

namespace tanmiao::store::added_columns_test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class AddedColumns : public ::testing::Test {
 protected:
  AddedColumns() : folder_(fresh_folder()) { std::filesystem::create_directories(folder_); }
  ~AddedColumns() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_;
};

// A table as two versions of a program know it.
template <class Mode>
struct Before {
  Column<Mode, std::uint32_t> number;
  Column<Mode, std::string> name;
  template <class F>
  void each(F&& f) {
    f("t.number", number), f("t.name", name);
  }
};
template <class Mode>
struct After {
  Column<Mode, std::uint32_t> number;
  Column<Mode, std::string> name, note;
  Column<Mode, std::int32_t> staff;
  Column<Mode, PackedText> long_note;
  template <class F>
  void each(F&& f) {
    f("t.number", number), f("t.name", name), added(f, "t.note", note, "无"), added(f, "t.staff", staff, -1);
    added(f, "t.long_note", long_note, "未说明");
  }
};

TEST_F(AddedColumns, AnAddedColumnHasItsValueInEveryRowAndLeavesTheDigestAlone) {
  Before<Build> old;
  old.number = {4, 5};
  old.name.push_back("甲"), old.name.push_back("乙");
  auto writer = ColumnFolderWriter::create(folder_ / "old").value();
  ASSERT_TRUE(TableWriter(writer).write(old));
  const std::string digest = writer.digest();
  ASSERT_TRUE(writer.finish(R"({"civil_date":"2026-11-25"})"));

  const auto reader = ColumnFolderReader::open(folder_ / "old").value();
  After<Mapped> read;
  ASSERT_TRUE(TableReader(reader).read(read));
  EXPECT_THAT(read.number.span(), ElementsAre(4, 5));
  EXPECT_THAT(read.staff.span(), ElementsAre(-1, -1));
  EXPECT_EQ(read.name[1], "乙");
  ASSERT_EQ(read.note.size(), 2u);
  EXPECT_EQ(read.note[0], "无");
  EXPECT_EQ(read.note[1], "无");
  ASSERT_EQ(read.long_note.size(), 2u);
  EXPECT_EQ(read.long_note.read(1).value(), "未说明");
  EXPECT_EQ(reader.digest(), digest);
  EXPECT_THAT(reader.check().value(), IsEmpty());

  After<Build> now;
  now.number = old.number;
  for (std::size_t row = 0; row < old.name.size(); ++row) now.name.push_back(old.name[row]);
  now.note.push_back("是"), now.note.push_back("");
  now.staff = {7, -1};
  now.long_note.push_back("长"), now.long_note.push_back("");
  auto again = ColumnFolderWriter::create(folder_ / "now").value();
  ASSERT_TRUE(TableWriter(again).write(now));
  EXPECT_NE(again.digest(), digest);
  ASSERT_TRUE(again.finish("{}"));
  const auto newer = ColumnFolderReader::open(folder_ / "now").value();
  ASSERT_TRUE(TableReader(newer).read(read));
  EXPECT_EQ(read.note[0], "是") << "what the folder has counts";
  EXPECT_THAT(read.staff.span(), ElementsAre(7, -1));
  EXPECT_EQ(read.long_note.read(0).value(), "长");
}

TEST_F(AddedColumns, TheDigestTellsOfTheColumnsAndOfNothingElse) {
  Before<Build> table;
  table.number = {4};
  table.name.push_back("甲");
  std::vector<std::string> digests;
  for (const char* manifest : {"{}", R"({"civil_date":"2026-11-25","firms":3})"}) {
    auto writer = ColumnFolderWriter::create(folder_ / std::to_string(digests.size())).value();
    ASSERT_TRUE(TableWriter(writer).write(table));
    ASSERT_TRUE(writer.finish(manifest));
    digests.push_back(ColumnFolderReader::open(folder_ / std::to_string(digests.size())).value().digest());
  }
  EXPECT_EQ(digests[0], digests[1]);
}

TEST_F(AddedColumns, AMissingColumnThatIsRequiredIsNamedWithItsFolder) {
  auto writer = ColumnFolderWriter::create(folder_ / "half").value();
  ASSERT_TRUE(writer.write("t.number", std::vector<std::uint32_t>{4}));
  ASSERT_TRUE(writer.finish("{}"));
  const auto reader = ColumnFolderReader::open(folder_ / "half").value();
  After<Mapped> read;
  const Status status = TableReader(reader).read(read);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Errc::kCorrupt);
  EXPECT_EQ(status.error().where, (folder_ / "half" / "t.name.col").string());
}

}  // namespace
}  // namespace tanmiao::store::added_columns_test
