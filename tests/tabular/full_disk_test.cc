// Tables out onto a full disk: what a writer begins is led to /dev/full, which takes nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "tabular/csv_writer.h"
#include "tabular/jsonl_writer.h"
#include "tabular/xlsx_writer.h"

namespace tanmiao::tabular::full_disk_test {
namespace {

namespace fs = std::filesystem;

class FullDisk : public testing::Test {
 protected:
  FullDisk() : folder_(fs::path(testing::TempDir()) / (std::to_string(::getpid()) + "_full")) {
    fs::create_directories(folder_);
    fs::create_symlink("/dev/full", path() + ".new");
  }
  ~FullDisk() override { fs::remove_all(folder_); }
  std::string path() const { return (folder_ / "名单").string(); }

  // Until a row or the end meets the full disk; a buffer may take the first rows.
  template <class Writer, class Row>
  void expect_full(Writer& writer, const Row& row) {
    Status status;
    for (int i = 0; status && i < 20000; ++i) status = writer.row(row);
    if (status) status = writer.finish();
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, Errc::kDiskFull);
    EXPECT_EQ(status.error().where, path());
    EXPECT_THAT(status.error().message, testing::HasSubstr("No space left on device"));
    EXPECT_TRUE(fs::is_empty(folder_)) << "neither the file nor its beginnings stay";
  }

 private:
  fs::path folder_;
};

TEST_F(FullDisk, OfDelimitedText) {
  auto writer = CsvWriter::create(path(), {});
  ASSERT_TRUE(writer);
  expect_full(*writer, std::vector<std::string>{"甲", "1"});
}

TEST_F(FullDisk, OfDelimitedTextThatFitsIntoTheBuffer) {
  auto writer = CsvWriter::create(path(), {});
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->row(std::vector<std::string>{"甲", "1"}));
  const Status status = writer->finish();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Errc::kDiskFull);
}

TEST_F(FullDisk, OfLinesOfJson) {
  auto writer = JsonlWriter::create(path(), {"name"});
  ASSERT_TRUE(writer);
  expect_full(*writer, std::vector<JsonCell>{{"甲", false}});
}

TEST_F(FullDisk, OfAWorkbook) {
  auto writer = XlsxWriter::create(path(), {"title", "office", make_date(2026, 11, 23)});
  ASSERT_TRUE(writer);
  SheetLayout layout;
  layout.name = "名单";
  layout.columns.resize(2);
  layout.columns[0].heading = "企业名称";
  layout.columns[1].heading = "得分";
  ASSERT_TRUE((*writer)->begin_sheet(layout));
  expect_full(**writer, std::vector<std::string>{"甲", "1"});
}

}  // namespace
}  // namespace tanmiao::tabular::full_disk_test
