#include "crawler/reader_process.h"

#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <set>
#include <thread>

#include "crawler/child.h"
#include "crawler/folder_files.h"
#include "crawler/frame_socket.h"

namespace tanmiao::crawler {
namespace {

using Got = FrameSocket::Got;
constexpr int kMostDeaths = 16;  // within one archive
constexpr std::uint64_t kMostSentBytes = std::uint64_t{128} << 20;
constexpr std::uint64_t kMostGivenTimes = 200;  // what is packed may be so much larger, and its names stand in each row

class ReaderProcess : public FileReader {
 public:
  ReaderProcess(const ReaderPlace& place, const Source& source, const ReadContext& context,
                const std::atomic<bool>& stop)
      : place_(place), source_(source), context_(context), stop_(stop) {}
  ~ReaderProcess() override { end_it(); }
  ReaderProcess(const ReaderProcess&) = delete;
  ReaderProcess& operator=(const ReaderProcess&) = delete;

  Result<ReadEnd> read(const Document& document, const PageRule& page, FrameTaker& events) override {
    if (document.bytes.size() > kMostSentBytes) return too_large(document);
    const bool used = jobs_ > 0;
    TANMIAO_ASSIGN(ReadEnd end, read_once(document, page, events));
    // What an earlier document left behind may be to blame.
    if (end.died.empty() || !used || silent_) return end;
    events.clear();
    return read_once(document, page, events);
  }

  Result<ReadEnd> unpack(const Document& archive, const PageRule* of, MemberTaker& taker) override {
    if (archive.bytes.size() > kMostSentBytes) return too_large(archive);
    std::set<std::string> handled;  // members of whose reading the end is known, and what was told to be broken
    for (int deaths = 1;; ++deaths) {
      const std::size_t before = handled.size();
      const bool used = jobs_ > 0;
      TANMIAO_ASSIGN(ReadEnd end, unpack_once(archive, of, taker, handled));
      const bool again = handled.size() > before || (used && !silent_ && deaths == 1);
      if (end.died.empty() || !again || deaths == kMostDeaths) return end;
    }
  }

 private:
  static ReadEnd too_large(const Document& document) {
    return ReadEnd::faulty(
        {Errc::kLimit, "is larger than " + std::to_string(kMostSentBytes) + " bytes", document.part});
  }

  std::uint64_t most_given(const Document& document) const {
    std::error_code failed;
    const auto size = document.file.empty() ? document.bytes.size() : std::filesystem::file_size(document.file, failed);
    return place_.most_given + (failed ? 0 : kMostGivenTimes * size);
  }

  std::string job_of(Frame kind, const Document& document, const PageRule* page) const {
    FrameWriter job(kind);
    job.text(document.part).text(document.bytes).text(path_of(document.file)).text(document.charset);
    job.number(page == nullptr ? 0 : page_number(*page));
    return std::string(job.done());
  }

  Status start() {
    if (child_) return {};
    TANMIAO_ASSIGN(LiveChild child, start_child(place_.program, {"--memory", std::to_string(place_.most_memory)}));
    child_.emplace(child);
    socket_.emplace(child.socket);
    jobs_ = 0;
    FrameWriter begin(Frame::kBegin);
    begin.text(source_.text).text(source_.file).text(place_.reference.string()).number(place_.city);
    begin.text(context_.person_key).number(static_cast<std::uint64_t>(context_.seen.time_since_epoch().count()));
    std::string_view payload;
    if (!socket_->send(begin.done()) || socket_->next(payload, place_.most_silence, &stop_) != Got::kFrame) {
      silent_ = false, ended_ = true;
      const std::string why = end_it();
      if (stop_) return Error{Errc::kCancelled, "asked to stop", source_.id};
      return Error{Errc::kIo, "the program that reads files does not start: " + why, place_.program.string()};
    }
    FrameReader answer(payload);
    return answer.error();
  }

  // Kills it if it is still there. Why it ended, in Chinese.
  std::string end_it() {
    if (!child_) return "没有启动";
    int status = 0;
    const pid_t pid = child_->pid;
    // It may be on its way out; the reason counts.
    for (int i = 0; i < 100 && !silent_ && ended_; ++i) {
      if (::waitpid(pid, &status, WNOHANG) == pid) return forget(), why_of(status);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ::kill(-pid, SIGKILL);
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    forget();
    return silent_ ? "读取超过 " + std::to_string(place_.most_silence.count()) + " 秒没有进展，已中止" : why_of(status);
  }

  void forget() {
    ::kill(-child_->pid, SIGKILL);  // what it may have left behind  NOLINT(bugprone-unchecked-optional-access)
    close_child(*child_);           // NOLINT(bugprone-unchecked-optional-access)
    child_.reset(), socket_.reset();
  }

  std::string why_of(int status) const {
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return "读取程序被终止（信号 9，可能是内存不足）";
    if (WIFSIGNALED(status)) return "读取程序崩溃（信号 " + std::to_string(WTERMSIG(status)) + "）";
    if (WEXITSTATUS(status) == kReaderOutOfMemory)
      return "读取所需的内存超过 " + std::to_string(place_.most_memory) + " MiB";
    return "读取程序中途退出（" + std::to_string(WEXITSTATUS(status)) + "）";
  }

  // The next frame; a ReadEnd when none comes any more.
  Result<std::optional<ReadEnd>> next(std::string_view& payload) {
    switch (socket_->next(payload, place_.most_silence, &stop_)) {  // NOLINT(bugprone-unchecked-optional-access)
      case Got::kFrame: return std::optional<ReadEnd>();
      case Got::kStopped: return Error{Errc::kCancelled, "asked to stop", source_.id};
      case Got::kSilence: silent_ = true; break;
      case Got::kEnd: ended_ = true; break;
      case Got::kNonsense: break;
    }
    return std::optional<ReadEnd>(ReadEnd::dead(end_it()));
  }

  Result<ReadEnd> read_once(const Document& document, const PageRule& page, FrameTaker& events) {
    TANMIAO_TRY(start());
    silent_ = ended_ = false;
    ++jobs_;
    const std::uint64_t most = most_given(document);
    const EventsOf of{source_, document.part};
    // When it is gone the next frame says so.
    socket_->send(job_of(Frame::kDocument, document, &page));  // NOLINT(bugprone-unchecked-optional-access)
    for (std::string_view payload;;) {
      TANMIAO_ASSIGN(auto gone, next(payload));
      if (gone) return *gone;
      FrameReader frame(payload);
      if (frame.kind() == Frame::kEnd) return ended(frame);
      if (!can_be_played(payload, of)) return nonsense();
      if (events.size() + payload.size() > most) return endless(most);
      TANMIAO_TRY(events.append(whole(payload)));
    }
  }

  Result<ReadEnd> unpack_once(const Document& archive, const PageRule* of, MemberTaker& taker,
                              std::set<std::string>& handled) {
    TANMIAO_TRY(start());
    silent_ = ended_ = false;
    ++jobs_;
    socket_->send(job_of(Frame::kArchive, archive, of));  // NOLINT(bugprone-unchecked-optional-access)
    EventsOf reading{source_, {}};                        // of a member
    const PageRule* page = nullptr;
    FrameTaker* events = nullptr;
    const std::uint64_t most = most_given(archive);
    std::uint32_t told = 0;  // members and what is broken
    for (std::string_view payload;;) {
      TANMIAO_ASSIGN(auto gone, next(payload));
      if (gone && page != nullptr) {
        TANMIAO_TRY(taker.read(reading.part, *page, *gone));
        handled.insert(reading.part);
      }
      if (gone) return *gone;
      FrameReader frame(payload);
      const bool tells = frame.kind() == Frame::kBroken || frame.kind() == Frame::kMember;
      if (tells && ++told > 2 * UnpackLimits().max_entries) return nonsense();
      switch (frame.kind()) {
        case Frame::kEnd: return ended(frame);
        case Frame::kBroken: {
          const Status broken = frame.error();
          if (!broken && !broken.error().where.starts_with(archive.part)) return nonsense();
          if (!broken && handled.insert("X" + broken.error().where).second) TANMIAO_TRY(taker.broken(broken.error()));
          break;
        }
        case Frame::kMember: {
          reading.part = frame.words();
          if (!frame.ok() || !reading.part.starts_with(archive.part)) return nonsense();
          Member member{reading.part, {}, {}, frame.number(), frame.number()};
          page = page_of(frame.number());
          bool wanted = false;
          if (!frame.ok()) return nonsense();
          if (!handled.contains(reading.part)) {
            TANMIAO_ASSIGN(wanted, taker.member(member, page));
          }
          if (!wanted) page = nullptr;
          if (page != nullptr) events = &taker.events(reading.part, *page);
          socket_->send(FrameWriter(Frame::kAnswer).number(page != nullptr ? 1 : 0).done());  // NOLINT
          break;
        }
        case Frame::kMemberEnd: {
          if (page == nullptr) break;
          TANMIAO_TRY(taker.read(reading.part, *page, ended(frame)));
          handled.insert(reading.part);
          page = nullptr;
          break;
        }
        default:
          if (page == nullptr || !can_be_played(payload, reading)) return nonsense();
          if (events->size() + payload.size() > most) return endless(most);
          TANMIAO_TRY(events->append(whole(payload)));
      }
    }
  }

  // A file may have taken it over: nothing it says counts any more.
  ReadEnd nonsense() {
    end_it();
    return ReadEnd::dead("读取程序的回答不成样子");
  }
  // Rows without end would fill the disk of all other sources.
  ReadEnd endless(std::uint64_t most) {
    end_it();
    return ReadEnd::dead("读出的内容超过 " + std::to_string(most >> 20) + " MiB，已中止");
  }

  static ReadEnd ended(FrameReader& frame) {
    const Status status = frame.error();
    ReadEnd end;
    if (!status) end.fault = status.error();
    return end;
  }

  static std::string_view whole(std::string_view payload) {
    return {payload.data() - kFrameHead, payload.size() + kFrameHead};
  }
  static std::string path_of(const std::filesystem::path& file) {
    return file.empty() ? std::string() : std::filesystem::absolute(file).string();
  }
  // From 1; 0: none.
  std::uint64_t page_number(const PageRule& page) const {
    return static_cast<std::uint64_t>(&page - source_.pages.data()) + 1;
  }
  const PageRule* page_of(std::uint64_t number) const {
    return number == 0 || number > source_.pages.size() ? nullptr : &source_.pages[number - 1];
  }

  ReaderPlace place_;
  const Source& source_;
  ReadContext context_;
  const std::atomic<bool>& stop_;
  std::optional<LiveChild> child_;
  std::optional<FrameSocket> socket_;
  int jobs_ = 0;
  bool silent_ = false, ended_ = false;  // how it went
};

}  // namespace

std::unique_ptr<FileReader> reader_process(const ReaderPlace& place, const Source& source, const ReadContext& context,
                                           const std::atomic<bool>& stop) {
  return std::make_unique<ReaderProcess>(place, source, context, stop);
}

}  // namespace tanmiao::crawler
