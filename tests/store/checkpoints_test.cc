// The log is brought into the file beside the writer.
#include "store/checkpoints.h"

#include <sys/wait.h>

#include <csignal>
#include <random>

#include "store_fixture.h"

namespace tanmiao::store::checkpoints_test {
namespace {

using sql::Checkpoints;
using sql::Database;
using sql::Query;
using sql::Transaction;

constexpr std::string_view kTable = "CREATE TABLE IF NOT EXISTS text(id INTEGER PRIMARY KEY, said TEXT NOT NULL)";

class BesideTheWriter : public ::testing::Test {
 protected:
  BesideTheWriter() : folder_(fresh_folder()) { std::filesystem::create_directories(folder_); }
  ~BesideTheWriter() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path file() const { return folder_ / "a.db"; }
  std::uintmax_t log_bytes() const { return std::filesystem::file_size(folder_ / "a.db-wal"); }

  // Some pages each, of the rows from..from + 9.
  static void write(Database& database, int from) {
    Transaction transaction(database, Transaction::Kind::kWrite);
    Query insert(database, "INSERT INTO text(id, said) VALUES(?1, ?2)");
    for (int i = from; i < from + 10; ++i) insert.run_with(i, std::string(3000, 'x'));
    transaction.commit();
  }
  static void sound(Database& database, std::int64_t rows) {
    EXPECT_EQ(database.number("SELECT count(*) FROM text"), rows);
    Query check(database, "PRAGMA integrity_check");
    ASSERT_TRUE(check.step());
    EXPECT_EQ(check.view(0), "ok");
  }

  std::filesystem::path folder_;
};

// However much is written, the log stays within its bounds, and no checkpoint is begun that has nothing to bring.
TEST_F(BesideTheWriter, TheLogStaysShort) {
  constexpr int kLeast = 20, kBehind = 100, kCommits = 600;
  Database database(file(), Database::Mode::kCreate);
  database.script(kTable);
  {
    Checkpoints checkpoints(database, {kLeast, kBehind});
    std::uintmax_t longest = 0;
    for (int i = 0; i < kCommits; ++i) {
      write(database, i * 10);
      longest = std::max(longest, log_bytes());
    }
    EXPECT_LT(longest, (kLeast + 2 * kBehind) * 4200u);
    EXPECT_GT(checkpoints.tally().begun, 10);
    EXPECT_EQ(checkpoints.tally().idle, 0);
  }
  sound(database, kCommits * 10);
}

// Who reads sees the state of its beginning, is held up by nothing, and holds up nobody; the log grows meanwhile.
TEST_F(BesideTheWriter, WhoReadsHoldsUpNobody) {
  Database database(file(), Database::Mode::kCreate);
  database.script(kTable);
  Checkpoints checkpoints(database, {20, 100});
  write(database, 0);
  Database other(file(), Database::Mode::kRead);
  {
    Transaction reading(other, Transaction::Kind::kRead);
    EXPECT_EQ(other.number("SELECT count(*) FROM text"), 10);
    for (int i = 1; i < 100; ++i) write(database, i * 10);
    EXPECT_EQ(other.number("SELECT count(*) FROM text"), 10);
    EXPECT_GT(log_bytes(), 1'000'000u);
    reading.commit();
  }
  const auto before = log_bytes();
  for (int i = 100; i < 200; ++i) write(database, i * 10);
  EXPECT_LT(log_bytes(), before + 400 * 4200u) << "the log begins anew";
  sound(other, 2000);
}

// The log does not wait for another writer because somebody has the file open.
TEST_F(BesideTheWriter, AtItsEndTheLogIsBrought) {
  Database database(file(), Database::Mode::kCreate);
  database.script(kTable);
  {
    const Checkpoints checkpoints(database, {20, 1000});
    for (int i = 0; i < 20; ++i) write(database, i * 10);
  }
  EXPECT_GT(std::filesystem::file_size(file()), 190u * 3000);
}

// Killed at any moment: what was acknowledged is there, and the file is sound.
TEST_F(BesideTheWriter, KilledAtAnyMomentTheFileIsSound) {
  std::mt19937 random(11);
  int done = 0;
  for (int life = 0; life < 25; ++life) {
    int acknowledged[2];
    ASSERT_EQ(::pipe(acknowledged), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      Database database(file(), Database::Mode::kCreate);
      database.script(kTable);
      const Checkpoints checkpoints(database, {20, 60});
      for (int next = done;; ++next) {
        write(database, next * 10);
        if (::write(acknowledged[1], &next, sizeof next) != sizeof next) ::_exit(1);
      }
    }
    ASSERT_GT(child, 0);
    ::close(acknowledged[1]);
    int last = done - 1;
    for (int commits = 1 + static_cast<int>(random() % 40); commits > 0; --commits)
      ASSERT_EQ(::read(acknowledged[0], &last, sizeof last), static_cast<ssize_t>(sizeof last));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(acknowledged[0], &last, sizeof last) == sizeof last) {
    }
    ::close(acknowledged[0]);
    Database database(file(), Database::Mode::kCreate);
    const auto rows = database.number("SELECT count(*) FROM text");
    EXPECT_GE(rows, (last + 1) * 10);
    EXPECT_LE(rows, (last + 2) * 10) << "one more may have been written";
    sound(database, rows);
    done = static_cast<int>(rows / 10);
  }
}

}  // namespace
}  // namespace tanmiao::store::checkpoints_test
