// Bibliographic data of the CNIPA: the `business:` form (ST.96-like) and the older `cn-patent-document` form. Both say
// the same with other element names, so they are read by one set of plain names.
#include <algorithm>

#include "core/messages.h"
#include "crawler/reader_patent_xml.h"

namespace tanmiao::crawler {
namespace {

// The new form gives references and parties twice, as filed and in a standard form whose numbers are not ours.
bool standard(pugi::xml_node node) { return std::string_view(node.attribute("dataFormat").value()) == "standard"; }

pugi::xml_node original_below(pugi::xml_node from, std::string_view plain) {
  for (const pugi::xml_node node : all_below(from, plain))
    if (!standard(node)) return node;
  return first_below(from, plain);
}

std::string field_below(pugi::xml_node from, std::string_view plain) { return text_below(first_below(from, plain)); }

std::string country_of(pugi::xml_node reference) {
  std::string country = field_below(reference, "wipost3code");
  return country.empty() ? field_below(reference, "country") : country;
}

// In the order the office gives them: the first applicant is the one it writes to.
std::vector<pugi::xml_node> parties_below(pugi::xml_node bib, std::string_view element) {
  std::vector<pugi::xml_node> parties = all_below(bib, element);
  std::erase_if(parties, standard);
  const auto sequence = [](pugi::xml_node party) { return party.attribute("sequence").as_uint(); };
  if (std::all_of(parties.begin(), parties.end(), [&](pugi::xml_node party) { return sequence(party) > 0; }))
    std::stable_sort(parties.begin(), parties.end(),
                     [&](pugi::xml_node a, pugi::xml_node b) { return sequence(a) < sequence(b); });
  return parties;
}

void add_parties(pugi::xml_node bib, std::string_view element, std::string_view column, NamedValues& out) {
  for (const pugi::xml_node party : parties_below(bib, element)) out.add(column, field_below(party, "name"));
}

std::string address_of_first(pugi::xml_node bib) {
  const auto applicants = parties_below(bib, "applicant");
  return applicants.empty() ? std::string() : text_below(first_below(applicants.front(), "address"));
}

void add_inventors(pugi::xml_node bib, NamedValues& out) {
  std::size_t count = 0;
  for (const pugi::xml_node inventor : all_below(bib, "inventor")) {
    std::string name = standard(inventor) ? std::string() : field_below(inventor, "name");
    if (name.empty()) continue;
    ++count;
    out.add("inventor_hash", std::move(name));
  }
  if (count > 0) out.add("inventor_count", std::to_string(count));
}

void add_classes(pugi::xml_node bib, NamedValues& out) {
  for (const pugi::xml_node one : all_below(bib, "classificationipcr")) out.add("ipc", field_below(one, "text"));
  for (const pugi::xml_node one : all_below(bib, "classificationlocarno")) out.add("locarno", text_below(one));
}

void add_numbers(pugi::xml_node bib, NamedValues& out) {
  const pugi::xml_node filed = original_below(bib, "applicationreference");
  out.add("application_no", field_below(filed, "docnumber"));
  out.add("filing_date", field_below(filed, "date"));
  const pugi::xml_node published = original_below(bib, "publicationreference");
  std::string number = field_below(published, "docnumber");
  const std::string kind = field_below(published, "kind");
  if (!number.empty()) {
    if (!number.starts_with("CN")) number = "CN" + number;
    if (!kind.empty() && !number.ends_with(kind)) number += kind;
  }
  out.add("publication_no", std::move(number));
  out.add("kind_code", kind);
  out.add("publication_date", field_below(published, "date"));
}

NamedValues values_of(pugi::xml_node root, pugi::xml_node bib) {
  NamedValues out;
  add_numbers(bib, out);
  out.add("title", field_below(bib, "inventiontitle"));
  pugi::xml_node abstract = first_below(bib, "abstract");
  if (!abstract) abstract = first_below(root, "abstract");
  out.add("abstract", text_below(abstract));
  add_parties(bib, "applicant", "applicant", out);
  add_parties(bib, "assignee", "assignee", out);
  out.add("applicant_address", address_of_first(bib));
  add_inventors(bib, out);
  add_classes(bib, out);
  const pugi::xml_node agency = first_below(bib, "agency");
  std::string agency_name = field_below(agency, "name");
  out.add("agency", agency_name.empty() ? field_below(agency, "organizationname") : agency_name);
  if (const auto claims = all_below(first_below(root, "claims"), "claim"); !claims.empty())
    out.add("claims", std::to_string(claims.size()));
  return out;
}

}  // namespace

Status read_patent_xml(const Reading& reading) {
  if (!reading.page.kind) return {};
  Mapper mapper(reading.source, reading.page, reading.document, reading.context);
  const Broken broken = [&](const Error& error, std::uint32_t ordinal) {
    return mapper.reject(ordinal, in_chinese(error.message), error.where, reading.sink);
  };
  const auto one = [&](std::string xml, const std::string& name, std::uint32_t ordinal) -> Status {
    pugi::xml_document tree;
    const std::string refused = parse_xml(xml, tree);
    if (!refused.empty()) return mapper.reject(ordinal, refused, name, reading.sink);
    const pugi::xml_node bib = first_below(tree, "bibliographicdata");
    const pugi::xml_node root = tree.document_element();
    if (!bib) return mapper.reject(ordinal, "专利著录项目 XML（没有著录项目元素）", name, reading.sink);
    const std::string country = country_of(original_below(bib, "publicationreference"));
    if (country != "CN")
      return mapper.reject(ordinal, "中国专利文献（此件国别为 " + country + "）", name, reading.sink);
    return values_of(root, bib).give(reading, mapper, ordinal);
  };
  return each_xml(reading, one, broken);
}

}  // namespace tanmiao::crawler
