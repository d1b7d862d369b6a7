// Legal events of the CNIPA (PRS): one record an event.
#include "core/messages.h"
#include "crawler/reader_patent_xml.h"

namespace tanmiao::crawler {
namespace {

// "变更事项:专利权人;变更前权利人:A;变更后权利人:B;变更事项:地址;变更前权利人:...": what is changed, before and after.
// Between them stand semicolons or blanks, as between the names of several owners: a new one begins where a label does.
struct Labelled {
  std::string label, value;
};

void replace_all(std::string& text, std::string_view from, char to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at))
    text.replace(at, from.size(), 1, to);
}

std::vector<Labelled> labelled(std::string text) {
  replace_all(text, "；", ';'), replace_all(text, "：", ':');
  constexpr std::string_view kBetween = "; ";
  std::vector<Labelled> out;
  std::size_t before = 0;
  for (std::size_t at = text.find_first_not_of(kBetween); at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(kBetween, at), text.size());
    const std::size_t next = std::min(text.find_first_not_of(kBetween, end), text.size());
    const std::size_t colon = text.find(':', at);
    if (colon < end)
      out.push_back({text.substr(at, colon - at), text.substr(colon + 1, end - colon - 1)});
    else if (!out.empty())
      out.back().value.append(out.back().value.empty() ? "" : text.substr(before, 1)).append(text, at, end - at);
    before = end;  // a blank within a foreign name stays one
    at = next;
  }
  return out;
}

// Owners, not addresses, agents or inventors. A text with one change only may leave out what is changed.
bool speaks_of_owners(std::string_view item) {
  const auto holds = [item](std::string_view word) { return item.find(word) != std::string_view::npos; };
  return item.empty() || holds("专利权人") || holds("权利人") || holds("申请人");
}

std::string_view before_or_after(std::string_view label) {
  constexpr std::string_view kBefore = "变更前", kAfter = "变更后";
  const bool of_owner = label == kBefore || label == kAfter || label.ends_with("人");
  if (!of_owner) return {};
  return label.starts_with(kBefore) ? "from_owner" : label.starts_with(kAfter) ? "to_owner" : std::string_view();
}

void add_owners(const std::string& text, NamedValues& out) {
  std::string item;
  for (const Labelled& one : labelled(text)) {
    if (one.label == "变更事项") item = one.value;
    if (!speaks_of_owners(item)) continue;
    const std::string_view name = before_or_after(one.label);
    // "-": the text says that nobody stood there, as where an owner takes in another one.
    if (!name.empty()) out.add(name, one.value.empty() ? "-" : one.value);
  }
}

// What kind of change it was. What follows names old and new holders, who may be persons: it is not kept as text.
std::string without_parties(const std::string& text) {
  return text.substr(0, std::min({text.find(';'), text.find("；"), text.find("变更事项"), text.find("变更前")}));
}

NamedValues values_of(pugi::xml_node record, const Reference& reference) {
  NamedValues out;
  out.add("application_no", text_below(first_below(first_below(record, "applicationreference"), "docnumber")));
  const std::string text = text_below(first_below(record, "prsinformation"));
  const std::string kind = text_below(first_below(record, "prsvalue"));
  const bool known = reference.event_of(kind) != PatentEvent::kOther || text.empty();
  out.add("event", known ? kind : without_parties(text));
  out.add("event_date", text_below(first_below(first_below(record, "prspublicationdate"), "date")));
  out.add("event_text", without_parties(text));
  add_owners(text, out);
  return out;
}

}  // namespace

Status read_patent_events(const Reading& reading) {
  if (!reading.page.kind) return {};
  Mapper mapper(reading.source, reading.page, reading.document, reading.context);
  std::uint32_t line = 0;
  const Broken broken = [&](const Error& error, std::uint32_t) {
    return mapper.reject(++line, in_chinese(error.message), error.where, reading.sink);
  };
  const auto one = [&](std::string xml, const std::string& name, std::uint32_t) -> Status {
    pugi::xml_document tree;
    const std::string refused = parse_xml(xml, tree);
    if (!refused.empty()) return mapper.reject(++line, refused, name, reading.sink);
    for (const pugi::xml_node record : all_below(tree, "prsrecord"))
      TANMIAO_TRY(values_of(record, reading.context.reference).give(reading, mapper, ++line));
    return {};
  };
  return each_xml(reading, one, broken);
}

}  // namespace tanmiao::crawler
