// Reading delimited text: dialects, charsets, gzip, and what becomes of broken rows.
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tabular/reader.h"

namespace tanmiao::tabular::csv_reader_test {
namespace {

struct Read {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::uint32_t> lines;
  std::vector<std::string> problems;  // "line: problem"
  std::vector<std::string> raw_bad;
  std::string error;
  std::string description;
};

Read read_to_end(RowReader& reader) {
  Read out;
  Row row;
  for (;;) {
    auto more = reader.next(row);
    if (!more) {
      out.error = more.error().text();
      EXPECT_FALSE(reader.next(row).value()) << "an error is given once, then the end";
      break;
    }
    if (!*more) break;
    if (row.bad()) {
      out.problems.push_back(std::to_string(row.line) + ": " + row.problem);
      out.raw_bad.emplace_back(row.raw);
      continue;
    }
    out.rows.emplace_back(row.cells.begin(), row.cells.end());
    out.lines.push_back(row.line);
  }
  out.description = reader.description();
  return out;
}

Read read(std::string bytes, const ReadOptions& options = {}) {
  auto reader = read_rows(std::move(bytes), "t.csv", options);
  if (!reader) return {{}, {}, {}, {}, reader.error().text(), {}};
  return read_to_end(**reader);
}

using Rows = std::vector<std::vector<std::string>>;

std::string gzip(const std::string& plain) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(compressBound(static_cast<uLong>(plain.size())) + 64, '\0');
  std::string in = plain;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

const std::string kGbk =
    "\xC6\xF3\xD2\xB5\xC3\xFB\xB3\xC6,\xB4\xFA\xC2\xEB\n\xB1\xF5\xD6\xDD,1\n";  // 企业名称,代码 / 滨州,1

TEST(CsvReader, GivesRowsWithTheLineEachBeginsOn) {
  const Read got = read("a,b\n1,\"x\ny\"\n2,z\n");
  EXPECT_EQ(got.rows, (Rows{{"a", "b"}, {"1", "x\ny"}, {"2", "z"}}));
  EXPECT_EQ(got.lines, (std::vector<std::uint32_t>{1, 2, 4}));
}

TEST(CsvReader, TakesEveryLineEnd) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    const Read got = read("a,b" + end + "\"1\"" + ",2" + end + "3,\"4\"");
    EXPECT_EQ(got.rows, (Rows{{"a", "b"}, {"1", "2"}, {"3", "4"}})) << testing::PrintToString(end);
    EXPECT_EQ(got.lines, (std::vector<std::uint32_t>{1, 2, 3}));
  }
}

TEST(CsvReader, GivesEmptyLinesAsBlankRows) {
  const Read got = read("a\n\nb\n");
  EXPECT_EQ(got.rows, (Rows{{"a"}, {""}, {"b"}}));
}

TEST(CsvReader, FindsTheDelimiter) {
  EXPECT_EQ(read("a;b;c\n1;2,5;3\n").rows, (Rows{{"a", "b", "c"}, {"1", "2,5", "3"}}));
  EXPECT_EQ(read("a\tb\n1,2,3\t4\n").rows, (Rows{{"a", "b"}, {"1,2,3", "4"}}));
  EXPECT_EQ(read("a|b\n1|2\n").rows, (Rows{{"a", "b"}, {"1", "2"}}));
}

TEST(CsvReader, KeepsQuotesInsideUnquotedCells) {
  EXPECT_EQ(read("a,5\" pipe,\"x \"\"y\"\"\"\n").rows, (Rows{{"a", "5\" pipe", "x \"y\""}}));
}

TEST(CsvReader, LosesOnlyTheLineOfAForgottenQuote) {
  const Read got = read("a,b\n1,\"open\n2,x\n3,\"fine\"\n4,y\n");
  EXPECT_EQ(got.rows, (Rows{{"a", "b"}, {"2", "x"}, {"3", "fine"}, {"4", "y"}}));
  EXPECT_EQ(got.lines, (std::vector<std::uint32_t>{1, 3, 4, 5}));
  ASSERT_EQ(got.problems.size(), 1U);
  EXPECT_EQ(got.problems[0].substr(0, 2), "2:");
  EXPECT_EQ(got.raw_bad[0], "1,\"open");
}

TEST(CsvReader, NamesTextBehindAClosingQuote) {
  const Read got = read("1,\"a\" b,2\n3,4,5\n");
  ASSERT_EQ(got.problems.size(), 1U);
  EXPECT_EQ(got.problems[0],
            "1: text behind the closing quote of cell 2; expected a delimiter, the end of the line or a doubled quote");
  EXPECT_EQ(got.rows, (Rows{{"3", "4", "5"}}));
}

TEST(CsvReader, GoesOnBehindARowThatIsTooLong) {
  ReadOptions options;
  options.limits.max_row_bytes = 50;
  const Read got = read("a,b\n" + std::string(3'000'000, 'x') + "\n1,2\n", options);
  EXPECT_EQ(got.rows, (Rows{{"a", "b"}, {"1", "2"}}));
  ASSERT_EQ(got.problems.size(), 1U);
  EXPECT_EQ(got.lines, (std::vector<std::uint32_t>{1, 3}));
}

TEST(CsvReader, BoundsColumnsCellsAndRows) {
  ReadOptions options;
  options.limits.max_columns = 3;
  options.limits.max_cell_bytes = 10;
  options.limits.max_rows = 4;
  const Read got = read("1,2,3\n1,2,3,4\n12345678901\nx\ny\n", options);
  EXPECT_EQ(got.rows, (Rows{{"1", "2", "3"}, {"x"}}));
  EXPECT_EQ(got.problems.size(), 2U);
  EXPECT_NE(got.error.find("more than 4 rows"), std::string::npos) << got.error;
}

TEST(CsvReader, ManyQuotedCellsInARowAreNoProblem) {
  ReadOptions options;
  options.limits.max_columns = 2'000'000;
  std::string row;
  for (int i = 0; i < 1'000'000; ++i) row += "\"\",";
  EXPECT_EQ(read(row + "\n", options).rows.at(0).size(), 1'000'001U);
}

TEST(Charset, DetectsUtf8AndGb18030) {
  EXPECT_EQ(read("\xEF\xBB\xBF企业,1\n").rows, (Rows{{"企业", "1"}}));
  EXPECT_EQ(read("企业,1\n").rows, (Rows{{"企业", "1"}}));
  const Read got = read(kGbk);
  EXPECT_EQ(got.rows, (Rows{{"企业名称", "代码"}, {"滨州", "1"}}));
  EXPECT_EQ(got.description, "csv, gb18030, delimiter ','");
}

// A detector that needs two names to know GBK took one for an EBCDIC page.
TEST(Charset, TrapOneFirmNameInGbkIsEnough) {
  for (const auto& [bytes, name] : std::vector<std::pair<std::string, std::string>>{
           {"\xB1\xF5\xD6\xDD\xBA\xEA\xB4\xB4\xC2\xC1\xD2\xB5", "滨州宏创铝业"},
           {"\xCC\xA9\xB0\xB2\xB5\xE7\xC1\xA6\xD3\xD0\xCF\xDE\xB9\xAB\xCB\xBE", "泰安电力有限公司"},
           {"\xCF\xC3\xC3\xC5\xC4\xB3\xC4\xB3\xBF\xC6\xBC\xBC\xD3\xD0\xCF\xDE\xB9\xAB\xCB\xBE", "厦门某某科技有限公司"},
           {"\xB5\xA5\xCF\xD8\xBB\xAF\xB9\xA4\xB3\xA7", "单县化工厂"}})
    EXPECT_EQ(read(bytes + "\n").rows, (Rows{{name}})) << name;
}

TEST(Charset, ReadsUtf16WithAndWithoutAMark) {
  const std::string le("a\0,\0b\0\n\0\x01\x4E,\0c\0\n\0", 16);
  EXPECT_EQ(read("\xFF\xFE" + le).rows, (Rows{{"a", "b"}, {"丁", "c"}}));
  EXPECT_EQ(read(le).rows, (Rows{{"a", "b"}, {"丁", "c"}}));
}

TEST(Charset, SaysInOneErrorThatTheDeclaredOneDoesNotFit) {
  ReadOptions options;
  options.dialect.charset = "utf-8";
  const Read wrong = read(kGbk, options);
  EXPECT_EQ(wrong.error,
            "t.csv: is declared as utf-8 but its bytes are not (first in line 1, byte 0); they look like gb18030");
  options.dialect.charset = "GBK";
  EXPECT_EQ(read(kGbk, options).rows.size(), 2U);
  const Read other_way = read("企业名称,统一社会信用代码\n滨州,1\n", options);
  EXPECT_NE(other_way.error.find("they look like utf-8"), std::string::npos) << other_way.error;
  options.dialect.charset = "utf-9";
  EXPECT_NE(read("a", options).error.find("unknown charset \"utf-9\""), std::string::npos);
}

TEST(Charset, MakesOnlyTheRowBadThatHoldsAnUndecodableByte) {
  const Read got = read("企业,一\n滨\xE5州,二\n三,四\n五,六\n七,八\n九,十一二三四五六七八九十一二三四五六七八九十\n");
  ASSERT_EQ(got.problems.size(), 1U);
  EXPECT_EQ(got.problems[0], "2: byte 0xE5 at byte 14 of the file is not utf-8");
  EXPECT_EQ(got.raw_bad[0], "滨\\xE5州,二");
  EXPECT_EQ(got.rows.size(), 5U);
}

TEST(Charset, ANulIsNoText) {
  const Read got = read(std::string("a,b\n1,\0x\n2,y\n", 13));
  ASSERT_EQ(got.problems.size(), 1U);
  EXPECT_NE(got.problems[0].find("is NUL"), std::string::npos) << got.problems[0];
  EXPECT_EQ(got.rows, (Rows{{"a", "b"}, {"2", "y"}}));
}

TEST(Charset, MayShowItselfLate) {
  std::string ascii;
  while (ascii.size() < 3'000'000) ascii += "only,ascii,here\n";
  const Read got = read(ascii + kGbk);
  EXPECT_TRUE(got.problems.empty());
  EXPECT_EQ(got.rows.back(), (std::vector<std::string>{"滨州", "1"}));
}

TEST(Gzip, IsTakenOffUnseen) {
  const Read got = read(gzip("a,b\n") + gzip("1,2\n") + std::string(5, '\0'));
  EXPECT_EQ(got.rows, (Rows{{"a", "b"}, {"1", "2"}}));
  EXPECT_EQ(got.error, "");
}

TEST(Gzip, CutOffGivesTheWholeRowsAndThenTheError) {
  std::string plain;
  for (int i = 0; i < 20000; ++i) plain += std::to_string(i * 7919) + ",row " + std::to_string(i) + "\n";
  const std::string packed = gzip(plain);
  const Read got = read(packed.substr(0, packed.size() / 2));
  EXPECT_GT(got.rows.size(), 1000U);
  for (std::size_t i = 0; i < got.rows.size(); ++i) {
    ASSERT_EQ(got.rows[i][1], "row " + std::to_string(i)) << "no half row is given";
  }
  EXPECT_NE(got.error.find("t.csv: gzip file is cut off"), std::string::npos) << got.error;
}

TEST(Gzip, BombsAreStopped) {
  ReadOptions options;
  options.limits.max_bytes = 1'000'000;
  const Read got = read(gzip(std::string(50'000'000, '\n')), options);
  EXPECT_NE(got.error.find("unpacks to more than"), std::string::npos) << got.error;
}

TEST(CsvReader, NeverCrashesOnAFileCutAnywhere) {
  const std::string whole = "企业,b\r\n\"x\"\"y\n\",2\r\n3,\"四\"\r\n";
  for (std::size_t n = 0; n <= whole.size(); ++n) {
    const Read got = read(whole.substr(0, n));
    EXPECT_EQ(got.error, "");
  }
  const std::string packed = gzip(whole);
  for (std::size_t n = 3; n < packed.size(); ++n) {
    EXPECT_NE(read(packed.substr(0, n)).error, "") << "cut at " << n << " must be said";
  }
}

TEST(OpenRows, NamesTheFileThatIsNotThere) {
  auto reader = open_rows("no/such/file.csv");
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, Errc::kNotFound);
  EXPECT_NE(reader.error().text().find("no/such/file.csv"), std::string::npos);
}

}  // namespace
}  // namespace tanmiao::tabular::csv_reader_test
