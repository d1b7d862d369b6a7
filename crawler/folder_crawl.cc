#include "crawler/folder_crawl.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>

#include "core/messages.h"
#include "crawler/stated.h"
#include "store/data_folder.h"

namespace tanmiao::crawler {
namespace {

namespace fs = std::filesystem;

struct Fingerprint {
  std::uint64_t bytes = 0, hash = 0;
};

// hash64() of the file's bytes, without holding them.
Result<Fingerprint> fingerprint(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return store::io_error(errno, "opening the file", file);
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, crypto_generichash_BYTES_MIN);
  std::string buffer(std::size_t{1} << 20, '\0');
  Fingerprint out;
  while (in) {
    in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    const auto got = static_cast<std::size_t>(in.gcount());
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(buffer.data()), got);
    out.bytes += got;
  }
  if (in.bad()) return Error{Errc::kIo, "reading failed", file.string()};
  std::array<unsigned char, crypto_generichash_BYTES_MIN> digest{};
  crypto_generichash_final(&state, digest.data(), digest.size());
  for (std::size_t i = 8; i-- > 0;) out.hash = out.hash << 8 | digest[i];
  return out;
}

// Not a delivery: hidden files, locks of office programs, half downloads, our own explanations.
bool passed_over(const std::string& name) {
  return name.starts_with(".") || name.starts_with("~$") || name.ends_with(".new") || name.ends_with(".part") ||
         name.ends_with(".tmp") || name.ends_with(".crdownload") || name == "README.md";
}

// Names below the inbox, sorted. Links are not followed: a name never leads out of the inbox.
Result<std::vector<std::string>> files_below(const fs::path& inbox) {
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
    if (link || !at->is_regular_file(failed)) continue;
    names.push_back(at->path().lexically_relative(inbox).generic_string());
  }
  if (failed) return Error{Errc::kIo, "cannot read the inbox: " + failed.message(), inbox.string()};
  std::sort(names.begin(), names.end());
  return names;
}

// Hands records on in groups while the file is read. Rows and rejects are counted with the file's last group, so that a
// file that is begun again after a crash is not counted twice.
class FileSink : public ReadingSink {
 public:
  FileSink(CrawlBatch& batch, PageTally tally) : batch_(batch) { page.tally = std::move(tally); }
  Status record(Record&& record) override {
    page.tally.record(record);
    batch_.group.records.push_back(std::move(record));
    if (!batch_.full()) return {};
    Status written = batch_.flush();
    if (!written) ours_ = written.error();
    return written;
  }
  Status reject(store::Reject&& reject) override { return page.reject(std::move(reject)); }
  Status link(std::string&&, std::string_view) override { return {}; }
  void row() override { ++page.rows; }
  void unknown_word(Field field, std::string_view word) override { page.unknown_word(field, word); }
  void wrong_charset(std::string_view claimed, std::string_view charset) override {
    page.wrong_charset(claimed, charset);
  }
  void unmapped(std::string_view name) override { page.unmapped(name); }
  // An error of the store or a wish to stop, not one of the file.
  const std::optional<Error>& ours() const { return ours_; }

  PageReading page;

 private:
  CrawlBatch& batch_;
  std::optional<Error> ours_;
};

class FolderCrawl {
 public:
  FolderCrawl(const CrawlEnv& env, const Source& source, store::BatchId batch, bool again)
      : env_(env), source_(source), batch_(env, source, batch), batch_id_(batch), again_(again) {}

  Result<SourceReport> run() {
    const fs::path inbox = inbox_of(source_, env_.config);
    TANMIAO_ASSIGN(const std::vector<std::string> names, files_below(inbox));
    TANMIAO_ASSIGN(known_, env_.store.facts().parts(source_.id));
    TANMIAO_TRY(take_up());
    std::size_t done = 0;
    for (const std::string& name : names) {
      env_.progress.update("crawl", done++, names.size(), source_.id + " " + name);
      if (done_.contains(name)) continue;
      TANMIAO_TRY(file(name, inbox / name));
      if (!trouble_.empty()) break;
    }
    TANMIAO_ASSIGN(SourceReport report, batch_.finish(trouble_, source_.completeness));
    if (report.why.empty() && names.empty()) report.why = "收件夹内没有文件：" + source_.inbox.string();
    if (report.why.empty() && !unread_.empty()) report.why = "来源说明未涉及、未读取的文件：" + unread_;
    return report;
  }

 private:
  // Files that an earlier process of this night has finished.
  Status take_up() {
    TANMIAO_ASSIGN(const auto urls, env_.store.facts().frontier(batch_id_));
    for (const auto& url : urls) {
      if (url.state != store::UrlState::kDone) continue;
      done_.insert(url.url);
      if (url.note.empty()) batch_.reread.insert(url.url);
    }
    return {};
  }

  Status file(const std::string& name, const fs::path& path) {
    const PageRule* const page = source_.page_for_file(path.filename().string());
    if (page == nullptr) {
      unread_ += (unread_.empty() ? "" : "、") + name;
      env_.progress.note("crawl", source_.id + "：来源说明未涉及、未读取的文件 " + name);
      return {};
    }
    const auto print = fingerprint(path);
    if (!print) {
      trouble_ = "文件无法读取：" + name + "（" + in_chinese(print.error().message) + "）";
      return {};
    }
    batch_.report.bytes += print->bytes;
    const std::uint64_t reading = reading_hash(source_, env_.config, env_.reference);
    const auto known = known_.find(name);
    const bool same = !again_ && known != known_.end() && known->second.bytes_hash == print->hash &&
                      known->second.reading_hash == reading;
    store::FrontierUrl mark{name, "", page->role, 0, store::UrlState::kDone, 1, same ? "same" : ""};
    if (same) {
      batch_.group.parts_same.push_back(name);
      batch_.group.urls.push_back(std::move(mark));
      return batch_.full() ? batch_.flush() : Status();
    }
    TANMIAO_TRY(read(name, path, *page, *print));
    if (!trouble_.empty()) return {};
    batch_.group.parts.push_back({name, print->hash, reading, "", "", stated_of(*page, name)});
    batch_.group.urls.push_back(std::move(mark));
    return batch_.flush();
  }

  // The file's capture keeps its hash only: the file itself is the office's.
  Status read(const std::string& name, const fs::path& path, const PageRule& page, const Fingerprint& print) {
    store::Capture capture;
    TANMIAO_ASSIGN(capture.id, env_.store.facts().next_capture_id());
    capture.source = source_.id;
    capture.url = name;
    capture.fetched_at = env_.night.clock;
    capture.bytes = print.bytes;
    capture.bytes_hash = print.hash;
    capture.robots = "not applicable";
    Document document;
    document.part = name;
    document.file = path;
    document.capture = capture.id;
    batch_.group.captures.push_back(std::move(capture));
    batch_.reread.insert(name);
    FileSink sink(batch_, PageTally(source_, page, name, env_.night.civil_date));
    if (const Status done = read_document(source_, page, document, env_.reading(), sink); !done) {
      if (const std::optional<Error>& ours = sink.ours()) return *ours;
      trouble_ = "文件无法读取：" + name + "（" + in_chinese(done.error()) + "）";
    }
    batch_.add(std::move(sink.page));
    return {};
  }

  const CrawlEnv& env_;
  const Source& source_;
  CrawlBatch batch_;
  store::BatchId batch_id_;
  bool again_;
  std::map<std::string, store::Part> known_;
  std::set<std::string> done_;
  std::string trouble_, unread_;
};

}  // namespace

fs::path inbox_of(const Source& source, const CrawlConfig& config) {
  return source.inbox.is_absolute() ? source.inbox : config.base / source.inbox;
}

Result<SourceReport> crawl_folder(const CrawlEnv& env, const Source& source, bool again) {
  TANMIAO_ASSIGN(const store::Batch batch, env.store.facts().open_batch(env.night, store::Stage::kCrawl, source.id));
  return FolderCrawl(env, source, batch.id, again).run();
}

}  // namespace tanmiao::crawler
