// The public CSV suites (csv-spectrum, csv-test-data) with the rows they expect, and what becomes of their bad files.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tabular/reader.h"

namespace tanmiao::tabular::csv_suite_test {
namespace {

namespace fs = std::filesystem;
using Rows = std::vector<std::vector<std::string>>;

fs::path suite() {
  const char* shared = std::getenv("TANMIAO_SHARED");
  return fs::path(shared == nullptr ? "../shared" : shared) / "data/formats/csv-suite";
}

struct Read {
  Rows rows;
  std::vector<std::string> problems;
};

Read read(const fs::path& path) {
  ReadOptions options;
  options.dialect.delimiter = ',';
  auto reader = open_rows(path, options);
  EXPECT_TRUE(reader) << reader.error().text();
  Read out;
  Row row;
  while ((*reader)->next(row).value()) {
    if (row.bad()) {
      out.problems.push_back(std::to_string(row.line) + ": " + row.problem);
    } else {
      out.rows.emplace_back(row.cells.begin(), row.cells.end());
    }
  }
  return out;
}

boost::json::value json_of(const fs::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return boost::json::parse(text.str());
}

// The copies of the *_crlf files have lost their CRs on the way; their expectations still have them.
std::string without_cr(std::string s) {
  std::erase(s, '\r');
  return s;
}

// An expectation is a list of rows, or a list of objects by heading.
void expect_rows(const boost::json::value& expected, const Rows& rows, const std::string& what) {
  const auto& list = expected.as_array();
  const bool objects = !list.empty() && list[0].is_object();
  const std::size_t first = objects ? 1 : 0;
  if (list.empty()) {
    EXPECT_LE(rows.size(), 1U) << what;  // a header alone
    return;
  }
  ASSERT_EQ(rows.size(), list.size() + first) << what;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto& row = rows[i + first];
    if (!objects) {
      EXPECT_EQ(row, boost::json::value_to<std::vector<std::string>>(list[i])) << what;
      continue;
    }
    ASSERT_EQ(row.size(), list[i].as_object().size()) << what;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string cell(list[i].as_object().at(rows[0][c]).as_string());
      EXPECT_EQ(row[c], what.ends_with("_crlf") ? without_cr(cell) : cell) << what;
    }
  }
}

class CsvSuite : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(suite())) GTEST_SKIP() << "the CSV suites are not at " << suite();
  }
};

TEST_F(CsvSuite, EveryGoodFileGivesTheExpectedRows) {
  int files = 0;
  for (const auto& [csvs, jsons] :
       {std::pair("csv-spectrum/csvs", "csv-spectrum/json"), std::pair("csv-test-data/csv", "csv-test-data/json")}) {
    for (const auto& entry : fs::directory_iterator(suite() / csvs)) {
      const std::string stem = entry.path().stem().string();
      if (stem.starts_with("bad-")) continue;
      ++files;
      const Read got = read(entry.path());
      EXPECT_TRUE(got.problems.empty()) << stem;
      expect_rows(json_of(suite() / jsons / (stem + ".json")), got.rows, stem);
    }
  }
  EXPECT_EQ(files, 29);
}

struct BadCase {
  const char* file;
  Rows rows;
  std::size_t problems;
};

TEST_F(CsvSuite, BadFilesLoseNoMoreThanTheirBadRows) {
  const std::vector<BadCase> cases = {
      // The number of cells is the business of whoever knows the columns: the reader gives what is there.
      {"bad-header-less-fields", {{"foo", "bar", "baz"}, {"1", "2"}}, 0},
      {"bad-header-more-fields", {{"foo", "bar", "baz"}, {"1", "2", "3", "4"}}, 0},
      {"bad-header-no-header", {}, 0},
      {"bad-header-wrong-header", {{"qux", "quux", "quuz"}}, 0},
      {"bad-missing-quote", {{"foo", "bar", "baz"}}, 1},
      {"bad-quotes-with-unescaped-quote", {{"foo", "bar", "baz"}}, 1},
      // A quote inside an unquoted cell is text: registries write 5" and "quotes" so.
      {"bad-unescaped-quote", {{"foo", "bar", "baz"}, {"1", "This \"quotes\" must be escaped", "3"}}, 0},
  };
  for (const BadCase& bad : cases) {
    const Read got = read(suite() / "csv-test-data/csv" / (std::string(bad.file) + ".csv"));
    EXPECT_EQ(got.rows, bad.rows) << bad.file;
    EXPECT_EQ(got.problems.size(), bad.problems) << bad.file;
  }
}

}  // namespace
}  // namespace tanmiao::tabular::csv_suite_test
