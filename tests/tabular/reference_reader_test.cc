// A table of config/reference that does not fit names file and line.
#include "tabular/reference_reader.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <fstream>

namespace tanmiao::tabular::reference_reader_test {
namespace {

namespace fs = std::filesystem;

// A copy of the shipped tables that a test may break.
class ReferenceReader : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) / ("reference_" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    fs::copy("config/reference", folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& file, const std::string& text) {
    std::ofstream(folder_ / file, std::ios::binary) << text;
  }
  Error error() const {
    const auto loaded = load_reference(folder_);
    EXPECT_FALSE(loaded);
    return loaded ? Error{} : loaded.error();
  }
  std::string at(const std::string& file, int line) const {
    return (folder_ / file).string() + ":" + std::to_string(line);
  }

  fs::path folder_;
};

TEST_F(ReferenceReader, WordOutsideTheListNamesFileAndLine) {
  write("status_words.csv", "word,status\n存续,ACTIVE\n歇着,RESTING\n");
  EXPECT_EQ(error().code, Errc::kConfig);
  EXPECT_EQ(error().where, at("status_words.csv", 3));
  EXPECT_NE(error().message.find("RESTING"), std::string::npos);
}

TEST_F(ReferenceReader, ShortRowAndBadCodeNameFileAndLine) {
  write("retired.csv", "code,name,successor\n\n371624,沾化县\n");
  EXPECT_EQ(error().where, at("retired.csv", 3));
  write("retired.csv", "code,name,successor\n37162x,沾化县,371603\n");
  EXPECT_EQ(error().where, at("retired.csv", 2));
}

TEST_F(ReferenceReader, MarkOfAnUnknownIndustryNamesFileAndLine) {
  write("industry_marks.csv", "industry,kind,mark,weight\nnone,word,铝,1\n");
  EXPECT_EQ(error().where, at("industry_marks.csv", 2));
}

TEST_F(ReferenceReader, MissingTableIsNamedAndAnOptionalOneIsNot) {
  fs::remove(folder_ / "ipc_titles.csv");
  EXPECT_TRUE(load_reference(folder_));
  fs::remove(folder_ / "surnames.csv");
  EXPECT_EQ(error().code, Errc::kIo);
  EXPECT_EQ(error().where, (folder_ / "surnames.csv").string());
}

TEST_F(ReferenceReader, BadRowsOfTheTablesOfNamesNameFileAndLine) {
  const std::array<std::array<std::string, 2>, 11> cases{{
      {"name_regions.csv", "code,name\n110101,东城区\n11010x,西城区\n"},
      {"region_abbreviations.csv", "char,code\n鲁,370000\n山东,370000\n"},
      {"region_abbreviations.csv", "char,code\n鲁,370000\n苏,江苏\n"},
      {"han.csv", "char,readings,four_corner,cangjie\n甲,jia,6050.0,WL\n甲乙,jia,6050.0,WL\n"},
      {"han.csv", "char,readings,four_corner,cangjie\n甲,jia,6050.0,WL\n乙,yi\n"},
      {"latin_words.csv", "word,kind,canonical,chinese\nco,form,,\ntech,trade,technology,科技\n"},
      {"latin_words.csv", "word,kind,canonical,chinese\nco,form,,\ntech\n"},
      {"product_words.csv", "word,same,gbt,ipc,source\n铝箔,,C3252,B21B1/40,a\n电解铝,原铝,C9999,,a\n"},
      {"product_words.csv", "word,same,gbt,ipc,source\n铝箔,,C3252,B21B1/40,a\n电解铝,原铝,C3216,25C,a\n"},
      {"product_words.csv", "word,same,gbt,ipc,source\n铝箔,,C3252,B21B1/40,a\n电解铝,铝箔,C3216,,a\n"},
      {"product_words.csv", "word,same,gbt,ipc,source\n铝箔,,C3252,B21B1/40,a\n电解铝,原铝,C3216,,\n"},
  }};
  for (const auto& [file, text] : cases) {
    SetUp();
    write(file, text);
    EXPECT_EQ(error().where, at(file, 3)) << text;
    EXPECT_EQ(error().code, Errc::kConfig) << text;
  }
}

// A folder of before names were compared still loads; characters are then compared as they stand.
TEST_F(ReferenceReader, TablesOfNamesMayBeMissing) {
  for (const char* file :
       {"name_regions.csv", "region_abbreviations.csv", "han.csv", "latin_words.csv", "product_words.csv"})
    fs::remove(folder_ / file);
  const auto loaded = load_reference(folder_);
  ASSERT_TRUE(loaded) << loaded.error().text();
  EXPECT_TRUE((*loaded)->han.empty());
  EXPECT_TRUE((*loaded)->latin_words.empty());
  EXPECT_TRUE((*loaded)->region_abbreviations.empty());
  EXPECT_EQ((*loaded)->region_code("山东省滨州市"), 371600u);
}

TEST_F(ReferenceReader, TablesOfNamesAreTaken) {
  const auto loaded = load_reference(folder_);
  ASSERT_TRUE(loaded) << loaded.error().text();
  const Reference& reference = **loaded;
  EXPECT_TRUE(reference.han.same_sound(U'泰', U'太'));
  EXPECT_EQ(reference.region_abbreviations.at(U'鲁'), std::vector<std::uint32_t>{370000});
  EXPECT_EQ(reference.region_code("海淀区"), 110108u);
  EXPECT_GT(reference.latin_words.size(), 500u);
  EXPECT_GT(reference.product_words.size(), 30u);
}

TEST_F(ReferenceReader, DigestChangesWithAnyTable) {
  const auto before = load_reference(folder_).value()->digest;
  std::ofstream(folder_ / "surnames.csv", std::ios::app) << "甲乙\n";
  EXPECT_NE(load_reference(folder_).value()->digest, before);
}

}  // namespace
}  // namespace tanmiao::tabular::reference_reader_test
