#include "crawler/page_document.h"

#include "core/messages.h"
#include "crawler/file_reader.h"
#include "crawler/reader_process.h"

namespace tanmiao::crawler {
namespace {

constexpr std::string_view kOleHead = "\xD0\xCF\x11\xE0", kZipHead = "PK", kGzipHead = "\x1F\x8B";

// A gzip of one table is a table; its reader takes the gzip off.
bool is_archive(const PageRule& page, std::string_view bytes) {
  if (!page.has_headings()) return false;
  const Packed kind = packed_kind(bytes.substr(0, kPackedHead));
  return kind == Packed::kArchive || (kind == Packed::kSingle && !bytes.starts_with(kGzipHead));
}

// What libraries in C take apart.
bool is_hostile_ground(const PageRule& page, std::string_view bytes) {
  if (page.reader == "html" || page.reader == "json") return false;
  return bytes.starts_with(kZipHead) || bytes.starts_with(kOleHead) ||
         packed_kind(bytes.substr(0, kPackedHead)) != Packed::kNo;
}

class AttachedMembers : public MemberTaker {
 public:
  AttachedMembers(const Source& source, const Document& document, PageReading& reading, ReadMembers& members)
      : source_(source), document_(document), reading_(reading), members_(members) {}

  Result<bool> member(const Member& member, const PageRule* page) override {
    hash_ = member.hash;
    if (page == nullptr) TANMIAO_TRY(reading_.link(std::string(member.name), kUnread));
    return page != nullptr;
  }

  FrameTaker& events(const std::string&, const PageRule&) override {
    events_.clear();
    return events_;
  }

  Status read(const std::string& name, const PageRule&, const ReadEnd& end) override {
    if (!end.died.empty()) return refuse(name, end.died);
    if (end.fault) return refuse(name, in_chinese(*end.fault));
    members_.emplace_back(name, hash_);
    return play_all(events_, {source_, name, document_.capture}, reading_);
  }

  Status broken(const Error& error) override { return refuse(error.where, in_chinese(error.message)); }

 private:
  Status refuse(const std::string& name, std::string why) {
    reading_.row();
    store::Reject reject;
    reject.source = source_.id;
    reject.part = name;
    reject.expected = "压缩包内的文件无法读取：" + std::move(why);
    return reading_.reject(std::move(reject));
  }

  const Source& source_;
  const Document& document_;
  PageReading& reading_;
  ReadMembers& members_;
  Spool events_{kHeldEvents};
  std::uint64_t hash_ = 0;  // of the one that is read
};

Status as_status(const ReadEnd& end, const Document& document) {
  if (!end.died.empty()) return Error{Errc::kFormat, end.died, document.part};
  return end.fault ? Status(*end.fault) : Status();
}

}  // namespace

Status read_page_document(const CrawlEnv& env, const Source& source, const PageRule& page, const Document& document,
                          PageReading& reading, ReadMembers& members) {
  const bool archive = is_archive(page, document.bytes);
  const ReaderPlace& place = env.config.reader;
  const bool apart = !place.program.empty() && is_hostile_ground(page, document.bytes);
  if (!archive && !apart) return read_document(source, page, document, env.reading(), reading);
  const auto reader =
      apart ? reader_process(place, source, env.reading(), env.stop) : reader_in_process(source, env.reading());
  if (archive) {
    AttachedMembers taker(source, document, reading, members);
    TANMIAO_ASSIGN(const ReadEnd end, reader->unpack(document, &page, taker));
    return as_status(end, document);
  }
  Spool events(kHeldEvents);
  TANMIAO_ASSIGN(const ReadEnd end, reader->read(document, page, events));
  if (end.died.empty()) TANMIAO_TRY(play_all(events, {source, document.part, document.capture}, reading));
  return as_status(end, document);
}

}  // namespace tanmiao::crawler
