#include <algorithm>
#include <chrono>

#include "core/messages.h"
#include "crawler/crawl_sources.h"
#include "crawler/folder_files.h"
#include "crawler/reading.h"

namespace tanmiao::crawler {
namespace {

class Gathering : public ReadingSink {
 public:
  explicit Gathering(ParseResult& out) : out_(out) {}
  Status record(Record&& record) override {
    out_.records.push_back(std::move(record));
    return {};
  }
  Status reject(store::Reject&& reject) override {
    out_.rejects.push_back(std::move(reject));
    return {};
  }
  Status link(std::string&&, std::string_view) override { return {}; }
  void offered(std::uint64_t rows) override { out_.rows += rows; }
  void unknown_word(Field, std::string_view) override {}
  void wrong_charset(std::string_view, std::string_view) override {}

 private:
  ParseResult& out_;
};

// Which description reads a file that someone hands in: by its name, else by the reader its ending asks for.
const PageRule* page_of(const Source& source, const std::filesystem::path& file) {
  if (source.folder) return source.page_for_file(file.filename().string());
  std::string ending = file.extension().string();
  if (ending == ".gz") ending = file.stem().extension().string();
  std::string reader = "html";
  if (ending == ".jsonl" || ending == ".ndjson") reader = "json";
  if (ending == ".csv" || ending == ".xlsx" || ending == ".json") reader = ending.substr(1);
  if (ending == ".zip" || ending == ".xml" || ending == ".XML") reader = "patent";
  for (const PageRule& page : source.pages)
    if (page.kind && page.reader.starts_with(reader)) return &page;
  return nullptr;
}

// Members of an archive, each read by the page that its name fits; the others are passed over.
class MembersRead : public MemberSink {
 public:
  MembersRead(const Source& source, const ReadContext& context, Gathering& sink)
      : source_(source), context_(context), sink_(sink) {}
  bool wanted(const std::string& name) override { return !passed_over(name); }
  bool opens(const std::string& name, Packed kind) override { return opens_archive(source_, name, kind); }
  Status member(const Member& member) override {
    const PageRule* const page = source_.page_for_file(std::string(file_name_of(member.name)));
    if (page == nullptr) return {};
    Document document;
    document.part = member.name;
    document.bytes = member.bytes;
    document.file = member.file;
    const Status done = read_document(source_, *page, document, context_, sink_);
    return done ? done : broken({done.error().code, done.error().message, member.name});
  }
  Status broken(const Error& error) override {
    return sink_.reject({source_.id, error.where, 0, "", "", in_chinese(error.message), ""});
  }

 private:
  const Source& source_;
  const ReadContext& context_;
  Gathering& sink_;
};

}  // namespace

Result<ParseResult> parse_file(const std::string& source_id, const std::filesystem::path& file,
                               const CrawlConfig& config, const Reference& reference) {
  CrawlConfig one = config;
  one.only = {source_id};
  TANMIAO_ASSIGN(const std::vector<Source> sources, chosen_sources(one));  // the one, or an error
  const Source* const source = &sources.front();
  if (!std::filesystem::exists(file)) return Error{Errc::kNotFound, "no such file", file.string()};
  ParseResult out;
  Gathering sink(out);
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const ReadContext context{reference, config.person_key, civil_day(now)};
  const std::string name = file.filename().string();
  TANMIAO_ASSIGN(const Packed kind, packed_kind_of(file));
  if (source->folder && opens_archive(*source, name, kind)) {
    MembersRead members(*source, context, sink);
    TANMIAO_TRY(unpack(file, name, UnpackLimits(), members));
    return out;
  }
  const PageRule* page = page_of(*source, file);
  if (page == nullptr)
    return Error{Errc::kUsage, "no [[page]] of source '" + source_id + "' reads a file of this name", file.string()};
  Document document;
  document.part = name;
  document.file = file;
  TANMIAO_TRY(read_document(*source, *page, document, context, sink));
  return out;
}

}  // namespace tanmiao::crawler
