#include "store/store.h"

#include <optional>

#include "store/sqlite_facts.h"
#include "store/sqlite_people.h"

namespace tanmiao::store {

struct Store::Impl {
  DataFolder folder;
  std::optional<FolderLock> lock;
  SqliteFacts facts;
  SqlitePeople people;

  Impl(DataFolder where, std::optional<FolderLock> held, sql::Database::Mode facts_mode,
       sql::Database::Mode people_mode)
      : folder(std::move(where)),
        lock(std::move(held)),
        facts(folder.facts(), facts_mode),
        people(folder.people(), people_mode) {}
};

namespace {

Status make_folders(const DataFolder& folder) {
  std::error_code error;
  for (const auto& path :
       {folder.root(), folder.root() / "captures", folder.root() / "columns", folder.root() / "index",
        folder.root() / "runs", folder.reports(), folder.root() / "rejects", folder.exports()}) {
    std::filesystem::create_directories(path, error);
    if (error) return io_error(error.value(), "creating the folder", path);
  }
  // Captures are a quarantine: pages of others as they came; refused rows are not much better.
  for (const char* const closed : {"captures", "rejects"}) {
    std::filesystem::permissions(folder.root() / closed, std::filesystem::perms::owner_all, error);
    if (error) return io_error(error.value(), "closing the folder to others", folder.root() / closed);
  }
  return {};
}

}  // namespace

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;
const DataFolder& Store::folder() const { return impl_->folder; }
Facts& Store::facts() { return impl_->facts; }
People& Store::people() { return impl_->people; }
bool Store::writable() const { return impl_->lock.has_value(); }

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& data, Access access, std::string_view what) {
  DataFolder folder(data);
  std::optional<FolderLock> lock;
  if (access == Access::kWrite) {
    TANMIAO_TRY(make_folders(folder));
    TANMIAO_ASSIGN(auto held, FolderLock::take(folder, what));
    lock.emplace(std::move(held));
  } else if (!std::filesystem::exists(folder.facts()) || !std::filesystem::exists(folder.people())) {
    return Error{Errc::kNotFound, "no store here: expected facts.db and people.db", data.string()};
  }
  using Mode = sql::Database::Mode;
  try {
    const bool write = access == Access::kWrite;
    return std::unique_ptr<Store>(
        new Store(std::make_unique<Impl>(std::move(folder), std::move(lock), write ? Mode::kCreate : Mode::kRead,
                                         write ? Mode::kCreate : Mode::kWrite)));
  } catch (const sql::Failure& failure) {
    return failure.error;
  }
}

}  // namespace tanmiao::store
