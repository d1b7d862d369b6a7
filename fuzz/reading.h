// A page description, bytes, and a sink that checks what every reader promises.
#pragma once

#include <string>
#include <string_view>

#include "core/text/normalize.h"
#include "crawler/reading.h"
#include "fuzz/fuzz.h"

namespace tanmiao::fuzz {

class CheckingSink : public crawler::ReadingSink {
 public:
  Status record(Record&& record) override {
    must(!record.key.empty() && text::valid_utf8(record.key) && record.origin.part == "http://h.test/a");
    for (std::size_t i = 0; i < record.fields.size(); ++i) {
      must(!record.fields[i].value.empty() && text::valid_utf8(record.fields[i].value));
      must(i == 0 || record.fields[i - 1].field <= record.fields[i].field);
    }
    return {};
  }
  Status reject(store::Reject&& reject) override {
    must(!reject.expected.empty());
    for (const std::string& said : {reject.field, reject.value, reject.expected, reject.row, reject.key})
      must(text::valid_utf8(said));
    return {};
  }
  Status link(std::string&& url, std::string_view role) override {
    must(!url.empty() && text::valid_utf8(url) && !role.empty());
    return {};
  }
  Status found(crawler::FoundLink&& link) override {
    must(text::valid_utf8(link.fault));
    return ReadingSink::found(std::move(link));
  }
  void offered(std::uint64_t) override {}
  void unknown_word(Field, std::string_view word) override { must(text::valid_utf8(word)); }
  void unmapped(std::string_view name) override { must(text::valid_utf8(name)); }
  void wrong_charset(std::string_view claimed, std::string_view charset) override {
    must(text::valid_utf8(claimed) && text::valid_utf8(charset));
  }
};

inline crawler::Source source_of(std::string_view pages) {
  const std::string text = "id = \"t\"\ntitle = \"t\"\nkind = \"folder\"\ninbox = \"x\"\n" + std::string(pages);
  auto source = crawler::parse_source(text, "fuzz.toml");
  must(source.has_value());
  return std::move(*source);
}

inline void read_with_every_page(const crawler::Source& source, std::string_view bytes) {
  static const Reference kReference = [] {
    Reference out;
    out.finish();
    return out;
  }();
  const crawler::ReadContext context{kReference, "key", make_date(2026, 1, 2)};
  for (const crawler::PageRule& page : source.pages) {
    crawler::Document document;
    document.part = "http://h.test/a";
    document.bytes = bytes;
    CheckingSink sink;
    const Status done = crawler::read_document(source, page, document, context, sink);
    must(done || !done.error().message.empty());
  }
}

}  // namespace tanmiao::fuzz
