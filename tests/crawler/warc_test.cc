#include "crawler/warc.h"
#include "crawler/warc_read.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace tanmiao::crawler {
namespace {

namespace fs = std::filesystem;

class Warc : public ::testing::Test {
 protected:
  Warc() : folder_(fs::temp_directory_path() / ("tanmiao_warc_" + std::to_string(::getpid())) / "source") {
    fs::remove_all(folder_.parent_path());
    fs::create_directories(folder_.parent_path());
  }
  ~Warc() override { fs::remove_all(folder_.parent_path()); }

  static WarcResponse response(std::string url, std::string body) {
    WarcResponse r;
    r.url = r.asked = std::move(url);
    r.role = "detail";
    r.robots = "allowed: line 4";
    r.fetched_at = Instant(make_date(2026, 1, 2));
    r.status = 200;
    r.head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";
    r.body = std::move(body);
    return r;
  }
  fs::path folder_;
};

TEST_F(Warc, GivesBackWhatWasArchived) {
  auto writer = WarcWriter::open(folder_, {}, "test").value();
  std::string bytes = "a\r\n\r\nb";
  bytes.push_back('\0');
  const auto first = writer.append(response("http://example.test/1", bytes), Instant{}).value();
  const auto second = writer.append(response("http://example.test/2", ""), Instant{}).value();
  ASSERT_TRUE(writer.sync());
  const auto got = read_warc(folder_ / first.segment, first.offset).value();
  EXPECT_EQ(got.url, "http://example.test/1");
  EXPECT_EQ(got.body, bytes);
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.role, "detail");
  EXPECT_EQ(got.robots, "allowed: line 4");
  EXPECT_EQ(got.head, response("", "").head);
  EXPECT_EQ(read_warc(folder_ / second.segment, second.offset).value().url, "http://example.test/2");
  EXPECT_EQ(read_warc(folder_ / first.segment, first.offset + 1).error().code, Errc::kCorrupt);
}

TEST_F(Warc, IsClosedToOthers) {
  auto writer = WarcWriter::open(folder_, {}, "test").value();
  const auto place = writer.append(response("http://example.test/1", "x"), Instant{}).value();
  struct stat info {};
  ASSERT_EQ(::stat(folder_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
  ASSERT_EQ(::stat((folder_ / place.segment).c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(Warc, IsCutBackToWhatWasAcknowledged) {
  std::uint64_t length = 0;
  {
    auto writer = WarcWriter::open(folder_, {}, "test").value();
    ASSERT_TRUE(writer.append(response("http://example.test/1", "one"), Instant{}));
    length = writer.length();
    ASSERT_TRUE(writer.append(response("http://example.test/2", "two"), Instant{}));
  }
  std::ofstream(folder_ / "000002.warc.gz") << "never acknowledged";
  auto writer = WarcWriter::open(folder_, {{"000001.warc.gz", length}}, "test").value();
  EXPECT_EQ(fs::file_size(folder_ / "000001.warc.gz"), length);
  EXPECT_FALSE(fs::exists(folder_ / "000002.warc.gz"));
  const auto place = writer.append(response("http://example.test/3", "three"), Instant{}).value();
  EXPECT_EQ(place.offset, length);
  EXPECT_EQ(read_warc(folder_ / place.segment, place.offset).value().body, "three");
}

// The facts that knew the segments are gone: the archive is then all that is left of what came.
TEST_F(Warc, WhatNobodyKnowsAnyMoreIsSetAsideAndNotRemoved) {
  std::uint64_t offset = 0;
  for (int i = 0; i < 2; ++i) {
    auto writer = WarcWriter::open(folder_, {}, "test").value();
    offset = writer.append(response("http://example.test/1", std::to_string(i)), Instant{}).value().offset;
    ASSERT_TRUE(writer.sync());
  }
  auto writer = WarcWriter::open(folder_, {}, "test").value();
  EXPECT_EQ(read_warc(folder_ / "000001.warc.gz.unknown", offset).value().body, "0");
  EXPECT_EQ(read_warc(folder_ / "000001.warc.gz.unknown2", offset).value().body, "1");
  EXPECT_FALSE(fs::exists(folder_ / "000001.warc.gz"));
  EXPECT_EQ(writer.append(response("http://example.test/1", "2"), Instant{}).value().segment, "000001.warc.gz");
}

TEST_F(Warc, SaysWhenAcknowledgedBytesAreMissing) {
  {
    auto writer = WarcWriter::open(folder_, {}, "test").value();
    ASSERT_TRUE(writer.append(response("http://e.test/", ""), Instant{}));
  }
  EXPECT_EQ(WarcWriter::open(folder_, {{"000001.warc.gz", 1 << 20}}, "test").error().code, Errc::kCorrupt);
}

}  // namespace
}  // namespace tanmiao::crawler
