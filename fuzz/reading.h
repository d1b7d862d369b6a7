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
    must(!record.key.empty() && record.origin.part == "http://h.test/a");
    return {};
  }
  Status reject(store::Reject&& reject) override {
    must(!reject.expected.empty() && text::valid_utf8(reject.expected) && text::valid_utf8(reject.row));
    return {};
  }
  Status link(std::string&& url, std::string_view role) override {
    must(!url.empty() && !role.empty());
    return {};
  }
  void row() override {}
  void unknown_word(Field, std::string_view) override {}
  void wrong_charset(std::string_view, std::string_view) override {}
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
