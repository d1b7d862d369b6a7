#include "crawler/file_reader.h"

#include <fnmatch.h>

#include "core/text/normalize.h"
#include "crawler/folder_files.h"

namespace tanmiao::crawler {
namespace {

// Announcements come with pictures, scans and forms beside the lists.
const PageRule* attached_page(const Source& source, const PageRule& of, const std::string& name) {
  for (const PageRule& page : source.pages)
    for (const std::string& wanted : page.files)
      if (::fnmatch(wanted.c_str(), name.c_str(), FNM_CASEFOLD) == 0) return &page;
  const std::string lower = text::ascii_lower(name);
  for (const std::string_view end : {".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv", ".txt", ".htm", ".html"})
    if (lower.ends_with(end)) return &of;
  const bool any_form = of.reader == "table";
  return any_form && (lower.ends_with(".docx") || lower.ends_with(".pdf")) ? &of : nullptr;
}

class WalkedMembers : public MemberSink {
 public:
  WalkedMembers(const Source& source, const PageRule* of,
                const std::function<Status(const Member&, const PageRule*)>& member,
                const std::function<Status(const Error&)>& broken)
      : source_(source), of_(of), member_(member), broken_(broken) {}
  bool wanted(const std::string& name) override { return !passed_over(name); }
  bool opens(const std::string& name, Packed kind) override {
    return of_ != nullptr || opens_archive(source_, name, kind);
  }
  Status member(const Member& member) override {
    const std::string name(file_name_of(member.name));
    return member_(member, of_ == nullptr ? source_.page_for_file(name) : attached_page(source_, *of_, name));
  }
  Status broken(const Error& error) override { return broken_(error); }

 private:
  const Source& source_;
  const PageRule* of_;
  const std::function<Status(const Member&, const PageRule*)>& member_;
  const std::function<Status(const Error&)>& broken_;
};

class InProcessReader : public FileReader {
 public:
  InProcessReader(const Source& source, const ReadContext& context) : source_(source), context_(context) {}

  Result<ReadEnd> read(const Document& document, const PageRule& page, FrameTaker& events) override {
    EventSink sink([&](std::string_view frame) { return events.append(frame); });
    const Status done = read_document(source_, page, document, context_, sink);
    TANMIAO_TRY(sink.finish());
    ReadEnd end;
    if (!done) end.fault = done.error();
    return end;
  }

  Result<ReadEnd> unpack(const Document& archive, const PageRule* of, MemberTaker& taker) override {
    std::optional<Error> ours;
    const auto of_ours = [&](Status status) {
      if (!status && !ours) ours = status.error();
      return status;
    };
    const auto member = [&](const Member& one, const PageRule* page) { return of_ours(take(one, page, taker)); };
    const auto broken = [&](const Error& error) { return of_ours(taker.broken(error)); };
    const Status done = walk_archive(source_, archive, of, member, broken);
    if (ours) return *ours;
    ReadEnd end;
    if (!done && done.error().code == Errc::kDiskFull) return done.error();
    if (!done) end.fault = done.error();
    return end;
  }

 private:
  Status take(const Member& member, const PageRule* page, MemberTaker& taker) {
    TANMIAO_ASSIGN(const bool wanted, taker.member(member, page));
    if (!wanted || page == nullptr) return {};
    Document document;
    document.part = member.name;
    document.bytes = member.bytes;
    document.file = member.file;
    TANMIAO_ASSIGN(const ReadEnd end, read(document, *page, taker.events(member.name, *page)));
    return taker.read(member.name, *page, end);
  }

  const Source& source_;
  ReadContext context_;
};

}  // namespace

ReadEnd ReadEnd::faulty(Error error) {
  ReadEnd end;
  end.fault = std::move(error);
  return end;
}

ReadEnd ReadEnd::dead(std::string why) {
  ReadEnd end;
  end.died = std::move(why);
  return end;
}

std::unique_ptr<FileReader> reader_in_process(const Source& source, const ReadContext& context) {
  return std::make_unique<InProcessReader>(source, context);
}

Status walk_archive(const Source& source, const Document& archive, const PageRule* of,
                    const std::function<Status(const Member&, const PageRule*)>& member,
                    const std::function<Status(const Error&)>& broken) {
  WalkedMembers members(source, of, member, broken);
  return archive.file.empty() ? unpack(archive.bytes, archive.part, UnpackLimits(), members)
                              : unpack(archive.file, archive.part, UnpackLimits(), members);
}

}  // namespace tanmiao::crawler
