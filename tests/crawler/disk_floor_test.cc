// Where a crawl stops before the disk is full. On a small disk that really fills up: tests/e2e/disk_full.py.
#include "crawler/disk_floor.h"

#include "core/messages.h"
#include "crawling_hosts.h"

namespace tanmiao::crawler::disk_floor_test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

DiskFloor of(std::uint64_t floor, std::map<std::string, std::uint64_t> left) {
  std::vector<fs::path> folders;
  for (const auto& [folder, bytes] : left) folders.emplace_back(folder);
  return {std::move(folders), floor, [left = std::move(left)](const fs::path& folder) -> std::optional<std::uint64_t> {
            const std::uint64_t bytes = left.at(folder.string());
            return bytes == 0 ? std::nullopt : std::optional(bytes);
          }};
}

TEST(DiskFloorDecision, StopsWhileTheEndCanStillBeWrittenDown) {
  constexpr std::uint64_t kFloor = 1'600'000'000, kReserve = 100'000'000;
  EXPECT_EQ(crawl_stops_below(kFloor), kFloor + kReserve);
  EXPECT_TRUE(of(kFloor, {{"a", kFloor + kReserve}}).check());
  const Status stopped = of(kFloor, {{"a", kFloor + kReserve - 1}}).check();
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Errc::kDiskFull);
  EXPECT_EQ(stopped.error().where, "a");
  EXPECT_THAT(in_chinese(stopped.error().message),
              HasSubstr("磁盘只剩 1.70 GB，低于停止抓取的 1.70 GB（[crawl] least_free_gb = 1.60，"));
}

TEST(DiskFloorDecision, TheFullestDiskCounts) {
  EXPECT_EQ(of(1000, {{"a", 5000}, {"b", 900}}).check().error().where, "b");
  EXPECT_TRUE(of(1000, {{"a", 5000}, {"b", 0}}).check()) << "of which nothing is known stops nobody";
  EXPECT_TRUE(of(0, {{"a", 1}}).check()) << "no floor";
}

TEST(DiskFloorDecision, TheSystemIsAsked) {
  const auto left = free_bytes(fs::temp_directory_path());
  ASSERT_TRUE(left);
  EXPECT_GT(*left, 0u);
  EXPECT_FALSE(free_bytes("/no such folder"));
}

class AtTheFloor : public CrawlingHosts {
 protected:
  static constexpr std::uint64_t kMoreThanAnyDisk = std::uint64_t{1} << 60;
  Result<CrawlReport> crawl_tonight() {
    return crawl(*store_, night(1), config_, *reference_, silent_progress(), stop_);
  }
};

TEST_F(AtTheFloor, NothingIsAskedForAndTheNightGoesOnWhenThereIsRoom) {
  city(3);
  http_source("complete = \"part\"");
  approve();
  config_.least_free = kMoreThanAnyDisk;
  const auto stopped = crawl_tonight();
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Errc::kDiskFull);
  EXPECT_THAT(server_.order(), IsEmpty());
  config_.least_free = 1;
  const auto report = crawl_tonight();
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->sources.at(0).counts.fresh, 3u);
}

// The floor is met under way: what came until then is committed, and nothing is asked for twice.
TEST_F(AtTheFloor, WhatCameIsKeptAndNotAskedForAgain) {
  city(12);
  http_source("complete = \"complete\"");
  approve();
  config_.free_bytes = [this](const fs::path&) {
    return std::optional(server_.order().size() < 8 ? kMoreThanAnyDisk : std::uint64_t{1000});
  };
  config_.least_free = 1000;
  const auto stopped = crawl_tonight();
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Errc::kDiskFull);
  const auto asked = server_.order();
  EXPECT_LT(asked.size(), 16u);
  config_.free_bytes = free_bytes;
  const auto report = crawl_tonight();
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->sources.at(0).outcome, SourceOutcome::kPublished) << report->sources.at(0).why;
  EXPECT_EQ(records(), 12u);
  EXPECT_EQ(server_.count("/robots.txt"), 1);
  int times = 0;
  for (int i = 1; i <= 12; ++i) times += server_.count("/firm/" + std::to_string(i));
  EXPECT_LE(times, 13) << "but for the one that was on its way";
}

TEST_F(AtTheFloor, AFolderStopsBetweenItsFiles) {
  folder_source();
  for (const int file : {1, 2, 3})
    write("inbox/register/" + std::to_string(file) + ".csv", std::string(kColumns) + firm_row(file));
  int looked = 0;
  config_.free_bytes = [&](const fs::path&) {
    return std::optional(++looked <= 3 ? kMoreThanAnyDisk : std::uint64_t{1000});
  };
  config_.least_free = 1000;
  EXPECT_EQ(crawl_tonight().error().code, Errc::kDiskFull);
  config_.free_bytes = free_bytes;
  const auto report = crawl_tonight();
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->sources.at(0).counts.fresh, 3u);
}

}  // namespace
}  // namespace tanmiao::crawler::disk_floor_test
