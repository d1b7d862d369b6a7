// XML deliveries of the patent office: an archive of XML files (crawler/unpack.h) or one XML file.
#pragma once

#include <functional>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/reader_parts.h"

namespace tanmiao::crawler {

// Calls `each` for every XML file of the document with its name ("2024.zip!a.xml") and ordinal (from 1), in the order
// of the archive, `broken` for those that cannot be had. One is held at a time.
using Broken = std::function<Status(const Error& error, std::uint32_t ordinal)>;
Status each_xml(const Reading& reading,
                const std::function<Status(std::string xml, const std::string& name, std::uint32_t ordinal)>& each,
                const Broken& broken);

// Parses without entities and document types. The answer is empty, or says in Chinese why the XML is refused. The tree
// lies in the text, which it changes.
std::string parse_xml(std::string& xml, pugi::xml_document& tree);

// Elements by plain names, which are those of both forms in one: business:ApplicationReference and
// application-reference are applicationreference, cn-applicant is applicant.
pugi::xml_node first_below(pugi::xml_node from, std::string_view plain);
std::vector<pugi::xml_node> all_below(pugi::xml_node from, std::string_view plain);  // not looked for within each other
std::string text_below(pugi::xml_node from);                                         // all text, blanks squeezed

// Names as written in [page.columns] and their texts, several for the multiple ones.
class NamedValues {
 public:
  void add(std::string_view name, std::string text);
  Status give(const Reading& reading, Mapper& mapper, std::uint32_t line) const;

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

}  // namespace tanmiao::crawler
