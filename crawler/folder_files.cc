#include "crawler/folder_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>

#include "core/text/normalize.h"
#include "store/data_folder.h"

namespace tanmiao::crawler {
namespace {

namespace fs = std::filesystem;

// One name without folders.
bool no_delivery(std::string_view name) {
  for (const std::string_view end : {".new", ".part", ".tmp", ".crdownload"})
    if (name.ends_with(end)) return true;
  return name.starts_with(".") || name.starts_with("~$") || name == "README.md" || name == "__MACOSX";
}

bool names_tar(std::string_view name) {
  const std::string lower = text::ascii_lower(name);
  for (const std::string_view end : {".tgz", ".tbz", ".tbz2", ".txz", ".tzst"})
    if (lower.ends_with(end)) return true;
  return lower.find(".tar.") != std::string::npos;
}

// Keeps one member and opens nothing else.
class OneMember : public MemberSink {
 public:
  explicit OneMember(std::string part) : part_(std::move(part)) {}
  bool wanted(const std::string& name) override { return name == part_ || part_.starts_with(name + "!"); }
  bool opens(const std::string& name, Packed) override { return name != part_; }
  Status member(const Member& member) override {
    if (member.name != part_) return {};
    found = true;
    bytes = member.bytes;
    if (member.file.empty()) return {};
    std::ifstream in(member.file, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
    return in.bad() ? Status(Error{Errc::kIo, "reading failed", part_}) : Status();
  }
  Status broken(const Error&) override { return {}; }
  bool found = false;
  std::string bytes;

 private:
  std::string part_;
};

}  // namespace

Result<std::string> member_bytes(const fs::path& inbox, const std::string& part) {
  for (std::size_t at = part.find('!'); at != std::string::npos; at = part.find('!', at + 1)) {
    const fs::path file = inbox / part.substr(0, at);
    std::error_code failed;
    if (!fs::is_regular_file(file, failed)) continue;
    OneMember one(part);
    const Status done = unpack(file, part.substr(0, at), UnpackLimits(), one);
    if (one.found) return std::move(one.bytes);
    if (!done) return done.error();
  }
  return Error{Errc::kNotFound, "no file or page of this name was ever read", part};
}

std::optional<FileStamp> stamp_of(const fs::path& file) {
  struct ::stat of {};
  if (::stat(file.c_str(), &of) != 0) return std::nullopt;
  return FileStamp{static_cast<std::uint64_t>(of.st_size), of.st_ino, of.st_mtim.tv_sec, of.st_mtim.tv_nsec};
}

// Programs that are started meanwhile do not get the open file.
Result<Fingerprint> fingerprint(const fs::path& file) {
  const int in = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (in < 0) return store::io_error(errno, "opening the file", file);
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, crypto_generichash_BYTES_MIN);
  std::string buffer(std::size_t{1} << 20, '\0');
  Fingerprint out;
  int failed = 0;
  for (;;) {
    const ssize_t got = ::read(in, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) failed = errno;
    if (got <= 0) break;
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(buffer.data()),
                              static_cast<unsigned long long>(got));
    out.bytes += static_cast<std::uint64_t>(got);
  }
  ::close(in);
  if (failed != 0) return store::io_error(failed, "reading the file", file);
  std::array<unsigned char, crypto_generichash_BYTES_MIN> digest{};
  crypto_generichash_final(&state, digest.data(), digest.size());
  for (std::size_t i = 8; i-- > 0;) out.hash = out.hash << 8 | digest[i];
  return out;
}

Result<std::vector<std::string>> files_below(const fs::path& inbox, std::vector<LeftOut>* left_out) {
  const auto leave = [&](const fs::path& path, std::string why, bool unreadable) {
    if (left_out != nullptr)
      left_out->push_back({path.lexically_relative(inbox).generic_string(), std::move(why), unreadable});
  };
  std::vector<std::string> names;
  std::error_code failed;
  if (!fs::exists(inbox, failed)) return names;
  fs::recursive_directory_iterator at(inbox, fs::directory_options::none, failed);
  for (; !failed && at != fs::recursive_directory_iterator(); at.increment(failed)) {
    const bool link = at->is_symlink(failed);
    if (passed_over(at->path().filename().string())) {
      at.disable_recursion_pending();
      continue;
    }
    if (!link && at->is_directory(failed) && ::access(at->path().c_str(), R_OK | X_OK) != 0) {
      leave(at->path(), "文件夹无法打开：没有权限", true);
      at.disable_recursion_pending();
      continue;
    }
    if (link || (!at->is_regular_file(failed) && !at->is_directory(failed)))
      leave(at->path(), link ? "链接，不读" : "不是文件", false);
    if (link || !at->is_regular_file(failed)) continue;
    names.push_back(at->path().lexically_relative(inbox).generic_string());
  }
  if (failed) return Error{Errc::kIo, "cannot read the inbox: " + failed.message(), inbox.string()};
  std::sort(names.begin(), names.end());
  return names;
}

bool passed_over(std::string_view name) {
  for (std::size_t from = 0; from <= name.size();) {
    const std::size_t end = std::min(name.find_first_of("!/", from), name.size());
    if (no_delivery(name.substr(from, end - from))) return true;
    from = end + 1;
  }
  return false;
}

bool opens_archive(const Source& source, std::string_view name, Packed kind) {
  if (kind == Packed::kNo) return false;
  const PageRule* const page = source.page_for_file(std::string(file_name_of(name)));
  if (page == nullptr) return true;
  if (page->reader.starts_with("patent_")) return false;
  return kind == Packed::kArchive || names_tar(name) || !page->reads_rows();
}

Status FileSink::record(Record&& record) {
  page.tally.record(record);
  batch_.group.records.push_back(std::move(record));
  if (!batch_.full()) return {};
  Status written = batch_.flush();
  if (!written) ours_ = written.error();
  return written;
}

}  // namespace tanmiao::crawler
