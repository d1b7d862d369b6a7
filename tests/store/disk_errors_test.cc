// What SQLite answers when a disk or a right fails it is told with the place and what to do, also in Chinese.
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

#include "core/messages.h"
#include "store/sqlite.h"
#include "store_fixture.h"

namespace tanmiao::store::disk_errors_test {
namespace {

using sql::Database;
using ::testing::HasSubstr;
using ::testing::Not;

class DiskErrors : public ::testing::Test {
 protected:
  DiskErrors() : folder_(fresh_folder()) { std::filesystem::create_directories(folder_); }
  ~DiskErrors() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path file() const { return folder_ / "facts.db"; }

  template <class Body>
  static Error error_of(Body body) {
    try {
      body();
    } catch (const sql::Failure& failure) {
      return failure.error;
    }
    ADD_FAILURE() << "nothing failed";
    return {};
  }
  void expect_told(const Error& error, Errc code, std::string_view why, std::string_view chinese) const {
    EXPECT_EQ(error.code, code) << error.text();
    EXPECT_THAT(error.message, HasSubstr("facts.db in " + folder_.string()));
    EXPECT_THAT(error.message, HasSubstr(why));
    const std::string told = in_chinese(error.message);
    EXPECT_THAT(told, HasSubstr(folder_.string()));
    EXPECT_THAT(told, HasSubstr(chinese));
    EXPECT_THAT(told, Not(HasSubstr("原文")));
  }

  std::filesystem::path folder_;
};

TEST_F(DiskErrors, AFileThatMayNotGrow) {
  Database database(file(), Database::Mode::kCreate);
  database.script("CREATE TABLE text(said TEXT)");
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{256 << 10, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const Error error = error_of([&] {
    for (int i = 0; i < 1000; ++i) sql::Query(database, "INSERT INTO text VALUES(?1)").run_with(std::string(4000, 'x'));
  });
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  expect_told(error, Errc::kDiskFull, "File too large; raise the limit", "不能再增大");
  sql::Query(database, "INSERT INTO text VALUES('x')").run();  // and goes on with the limit gone
}

TEST_F(DiskErrors, AFileThatMayBeReadAlone) {
  { Database(file(), Database::Mode::kCreate).script("CREATE TABLE text(said TEXT)"); }
  constexpr uid_t kNobody = 65534;
  const bool root = ::geteuid() == 0;
  std::filesystem::permissions(folder_, std::filesystem::perms::all);
  using std::filesystem::perms;
  std::filesystem::permissions(file(), perms::owner_read | perms::group_read | perms::others_read);
  ASSERT_EQ(root ? ::seteuid(kNobody) : 0, 0);
  const Error error = error_of([&] {
    Database database(file(), Database::Mode::kWrite);
    database.one("INSERT INTO text VALUES('x')");
  });
  ASSERT_EQ(root ? ::seteuid(0) : 0, 0);
  expect_told(error, Errc::kRefused, "is read-only for this user", "只读");
}

TEST_F(DiskErrors, AFolderThatIsNotThere) {
  std::filesystem::remove_all(folder_);
  const Error error = error_of([&] { const Database database(file(), Database::Mode::kCreate); });
  expect_told(error, Errc::kIo, "cannot be opened: No such file or directory", "打不开");
}

// What the codes themselves say, where the system gives no reason or another one.
TEST_F(DiskErrors, EachCodeHasItsWords) {
  constexpr int kIoErr = 10, kReadonly = 8, kFull = 13, kConstraint = 19;
  expect_told(*sql::error_of_disk(kFull, 0, file()), Errc::kDiskFull, "No space left on device; make room", "已满");
  expect_told(*sql::error_of_disk(kIoErr, ENOSPC, file()), Errc::kDiskFull, "No space left on device", "已满");
  expect_told(*sql::error_of_disk(kIoErr, EDQUOT, file()), Errc::kDiskFull, "Disk quota exceeded", "已满");
  expect_told(*sql::error_of_disk(kIoErr, EIO, file()), Errc::kIo, "Input/output error; look after the disk",
              "读写出错");
  expect_told(*sql::error_of_disk(kIoErr | 3 << 8, 0, file()), Errc::kIo, "cannot be read or written", "检查磁盘");
  expect_told(*sql::error_of_disk(kReadonly, 0, file()), Errc::kRefused, "read-only", "只读");
  EXPECT_FALSE(sql::error_of_disk(kConstraint, ENOSPC, file()));
}

}  // namespace
}  // namespace tanmiao::store::disk_errors_test
