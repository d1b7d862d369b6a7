// Legal events of the CNIPA (PRS): one record an event.
#include "crawler/reader_patent_xml.h"

namespace tanmiao::crawler {
namespace {

std::string owner(const std::string& text, std::string_view label) {
  const std::size_t at = text.find(label);
  if (at == std::string::npos) return {};
  std::string rest = text.substr(at + label.size());
  for (const std::string_view colon : {":", "："})
    if (rest.starts_with(colon)) rest.erase(0, colon.size());
  return rest.substr(0, std::min(rest.find(';'), rest.find("；")));
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
  out.add("from_owner", owner(text, "变更前权利人"));
  out.add("to_owner", owner(text, "变更后权利人"));
  return out;
}

}  // namespace

Status read_patent_events(const Reading& reading) {
  if (!reading.page.kind) return {};
  const Mapper mapper(reading.source, reading.page, reading.document, reading.context);
  std::uint32_t line = 0;
  return each_xml(reading, [&](const std::string& xml, const std::string& name, std::uint32_t) -> Status {
    pugi::xml_document tree;
    const std::string refused = parse_xml(xml, tree);
    if (!refused.empty()) return mapper.reject(++line, refused, name, reading.sink);
    for (const pugi::xml_node record : all_below(tree, "prsrecord"))
      TANMIAO_TRY(values_of(record, reading.context.reference).give(reading, mapper, ++line));
    return {};
  });
}

}  // namespace tanmiao::crawler
