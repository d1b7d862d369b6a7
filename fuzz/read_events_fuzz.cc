// What a reader process says, when a file has taken it over: events that fit what they are events of, or an error; and
// what was understood is the same once more.
#include "crawler/read_events.h"

#include "core/text/normalize.h"
#include "fuzz/reading.h"

namespace {

using namespace tanmiao;
using fuzz::must;

constexpr std::string_view kPages = R"toml([[page]]
role = "list"
reader = "table"
kind = "signal"
key = ["firm_name"]
required = ["firm_name"]
[page.columns]
firm_name = "企业名称"
[page.rules.signal_type]
constant = "contest"
[[page.link]]
match = "(/get\\?id=\\d+)"
address = "$1#POST:json:{}"
role = "list"
)toml";

// Checks what comes and writes it down again.
class AgainSink : public crawler::ReadingSink {
 public:
  explicit AgainSink(const crawler::Source& source)
      : source_(source), behind_([this](std::string_view frame) { return frames_ += frame, Status(); }) {}

  Status record(Record&& record) override {
    must(!record.key.empty() && text::valid_utf8(record.key) && record.source == source_.id);
    must(record.origin.part == "http://h.test/a" && record.origin.capture == 7);
    must(kind_from_name(kind_name(record.kind)) == record.kind);
    for (const auto& day : {record.event_date, std::optional(record.public_date), record.stated}) {
      if (!day) continue;
      const auto same = parse_iso_date(iso(*day));
      must(same && *same == *day);
    }
    for (const FieldValue& value : record.fields) must(text::valid_utf8(value.value));
    const auto kept = fields_from_json(fields_json(record));
    must(kept.has_value());
    return behind_.record(std::move(record));
  }
  Status reject(store::Reject&& reject) override {
    for (const std::string& said : {reject.field, reject.value, reject.expected, reject.row, reject.key})
      must(text::valid_utf8(said));
    return behind_.reject(std::move(reject));
  }
  Status link(std::string&& address, std::string_view role) override { return behind_.link(std::move(address), role); }
  Status found(crawler::FoundLink&& link) override {
    must(!link.address.empty() && text::valid_utf8(link.address) && text::valid_utf8(link.fault));
    must(link.role == crawler::kUnread || source_.page(link.role) != nullptr);
    return behind_.found(std::move(link));
  }
  void said_total(std::int64_t total) override { behind_.said_total(total); }
  void offered(std::uint64_t rows) override {
    behind_.offered(rows);
    must(behind_.finish().has_value());  // a frame for a frame: together they may be more than one can hold
  }
  void unknown_word(Field field, std::string_view word) override {
    must(text::valid_utf8(word) && !field_spec(field).name.empty());
    behind_.unknown_word(field, word);
  }
  void wrong_charset(std::string_view claimed, std::string_view charset) override {
    must(text::valid_utf8(claimed) && text::valid_utf8(charset));
    behind_.wrong_charset(claimed, charset);
  }
  void unmapped(std::string_view name) override {
    must(text::valid_utf8(name));
    behind_.unmapped(name);
  }
  const std::string& frames() const { return frames_; }

 private:
  const crawler::Source& source_;
  std::string frames_;
  crawler::EventSink behind_;
};

std::string played(const crawler::Source& source, std::string_view frames, bool& whole) {
  crawler::Spool spool(std::uint64_t{1} << 20);
  must(spool.append(frames).has_value());
  AgainSink sink(source);
  const Status done = crawler::play_all(spool, {source, "http://h.test/a", 7}, sink);
  must(done || done.error().code == Errc::kCorrupt);
  whole = done.has_value();
  return sink.frames();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const crawler::Source kSource = fuzz::source_of(kPages);
  const std::string_view bytes = fuzz::view(data, size);
  bool whole = false;
  const std::string once = played(kSource, bytes, whole);
  must(played(kSource, once, whole) == once && whole);
  AgainSink sink(kSource);
  (void)crawler::play(bytes, {kSource, "http://h.test/a", 7}, sink);
  return 0;
}
