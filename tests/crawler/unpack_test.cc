// Archives as offices send them, and as nobody should: what is given, what is refused, and for what reason.
#include "crawler/unpack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "core/hash.h"
#include "tests/crawler/archives.h"

namespace tanmiao::crawler::unpack_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

class Unpacked : public MemberSink {
 public:
  bool opens(const std::string&, Packed) override { return open_nested; }
  Status member(const Member& member) override {
    std::string bytes(member.bytes);
    if (!member.file.empty()) {
      ++spooled;
      std::ifstream in(member.file, std::ios::binary);
      bytes.assign(std::istreambuf_iterator<char>(in), {});
    }
    EXPECT_EQ(bytes.size(), member.size);
    EXPECT_EQ(hash64(bytes), member.hash);
    files.emplace_back(member.name, std::move(bytes));
    return {};
  }
  Status broken(const Error& fault) override {
    problems.emplace_back(fault.where, fault.message);
    return {};
  }
  bool open_nested = true;
  std::vector<std::pair<std::string, std::string>> files, problems;
  int spooled = 0;
  std::string error;
};

Unpacked opened(const std::string& bytes, const UnpackLimits& limits = {}, const std::string& name = "a.zip") {
  Unpacked out;
  const Status done = unpack(std::string_view(bytes), name, limits, out);
  if (!done) out.error = done.error().text();
  return out;
}

TEST(Unpack, EveryFormatGivesItsFilesInOrder) {
  const Files files = {{"b.csv", "1,2\n"}, {"d/a.xml", "<a/>"}};
  const std::vector<Writing> forms = {
      {"zip"}, {"7zip"}, {"ustar"}, {"ustar", "gzip"}, {"ustar", "bzip2"}, {"ustar", "xz"}, {"ustar", "zstd"}};
  for (const Writing& form : forms) {
    const Unpacked got = opened(packed(files, form));
    EXPECT_EQ(got.error, "") << form.format << form.filter;
    EXPECT_THAT(got.problems, IsEmpty());
    EXPECT_THAT(got.files, ElementsAre(Pair("a.zip!b.csv", "1,2\n"), Pair("a.zip!d/a.xml", "<a/>")))
        << form.format << form.filter;
  }
}

TEST(Unpack, ASinglePackedFileIsOneMember) {
  for (const auto& [filter, end] :
       std::map<std::string, std::string>{{"gzip", ".gz"}, {"bzip2", ".bz2"}, {"xz", ".xz"}, {"zstd", ".zst"}}) {
    const Unpacked got = opened(packed({{"x", "{}"}}, {"raw", filter}), {}, "list.json" + end);
    EXPECT_EQ(got.error, "");
    EXPECT_THAT(got.files, ElementsAre(Pair("list.json" + end + "!list.json", "{}"))) << filter;
  }
}

TEST(Unpack, ArchivesWithinArchivesAreOpenedUpToABound) {
  const std::string inner = packed({{"file.xml", "<a/>"}}, {"7zip"});
  const std::string outer = packed({{"inner.7z", inner}, {"after.txt", "x"}});
  EXPECT_THAT(opened(outer).files, ElementsAre(Pair("a.zip!inner.7z!file.xml", "<a/>"), Pair("a.zip!after.txt", "x")));
  UnpackLimits limits;
  limits.max_depth = 0;
  const Unpacked bounded = opened(outer, limits);
  EXPECT_EQ(bounded.error, "");
  EXPECT_THAT(bounded.files, ElementsAre(Pair("a.zip!after.txt", "x")));
  EXPECT_THAT(bounded.problems, ElementsAre(Pair("a.zip!inner.7z", "archives within archives, more than 0 deep")));
  Unpacked whole;
  whole.open_nested = false;
  ASSERT_TRUE(unpack(std::string_view(outer), "a.zip", {}, whole));
  EXPECT_THAT(whole.files, ElementsAre(Pair("a.zip!inner.7z", inner), Pair("a.zip!after.txt", "x")));
}

TEST(Unpack, WorkbooksAndDocumentsAreFiles) {
  const std::string book = packed({{"[Content_Types].xml", "<a/>"}, {"xl/workbook.xml", "<a/>"}});
  EXPECT_EQ(packed_kind(book), Packed::kNo);
  EXPECT_EQ(packed_kind(packed({{"mimetype", "x"}})), Packed::kNo);
  EXPECT_THAT(opened(packed({{"list.xlsx", book}})).files, ElementsAre(Pair("a.zip!list.xlsx", book)));
}

TEST(Unpack, NamesInGb18030AndInUtf8AreRead) {
  const std::string utf8 = "名单/高企.csv", gb = "\xC3\xFB\xB5\xA5/\xB8\xDF\xC6\xF3.csv";
  EXPECT_THAT(opened(packed({{gb, "x"}})).files, ElementsAre(Pair("a.zip!" + utf8, "x")));
  EXPECT_THAT(opened(packed({{utf8, "x"}})).files, ElementsAre(Pair("a.zip!" + utf8, "x")))
      << "UTF-8 without the mark that says so";
  // Two Chinese characters whose GB18030 bytes pass for a Greek and an Arabic one of UTF-8.
  EXPECT_THAT(opened(packed({{"\xCE\xC4\xD8\xBF.csv", "x"}})).files, ElementsAre(Pair("a.zip!文乜.csv", "x")));
}

TEST(Unpack, NamesThatLeadOutAreRefusedAndTheOthersStand) {
  const Unpacked got = opened(packed({{"../up.csv", "x"},
                                      {"/etc/x.csv", "x"},
                                      {"a/../../b.csv", "x"},
                                      {"..\\c.csv", "x"},
                                      {"C:\\d.csv", "x"},
                                      {"e\n.csv", "x"},
                                      {"./f//g.csv", "good"}},
                                     {"ustar"}));
  EXPECT_EQ(got.error, "");
  EXPECT_THAT(got.files, ElementsAre(Pair("a.zip!f/g.csv", "good")));
  ASSERT_EQ(got.problems.size(), 6u);
  for (const auto& [name, why] : got.problems) {
    EXPECT_THAT(why, StartsWith("its name is refused: "));
    EXPECT_EQ(name.find('\n'), std::string::npos);
  }
}

TEST(Unpack, LinksAndASecondFileOfOneNameAreNoFiles) {
  const Unpacked links = opened(packed({{"a.csv", ""}}, {"ustar", "", "", "", "/etc/passwd"}));
  EXPECT_THAT(links.files, IsEmpty());
  EXPECT_THAT(links.problems, ElementsAre(Pair("a.zip!a.csv", "is a link or device, no file")));
  const Unpacked twice = opened(packed({{"a.csv", "1"}, {"a.csv", "2"}}));
  EXPECT_THAT(twice.files, ElementsAre(Pair("a.zip!a.csv", "1")));
  EXPECT_THAT(twice.problems, ElementsAre(Pair("a.zip!a.csv", "has the name of another member")));
}

TEST(Unpack, ADamagedMemberOfAZipCostsThatMemberOnly) {
  std::string text;
  for (int i = 0; i < 4000; ++i) text += std::to_string(i * 7919) + "\n";
  const std::string good = packed({{"a.csv", text}, {"b.csv", text}, {"c.csv", text}});
  const std::size_t second = good.find("b.csv");
  for (const std::size_t at : {std::size_t{60}, std::size_t{400}, std::size_t{2000}}) {
    std::string bad = good;
    for (std::size_t i = 0; i < 24; ++i) bad[second + at + i] = '\xFF';
    const Unpacked got = opened(bad);
    EXPECT_EQ(got.error, "");
    EXPECT_THAT(got.files, ElementsAre(Pair("a.zip!a.csv", text), Pair("a.zip!c.csv", text))) << at;
    ASSERT_EQ(got.problems.size(), 1u);
    EXPECT_EQ(got.problems[0].first, "a.zip!b.csv");
    EXPECT_THAT(got.problems[0].second, StartsWith("is a damaged archive: "));
  }
}

TEST(Unpack, ADamagedArchiveWithinCostsItselfOnly) {
  std::string inner = packed({{"x.csv", std::string(5000, 'x')}}, {"ustar", "gzip"});
  inner.resize(inner.size() - 12);
  const Unpacked got = opened(packed({{"inner.tgz", inner}, {"z.csv", "z"}}));
  EXPECT_EQ(got.error, "");
  EXPECT_THAT(got.files, ElementsAre(Pair("a.zip!z.csv", "z")));
  EXPECT_FALSE(got.problems.empty());
}

TEST(Unpack, AnArchiveThatIsCutOffIsAnErrorAfterWhatCouldBeRead) {
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += std::to_string(i * 7919) + "\n";
  for (const Writing& form : std::vector<Writing>{{"zip"}, {"7zip"}, {"ustar"}, {"ustar", "gzip"}}) {
    std::string bytes = packed({{"a.csv", "1\n"}, {"b.csv", text}}, form);
    bytes.resize(bytes.size() / 2);
    const Unpacked got = opened(bytes);
    EXPECT_THAT(got.error, HasSubstr("a.zip: is a damaged archive: ")) << form.format << form.filter;
    for (const auto& [name, content] : got.files) EXPECT_EQ(name, "a.zip!a.csv");
  }
}

TEST(Unpack, EncryptedEntriesAreRefusedWithThatReason) {
  for (const char* method : {"zip:encryption=traditional", "zip:encryption=aes256"}) {
    const Unpacked got = opened(packed({{"a.csv", "1,2\n"}}, {"zip", "", method, "secret"}));
    EXPECT_EQ(got.error, "");
    EXPECT_THAT(got.files, IsEmpty());
    EXPECT_THAT(got.problems, ElementsAre(Pair("a.zip!a.csv", "is protected by a password"))) << method;
  }
}

TEST(Unpack, BombsAreStopped) {
  const std::string zeros(std::size_t{20} << 20, '\0');
  for (const Writing& form : std::vector<Writing>{{"zip"}, {"7zip"}, {"ustar", "xz"}, {"ustar", "bzip2"}}) {
    const Unpacked got = opened(packed({{"a.csv", zeros}}, form));
    EXPECT_THAT(got.error, HasSubstr("unpacks to more than 1000 times its size")) << form.format << form.filter;
    EXPECT_THAT(got.files, IsEmpty());
  }
  UnpackLimits small;
  small.max_bytes = 1 << 20;
  EXPECT_THAT(opened(packed({{"a.csv", zeros}}), small).error, HasSubstr("unpacks to more than 1048576 bytes"));
  // Each level by itself is harmless; together they are not.
  std::string numbers;
  for (int i = 0; numbers.size() < 200'000; ++i) numbers += std::to_string(i * 7919) + "\n";
  std::string layer = packed({{"0", numbers}});
  Files sixteen;
  for (int i = 0; i < 16; ++i) sixteen.emplace_back(std::to_string(i) + ".zip", layer);
  layer = packed(sixteen, {"zip", "", "zip:compression=store"});
  sixteen.clear();
  for (int i = 0; i < 16; ++i) sixteen.emplace_back(std::to_string(i) + ".zip", layer);
  small.max_bytes = 20 << 20;
  EXPECT_THAT(opened(packed(sixteen), small).error, HasSubstr("unpacks to more than 20971520 bytes"));
}

TEST(Unpack, TooManyEntriesAndTooLargeAMemberAreBounded) {
  Files many;
  for (int i = 0; i < 11; ++i) many.emplace_back(std::to_string(i), "x");
  UnpackLimits limits;
  limits.max_entries = 10;
  EXPECT_THAT(opened(packed(many), limits).error, HasSubstr("has more than 10 entries"));
  limits.max_member_bytes = 100;
  const Unpacked got = opened(packed({{"big.csv", std::string(101, 'x')}, {"b.csv", "x"}}, {"ustar", "gzip"}), limits);
  EXPECT_THAT(got.files, ElementsAre(Pair("a.zip!b.csv", "x")));
  EXPECT_THAT(got.problems, ElementsAre(Pair("a.zip!big.csv", "is larger than 100 bytes")));
}

TEST(Unpack, LargeMembersLieInAFileWithoutAName) {
  UnpackLimits limits;
  limits.in_memory = 10;
  const std::string inner = packed({{"x.csv", std::string(5000, 'x')}});
  const Unpacked got = opened(packed({{"a.csv", std::string(11, 'a')}, {"b.csv", "b"}, {"c.zip", inner}}), limits);
  EXPECT_EQ(got.files.size(), 3u);
  EXPECT_EQ(got.spooled, 2);
  for (const auto& left : std::filesystem::directory_iterator(std::filesystem::temp_directory_path()))
    EXPECT_THAT(left.path().filename().string(), ::testing::Not(StartsWith("tanmiao_unpack_")));
}

TEST(Unpack, WhatIsNoArchiveIsSaidToBeNone) {
  EXPECT_THAT(opened("a,b\n").error, HasSubstr("is no archive"));
  EXPECT_THAT(opened("").error, HasSubstr("is no archive"));
  EXPECT_EQ(packed_kind("Rar!\x1A\x07"), Packed::kNo);
  EXPECT_EQ(file_name_of("a.zip!d/b.csv"), "b.csv");
  EXPECT_EQ(file_name_of("d/b.csv"), "b.csv");
}

}  // namespace
}  // namespace tanmiao::crawler::unpack_test
