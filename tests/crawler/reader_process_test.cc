// A reader process that a file has taken over: programs of ours that say at once what such a one might.
#include "crawler/reader_process.h"

#include "tests/crawler/reading_fixture.h"

namespace tanmiao::crawler::reader_process_test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kList = R"([[page]]
role = "list"
reader = "table"
kind = "signal"
key = ["firm_name"]
required = ["firm_name"]
[page.columns]
firm_name = "企业名称"
[page.rules.signal_type]
constant = "contest"
)";

struct Took : MemberTaker {
  Result<bool> member(const Member& member, const PageRule*) override { return members.push_back(member.name), true; }
  FrameTaker& events(const std::string&, const PageRule&) override { return spool.clear(), spool; }
  Status read(const std::string&, const PageRule&, const ReadEnd& end) override {
    return ends.push_back(end), Status();
  }
  Status broken(const Error& error) override { return told.push_back(error.where), Status(); }
  std::vector<std::string> members, told;
  std::vector<ReadEnd> ends;
  Spool spool{kHeldEvents};
};

class ReaderProcessTest : public testing::Test {
 protected:
  ReaderProcessTest() : folder_(fs::temp_directory_path() / ("reader_process_" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
  }
  ~ReaderProcessTest() override { fs::remove_all(folder_); }

  // Says it is ready, then `frames` over and over.
  std::unique_ptr<FileReader> reader_that_says(const std::string& frames) {
    std::ofstream(folder_ / "frames", std::ios::binary) << frames;
    std::ofstream(folder_ / "ready", std::ios::binary) << FrameWriter(Frame::kEnd).error({}).done();
    place_.program = folder_ / "reader";
    std::ofstream(place_.program) << "#!/bin/sh\ncd '" << folder_.string()
                                  << "'\ncat ready >&0\nwhile cat frames >&0; do :; done\n";
    fs::permissions(place_.program, fs::perms::owner_all);
    place_.most_given = std::uint64_t{1} << 20;
    return reader_process(place_, source_, {no_tables(), "key", make_date(2026, 1, 2)}, stop_);
  }
  ReadEnd read(const std::string& frames) {
    Spool events(kHeldEvents);
    const auto end = reader_that_says(frames)->read(document(), source_.pages[0], events);
    EXPECT_TRUE(end);
    EXPECT_LE(events.size(), std::uint64_t{2} << 20);
    return end ? *end : ReadEnd();
  }
  ReadEnd unpack(const std::string& frames, Took& took) {
    const auto end = reader_that_says(frames)->unpack(document(), nullptr, took);
    EXPECT_TRUE(end);
    return end ? *end : ReadEnd();
  }
  static Document document() {
    Document out;
    out.part = "a.zip";
    out.bytes = "PK";
    return out;
  }

  fs::path folder_;
  ReaderPlace place_;
  Source source_ = source_of(kList);
  std::atomic<bool> stop_{false};
};

std::string word(std::size_t size) {
  return std::string(FrameWriter(Frame::kUnmapped).text(std::string(size, 'a')).done());
}
std::string member(std::string_view name) {
  return std::string(FrameWriter(Frame::kMember).text(name).number(1).number(2).number(1).done());
}

TEST_F(ReaderProcessTest, WhatItSaysWithoutEndIsBounded) {
  EXPECT_THAT(read(word(50'000)).died, HasSubstr("1 MiB"));
  Took took;
  EXPECT_THAT(unpack(member("a.zip!b.csv") + word(2'000'000), took).died, HasSubstr("1 MiB"));
  EXPECT_THAT(took.members, ElementsAre("a.zip!b.csv"));
}

TEST_F(ReaderProcessTest, WhatNoReaderSaysEndsIt) {
  const std::string day = std::string(FrameWriter(Frame::kRecord).number(5).text("k").number(1).number(1).done());
  for (const std::string& frames : {std::string("\x00\x00\x00\x00", 4), std::string("\xFF\xFF\xFF\xFF"), day,
                                    std::string(FrameWriter(Frame::kAnswer).number(1).done())})
    EXPECT_FALSE(read(frames).died.empty());
}

// It was given one file, and speaks of that one.
TEST_F(ReaderProcessTest, MembersOfOtherFilesAreNoneOfIts) {
  Took took;
  EXPECT_FALSE(unpack(member("b.zip!b.csv"), took).died.empty());
  EXPECT_FALSE(unpack(member("a.zip!\xFF"), took).died.empty());
  const Status fault = Error{Errc::kFormat, "broken", "b.zip!c.csv"};
  EXPECT_FALSE(unpack(std::string(FrameWriter(Frame::kBroken).error(fault).done()), took).died.empty());
  EXPECT_THAT(took.members, IsEmpty());
  EXPECT_THAT(took.told, IsEmpty());
}

}  // namespace
}  // namespace tanmiao::crawler::reader_process_test
