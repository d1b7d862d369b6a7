#include "crawler/folder_crawl.h"

#include "core/messages.h"
#include "crawler/folder_files.h"
#include "crawler/stated.h"

namespace tanmiao::crawler {
namespace {

namespace fs = std::filesystem;

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
    if (trouble_.empty() && !broken_.empty())
      report.why += (report.why.empty() ? "" : "；") + ("压缩包内无法读取、沿用已有数据的文件：" + broken_);
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
    const auto kind = packed_kind_of(path);
    if (kind && opens_archive(source_, name, *kind)) return archive(name, path);
    const PageRule* const page = source_.page_for_file(path.filename().string());
    if (page == nullptr) {
      unread(name);
      return {};
    }
    const auto print = fingerprint(path);
    if (!print) {
      trouble_ = "文件无法读取：" + name + "（" + in_chinese(print.error().message) + "）";
      return {};
    }
    batch_.report.bytes += print->bytes;
    if (same(name, print->hash)) return mark_same(name, page->role);
    Document document;
    document.part = name;
    document.file = path;
    TANMIAO_TRY(read(document, *page, *print));
    return trouble_.empty() ? batch_.flush() : Status();
  }

  void unread(const std::string& name) {
    add_name(unread_, unread_count_, name);
    env_.progress.note("crawl", source_.id + "：来源说明未涉及、未读取的文件 " + name);
  }

  // An archive may hold more names than anybody reads.
  static void add_name(std::string& names, std::size_t& count, const std::string& name) {
    if (++count <= kMostNamed) names += (names.empty() ? "" : "、") + name;
    if (count == kMostNamed + 1) names += "等";
  }

  bool same(const std::string& name, std::uint64_t hash) const {
    const auto known = known_.find(name);
    return !again_ && known != known_.end() && known->second.bytes_hash == hash &&
           known->second.reading_hash == reading_;
  }

  void tell_read(const std::string& name, bool same, std::uint64_t bytes, std::uint64_t rejected) const {
    CrawlEvent event{CrawlEvent::Kind::kFetched};
    event.source = source_.id;
    event.address = name;
    event.why = same ? "same" : "";
    event.bytes = bytes;
    event.rejected = rejected;
    tell(env_.config.observer, event);
  }

  Status mark_same(const std::string& name, const std::string& role) {
    tell_read(name, true, 0, 0);
    batch_.group.parts_same.push_back(name);
    batch_.group.urls.push_back({name, "", role, 0, store::UrlState::kDone, 1, "same"});
    return batch_.full() ? batch_.flush() : Status();
  }

  void mark_read(const std::string& name, const PageRule& page, std::uint64_t hash) {
    batch_.group.parts.push_back({name, hash, reading_, "", "", stated_of(page, name)});
    batch_.group.urls.push_back({name, "", page.role, 0, store::UrlState::kDone, 1, ""});
  }

  // The file's capture keeps its hash only: the file itself is the office's.
  Result<std::uint64_t> capture(const std::string& name, const Fingerprint& print) {
    store::Capture capture;
    TANMIAO_ASSIGN(capture.id, env_.store.facts().next_capture_id());
    capture.source = source_.id;
    capture.url = name;
    capture.fetched_at = env_.night.clock;
    capture.bytes = print.bytes;
    capture.bytes_hash = print.hash;
    capture.robots = "not applicable";
    const std::uint64_t id = capture.id;
    batch_.group.captures.push_back(std::move(capture));
    return id;
  }

  PageTally tally_of(const PageRule& page, const std::string& name) const {
    return {source_, page, name, env_.night.civil_date};
  }

  Status read(Document& document, const PageRule& page, const Fingerprint& print) {
    TANMIAO_ASSIGN(document.capture, capture(document.part, print));
    batch_.reread.insert(document.part);
    FileSink sink(batch_, tally_of(page, document.part));
    if (const Status done = read_document(source_, page, document, env_.reading(), sink); !done) {
      if (const std::optional<Error>& ours = sink.ours()) return *ours;
      trouble_ = "文件无法读取：" + document.part + "（" + in_chinese(done.error()) + "）";
    }
    if (trouble_.empty()) tell_read(document.part, false, print.bytes, sink.page.rejects.size());
    batch_.add(std::move(sink.page));
    if (trouble_.empty()) mark_read(document.part, page, print.hash);
    return {};
  }

  // Each member is a part of its own, so that only those are read again that changed.
  Status archive(const std::string& name, const fs::path& path) {
    const auto print = fingerprint(path);
    if (!print) {
      trouble_ = "文件无法读取：" + name + "（" + in_chinese(print.error().message) + "）";
      return {};
    }
    batch_.report.bytes += print->bytes;
    if (same(name, print->hash)) {
      const std::string within = name + "!";
      for (auto at = known_.lower_bound(within); at != known_.end() && at->first.starts_with(within); ++at)
        TANMIAO_TRY(mark_same(at->first, ""));
      return mark_same(name, "");
    }
    Members members(*this);
    const std::size_t broken_before = broken_count_;
    if (const Status done = unpack(path, name, UnpackLimits(), members); !done) {
      if (members.ours) return *members.ours;
      if (done.error().code == Errc::kDiskFull) return done.error();
      trouble_ = "压缩包无法读取：" + done.error().where + "（" + in_chinese(done.error().message) + "）";
      return {};
    }
    if (broken_count_ == broken_before) {
      // Else it is opened again tomorrow, so that what could not be read is told for as long as it lies there.
      batch_.group.parts.push_back({name, print->hash, reading_, "", "", {}});
    } else if (source_.completeness == store::Completeness::kComplete) {
      trouble_ = "压缩包内有无法读取的文件：" + broken_;
      return {};
    }
    batch_.group.urls.push_back({name, "", "", 0, store::UrlState::kDone, 1, ""});
    return batch_.flush();
  }

  class Members : public MemberSink {
   public:
    explicit Members(FolderCrawl& crawl) : crawl_(crawl) {}
    bool wanted(const std::string& name) override { return !passed_over(name) && !crawl_.done_.contains(name); }
    bool opens(const std::string& name, Packed kind) override { return opens_archive(crawl_.source_, name, kind); }
    Status member(const Member& member) override {
      Status done = crawl_.member(member);
      if (!done) ours = done.error();
      return done;
    }
    Status broken(const Error& error) override { return crawl_.broken(error); }
    std::optional<Error> ours;

   private:
    FolderCrawl& crawl_;
  };

  Status broken(const Error& error) {
    const std::string text = error.where + "（" + in_chinese(error.message) + "）";
    add_name(broken_, broken_count_, text);
    env_.progress.note("crawl", source_.id + "：压缩包内无法读取的文件 " + text);
    return {};
  }

  // Nothing of a member that cannot be read to its end is kept.
  Status member(const Member& member) {
    const PageRule* const page = source_.page_for_file(std::string(file_name_of(member.name)));
    if (page == nullptr) {
      unread(member.name);
      return {};
    }
    if (same(member.name, member.hash)) return mark_same(member.name, page->role);
    Document document;
    document.part = member.name;
    document.bytes = member.bytes;
    document.file = member.file;
    const Fingerprint print{member.size, member.hash};
    if (member.size > kMostGathered) {
      DrySink dry;
      if (const Status done = read_document(source_, *page, document, env_.reading(), dry); !done)
        return broken({done.error().code, done.error().message, member.name});
      TANMIAO_TRY(read(document, *page, print));
    } else {
      PageReading gathered;
      gathered.tally = tally_of(*page, member.name);
      TANMIAO_ASSIGN(document.capture, capture(member.name, print));
      if (const Status done = read_document(source_, *page, document, env_.reading(), gathered); !done)
        return broken({done.error().code, done.error().message, member.name});
      batch_.reread.insert(member.name);
      tell_read(member.name, false, member.size, gathered.rejects.size());
      batch_.add(std::move(gathered));
      mark_read(member.name, *page, member.hash);
    }
    return batch_.full() ? batch_.flush() : Status();
  }

  static constexpr std::size_t kMostNamed = 20;
  static constexpr std::uint64_t kMostGathered = std::uint64_t{16} << 20;  // a larger member is read twice instead

  const CrawlEnv& env_;
  const Source& source_;
  CrawlBatch batch_;
  store::BatchId batch_id_;
  bool again_;
  std::map<std::string, store::Part> known_;
  std::set<std::string> done_;
  std::uint64_t reading_ = reading_hash(source_, env_.config, env_.reference);
  std::string trouble_, unread_, broken_;
  std::size_t unread_count_ = 0, broken_count_ = 0;
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
