// JSON lines: each line by itself, whatever the others are.
#include <zlib.h>

#include "tests/crawler/reading_fixture.h"

namespace tanmiao::crawler::json_lines_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kFirms = R"([[page]]
reader = "json"
lines = true
kind = "firm"
key = ["firm_name"]
required = ["firm_name"]
[page.columns]
firm_name = "name"
credit_code = "code"
established = "on.day"
capital = "capital"
former_name = "former"
[page.rules.capital]
unit = "万元"
)";

std::vector<std::uint32_t> lines_of(const auto& of) {
  std::vector<std::uint32_t> out;
  for (const auto& one : of) {
    if constexpr (requires { one.origin; })
      out.push_back(one.origin.line);
    else
      out.push_back(one.line);
  }
  return out;
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data()), stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data()), stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(JsonLines, ABrokenLineCostsThatLine) {
  const std::string bytes =
      "\xEF\xBB\xBF{\"name\": \"甲科技有限公司\"}\r\n"
      "\n"
      "{\"name\": \"乙科技有限公\n"
      "{\"name\": \"丙科技有限公司\"} {\n"
      "[1, 2]\n"
      "{\"name\": \"\xC4\xE3\xBA\xC3\"}\n"
      "{\"name\": \"丁科技有限公司\", \"boss\": \"谁\"}";
  const Gathered got = read(source_of(kFirms), bytes);
  EXPECT_THAT(lines_of(got.records), ElementsAre(1, 7));
  EXPECT_THAT(lines_of(got.rejects), ElementsAre(3, 4, 5, 5, 6));
  EXPECT_THAT(got.rejects[0].expected, HasSubstr("引号没有配对"));
  EXPECT_THAT(got.rejects[1].expected, HasSubstr("语法错误"));
  EXPECT_THAT(got.rejects[2].expected, HasSubstr("不是 JSON 对象"));
  EXPECT_THAT(got.rejects[4].expected, HasSubstr("UTF-8"));
  for (const store::Reject& reject : got.rejects) EXPECT_EQ(reject.row, "") << "a broken line may name a person";
}

TEST(JsonLines, ValuesStandAsPeopleWriteThem) {
  const Gathered got =
      read(source_of(kFirms),
           "{\"capital\": 1286.5, \"name\": \"甲\\u79d1技有限公司\", \"on\": {\"day\": \"2019-07-13\"}, "
           "\"former\": [\"乙科技有限公司\", \"丙科技有限公司\"], \"code\": null}\n");
  ASSERT_EQ(got.records.size(), 1u);
  const Record& record = got.records[0];
  EXPECT_EQ(record.get(Field::kFirmName), "甲科技有限公司");
  EXPECT_EQ(record.get(Field::kEstablished), "2019-07-13");
  EXPECT_EQ(record.get(Field::kCapital), "1286500000 CNY");
  EXPECT_EQ(record.all(Field::kFormerName).size(), 2u);
  EXPECT_FALSE(record.has(Field::kCreditCode));
}

TEST(JsonLines, WhatIsNoDamageIsRead) {
  std::string page = kFirms;
  page.replace(page.find("[page.rules.capital]"), page.npos, "address = \"address\"\n");
  const Gathered got = read(source_of(page),
                            "{\"name\": \"甲科技有限公司\\u007f\", \"address\": \"大庆市肇州县前屯屯南\"}\n"
                            "{\"name\": \"乙科技有限公司\", \"address\": \"屯屯屯屯\"}\n"
                            "{\"name\": \"丙\\u007f科技有限公司\"}\n");
  ASSERT_EQ(got.records.size(), 1u);
  EXPECT_EQ(got.records[0].get(Field::kFirmName), "甲科技有限公司");
  EXPECT_EQ(got.records[0].get(Field::kAddress), "大庆市肇州县前屯屯南");
  EXPECT_THAT(lines_of(got.rejects), ElementsAre(2, 3));
}

TEST(JsonLines, PackedOrInAnotherCharset) {
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += "{\"name\": \"第" + std::to_string(i) + "科技有限公司\"}\n";
  const Gathered unpacked = read(source_of(kFirms), gzip(many));
  ASSERT_EQ(unpacked.records.size(), 20'000u);
  EXPECT_EQ(unpacked.records.back().origin.line, 20'000u);
  std::string page = kFirms;
  page.insert(page.find("kind"), "charset = \"gbk\"\n");
  const Gathered decoded =
      read(source_of(page), "{\"name\": \"\xBC\xD7\xBF\xC6\xBC\xBC\xD3\xD0\xCF\xDE\xB9\xAB\xCB\xBE\"}\n");
  ASSERT_EQ(decoded.records.size(), 1u);
  EXPECT_EQ(decoded.records[0].get(Field::kFirmName), "甲科技有限公司");
}

TEST(JsonLines, AnEndlessLineIsPassedOver) {
  const std::string bytes = "{\"name\": \"甲科技有限公司\"}\n{\"name\": \"" + std::string(std::size_t{40} << 20, 'x') +
                            "\"}\n{\"name\": \"乙科技有限公司\"}\n" + std::string(300, '[') + "\n";
  const Gathered got = read(source_of(kFirms), bytes);
  EXPECT_THAT(lines_of(got.records), ElementsAre(1, 3));
  EXPECT_THAT(lines_of(got.rejects), ElementsAre(2, 4));
  EXPECT_THAT(got.rejects[0].expected, HasSubstr("过长"));
}

TEST(JsonLines, AFileThatIsCutOffIsIncomplete) {
  std::string many;
  for (int i = 0; i < 5'000; ++i) many += "{\"name\": \"第" + std::to_string(i * 7919) + "科技有限公司\"}\n";
  const std::string packed = gzip(many);
  const Source source = source_of(kFirms);
  for (const std::string& bytes : {packed.substr(0, packed.size() / 2), std::string("<html><p>维护中</p></html>")}) {
    Gathered got;
    Document document;
    document.part = "a.jsonl.gz";
    document.bytes = bytes;
    const ReadContext context{no_tables(), "key", make_date(2026, 1, 2)};
    const Status done = read_document(source, source.pages.at(0), document, context, got);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Errc::kFormat);
    EXPECT_EQ(done.error().where, "a.jsonl.gz");
  }
}

TEST(Json, NumbersStandAsPeopleWriteThem) {
  std::string page = kFirms;
  page.replace(page.find("lines = true"), 12, "rows = \"data\"");
  const Gathered got = read(source_of(page), "{\"data\": [{\"name\": \"甲科技有限公司\", \"capital\": 1286.5}]}");
  ASSERT_EQ(got.records.size(), 1u);
  EXPECT_EQ(got.records[0].get(Field::kCapital), "1286500000 CNY");
}

}  // namespace
}  // namespace tanmiao::crawler::json_lines_test
