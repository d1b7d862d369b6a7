// Lists that go on, by an address and an answer that anybody may have made: further pages are addresses of the same
// list on the same host, no more than the rule allows, and nothing in an answer makes us send another kind of request.
#include "crawler/paging.h"

#include <set>

#include "crawler/address.h"
#include "fuzz/reading.h"

namespace {

using namespace tanmiao;

constexpr std::string_view kPages = R"toml([[page]]
role = "counter"
reader = "json"
rows = "data"
kind = "firm"
key = ["firm_name"]
required = ["firm_name"]
[page.columns]
firm_name = "name"
[page.paging]
kind = "counter"
param = "start"
from = 0
step = 10
total = "/total"
also = { end = 9 }
[[page.link]]
each = "/data/*/files/*"
where = { "/format" = "csv" }
address = "/get?id={/id}&of={of}#POST:json:{\"a\": \"{/id}\"}"
role = "counter"
[[page]]
role = "cursor"
reader = "json"
[page.paging]
kind = "cursor"
param = "/page/cursor"
next = "/next"
[page.request]
json = '{"page": {"cursor": "", "size": 10}}'
[[page]]
role = "form"
reader = "json"
[page.paging]
kind = "counter"
param = "page"
most_pages = 7
[page.request.form]
page = "1"
[[page]]
role = "hanweb"
reader = "html"
unwrap = "cdata"
rows = "//li"
kind = "signal"
key = ["firm_name"]
required = ["firm_name"]
[page.columns]
firm_name = "a"
[page.rules.signal_type]
constant = "contest"
[page.paging]
kind = "counter"
param = "startrecord"
step = 45
also = { endrecord = 44 }
total_match = "<totalrecord>(\\d+)</totalrecord>"
[[page.link]]
xpath = "//a/@href"
role = "hanweb"
)toml";

class ListSink : public fuzz::CheckingSink {
 public:
  ListSink(const crawler::PageRule& page, const std::string& part) : page_(page), part_(part) {}
  Status record(Record&& record) override {
    fuzz::must(!record.key.empty());
    return {};
  }
  Status found(crawler::FoundLink&& link) override {
    fuzz::must(!link.address.empty() && !link.role.empty());
    if (!link.continues) return {};
    const auto here = crawler::parse_address(part_), there = crawler::parse_address(link.address);
    fuzz::must(here.has_value() && there.has_value());
    fuzz::must(there->url.origin() == here->url.origin() && there->url.path == here->url.path);
    fuzz::must(there->kind == here->kind && there->text() == crawler::parse_address(there->text())->text());
    fuzz::must(pages_.insert(link.address).second && pages_.size() < page_.paging.most_pages);
    fuzz::must(crawler::list_place(page_.paging, link.address).list == crawler::list_place(page_.paging, part_).list);
    return {};
  }

 private:
  const crawler::PageRule& page_;
  const std::string& part_;
  std::set<std::string> pages_;
};

}  // namespace

// The first line is what stands behind the host, the rest is the answer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const crawler::Source kSource = fuzz::source_of(kPages);
  static const Reference kReference = [] {
    Reference out;
    out.finish();
    return out;
  }();
  const std::string_view input = fuzz::view(data, size);
  const std::size_t line = input.find('\n');
  const auto address = crawler::parse_address("http://h.test/" + std::string(input.substr(0, line)));
  if (!address) return 0;
  const crawler::ReadContext context{kReference, "key", make_date(2026, 1, 2)};
  for (const crawler::PageRule& page : kSource.pages) {
    crawler::Document document;
    document.part = address->text();
    document.bytes = line == std::string_view::npos ? std::string_view() : input.substr(line + 1);
    ListSink sink(page, document.part);
    const Status done = crawler::read_document(kSource, page, document, context, sink);
    fuzz::must(done || !done.error().message.empty());
  }
  return 0;
}
