#include <fstream>
#include <thread>

#include "city_fixture.h"
#include "indexer/generation.h"

namespace tanmiao::indexer::build_test {
namespace {

std::vector<TestFirm> thousands() {
  std::vector<TestFirm> many;
  for (int i = 0; i < 3000; ++i)
    many.push_back({"山东宏创" + std::to_string(i % 97) + "铝业有限公司",
                    "",
                    "",
                    "新材料研发；化工",
                    {"一种装置" + std::to_string(i)}});
  return many;
}

std::vector<std::string> dump(const Searcher& searcher) {
  std::vector<std::string> lines;
  EXPECT_TRUE(searcher.dump([&](std::string_view line) { lines.emplace_back(line); }));
  return lines;
}

// Also with shards in which no firm is.
TEST_F(City, AnyNumberOfShardsGivesTheSameAnswers) {
  const auto some = thousands();
  snapshot_ = write({some.begin(), some.begin() + 700});
  std::vector<std::string> one;
  for (const std::size_t shards : {1U, 2U, 8U, 1000U}) {
    const store::DataFolder folder(folder_.root() / ("shards" + std::to_string(shards)));
    const auto report =
        build_index_of_shards(folder, *snapshot_, {2, ""}, *reference_, silent_progress(), shards).value();
    const auto searcher = Searcher::open(folder, report.generation, snapshot_, nullptr, reference_).value();
    const auto said = dump(*searcher);
    ASSERT_GT(said.size(), 700u);
    if (one.empty()) one = said;
    EXPECT_EQ(said, one) << shards;
    EXPECT_EQ(searcher->superset({{"铝", "化工"}, {"C22"}, {}}).value().size(), 700u);
  }
}

TEST_F(City, AnUnchangedSnapshotKeepsItsGeneration) {
  build({{"甲公司", "", "", ""}});
  EXPECT_FALSE(report_.unchanged);
  const auto again = build_index(folder_, *snapshot_, {}, *reference_, silent_progress()).value();
  EXPECT_TRUE(again.unchanged);
  EXPECT_EQ(again.generation, report_.generation);
  EXPECT_EQ(again.documents, 1u);
  const auto other = write({{"乙公司", "", "", ""}}, "s2");
  EXPECT_NE(build_index(folder_, *other, {}, *reference_, silent_progress())->generation, report_.generation);
}

// Documents are numbered as the firms of one snapshot: with another one the answers would name other firms.
TEST_F(City, AnIndexOpensWithItsOwnSnapshotOnly) {
  build({{"甲公司", "", "", ""}, {"乙公司", "", "", ""}});
  EXPECT_EQ(searcher_->snapshot_digest(), snapshot_->info().digest);
  const auto other = write({{"乙公司", "", "", ""}, {"甲公司", "", "", ""}}, "s2");
  const auto opened = Searcher::open(folder_, report_.generation, other, nullptr, reference_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::kConflict);
  EXPECT_NE(opened.error().message.find(other->info().digest), std::string::npos) << opened.error().text();
  const auto same = write({{"甲公司", "", "", ""}, {"乙公司", "", "", ""}}, "s3");
  EXPECT_TRUE(Searcher::open(folder_, report_.generation, same, nullptr, reference_)) << "what counts is the content";
}

TEST_F(City, WhatAKilledBuildLeftIsReplaced) {
  snapshot_ = write({{"甲公司", "", "", ""}});
  const auto generation = build_index(folder_, *snapshot_, {}, *reference_, silent_progress())->generation;
  std::filesystem::remove(folder_.index(generation) / "tanmiao-index");
  std::filesystem::create_directories(folder_.index(generation + ".new"));
  std::ofstream(folder_.index(generation + ".new") / "half") << "x";
  EXPECT_FALSE(Searcher::open(folder_, generation, snapshot_, nullptr, reference_));
  const auto report = build_index(folder_, *snapshot_, {}, *reference_, silent_progress()).value();
  EXPECT_FALSE(report.unchanged);
  EXPECT_FALSE(std::filesystem::exists(folder_.index(generation + ".new")));
  EXPECT_TRUE(Searcher::open(folder_, generation, snapshot_, nullptr, reference_));
}

TEST_F(City, ADamagedIndexIsAnErrorNotACrash) {
  build(thousands());
  for (const auto& entry : std::filesystem::directory_iterator(folder_.index(report_.generation))) {
    if (entry.path().extension() != ".glass") continue;
    const auto size = std::filesystem::file_size(entry.path());
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    const std::string noise(size, '\x5a');
    file.write(noise.data(), static_cast<std::streamsize>(noise.size()));
  }
  const auto opened = Searcher::open(folder_, report_.generation, snapshot_, nullptr, reference_);
  if (opened) {
    Query query;
    query.text = "铝业";
    const auto page = (*opened)->search(query);
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().code, Errc::kCorrupt);
  } else {
    EXPECT_EQ(opened.error().code, Errc::kCorrupt);
  }
  std::filesystem::resize_file(folder_.index(report_.generation) / "iamglass", 3);
  EXPECT_EQ(Searcher::open(folder_, report_.generation, snapshot_, nullptr, reference_).error().code, Errc::kCorrupt);
  std::filesystem::remove_all(folder_.index(report_.generation));
  EXPECT_EQ(Searcher::open(folder_, report_.generation, snapshot_, nullptr, reference_).error().code, Errc::kNotFound);
}

TEST_F(City, AnyNumberOfThreadsGivesTheSameAnswers) {
  build(thousands(), 1);
  const auto one = dump(*searcher_);
  EXPECT_GT(one.size(), 1000u);
  for (const int threads : {2, 8}) {
    std::filesystem::remove_all(folder_.index(report_.generation));
    build(thousands(), threads);
    EXPECT_EQ(dump(*searcher_), one);
  }
}

TEST_F(City, ManyThreadsMaySearchAtOnceAndAReaderOutlivesTheNextBuild) {
  build(thousands());
  const auto other = write({{"乙公司", "", "", ""}}, "s2");
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int k = 0; k < 20; ++k) right += ask("铝业").total == 3000;
    });
  EXPECT_TRUE(build_index(folder_, *other, {}, *reference_, silent_progress()));
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, 80);
}

}  // namespace
}  // namespace tanmiao::indexer::build_test
