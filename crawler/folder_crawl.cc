#include "crawler/folder_crawl.h"

#include <future>

#include "core/messages.h"
#include "crawler/folder_files.h"
#include "crawler/lost_parts.h"
#include "crawler/reader_process.h"
#include "crawler/replay.h"
#include "crawler/stated.h"
#include "crawler/store_along.h"

namespace tanmiao::crawler {
namespace {

namespace fs = std::filesystem;

class FolderCrawl {
 public:
  FolderCrawl(const CrawlEnv& env, const Source& source, store::BatchId batch, bool again)
      : env_(env), source_(source), batch_(env, source, batch), batch_id_(batch), again_(again) {
    batch_.reread = again;
    const ReaderPlace& place = env.config.reader;
    reader_ = place.program.empty() ? reader_in_process(source, env.reading())
                                    : reader_process(place, source, env.reading(), env.stop);
  }

  Result<SourceReport> run() {
    const fs::path inbox = inbox_of(source_, env_.config);
    std::vector<LeftOut> left_out;
    const auto listed = files_below(inbox, &left_out);
    // Only this source: others have inboxes of their own.
    if (!listed) return batch_.finish("收件夹无法读取：" + in_chinese(listed.error().message), source_.completeness);
    const std::vector<std::string>& names = *listed;
    for (const LeftOut& one : left_out) {
      if (one.unreadable) TANMIAO_TRY(lost(one.name, one.why));
      if (!one.unreadable) unread(one.name + "（" + one.why + "）");
    }
    TANMIAO_ASSIGN(known_, env_.store.facts().parts(source_.id));
    TANMIAO_TRY(take_up());
    std::size_t done = 0;
    for (const std::string& name : names) {
      env_.progress.update("crawl", done++, names.size(), source_.id + " " + name);
      if (done_.contains(name)) continue;
      TANMIAO_TRY(file(name, inbox / name));
    }
    std::vector<std::string>& lost = batch_.report.lost_files;
    const std::string told = lost.empty() ? std::string() : lost_in_words();
    TANMIAO_TRY(keep_lost_files(env_.store.facts(), env_.night.civil_date, batch_.report));
    // Of a source that is complete, what is not read would be gone; and where nothing could be read nothing is
    // published, but what came from a server, which is fetched once more.
    const bool holds = source_.completeness == store::Completeness::kComplete || (!any_good_ && !source_.remote);
    TANMIAO_ASSIGN(SourceReport report, batch_.finish(holds ? told : std::string(), source_.completeness));
    if (report.why.empty() && names.empty() && left_out.empty() && !source_.remote)
      report.why = "收件夹内没有文件：" + source_.inbox.string();
    if (report.why.empty() && !unread_.empty()) report.why = "来源说明未涉及、未读取的文件：" + unread_;
    if (!holds && !told.empty()) report.why += (report.why.empty() ? "" : "；") + told;
    return report;
  }

 private:
  // Files that an earlier process of this night has finished.
  Status take_up() {
    TANMIAO_ASSIGN(const auto urls, env_.store.facts().frontier(batch_id_));
    for (const auto& url : urls) {
      if (url.state != store::UrlState::kDone) continue;
      any_good_ = true;
      done_.insert(url.url);
      if (url.note.empty()) batch_.names.insert(url.url);
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
    if (untouched(name, path)) return mark_same(name, page->role);
    const auto stamp = stamp_of(path);
    Document document;
    document.part = name;
    document.file = path;
    const bool beside = !may_be_same(name) && stamp && stamp->size >= kWorthAThread;
    const auto print = std::async(beside ? std::launch::async : std::launch::deferred, fingerprint, path).share();
    if (beside) return read(document, *page, print, stamp);
    if (!print.get()) return lost(name, print.get().error());
    if (!same(name, print.get()->hash)) return read(document, *page, print, stamp);
    batch_.report.bytes += print.get()->bytes;
    return mark_same(name, page->role);
  }

  void unread(const std::string& name) {
    // An archive may hold more names than anybody reads.
    if (++unread_count_ <= kMostNamed) unread_ += (unread_.empty() ? "" : "、") + name;
    if (unread_count_ == kMostNamed + 1) unread_ += "等";
    env_.progress.note("crawl", source_.id + "：来源说明未涉及、未读取的文件 " + name);
  }

  static constexpr std::uint64_t kWorthAThread = std::uint64_t{1} << 20;  // bytes

  // With the bytes that are known.
  bool may_be_same(const std::string& name) const {
    const auto known = known_.find(name);
    return !again_ && known != known_.end() && known->second.reading_hash == reading_;
  }
  bool same(const std::string& name, std::uint64_t hash) const {
    return may_be_same(name) && known_.at(name).bytes_hash == hash;
  }

  void tell_read(const std::string& name, bool same, std::uint64_t bytes, std::uint64_t rejected) const {
    CrawlEvent event{CrawlEvent::Kind::kFetched};
    event.source = source_.id;
    event.address = name;
    event.why = same ? "same" : "";
    event.bytes = source_.remote ? 0 : bytes;  // told when they came
    event.rejected = rejected;
    tell(env_.config.observer, event);
  }

  bool untouched(const std::string& name, const fs::path& path) const {
    const auto known = known_.find(name);
    return !again_ && known != known_.end() && known->second.reading_hash == reading_ && !known->second.etag.empty() &&
           known->second.etag == size_and_time(source_, path);
  }

  void note_done(const std::string& name, const std::string& role, const std::string& note) {
    any_good_ = true;
    batch_.group.urls.push_back({name, "", role, 0, store::UrlState::kDone, 1, note, 0, batch_.next_url_id()});
  }

  Status mark_same(const std::string& name, const std::string& role) {
    tell_read(name, true, 0, 0);
    batch_.group.parts_same.push_back(name);
    note_done(name, role, "same");
    return batch_.full() ? batch_.flush() : Status();
  }

  void mark_read(const std::string& name, const PageRule& page, std::uint64_t hash, const std::string& mark) {
    batch_.group.parts.push_back({name, hash, reading_, mark, "", stated_of(page, name)});
    note_done(name, page.role, "");
  }

  // The file's capture keeps its hash only: the file itself is the office's.
  Result<std::uint64_t> capture(const std::string& name, const Fingerprint& print) {
    TANMIAO_ASSIGN(const store::CaptureId id, env_.store.facts().next_capture_id());
    add_capture(id, name, print);
    return id;
  }
  void add_capture(store::CaptureId id, const std::string& name, const Fingerprint& print) {
    store::Capture capture;
    capture.id = id;
    capture.source = source_.id;
    capture.url = name;
    capture.fetched_at = env_.night.clock;
    capture.bytes = print.bytes;
    capture.bytes_hash = print.hash;
    capture.robots = "not applicable";
    batch_.group.captures.push_back(std::move(capture));
  }

  PageTally tally_of(const PageRule& page, const std::string& name) const {
    return {source_, page, name, env_.night.civil_date};
  }

  // Of a file that is written while it is read nobody knows what was read: its hash is that of other bytes.
  static constexpr const char* kWritten = "文件在读取期间被改写，今晚不取，下一夜重读";

  // `printed`: what its bytes are, found out while they are read where nothing hangs on it before. `stamp`: of before
  // it was looked at.
  Status read(Document& document, const PageRule& page, const std::shared_future<Result<Fingerprint>>& printed,
              const std::optional<FileStamp>& stamp) {
    store::CaptureId id = 0;
    const auto begin = [&]() -> Result<std::uint64_t> {
      TANMIAO_ASSIGN(id, env_.store.facts().next_capture_id());
      return id;
    };
    StoreAlong events(batch_, env_.store.facts(), {source_, document.part}, tally_of(page, document.part), begin);
    TANMIAO_ASSIGN(const ReadEnd end, reader_->read(document, page, events));
    const Result<Fingerprint>& print = printed.get();
    if (print) batch_.report.bytes += print->bytes;
    if (print && !end.done()) return not_kept(document.part, end, events);
    if (!print || stamp_of(document.file) != stamp) {
      events.clear();
      return print ? lost(document.part, kWritten) : lost(document.part, print.error());
    }
    TANMIAO_TRY(take_events(document.part, *print, events));
    add_capture(id, document.part, *print);
    mark_read(document.part, page, print->hash, size_and_time(source_, document.file));
    return events.keep();
  }

  Status not_kept(const std::string& part, const ReadEnd& end, StoreAlong& events) {
    events.clear();
    // NOLINTNEXTLINE(bugprone-unchecked-optional-access): one of the two ended it
    return end.died.empty() ? lost(part, *end.fault) : lost(part, end.died);
  }

  Status take_events(const std::string& part, const Fingerprint& print, StoreAlong& events) {
    TANMIAO_ASSIGN(PageReading read, events.take());
    batch_.names.insert(part);
    tell_read(part, false, print.bytes, read.rejects.size());
    batch_.add(std::move(read));
    return {};
  }

  // A file or a member that cannot be read to its end, or whose reader came to grief, costs itself only: nothing of it
  // is kept, what it said before stays, it is tried again the next night. What a remote source fetched may have been
  // damaged on its way, and is fetched once more (crawler/remote_ledger.h).
  Status lost(const std::string& name, const std::string& why) {
    std::vector<std::string>& names = batch_.report.lost_files;
    batch_.report.lost_count = ++lost_count_;
    if (lost_count_ <= kMostNamed) names.push_back(name + "（" + why + "）");
    CrawlEvent event{CrawlEvent::Kind::kFailed};
    event.source = source_.id;
    event.address = name;
    event.why = why;
    tell(env_.config.observer, event);
    env_.progress.note("crawl", source_.id + "：无法读取的文件 " + name + "（" + why + "）");
    return {};
  }
  // Of a reader, with the line; of a container, whose fault has none.
  Status lost(const std::string& name, const Error& fault) {
    if (fault.code == Errc::kDiskFull) return fault;
    return lost(name, in_chinese(fault));
  }
  Status lost_member(const std::string& name, const Error& fault) {
    if (fault.code == Errc::kDiskFull) return fault;
    return lost(name, in_chinese(fault.message));
  }
  std::string lost_in_words() const {
    std::string text = std::to_string(lost_count_) + " 个文件无法读取，沿用已有数据：";
    for (const std::string& name : batch_.report.lost_files)
      text += (&name == &batch_.report.lost_files.front() ? "" : "、") + name;
    return text + (lost_count_ > kMostNamed ? "等" : "");
  }

  // Its members with it.
  Status mark_archive_same(const std::string& name) {
    const std::string within = name + "!";
    for (auto at = known_.lower_bound(within); at != known_.end() && at->first.starts_with(within); ++at)
      TANMIAO_TRY(mark_same(at->first, ""));
    return mark_same(name, "");
  }

  // Each member is a part of its own, so that only those are read again that changed. One of which something could not
  // be read is opened again the next night, so that it is told for as long as it lies there.
  Status archive(const std::string& name, const fs::path& path) {
    if (untouched(name, path)) return mark_archive_same(name);
    const auto stamp = stamp_of(path);
    const auto print = fingerprint(path);
    if (!print) return lost(name, print.error());
    batch_.report.bytes += print->bytes;
    if (same(name, print->hash)) return mark_archive_same(name);
    Members members(*this);
    const std::size_t lost_before = lost_count_;
    Document packed;
    packed.part = name;
    packed.file = path;
    TANMIAO_ASSIGN(const ReadEnd end, reader_->unpack(packed, nullptr, members));
    members.let_go();
    if (!end.died.empty()) return lost(name, end.died);
    // Members have hashes of their own; but which ones there are is not known.
    if (stamp_of(path) != stamp) return lost(name, kWritten);
    // Where a member was told already, the archive has no other fault.
    if (end.fault && lost_count_ > lost_before) return end.fault->code == Errc::kDiskFull ? *end.fault : batch_.flush();
    if (end.fault) return lost_member(end.fault->where.empty() ? name : end.fault->where, *end.fault);
    if (lost_count_ == lost_before) {
      batch_.group.parts.push_back({name, print->hash, reading_, size_and_time(source_, path), "", {}});
      note_done(name, "", "");
    }
    return batch_.flush();
  }

  class Members : public MemberTaker {
   public:
    explicit Members(FolderCrawl& crawl) : crawl_(crawl) {}
    Result<bool> member(const Member& member, const PageRule* page) override {
      print_ = {member.size, member.hash};
      return crawl_.wants(member, page);
    }
    FrameTaker& events(const std::string& name, const PageRule& page) override {
      let_go();
      FolderCrawl& crawl = crawl_;
      return events_.emplace(crawl.batch_, crawl.env_.store.facts(), EventsOf{crawl.source_, name},
                             crawl.tally_of(page, name),
                             [&crawl, name, print = print_] { return crawl.capture(name, print); });
    }
    Status read(const std::string& name, const PageRule& page, const ReadEnd& end) override {
      // NOLINTNEXTLINE(bugprone-unchecked-optional-access): events() went before
      Status done = crawl_.member_read(name, page, print_, *events_, end);
      let_go();
      return done;
    }
    void let_go() { events_.reset(); }  // of one whose end was not told nothing is kept
    Status broken(const Error& error) override { return crawl_.lost_member(error.where, error); }

   private:
    FolderCrawl& crawl_;
    Fingerprint print_;  // of the one that is read
    std::optional<StoreAlong> events_;
  };

  Result<bool> wants(const Member& member, const PageRule* page) {
    if (done_.contains(member.name)) return false;
    if (page == nullptr) return unread(member.name), false;
    if (!same(member.name, member.hash)) return true;
    TANMIAO_TRY(mark_same(member.name, page->role));
    return false;
  }

  // Nothing of a member that cannot be read to its end is kept.
  Status member_read(const std::string& name, const PageRule& page, const Fingerprint& print, StoreAlong& events,
                     const ReadEnd& end) {
    if (!end.done()) return not_kept(name, end, events);
    TANMIAO_TRY(take_events(name, print, events));
    mark_read(name, page, print.hash, {});
    return events.is_long() || batch_.full() ? events.keep() : Status();
  }

  static constexpr std::size_t kMostNamed = kMostLostNamed;

  const CrawlEnv& env_;
  const Source& source_;
  CrawlBatch batch_;
  store::BatchId batch_id_;
  bool again_;
  std::map<std::string, store::Part> known_;
  std::set<std::string> done_;
  std::uint64_t reading_ = reading_hash(source_, env_.config, env_.reference);
  std::unique_ptr<FileReader> reader_;
  std::string unread_;
  std::size_t unread_count_ = 0, lost_count_ = 0;
  bool any_good_ = false;  // a file was read, or is the same
};

}  // namespace

fs::path inbox_of(const Source& source, const CrawlConfig& config) {
  return source.inbox.is_absolute() ? source.inbox : config.base / source.inbox;
}

std::string size_and_time(const Source& source, const fs::path& path) {
  std::error_code failed;
  if (!source.remote) return {};
  const auto size = fs::file_size(path, failed);
  const auto time = failed ? fs::file_time_type() : fs::last_write_time(path, failed);
  return failed ? std::string() : std::to_string(size) + " " + std::to_string(time.time_since_epoch().count());
}

Result<SourceReport> crawl_folder(const CrawlEnv& env, const Source& source, bool again) {
  TANMIAO_ASSIGN(const store::Batch batch, open_batch_by(env.store.facts(), env.night, source.id, kByCrawl));
  return FolderCrawl(env, source, batch.id, again).run();
}

}  // namespace tanmiao::crawler
