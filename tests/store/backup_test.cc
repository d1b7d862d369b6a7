#include "store/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <map>
#include <thread>

#include "store/backup_archive.h"
#include "store/sqlite.h"

namespace tanmiao::store::backup_test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class BackupTest : public testing::Test {
 protected:
  BackupTest() {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~BackupTest() override { fs::remove_all(folder_); }

  static std::string bytes_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static void write(const fs::path& file, std::string_view bytes) { std::ofstream(file, std::ios::binary) << bytes; }

  // Name -> (bytes, hash) of all that can be read.
  using Contents = std::map<std::string, std::pair<std::string, std::string>>;
  static Status read(const fs::path& file, Contents& out) {
    return read_archive(
        file,
        [&](const ArchiveEntry& entry) -> Result<ArchiveSink> {
          std::string& text = out[entry.name].first;
          return ArchiveSink([&text](std::string_view piece) {
            text.append(piece);
            return Status();
          });
        },
        [&](const ArchiveEntry& entry, const std::string& hash) {
          out[entry.name].second = hash;
          return Status();
        });
  }
  fs::path made(const std::string& name, std::string_view bytes) {
    const fs::path file = folder_ / name;
    auto out = ArchiveWriter::create(file, 0).value();
    write(folder_ / "a", bytes);
    hash_ = out.add_file("a/名录.csv", folder_ / "a", bytes.size()).value();
    EXPECT_TRUE(out.add_bytes("manifest.json", "{}"));
    EXPECT_TRUE(out.finish());
    return file;
  }

  fs::path folder_ = fs::path(testing::TempDir()) / ("backup_" + std::to_string(::getpid()));
  std::string hash_;
};

// Every row is a pair of equal numbers, written in two statements of one transaction: a copy that saw half of one
// would hold numbers that differ.
TEST_F(BackupTest, ACopyIsOfOneMomentWhileAnotherWrites) {
  const fs::path file = folder_ / "live.db";
  sql::Database writer(file, sql::Database::Mode::kCreate);
  writer.script("CREATE TABLE a(n INTEGER); CREATE TABLE b(n INTEGER, fill TEXT)");
  std::atomic<bool> stop{false};
  std::atomic<int> written{0};
  std::thread work([&] {
    for (int n = 1; !stop; ++n) {
      sql::Transaction both(writer, sql::Transaction::Kind::kWrite);
      sql::Query(writer, "INSERT INTO a VALUES(?1)").run_with(n);
      sql::Query(writer, "INSERT INTO b VALUES(?1, ?2)").run_with(n, std::string(2000, 'x'));
      both.commit();
      written = n;
    }
  });
  std::int64_t last = 0;
  for (int round = 0; round < 8; ++round) {
    const int before = written;
    while (written < before + 20) std::this_thread::yield();
    const fs::path copy = folder_ / ("copy" + std::to_string(round));
    ASSERT_TRUE(copy_database(file, copy));
    EXPECT_EQ(damage_of_database(copy).value(), "");
    sql::Database copied(copy, sql::Database::Mode::kRead);
    const std::int64_t rows = copied.number("SELECT count(*) FROM a");
    EXPECT_EQ(rows, copied.number("SELECT count(*) FROM b"));
    EXPECT_EQ(rows, copied.number("SELECT max(n) FROM b")) << "no row is missing below the last";
    EXPECT_GE(rows, before + 20 - 1);
    EXPECT_GT(rows, last);
    last = rows;
  }
  stop = true;
  work.join();
}

TEST_F(BackupTest, DamageOfACopyIsTold) {
  const fs::path file = folder_ / "x.db";
  {
    sql::Database database(file, sql::Database::Mode::kCreate);
    database.script("CREATE TABLE a(n INTEGER, t TEXT)");
    sql::Transaction all(database, sql::Transaction::Kind::kWrite);
    for (int n = 0; n < 2000; ++n)
      sql::Query(database, "INSERT INTO a VALUES(?1, ?2)").run_with(n, std::string(50, 'y'));
    all.commit();
  }
  EXPECT_EQ(damage_of_database(file).value(), "");
  std::string bytes = bytes_of(file);
  std::fill(bytes.begin() + 8192, bytes.begin() + 12288, '\x7f');
  write(file, bytes);
  const auto damage = damage_of_database(file);
  EXPECT_TRUE(!damage || !damage->empty());
  EXPECT_EQ(copy_database(folder_ / "none.db", folder_ / "y.db").error().code, Errc::kNotFound);
}

TEST_F(BackupTest, WhatWasPackedComesBackWithItsHash) {
  const std::string text = std::string(3'000'000, 'a') + "末尾";
  const fs::path file = made("one.tar.zst", text);
  EXPECT_LT(fs::file_size(file), 100'000u);
  EXPECT_EQ(static_cast<unsigned>(fs::status(file).permissions()) & 077u, 0u);
  Contents contents;
  ASSERT_TRUE(read(file, contents));
  EXPECT_EQ(contents.at("a/名录.csv").first, text);
  EXPECT_EQ(contents.at("a/名录.csv").second, hash_);
  EXPECT_EQ(contents.at("manifest.json").first, "{}");
}

TEST_F(BackupTest, OnlyTheAcknowledgedPartIsTakenAndAShorterFileIsRefused) {
  write(folder_ / "s", "acknowledged, and what was written since");
  auto out = ArchiveWriter::create(folder_ / "s.tar.zst", 0).value();
  EXPECT_TRUE(out.add_file("s", folder_ / "s", 12));
  EXPECT_TRUE(out.finish());
  Contents contents;
  ASSERT_TRUE(read(folder_ / "s.tar.zst", contents));
  EXPECT_EQ(contents.at("s").first, "acknowledged");
  auto other = ArchiveWriter::create(folder_ / "t.tar.zst", 0).value();
  EXPECT_EQ(other.add_file("s", folder_ / "s", 1000).error().code, Errc::kConflict);
  EXPECT_EQ(other.add_file("n", folder_ / "none", 1).error().code, Errc::kNotFound);
}

TEST_F(BackupTest, OneProcessWritesAnArchive) {
  auto first = ArchiveWriter::create(folder_ / "u.tar.zst", 0);
  ASSERT_TRUE(first);
  EXPECT_TRUE(archive_in_work(folder_ / "u.tar.zst"));
  EXPECT_EQ(ArchiveWriter::create(folder_ / "u.tar.zst", 0).error().code, Errc::kLocked);
}

// A wrong bit either ends the reading or gives another hash, wherever it lies in the bytes of a file.
TEST_F(BackupTest, AWrongBitNeverPassesAsWhatWasPacked) {
  std::string text;
  std::uint32_t state = 7;
  for (int i = 0; i < 40'000; ++i) state = state * 1664525u + 1013904223u, text += static_cast<char>(state >> 24);
  const fs::path file = made("v.tar.zst", text);
  const std::string whole = bytes_of(file);
  for (std::size_t at = 0; at < whole.size(); at += 397) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at % 8)));
    write(file, bytes);
    Contents contents;
    const Status status = read(file, contents);
    const auto found = contents.find("a/名录.csv");
    const bool same = status && found != contents.end() && found->second.second == hash_;
    if (same) {
      EXPECT_EQ(found->second.first, text) << at;
    }
    if (!status) {
      EXPECT_EQ(status.error().code, Errc::kCorrupt) << at << " " << status.error().text();
    }
  }
  for (const std::size_t length : {std::size_t{0}, std::size_t{1}, whole.size() / 2, whole.size() - 1}) {
    write(file, std::string_view(whole).substr(0, length));
    Contents contents;
    const Status status = read(file, contents);
    EXPECT_TRUE(!status || !contents.contains("manifest.json")) << length;
  }
}

}  // namespace
}  // namespace tanmiao::store::backup_test
