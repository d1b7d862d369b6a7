// XML by path, and the parser below it: what a file holds does not hang on the pieces it comes in.
#include "tabular/xml_pull.h"

#include "fuzz/pieces.h"
#include "fuzz/reading.h"

namespace {

using tanmiao::tabular::XmlPull;

constexpr std::string_view kPages = R"toml([[page]]
role = "root"
reader = "xml"
rows = "/list/firm"
kind = "firm"
key = ["firm_name"]
required = ["firm_name"]
[page.columns]
firm_name = "name"
credit_code = "@code"
established = "on/day"
capital = "capital/@amount"
former_name = "former"
scope = "."
[[page]]
role = "anywhere"
reader = "xml"
rows = "//*/firm"
kind = "signal"
key = ["firm_name"]
required = ["firm_name"]
[page.columns]
firm_name = "name"
title = "name"
amount = "capital/@amount"
[page.rules.signal_type]
constant = "contest"
)toml";

// Until the end or an error; nothing else of the two may differ.
void same_events(std::string_view bytes, std::size_t most) {
  using tanmiao::fuzz::must;
  const tanmiao::tabular::Limits limits;
  XmlPull held(bytes, "fuzz", limits);
  XmlPull streamed(std::make_unique<tanmiao::fuzz::InPieces>(bytes, most), "fuzz", limits);
  std::string one, other;
  for (;;) {
    const auto event = held.next(), same = streamed.next();
    must(event.has_value() == same.has_value());
    if (!event) {
      must(event.error().code == same.error().code);
      return;
    }
    must(*event == *same && held.depth() == streamed.depth() && held.depth() <= limits.max_depth);
    if (*event == XmlPull::Event::kDone) return;
    if (*event == XmlPull::Event::kText) {
      one.clear(), other.clear();
      must(held.append_text(one).has_value() == streamed.append_text(other).has_value() && one == other);
      continue;
    }
    must(held.element() == streamed.element());
    if (*event != XmlPull::Event::kStart) continue;
    const auto value = held.attribute("code"), again = streamed.attribute("code");
    must(value.has_value() == again.has_value() && (!value || *value == *again));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const tanmiao::crawler::Source kSource = tanmiao::fuzz::source_of(kPages);
  const std::string_view bytes = tanmiao::fuzz::view(data, size);
  same_events(bytes, 1 + size % 97);
  tanmiao::fuzz::read_with_every_page(kSource, bytes);
  return 0;
}
