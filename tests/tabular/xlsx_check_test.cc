#include "tabular/xlsx_check.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace tanmiao::tabular::xlsx_check_test {
namespace {

namespace fs = std::filesystem;
using Parts = std::vector<std::pair<std::string, std::string>>;

class XlsxCheck : public ::testing::Test {
 protected:
  XlsxCheck() : path_(fs::temp_directory_path() / (std::to_string(::getpid()) + "_check.xlsx")) {}
  ~XlsxCheck() override { fs::remove(path_); }

  Status of(const Parts& parts, const std::vector<std::uint64_t>& cells) const {
    struct archive* archive = archive_write_new();
    archive_write_set_format_zip(archive);
    archive_write_open_filename(archive, path_.c_str());
    for (const auto& [name, bytes] : parts) {
      struct archive_entry* entry = archive_entry_new();
      archive_entry_set_pathname(entry, name.c_str());
      archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
      archive_entry_set_filetype(entry, AE_IFREG);
      archive_write_header(archive, entry);
      archive_write_data(archive, bytes.data(), bytes.size());
      archive_entry_free(entry);
    }
    archive_write_free(archive);
    return workbook_is_whole(path_, cells);
  }

 private:
  fs::path path_;
};

// A sheet of so many cells, each longer than a row would be, so that tags lie across the pieces that are read.
std::string sheet(int cells) {
  std::string out = "<worksheet><sheetData><row>";
  for (int i = 0; i < cells; ++i)
    out +=
        "<c r=\"A1\" t=\"inlineStr\"><is><t>" + std::string(static_cast<std::size_t>(i % 257), 'x') + "</t></is></c>";
  return out + "</row></sheetData></worksheet>";
}

const Parts kOther = {{"[Content_Types].xml", "<Types><Default/></Types>"}, {"xl/workbook.xml", "<workbook/>"}};

Parts with(Parts parts, const std::string& name, const std::string& bytes) {
  parts.emplace_back(name, bytes);
  return parts;
}

TEST_F(XlsxCheck, TakesAWholeWorkbook) {
  EXPECT_TRUE(of(with(with(kOther, "xl/worksheets/sheet1.xml", sheet(20'000)), "xl/worksheets/sheet2.xml", sheet(1)),
                 {20'000, 1}));
}

TEST_F(XlsxCheck, RefusesASheetOfFewerCells) {
  const Status status = of(with(kOther, "xl/worksheets/sheet1.xml", sheet(19'999)), {20'000});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "xl/worksheets/sheet1.xml is not whole");
}

TEST_F(XlsxCheck, RefusesASheetWithoutItsEnd) {
  const std::string whole = sheet(10);
  for (const std::size_t cut : {std::size_t{1}, std::size_t{12}, whole.size()}) {
    EXPECT_FALSE(of(with(kOther, "xl/worksheets/sheet1.xml", whole.substr(0, whole.size() - cut)), {10})) << cut;
  }
}

TEST_F(XlsxCheck, RefusesPartsThatAreEmptyCutOrMissing) {
  const Parts good = with(kOther, "xl/worksheets/sheet1.xml", sheet(2));
  EXPECT_TRUE(of(good, {2}));
  EXPECT_FALSE(of(with(good, "xl/styles.xml", ""), {2}));
  EXPECT_FALSE(of(with(good, "xl/styles.xml", "<styleSheet><fonts>"), {2}));
  EXPECT_FALSE(of(good, {2, 2}));
  EXPECT_FALSE(of(with(good, "xl/worksheets/sheet2.xml", sheet(2)), {2}));
}

TEST_F(XlsxCheck, RefusesWhatIsNoWorkbook) { EXPECT_FALSE(workbook_is_whole("/dev/null", {})); }

}  // namespace
}  // namespace tanmiao::tabular::xlsx_check_test
