// A date's folder: what is listed and not here is fetched, and looked at once more.
#include <fcntl.h>
#include <fmt/format.h>
#include <fnmatch.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "core/hash.h"
#include "crawler/folder_files.h"
#include "crawler/remote_crawl.h"
#include "store/data_folder.h"

namespace tanmiao::crawler {
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

// What a disk must have left beside the file: other stages write as well.
constexpr std::uint64_t kDiskFloor = std::uint64_t{256} << 20;

class OwnedFile {
 public:
  explicit OwnedFile(const fs::path& path)
      : fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600)) {}
  ~OwnedFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  OwnedFile(const OwnedFile&) = delete;
  OwnedFile& operator=(const OwnedFile&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

// The name says of which file it is a beginning, so that it is only gone on with as that one.
std::string partial_name(const std::string& name, const RemoteEntry& entry) {
  return fmt::format("{}.{}-{}.part", name, entry.size, hash_hex(entry.stamp, 16));
}

void drop_other_partials(const fs::path& folder, const std::string& name, const std::string& kept) {
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    const std::string found = at->path().filename().string();
    if (found != kept && found.starts_with(name + ".") && found.ends_with(".part")) {
      std::error_code gone;
      fs::remove(at->path(), gone);
    }
  }
}

std::uint64_t size_of(const fs::path& file) {
  std::error_code failed;
  const auto size = fs::file_size(file, failed);
  return failed ? 0 : size;
}

}  // namespace

struct RemoteSource::Visit {
  const RemoteFolder& folder;
  Date date;
  std::string path;
  OpenDate& open;
  std::set<std::string> fetched{};    // by this visit
  std::set<std::string> unsettled{};  // not to be had tonight
  std::string trouble{};
  std::size_t host = 0;  // that was asked last
};

// Is the file as it is listed here already?
bool RemoteSource::here(Visit& visit, std::size_t host, const std::string& name, const RemoteEntry& entry) {
  RemoteFile& known = visit.open.files[name];
  const fs::path local = inbox_ / visit.path.substr(1) / name;
  std::error_code failed;
  if (!fs::is_regular_file(fs::symlink_status(local, failed))) {
    known.size = entry.size;
    return false;
  }
  const bool changed = known.host == access_[host].host.authority() && known.stamp != entry.stamp;
  if (size_of(local) == entry.size && !changed && !known.again) return true;
  known.size = entry.size;
  fs::remove(local, failed);
  return false;
}

void RemoteSource::note_listing(Visit& visit, std::size_t host, const std::vector<RemoteEntry>& entries,
                                std::map<std::string, RemoteEntry>& wanted) {
  std::set<std::string> names;
  for (const RemoteEntry& entry : entries) {
    const bool fits = std::any_of(rules_.files.begin(), rules_.files.end(), [&](const std::string& pattern) {
      return fnmatch(pattern.c_str(), entry.name.c_str(), FNM_CASEFOLD) == 0;
    });
    if (entry.folder || !fits || passed_over(entry.name)) continue;
    const auto name = usable_name(entry.name);
    if (!name || !names.insert(*name).second) {
      // It stays among the files of the date, so that this never counts as taken.
      const std::string odd = name ? *name + "（重名）" : name.error().where;
      visit.open.files[odd].size = entry.size;
      if (visit.unsettled.insert(odd).second) failed(visit.path, "文件名不能使用：" + odd, host);
      continue;
    }
    if (visit.unsettled.contains(*name) || here(visit, host, *name, entry)) continue;
    if (visit.fetched.contains(*name)) {
      visit.unsettled.insert(*name);
      failed(visit.path + "/" + *name, "取的时候还在变化，今晚不取", host);
      continue;
    }
    wanted[*name] = entry;
  }
}

// false: what was fetched is to be looked at once more, or a mirror asked for the rest.
asio::awaitable<bool> RemoteSource::visit_once(Visit& visit) {
  std::size_t host = 0;
  const auto listing = co_await list(visit.path, host);
  if (!listing) co_return true;
  visit.host = host;
  std::map<std::string, RemoteEntry> wanted;
  note_listing(visit, host, listing->entries, wanted);
  visit.open.listed = true;
  if (wanted.empty()) {
    if (visit.unsettled.empty()) visited_[visit.folder.pattern].insert(visit.date);
    save();
    co_return true;
  }
  files_left_ = wanted.size();
  for (const auto& [name, entry] : wanted) {
    --files_left_;
    const bool whole = co_await fetch(visit, host, name, entry);
    if (over()) co_return true;
    if (!whole) break;
  }
  files_left_ = 0;
  co_return false;
}

asio::awaitable<void> RemoteSource::visit_date(const RemoteFolder& folder, Date date) {
  Visit visit{folder, date, folder.path(date), ledger_.folders[folder.pattern].open[date]};
  const std::size_t rounds = kRemoteTries * access_.size() + 1;
  bool done = false;
  for (std::size_t round = 0; round < rounds && !done && !over(); ++round) done = co_await visit_once(visit);
  if (!done && !over()) failed(visit.path, visit.trouble, visit.host);
}

// true: the file is here, or is given up for tonight. What was fetched of it stays to be gone on with.
asio::awaitable<bool> RemoteSource::fetch(Visit& visit, std::size_t host, const std::string& name,
                                          const RemoteEntry& entry) {
  const fs::path folder = inbox_ / visit.path.substr(1);
  const std::string partial = partial_name(name, entry);
  const fs::path part = folder / partial;
  std::error_code wrong;
  fs::create_directories(folder, wrong);
  if (wrong) {
    status_ = store::io_error(wrong.value(), "making the folder", folder);
    co_return true;
  }
  drop_other_partials(folder, name, partial);
  std::uint64_t offset = size_of(part);
  if (offset > entry.size) fs::remove(part, wrong), offset = 0;
  const std::uint64_t floor = std::max(kDiskFloor, crawl_stops_below(env_.config.least_free));
  if (const auto left = free_bytes(folder); left && *left < entry.size - offset + floor) {
    cut_ = "磁盘空间不足，没有取 " + visit.path + "/" + name;
    co_return true;
  }
  const OwnedFile file(part);
  if (file.fd() < 0) {
    status_ = store::io_error(errno, "writing a fetched file", part);
    co_return true;
  }
  env_.progress.update("crawl", fetched_, fetched_ + 1, source_.id + " " + name);
  std::optional<RemoteAnswer> answer;
  if (offset < entry.size) {
    const std::uint64_t most = bytes_left();
    const Ask getting = [&](RemoteClient& client, const RemoteAccess& access, const RemoteClient::GoOn& go_on) {
      RemoteAnswer got = client.get(access, visit.path, entry.name, file.fd(), offset, entry.size, most, go_on);
      if (::fdatasync(file.fd()) != 0 && !got.disk) got.disk = store::io_error(errno, "writing a fetched file", part);
      return got;
    };
    answer = co_await ask(host, getting);
    if (!answer) co_return false;
    if (answer->disk) {
      status_ = *answer->disk;
      co_return true;
    }
  }
  const RemoteAnswer::Kind kind = answer ? answer->kind : RemoteAnswer::Kind::kGood;
  if (answer && !answer->note.empty()) visit.trouble = name + "：" + answer->note;
  if (kind == RemoteAnswer::Kind::kOurs) {
    spent();
    co_return false;
  }
  if (kind == RemoteAnswer::Kind::kNoResume || kind == RemoteAnswer::Kind::kGrew) fs::remove(part, wrong);
  if (kind == RemoteAnswer::Kind::kNotThere || kind == RemoteAnswer::Kind::kGrew) {
    visit.unsettled.insert(name);
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): without an answer it is good
    failed(visit.path + "/" + name, answer->note, host);
    co_return true;
  }
  if (kind != RemoteAnswer::Kind::kGood) co_return false;
  fs::rename(part, folder / name, wrong);
  if (wrong) {
    status_ = store::io_error(wrong.value(), "naming a fetched file", part);
    co_return true;
  }
  status_ = store::sync_folder(folder);
  RemoteFile& known = visit.open.files[name];
  known = {entry.size, entry.stamp, access_[host].host.authority(), known.unreadable, false};
  visit.open.read.reset();
  visit.fetched.insert(name);
  ++fetched_;
  save();
  tell_came(CrawlEvent::Kind::kReceived, host, visit.path + "/" + name, {}, kGoodStatus);
  co_return true;
}

}  // namespace tanmiao::crawler
