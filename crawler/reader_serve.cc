// The side of tanmiao-read: one job after the other, until nobody asks any more.
#include "crawler/frame_socket.h"
#include "crawler/reader_process.h"
#include "tabular/reference_reader.h"

namespace tanmiao::crawler {
namespace {

using Got = FrameSocket::Got;
constexpr std::size_t kSentAtOnce = std::size_t{64} << 10;

class ServingReader {
 public:
  explicit ServingReader(int socket) : socket_(socket) {}

  void serve() {
    for (std::string_view payload; socket_.next(payload, std::nullopt, nullptr) == Got::kFrame;) {
      FrameReader job(payload);
      Status done;
      if (job.kind() == Frame::kBegin) {
        done = begin(job);
      } else if (!reference_) {
        done = Error{Errc::kUsage, "nothing was begun", ""};
      } else if (job.kind() == Frame::kDocument || job.kind() == Frame::kArchive) {
        done = perform(job);
      } else {
        continue;
      }
      if (!put(FrameWriter(Frame::kEnd).error(done).done()) || !flush()) return;
    }
  }

 private:
  Status begin(FrameReader& job) {
    const std::string text(job.text()), name(job.text()), reference(job.text());
    const auto city = static_cast<std::uint32_t>(job.number());
    person_key_ = job.text();
    seen_ = Date(std::chrono::days(static_cast<std::int64_t>(job.number())));
    TANMIAO_ASSIGN(source_, parse_source(text, name));
    TANMIAO_ASSIGN(reference_, tabular::load_reference(reference, city));
    return {};
  }

  Status perform(FrameReader& job) {
    Document document;
    document.part = job.text();
    const std::string_view bytes = job.text();
    document.file = job.text();
    document.charset = job.text();
    const std::uint64_t number = job.number();
    if (document.file.empty()) document.bytes = bytes;
    const PageRule* const page = number == 0 || number > source_.pages.size() ? nullptr : &source_.pages[number - 1];
    if (job.kind() == Frame::kArchive) return archive(document, page);
    if (!job.ok() || page == nullptr) return Error{Errc::kUsage, "no such page", document.part};
    return read(document, *page);
  }

  Status read(const Document& document, const PageRule& page) {
    EventSink sink([this](std::string_view frame) { return sent(put(frame)); });
    Status done = read_document(source_, page, document, {*reference_, person_key_, seen_}, sink);
    TANMIAO_TRY(sink.finish());
    return done;
  }

  Status archive(const Document& document, const PageRule* of) {
    const auto member = [this](const Member& one, const PageRule* page) { return this->member(one, page); };
    const auto broken = [this](const Error& error) {
      return sent(put(FrameWriter(Frame::kBroken).error(error).done()));
    };
    return walk_archive(source_, document, of, member, broken);
  }

  Status member(const Member& member, const PageRule* page) {
    const std::uint64_t number = page == nullptr ? 0 : static_cast<std::uint64_t>(page - source_.pages.data()) + 1;
    FrameWriter there(Frame::kMember);
    there.text(member.name).number(member.size).number(member.hash).number(number);
    std::string_view payload;
    const bool asked = put(there.done()) && flush() && socket_.next(payload, std::nullopt, nullptr) == Got::kFrame;
    TANMIAO_TRY(sent(asked));
    FrameReader answer(payload);
    if (answer.kind() != Frame::kAnswer) return sent(false);
    if (answer.number() != 1 || page == nullptr) return {};
    Document document;
    document.part = member.name;
    document.bytes = member.bytes;
    document.file = member.file;
    const Status done = read(document, *page);
    return sent(put(FrameWriter(Frame::kMemberEnd).error(done).done()));
  }

  static Status sent(bool done) {
    return done ? Status() : Status(Error{Errc::kCancelled, "nobody reads what is read", ""});
  }
  bool put(std::string_view frame) {
    pending_ += frame;
    return pending_.size() < kSentAtOnce || flush();
  }
  bool flush() {
    const bool done = socket_.send(pending_);
    pending_.clear();
    return done;
  }

  FrameSocket socket_;
  std::string pending_, person_key_;
  Source source_;
  std::shared_ptr<const Reference> reference_;
  Date seen_{};
};

}  // namespace

int serve_reader(int socket) {
  try {
    ServingReader(socket).serve();
    return 0;
  } catch (const std::bad_alloc&) {
    return kReaderOutOfMemory;
  } catch (const std::exception&) {
    return 1;
  }
}

}  // namespace tanmiao::crawler
