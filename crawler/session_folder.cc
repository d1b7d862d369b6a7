// A folder that people drop files into: each file is a part, told apart by the hash of its bytes.
#include <algorithm>
#include <filesystem>
#include <set>

#include "core/hash.h"
#include "crawler/session.h"
#include "store/columns/column.h"

namespace tanmiao::crawler {
namespace {

namespace fs = std::filesystem;

struct File {
  std::string part;  // path below the inbox, '/' between folders
  fs::path path;
};

// Regular files in the order of their names; links are not followed, so nothing outside the inbox is read.
Result<std::vector<File>> files_below(const fs::path& inbox) {
  std::vector<File> found;
  std::error_code error;
  if (!fs::exists(inbox, error)) return found;
  fs::recursive_directory_iterator at(inbox, error), end;
  for (; !error && at != end; at.increment(error))
    if (!at->is_symlink() && at->is_regular_file())
      found.push_back({at->path().lexically_relative(inbox).generic_string(), at->path()});
  if (error) return store::io_error(error.value(), "cannot list", inbox);
  std::sort(found.begin(), found.end(), [](const File& a, const File& b) { return a.part < b.part; });
  return found;
}

Status read_file(const Work& work, Session& session, const PageRule& page, const File& file) {
  std::uint64_t hash = 0, size = 0;
  {
    TANMIAO_ASSIGN(const auto mapped, store::MappedFile::open(file.path));
    hash = hash64(mapped->bytes());
    size = mapped->bytes().size();
  }
  store::FrontierUrl url;
  url.url = file.part;
  url.role = page.role;
  if (session.unchanged(file.part, hash)) {
    session.part_same(file.part);
    return session.commit_if_large();
  }
  store::Capture capture;
  TANMIAO_ASSIGN(capture.id, session.next_capture());
  capture.source = session.source().id;
  capture.url = "file:" + file.part;
  capture.fetched_at = work.night.clock;
  capture.bytes = size;
  capture.bytes_hash = hash;
  capture.robots = "not applicable";
  Document document;
  document.part = file.part;
  document.file = file.path;
  document.capture = capture.id;
  session.capture(std::move(capture));
  TANMIAO_TRY(session.read(page, document));
  session.report().bytes += size;
  store::Part part;
  part.name = file.part;
  part.bytes_hash = hash;
  part.reading_hash = session.reading_hash();
  session.part_read(std::move(part));
  url.state = store::UrlState::kDone;
  session.url(std::move(url));
  return session.commit();
}

// A fault of this machine ends the stage; a fault of the file holds its source.
bool ours(Errc code) { return code == Errc::kDiskFull || code == Errc::kCorrupt || code == Errc::kCancelled; }

}  // namespace

Status crawl_folder(const Work& work, Session& session) {
  const Source& source = session.source();
  const fs::path inbox = source.inbox.is_absolute() ? source.inbox : work.config.base / source.inbox;
  TANMIAO_ASSIGN(const auto files, files_below(inbox));
  std::set<std::string> done;
  for (const auto& url : session.frontier())
    if (url.state == store::UrlState::kDone) done.insert(url.url);
  std::uint64_t count = 0;
  for (const File& file : files) {
    if (work.stop) {
      TANMIAO_TRY(session.commit());
      return Error{Errc::kCancelled, "asked to stop", source.id};
    }
    work.progress.update("crawl", ++count, files.size(), source.id + " " + file.part);
    const PageRule* const page = source.page_for_file(file.path.filename().string());
    if (page == nullptr || done.contains(file.part)) continue;
    if (Status status = read_file(work, session, *page, file); !status) {
      if (ours(status.error().code)) return status;
      return session.hold("文件读不了：" + file.part + "（" + status.error().message + "）");
    }
  }
  return session.finish(true);
}

}  // namespace tanmiao::crawler
